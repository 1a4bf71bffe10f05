from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.api_endpoint import ApiEndpoint, ApiEndpointProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.probes.trust import Bundle, BundleState, Trust
from ecr_doctor.testing import context
from ecr_doctor_checks.tls.api_certificate import ApiCertificate

API = "api.ecr.us-east-1.amazonaws.com"
REACH = Reach(host=API, port=443, side=Side.CLIENT, state=ReachState.OPEN)


def trust(state: BundleState) -> Trust:
    return Trust(side=Side.CLIENT, bundle=Bundle(path="/x", source="SSL_CERT_FILE", state=state))


@pytest.mark.parametrize(
    ("state", "bundle", "status", "cause"),
    [
        (TlsState.OK, BundleState.OK, Status.PASS, None),
        (TlsState.OK, BundleState.MISSING, Status.PASS, None),
        (TlsState.UNKNOWN_AUTHORITY, BundleState.OK, Status.FAIL, "tls-untrusted-ca"),
        (TlsState.UNKNOWN_AUTHORITY, BundleState.MISSING, Status.FAIL, "ca-bundle-missing"),
        (TlsState.WRONG_HOST, BundleState.MISSING, Status.FAIL, "tls-wrong-host"),
        (TlsState.NOT_CONNECTED, BundleState.OK, Status.INCONCLUSIVE, None),
    ],
)
def test_verdict(state: TlsState, bundle: BundleState, status: Status, cause: str | None) -> None:
    given: dict[Any, Any] = {
        ApiEndpointProbe(): ApiEndpoint(API),
        ReachProbe(API, 443, Side.CLIENT): REACH,
        TlsProbe(API, 443, Side.CLIENT): TlsAnswer(host=API, state=state, trust=trust(bundle)),
    }

    verdict = ApiCertificate().run(context(given))

    assert (verdict.status, verdict.cause) == (status, cause)
