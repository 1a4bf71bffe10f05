"""A baseline: an earlier report, whose findings are known and do not make a run fail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.errors import UsageError
from ecr_doctor.model import Severity, ToolProblem

if TYPE_CHECKING:
    from ecr_doctor.model import Diagnosis, Target

SCHEMA: Final = 1
"""Of JSON reports; older ones stay readable."""
_LARGEST: Final = 32 << 20
_HOW: Final = "Make one with `ecr-doctor run IMAGE -o baseline.json`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The findings of an earlier report."""

    path: str
    day: str
    """On which it was made."""
    host: str
    repository: str
    severities: dict[str, str]
    """By cause."""

    def words(self, diagnosis: Diagnosis, target: Target) -> str:
        """How a report calls a finding that was there before; empty for a new one.

        What was a warning and breaks the pull now is new.
        """
        before = self.severities.get(diagnosis.cause)
        worse = before == Severity.WARN and diagnosis.severity is Severity.FAIL
        if before is None or worse or not self._is_of(target):
            return ""
        return f"Known since {self.day}: it is in the baseline"

    def problems(self, target: Target) -> list[ToolProblem]:
        """What is wrong with the baseline for this run."""
        if self._is_of(target):
            return []
        detail = f"It is of {self.host}/{self.repository}, so every finding counts as new."
        return [ToolProblem("the baseline is of another image", detail)]

    def _is_of(self, target: Target) -> bool:
        """The same repository: a tag changes with each deployment."""
        return (self.host, self.repository) == (target.host, target.repository)


def read_baseline(path: str) -> Baseline:
    """Read a JSON report as a baseline.

    Raises:
        UsageError: it cannot be read, or is no report of a run.

    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        found = json.loads(data.decode("utf-8-sig"))
        return _baseline(path, found)
    except OSError as error:
        raise UsageError(f"cannot read the baseline {path}: {error.strerror}", _HOW) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"the baseline {path} is no JSON report of a run", _HOW) from error


def _baseline(path: str, found: dict[str, Any]) -> Baseline:
    if found["kind"] != "run":
        raise ValueError("another kind of report")
    if found["schema"] > SCHEMA:
        raise UsageError(f"the baseline {path} is of a newer ecr-doctor", "Update this one.")
    return Baseline(
        path=path,
        day=str(found["started"])[:10],
        host=str(found["target"]["host"]),
        repository=str(found["target"]["repository"]),
        severities={str(d["cause"]): str(d["severity"]) for d in found["diagnoses"]},
    )
