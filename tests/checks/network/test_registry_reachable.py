from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.api_endpoint import ApiEndpoint, ApiEndpointProbe
from ecr_doctor.probes.dns import DnsAnswer, DnsState
from ecr_doctor.probes.name_servers import ServerAnswer, ServerState
from ecr_doctor.probes.proxy import ProxyChoice, ProxyProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tcp import TcpAttempt, TcpState
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.network.registry_reachable import RegistryReachable

API = "api.ecr.us-east-1.amazonaws.com"
PUBLIC, PRIVATE, OTHER = "52.94.0.1", "10.1.0.1", "10.1.0.2"
PROXY = ProxyChoice(host="p.example", port=3128, source="HTTPS proxy of the docker engine")
EXEMPTED = ProxyChoice(source="HTTPS_PROXY", exempted_by=".amazonaws.com")
SILENT = ServerAnswer("10.0.0.2", ServerState.SILENT)


def resolved(*addresses: str, **more: Any) -> DnsAnswer:
    return DnsAnswer(host=HOST, state=DnsState.RESOLVED, addresses=addresses, **more)


def reach(state: ReachState, *attempts: TcpAttempt, **more: Any) -> Reach:
    fields = {"host": HOST, "port": 443, "side": Side.ENGINE, **more}
    fields.setdefault("dns", resolved(*(a.address for a in attempts)))
    return Reach(state=state, attempts=attempts, **fields)


OPEN = reach(ReachState.OPEN, TcpAttempt(PUBLIC, TcpState.OPEN))
DEAD = TcpAttempt(PUBLIC, TcpState.TIMEOUT)
TIMEOUT = reach(ReachState.TIMEOUT, DEAD)
REFUSED = reach(ReachState.REFUSED, TcpAttempt(PRIVATE, TcpState.REFUSED))
BY_HOSTS = resolved(PRIVATE, hosts_file="/etc/hosts:3",
                    servers=(ServerAnswer("x", ServerState.ADDRESSES, (PUBLIC,)),))  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "status", "cause"),
    [
        pytest.param(OPEN, Status.PASS, None, id="open"),
        pytest.param(replace(OPEN, proxy=PROXY), Status.PASS, None, id="through a proxy"),
        pytest.param(reach(ReachState.OPEN, DEAD, TcpAttempt(OTHER, TcpState.OPEN)), Status.WARN,
                     "network-timeout", id="first address dead"),
        pytest.param(reach(ReachState.OPEN, TcpAttempt("2001:db8::1", TcpState.TIMEOUT),
                           TcpAttempt(PUBLIC, TcpState.OPEN)), Status.PASS, None, id="no IPv6"),
        pytest.param(reach(ReachState.OPEN, TcpAttempt(PUBLIC, TcpState.REFUSED),
                           TcpAttempt(OTHER, TcpState.OPEN)), Status.PASS, None,
                     id="first address refuses, which costs no time"),
        pytest.param(replace(OPEN, dns=resolved(PUBLIC, slow=True, servers=(SILENT,))),
                     Status.WARN, "dns-failure", id="slow names"),
        pytest.param(reach(ReachState.NO_NAME,
                           dns=DnsAnswer(host=HOST, state=DnsState.NO_SUCH_NAME)), Status.FAIL,
                     "dns-failure", id="nxdomain"),
        pytest.param(reach(ReachState.NO_NAME, dns=None), Status.FAIL, "dns-failure", id="no name"),
        pytest.param(REFUSED, Status.FAIL, "connection-refused", id="refused"),
        pytest.param(TIMEOUT, Status.FAIL, "network-timeout", id="timeout"),
        pytest.param(replace(TIMEOUT, proxy=ProxyChoice(ignored="HTTPS_PROXY")), Status.FAIL,
                     "proxy-misconfigured", id="a proxy that Go cannot read"),
        pytest.param(replace(OPEN, proxy=ProxyChoice(ignored="HTTPS_PROXY")), Status.PASS, None,
                     id="a proxy that Go cannot read, and nobody needs"),
        pytest.param(reach(ReachState.UNREACHABLE, TcpAttempt(PUBLIC, TcpState.UNREACHABLE)),
                     Status.FAIL, "network-no-route", id="no route"),
        pytest.param(reach(ReachState.RESET, TcpAttempt(PUBLIC, TcpState.RESET)), Status.FAIL,
                     "connection-reset", id="reset"),
        pytest.param(replace(REFUSED, dns=BY_HOSTS), Status.FAIL, "hosts-file-override",
                     id="hosts file"),
        pytest.param(replace(REFUSED, dns=resolved(PRIVATE, hosts_file="/etc/hosts:3", servers=(
                     ServerAnswer("x", ServerState.ADDRESSES, (PRIVATE,)),))), Status.FAIL,
                     "connection-refused", id="hosts file says what DNS says"),
        pytest.param(reach(ReachState.PROXY_NO_NAME, proxy=PROXY), Status.FAIL,
                     "proxy-misconfigured", id="proxy without name"),
        pytest.param(reach(ReachState.PROXY_DEAD, proxy=PROXY), Status.FAIL,
                     "proxy-misconfigured", id="proxy dead"),
        pytest.param(reach(ReachState.PROXY_REFUSES, proxy=PROXY, proxy_status=403), Status.FAIL,
                     "proxy-misconfigured", id="proxy refuses"),
        pytest.param(reach(ReachState.PROXY_LOGIN, proxy=PROXY, proxy_status=407), Status.FAIL,
                     "proxy-authentication-required", id="proxy login"),
        pytest.param(reach(ReachState.PROXY_LOGIN, proxy=replace(PROXY, login_masked=True)),
                     Status.INCONCLUSIVE, None, id="the engine hides the proxy's password"),
        pytest.param(reach(ReachState.PROXY_UNREADABLE, detail="a proxy by TLS", proxy=PROXY),
                     Status.INCONCLUSIVE, None, id="proxy by TLS"),
        pytest.param(reach(ReachState.PROXY_UNREADABLE, proxy=ProxyChoice(problem="no host")),
                     Status.FAIL, "proxy-misconfigured", id="proxy unreadable"),
    ],
)  # fmt: skip
def test_verdict(seen: Reach, status: Status, cause: str | None) -> None:
    verdict = RegistryReachable().run(context({ReachProbe(HOST, 443, Side.ENGINE): seen}))

    assert (verdict.status, verdict.cause) == (status, cause)
    assert verdict.evidence


