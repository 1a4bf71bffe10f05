from __future__ import annotations

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.catalog.folders import catalog_folders
from ecr_doctor.engine.diagnose import describe
from ecr_doctor.model import Status, parse_target
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.reference.image_reference import ImageReference


@pytest.mark.parametrize(
    ("image", "status", "cause"),
    [
        pytest.param(f"{HOST}/team/app:v1", Status.PASS, None, id="valid"),
        pytest.param(f"{HOST}/Team/App", Status.FAIL, "image-reference-invalid", id="capitals"),
        pytest.param(f"https://{HOST}/a", Status.FAIL, "image-reference-invalid", id="scheme"),
        pytest.param("", Status.FAIL, "image-reference-invalid", id="empty"),
    ],
)
def test_verdict(image: str, status: Status, cause: str | None) -> None:
    verdict = ImageReference().run(context(target=parse_target(image)))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_offers_what_was_probably_meant() -> None:
    verdict = ImageReference().run(context(target=parse_target(f"https://{HOST}/team/app")))

    assert verdict.evidence[-1].value == f"{HOST}/team/app"
    assert dict(verdict.facts) == {"likely": f"{HOST}/team/app"}


@pytest.mark.parametrize(
    "image", ["", f"https://{HOST}/Team/App", "https://", "docker://https://a"]
)
def test_offers_nothing_that_is_wrong_too(image: str) -> None:
    assert not ImageReference().run(context(target=parse_target(image))).facts


def test_the_cure_leads_with_the_right_name() -> None:
    found = {"likely": f"{HOST}/team/app"}
    fixes = describe("image-reference-invalid", load_catalog(catalog_folders()), found).fixes

    assert fixes[0].title == f"Did you mean {HOST}/team/app?"
    assert fixes[0].command == f"docker pull {HOST}/team/app"


def test_says_that_latest_is_assumed() -> None:
    verdict = ImageReference().run(context(target=parse_target(f"{HOST}/team/app")))

    assert "latest" in verdict.summary
