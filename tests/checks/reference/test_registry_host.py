from __future__ import annotations

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.reference.registry_host import RegistryHost

IMPOSSIBLE = "registry-host-impossible"


@pytest.mark.parametrize(
    ("image", "status", "cause"),
    [
        pytest.param(f"{HOST}/a", Status.PASS, None, id="private"),
        pytest.param("public.ecr.aws/nginx/nginx", Status.PASS, None, id="public"),
        pytest.param("123456789012.dkr-ecr.us-west-2.on.aws/a", Status.PASS, None, id="dual stack"),
        pytest.param("123456789012.dkr.ecr.us-east-1.amazonaws.eu/a", Status.FAIL, IMPOSSIBLE,
                     id="suffix of another partition"),
        pytest.param("123456789012.dkr.ecr.us-east-1a.amazonaws.com/a", Status.FAIL, IMPOSSIBLE,
                     id="an availability zone"),
        pytest.param("12345678901.dkr.ecr.us-east-1.amazonaws.com/a", Status.FAIL,
                     "account-id-wrong", id="eleven digits"),
        pytest.param("123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/a", Status.FAIL,
                     "fips-endpoint-missing", id="no FIPS there"),
        pytest.param("team/app", Status.FAIL, "registry-prefix-missing", id="no host"),
        pytest.param("ghcr.io/team/app", Status.INCONCLUSIVE, None, id="another registry"),
    ],
)  # fmt: skip
def test_verdict(image: str, status: Status, cause: str | None) -> None:
    verdict = RegistryHost().run(context(target=parse_target(image)))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_offers_the_likely_host() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com.cn/a"

    verdict = RegistryHost().run(context(target=parse_target(image)))

    assert dict(verdict.facts) == {"likely": HOST}
