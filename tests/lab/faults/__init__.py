"""The faults: one table a layer."""

from __future__ import annotations

from lab.faults import pairs
from lab.faults.model import Fault
from lab.faults.single import SINGLE

__all__ = ["ALL", "Fault", "by_name"]

ALL: tuple[Fault, ...] = (*SINGLE, *pairs.FAULTS)


def by_name(name: str) -> Fault:
    """Return the fault of that name."""
    for fault in ALL:
        if fault.name == name:
            return fault
    raise KeyError(f"there is no fault named {name}")
