"""Errors of the tool itself: what happened, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_COMPARED = 100
"""Characters of an unknown word that are compared: the time grows with their number."""


class EcrDoctorError(Exception):
    """Something the tool could not do; never the finding of a check.

    `str()` says what happened and where; `hint` what to do about it.
    """

    exit_code = 4

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    def diagnostics(self) -> str:
        """The text for a terminal."""
        return f"{self}\n{self.hint}" if self.hint else str(self)


class UsageError(EcrDoctorError):
    """The call cannot be understood: an option, its value, or the configuration file."""

    exit_code = 2


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint for a word that is not known: the names most like it, else what the caller says."""
    from difflib import get_close_matches  # noqa: PLC0415  only where something went wrong

    near = get_close_matches(word[:_MOST_COMPARED].lower(), known)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise
