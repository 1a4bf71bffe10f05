"""Standard streams as the caller may have left them.

Closed, with a reader that goes away in the middle, or unable to write every letter.
"""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper

TYPE_CHECKING = False  # `typing` costs as much as all of `--version`
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def open_closed_streams() -> None:
    """Put the null device in the place of what was closed (`>&-`, some service managers).

    Else the next file or connection to be opened would get the number of stdout, and what is
    printed would go there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def accept_every_letter() -> None:
    r"""Write letters that stdout's encoding lacks (`LC_ALL=C`, half characters) as `\u20ac`."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


class _Patient(FileIO):
    """A file that goes on when its reader has gone."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def outlive_readers() -> None:
    """Finish the work, and end with its exit code, also where `| grep -q` has read enough.

    Else a pull with a cause would end as one without, and `fix` somewhere in between.
    """
    for name in ("stdout", "stderr"):
        old = getattr(sys, name)
        own = old is getattr(sys, f"__{name}__")  # the null device has nobody to lose
        if own and isinstance(old, TextIOWrapper):
            file = BufferedWriter(_Patient(old.fileno(), "wb", closefd=False))
            lines = old.line_buffering or old.write_through
            new = TextIOWrapper(file, old.encoding, old.errors, line_buffering=lines)
            setattr(sys, name, new)
