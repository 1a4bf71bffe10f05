"""/etc/docker/certs.d/HOST, read as docker reads it.

moby, registry/registry.go (`ReadCertsDirectory`): `.crt` files are authorities, garbage in them is
ignored; a `.cert` needs its `.key` and a `.key` its `.cert`, or the registry is refused; every
other file is ignored.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.model.settings import CONTAINERS_IMAGE

from .base import Probe, ProbeError
from .certificate import pem_blocks, read_certificate
from .docker_engine import Engine, EngineProbe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

CERTS_D = "/etc/docker/certs.d"
_OWN, _SHARED = ".config/containers/certs.d", ("/etc/containers/certs.d", CERTS_D)
"""Where these clients look, in this order, for the first folder of the host: containers/image,
docker/docker_client.go (dockerCertDir); containers-certs.d(5)."""
_LARGEST = 1 << 20
_MOST_FILES = 200


class FileRole(StrEnum):
    """What docker takes a file for."""

    AUTHORITY = "authority"
    CLIENT_CERTIFICATE = "client-certificate"
    CLIENT_KEY = "client-key"
    IGNORED = "ignored"


class FileProblem(StrEnum):
    """What is wrong with a file."""

    NONE = ""
    GARBAGE = "garbage"
    """A `.crt` without a certificate: docker ignores it silently."""
    WRONG_EXTENSION = "wrong-extension"
    """It holds a certificate, and docker does not look at it."""
    NO_KEY = "no-key"
    NO_CERTIFICATE = "no-certificate"
    BAD_PAIR = "bad-pair"
    """Certificate and key do not belong together or cannot be read."""
    UNREADABLE = "unreadable"
    """Not readable for this user; the docker daemon ordinarily is root."""


REFUSED_BY_DOCKER = frozenset(
    {FileProblem.NO_KEY, FileProblem.NO_CERTIFICATE, FileProblem.BAD_PAIR}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertsFile:
    """One file of the folder."""

    path: str
    role: FileRole
    problem: FileProblem = FileProblem.NONE
    subjects: tuple[str, ...] = ()
    """Of the certificates that it holds."""

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class CertsDir:
    """The folder that docker reads for one registry."""

    path: str
    exists: bool = False
    files: tuple[CertsFile, ...] = ()
    lookalikes: tuple[str, ...] = ()
    """Folders beside it that were probably meant for this registry; docker does not read them."""

    @property
    def authorities(self) -> tuple[str, ...]:
        """Paths of the files whose authorities docker trusts."""
        found = (f for f in self.files if f.role is FileRole.AUTHORITY and f.subjects)
        return tuple(f.path for f in found)


@dataclass(frozen=True, slots=True)
class CertsDirProbe(Probe[CertsDir]):
    """Looks into the folder for a registry, on the machine of a local engine."""

    host: str
    root: str = ""
    """The folder of all registries; empty for the engine's own."""
    limit: ClassVar[float] = 7.0

    def look(self, scene: Scene) -> CertsDir:
        """Read the folder; a missing one is an ordinary answer.

        Raises:
            ProbeError: the engine is on another machine, or this user may not look.

        """
        root = Path(self.root or _root(scene, self.host))
        folder = root / self.host
        lookalikes = tuple(_lookalikes(root, self.host))
        try:
            names = sorted(path.name for path in folder.iterdir())[:_MOST_FILES]
        except (FileNotFoundError, NotADirectoryError):
            return CertsDir(path=str(folder), lookalikes=lookalikes)
        except OSError as error:
            raise ProbeError(f"{folder}: {error.strerror}") from error
        files = tuple(_file(folder / name, names) for name in names)
        return CertsDir(path=str(folder), exists=True, files=files, lookalikes=lookalikes)


def _root(scene: Scene, host: str) -> str:
    if scene.settings.client in CONTAINERS_IMAGE:
        folders = [f"{scene.env.get('HOME', '')}/{_OWN}", *_SHARED]
        return next((root for root in folders if Path(root, host).exists()), CERTS_D)
    if not scene.settings.by_engine:
        return CERTS_D
    try:
        engine: Engine | None = scene.observe(EngineProbe())
    except ProbeError:
        engine = None
    if engine is not None and not engine.endpoint.url.startswith("unix://"):
        raise ProbeError("the docker engine is on another machine: its certs.d is not seen here")
    if engine is not None and engine.rootless and "/run/user/" in engine.endpoint.url:
        home = scene.env.get("XDG_CONFIG_HOME") or f"{scene.env.get('HOME', '')}/.config"
        return f"{home}/docker/certs.d"
    return CERTS_D


def _lookalikes(root: Path, host: str) -> Iterator[str]:
    """Folders for the same registry under a name that docker does not look up."""
    try:
        names = sorted(path.name for path in root.iterdir())[:_MOST_FILES]
    except OSError:
        return
    account, _, domain = host.partition(".")
    for name in names:
        bare = name.lower().removeprefix("https:").strip("/").partition(":")[0]
        near = bare in {host.lower(), f"*.{domain}", domain} or bare.startswith(f"{account}.dkr")
        if name != host and near:
            yield str(root / name)


def _file(path: Path, names: list[str]) -> CertsFile:
    role = {
        ".crt": FileRole.AUTHORITY,
        ".cert": FileRole.CLIENT_CERTIFICATE,
        ".key": FileRole.CLIENT_KEY,
    }.get(path.suffix, FileRole.IGNORED)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        unread = FileProblem.NONE if os.path.isdir(path) else FileProblem.UNREADABLE  # noqa: PTH112
        problem = _pair_problem(path, role, names, check_pair=False) or unread
        return CertsFile(path=str(path), role=role, problem=problem)
    subjects = tuple(read_certificate(der).subject for der in pem_blocks(data))
    problem = _problem(path, role, names, subjects)
    return CertsFile(path=str(path), role=role, problem=problem, subjects=subjects)


def _problem(
    path: Path, role: FileRole, names: list[str], subjects: tuple[str, ...]
) -> FileProblem:
    if role is FileRole.AUTHORITY:
        return FileProblem.NONE if subjects else FileProblem.GARBAGE
    if role is FileRole.IGNORED:
        return FileProblem.WRONG_EXTENSION if subjects else FileProblem.NONE
    return _pair_problem(path, role, names, check_pair=True)


def _pair_problem(path: Path, role: FileRole, names: list[str], *, check_pair: bool) -> FileProblem:
    if role is FileRole.CLIENT_KEY and f"{path.stem}.cert" not in names:
        return FileProblem.NO_CERTIFICATE
    if role is not FileRole.CLIENT_CERTIFICATE:
        return FileProblem.NONE
    if f"{path.stem}.key" not in names:
        return FileProblem.NO_KEY
    key = path.with_suffix(".key")
    if check_pair and os.access(key, os.R_OK) and not _fits(path, key):
        return FileProblem.BAD_PAIR
    return FileProblem.NONE


def _fits(certificate: Path, key: Path) -> bool:
    """Whether the pair can be loaded; an encrypted key cannot, for docker either."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError, ValueError):
        return False
    return True
