"""What one remedy proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .case import Ailment, Case
    from .changes import Change


COMMAND = "$ "
"""What the lines begin with that are to be typed and not only read."""


@dataclass(frozen=True, slots=True)
class Step:
    """A proposal for one cause: changes of docker's configuration, words for the user, or both."""

    ailment: Ailment
    changes: tuple[Change, ...] = ()
    say: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    """Variables of the calling shell that stand in the way; only that shell can unset them."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What cures some causes. Its function is pure: from observations to a proposal."""

    causes: frozenset[str]
    propose: Callable[[Case, Ailment], Step]
