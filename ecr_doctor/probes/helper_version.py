"""The version of a credential helper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.clients.helper_answer import PROGRAM_PREFIX

from .base import Probe
from .helper_run import private_cache
from .lookup import find_program
from .process import run

if TYPE_CHECKING:
    from .base import Scene

_VERSION = re.compile(r"\b(\d+\.\d+\.\d+)\b")
_LIMIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperVersion:
    """What the helper says of itself."""

    version: str = ""
    """`0.6.0`; empty when it does not say."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, to be compared; empty when unknown."""
        return tuple(int(part) for part in self.version.split(".") if part)


@dataclass(frozen=True, slots=True)
class HelperVersionProbe(Probe[HelperVersion]):
    """Runs `docker-credential-NAME -v`, which asks nobody for anything."""

    name: str

    def look(self, scene: Scene) -> HelperVersion:
        """Ask the program; one that does not know `-v` prints its usage, which has no version."""
        path = find_program(PROGRAM_PREFIX + self.name, scene.env)
        if not path:
            return HelperVersion()
        with private_cache(scene.env) as folder:
            env = {**scene.env, "AWS_ECR_CACHE_DIR": str(folder)}
            finished = run(path, [PROGRAM_PREFIX + self.name, "-v"], env=env, limit=_LIMIT)
        found = _VERSION.search(finished.stdout.decode("utf-8", errors="replace"))
        return HelperVersion(version=found.group(1) if found else "")
