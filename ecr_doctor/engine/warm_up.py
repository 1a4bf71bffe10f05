"""Begins the looks that take long while the checks are still being imported.

At 100 ms of latency a diagnosis is a chain of requests; this begins with the first ones 0.2 s
earlier. What is begun here is what the checks look at anyway: the observer lets each probe look
once a run, so a verdict cannot depend on who asked first.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.probes.base import Probe, Scene


def warm_up(scene: Scene) -> None:
    """Begin to look, in the background; with `--only` and `--skip` the checks alone decide."""
    settings = scene.settings
    if settings.only or settings.skip or settings.client != "docker":
        return
    if scene.target.registry is None:
        return
    for begin in (_aws, _registry):
        _start(begin, scene)


def _aws(scene: Scene) -> None:
    """Ask AWS all at once: none of the answers is needed for the next question."""
    from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe  # noqa: PLC0415  with botocore
    from ecr_doctor.probes.aws_identity import AwsIdentityProbe  # noqa: PLC0415
    from ecr_doctor.probes.ecr_repository import EcrImageProbe  # noqa: PLC0415
    from ecr_doctor.probes.ecr_token import EcrTokenProbe  # noqa: PLC0415

    # The search for credentials may take seconds, which is not to count as time of the others.
    if not scene.observe(AwsCredentialsProbe()).usable:
        return
    for probe in (AwsIdentityProbe(), EcrTokenProbe(), EcrImageProbe()):
        _start(_look, scene, probe)


def _registry(scene: Scene) -> None:
    """Ask docker's engine and helper, and the registry with what they say."""
    from ecr_doctor.probes.credential import DockerCredentialProbe  # noqa: PLC0415
    from ecr_doctor.probes.docker_engine import EngineProbe  # noqa: PLC0415

    for probe in (DockerCredentialProbe(), EngineProbe()):
        _start(_look, scene, probe)
    _start(_connect, scene)
    _start(_log_in, scene)


def _connect(scene: Scene) -> None:
    """Open the connection that the manifest is asked for through, by the engine's proxy if any."""
    from ecr_doctor.probes.reach import ReachProbe  # noqa: PLC0415
    from ecr_doctor.probes.registry_api import registry_peer  # noqa: PLC0415
    from ecr_doctor.probes.side import Side  # noqa: PLC0415
    from ecr_doctor.probes.tls import TlsProbe  # noqa: PLC0415

    place = (*registry_peer(scene.target), Side.ENGINE)
    if scene.observe(ReachProbe(*place)).open:
        scene.observe(TlsProbe(*place))


def _log_in(scene: Scene) -> None:
    """Ask for the manifest first: layers wait for it, and nothing waits for the login."""
    from ecr_doctor.probes.manifest import ManifestProbe  # noqa: PLC0415
    from ecr_doctor.probes.registry_api import LoginProbe, Whose  # noqa: PLC0415

    with suppress(Exception):
        scene.observe(ManifestProbe())
    scene.observe(LoginProbe(Whose.DOCKER))


def _look(scene: Scene, probe: Probe[Any]) -> None:
    scene.observe(probe)


def _start(work: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401
    def run() -> None:
        with suppress(Exception):  # the check that asks again gets the same error and tells
            work(*arguments)

    threading.Thread(target=run, name="warm-up", daemon=True).start()
