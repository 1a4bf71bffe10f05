"""A config or layer, fetched as docker does: asked of the registry, had from where it points to.

The credential is never sent on: S3 and CloudFront refuse requests with two, and it is a secret.
The address they are fetched from is a secret too (it grants what it names): only its host is kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from .base import Probe
from .http import HttpProblem, RawAnswer, Request, exchange, split_https
from .platforms import Platform
from .reach import Reach, ReachProbe
from .registry_api import RegistryAnswer, Whose, ask_at_once, registry_answer, registry_peer
from .side import Side
from .tls import TlsAnswer, TlsProbe

if TYPE_CHECKING:
    from .base import Scene

WHOLE_MOST = 1 << 20
"""Bytes; larger blobs are begun and not fetched to their end."""
_BEGINNING = 1 << 10
_FETCH_SECONDS = 4.0
_REDIRECTS = {301, 302, 303, 307, 308}
_PLATFORM_MOST = 256 << 10


class BlobState(StrEnum):
    """How far the blob came."""

    VERIFIED = "verified"
    """All of it, and its bytes are those that the digest names."""
    BEGUN = "begun"
    """The first bytes came; it is too large, or too slow, to be fetched to its end here."""
    CORRUPT = "corrupt"
    """All of it came, and the bytes do not match the digest."""
    REFUSED = "refused"
    """The registry itself did not hand it out: `BlobAnswer.answer`."""
    UNREACHABLE = "unreachable"
    """The host it was to come from is not reached: `reach`, `tls`."""
    DENIED = "denied"
    """That host answered, and not with the blob: `source`."""
    BROKEN = "broken"
    """The connection ended, or no more bytes came: `source.problem`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobAnswer:
    """What came of one blob."""

    digest: str
    size: int
    whose: Whose
    state: BlobState
    answer: RegistryAnswer
    """The registry's."""
    host: str = ""
    """Where the bytes come from: S3, CloudFront, or the registry itself."""
    source: RegistryAnswer = field(default_factory=RegistryAnswer)
    """The answer of that host."""
    reach: Reach | None = None
    tls: TlsAnswer | None = None
    received: int = 0
    """Bytes."""
    found_digest: str = ""
    """Of the bytes that came, where all of them did."""
    platform: Platform | None = None
    """Where the blob is an image's config."""

    @property
    def came(self) -> bool:
        """Whether layers can be had this way."""
        return self.state in {BlobState.VERIFIED, BlobState.BEGUN}


@dataclass(frozen=True, slots=True)
class BlobProbe(Probe[BlobAnswer]):
    """Fetches a blob of the image's repository and throws it away."""

    digest: str
    size: int
    limit: ClassVar[float] = 10.0

    def look(self, scene: Scene) -> BlobAnswer:
        """Ask the registry, follow it once.

        Raises:
            ProbeError: the registry takes no credential that is at hand.

        """
        path = f"/v2/{scene.target.repository}/blobs/{self.digest}"
        headers = {} if self.size <= WHOLE_MOST else {"Range": f"bytes=0-{_BEGINNING - 1}"}
        raw, whose = ask_at_once(scene, path, headers, _good, most=_most(self.size))
        answer = registry_answer(scene, raw)
        blank = BlobAnswer(
            digest=self.digest,
            size=self.size,
            whose=whose,
            state=BlobState.REFUSED,
            answer=answer,
            host=registry_peer(scene.target)[0],
        )
        if answer.ok:
            return _received(replace(blank, source=answer), raw)
        place = split_https(raw.headers.get("location", ""))
        if raw.status not in _REDIRECTS or place is None:
            return blank
        return _follow(scene, blank, place, headers)


def _good(raw: RawAnswer) -> bool:
    return not raw.problem and (raw.status // 100 == 2 or raw.status in _REDIRECTS)  # noqa: PLR2004


def _follow(
    scene: Scene, blob: BlobAnswer, place: tuple[str, int, str], headers: dict[str, str]
) -> BlobAnswer:
    host, port, path = place
    scene.redactor.learn(path)
    reach = scene.observe(ReachProbe(host, port, Side.ENGINE))
    tls = scene.observe(TlsProbe(host, port, Side.ENGINE)) if reach.open else None
    blob = replace(blob, host=host, reach=reach, tls=tls, state=BlobState.UNREACHABLE)
    if tls is None or not tls.verified:
        return blob
    request = Request(
        host=host,
        port=port,
        side=Side.ENGINE,
        path=path,
        headers=headers,
        most=_most(blob.size),
        seconds=_FETCH_SECONDS,
    )
    raw = exchange(scene, request)
    source = registry_answer(scene, raw)
    blob = replace(blob, source=source)
    if raw.status // 100 == 2 or (raw.problem and not raw.status):  # noqa: PLR2004
        return _received(blob, raw)
    return replace(blob, state=BlobState.DENIED)


def _most(size: int) -> int:
    """Bytes to read: one more than a small blob may have, the beginning of a large one."""
    return WHOLE_MOST + 1 if size <= WHOLE_MOST else _BEGINNING


def _received(blob: BlobAnswer, raw: RawAnswer) -> BlobAnswer:
    blob = replace(blob, received=len(raw.body))
    if raw.problem is HttpProblem.SLOW and raw.body:
        return replace(blob, state=BlobState.BEGUN)
    if raw.problem is not HttpProblem.NONE and not (blob.size > WHOLE_MOST and raw.body):
        return replace(blob, state=BlobState.BROKEN)
    if blob.size > WHOLE_MOST:
        return replace(blob, state=BlobState.BEGUN if raw.body else BlobState.BROKEN)
    found = f"sha256:{hashlib.sha256(raw.body).hexdigest()}"
    if not blob.digest.startswith("sha256:"):
        return replace(blob, state=BlobState.BEGUN)
    if found == blob.digest:
        return replace(
            blob, state=BlobState.VERIFIED, found_digest=found, platform=_platform(raw.body)
        )
    page = blob.source.is_html
    return replace(blob, state=BlobState.DENIED if page else BlobState.CORRUPT, found_digest=found)


def _platform(body: bytes) -> Platform | None:
    """The platform in an image's config; nothing else of it is kept: it may hold secrets."""
    if not body.startswith(b"{") or len(body) > _PLATFORM_MOST:
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not found.get("os"):
        return None
    parts = {key: str(found.get(key) or "")[:60] for key in ("os", "architecture", "variant")}
    return Platform(**parts, os_version=str(found.get("os.version") or "")[:60])
