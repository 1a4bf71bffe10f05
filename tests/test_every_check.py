"""The contract that every registered check keeps; a new check is under it from its first day."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.engine import discover
from ecr_doctor.engine.plan import make_plan
from ecr_doctor.engine.runner import run_check
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.base import Probe, ProbeError
from ecr_doctor.redact import Redactor
from ecr_doctor.testing import NOON, TARGET, FixedScene

if TYPE_CHECKING:
    from ecr_doctor.sdk import Check

REGISTRY = discover()
CATALOG = load_catalog(REGISTRY.catalogs)
KNOWN = {check.id: check for check in REGISTRY.checks}
HEADINGS = ("What it looks at:", "Why a pull fails:", "When it cannot tell:")

every_check = pytest.mark.parametrize("check", REGISTRY.checks, ids=lambda check: check.id)


class Dark(FixedScene):
    """A scene in which no probe can look."""

    def observe(self, probe: Probe[Any]) -> Any:
        raise ProbeError(f"{type(probe).__name__} cannot look")


@every_check
def test_id_is_the_place_of_its_file(check: Check) -> None:
    module = type(check).__module__.split(".")

    assert check.id == f"{module[-2]}.{module[-1].replace('_', '-')}"


@every_check
def test_docstring_is_a_page(check: Check) -> None:
    page = inspect.cleandoc(type(check).__doc__ or "")
    first = page.splitlines()[0]

    assert first.endswith("."), "the first line states what is so when the check passes"
    assert [line for line in page.splitlines() if line in HEADINGS] == list(HEADINGS)


@every_check
def test_requirements_and_causes_exist(check: Check) -> None:
    assert [name for name in check.requires if name not in KNOWN] == []
    assert [c for c in (*check.causes, *check.rules_out) if CATALOG.get(c) is None] == []


@every_check
def test_what_did_not_look_never_looks_fine(check: Check) -> None:
    scene: Any = Dark(target=TARGET, settings=Settings(), redactor=Redactor(), clock=NOON)

    status = run_check(check, scene).status

    looked_at_the_reference_alone = check.id.startswith("reference.")
    assert status is not Status.ERROR
    assert status is not Status.FAIL
    assert status is not Status.PASS or looked_at_the_reference_alone


def test_no_check_waits_for_itself() -> None:
    assert make_plan(REGISTRY.checks, only=(), skip=()).problems == ()


def test_nothing_failed_to_load() -> None:
    assert REGISTRY.problems == ()
