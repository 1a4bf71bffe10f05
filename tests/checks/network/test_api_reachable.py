from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.api_endpoint import ApiEndpoint, ApiEndpointProbe
from ecr_doctor.probes.dns import DnsAnswer, DnsState
from ecr_doctor.probes.proxy import ProxyChoice, ProxyProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tcp import TcpAttempt, TcpState
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.network.api_reachable import ApiReachable

API = "api.ecr.us-east-1.amazonaws.com"
AWS = ApiEndpoint(API)
NAMED = ApiEndpoint(API, 443, "AWS_ENDPOINT_URL")
PROXY = ProxyChoice(host="p.example", port=3128, source="HTTPS_PROXY")
PUBLIC, PRIVATE = "52.94.0.1", "10.1.0.1"


def reach(state: ReachState, address: str = PUBLIC, **more: Any) -> Reach:
    dns = DnsAnswer(host=API, state=DnsState.RESOLVED, addresses=(address,))
    attempt = TcpAttempt(address, TcpState.OPEN if state is ReachState.OPEN else TcpState.TIMEOUT)
    return Reach(
        host=API, port=443, side=Side.CLIENT, state=state, dns=dns, attempts=(attempt,), **more
    )


@pytest.mark.parametrize(
    ("endpoint", "seen", "registry", "status", "cause"),
    [
        pytest.param(AWS, reach(ReachState.OPEN), None, Status.PASS, None, id="open"),
        pytest.param(AWS, reach(ReachState.TIMEOUT), None, Status.FAIL, "network-timeout",
                     id="timeout"),
        pytest.param(AWS, reach(ReachState.TIMEOUT), reach(ReachState.OPEN, PRIVATE), Status.FAIL,
                     "vpc-endpoint-api-missing", id="only the registry has an endpoint"),
        pytest.param(AWS, reach(ReachState.TIMEOUT, PRIVATE), reach(ReachState.OPEN, PRIVATE),
                     Status.FAIL, "network-timeout", id="both are private"),
        pytest.param(AWS, reach(ReachState.TIMEOUT), reach(ReachState.OPEN), Status.FAIL,
                     "network-timeout", id="both are public"),
        pytest.param(AWS, reach(ReachState.PROXY_DEAD, proxy=PROXY), None, Status.FAIL,
                     "proxy-misconfigured", id="dead proxy"),
        pytest.param(NAMED, reach(ReachState.REFUSED), None, Status.FAIL, "endpoint-url-override",
                     id="the variable's endpoint"),
        pytest.param(NAMED, reach(ReachState.OPEN), None, Status.PASS, None,
                     id="the variable's endpoint answers"),
    ],
)  # fmt: skip
def test_verdict(
    endpoint: ApiEndpoint, seen: Reach, registry: Reach | None, status: Status, cause: str | None
) -> None:
    given: dict[Any, Any] = {
        ApiEndpointProbe(): endpoint,
        ReachProbe(API, 443, Side.CLIENT): seen,
        ProxyProbe(API, 443, Side.ENGINE): ProxyChoice(),
    }
    if registry is not None:
        given[ReachProbe(HOST, 443, Side.ENGINE)] = registry

    verdict = ApiReachable().run(context(given))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_only_the_daemon_has_the_proxy() -> None:
    given: dict[Any, Any] = {
        ApiEndpointProbe(): AWS,
        ReachProbe(API, 443, Side.CLIENT): reach(ReachState.TIMEOUT),
        ProxyProbe(API, 443, Side.ENGINE): PROXY,
        ReachProbe(API, 443, Side.ENGINE): reach(ReachState.OPEN),
    }

    verdict = ApiReachable().run(context(given))

    assert verdict.cause == "proxy-misconfigured"
    assert "helper" in verdict.summary
