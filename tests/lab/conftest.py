"""The laboratory as a fixture: one for the whole session, made whole before each test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.requirements import missing
from lab.world import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

# Read at import: the tests' own environment is emptied of such variables.
_MUST_RUN = bool(os.environ.get("CI"))
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder that uses the laboratory."""
    for item in items:
        if _HERE in item.path.parents and "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Lab]:
    """Start the laboratory, or skip with the reason; where CI is set that reason is a failure."""
    reason = missing()
    if reason is not None:
        if _MUST_RUN:
            pytest.fail(f"CI must run the laboratory, but {reason}")
        pytest.skip(reason)
    with Lab() as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Lab) -> Lab:
    """Return the laboratory with nothing broken in it."""
    running_lab.reset()
    return running_lab
