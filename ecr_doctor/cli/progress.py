"""Shows on a terminal what is being done; elsewhere it is silent."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def live_progress(*, wanted: bool) -> Iterator[Callable[[str], None] | None]:
    """Yield a function that shows a word on the present step, or None where nobody watches."""
    if not wanted or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    with console.status("looking", spinner="line") as status:

        def show(step: str) -> None:
            status.update(Text(step[: max(20, console.width - 4)], overflow="ellipsis"))

        yield show
