"""What is being done during a run, for whoever watches; it is not part of the report."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class CheckStep(NamedTuple):
    """A check began, or came to its end."""

    title: str
    done: bool
    of: int
    """How many checks the run has."""


class LayerStep(NamedTuple):
    """The engine told of one layer of the image that it pulls."""

    layer: str
    """Short id: the first digits of its digest."""
    status: str
    """In the engine's words: `Downloading`, `Pull complete`."""
    bytes: int = 0
    """How many of it are there; 0 where the engine counts none."""
    of: int = 0
    """How many it has."""


Step: TypeAlias = CheckStep | LayerStep
