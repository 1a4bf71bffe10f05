"""What it means that a host is reached, or is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.dns import DnsState, is_private
from ecr_doctor.probes.proxy import ProxyProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.sdk import Context, Evidence, Verdict

from ._doer import doer

if TYPE_CHECKING:
    from ecr_doctor.probes.name_servers import ServerState
    from ecr_doctor.probes.tcp import TcpState

CAUSES = (
    "dns-failure",
    "connection-refused",
    "connection-reset",
    "network-timeout",
    "network-no-route",
    "hosts-file-override",
    "proxy-misconfigured",
    "proxy-authentication-required",
    "no-proxy-misconfigured",
)
_DNS_WORDS = {
    DnsState.NO_SUCH_NAME: "the name server says that there is no such name (NXDOMAIN)",
    DnsState.NO_ADDRESS: "the name exists and has no address",
    DnsState.SERVER_FAILURE: "the name server fails to answer (SERVFAIL)",
    DnsState.TIMEOUT: "no name server answers",
    DnsState.NO_SERVER: "nothing listens at the name server that /etc/resolv.conf names",
    DnsState.FAILED: "the name cannot be resolved",
}
_DIRECT = {
    ReachState.REFUSED: ("connection-refused", "refuses the connection"),
    ReachState.TIMEOUT: ("network-timeout", "does not answer: packets are dropped on the way"),
    ReachState.UNREACHABLE: ("network-no-route", "cannot be reached: there is no route to it"),
    ReachState.RESET: ("connection-reset", "resets the connection"),
}
_PROXY_WORDS = {
    ReachState.PROXY_NO_NAME: "has no address in DNS",
    ReachState.PROXY_DEAD: "does not accept connections",
    ReachState.PROXY_REFUSES: "does not go to this host",
    ReachState.PROXY_SILENT: "does not answer as a proxy does",
}


def judge_reach(ctx: Context, reach: Reach) -> Verdict:
    """The verdict on one host, seen from one side."""
    verdict = _judge(ctx, reach)
    if verdict.cause is None:
        return verdict
    facts = {"server": reach.host, **doer(ctx, reach.side).facts}
    return verdict.knowing(facts)


def _judge(ctx: Context, reach: Reach) -> Verdict:
    if reach.open:
        return _open(reach)
    if reach.state is ReachState.PROXY_UNREADABLE and not reach.proxy.problem:
        return Verdict.inconclusive(reach.detail, *evidence(reach))
    if reach.proxy.used or reach.proxy.problem:
        return _proxy(reach)
    return _other_way(ctx, reach) or _direct(reach)


def evidence(reach: Reach) -> tuple[Evidence, ...]:
    """What was seen on the way."""
    seen = [Evidence("host", f"{reach.host}:{reach.port}", reach.side.value)]
    if reach.proxy.source:
        way = reach.proxy.shown if reach.proxy.used else f"none: NO_PROXY {reach.proxy.exempted_by}"
        seen.append(Evidence("proxy", way, reach.proxy.source))
    if reach.proxy.ignored:
        seen.append(Evidence("proxy", "none: its address is no URL", reach.proxy.ignored))
    if reach.dns is not None and reach.dns.servers:
        said = ", ".join(f"{a.server}: {_said(a.state, a.addresses)}" for a in reach.dns.servers)
        seen.append(Evidence("name servers", said, f"DNS query for {reach.dns.host}"))
    if reach.dns is not None and reach.dns.hosts_file:
        seen.append(Evidence("address", ", ".join(reach.dns.addresses), reach.dns.hosts_file))
    seen += [Evidence("connection", _attempt(a.address, a.state), "TCP") for a in reach.attempts]
    if reach.detail:
        seen.append(Evidence("answer", reach.detail, reach.proxy.shown if reach.proxy.used else ""))
    return tuple(seen)


def _said(state: ServerState, addresses: tuple[str, ...]) -> str:
    return ", ".join(addresses) or state.value


def _attempt(address: str, state: TcpState) -> str:
    kind = "private address: a VPC endpoint or a network of your own" if is_private(address) else ""
    return f"{address} {state.value}" + (f" ({kind})" if kind else "")


def _open(reach: Reach) -> Verdict:
    seen = evidence(reach)
    if reach.dns is not None and reach.dns.slow:
        words = f"{reach.dns.host} resolves only after a name server let everybody wait"
        facts = {"server": reach.dns.host}
        return Verdict.warned("dns-failure", words, *seen, facts=facts)
    if dead := reach.waits_for:
        words = f"{dead}, the first address of {reach.host}, does not answer: each pull is slow"
        return Verdict.warned("network-timeout", words, *seen, facts={"address": dead})
    way = f" through the proxy {reach.proxy.shown}" if reach.proxy.used else ""
    return Verdict.passed(f"{reach.host} accepts connections{way}", *seen)


def _proxy(reach: Reach) -> Verdict:
    facts = {"proxy": reach.proxy.shown, "source": reach.proxy.source}
    seen = evidence(reach)
    if reach.proxy.problem:
        words = f"{reach.proxy.source} cannot be used: {reach.proxy.problem}"
        return Verdict.failed("proxy-misconfigured", words, *seen, facts=facts)
    name = f"the proxy {reach.proxy.shown} ({reach.proxy.source})"
    if reach.state is ReachState.PROXY_LOGIN and reach.proxy.login_masked:
        words = f"{name} wants a login; docker does not show the one that it uses"
        return Verdict.inconclusive(words, *seen)
    if reach.state is ReachState.PROXY_LOGIN:
        words = f"{name} wants a login (407)"
        return Verdict.failed("proxy-authentication-required", words, *seen, facts=facts)
    words = f"{name} {_PROXY_WORDS.get(reach.state, 'does not work')}"
    if reach.proxy_status:
        words += f" ({reach.proxy_status})"
    return Verdict.failed("proxy-misconfigured", words, *seen, facts=facts)


def _other_way(ctx: Context, reach: Reach) -> Verdict | None:
    """A proxy that would work, and that this side does not use for this host."""
    if reach.proxy.ignored:
        source = reach.proxy.ignored
        words = f"{source} holds no address that Go can read, so no proxy is used for {reach.host}"
        facts = {"source": source}
        return Verdict.failed("proxy-misconfigured", words, *evidence(reach), facts=facts)
    if reach.proxy.exempted_by:
        other = ctx.try_observe(ReachProbe(reach.host, reach.port, reach.side, False))  # noqa: FBT003
        if other is not None and other.open:
            entry = reach.proxy.exempted_by
            words = (
                f"NO_PROXY ({entry}) sends {reach.host} past the proxy, and only the proxy works"
            )
            facts = {"entry": entry, "source": reach.proxy.source}
            return Verdict.failed("no-proxy-misconfigured", words, *evidence(reach), facts=facts)
        return None
    side = Side.CLIENT if reach.side is Side.ENGINE else Side.ENGINE
    proxy = ctx.try_observe(ProxyProbe(reach.host, reach.port, side))
    if proxy is None or not proxy.used:
        return None
    other = ctx.try_observe(ReachProbe(reach.host, reach.port, side))
    if other is None or not other.open:
        return None
    who = doer(ctx, reach.side).words
    words = f"{who} uses no proxy, and {reach.host} is reached only through one"
    seen = Evidence("proxy that works", proxy.shown, proxy.source)
    facts = {"proxy": proxy.shown, "source": proxy.source}
    return Verdict.failed("proxy-misconfigured", words, seen, *evidence(reach), facts=facts)


def _direct(reach: Reach) -> Verdict:
    seen = evidence(reach)
    if reach.state is ReachState.NO_NAME:
        state = reach.dns.state if reach.dns is not None else DnsState.FAILED
        words = f"{reach.host} has no address: {_DNS_WORDS.get(state, state.value)}"
        return Verdict.failed("dns-failure", words, *seen)
    cause, words = _DIRECT[reach.state]
    if reach.dns is not None and reach.dns.overridden:
        line = f"{reach.dns.hosts_file} gives {reach.host} an address that {words}"
        facts = {"path": reach.dns.hosts_file.partition(":")[0]}
        return Verdict.failed("hosts-file-override", line, *seen, facts=facts)
    address = reach.attempts[0].address if reach.attempts else ""
    facts = {"address": address, "port": str(reach.port)}
    return Verdict.failed(cause, f"{reach.host} {words}", *seen, facts=facts)
