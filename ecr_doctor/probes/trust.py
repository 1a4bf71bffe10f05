"""Whose certificates a side trusts, and the TLS settings made of that.

Helper and docker daemon are Go programs: crypto/x509/root_unix.go reads the first bundle that
exists and then every file of the certificate folders; SSL_CERT_FILE and SSL_CERT_DIR replace these.
AWS_CA_BUNDLE replaces all of them for AWS calls (aws-sdk-go-v2, config/resolve.go).
"""

from __future__ import annotations

import configparser
import os
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.ca_bundle import SYSTEM_BUNDLES

from .base import Probe, ProbeError
from .certificate import pem_blocks
from .certsd import CertsDirProbe
from .docker_engine import pulling_engine
from .side import Side

if TYPE_CHECKING:
    from .base import Scene

SYSTEM_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_LARGEST_BUNDLE = 8 << 20
_MOST_FILES = 1000


class BundleState(StrEnum):
    """What a path that should hold certificates of authorities is."""

    OK = "ok"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    DIRECTORY = "directory"
    NO_CERTIFICATES = "no-certificates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A file of authorities, and what names it."""

    path: str
    source: str
    """A variable, `ca_bundle` with its profile, or `system`."""
    state: BundleState

    @property
    def good(self) -> bool:
        """Whether certificates can be read from it."""
        return self.state is BundleState.OK

    @property
    def for_aws(self) -> bool:
        """Whether AWS's programs end where it cannot be read; other variables give way."""
        return self.source.startswith(("AWS_CA_BUNDLE", "ca_bundle"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a side trusts."""

    side: Side
    bundle: Bundle | None
    """None where the machine has no bundle at all."""
    folders: tuple[str, ...] = ()
    """Read too, where the bundle does not settle it."""
    extra: tuple[str, ...] = ()
    """Files of /etc/docker/certs.d/HOST."""

    @property
    def source(self) -> str:
        """For a report: what decides on the trust."""
        parts = [f"{self.bundle.path} ({self.bundle.source})"] if self.bundle else []
        return ", ".join([*parts, *self.extra]) or "no authorities at all"


@dataclass(frozen=True, slots=True)
class TrustProbe(Probe[Trust]):
    """Reads variables and files; the daemon's own variables are not visible from here."""

    side: Side = Side.ENGINE
    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> Trust:
        """Find the bundle that the side's programs use."""
        if self.side is Side.ENGINE:
            return _engine_trust(scene)
        own = next((b for b in variables(scene) if b.for_aws), None)
        if own is not None:
            return Trust(side=self.side, bundle=own)
        named = scene.env.get("SSL_CERT_FILE")
        folders = tuple(filter(None, scene.env.get("SSL_CERT_DIR", "").split(":")))
        return Trust(
            side=self.side,
            bundle=look_at(named, "SSL_CERT_FILE") if named else _system(),
            folders=folders or SYSTEM_FOLDERS,
        )


def _engine_trust(scene: Scene) -> Trust:
    """The registry's certs.d counts for layers too: docker follows redirects with one client."""
    try:
        extra = scene.observe(CertsDirProbe(scene.target.host)).authorities
    except ProbeError:
        extra = ()
    named = scene.env.get("SSL_CERT_FILE")
    # Without an engine the user's own programs pull, and they heed the user's variables.
    if named and pulling_engine(scene) is None:
        bundle = look_at(named, "SSL_CERT_FILE")
        return Trust(side=Side.ENGINE, bundle=bundle, folders=SYSTEM_FOLDERS, extra=extra)
    return Trust(side=Side.ENGINE, bundle=_system(), folders=SYSTEM_FOLDERS, extra=extra)


@dataclass(frozen=True, slots=True)
class CaVariables:
    """Every setting of the user that names a bundle."""

    bundles: tuple[Bundle, ...] = ()
    system: Bundle | None = None


@dataclass(frozen=True, slots=True)
class CaVariablesProbe(Probe[CaVariables]):
    """Looks at what the variables and the profile name, whoever reads them."""

    def look(self, scene: Scene) -> CaVariables:
        """Stat and read each file."""
        return CaVariables(variables(scene), _system())


def variables(scene: Scene) -> tuple[Bundle, ...]:
    """The bundles that are named, AWS's own first."""
    named = [("AWS_CA_BUNDLE", scene.env.get("AWS_CA_BUNDLE", ""))]
    profile = scene.settings.profile or scene.env.get("AWS_PROFILE") or "default"
    named.append((f"ca_bundle of profile {profile}", _profile_bundle(scene, profile)))
    others = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    named += [(name, scene.env.get(name, "")) for name in others]
    return tuple(look_at(path, source) for source, path in named if path)


def _profile_bundle(scene: Scene, profile: str) -> str:
    home = scene.env.get("HOME", "")
    path = Path(scene.env.get("AWS_CONFIG_FILE") or Path(home, ".aws", "config"))
    parser = configparser.RawConfigParser(strict=False)
    section = profile if profile == "default" else f"profile {profile}"
    with suppress(configparser.Error, OSError, UnicodeError):
        parser.read(path, "utf-8")
        value = parser.get(section, "ca_bundle", fallback="")
        return value.replace("~", home, 1) if value.startswith("~") else value
    return ""


def look_at(path: str, source: str) -> Bundle:
    """Whether a file holds certificates."""
    return Bundle(path=path, source=source, state=_state(Path(path)))


def _state(path: Path) -> BundleState:
    try:
        if path.is_dir():
            return BundleState.DIRECTORY
        with path.open("rb") as file:
            data = file.read(_LARGEST_BUNDLE)
    except FileNotFoundError:
        return BundleState.MISSING
    except OSError:
        return BundleState.UNREADABLE
    return BundleState.OK if next(pem_blocks(data), None) else BundleState.NO_CERTIFICATES


def _system() -> Bundle | None:
    """The first of Go's places that can be read."""
    path = next((p for p in SYSTEM_BUNDLES if os.access(p, os.R_OK)), None)
    return look_at(path, "system") if path else None


def tls_settings(trust: Trust, *, with_folders: bool = False) -> ssl.SSLContext:
    """Verifying TLS settings as Go's: each certificate is an anchor, names count in SAN only."""
    stamps = tuple(_stamp(path) for path in _files(trust))
    return _tls_settings(trust, with_folders, stamps)


def _files(trust: Trust) -> list[str]:
    return [*([trust.bundle.path] if trust.bundle and trust.bundle.good else []), *trust.extra]


def _stamp(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=16)
def _tls_settings(
    trust: Trust,
    with_folders: bool,  # noqa: FBT001
    stamps: tuple[int, ...],  # noqa: ARG001  a changed file is read again
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    files = _files(trust)
    for folder in trust.folders if with_folders else ():
        with suppress(OSError):
            files += [entry.path for entry in os.scandir(folder) if entry.is_file()][:_MOST_FILES]
    for path in dict.fromkeys(files):
        _load(context, path)
    return context


def _load(context: ssl.SSLContext, path: str) -> None:
    """Add a file's authorities; broken ones in it are skipped, as Go does."""
    try:
        context.load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError):
        with suppress(ssl.SSLError, OSError, ValueError):
            ders = b"".join(pem_blocks(Path(path).read_bytes()[:_LARGEST_BUNDLE]))
            context.load_verify_locations(cadata=ders)
