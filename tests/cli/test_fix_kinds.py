"""`ecr-doctor fix` on the kinds of configurations that people have: nothing foreign is ever lost.

What the checks find is given; docker's configuration, the helper and all changes are real.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ecr_doctor.cli import fix_flow
from ecr_doctor.cli.main import cli
from ecr_doctor.cure.disk import CureError
from ecr_doctor.model import Outcome, Report, Settings, parse_target
from ecr_doctor.testing import HOST, NOON

if TYPE_CHECKING:
    from collections.abc import Callable

HELPER = """#!/bin/sh
echo '{"ServerURL": "", "Username": "AWS", "Secret": "a-good-token"}'
"""
LOGINS = {"ghcr.io": {"auth": "bWU6c2VjcmV0"}, "quay.io": {"auth": "bWU6b3RoZXI="}}
SAID: dict[str, Any] = {
    "auths": LOGINS,
    "credHelpers": {"gcr.io": "gcloud"},
    "HttpHeaders": {"X-Team": "caf\u00e9"},
    "plugins": {"scan": {"hint": "off"}},
    "ofTomorrow": {"list": ["x", 1.5, None, True], "": {}},
    "psFormat": "table {{.ID}}\\t{{.Names}}",
}
PRETTY = json.dumps(SAID, indent=4)
Picture = dict[str, tuple[int, int, int, bytes]]


@dataclass(frozen=True)
class Text:
    """A file, what it says to whoever reads it, and whether it is a text to be edited at all."""

    data: bytes
    says: dict[str, Any] = field(default_factory=lambda: SAID)


def said(text: str, says: dict[str, Any] | None = None) -> Text:
    return Text(text.encode(), SAID if says is None else says)


EDITED = {
    "four spaces": said(PRETTY),
    "tabs": said(json.dumps(SAID, indent="\t") + "\n\n"),
    "no spaces": said(json.dumps(SAID, separators=(",", ":"))),
    "one space, brackets anywhere": said(PRETTY.replace("    ", " ").replace("{\n", "\n {\n\n\t")),
    "spaces before colons": said(PRETTY.replace('":', '"  :\t')),
    "Windows lines": said(PRETTY.replace("\n", "\r\n")),
    "old Mac lines": said(PRETTY.replace("\n", "\r")),
    "byte order mark and Windows lines": said("\ufeff" + PRETTY.replace("\n", "\r\n")),
    "UTF-16": Text(PRETTY.encode("utf-16")),
    "comments of each sort": said(
        "/* mine\n * own */\n" + PRETTY.replace("{", "{ // not http://x\n", 1) + "\n# end\n"
    ),
    "commas too many": said(PRETTY.replace("\n    }", ",\n    }").replace("\n}", ",\n}")),
    "comments and commas": said(PRETTY.replace('"gcloud"', '"gcloud", // "x": "y",')),
    "no comma at a line's end": said(PRETTY.replace("},\n    ", "}\n    ", 1)),
    "single quotes": said("{'auths': {'q.io': {'auth': 'eA=='}}}",
                          {"auths": {"q.io": {"auth": "eA=="}}}),
    "brackets missing": said(PRETTY[: PRETTY.rindex("}")]),
    "escapes": said(r'{"\u0061": "\ud83d\ude00\/\"", "b": "\u2028"}', {"a": '😀/"', "b": "\u2028"}),
    "large and small numbers": said('{"a": 123456789012345678901234567890, "b": -0.0e-7}',
                                    {"a": 123456789012345678901234567890, "b": -0.0}),
    "no file": said("", {}),
    "blank": said(" \r\n\t", {}),
    "null": said("null\n", {}),
    "helpers null": said('{"credHelpers": null, "a": 1}', {"a": 1}),
    "other letters": said('{"CREDHELPERS": {"gcr.io": "gcloud"}}', {}),
    "helper switched off": said(f'{{"credHelpers": {{"{HOST}": "", "gcr.io": "gcloud"}}}}',
                                {"credHelpers": {"gcr.io": "gcloud"}}),
    "helper of a wrong type": said(f'{{"credHelpers": {{"{HOST}": 5}}, "auths": {{"q": {{}}}}}}',
                                   {"auths": {"q": {}}}),
    "a store": said('{"credsStore": "desktop", "auths": {"q": {}}}',
                    {"credsStore": "desktop", "auths": {"q": {}}}),
    "a registry for each letter": said(
        json.dumps({"credHelpers": {f"{c}.io": c for c in "abcdefghij"}}),
        {"credHelpers": {f"{c}.io": c for c in "abcdefghij"}},
    ),
}  # fmt: skip
LEFT_ALONE = {
    "list": b"[]", "text": b'"x"', "number": b"5", "YAML": b"auths:\n  ghcr.io:\n    auth: x\n",
    "cut off": PRETTY[:-40].encode(), "merge conflict": b"<<<<<<< a\n{}\n=======\n{ }\n>>>>>>> b\n",
    "names without quotes": b"{auths: {}}", "NUL": b'{"a": "\0"}',
    "UTF-32": PRETTY.encode("utf-32"),
    "UTF-16 without a mark": PRETTY.encode("utf-16-le"), "deep": b"[" * 9000 + b"]" * 9000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper that works, and checks that find nothing any more."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker-credential-ecr-login"
    program.write_text(HELPER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def diagnose(image: str, _: Settings, **__: object) -> Report:
        return Report(tool_version="0", plugins=(), started=NOON, took=timedelta(0),
                      target=parse_target(image), outcome=Outcome.HEALTHY, results=(),
                      diagnoses=())  # fmt: skip

    monkeypatch.setattr(fix_flow, "diagnose_image", diagnose)


@pytest.fixture
def home() -> Path:
    return Path(os.environ["HOME"])


@pytest.fixture
def config(home: Path) -> Path:
    """Docker's configuration; its folder is there."""
    (home / ".docker").mkdir(mode=0o700)
    return home / ".docker" / "config.json"


