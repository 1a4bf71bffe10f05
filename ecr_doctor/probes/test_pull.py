"""A real pull by the real engine, with the credential that the docker CLI would send.

It leaves the machine as it was: the image is pulled by digest, so that no tag moves, and removed
again unless it was there before.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from ecr_doctor.model.progress import LayerStep

from .base import Probe, ProbeError
from .credential import DockerCredentialProbe
from .docker_engine import EngineProbe, open_client
from .manifest import ManifestProbe
from .platforms import asked_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import APIClient
    from ecr_doctor.model import ImageReference

    from .base import Scene

SILENCE_SECONDS = 4.0
"""An engine that says nothing for so long is stuck: a healthy one reports progress all the time."""
SILENCE_WHERE_WE_FAILED = 2.0
"""Where our own requests had no answer either, there is less to wait for."""
_MOST_EVENTS = 1_000_000


class PullEnd(StrEnum):
    """How the pull ended."""

    DONE = "done"
    REFUSED = "refused"
    """The engine said why: `PullAttempt.error`."""
    STALLED = "stalled"
    """The engine said nothing for too long."""
    RETRYING = "retrying"
    """The engine failed to fetch a layer and tries again; its reason comes minutes later."""
    UNFINISHED = "unfinished"
    """The run's time was up while the pull was under way."""
    TOO_LARGE = "too-large"
    """Not tried: the image is larger than `--pull-limit`."""
    WOULD_CHANGE = "would-change"
    """Not tried: it would move a tag that this machine has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAttempt:
    """What the engine did and said."""

    end: PullEnd
    reference: str
    error: str = ""
    """The engine's own words, redacted."""
    layers_fetched: int = 0
    layers_present: int = 0
    """Layers that were on this machine before: for them nothing was fetched."""
    anonymous: bool = False
    """Whether docker has no credential to send."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TestPullProbe(Probe[PullAttempt]):
    """Pulls the image through docker-py."""

    __test__: ClassVar[bool] = False
    limit: ClassVar[float] = 3600.0

    def look(self, scene: Scene) -> PullAttempt:
        """Pull, watch, and clean up.

        Raises:
            ProbeError: there is no engine, or docker's credential could not be found out.

        """
        engine = scene.observe(EngineProbe())
        reference = scene.target.reference
        if not engine.reachable or reference is None:
            raise ProbeError("there is no docker engine to pull with")
        auth = _auth_config(scene)
        digest, size = _digest_and_size(scene)
        name = f"{reference.host}/{reference.repository}"
        selector = digest or reference.selector
        if size > scene.settings.pull_limit:
            return PullAttempt(end=PullEnd.TOO_LARGE, reference=f"{name}@{selector}")
        patience = SILENCE_SECONDS if digest else SILENCE_WHERE_WE_FAILED
        with open_client(engine.endpoint, patience) as client:
            return _pull(scene, client, _Order(name, selector, auth))


@dataclass(frozen=True, slots=True)
class _Order:
    name: str
    selector: str
    auth: dict[str, str]

    @property
    def reference(self) -> str:
        return (
            f"{self.name}@{self.selector}"
            if ":" in self.selector
            else f"{self.name}:{self.selector}"
        )


def _auth_config(scene: Scene) -> dict[str, str]:
    """What the CLI would put into X-Registry-Auth; an empty one for an anonymous pull.

    Raises:
        ProbeError: it is not known: the CLI would still wait for its helper.

    """
    credential = scene.observe(DockerCredentialProbe())
    if credential.hangs and not credential.found:
        raise ProbeError("docker would still wait for its credential helper: it has no login yet")
    if credential.secret is None or not credential.user:
        return {}
    return {
        "username": credential.user,
        "password": credential.secret.reveal(),
        "serveraddress": scene.target.host,
    }


def _digest_and_size(scene: Scene) -> tuple[str, int]:
    """The manifest's digest and the layers' size in bytes, where we could read the manifest."""
    reference: ImageReference | None = scene.target.reference
    given = reference.digest if reference else ""
    try:
        manifest = scene.observe(ManifestProbe())
    except ProbeError:
        return given, 0
    return given or manifest.digest, manifest.layers_size


def _pull(scene: Scene, client: APIClient, order: _Order) -> PullAttempt:
    was_there = _has(client, order.reference)
    if was_there and ":" not in order.selector:
        return PullAttempt(end=PullEnd.WOULD_CHANGE, reference=order.reference)
    started = time.monotonic()
    watch = _Watch(scene)
    try:
        watch.follow(_events(client, scene, order))
    except Exception as error:  # noqa: BLE001  docker-py lets errors of four libraries through
        watch.fail(error)
    finally:
        if not was_there:
            _remove(client, order.reference)
    return PullAttempt(
        end=watch.end,
        reference=order.reference,
        error=watch.error,
        layers_fetched=len(watch.fetched),
        layers_present=len(watch.present),
        anonymous=not order.auth,
        seconds=round(time.monotonic() - started, 3),
    )


def _has(client: APIClient, reference: str) -> bool:
    with suppress(Exception):
        client.inspect_image(reference)  # type: ignore[no-untyped-call]
        return True
    return False


def _remove(client: APIClient, reference: str) -> None:
    """Undo what the pull added; a failure here must not hide what the pull said."""
    with suppress(Exception):
        client.remove_image(reference, force=False)


def _events(client: APIClient, scene: Scene, order: _Order) -> Iterator[dict[str, Any]]:
    platform = asked_platform(scene)[0] or None
    events: Iterator[dict[str, Any]] = client.pull(
        order.name,
        tag=order.selector,
        stream=True,
        decode=True,
        auth_config=order.auth,
        platform=platform,
    )
    return events


class _Watch:
    """Follows the engine's events: https://docs.docker.com/reference/api/engine (ImageCreate)."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.end = PullEnd.DONE
        self.error = ""
        self.fetched: set[str] = set()
        self.present: set[str] = set()

    def follow(self, events: Iterator[dict[str, Any]]) -> None:
        """Read events until the end, an error, or the end of the run's time."""
        for count, event in enumerate(events):
            if "error" in event or "errorDetail" in event:
                self._refused(str(event.get("error") or event.get("errorDetail")))
                return
            status = str(event.get("status", ""))
            self._note(status, str(event.get("id", "")), event)
            if status.startswith("Retrying in"):
                self.end = PullEnd.RETRYING
                return
            if count > _MOST_EVENTS or self._scene.time_left() < 1.0:
                self.end = PullEnd.UNFINISHED
                return

    def fail(self, error: Exception) -> None:
        """Tell silence from an answer that docker-py turned into an exception."""
        text = str(getattr(error, "explanation", "") or error)
        if "timed out" in text.lower() or "timeout" in type(error).__name__.lower():
            self.end = PullEnd.STALLED
            self.error = "the docker engine said nothing for seconds"
        else:
            self._refused(text)

    def _refused(self, text: str) -> None:
        self.end = PullEnd.REFUSED
        self.error = self._scene.redactor.clean(text[:4000])

    def _note(self, status: str, layer: str, event: dict[str, Any]) -> None:
        if status == "Already exists":
            self.present.add(layer)
        elif status in {"Download complete", "Pull complete"}:
            self.fetched.add(layer)
        if status.startswith("Status: Image is up to date"):
            self.present.add("image")
        detail = event.get("progressDetail")
        counts = detail if isinstance(detail, dict) else {}
        now, whole = (_number(counts.get(name)) for name in ("current", "total"))
        if layer and not status.startswith("Pulling from"):
            self._scene.progress(LayerStep(layer[:64], status[:64], now, whole))


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
