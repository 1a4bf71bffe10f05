"""The credential that docker would send for this pull."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.clients.resolution import SourceKind

from .base import Probe

if TYPE_CHECKING:
    from datetime import datetime

    from ecr_doctor.clients.resolution import Lookup, Source
    from ecr_doctor.redact import Secret

    from .base import Scene
    from .helper_run import HelperRun


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerCredential:
    """What docker sends to the registry, and where it has it from."""

    kind: SourceKind = SourceKind.NONE
    """Where the search ended: the source of the credential, or what said that there is none."""
    path: str = ""
    key: str = ""
    helper: str = ""
    user: str = ""
    secret: Secret | None = None
    """None when docker sends nothing."""
    expires: datetime | None = None
    """End of the token's life as written in the token itself; None when it does not say."""
    lookups: tuple[Lookup, ...] = ()
    shadowed: tuple[Source, ...] = ()
    helper_run: HelperRun | None = None
    """The run of the helper, where one was asked."""
    fell_back: bool = False
    """A helper failed and docker silently took an entry of the file."""
    random: bool = False
    """Several entries fit and docker takes one by chance."""
    note: str = ""

    @property
    def found(self) -> bool:
        """Whether docker sends a credential at all."""
        return self.secret is not None


@dataclass(frozen=True, slots=True)
class DockerCredentialProbe(Probe[DockerCredential]):
    """Resolves the credential exactly as the docker client does; a helper is really run."""

    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> DockerCredential:
        """Search as docker does."""
        raise NotImplementedError