def fix(*arguments: str) -> str:
    done = CliRunner().invoke(
        cli, ["fix", *arguments], standalone_mode=False, catch_exceptions=False
    )
    return done.output


def picture(home: Path) -> Picture:
    """Everything in a home: kind, mode, owner, group, content or link."""
    seen: Picture = {}
    for path in sorted(home.rglob("*")):
        found = path.lstat()
        content = b""
        if stat.S_ISREG(found.st_mode):
            content = path.read_bytes()
        elif stat.S_ISLNK(found.st_mode):
            content = os.fsencode(path.readlink())
        seen[str(path)] = (found.st_mode, found.st_uid, found.st_gid, content)
    return seen


def fixed_and_undone(home: Path, config: Path) -> tuple[Picture, bytes]:
    """Try it dry, do it, take it back; what was there in between, and the new configuration."""
    before = picture(home)
    fix("--registry", HOST, "--dry-run")
    assert picture(home) == before
    fix("--registry", HOST, "--yes")
    between, after = picture(home), config.read_bytes()
    fix("--undo")
    assert picture(home) == before
    return between, after


@pytest.mark.parametrize("name", EDITED)
def test_everything_else_stays(home: Path, config: Path, name: str) -> None:
    text = EDITED[name]
    if text.data:
        config.write_bytes(text.data)

    _, after = fixed_and_undone(home, config)

    now = {key.replace("CREDHELPERS", "credHelpers"): v for key, v in json.loads(after).items()}
    helpers = {**text.says.get("credHelpers", {}), HOST: "ecr-login"}
    if name == "other letters":
        helpers["gcr.io"] = "gcloud"
    assert now == {**text.says, "credHelpers": helpers}
    if b"\r\n" in text.data.replace(b"\0", b"") and text.data.strip():
        assert after.count(b"\n") == after.count(b"\r\n")


def test_doubles_and_what_follows_stay(home: Path, config: Path) -> None:
    """Docker merges a field that is given twice, and reads no further than the first value."""
    before = '{"auths": {"a.io": {}}, "x": 1, "auths": {"b.io": {}}, "x": 2, "credHelpers": {}} }{'
    config.write_text(before)

    _, after = fixed_and_undone(home, config)

    added = f'"credHelpers": {{"{HOST}": "ecr-login"}}'
    assert after.decode() == before.replace('"credHelpers": {}', added)


def test_bytes_that_are_no_text_stay(home: Path, config: Path) -> None:
    config.write_bytes(b'{"HttpHeaders": {"X": "caf\xe9"}, "credHelpers": {}}')

    _, after = fixed_and_undone(home, config)

    assert b'"caf\xe9"' in after


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_has_no_one_reading_is_left_alone(home: Path, config: Path, name: str) -> None:
    config.write_bytes(LEFT_ALONE[name])
    before = picture(home)

    assert "Nothing is changed" in fix("--registry", HOST, "--yes")
    assert picture(home) == before
    fix("--undo")
    assert picture(home) == before


