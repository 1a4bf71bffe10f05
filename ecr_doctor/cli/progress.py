"""Shows on a terminal what is being done; elsewhere it is silent."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ecr_doctor.model.progress import CheckStep, LayerStep
from ecr_doctor.report.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Group
    from rich.text import Text

    from ecr_doctor.model.progress import Step

_MOST_LAYERS: Final = 5
"""Lines; of an image with more layers those are shown that move."""
_BAR: Final = 20
"""Columns of a layer's bar."""
_SPINNER: Final = "-\\|/"
_THERE: Final = frozenset({"Pull complete", "Already exists"})
_MOVING: Final = frozenset({"Downloading", "Extracting"})
_UNITS: Final = ((1 << 20, "MiB"), (1 << 10, "KiB"), (1, "bytes"))


@contextmanager
def live_progress(*, wanted: bool) -> Iterator[Callable[[Step], None] | None]:
    """Yield what takes each step of the run and shows it, or None where nobody watches."""
    if not wanted or not _can_move():
        yield None
        return
    from rich.console import Console
    from rich.live import Live

    board = Board()
    console = Console(stderr=True)
    # It leaves nothing behind: the report begins where it stood.
    with Live(board, console=console, transient=True, refresh_per_second=10):
        yield board.take


def _can_move() -> bool:
    """Whether somebody looks on: a CI's log keeps every frame of what is drawn on its terminal."""
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not in_ci


class Board:
    """What is under way now: a line on the checks, and one for each layer that moves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._running: dict[str, None] = {}
        self._layers: dict[str, LayerStep] = {}
        self._done = self._of = 0

    def take(self, step: Step) -> None:
        """Note a step; any thread may call."""
        with self._lock:
            if isinstance(step, LayerStep):
                if step.layer:
                    self._layers[step.layer] = step
                return
            self._of = step.of
            self._note(step)

    def _note(self, step: CheckStep) -> None:
        if step.done:
            self._done += 1
            self._running.pop(step.title, None)
        else:
            self._running[step.title] = None

    def lines(self) -> list[str]:
        """What is shown now."""
        with self._lock:
            running, layers = list(self._running), list(self._layers.values())
        took = time.monotonic() - self._began
        count = f"{self._done} of {self._of} checks" if self._of else "looking"
        told = f": {'; '.join(map(one_line, reversed(running)))}" if running else ""
        sign = _SPINNER[int(took * 8) % len(_SPINNER)]
        return [f"{sign} {count}, {took:.0f} s{told}", *_told(layers)]

    def __rich__(self) -> Group:
        """Each line cut where the terminal ends."""
        from rich.console import Group

        return Group(*map(_cut, self.lines()))


def _cut(line: str) -> Text:
    from rich.text import Text

    return Text(line, no_wrap=True, overflow="ellipsis")


def _told(layers: list[LayerStep]) -> Iterator[str]:
    """The pull: how many layers are there, and which move."""
    if not layers:
        return
    there = sum(layer.status in _THERE for layer in layers)
    yield f"  pull: {there} of {len(layers)} layers are there"
    moving = [layer for layer in layers if layer.status in _MOVING or "etrying" in layer.status]
    yield from (f"    {_layer(layer)}" for layer in moving[:_MOST_LAYERS])


def _layer(layer: LayerStep) -> str:
    name = f"{one_line(layer.layer, 20)}  {one_line(layer.status, 30):<12}"
    if not layer.of:
        return name
    filled = min(_BAR, round(_BAR * layer.bytes / layer.of))
    bar = "#" * filled + "." * (_BAR - filled)
    size, unit = next(u for u in _UNITS if layer.of >= u[0])
    return f"{name} {bar} {layer.bytes / size:.1f} of {layer.of / size:.1f} {unit}"
