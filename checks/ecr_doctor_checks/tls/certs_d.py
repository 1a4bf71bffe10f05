"""Asks whether docker's own folder of certificates for the registry is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.certsd import (
    REFUSED_BY_DOCKER,
    CertsDir,
    CertsDirProbe,
    CertsFile,
    FileProblem,
)
from ecr_doctor.probes.registry_api import registry_peer
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict
from ecr_doctor_checks.network._doer import doer

if TYPE_CHECKING:
    from ecr_doctor.probes.tls import TlsAnswer

_WORDS = {
    FileProblem.GARBAGE: "holds no certificate: docker ignores it silently",
    FileProblem.WRONG_EXTENSION: "holds a certificate, but docker reads authorities from .crt only",
    FileProblem.NO_KEY: "is a client certificate without its .key: docker refuses the registry",
    FileProblem.NO_CERTIFICATE: "is a key without its .cert: docker refuses the registry",
    FileProblem.BAD_PAIR: "and its key cannot be loaded together: docker refuses the registry",
    FileProblem.UNREADABLE: "cannot be read by this user",
}


class CertsD(Check):
    """Docker can use every file of /etc/docker/certs.d/HOST.

    What it looks at:
        The folder, as docker reads it: .crt files are authorities, a .cert needs its .key, all
        else is ignored. A file that docker ignores matters only when the registry's certificate
        is not trusted; then its issuer is compared with what the ignored file holds.

    Why a pull fails:
        A client certificate without its key makes docker refuse the registry. A company's
        authority that was saved as ca.pem, or under another folder's name, is not read at all.

    When it cannot tell:
        The docker engine is on another machine, or this user may not read the folder.
    """

    id = "tls.certs-d"
    title = "Docker's certificates for this registry are in order"
    requires = ("reference.registry-host",)
    causes = ("certsd-broken",)

    def run(self, ctx: Context) -> Verdict:
        verdict = _judge(ctx)
        return verdict if verdict.cause is None else verdict.knowing(doer(ctx, Side.ENGINE).facts)


def _judge(ctx: Context) -> Verdict:
    folder = ctx.observe(CertsDirProbe(ctx.target.host))
    refused = [f for f in folder.files if f.problem in REFUSED_BY_DOCKER]
    if refused:
        return _failed(refused[0], *refused)
    odd = [f for f in folder.files if f.problem is not FileProblem.NONE]
    if not odd and not folder.lookalikes:
        seen = [Evidence("authority", ", ".join(f.subjects), f.path) for f in folder.files]
        words = "is in order" if folder.exists else "does not exist, and need not"
        return Verdict.passed(f"{folder.path} {words}", *seen)
    tls = ctx.try_observe(TlsProbe(*registry_peer(ctx.target), Side.ENGINE))
    return _ignored(folder, odd, tls)


def _ignored(folder: CertsDir, odd: list[CertsFile], tls: TlsAnswer | None) -> Verdict:
    """Files that docker silently does without."""
    if tls is not None and tls.untrusted:
        issuer = tls.certificate.issuer if tls.certificate else ""
        cures = [f for f in odd if issuer in f.subjects or f.problem is FileProblem.GARBAGE]
        if cures:
            return _failed(cures[0], *odd)
        if folder.lookalikes and not odd:
            words = f"docker reads {folder.path} and not {folder.lookalikes[0]}"
            seen = [Evidence("folder", path, path) for path in folder.lookalikes]
            return Verdict.failed("certsd-broken", words, *seen, facts={"path": folder.path})
    seen = [*_seen(odd), *(Evidence("folder", "not read", path) for path in folder.lookalikes)]
    if all(f.problem is FileProblem.UNREADABLE for f in odd) and odd:
        return Verdict.inconclusive(f"{odd[0].path} cannot be read by this user", *seen)
    if not odd:
        return Verdict.passed(f"docker does not read {folder.lookalikes[0]}", *seen)
    words = f"{odd[0].path} {_WORDS[odd[0].problem]}"
    return Verdict.warned("certsd-broken", words, *seen, facts={"path": odd[0].path})


def _failed(worst: CertsFile, *files: CertsFile) -> Verdict:
    words = f"{worst.path} {_WORDS[worst.problem]}"
    return Verdict.failed("certsd-broken", words, *_seen(files), facts={"path": worst.path})


def _seen(files: tuple[CertsFile, ...] | list[CertsFile]) -> list[Evidence]:
    return [
        Evidence(f.problem.value, ", ".join(f.subjects) or "no certificate", f.path) for f in files
    ]