def link_into_dotfiles(config: Path) -> None:
    target = config.parents[1] / "dotfiles" / "docker.json"
    target.parent.mkdir()
    target.write_text(PRETTY)
    target.chmod(0o644)
    config.symlink_to("../dotfiles/docker.json")


def link_to_a_link(config: Path) -> None:
    link_into_dotfiles(config)
    config.rename(config.with_name("second"))
    config.symlink_to("second")


def linked_folder(config: Path) -> None:
    config.parent.rmdir()
    (config.parents[1] / "real").mkdir()
    config.parent.symlink_to("real")
    config.write_text(PRETTY)


def read_only_file(config: Path) -> None:
    config.write_text(PRETTY)
    config.chmod(0o400)


def open_to_all(config: Path) -> None:
    config.write_text(PRETTY)
    config.chmod(0o666)


def remains_of_a_lock(config: Path) -> None:
    config.write_text(PRETTY)
    (config.parent / ".config.json.ecr-doctor-lock").mkdir()


def of_the_user_under_sudo(config: Path) -> None:
    config.write_text(PRETTY)
    if os.geteuid() == 0:
        for path in (config.parents[1], config.parent, config):
            os.chown(path, 1234, 1234)


def of_another_user_alone(config: Path) -> None:
    config.write_text(PRETTY)
    if os.geteuid() == 0:
        os.chown(config, 1234, 1234)


PLACES = [
    link_into_dotfiles, link_to_a_link, linked_folder, read_only_file, open_to_all,
    remains_of_a_lock, of_the_user_under_sudo, of_another_user_alone,
]  # fmt: skip


@pytest.mark.parametrize("prepare", PLACES)
def test_the_file_keeps_its_looks(
    home: Path, config: Path, prepare: Callable[[Path], None]
) -> None:
    prepare(config)
    before = picture(home)

    between, after = fixed_and_undone(home, config)

    assert json.loads(after)["credHelpers"] == {"gcr.io": "gcloud", HOST: "ecr-login"}
    assert {path: look[:3] for path, look in before.items()}.items() <= {
        path: look[:3] for path, look in between.items()
    }.items()
    mine = (config.stat().st_uid, config.stat().st_gid)
    assert {look[1:3] for path, look in between.items() if path not in before} <= {
        mine, (config.parent.stat().st_uid, config.parent.stat().st_gid)
    }  # fmt: skip


def no_folder_above(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DOCKER_CONFIG", str(home / "a/b/c"))
    return f"{home}/a/b does not exist"


def tilde_that_no_shell_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(home)
    monkeypatch.setenv("DOCKER_CONFIG", "~/docker")
    return "~ does not exist"


def home_that_is_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HOME", str(home / "gone"))
    return f"{home}/gone does not exist"


def folder_is_a_link_to_nothing(home: Path, _: pytest.MonkeyPatch) -> str:
    (home / ".docker").symlink_to("nowhere")
    return f"{home}/.docker is no folder"


WITHOUT_A_WAY = [
    no_folder_above, tilde_that_no_shell_replaced, home_that_is_not_there,
    folder_is_a_link_to_nothing,
]  # fmt: skip


@pytest.mark.parametrize("prepare", WITHOUT_A_WAY)
def test_no_way_is_made_to_where_a_variable_leads(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Path, pytest.MonkeyPatch], str],
) -> None:
    """It is more likely wrong than meant."""
    reason = prepare(home, monkeypatch)
    before = picture(home)

    with pytest.raises(CureError) as caught:
        fix("--registry", HOST, "--yes")

    assert reason in str(caught.value)
    assert "DOCKER_CONFIG or HOME" in caught.value.hint
    assert picture(home) == before


@pytest.mark.parametrize("folder", ["own", "own//", "./own"])
def test_docker_config(home: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """The configuration of the home is not touched where docker does not read it."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("DOCKER_CONFIG", folder)
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(PRETTY)

    between, after = fixed_and_undone(home, home / "own/config.json")

    assert json.loads(after) == {"credHelpers": {HOST: "ecr-login"}}
    assert between[f"{home}/.docker/config.json"][3] == PRETTY.encode()


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_left_alone_and_said(home: Path, config: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(config)
    elif kind == "folder":
        (config / "inner").mkdir(parents=True)
    else:
        config.symlink_to("/dev/null")
    before = picture(home)

    assert "is no file" in " ".join(fix("--registry", HOST, "--yes").split())
    assert picture(home) == before
