"""The faults: one table a layer."""

from __future__ import annotations

from lab.faults import (
    addresses,
    answers,
    config,
    credentials,
    daemon,
    helper,
    iam,
    image,
    manifests,
    metadata,
    network,
    odd_files,
    odd_helpers,
    pairs,
    places,
    proxies,
    slowness,
    tls,
    tokens,
)
from lab.faults.model import Fault

__all__ = ["ALL", "Fault", "by_name"]

ALL: tuple[Fault, ...] = (
    *config.FAULTS,
    *helper.FAULTS,
    *credentials.FAULTS,
    *metadata.FAULTS,
    *iam.FAULTS,
    *image.FAULTS,
    *network.FAULTS,
    *tls.FAULTS,
    *daemon.FAULTS,
    *odd_files.FAULTS,
    *odd_helpers.FAULTS,
    *tokens.FAULTS,
    *proxies.FAULTS,
    *slowness.FAULTS,
    *addresses.FAULTS,
    *answers.FAULTS,
    *manifests.FAULTS,
    *places.FAULTS,
    *pairs.FAULTS,
)


def by_name(name: str) -> Fault:
    """Return the fault of that name."""
    for fault in ALL:
        if fault.name == name:
            return fault
    raise KeyError(f"there is no fault named {name}")
