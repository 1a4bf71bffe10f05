"""The program that was at work where a connection failed: cures are for that one alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_engine import pulling_engine
from ecr_doctor.probes.engine_kind import EngineKind, engine_kind
from ecr_doctor.probes.side import Side
from ecr_doctor_checks.client._client import client_in_question

if TYPE_CHECKING:
    from ecr_doctor.sdk import Context


@dataclass(frozen=True, slots=True)
class Doer:
    """A program that opens connections."""

    words: str
    side: str = ""
    """Which of the catalog's sides it is; empty where that is not known."""
    engine: EngineKind = EngineKind.ORDINARY

    @property
    def facts(self) -> dict[str, str]:
        """That it failed, for the choice of the fixes and of their commands."""
        failed = {f"{self.side}_side": self.words} if self.side else {}
        return failed | ({"engine": self.engine.value} if self.engine else {})


HELPER = Doer("the credential helper, which runs with your variables,", "helper")
_DAEMON = "the docker daemon"
_NODE = "the runtime that pulls for the kubelet"


def doer(ctx: Context, side: Side) -> Doer:
    """Who looks from a side; without an engine the client itself fetches the image."""
    if side is Side.CLIENT:
        return HELPER
    if engine := pulling_engine(ctx.scene):
        return Doer(_DAEMON, "daemon", engine_kind(engine))
    client = client_in_question(ctx)
    if client.startswith("docker"):  # the engine is not seen, and may pull all the same
        return Doer(_DAEMON)
    return Doer(_NODE if client == "kubelet" else client, "client")
