"""The table of identities: two readers that agree, and keys that keep identities apart."""

from __future__ import annotations

import fnmatch
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.auth import cached, helper, mapping
from ecr_doctor.auth.identity import known_keys
from ecr_doctor.auth.mapping import Identity, NotPlainError, config_path, fits, is_plain_key
from ecr_doctor.auth.mapping_file import MappingError, mapped_identity, tables
from ecr_doctor.model import RegistryHostError, parse_registry
from ecr_doctor.model.partition import KNOWN_REGIONS, PARTITIONS

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ELSEWHERE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
OTHER = "210987654321.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::210987654321:role/path/puller"
FULL = f"""# who pulls from where
timeout = 9
profile = "of run"

[registries."{HOST}"]
profile = "work"  # this one

[registries.210987654321]
role_arn = '{ROLE}'
source_profile = "base"
external_id = "x:1"
session_name = "me@example.com"

[registries."*.eu-*.amazonaws.com"]
profile = "europe"
[registries.'*']
role_arn = "{ROLE}"
"""


def write(home: Path, text: str) -> str:
    path = home / ".config/ecr-doctor/ecr-doctor.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def read_both(text: str, host: str, home: Path) -> tuple[str, Any]:
    """What the strict reader finds, after the plain one agreed or would not read it."""
    path = write(home, text)
    env = {"HOME": str(home)}
    strict: tuple[str, Any]
    try:
        found = mapped_identity(host, env)
        strict = ("found", found and (found.settings, found.origin))
    except MappingError as error:
        strict = ("wrong", str(error).removeprefix(path))
    try:
        plain = mapping.plain_identity(host, env)
    except NotPlainError:
        return strict
    assert strict == ("found", plain and (plain.settings, plain.origin))
    return strict


@pytest.mark.parametrize(
    ("host", "settings", "line"),
    [
        (HOST, {"profile": "work"}, 5),
        (f"{HOST}:443", {"profile": "work"}, 5),
        (
            OTHER,
            {
                "role_arn": ROLE,
                "source_profile": "base",
                "external_id": "x:1",
                "session_name": "me@example.com",
            },
            8,
        ),
        ("210987654321.dkr-ecr.eu-west-1.on.aws", None, 8),
        (ELSEWHERE, {"profile": "europe"}, 14),
        ("public.ecr.aws", {"role_arn": ROLE}, 16),
    ],
)
def test_the_nearest_table_is_taken(
    host: str, settings: dict[str, str] | None, line: int, tmp_path: Path
) -> None:
    path = write(tmp_path, FULL)
    found = mapping.plain_identity(host, {"HOME": str(tmp_path)})

    assert found is not None
    assert settings is None or found.settings == settings
    assert found.origin == f"{path}:{line}"
    assert read_both(FULL, host, tmp_path)[0] == "found"


def test_the_first_glob_in_the_file_wins(tmp_path: Path) -> None:
    text = '[registries."*east*"]\nprofile = "a"\n[registries."*us-east-1*"]\nprofile = "b"\n'

    assert read_both(text, HOST, tmp_path)[1][0] == {"profile": "a"}
    assert read_both(text, ELSEWHERE, tmp_path) == ("found", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "timeout = 20\nformat = ['json']\n",
        "[registries]\n",
        f'[registries]\n"{OTHER}" = {{ profile = "x" }}\n',
        f'registries."{OTHER}".profile = "x"\n',
        f'[registries."{OTHER}"] # comment\nprofile = "\\u0041"\n',
        f'[registries."{OTHER}"]\nprofile = """x"""\n',
        f'\r\n[registries."{OTHER}"]\r\nprofile = "x"\r\n',
        '[registries."123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"]\nprofile = "x"\n',
        '[registries."public.ecr.aws"]\nprofile = "x"\n',
        "other = 1979-05-27T07:32:00Z\n[more]\nx = 1\n",
    ],
)
def test_right_files_that_have_nothing_for_this_host(text: str, tmp_path: Path) -> None:
    assert read_both(text, HOST, tmp_path) == ("found", None)


