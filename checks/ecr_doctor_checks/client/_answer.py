"""What is wrong with a login that a helper answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_config import StoredLogin
from ecr_doctor.sdk import Evidence, Verdict

from ._login import Fault, judge_login

if TYPE_CHECKING:
    from ecr_doctor.probes.helper_run import HelperRun
    from ecr_doctor.sdk import Context


def no_answer(program: str, run: HelperRun, *seen: Evidence, facts: dict[str, str]) -> Verdict:
    """The verdict on a helper that was stopped: a pull would have waited on."""
    summary = (
        f"{program} gave no answer within {run.took:.1f} s: it hangs, or is slower than this run"
        " may wait; a pull waits without end"
    )
    stopped = Evidence(
        "stopped after",
        f"{run.took:.1f} s without an answer; a pull would wait",
        f"docker-credential-{run.name} get",
    )
    verdict = Verdict.failed("helper-hangs", summary, *seen, stopped, facts=facts)
    return replace(verdict, doubtful=True)


def answer_fault(ctx: Context, run: HelperRun) -> Fault | None:
    """Judge it as a stored login is judged."""
    kind = "ecr-token" if run.ecr_token or run.expires is not None else "other"
    login = StoredLogin(
        key=run.server,
        user=run.user,
        password_kind="line-break" if run.line_break else kind,
        expires=run.expires,
    )
    return judge_login(ctx, login, f"docker-credential-{run.name} get")
