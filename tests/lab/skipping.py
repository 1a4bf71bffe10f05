"""Skips a fault that this machine cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab.faults import Fault


def skip_the_impossible(fault: Fault) -> None:
    """Skip the running test, with the reason, where the fault is impossible here."""
    reason = fault.impossible()
    if reason:
        pytest.skip(reason)
