"""Changes every text in a frozen value, whatever it is made of."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def map_texts(value: T, change: Callable[[str], str]) -> T:
    """A copy of a value of the model in which `change` was applied to every text."""
    return cast(T, _map(value, change))


def _map(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  any value of the model
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_map(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        return dataclasses.replace(value, **{n: _map(getattr(value, n), change) for n in names})
    return value
