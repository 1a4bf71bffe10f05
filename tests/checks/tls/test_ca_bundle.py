from __future__ import annotations

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.trust import Bundle, BundleState, CaVariables, CaVariablesProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.tls.ca_bundle import CaBundle


def bundle(source: str, state: BundleState) -> Bundle:
    return Bundle(path="/ca.pem", source=source, state=state)


@pytest.mark.parametrize(
    ("bundles", "status", "cause"),
    [
        pytest.param((), Status.PASS, None, id="none named"),
        pytest.param((bundle("AWS_CA_BUNDLE", BundleState.OK),), Status.PASS, None, id="good"),
        *(
            pytest.param((bundle("AWS_CA_BUNDLE", state),), Status.FAIL, "ca-bundle-missing",
                         id=f"AWS_CA_BUNDLE {state}")
            for state in BundleState if state is not BundleState.OK
        ),
        pytest.param((bundle("ca_bundle of profile ci", BundleState.MISSING),), Status.FAIL,
                     "ca-bundle-missing", id="profile"),
        pytest.param((bundle("REQUESTS_CA_BUNDLE", BundleState.MISSING),), Status.WARN,
                     "ca-bundle-missing", id="only Python programs"),
        pytest.param((bundle("AWS_CA_BUNDLE", BundleState.OK),
                      bundle("SSL_CERT_FILE", BundleState.MISSING)), Status.WARN,
                     "ca-bundle-missing", id="Go goes on without it"),
    ],
)  # fmt: skip
def test_verdict(bundles: tuple[Bundle, ...], status: Status, cause: str | None) -> None:
    verdict = CaBundle().run(context({CaVariablesProbe(): CaVariables(bundles)}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_names_variable_and_path() -> None:
    seen = CaVariables((bundle("AWS_CA_BUNDLE", BundleState.NO_CERTIFICATES),))

    verdict = CaBundle().run(context({CaVariablesProbe(): seen}))

    assert verdict.summary == "AWS_CA_BUNDLE names /ca.pem, which holds no certificate"
    assert dict(verdict.facts) == {"variable": "AWS_CA_BUNDLE", "path": "/ca.pem"}
