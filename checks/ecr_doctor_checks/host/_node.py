"""How grave a fault of a Kubernetes node is for the pull that is diagnosed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecr_doctor.sdk import Status, Verdict

if TYPE_CHECKING:
    from ecr_doctor.sdk import Context, Evidence

CLIENT = "kubelet"


def by_kubelet(ctx: Context) -> bool:
    """Whether the diagnosed pull is the kubelet's."""
    return ctx.settings.client == CLIENT


def faulty(
    ctx: Context,
    cause: str,
    summary: str,
    *evidence: Evidence,
    facts: dict[str, str] | None = None,
) -> Verdict:
    """A failure of a pull by the kubelet; else a warning: docker's pull does not need it."""
    verdict = Verdict.failed(cause, summary, *evidence, facts=facts)
    return verdict if by_kubelet(ctx) else replace(verdict, status=Status.WARN)
