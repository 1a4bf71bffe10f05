from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.model import InvalidReferenceError, parse_reference

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "host", "repository", "selector"),
    [
        (f"{HOST}/app", HOST, "app", "latest"),
        (f"{HOST}/team/app:v1.2_3-x", HOST, "team/app", "v1.2_3-x"),
        (f"{HOST}/team/app@{DIGEST}", HOST, "team/app", DIGEST),
        (f"{HOST}/team/app:v1@{DIGEST}", HOST, "team/app", DIGEST),
        ("localhost:5000/app:1", "localhost:5000", "app", "1"),
        ("localhost/app", "localhost", "app", "latest"),
        ("nginx", "docker.io", "library/nginx", "latest"),
        ("team/app", "docker.io", "team/app", "latest"),
        (f"{HOST}/a__b/c---d.e", HOST, "a__b/c---d.e", "latest"),
    ],
)
def test_parts(text: str, host: str, repository: str, selector: str) -> None:
    found = parse_reference(text)

    assert (found.host, found.repository, found.selector) == (host, repository, selector)


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("", "empty", ""),
        (f"https://{HOST}/app", "no scheme", f"{HOST}/app"),
        (f"{HOST}/Team/App:latest", "(Team/App) must be lowercase", "team/app"),
        (f"{HOST}/team app", "white space", f"{HOST}/teamapp"),
        (f"{HOST}/app\n", "white space", f"{HOST}/app"),
        (f"{HOST}/app:", "the tag ''", ""),
        (f"{HOST}/app:-x", "the tag '-x'", ""),
        (f"{HOST}/app:{'t' * 129}", "1 to 128", ""),
        (f"{HOST}/app@sha256:abc", "not ALGORITHM:HEX", ""),
        (f"{HOST}/app@sha256:{'a' * 63}", "64 hex digits, this one has 63", ""),
        (f"{HOST}/app@sha256:{'A' * 64}", "lower case", f"{HOST}/app@{DIGEST}"),
        (f"{HOST}/", "no repository", ""),
        (f"{HOST}/a//b", "a part", ""),
        (f"{HOST}/_a", "a part", ""),
        (f"{HOST}/{'a' * 256}", "256 characters", ""),
    ],
)
def test_broken_rules(text: str, reason: str, hint: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        parse_reference(text)

    assert reason in str(caught.value)
    assert caught.value.hint == hint


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_reference(text)
    except InvalidReferenceError:
        return
    else:
        assert parse_reference(found.name).name == found.name
