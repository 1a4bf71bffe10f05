"""All that the author of a check imports."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.context import Context
from ecr_doctor.model import Evidence, Stage, Status, Verdict
from ecr_doctor.probes.base import Probe, ProbeError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Check", "Context", "Evidence", "Probe", "ProbeError", "Stage", "Status", "Verdict"]


class Check(ABC):
    """One question about a pull, answered from observations alone.

    The docstring of a check is its page: a first line that states what is so when the check
    passes, then the headings `What it looks at:`, `Why a pull fails:` and `When it cannot tell:`.
    """

    id: ClassVar[str]
    """`<stage>.<file name with dashes>`; never renamed or reused."""
    title: ClassVar[str]
    requires: ClassVar[Sequence[str]] = ()
    """Ids of checks: when one of them fails, this one is blocked, its failure a consequence."""
    causes: ClassVar[Sequence[str]] = ()
    """Ids of every cause this check can name."""
    rules_out: ClassVar[Sequence[str]] = ()
    """Causes that a pass of this check rules out, whatever other checks could not see."""

    @abstractmethod
    def run(self, ctx: Context) -> Verdict:
        """Judge what the probes saw.

        Raises:
            ProbeError: from `ctx.observe`; the runner makes it an inconclusive verdict.

        """

    @classmethod
    def stage(cls) -> Stage:
        """The stage that the id begins with."""
        return Stage(cls.id.partition(".")[0])
