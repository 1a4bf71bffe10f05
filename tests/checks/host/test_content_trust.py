from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.content_trust import ContentTrust, ContentTrustProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.host.content_trust import ContentTrustCheck

CAUSE = "content-trust-unsupported"
WANTED = ContentTrust(wanted=True, value="1", version="28.2.2")
ELSEWHERE = ContentTrust(wanted=True, value="1", version="28.2.2", server="https://notary.example")


@pytest.mark.parametrize(
    ("trust", "status", "cause"),
    [
        pytest.param(ContentTrust(), Status.PASS, None, id="unset"),
        pytest.param(ContentTrust(value="1"), Status.PASS, None, id="a digest, or docker 29"),
        pytest.param(WANTED, Status.FAIL, CAUSE, id="the registry is asked"),
        pytest.param(ELSEWHERE, Status.WARN, CAUSE, id="another server is asked"),
    ],
)
def test_verdict(trust: ContentTrust, status: Status, cause: str | None) -> None:
    verdict = ContentTrustCheck().run(context({ContentTrustProbe(): trust}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_other_clients_know_none() -> None:
    settings = Settings(client="skopeo")

    verdict = ContentTrustCheck().run(context({ContentTrustProbe(): WANTED}, settings=settings))

    assert verdict.status is Status.NOT_APPLICABLE