def test_any_way_of_writing_it_is_read(tmp_path: Path) -> None:
    for text in (
        f'[registries]\n"{HOST}" = {{ profile = "x" }}\n',
        f'registries."{HOST}".profile = "x"\n',
        f'[ registries . "{HOST}" ]\n"profile" = "\\u0078"\n',
    ):
        assert read_both(text, HOST, tmp_path)[1][0] == {"profile": "x"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[registries\n", ":1: Expected ']'"),
        ("registries = 3\n", ":1: registries is not a table"),
        (f'\n[registries."{HOST}"]\nprofil = "x"\n', ":3: unknown setting 'profil' (known: pro"),
        (f'[registries."{HOST}"]\nprofile = 3\n', ":2: profile is not a text"),
        (f'[registries."{HOST}"]\nprofile = ""\n', ":2: profile is not a text"),
        (f'[registries."{HOST}"]\nprofile = "\\n"\n', ":2: profile holds a control character"),
        (f'[registries."{HOST}"]\n', ":1: neither profile nor role_arn"),
        (f'[registries."{HOST}"]\nexternal_id = "x"\n', ":2: neither profile nor role_arn"),
        (f'[registries."{HOST}"]\nprofile = "x"\nrole_arn = "{ROLE}"\n', ":2: profile and role"),
        (
            f'[registries."{HOST}"]\nprofile = "x"\nsource_profile = "y"\n',
            ":3: source_profile belongs to role_arn",
        ),
        (f'[registries."{HOST}"]\nrole_arn = "puller"\n', ":2: 'puller' cannot be a role_arn"),
        (
            f'[registries."{HOST}"]\nrole_arn = "{ROLE}"\nsession_name = "a b"\n',
            ":3: 'a b' cannot be a session_name",
        ),
        (f'[registries."{HOST}"]\nprofile = "x"\nprofile = "y"\n', ":3: Cannot overwrite"),
        (f"[registries.{HOST}]\nprofile = 'x'\n", ": a host must be quoted"),
        ("[registries.dev]\nprofile = 'x'\n", ":1: 'dev' is no ECR host"),
        ("[registries.12345678901]\nprofile = 'x'\n", ":1: '12345678901' is no ECR host"),
        (f'[registries."{HOST}:443"]\nprofile = "x"\n', "leave the port out"),
        ('[registries."*.dkr.ecr.[eu]*"]\nprofile = "x"\n', ":1: '*.dkr.ecr.[eu]*': in a glob"),
        (
            f'[registries."{HOST.replace(".com", ".eu")}"]\nprofile = "x"\n',
            f"use '{HOST}'",
        ),
        (
            f'[registries."{HOST.replace("-east-", "-est-")}"]\nprofile = "x"\n',
            "is not the name of an AWS region",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, wrong: str, tmp_path: Path) -> None:
    kind, said = read_both(text, HOST, tmp_path)

    assert kind == "wrong"
    assert wrong in said
    assert "\n" not in said


_VALUES = st.text(st.sampled_from("ab\\\"'# \t\r\x00ä=[].*"), max_size=6)
_KEYS = st.one_of(st.sampled_from([f'"{HOST}"', "123456789012", '"*"', "'*a'", "a"]), _VALUES)
_LINES = st.one_of(
    st.builds("[registries.{}]{}".format, _KEYS, st.sampled_from(["", " #x", "\r", "]"])),
    st.builds(
        "{}={}{}{}{}".format,
        st.sampled_from(["profile", "role_arn", " profile ", "x", '"profile"']),
        st.sampled_from(['"', "'", ' "', '"""', ""]),
        st.one_of(_VALUES, st.just(ROLE), st.just("true"), st.just("07")),
        st.sampled_from(['"', "'", '" ', "", '"#x"']),
        st.sampled_from(["", " # x", "\t", "\r", " x"]),
    ),
    st.builds("#{}".format, _VALUES),
)


@given(st.lists(_LINES, max_size=5))
def test_the_plain_reader_never_says_anything_else(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    home = tmp_path_factory.getbasetemp() / "agree"
    path = home / ".config/ecr-doctor/ecr-doctor.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\n".join(lines).encode())
    env = {"HOME": str(home)}
    try:
        plain = mapping.plain_identity(HOST, env)
    except NotPlainError:
        return

    strict = mapped_identity(HOST, env)

    assert (plain and plain.settings) == (strict and strict.settings)


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_globs(glob: str, name: str) -> None:
    assert "*" not in glob or fits(glob, name) == fnmatch.fnmatchcase(name, glob)


def hosts() -> list[str]:
    middles = (".dkr.ecr.", ".dkr-ecr.", ".dkr.ecr-fips.")
    suffixes = sorted({s for partition in PARTITIONS for s in partition.suffixes})
    regions = (*KNOWN_REGIONS, "us-est-1", "us-east-0", "us-east-1a", "xx-east-1", "us-east")
    return [f"123456789012{m}{r}.{s}" for m in middles for r in regions for s in suffixes]


def test_a_plain_host_can_exist() -> None:
    plain = [host for host in hosts() if is_plain_key(host)]
    for host in plain:
        assert parse_registry(host) is not None

    assert len(plain) > len(KNOWN_REGIONS)
    assert not is_plain_key(HOST.replace("123456789012", "12345678901"))


def test_every_ordinary_host_is_plain() -> None:
    for host in hosts():
        try:
            registry = parse_registry(host)
        except RegistryHostError:
            registry = None
        assert registry is None or registry.fips or is_plain_key(host)


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"HOME": "/h"}, "/h/.config/ecr-doctor/ecr-doctor.toml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/ecr-doctor/ecr-doctor.toml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "x"}, "/h/.config/ecr-doctor/ecr-doctor.toml"),
        ({"HOME": "/h", "ECR_DOCTOR_CONFIG": "my.toml"}, "my.toml"),
        ({"HOME": "/h", "ECR_DOCTOR_CONFIG": ""}, "/h/.config/ecr-doctor/ecr-doctor.toml"),
    ],
)
def test_where_the_file_is(env: dict[str, str], path: str) -> None:
    assert config_path(env) == path


