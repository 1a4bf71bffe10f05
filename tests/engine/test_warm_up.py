"""What is begun before the checks are there, and when nothing is."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.engine.observe import Observer
from ecr_doctor.engine.warm_up import warm_up
from ecr_doctor.model import Settings, parse_target
from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.blob import BlobProbe
from ecr_doctor.probes.certsd import CertsDir, CertsDirProbe, CertsFile, FileProblem, FileRole
from ecr_doctor.probes.manifest import Blob, Manifest, ManifestKind, ManifestProbe
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.testing import IMAGE

if TYPE_CHECKING:
    from ecr_doctor.probes.base import Probe


@dataclass
class Credentials:
    usable: bool


class Asked(Observer):
    """Looks at nothing: it writes down what it is asked."""

    def __init__(
        self,
        image: str,
        settings: Settings,
        *,
        usable: bool = True,
        manifest: Manifest | None = None,
        files: tuple[CertsFile, ...] = (),
    ) -> None:
        super().__init__(parse_target(image), settings)
        self.names: set[str] = set()
        self.blobs: set[str] = set()
        self.usable = usable
        self.manifest = manifest
        self.files = files

    def observe(self, probe: Probe[Any]) -> Any:
        self.names.add(type(probe).__name__)
        if probe == AwsCredentialsProbe():
            return Credentials(self.usable)
        if probe == ManifestProbe() and self.manifest is not None:
            return self.manifest
        if isinstance(probe, CertsDirProbe):
            return CertsDir(path="/etc/docker/certs.d/host", files=self.files)
        if isinstance(probe, BlobProbe):
            self.blobs.add(probe.digest)
        raise ProbeError("not here")


def asked(image: str = IMAGE, *, usable: bool = True, **options: Any) -> set[str]:
    return warmed_up(Asked(image, Settings(env={}, **options), usable=usable)).names


def warmed_up(scene: Asked) -> Asked:
    warm_up(scene)
    for _ in range(3):  # a thread may start others
        for thread in threading.enumerate():
            if thread.name == "warm-up":
                thread.join(5)
    return scene


DOCKER = {"DockerCredentialProbe", "EngineProbe"} | {
    "ReachProbe",
    "TlsProbe",
    "ManifestProbe",
    "LoginProbe",
}
AWS = {"AwsCredentialsProbe", "AwsIdentityProbe", "EcrTokenProbe", "EcrImageProbe"}


def test_docker_and_aws_are_asked_at_once() -> None:
    assert asked() == DOCKER | AWS


def test_without_credentials_no_service_of_aws_is_asked() -> None:
    assert asked(usable=False) == DOCKER | {"AwsCredentialsProbe"}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"only": ("reference.*",)}, id="only"),
        pytest.param({"skip": ("registry.*",)}, id="skip"),
        pytest.param({"client": "skopeo"}, id="another client"),
    ],
)
def test_a_part_of_the_checks_decides_alone(options: dict[str, Any]) -> None:
    assert asked(**options) == set()


def test_an_image_elsewhere() -> None:
    assert asked("docker.io/library/busybox") == set()


CONFIG, SMALL, LARGE = (Blob(digest=f"sha256:{n}", size=n) for n in (20, 10, 30))


@pytest.mark.parametrize(
    ("kind", "blobs"),
    [
        pytest.param(ManifestKind.IMAGE, {CONFIG.digest, SMALL.digest}, id="image"),
        pytest.param(ManifestKind.INDEX, {SMALL.digest}, id="index: names the platform itself"),
        pytest.param(ManifestKind.ARTIFACT, set(), id="artifact: no layer is looked at"),
    ],
)
def test_the_blobs_that_checks_begin_with(kind: ManifestKind, blobs: set[str]) -> None:
    manifest = Manifest(
        whose=Whose.DOCKER,
        answer=RegistryAnswer(status=200),
        kind=kind,
        config=CONFIG,
        layers=(LARGE, SMALL),
    )

    seen = warmed_up(Asked(IMAGE, Settings(env={}), manifest=manifest))

    assert seen.blobs == blobs


def test_no_blob_is_asked_for_where_docker_stumbles_over_its_certificates() -> None:
    manifest = Manifest(
        whose=Whose.DOCKER,
        answer=RegistryAnswer(status=200),
        kind=ManifestKind.IMAGE,
        layers=(SMALL,),
    )
    file = CertsFile(
        path="client.cert", role=FileRole.CLIENT_CERTIFICATE, problem=FileProblem.GARBAGE
    )

    seen = warmed_up(Asked(IMAGE, Settings(env={}), manifest=manifest, files=(file,)))

    assert seen.blobs == set()


def test_docker_is_asked_before_anything_heavy_is_imported() -> None:
    """What comes before the helper's start is waited for in every run."""
    code = (
        "import sys, ecr_doctor.cli.run, ecr_doctor.engine.run, ecr_doctor.probes.credential;"
        "print(*sys.modules)"
    )
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(found.stdout.split())

    assert loaded.isdisjoint(HEAVY)
    assert not [name for name in loaded if name.startswith("ecr_doctor_checks")]


HEAVY = {
    "boto3",
    "botocore",
    "docker",
    "importlib.metadata",
    "jinja2",
    "rich",
    "ssl",
    "urllib3",
    "ecr_doctor.catalog",
    "ecr_doctor.clients.which",
    "ecr_doctor.engine.judging",
    "ecr_doctor.engine.registry",
    "ecr_doctor.probes.aws_client",
    "ecr_doctor.probes.http",
}
