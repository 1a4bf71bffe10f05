"""Asks whether this machine's clock is right enough for AWS."""

from __future__ import annotations

from datetime import timedelta

from ecr_doctor.probes.aws_clock import AwsClockProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._judging import broken, error_evidence

TOLERATED = timedelta(minutes=5)
"""What AWS says that it tolerates (IAM user guide, "Signature Version 4"): the timestamp must be
within five minutes. Some services let 15 pass."""
REFUSED = timedelta(minutes=15)


class Clock(Check):
    """The clock of this machine agrees with AWS's.

    What it looks at:
        The Date header of an answer of AWS against the clock of this machine, and whether AWS
        refused a signature because of its time.

    Why a pull fails:
        Every call of AWS is signed with the time. A signature that is minutes old or from the
        future is refused, the helper gets no token, and docker says that it has no credentials.

    When it cannot tell:
        Nothing of AWS answers, so there is no clock to compare with.
    """

    id = "identity.clock"
    title = "The clock agrees with AWS's"
    causes = ("clock-skew",)

    def run(self, ctx: Context) -> Verdict:
        if ctx.target.registry is None:
            return Verdict.not_applicable("the image is not in an Amazon ECR registry")
        clock = ctx.observe(AwsClockProbe())
        if clock.ahead is None:
            return Verdict.inconclusive("nothing of AWS answered, so its clock is unknown")
        words = in_words(clock.ahead)
        seen = [Evidence("this clock", words, clock.source)]
        if clock.refused:
            seen.append(error_evidence(clock.refused))
            return broken(ctx, "clock-skew", f"this clock is {words}, and AWS refuses it", *seen)
        off = abs(clock.ahead)
        if off > REFUSED or (off > TOLERATED and not clock.accepted):
            return broken(ctx, "clock-skew", f"this clock is {words}", *seen)
        if off > TOLERATED:
            return Verdict.warned(
                "clock-skew", f"this clock is {words}; AWS still accepts it", *seen
            )
        return Verdict.passed(f"this clock is {words}", *seen)


def in_words(ahead: timedelta) -> str:
    """`12 min behind AWS's`, for instance."""
    seconds = round(abs(ahead.total_seconds()))
    if seconds < 60:  # noqa: PLR2004  a minute
        return "within a minute of AWS's"
    hours, minutes = divmod(round(seconds / 60), 60)
    length = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return f"{length} {'ahead of' if ahead > timedelta(0) else 'behind'} AWS's"
