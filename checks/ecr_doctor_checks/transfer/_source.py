"""What it means that a layer does not come from where the registry points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.denial import parse_denial
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.reach import Reach, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsState
from ecr_doctor.sdk import Context, Evidence, Verdict
from ecr_doctor_checks.network import _proxy_login
from ecr_doctor_checks.network._doer import doer

if TYPE_CHECKING:
    from ecr_doctor.probes.blob import BlobAnswer
    from ecr_doctor.probes.registry_api import RegistryAnswer

CAUSES = (
    "s3-layer-policy-deny",
    "s3-layer-unreachable",
    "s3-layer-blocked",
    "kms-key-unusable",
    "public-ecr-layer-host-blocked",
    "dns-failure",
    "connection-refused",
    "hosts-file-override",
    "proxy-misconfigured",
    "proxy-authentication-required",
    "no-proxy-misconfigured",
    "tls-untrusted-ca",
    "tls-certificate-expired",
    "tls-wrong-host",
)
BLOCKED = "s3-layer-blocked"
_NOT_FOUND, _SERVER_SIDE = 404, 500
_NETWORK = {
    ReachState.NO_NAME: ("dns-failure", "has no address"),
    ReachState.REFUSED: ("connection-refused", "refuses the connection"),
    ReachState.TIMEOUT: ("s3-layer-unreachable", "does not answer"),
    ReachState.UNREACHABLE: ("s3-layer-unreachable", "cannot be reached: there is no route to it"),
    ReachState.RESET: (BLOCKED, "resets the connection"),
    ReachState.PROXY_REFUSES: (BLOCKED, "is a host to which the proxy does not go"),
    ReachState.PROXY_SILENT: ("s3-layer-unreachable", "is not reached through the proxy"),
    ReachState.PROXY_LOGIN: ("proxy-authentication-required", "is behind a proxy with a login"),
    ReachState.PROXY_NO_NAME: ("proxy-misconfigured", "is behind a proxy that has no address"),
    ReachState.PROXY_DEAD: ("proxy-misconfigured", "is behind a proxy that does not answer"),
}
_CERTIFICATE = {
    TlsState.UNKNOWN_AUTHORITY: ("tls-untrusted-ca", "shows a certificate of {issuer}"),
    TlsState.SELF_SIGNED: ("tls-untrusted-ca", "shows a certificate that it signed itself"),
    TlsState.UNTRUSTED: ("tls-untrusted-ca", "shows a certificate that is not accepted"),
    TlsState.EXPIRED: ("tls-certificate-expired", "shows a certificate that has expired"),
    TlsState.NOT_YET_VALID: ("tls-certificate-expired", "shows a certificate not valid yet"),
    TlsState.WRONG_HOST: ("tls-wrong-host", "shows a certificate for another host"),
    TlsState.ENDED: (BLOCKED, "ends the connection during the TLS handshake"),
    TlsState.SILENT: ("s3-layer-unreachable", "accepts the connection and never begins TLS"),
    TlsState.NOT_TLS: (BLOCKED, "does not speak TLS"),
}


def judge_source(ctx: Context, blob: BlobAnswer) -> Verdict:
    """The verdict where the registry handed the blob out, and it did not come."""
    if blob.reach is not None and not blob.reach.open:
        return _unreached(ctx, blob, blob.reach)
    if blob.tls is not None and not blob.tls.verified:
        return _unverified(ctx, blob, blob.reach, blob.tls)
    seen = Evidence("answer", blob.source.text, f"GET https://{blob.host}")
    if blob.source.problem:
        return _broken(ctx, blob, seen)
    return _denied(ctx, blob, seen)


def _fail(
    ctx: Context, cause: str | None, blob: BlobAnswer, words: str, *seen: Evidence
) -> Verdict:
    public = ctx.target.registry is not None and ctx.target.registry.is_public
    if public and cause is not None and cause.startswith("s3-layer"):
        cause = "public-ecr-layer-host-blocked"
    facts = {"server": blob.host, "layer_host": blob.host, **doer(ctx, Side.ENGINE).facts}
    summary = f"layers come from {blob.host}, which {words}"
    return Verdict.failed(cause, summary, *seen, symptom=blob.source.message, facts=facts)


def _unreached(ctx: Context, blob: BlobAnswer, reach: Reach) -> Verdict:
    cause, words = _NETWORK.get(reach.state, (None, reach.state.value))
    seen = [Evidence("connection", f"{a.address} {a.state.value}", "TCP") for a in reach.attempts]
    if reach.dns is not None and not reach.dns.resolved:
        seen.append(Evidence("name", reach.dns.state.value, f"DNS query for {reach.dns.host}"))
    if reach.proxy.source:
        how = reach.proxy.shown if reach.proxy.used else f"exempted by {reach.proxy.exempted_by}"
        seen.append(Evidence("proxy", how, reach.proxy.source))
    if reach.state is ReachState.PROXY_LOGIN and reach.proxy.login_masked:
        return Verdict.inconclusive(f"{blob.host} {words}, which docker does not show", *seen)
    if reach.state is ReachState.PROXY_UNREADABLE:
        return Verdict.inconclusive(f"{blob.host}: {reach.detail}", *seen)
    if reach.dns is not None and reach.dns.overridden and not reach.proxy.used:
        cause, words = "hosts-file-override", f"{reach.dns.hosts_file} sends to a wrong address"
    return _fail(ctx, cause, blob, words, *seen)


def _unverified(ctx: Context, blob: BlobAnswer, reach: Reach | None, tls: TlsAnswer) -> Verdict:
    cause, words = _CERTIFICATE.get(tls.state, (None, tls.state.value))
    issuer = tls.certificate.issuer if tls.certificate else "an unknown authority"
    seen = [Evidence("issuer", issuer, blob.host), Evidence("verification", tls.detail, blob.host)]
    if reach is not None and reach.dns is not None and reach.dns.overridden:
        cause, words = "hosts-file-override", f"{reach.dns.hosts_file} sends to a wrong server"
    return _fail(ctx, cause, blob, words.format(issuer=issuer), *seen)


def _broken(ctx: Context, blob: BlobAnswer, seen: Evidence) -> Verdict:
    if blob.source.problem is HttpProblem.ENDED:
        return _fail(ctx, BLOCKED, blob, "ends the connection before the layer is there", seen)
    if blob.source.problem in {HttpProblem.SILENT, HttpProblem.STALLED}:
        return _fail(ctx, "s3-layer-unreachable", blob, "stops sending", seen)
    return _fail(ctx, BLOCKED, blob, "does not answer as S3 does", seen)


def _denied(ctx: Context, blob: BlobAnswer, seen: Evidence) -> Verdict:
    cause, words = _refusal(blob.source)
    return _fail(ctx, cause, blob, words, seen)


def _refusal(answer: RegistryAnswer) -> tuple[str | None, str]:
    """Cause and words of a refusal that says which one it is; else what stands in its place."""
    if answer.status == _proxy_login.STATUS:
        return _proxy_login.CAUSE, "is behind a proxy that wants a login"
    if answer.code.startswith("KMS.") or "kms:" in answer.message.lower():
        return "kms-key-unusable", f"may not decrypt them ({answer.text})"
    if parse_denial(answer.message) is not None or answer.code == "AccessDenied":
        cause = None if "has expired" in answer.message else "s3-layer-policy-deny"
        return cause, f"does not hand them out ({answer.text})"
    if answer.status == _NOT_FOUND and answer.code:
        return "layer-inaccessible", "no longer has this one"
    return _other_refusal(answer)


def _other_refusal(answer: RegistryAnswer) -> tuple[str | None, str]:
    if answer.status >= _SERVER_SIDE and not answer.is_html:
        return "ecr-service-side", f"has an error of its own ({answer.text})"
    if answer.code == "SignatureDoesNotMatch":
        return BLOCKED, "got another request than was signed: something on the way changes it"
    if answer.code and not answer.is_html:
        return None, f"refuses the request ({answer.text})"
    return BLOCKED, f"is replaced by a page of a proxy ({answer.text})"
