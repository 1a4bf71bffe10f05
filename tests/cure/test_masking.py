"""No secret of a configuration is ever shown, broken or not."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.cure.masking import masked, unified_diff

SECRET = base64.b64encode(b"AWS:the-password-of-somebody").decode()
HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'{{"auths": {{"{HOST}": {{"auth": "{SECRET}"}}}}}}', id="auth"),
        pytest.param(f'{{"auths": {{"h": {{"password": "{SECRET}"}}}}}}', id="password"),
        pytest.param(f'{{"auths": {{"h": {{"identitytoken": "{SECRET}"}}}}}}', id="identity token"),
        pytest.param(f'{{"auths": {{"h": {{"other": "{SECRET}"}}}}}}', id="a field of others"),
        pytest.param(f'{{"AUTHS": {{"h": {{"Auth": "{SECRET}"}}}}}}', id="letter case"),
        pytest.param(f'{{"auths": {{"h": "{SECRET}"}}}}', id="flat"),
        pytest.param(f'{{"auths": ["{SECRET}"]}}', id="a list"),
        pytest.param(f'{{"HttpHeaders": {{"X-Auth": "{SECRET}"}}}}', id="headers"),
        pytest.param(f'{{"proxies": {{"d": {{"httpProxy": "http://u:{SECRET}@p"}}}}}}', id="proxy"),
        pytest.param(f'{{"auths": {{"h": {{"auth": "{SECRET}",}},}},}}', id="commas"),
        pytest.param(f'{{"auths": {{"h": {{"auth": "{SECRET}"}}', id="no end"),
        pytest.param(f'{{"auths": {{"h": {{"auth": "{SECRET}', id="cut off"),
        pytest.param(f'{{"auths": {{"h": {{"auth": /* {SECRET} */ "x"}}}}}}', id="in a comment"),
        pytest.param(f'{{ // "auth": "{SECRET}"\n}}', id="commented out"),
        pytest.param(f"{{ // auth: {SECRET[:12]}\n}}", id="a short one in a comment"),
        pytest.param(f'{{"credHelpers": {{"https://u:{SECRET}@h": "x"}}}}', id="in a key"),
        pytest.param(f"{{'auths': {{'h': {{'auth': '{SECRET}'}}}}}}", id="single quotes"),
        pytest.param(f"{{'auths': {{'h': {{'auth': '{SECRET}", id="single quotes, cut off"),
    ],
)  # fmt: skip
def test_secrets_are_masked(text: str) -> None:
    shown = masked(text)

    assert SECRET not in shown
    assert SECRET[:12] not in shown
    assert text.count("\n") == shown.count("\n")


def test_the_rest_is_shown() -> None:
    text = json.dumps(
        {
            "auths": {HOST: {"username": "AWS", "auth": SECRET}},
            "credHelpers": {"h": "ecr-login"},
            "currentContext": "remote",
        },
        indent=1,
    )

    assert masked(text) == text.replace(SECRET, "[redacted]")


def test_nothing_steers_the_terminal() -> None:
    assert "\x1b" not in masked('{"a\x1b[2J": "\x1b]0;x\x07"}')


def test_a_diff() -> None:
    before = f'{{\n "auths": {{"h": {{"auth": "{SECRET}"}}}}\n}}'.encode()
    after = before.replace(b"\n}", b',\n "credHelpers": {"h": "ecr-login"}\n}\n')

    shown = unified_diff(before, after, "/x/config.json")

    assert SECRET not in shown
    assert '+ "credHelpers": {"h": "ecr-login"}' in shown.splitlines()
    assert "(no line end)" in shown


def test_a_byte_order_mark_is_visible() -> None:
    shown = unified_diff(b"\xef\xbb\xbf{}\n", b"{}\n", "p")

    assert "-<byte order mark>{}" in shown


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    assert isinstance(masked(text), str)


def test_the_change_of_a_long_line_is_seen() -> None:
    hosts = {f"{n:012}.dkr.ecr.us-east-1.amazonaws.com": "ecr-login" for n in range(45)}
    old = {"auths": {HOST: {"auth": SECRET}}, "credHelpers": hosts, "credsStore": "desktop"}
    new = {**old, "credHelpers": {**hosts, HOST: "ecr-login"}}
    before, after = (json.dumps(c, separators=(",", ":")).encode() for c in (old, new))

    lines = unified_diff(before, after, "config.json").splitlines()

    changed = [line for line in lines[2:] if line.startswith(("+", "-"))]
    assert changed[-1] == f'+"{HOST}":"ecr-login"}},'
    assert len(changed) == 3  # a comma comes after the entry that was the last one
    assert max(map(len, lines)) < 400
    assert len(lines) < 20
    assert SECRET not in "".join(lines)


@pytest.mark.parametrize("end", ["a", "\u115f"])
def test_a_change_at_the_end_of_a_long_value_is_seen(end: str) -> None:
    before, after = (f'{{"x": "{"y" * 5000}{last}"}}'.encode() for last in ("", end))

    lines = unified_diff(before, after, "config.json").splitlines()

    minus, plus = (next(x for x in lines[2:] if x.startswith(sign)) for sign in "-+")
    assert minus[1:] != plus[1:]
    assert len(plus) < 400