def test_the_name_that_has_no_address_is_told() -> None:
    api = "api.ecr.us-east-1.amazonaws.com"
    seen = replace(reach(ReachState.NO_NAME, dns=None), host=api)

    verdict = RegistryReachable().run(context({ReachProbe(HOST, 443, Side.ENGINE): seen}))

    assert dict(verdict.facts)["server"] == api


def judged(seen: Reach, others: dict[Any, Any]) -> str | None:
    given = {ReachProbe(HOST, 443, Side.ENGINE): seen, **others}
    return RegistryReachable().run(context(given)).cause


@pytest.mark.parametrize(
    ("other", "cause"), [(OPEN, "proxy-misconfigured"), (REFUSED, "network-timeout")]
)
def test_only_the_shell_has_the_proxy(other: Reach, cause: str) -> None:
    others = {ProxyProbe(HOST, 443, Side.CLIENT): PROXY, ReachProbe(HOST, 443, Side.CLIENT): other}

    assert judged(TIMEOUT, others) == cause


@pytest.mark.parametrize(
    ("other", "cause"), [(OPEN, "no-proxy-misconfigured"), (REFUSED, "network-timeout")]
)
def test_no_proxy_sends_it_past_the_proxy(other: Reach, cause: str) -> None:
    past = ReachProbe(HOST, 443, Side.ENGINE, False)  # noqa: FBT003

    assert judged(replace(TIMEOUT, proxy=EXEMPTED), {past: other}) == cause


@pytest.mark.parametrize(
    ("address", "cause"),
    [(PRIVATE, "vpc-endpoint-dkr-missing"), (PUBLIC, "network-timeout")],
)
def test_an_endpoint_for_the_api_alone(address: str, cause: str) -> None:
    api = replace(reach(ReachState.OPEN, TcpAttempt(address, TcpState.OPEN)), host=API)
    others = {ApiEndpointProbe(): ApiEndpoint(API), ReachProbe(API, 443, Side.CLIENT): api}

    assert judged(TIMEOUT, others) == cause
