"""The list of helpers in registries.conf and its drop-ins."""

from __future__ import annotations

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients import podman, skopeo
from ecr_doctor.clients.machine import FileState
from ecr_doctor.clients.registries import NamedHelpers, RegistriesError, registries_helpers

SYSTEM = "/etc/containers/registries.conf"
OWN = f"{HOME}/.config/containers/registries.conf"
NAMED = "/rc.conf"


def conf(*names: str) -> str:
    return f"credential-helpers = {list(names)!r}".replace("'", '"')


def found(files: dict[str, object], **env: str) -> NamedHelpers:
    machine = PaperMachine(files, env={"HOME": HOME, **env})
    return registries_helpers(machine, obeys_variable=True)


@pytest.mark.parametrize(
    ("files", "names", "path"),
    [
        pytest.param({}, (), SYSTEM, id="nothing"),
        pytest.param({SYSTEM: conf("a")}, ("a",), SYSTEM, id="system"),
        pytest.param({SYSTEM: conf("a"), OWN: conf("b")}, ("b",), OWN, id="own replaces system"),
        pytest.param({SYSTEM: conf("a"), OWN: ""}, (), OWN, id="own, silent, still replaces"),
        pytest.param({SYSTEM: conf("a"), f"{SYSTEM}.d/1.conf": conf("d")}, ("d",),
                     f"{SYSTEM}.d/1.conf", id="a drop-in replaces the list"),
        pytest.param({f"{SYSTEM}.d/1.conf": conf("d"), f"{SYSTEM}.d/2.conf": conf("e")}, ("e",),
                     f"{SYSTEM}.d/2.conf", id="the last drop-in"),
        pytest.param({f"{SYSTEM}.d/9.conf": conf("d"), f"{OWN}.d/1.conf": conf("e")}, ("e",),
                     f"{OWN}.d/1.conf", id="own drop-ins after the system's"),
        pytest.param({OWN: conf("b"), f"{SYSTEM}.d/1.conf": conf("d")}, ("b",), OWN,
                     id="own file switches the system's drop-ins off"),
        pytest.param({f"{SYSTEM}.d/1.conf": conf("d"), f"{SYSTEM}.d/2.conf": "[aliases]"}, ("d",),
                     f"{SYSTEM}.d/1.conf", id="a drop-in without the list"),
        pytest.param({f"{SYSTEM}.d/1.conf": conf("d"), f"{SYSTEM}.d/2.conf": conf()}, (),
                     f"{SYSTEM}.d/2.conf", id="an empty list empties"),
        pytest.param({f"{SYSTEM}.d/1.toml": conf("d")}, (), SYSTEM, id="other suffix"),
        pytest.param({f"{SYSTEM}.d/sub/1.conf": conf("d")}, (), SYSTEM, id="no sub-folders"),
    ],
)  # fmt: skip
def test_order(files: dict[str, object], names: tuple[str, ...], path: str) -> None:
    assert found(files) == NamedHelpers(names=names, path=path)


def test_the_variable_replaces_the_main_file_and_not_the_drop_ins() -> None:
    files: dict[str, object] = {NAMED: conf("v"), SYSTEM: conf("a")}

    assert found(files, CONTAINERS_REGISTRIES_CONF=NAMED).names == ("v",)
    files[f"{SYSTEM}.d/1.conf"] = conf("d")
    assert found(files, CONTAINERS_REGISTRIES_CONF=NAMED).names == ("d",)


@pytest.mark.parametrize("text", ["[", "credential-helpers = 1", "credential-helpers = [1]"])
def test_a_broken_file_stops_the_client(text: str) -> None:
    with pytest.raises(RegistriesError):
        found({f"{SYSTEM}.d/1.conf": text})


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(RegistriesError):
        found({}, CONTAINERS_REGISTRIES_CONF=NAMED)
    with pytest.raises(RegistriesError):
        found({OWN: FileState.UNREADABLE})


def test_skopeo_takes_the_helper_of_a_drop_in_before_its_files() -> None:
    files = {f"{SYSTEM}.d/1.conf": conf("x"), CONFIG: {"auths": {HOST: auth("u-file", "p")}}}
    resolution = skopeo.resolve(PaperMachine(files, {"x": "ok"}), HOST, "team/app")

    assert resolution.login.user == "u-helper"
    assert resolution.login.source.path == f"{SYSTEM}.d/1.conf"


def test_a_runtime_folder_that_is_missing_is_said() -> None:
    env = {"HOME": HOME, "XDG_RUNTIME_DIR": "/gone"}
    resolution = podman.resolve(PaperMachine(env=env), HOST, "team/app")

    assert resolution.outcome == "anonymous"
    assert "XDG_RUNTIME_DIR names /gone" in resolution.note
