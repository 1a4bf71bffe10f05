"""What must not outlive the process: programs that it started, private folders that it made.

A run that is stopped, or whose time is up, leaves without waiting for its threads; their own
cleaning up never happens then.
"""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_SWEEP_SECONDS = 1.0
"""How long a sweep waits for a start in progress: a program on a dead network disk never starts."""

_pending: dict[object, Callable[[], object]] = {}
_starts = 0
_changed = threading.Condition()
"""Guards both of them."""


def begin(start: Callable[[], T], remove: Callable[[T], object]) -> tuple[T, object]:
    """Start something that is removed if the process ends; also a token for `forget`.

    A sweep waits for a start in progress: between the fork and our knowing of it, a program would
    be missed.
    """
    global _starts  # noqa: PLW0603  of the whole process, as its programs are
    token = object()
    with _changed:
        _starts += 1
    try:
        made = start()
        with _changed:
            _pending[token] = partial(remove, made)
    finally:
        with _changed:
            _starts -= 1
            _changed.notify_all()
    return made, token


def forget(token: object) -> None:
    """It is gone, or may stay."""
    with _changed:
        _pending.pop(token, None)


@contextlib.contextmanager
def removed_at_end(start: Callable[[], T], remove: Callable[[T], object]) -> Iterator[T]:
    """What `start` gives, removed if the process ends inside; after the block it is forgotten."""
    made, token = begin(start, remove)
    try:
        yield made
    finally:
        forget(token)


def sweep() -> None:
    """Remove what is there, the latest first: a program before the folder that it writes to."""
    with _changed:
        _changed.wait_for(lambda: not _starts, _SWEEP_SECONDS)
        actions = [*reversed(_pending.values())]
        _pending.clear()
    for remove in actions:
        with contextlib.suppress(OSError):
            remove()
