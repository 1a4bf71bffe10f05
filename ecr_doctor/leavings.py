"""What must not outlive the process: programs that it started, private folders that it made.

A run that is stopped, or whose time is up, leaves without waiting for its threads; their own
cleaning up never happens then.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_lock = threading.Lock()
_pending: dict[object, Callable[[], None]] = {}


@contextlib.contextmanager
def removed_by(remove: Callable[[], None]) -> Iterator[None]:
    """Have `remove` called if the process ends inside; after the block it is forgotten."""
    token = object()
    with _lock:
        _pending[token] = remove
    try:
        yield
    finally:
        with _lock:
            _pending.pop(token, None)


def sweep() -> None:
    """Remove what is there, the latest first: a program before the folder that it writes to."""
    with _lock:
        actions = [*reversed(_pending.values())]
        _pending.clear()
    for remove in actions:
        with contextlib.suppress(OSError):
            remove()
