from __future__ import annotations

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.demo.faults import DEFAULT, FAULTS, IMAGE, Fault
from ecr_doctor.demo.names import SITES
from ecr_doctor.engine.registry import catalog_folders
from ecr_doctor.model import parse_reference

EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@EACH
def test_a_fault_is_told_in_one_line(fault: Fault) -> None:
    assert 0 < len(fault.broken) <= 100
    assert "\n" not in fault.broken
    assert not fault.broken.endswith(".")


@EACH
def test_its_image_is_in_a_registry_that_is_played(fault: Fault) -> None:
    assert parse_reference(fault.image).host in SITES


@EACH
def test_its_causes_are_in_the_catalog(fault: Fault) -> None:
    catalog = load_catalog(catalog_folders())

    assert all(catalog.get(cause) for cause in fault.causes)


def test_only_the_healthy_one_has_no_cause() -> None:
    assert [fault.name for fault in FAULTS.values() if not fault.causes] == ["healthy"]


def test_the_default_is_one_of_them_and_looks_like_the_usual_mystery() -> None:
    assert FAULTS[DEFAULT].said.endswith("no basic auth credentials")
    assert FAULTS[DEFAULT].image == IMAGE
