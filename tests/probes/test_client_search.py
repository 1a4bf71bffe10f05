"""Other clients' searches on a real machine: files, programs, helpers."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.clients.resolution import Outcome
from ecr_doctor.clients.which import Client
from ecr_doctor.probes.client_programs import ClientProgramProbe, installed_clients
from ecr_doctor.probes.client_search import search
from ecr_doctor.probes.credential import DockerCredentialProbe, SourceKind
from ecr_doctor.probes.kubelet_place import KubeletPlaceProbe
from ecr_doctor.redact import MASK
from ecr_doctor.testing import HOST
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = """echo '{"Username":"AWS","Secret":"fresh-secret"}'"""
AUTH = base64.b64encode(b"AWS:stored-secret").decode()
AUTHS = {"auths": {HOST: {"auth": AUTH}}}


@pytest.mark.parametrize(
    ("client", "config", "kind"),
    [
        ("podman", AUTHS, SourceKind.AUTHS),
        ("skopeo", {"credHelpers": {HOST: "x"}}, SourceKind.HELPER),
        ("oras", {"credsStore": "x"}, SourceKind.STORE),
        ("crane", {"credHelpers": {f"{HOST}/team/app": "x"}}, SourceKind.HELPER),
        ("docker-py", {"credHelpers": {HOST: "x"}, **AUTHS}, SourceKind.HELPER),
        ("docker-build", {"credHelpers": {f"https://{HOST}": "x"}}, SourceKind.HELPER),
    ],
)
def test_the_credential_of_another_client(
    tmp_path: Path, client: str, config: dict[str, Any], kind: SourceKind
) -> None:
    user = User(tmp_path)
    user.configure(config)
    user.helper(ANSWER)
    scene = user.scene(client=client)
    found = scene.observe(DockerCredentialProbe())

    assert (found.client, found.kind, found.user) == (client, kind, "AWS")
    assert found.secret is not None
    assert scene.redactor.clean(found.secret.reveal()) == MASK
    assert (found.helper_run is not None) is (kind is not SourceKind.AUTHS)
    assert not found.stops


@pytest.mark.parametrize(("client", "stops"), [("skopeo", True), ("docker-build", False)])
def test_a_helper_that_fails(tmp_path: Path, client: str, *, stops: bool) -> None:
    user = User(tmp_path)
    user.configure({**AUTHS, "credHelpers": {HOST: "x"}})
    user.program("docker", "echo Docker version 28.2.2, build abc")
    user.helper("exit 3")
    found = user.scene(client=client).observe(DockerCredentialProbe())

    assert (found.stops, found.found) == (stops, not stops)


def test_the_version_of_the_installed_program_decides(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure(AUTHS)
    (tmp_path / "af.json").write_text("{}")
    user.env["REGISTRY_AUTH_FILE"] = str(tmp_path / "af.json")
    for version, found in (("1.9.3", True), ("1.18.0", False)):
        user.program("skopeo", f"echo skopeo version {version}")
        scene = user.scene(client="skopeo")
        assert scene.observe(ClientProgramProbe("skopeo")).version == version
        assert scene.observe(DockerCredentialProbe()).found is found


def test_offline_no_helper_runs(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.configure({"credHelpers": {HOST: "x"}})
    user.helper(f"touch {tmp_path}/ran")

    assert search(user.scene(), Client("docker"), ask=False).outcome is Outcome.DEPENDS
    assert not (tmp_path / "ran").exists()


def test_programs_that_are_there(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.env["PATH"] = str(user.bin)
    user.program("docker", "echo Docker version 28.2.2, build abc")
    user.program("python3", "echo 7.1.0")
    user.program("crane", "echo v0.20.1")
    user.program("podman", "exit 125")
    found = {program.name: program.version for program in installed_clients(user.scene())}

    assert found == {
        "docker": "28.2.2",
        "docker-build": "28.2.2",
        "docker-manifest": "28.2.2",
        "docker-py": "7.1.0",
        "crane": "0.20.1",
        "podman": "",
    }


def test_a_python_without_docker_is_no_client(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.env["PATH"] = str(user.bin)
    user.program("python3", "echo 3.11; exit 1")

    assert installed_clients(user.scene()) == ()


def test_a_named_file_of_kubelet(tmp_path: Path) -> None:
    place = User(tmp_path).scene().observe(KubeletPlaceProbe(f"{tmp_path}/providers.json"))

    assert (place.is_node, place.programs) == (True, str(tmp_path))


def test_a_provider_that_is_not_there(tmp_path: Path) -> None:
    providers = [{"name": "gone", "matchImages": ["*.dkr.ecr.*.amazonaws.com"]}]
    config = tmp_path / "providers.json"
    config.write_text(json.dumps({"kind": "CredentialProviderConfig", "providers": providers}))
    found = search(User(tmp_path).scene(), Client("kubelet", "", str(config)), ask=True)

    assert found.outcome is Outcome.ANONYMOUS
    assert any("not there" in step.result for step in found.lookups)
