from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.auth import cached

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


def encoded(secret: str) -> str:
    return base64.b64encode(f"AWS:{secret}".encode()).decode()


def entry(age: float = 0, life: float = 12, **changes: Any) -> dict[str, Any]:
    requested = NOW - timedelta(hours=age)
    return {
        "AuthorizationToken": encoded("secret"),
        "RequestedAt": requested.isoformat(),
        "ExpiresAt": (requested + timedelta(hours=life)).isoformat(),
        "ProxyEndpoint": f"https://{HOST}",
        "Service": "ecr",
        **changes,
    }


def read(fields: object) -> cached.Entry | None:
    return cached.entry_of(fields, NOW.timestamp())


@pytest.mark.parametrize(
    ("age", "fresh"), [(0, True), (5.9, True), (6.1, False), (11.9, False), (-2, False)]
)
def test_a_living_entry(age: float, *, fresh: bool) -> None:
    found = read(entry(age))

    assert found is not None
    assert (found.user, found.secret, found.is_fresh) == ("AWS", "secret", fresh)


def test_the_time_limit_inside_the_token_counts_too() -> None:
    inner = base64.b64encode(json.dumps({"expiration": NOW.timestamp() - 1}).encode()).decode()

    assert read(entry(AuthorizationToken=encoded(inner))) is None


def test_no_entry_lives_longer_than_a_day() -> None:
    assert read(entry(age=25, life=10_000)) is None
    assert read(entry(age=1, life=10_000)) is not None


@pytest.mark.parametrize(
    "fields",
    [
        entry(age=12), entry(age=11.99), entry(age=400), None, 5, "x", [], {},
        entry(AuthorizationToken=None), entry(AuthorizationToken=""), entry(AuthorizationToken=7),
        entry(AuthorizationToken="é"), entry(AuthorizationToken="QVdTOg=="),
        entry(AuthorizationToken=base64.b64encode(b"AWS:\xff").decode()),
        entry(RequestedAt=None), entry(RequestedAt=""), entry(ExpiresAt="tomorrow"),
        entry(ExpiresAt=1e12), entry(ExpiresAt="2026-06-16T25:99:99"),
        {k: v for k, v in entry().items() if k != "ExpiresAt"},
    ],
)  # fmt: skip
def test_dead_and_malformed_entries_are_none(fields: object) -> None:
    assert read(fields) is None


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T05:57:47.918479989Z", "2026-11-24T05:57:47Z", "2026-11-24T06:57:47.5+01:00",
     "2026-11-23T22:27:47.875-07:30", "2024-02-29T23:59:59z", "1970-01-01 00:00:00+00:00"],
)  # fmt: skip
def test_times_as_go_writes_them(text: str) -> None:
    assert cached.parse_time(text) == pytest.approx(
        datetime.fromisoformat(text.upper()).timestamp(), abs=1e-5
    )


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_any_time_is_read_as_the_standard_library_reads_it(moment: datetime) -> None:
    text = moment.astimezone(moment.tzinfo).isoformat()
    if len(text) - max(text.rfind("+"), text.rfind("-")) != len("+00:00"):
        return  # offsets with seconds, of old local times: not RFC 3339

    assert cached.parse_time(text) == pytest.approx(moment.timestamp(), abs=1e-4)


@pytest.mark.parametrize("text", ["", "now", "2026-13-01T00:00:00Z", "2026/01/01T00:00:00Z",
                                  "2026-01-01T00:00:00", "2026-01-01T00:00:00.1.2Z"])  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        cached.parse_time(text)


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_json_is_read_as_the_standard_library_reads_it(document: dict[str, Any]) -> None:
    assert cached.parse_json(json.dumps(document)) == document
    assert cached.parse_json(json.dumps(document, indent=2, ensure_ascii=False)) == document


@pytest.mark.parametrize("text", ["", "[]", "{", "{}x", '{"a":}', "nonsense", '{"a" 1}', "\x00"])
def test_what_is_no_json_object(text: str) -> None:
    with pytest.raises(ValueError, match=r"not |text|Expecting"):
        cached.parse_json(text)


@pytest.mark.parametrize(
    ("server", "host"),
    [
        (HOST, HOST),
        (f"{HOST}\n", HOST),
        (f"https://{HOST}", HOST),
        (f"https://{HOST}/", HOST),
        (f"http://{HOST}/v2/", HOST),
        (f"{HOST}:443/team/app", f"{HOST}:443"),
        ("https://index.docker.io/v1/", "index.docker.io"),
        ("", ""),
        ("https://", ""),
    ],
)
def test_host_of_what_docker_asks_for(server: str, host: str) -> None:
    assert cached.host_of(server) == host


def sums() -> tuple[str, str]:
    return cached.checksum(KEY_ID), cached.legacy_checksum(KEY_ID)


