"""Asks whether the docker daemon trusts the registry's certificate."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from ecr_doctor.probes.certsd import CertsDirProbe, FileProblem, FileRole
from ecr_doctor.probes.dns import DnsProbe
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.reach import ReachProbe
from ecr_doctor.probes.registry_api import registry_peer
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsProbe, TlsState
from ecr_doctor.sdk import Check, Context, Verdict

from ._certificate import CAUSES, evidence, judge_tls


class RegistryCertificate(Check):
    """The registry's certificate is one that the docker daemon trusts.

    What it looks at:
        A TLS handshake with the registry, verified with the authorities that the daemon has: the
        system's, read as Go programs read them, and /etc/docker/certs.d/HOST/*.crt. Where that
        fails, the certificate is read unverified, to name its issuer; nothing is sent then.

    Why a pull fails:
        A proxy that opens TLS shows a certificate of the company's own authority. The daemon does
        not know it, even where the browser and the shell do.

    When it cannot tell:
        The registry is not reached, or this user may not read certs.d. Authorities that were
        added to the system after the daemon was started count here, and not yet for the daemon.
    """

    id = "tls.registry-certificate"
    title = "The registry's certificate is trusted"
    requires = ("network.registry-reachable", "tls.certs-d")
    causes = CAUSES

    def run(self, ctx: Context) -> Verdict:
        host, port = registry_peer(ctx.target)
        reach = ctx.observe(ReachProbe(host, port, Side.ENGINE))
        tls = ctx.observe(TlsProbe(host, port, Side.ENGINE))
        verdict = judge_tls(ctx, tls, reach)
        shown = tls.state not in {TlsState.NOT_CONNECTED, TlsState.ENDED, TlsState.SILENT}
        if not tls.verified and shown and _is_insecure(ctx):
            words = f"docker does not check certificates of {host}: it is an insecure registry"
            return Verdict.inconclusive(words, *evidence(tls, reach))
        if tls.untrusted and not _sees_all_authorities(ctx):
            words = f"{host} shows a certificate that only docker's own authorities could cover"
            return Verdict.inconclusive(words, *evidence(tls, reach))
        return verdict


def _sees_all_authorities(ctx: Context) -> bool:
    """Whether this user may read what the daemon trusts, and it is on this machine."""
    folder = ctx.try_observe(CertsDirProbe(ctx.target.host))
    return folder is not None and all(
        f.problem is not FileProblem.UNREADABLE or f.role is not FileRole.AUTHORITY
        for f in folder.files
    )


def _is_insecure(ctx: Context) -> bool:
    engine = ctx.try_observe(EngineProbe()) if ctx.settings.by_engine else None
    if engine is None:
        return False
    if ctx.target.host in engine.insecure_registries:
        return True
    dns = ctx.try_observe(DnsProbe(registry_peer(ctx.target)[0]))
    addresses = dns.addresses if dns is not None else ()
    return any(_covers(n, a) for n in engine.insecure_registries for a in addresses)


def _covers(network: str, address: str) -> bool:
    """Whether one of docker's insecure networks has the address: moby, registry, isSecureIndex."""
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return False
