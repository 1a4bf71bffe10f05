"""Changes every text in a frozen value, whatever it is made of."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

T = TypeVar("T")


def map_texts(value: T, change: Callable[[str], str], *, keep: Collection[str] = ()) -> T:
    """A copy of a value of the model in which `change` was applied to every text.

    Args:
        value: of the model.
        change: what is to be done with a text.
        keep: names of fields that stay as they are.

    """
    return cast(T, _map(value, change, keep))


def _map(value: Any, change: Callable[[str], str], keep: Collection[str]) -> Any:  # noqa: ANN401  any value of the model
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_map(item, change, keep) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [f.name for f in dataclasses.fields(value) if f.init and f.name not in keep]
        return dataclasses.replace(
            value, **{name: _map(getattr(value, name), change, keep) for name in fields}
        )
    return value
