from __future__ import annotations

import pytest

from ecr_doctor.probes.registry_errors import read_error


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"errors":[{"code":"DENIED","message":"User: x is not"}]}', "DENIED", "User: x is not"),
        (b'{"errors":[]}', "", ""),
        (b'{"error":"blocked"}', "", '{"error":"blocked"}'),
        (b'{"Message":"Signature expired"}', "", "Signature expired"),
        (b"Not Authorized", "", "Not Authorized"),
        (b"", "", ""),
        (b"[1, 2]", "", "[1, 2]"),
        (b'{"errors":["odd"]}', "", '{"errors":["odd"]}'),
        (b"[" * 100_000, "", None),
        ((b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
         b"</Error>"), "AccessDenied", "Access Denied"),
        (b"<html><head><title>Guest login</title></head>", "", "Guest login"),
        (b"line\r\n\x1b[31mred", "", "line [31mred"),
    ],
)  # fmt: skip
def test_error_bodies(body: bytes, code: str, message: str | None) -> None:
    found = read_error(body)

    assert found[0] == code
    assert message is None or found[1] == message
    assert len(found[1]) <= 2000
