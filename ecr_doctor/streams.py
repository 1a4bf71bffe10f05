"""Standard streams as the caller may have left them: closed, or unable to write every letter."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


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
