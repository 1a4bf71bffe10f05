from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.aws_credentials import (
    AwsCredentials,
    AwsCredentialsProbe,
    CredentialSource,
    SourceKind,
)
from ecr_doctor.probes.aws_endpoints import (
    Answerer,
    AwsEndpoints,
    AwsEndpointsProbe,
    EndpointOverride,
)
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.identity.endpoint_override import EndpointOverrideCheck

NEEDED = AwsNeed(needed=True, why="", helper="ecr-login")
ROLE = AwsCredentials(winner=CredentialSource(kind=SourceKind.ASSUME_ROLE, origin="x"))
KEYS = AwsCredentials(winner=CredentialSource(kind=SourceKind.ENV, origin="x"))


def sent(service: str, answerer: Answerer = Answerer.NOBODY) -> EndpointOverride:
    return EndpointOverride(
        service=service,
        url="http://127.0.0.1:4566",
        origin="AWS_ENDPOINT_URL",
        answerer=answerer,
        detail="refused",
    )


@pytest.mark.parametrize(
    ("endpoints", "more", "status"),
    [
        pytest.param(AwsEndpoints(), {}, Status.PASS, id="none"),
        pytest.param(AwsEndpoints(ignored_by="X"), {}, Status.PASS, id="ignored"),
        pytest.param(AwsEndpoints(overrides=(sent("ecr", Answerer.AWS),)), {}, Status.PASS,
                     id="a VPC endpoint"),
        pytest.param(AwsEndpoints(overrides=(sent("ecr"), sent("sts"))), {AwsNeedProbe(): NEEDED},
                     Status.FAIL, id="nobody"),
        pytest.param(AwsEndpoints(overrides=(sent("ecr", Answerer.OTHER),)),
                     {AwsNeedProbe(): NEEDED}, Status.FAIL, id="a mock"),
        pytest.param(AwsEndpoints(overrides=(sent("ecr"),)), {}, Status.WARN, id="not needed"),
        pytest.param(AwsEndpoints(overrides=(sent("sts"),)),
                     {AwsNeedProbe(): NEEDED, AwsCredentialsProbe(): KEYS}, Status.WARN,
                     id="STS, and plain keys"),
        pytest.param(AwsEndpoints(overrides=(sent("sts"),)),
                     {AwsNeedProbe(): NEEDED, AwsCredentialsProbe(): ROLE}, Status.FAIL,
                     id="STS, and a role"),
        pytest.param(AwsEndpoints(overrides=(sent("ecr", Answerer.AWS), sent("sts"))),
                     {AwsNeedProbe(): NEEDED, AwsCredentialsProbe(): ROLE}, Status.FAIL,
                     id="one of two"),
    ],
)  # fmt: skip
def test_verdict(endpoints: AwsEndpoints, more: dict[Any, Any], status: Status) -> None:
    verdict = EndpointOverrideCheck().run(context({AwsEndpointsProbe(): endpoints, **more}))

    assert verdict.status is status
    assert verdict.cause == (None if status is Status.PASS else "endpoint-url-override")
