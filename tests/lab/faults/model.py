"""What a fault is."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import names
from lab.requirements import lacking
from lab.world import Lab

Injection = Callable[[Lab], object]


@dataclass(frozen=True)
class Fault:
    """One way to break a pull, and what a diagnosis of it must say."""

    name: str
    layer: str
    summary: str
    inject: Injection
    accept: tuple[str, ...] = ()
    pull_works: bool = False
    says: str = ""  # part of what docker prints
    image: str = names.IMAGE
    env: Mapping[str, str] = field(default_factory=dict)
    uid: int = 0
    slow: bool = False  # docker itself needs more than 5 s to fail
    also: tuple[str, ...] = ()  # causes of a second fault, one of which must be named as well
    args: tuple[str, ...] = ()  # further arguments of `ecr-doctor run`
    client: str = "docker"  # what pulls; others than docker are told to `ecr-doctor run`
    needs: tuple[str, ...] = ()  # what not every machine has: names of requirements.OPTIONAL

    def impossible(self) -> str | None:
        """Return why this machine cannot have the fault; None where it can."""
        if self.uid and os.geteuid() != 0:
            return "only root can run the client as another user"
        return next(filter(None, map(lacking, self.needs)), None)


NO_CREDENTIALS = "no basic auth credentials"
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


def nothing(lab: Lab) -> None:
    """Break nothing: the image or the environment of the fault is what is wrong."""
    del lab


def works(
    name: str, summary: str, inject: Injection = nothing, image: str = names.IMAGE, **more: Any
) -> Fault:
    """Return a trap: nothing keeps docker from pulling, and a diagnosis must not say so."""
    return Fault(name, "none", summary, inject, pull_works=True, image=image, **more)


def fails(
    layer: str, name: str, summary: str, inject: Injection, *accept: str, **more: Any
) -> Fault:
    """Return a fault of one layer; tables of one layer alone have it as a `partial`."""
    return Fault(name, layer, summary, inject, accept, **more)
