"""What it means that a certificate is not accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecr_doctor.probes.tls import TlsAnswer, TlsState
from ecr_doctor.sdk import Context, Evidence, Verdict
from ecr_doctor_checks.network._doer import doer

if TYPE_CHECKING:
    from datetime import datetime

    from ecr_doctor.probes.reach import Reach

CAUSES = (
    "tls-untrusted-ca",
    "tls-certificate-expired",
    "tls-wrong-host",
    "clock-skew",
    "hosts-file-override",
    "connection-reset",
    "network-timeout",
    "captive-portal",
)
_TOLERANCE = timedelta(minutes=5)
_WITHOUT_CERTIFICATE = {
    TlsState.ENDED: ("connection-reset", "ends the connection during the TLS handshake"),
    TlsState.SILENT: ("network-timeout", "accepts the connection and never begins TLS"),
    TlsState.NOT_TLS: ("captive-portal", "does not speak TLS on this port"),
}


def judge_tls(ctx: Context, tls: TlsAnswer, reach: Reach) -> Verdict:
    """The verdict on a handshake."""
    verdict = _judge(ctx, tls, reach)
    if verdict.cause is None:
        return verdict
    return verdict.knowing({**_facts(tls), **doer(ctx, reach.side).facts})


def _judge(ctx: Context, tls: TlsAnswer, reach: Reach) -> Verdict:
    seen = evidence(tls, reach)
    if tls.verified:
        return Verdict.passed(f"{tls.host} shows a certificate that is trusted", *seen)
    if tls.state is TlsState.NOT_CONNECTED:
        return Verdict.inconclusive(f"{tls.host} was not reached", *seen)
    if reach.dns is not None and reach.dns.overridden:
        words = f"{reach.dns.hosts_file} sends {tls.host} to a server that is not it"
        facts = {"path": reach.dns.hosts_file.partition(":")[0]}
        return Verdict.failed("hosts-file-override", words, *seen, facts=facts)
    if tls.state in _WITHOUT_CERTIFICATE:
        cause, words = _WITHOUT_CERTIFICATE[tls.state]
        return Verdict.failed(cause, f"{tls.host} {words}", *seen)
    cause, words = _refused(tls, ctx.now)
    return Verdict.failed(cause, words, *seen)


def evidence(tls: TlsAnswer, reach: Reach) -> tuple[Evidence, ...]:
    """Who answered, with what certificate, and what was trusted."""
    place = reach.address or tls.host
    seen = [Evidence("verification", tls.detail, place)] if tls.detail else []
    shown = tls.certificate
    if shown is not None:
        dates = f"{shown.not_before:%FT%TZ} to {shown.not_after:%FT%TZ}"
        seen += [
            Evidence("issuer", shown.issuer, place),
            Evidence("certificate for", ", ".join(shown.names[:6]) or shown.subject, place),
            Evidence("valid", dates, place),
        ]
    if tls.server_date is not None:
        seen.append(Evidence("server's clock", f"{tls.server_date:%FT%TZ}", "Date header"))
    if tls.trust is not None:
        seen.append(Evidence("trusted authorities", tls.trust.source, tls.trust.side.value))
    if reach.proxy.used:
        seen.append(Evidence("proxy", reach.proxy.shown, reach.proxy.source))
    return tuple(seen)


def _refused(tls: TlsAnswer, now: datetime) -> tuple[str, str]:
    shown = tls.certificate
    issuer = shown.issuer if shown else "an unknown authority"
    if tls.state in {TlsState.EXPIRED, TlsState.NOT_YET_VALID}:
        return _out_of_date(tls, now)
    if tls.state is TlsState.WRONG_HOST:
        names = ", ".join(shown.names[:3]) if shown else "another host"
        return "tls-wrong-host", f"{tls.host} shows a certificate for {names or 'no host'}"
    if tls.state is TlsState.SELF_SIGNED:
        return "tls-untrusted-ca", f"{tls.host} shows a certificate that it signed itself"
    return "tls-untrusted-ca", f"{tls.host} shows a certificate of {issuer}, which is not trusted"


def _out_of_date(tls: TlsAnswer, now: datetime) -> tuple[str, str]:
    """The certificate is to blame, unless the server's own clock says that ours is."""
    shown, there = tls.certificate, tls.server_date
    fits = shown and there and shown.not_before <= there <= shown.not_after
    if there is not None and fits and abs(there - now) > _TOLERANCE:
        words = f"this machine's clock is {abs(there - now)} off: {tls.host}'s certificate is good"
        return "clock-skew", words
    if shown is None:
        return "tls-certificate-expired", f"{tls.host} shows a certificate out of its dates"
    if tls.state is TlsState.EXPIRED:
        words = f"the certificate of {tls.host} ran out on {shown.not_after:%FT%TZ}"
    else:
        words = f"the certificate of {tls.host} is valid only from {shown.not_before:%FT%TZ} on"
    return "tls-certificate-expired", words


def _facts(tls: TlsAnswer) -> dict[str, str]:
    facts = {"server": tls.host}
    if tls.certificate is not None:
        facts["issuer"] = tls.certificate.issuer
    if tls.trust is not None and tls.trust.bundle is not None:
        facts["path"] = tls.trust.bundle.path
    return facts
