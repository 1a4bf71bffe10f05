"""Standard streams that the caller closed (`>&-`, some service managers)."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Put the null device in their place.

    Else the next file or connection to be opened would get the number of stdout, and what is
    printed would go there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