@pytest.mark.parametrize(
    ("host", "prefix", "suffix"),
    [
        (HOST, "us-east-1-", "-123456789012"),
        (f"{HOST}:443", "us-east-1-", "-123456789012"),
        ("123456789012.dkr-ecr.us-west-2.on.aws", "us-west-2-", "-123456789012"),
        ("123456789012.dkr.ecr-fips.us-west-2.amazonaws.com", "fips-us-west-2-", "-123456789012"),
        ("public.ecr.aws", "ecr-public-", ""),
        ("ecr-public.aws.com", "ecr-public-", ""),
    ],
)
def test_keys(host: str, prefix: str, suffix: str) -> None:
    place = cached.place_of(host)
    assert place is not None

    assert place.keys(KEY_ID, {}) == tuple(f"{prefix}{s}{suffix}" for s in sums())
    assert len(place.keys(KEY_ID, {"GODEBUG": "x=1,fips140=only"})) == 1


def test_the_go_helpers_checksums() -> None:
    # As the real docker-credential-ecr-login 0.6.0 and 0.12.0 wrote them.
    assert sums() == (
        "Gl1EotyhlmnXLt9MTxwnxMHKS0QI+7F/bOStRS143bM=",
        "QUtJQUlPU0ZPRE5ON0VYQU1QTEXUHYzZjwCyBOmACZjs+EJ+",
    )


@pytest.mark.parametrize("host", ["", "docker.io", "12345678901.dkr.ecr.us-east-1.amazonaws.com",
                                  "123456789012.dkr.s3.us-east-1.amazonaws.com",
                                  "123456789012.dkr.ecr.us-east-1", "１" * 12])  # fmt: skip  # noqa: RUF001
def test_other_hosts_have_no_place(host: str) -> None:
    assert cached.place_of(host) is None


@pytest.mark.parametrize(
    ("host", "served"),
    [
        (HOST, True),
        (f"{HOST}:443", True),
        ("123456789012.dkr-ecr.us-east-1.on.aws", True),
        ("123456789012.dkr.ecr.us-east-1.evil.example", False),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example", False),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com.cn", False),
        ("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", False),
        ("210987654321.dkr.ecr.us-east-1.amazonaws.com", False),
        ("123456789012.dkr.ecr.us-east-2.amazonaws.com", False),
    ],
)
def test_a_token_is_for_its_own_registry_alone(host: str, *, served: bool) -> None:
    entries = {f"us-east-1-{sums()[0]}-123456789012": entry()}
    place = cached.place_of(host)
    assert place is not None

    found = cached.pick(entries, place, place.keys(KEY_ID, {}), NOW.timestamp())

    assert (found is not None) == served


@pytest.mark.parametrize(
    ("env", "folder"),
    [
        ({"HOME": "/home/me"}, "/home/me/.ecr"),
        ({"HOME": "/home/me", "AWS_ECR_CACHE_DIR": "/cache"}, "/cache"),
        ({"HOME": "/home/me", "AWS_ECR_CACHE_DIR": "~/c"}, "/home/me/c"),
        ({"HOME": "/home/me", "AWS_ECR_CACHE_DIR": "~you/c"}, ""),
        ({"HOME": "/home/me", "AWS_ECR_DISABLE_CACHE": "no"}, ""),
        ({"HOME": "/home/me", "AWS_ECR_DISABLE_CACHE": ""}, "/home/me/.ecr"),
        ({"HOME": "relative"}, ""),
    ],
)
def test_folder(env: dict[str, str], folder: str) -> None:
    assert cached.cache_folder(env) == folder


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"Version":"1.0"}', b'{"Registries":{"a":1}}',
     b'{"Version":"2.0","Registries":{"a":1}}', b'{"Version":"1.0","Registries":[1]}',
     b'{"Version":"1.0","Registries":{"a":1}', b"[" * 100_000, b'{"a":' * 100_000],
)  # fmt: skip
def test_a_file_that_cannot_be_trusted_is_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache.json").write_bytes(content)

    assert cached.load(str(tmp_path)) == {}


def test_what_is_no_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "cache.json").mkdir()

    assert cached.load(str(tmp_path)) == {}
    assert cached.load("/nowhere") == {}


def test_the_answer_is_json_for_any_text() -> None:
    found = cached.Entry('A"W\\S', "sé\ncret", 0, is_fresh=True)

    assert json.loads(cached.answer('x"y', found)) == {
        "ServerURL": 'x"y', "Username": 'A"W\\S', "Secret": "sé\ncret"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{", '{"a":}', '{"a" 1}', '{"a":"\\x"}', '{"a":1}x'])
def test_broken_json_is_told_without_the_json_module(text: str) -> None:
    code = (
        "import sys; from ecr_doctor.auth.cached import parse_json\n"
        "assert 'json' not in sys.modules\n"
        "try: parse_json(sys.argv[1])\n"
        "except ValueError: sys.exit(7)"
    )

    assert subprocess.run([sys.executable, "-c", code, text], check=False).returncode == 7  # noqa: S603


def test_nothing_slow_is_imported() -> None:
    code = "import sys; import ecr_doctor.auth.helper; print(*sorted(sys.modules))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    slow = {"re", "json", "typing", "dataclasses", "datetime", "enum", "hashlib", "pathlib",
            "contextlib", "click", "botocore", "boto3", "urllib3", "ssl", "logging"}  # fmt: skip
    assert "ecr_doctor.auth.cached" in loaded
    assert not loaded & slow
