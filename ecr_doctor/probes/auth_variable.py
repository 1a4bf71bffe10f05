"""The variable DOCKER_AUTH_CONFIG, as this machine's docker client takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.clients.auth_variable import VARIABLE, obeys_variable, parse_variable

from .base import Probe
from .docker_config import client_version, stored_login

if TYPE_CHECKING:
    from .base import Scene
    from .docker_config import StoredLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthVariable:
    """What the variable holds for the registry of this run."""

    present: bool = False
    version: str = ""
    """The docker client's version; empty when it is not known."""
    obeyed: bool = False
    """Whether that client reads the variable; true for an unknown version."""
    problem: str = ""
    """Why docker drops the whole variable, in its words."""
    keys: tuple[str, ...] = ()
    login: StoredLogin | None = None
    """The entry with exactly the registry's key."""

    @property
    def serves(self) -> bool:
        """Whether docker takes its login from here, good or bad."""
        return self.obeyed and not self.problem and self.login is not None


@dataclass(frozen=True, slots=True)
class AuthVariableProbe(Probe[AuthVariable]):
    """Reads the variable by docker's rules."""

    def look(self, scene: Scene) -> AuthVariable:
        """Parse it; its secrets are remembered so that they are never shown."""
        value = scene.env.get(VARIABLE, "")
        if not value:
            return AuthVariable()
        variable = parse_variable(value)
        for entry in variable.entries:
            scene.redactor.learn(entry.secret)
        found = variable.entry_for(scene.target.host)
        version = client_version(scene)
        return AuthVariable(
            present=True,
            version=version,
            obeyed=obeys_variable(version),
            problem=scene.redactor.clean(variable.problem),
            keys=tuple(scene.redactor.clean(e.key)[:200] for e in variable.entries),
            login=None if found is None else stored_login(found, used=True),
        )
