from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.auth_variable import AuthVariableProbe
from ecr_doctor.probes.credential import DockerCredentialProbe, SourceKind
from ecr_doctor.probes.docker_cli import DockerCliProbe
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigProbe
from ecr_doctor.redact import MASK
from ecr_doctor.testing import HOST
from privileges import no_privileges
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = base64.b64encode(b'{"payload":"x","datakey":"y","expiration":1781524800}').decode()
AUTH = base64.b64encode(f"AWS:{TOKEN}".encode()).decode()
AUTHS = {"auths": {HOST: {"auth": AUTH}}}


def test_a_good_file(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure(AUTHS)
    scene = user.scene()
    file = scene.observe(DockerConfigProbe())

    assert (file.path, file.reason, file.state) == (str(user.config), "HOME", ConfigState.OK)
    assert file.route(HOST).kind is SourceKind.AUTHS
    assert file.logins[0].expires == datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    assert (file.logins[0].password_kind, file.logins[0].used) == ("ecr-token", True)
    assert TOKEN not in repr(file)
    cleaned = scene.redactor.clean(f"<{TOKEN}><{AUTH}>")
    assert cleaned.count(MASK) == 2
    assert TOKEN[:20] not in cleaned
    assert AUTH[:20] not in cleaned


@pytest.mark.parametrize(
    ("content", "state", "place"),
    [
        ("", ConfigState.EMPTY, (0, 0)),
        (" \n", ConfigState.EMPTY, (0, 0)),
        ("null", ConfigState.EMPTY, (0, 0)),
        ("{}", ConfigState.OK, (0, 0)),
        ('{\n"auths": {},\n}', ConfigState.INVALID, (3, 1)),
        ('\ufeff{"auths": {}}', ConfigState.INVALID, (1, 1)),
        ('{"auths": {', ConfigState.INVALID, (1, 12)),
        ('{\n  "credHelpers": [1]}', ConfigState.INVALID, (2, 3)),
        ('{"experimental": true}', ConfigState.INVALID, (1, 2)),
        ("[]", ConfigState.INVALID, (1, 1)),
        ('{"a": NaN}', ConfigState.INVALID, (1, 1)),
        ("[" * 100_000, ConfigState.INVALID, (1, 1)),
    ],
)
def test_states_of_content(
    tmp_path: Path, content: str, state: ConfigState, place: tuple[int, int]
) -> None:
    user = User(tmp_path)
    user.configure(content)
    file = user.scene().observe(DockerConfigProbe())

    assert (file.state, file.line, file.column) == (state, *place)


def test_what_is_no_file(tmp_path: Path) -> None:
    user = User(tmp_path)
    assert user.scene().observe(DockerConfigProbe()).state is ConfigState.MISSING

    user.config.symlink_to("/no/such/file")
    assert user.scene().observe(DockerConfigProbe()).state is ConfigState.DANGLING

    user.config.unlink()
    user.config.mkdir()
    seen = user.scene().observe(DockerConfigProbe())
    assert (seen.state, seen.problem) == (
        ConfigState.DIRECTORY,
        f"read {user.config}: is a directory",
    )

    user.config.rmdir()
    user.config.parent.rmdir()
    user.config.parent.write_text("x")
    assert user.scene().observe(DockerConfigProbe()).state is ConfigState.DIRECTORY


def test_a_pipe_in_the_files_place_does_not_hang(tmp_path: Path) -> None:
    user = User(tmp_path)
    os.mkfifo(user.config)

    assert user.scene().observe(DockerConfigProbe()).state is ConfigState.DIRECTORY


def test_a_closed_file(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure(AUTHS)
    user.config.chmod(0)

    with no_privileges():
        assert user.scene().observe(DockerConfigProbe()).state is ConfigState.UNREADABLE


def test_the_flag_is_above_the_variable(tmp_path: Path) -> None:
    user = User(tmp_path, {"DOCKER_CONFIG": str(tmp_path / "variable")})
    user.configure(AUTHS)
    by_variable = user.scene().observe(DockerConfigProbe())
    by_flag = user.scene(docker_config=str(tmp_path / "flag")).observe(DockerConfigProbe())

    assert (by_variable.reason, by_flag.reason) == ("DOCKER_CONFIG", "--config")
    assert by_flag.path == str(tmp_path / "flag/config.json")
    assert by_variable.others[0].serves == f"a stored login under {HOST}"


def test_finds_the_file_of_whoever_called_sudo(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure({"credHelpers": {HOST: "ecr-login"}})
    user.env |= {"HOME": str(tmp_path / "home/dev2"), "SUDO_USER": "dev"}
    file = user.scene().observe(DockerConfigProbe())
    hit = next(other for other in file.others if other.serves)

    assert file.state is ConfigState.MISSING
    assert (hit.path, hit.own) == (str(user.config), True)
    assert hit.serves == "credHelpers entry, helper ecr-login"


def test_the_same_file_under_another_name_is_no_other(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure(AUTHS)
    (tmp_path / "link").symlink_to(user.config.parent)
    user.env["DOCKER_CONFIG"] = str(tmp_path / "link")

    assert not any(other.serves for other in user.scene().observe(DockerConfigProbe()).others)


@pytest.mark.parametrize(
    ("password", "kind"),
    [
        (TOKEN, "ecr-token"),
        (TOKEN[:40], "cut-off-token"),
        (f"{TOKEN}\r", "line-break"),
        ("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12", "aws-secret-key"),
        ("hunter2", "other"),
    ],
)
def test_kinds_of_passwords(tmp_path: Path, password: str, kind: str) -> None:
    user = User(tmp_path)
    auth = base64.b64encode(f"AWS:{password}".encode()).decode()
    user.configure({"auths": {HOST: {"auth": auth}}})

    assert user.scene().observe(DockerConfigProbe()).logins[0].password_kind == kind


def test_two_entries_and_which_is_used(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure({"auths": {f"https://{HOST}": {"auth": AUTH}, HOST: {"auth": AUTH}}})
    logins = user.scene().observe(DockerConfigProbe()).logins

    assert [(login.key, login.used) for login in logins] == [
        (f"https://{HOST}", False),
        (HOST, True),
    ]


def test_the_credential_of_a_stored_login(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure(AUTHS)
    found = user.scene().observe(DockerCredentialProbe())

    assert (found.kind, found.user, found.found) == (SourceKind.AUTHS, "AWS", True)
    assert found.secret is not None
    assert found.secret.reveal() == TOKEN
    assert found.helper_run is None


def test_the_credential_of_a_helper_and_what_it_hides(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure({**AUTHS, "credHelpers": {HOST: "x"}})
    user.helper("""echo '{"Username":"AWS","Secret":"fresh-secret"}'""")
    found = user.scene().observe(DockerCredentialProbe())

    assert (found.kind, found.helper, found.fell_back) == (SourceKind.HELPER, "x", False)
    assert found.secret is not None
    assert found.secret.reveal() == "fresh-secret"
    assert found.helper_run is not None
    assert [source.key for source in found.shadowed] == [HOST]


def test_falls_back_from_a_broken_helper_and_not_from_one_that_knows_nothing(
    tmp_path: Path,
) -> None:
    user = User(tmp_path)
    user.configure({**AUTHS, "credHelpers": {HOST: "x"}})
    user.helper("exit 1")
    broken = user.scene().observe(DockerCredentialProbe())
    user.helper("echo credentials not found in native keychain; exit 1")
    unknowing = user.scene().observe(DockerCredentialProbe())

    assert (broken.kind, broken.fell_back, broken.found) == (SourceKind.AUTHS, True, True)
    assert (unknowing.kind, unknowing.fell_back, unknowing.found) == (
        SourceKind.HELPER,
        False,
        False,
    )


def test_a_helper_that_hangs(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure({**AUTHS, "credHelpers": {HOST: "x"}})
    user.helper("sleep 60")
    found = user.scene(timeout=1.2).observe(DockerCredentialProbe())

    assert (found.hangs, found.found) == (True, False)


@pytest.mark.parametrize(("version", "obeyed"), [("28.5.2", True), ("28.2.2", False)])
def test_the_variable_and_the_clients_version(
    tmp_path: Path, version: str, *, obeyed: bool
) -> None:
    user = User(tmp_path)
    user.configure({})
    user.program("docker", f"echo Docker version {version}, build abc")
    user.env["DOCKER_AUTH_CONFIG"] = f'{{"auths": {{"{HOST}": {{"auth": "{AUTH}"}}}}}}'
    scene = user.scene()
    variable = scene.observe(AuthVariableProbe())

    assert (variable.version, variable.serves) == (version, obeyed)
    assert scene.observe(DockerCredentialProbe()).found is obeyed
    assert TOKEN not in repr(variable)


@pytest.mark.parametrize(
    ("text", "version", "emulates"),
    [
        ("echo Docker version 28.2.2, build e6534b4", (28, 2, 2), ""),
        ("echo 'Docker version 20.10.24+dfsg1, build 297e128'", (20, 10, 24), ""),
        ("echo Emulate Docker CLI using podman. >&2; echo podman version 4.3.1", (4, 3, 1),
         "podman"),
        ("exit 1", (), ""),
    ],
)  # fmt: skip
def test_the_docker_client(
    tmp_path: Path, text: str, version: tuple[int, ...], emulates: str
) -> None:
    user = User(tmp_path)
    user.program("docker", text)
    cli = user.scene().observe(DockerCliProbe())

    assert (cli.path, cli.numbers, cli.emulates) == (str(user.bin / "docker"), version, emulates)


def test_no_docker_client(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.env["PATH"] = str(user.bin)

    assert user.scene().observe(DockerCliProbe()).path == ""