def test_the_current_folder_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ecr-doctor.toml").write_text("[registries", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert mapped_identity(HOST, {"HOME": str(tmp_path)}) is None


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, lambda p: p.write_bytes(b"\xff")])
def test_a_named_file_must_be_readable(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    make(path)
    env = {"ECR_DOCTOR_CONFIG": str(path)}

    with pytest.raises(NotPlainError):
        mapping.plain_identity(HOST, env)
    with pytest.raises(MappingError, match=r"my\.toml: "):
        mapped_identity(HOST, env)


# -- keys of the cache ------------------------------------------------------------------

STATIC = "[{}]\naws_access_key_id = {}\naws_secret_access_key = s\n"


def keys(home: Path, identity: Identity | None, **env: str) -> tuple[str, ...]:
    place = cached.place_of(HOST)
    assert place is not None
    return known_keys(place, {"HOME": str(home), **env}, identity)


def test_each_identity_has_keys_of_its_own(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    profiles = STATIC.format("a", "AKIAA") + STATIC.format("b", "AKIAB")
    (tmp_path / ".aws/credentials").write_text(profiles)
    role = {"role_arn": ROLE}
    identities = [
        {"profile": "a"}, {"profile": "b"},
        role | {"source_profile": "a"}, role | {"source_profile": "b"},
        {"role_arn": ROLE + "2", "source_profile": "a"},
        role | {"source_profile": "a", "external_id": "xx"},
        role | {"source_profile": "a", "session_name": "xx"},
        role,
    ]  # fmt: skip
    env = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}

    found = [keys(tmp_path, Identity(settings, ""), **env) for settings in identities]
    found.append(keys(tmp_path, None, **env))

    assert all(found)
    assert len({key for several in found for key in several}) == sum(map(len, found))
    assert found[0] == keys(tmp_path, None, AWS_PROFILE="a")
    other_source = keys(tmp_path, Identity(role, ""), AWS_ACCESS_KEY_ID="AKIA2",
                        AWS_SECRET_ACCESS_KEY="s")  # fmt: skip
    assert other_source != found[-2]


def test_a_role_whose_source_only_botocore_knows_has_no_known_key(tmp_path: Path) -> None:
    assert keys(tmp_path, Identity({"role_arn": ROLE}, "")) == ()
    assert keys(tmp_path, Identity({"profile": "nobody"}, "")) == ()


# -- the cached path --------------------------------------------------------------------


def test_without_a_table_the_cached_path_opens_one_file_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = os.environ["HOME"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    opened: list[str] = []

    def noting(call: Any) -> Any:
        def noted(path: str, *more: Any, **settings: Any) -> Any:
            opened.append(path)
            return call(path, *more, **settings)

        return noted

    for name in ("open", "stat"):
        monkeypatch.setattr(os, name, noting(getattr(os, name)))

    assert helper.cached_answer(HOST, 0) == ""
    monkeypatch.undo()

    table, cache = opened
    assert table == f"{home}/.config/ecr-doctor/ecr-doctor.toml"
    assert cache == f"{home}/.ecr/cache.json"


def test_with_a_plain_table_the_cached_path_loads_nothing_slow(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    code = (
        "import sys, ecr_doctor.auth.helper as h\n"
        f"h.cached_answer('{OTHER}', 0)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", code],
        env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    slow = {"re", "json", "tomllib", "typing", "enum", "pathlib", "ecr_doctor.model", "botocore"}
    assert "ecr_doctor.auth.mapping" in done.stdout.split()
    assert not slow & set(done.stdout.split())


def test_tables_keep_the_order_of_the_file() -> None:
    assert list(tables(FULL, "p")) == [HOST, "210987654321", "*.eu-*.amazonaws.com", "*"]
