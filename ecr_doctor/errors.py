"""Errors of the tool itself: what happened, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


class DefectError(EcrDoctorError):
    """The tool itself is broken; the message names the place."""

    @classmethod
    def of(cls, error: Exception, clean: Callable[[str], str] = str) -> DefectError:
        """Tell of an error in one line: a traceback could carry secrets and helps no user.

        Args:
            error: that nobody expected.
            clean: takes secrets out of its text.

        """
        text = clean(f"{type(error).__name__}: {error}")
        place = clean(raised_at(error))
        hint = "Please report it: https://github.com/ecr-doctor/ecr-doctor/issues"
        return cls(f"a defect of this tool: {text} at {place}", hint)


def raised_at(error: BaseException) -> str:
    """The file and line where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


class UsageError(EcrDoctorError):
    """The call cannot be understood: an option, its value, or the configuration file."""

    exit_code = 2


class StoppedError(BaseException):
    """A signal ends this process. No SystemExit: that is caught where foreign code may exit.

    `code` is what a shell gives for the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint for a word that is not known: the names most like it, else what the caller says."""
    from difflib import get_close_matches  # noqa: PLC0415  only where something went wrong

    near = get_close_matches(word[:_MOST_COMPARED].lower(), known)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise
