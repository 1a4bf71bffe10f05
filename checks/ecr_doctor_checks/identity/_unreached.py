"""Why a service that gives AWS keys or tokens is not spoken to: the network's causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model import Status
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.reach import HTTPS, ReachProbe
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsProbe
from ecr_doctor_checks.network import _proxy_login
from ecr_doctor_checks.network._reach import judge_reach
from ecr_doctor_checks.tls._certificate import judge_tls

from ._judging import broken, error_evidence

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_errors import AwsError
    from ecr_doctor.sdk import Context, Verdict

UNREACHED_CAUSES = (
    "dns-failure", "connection-refused", "connection-reset", "network-timeout",
    "network-no-route", "hosts-file-override", "proxy-misconfigured",
    "proxy-authentication-required", "no-proxy-misconfigured", "tls-untrusted-ca",
    "tls-certificate-expired", "tls-wrong-host", "captive-portal",
)  # fmt: skip
_AFTER_TLS = {
    FailureKind.TIMEOUT: ("network-timeout", "accepts the connection and does not answer"),
    FailureKind.CONNECT: ("connection-reset", "ends the connection before it answers"),
    FailureKind.BAD_ANSWER: ("captive-portal", "is answered for by something that is not AWS"),
}


def unreached(ctx: Context, error: AwsError, host: str) -> Verdict | None:
    """The verdict on a service that the helper needs; None where nothing is wrong on the way.

    A failure where the pull depends on AWS, else a warning: see `broken`.
    """
    found = _on_the_way(ctx, host)
    if found is not None:
        words = f"{found.summary}, and AWS credentials depend on it"
        facts = dict(found.facts)
        return broken(ctx, found.cause, words, *found.evidence, error_evidence(error), facts=facts)
    return answered_badly(ctx, error, host)


def answered_badly(ctx: Context, error: AwsError, who: str) -> Verdict | None:
    """The verdict on an answer that is none of AWS's; None where the failure is no such answer."""
    seen, facts = error_evidence(error), {"server": error.host}
    if error.status == _proxy_login.STATUS:
        words = _proxy_login.wanted_for(who)
        return broken(ctx, _proxy_login.CAUSE, words, seen, facts=facts)
    kind = error.kind
    if kind is FailureKind.TLS and "certificate" not in error.message.lower():
        kind = FailureKind.CONNECT  # in Python's words an end without a farewell is TLS's
    if kind not in _AFTER_TLS:
        return None
    cause, what = _AFTER_TLS[kind]
    return broken(ctx, cause, f"{who} {what}", seen, facts=facts)


def _on_the_way(ctx: Context, host: str) -> Verdict | None:
    """What stops the client before TLS stands: name, connection, proxy, certificate."""
    reach = ctx.try_observe(ReachProbe(host, HTTPS, Side.CLIENT))
    if reach is None:
        return None
    if not reach.open:
        return _failure(judge_reach(ctx, reach))
    tls = ctx.try_observe(TlsProbe(host, HTTPS, Side.CLIENT))
    return _failure(judge_tls(ctx, tls, reach)) if tls is not None and not tls.verified else None


def _failure(verdict: Verdict) -> Verdict | None:
    return verdict if verdict.status is Status.FAIL else None
