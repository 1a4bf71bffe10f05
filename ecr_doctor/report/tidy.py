"""A report made fit to be shown: harmless, bounded, and cleaned of secrets once more.

Every format begins with `tidied`, so that no format has to think of hostile evidence itself,
and a plugin's check cannot leak what the probes of this tool would never pass on.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_doctor.model import Evidence
from ecr_doctor.model.texts import map_texts
from ecr_doctor.redact import Secret, clean_shapes

from .plain import LIMIT, harmless

if TYPE_CHECKING:
    from ecr_doctor.model import Diagnosis, Report

T = TypeVar("T")

_READ = 100_000
"""Characters of one text that are looked at; what follows is only counted."""
_BUDGET = ((300_000, LIMIT), (900_000, 160))
"""While all texts together have fewer characters than the first, one may have the second."""
_POOR = 40
"""Characters of one text after the budget is spent."""
_MOST_FACTS = 40
"""Pieces of evidence of one check."""
_MOST_ITEMS = 2000
"""Entries of other tuples: checks, steps, causes."""


def tidied(report: Report) -> Report:
    """The same report with every text in it harmless and bounded."""
    tidier = _Tidier()
    diagnoses = tidier.tidy(report.diagnoses)  # first: what matters most is cut last
    rest = tidier.tidy(dataclasses.replace(report, diagnoses=()))
    return dataclasses.replace(rest, diagnoses=diagnoses)


def tidied_diagnosis(diagnosis: Diagnosis) -> Diagnosis:
    """The same for one diagnosis that stands alone."""
    return _Tidier().tidy(diagnosis)


class _Tidier:
    def __init__(self) -> None:
        self._done: dict[tuple[str, int], str] = {}
        self._spent = 0

    def tidy(self, value: T) -> T:
        """A copy of a model's value, down to its texts."""
        return map_texts(value, self._text, kinds=(str, Secret), cut=_bounded)

    def _text(self, found: str | Secret) -> str:
        text = str(found)
        limit = next((limit for most, limit in _BUDGET if self._spent < most), _POOR)
        if (text, limit) not in self._done:
            self._done[text, limit] = _clean(text, limit)
        done = self._done[text, limit]
        self._spent += len(done)
        return done


def _bounded(items: tuple[Any, ...]) -> tuple[Any, ...]:
    facts = bool(items) and isinstance(items[0], Evidence)
    return items[: _MOST_FACTS if facts else _MOST_ITEMS]


def _clean(text: str, limit: int) -> str:
    """Secrets go before the cut: half a secret no longer looks like one."""
    return harmless(clean_shapes(text[:_READ]), limit, whole=len(text))
