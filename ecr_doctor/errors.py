"""Errors of the tool itself: what happened, where, and what to do."""

from __future__ import annotations


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
