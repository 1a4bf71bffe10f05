"""Begins the looks that take long while the checks are still being imported.

At 100 ms of latency a diagnosis is a chain of requests; this begins with the first ones 0.2 s
earlier. What is begun here is what the checks look at anyway: the observer lets each probe look
once a run, so a verdict cannot depend on who asked first.

The order counts: importing keeps a processor busy, and all threads of Python share one. What the
longest chain waits for comes first, docker's credential, then the registry, then AWS. Each is
imported here, before its thread begins: threads that import at the same time hold up each other.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.probes.base import Probe, Scene
    from ecr_doctor.probes.manifest import Blob, Manifest


def warm_up(scene: Scene) -> None:
    """Begin to look, in the background; with `--only` and `--skip` the checks alone decide."""
    settings = scene.settings
    if settings.only or settings.skip or settings.client != "docker":
        return
    if scene.target.registry is None:
        return
    for begin in (_docker, _registry, _aws):
        with suppress(Exception):  # the checks, which import the same, will tell
            begin(scene)


def _docker(scene: Scene) -> None:
    """Run docker's helper, which asks AWS for a token, and ask the engine."""
    from ecr_doctor.probes.credential import DockerCredentialProbe  # noqa: PLC0415

    _start(scene, DockerCredentialProbe())
    from ecr_doctor.probes.docker_engine import EngineProbe  # noqa: PLC0415

    _start(scene, EngineProbe())


def _registry(scene: Scene) -> None:
    """Connect with the registry by the engine's way, and ask it for the image."""
    from ecr_doctor.probes.blob import BlobProbe  # noqa: PLC0415
    from ecr_doctor.probes.certsd import CertsDirProbe  # noqa: PLC0415
    from ecr_doctor.probes.manifest import ManifestProbe  # noqa: PLC0415
    from ecr_doctor.probes.reach import ReachProbe  # noqa: PLC0415
    from ecr_doctor.probes.registry_api import LoginProbe, Whose, registry_peer  # noqa: PLC0415
    from ecr_doctor.probes.side import Side  # noqa: PLC0415
    from ecr_doctor.probes.tls import TlsProbe  # noqa: PLC0415

    def ask() -> None:
        with suppress(Exception):
            manifest = scene.observe(ManifestProbe())
            # Files that docker stumbles over block the check on layers, which then asks nothing.
            files = scene.observe(CertsDirProbe(scene.target.host)).files
            blobs = set() if any(file.problem for file in files) else _first_blobs(manifest)
            for blob in blobs:
                _start(scene, BlobProbe(blob.digest, blob.size))
        # Layers wait for the manifest, and nothing waits for this.
        scene.observe(LoginProbe(Whose.DOCKER))

    place = (*registry_peer(scene.target), Side.ENGINE)
    _start(scene, ReachProbe(*place), TlsProbe(*place))
    _in_background(ask)


def _first_blobs(manifest: Manifest) -> set[Blob]:
    """Those that the checks on layers and on the platform begin with, at the same time."""
    if manifest.kind == "artifact":
        return set()
    config = manifest.config if manifest.kind == "image" else None
    return {blob for blob in (*manifest.blobs[:1], config) if blob is not None}


def _aws(scene: Scene) -> None:
    """Ask AWS all at once: none of the answers is needed for the next question."""
    import ecr_doctor.auth.providers  # noqa: F401, PLC0415  with botocore
    from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe  # noqa: PLC0415
    from ecr_doctor.probes.aws_identity import AwsIdentityProbe  # noqa: PLC0415
    from ecr_doctor.probes.ecr_repository import EcrImageProbe  # noqa: PLC0415
    from ecr_doctor.probes.ecr_token import EcrTokenProbe  # noqa: PLC0415

    def ask() -> None:
        # The search for credentials may take seconds, which is not to count as time of the others.
        if scene.observe(AwsCredentialsProbe()).usable:
            for probe in (AwsIdentityProbe(), EcrTokenProbe(), EcrImageProbe()):
                _start(scene, probe)

    _in_background(ask)


def _start(scene: Scene, *probes: Probe[Any]) -> None:
    """Let probes look in the background, one after the other."""

    def look() -> None:
        for probe in probes:
            with suppress(Exception):
                scene.observe(probe)

    _in_background(look)


def _in_background(work: Callable[[], None]) -> None:
    def run() -> None:
        with suppress(Exception):  # the check that asks again gets the same error and tells
            work()

    threading.Thread(target=run, name="warm-up", daemon=True).start()
