"""Changes every text in a frozen value, whatever it is made of."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

T = TypeVar("T")


def map_texts(
    value: T,
    change: Callable[[Any], str],
    *,
    keep: Collection[str] = (),
    kinds: tuple[type, ...] = (str,),
    cut: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple,
) -> T:
    """A copy of a value of the model in which `change` was applied to every text.

    Args:
        value: of the model.
        change: what is to be done with a text.
        keep: names of fields that stay as they are.
        kinds: what counts as a text.
        cut: what is to be done with a tuple first.

    """

    def walk(value: Any) -> Any:  # noqa: ANN401  any value of the model
        if isinstance(value, Enum):
            return value
        if isinstance(value, kinds):
            return change(value)
        if isinstance(value, tuple):
            return tuple(map(walk, cut(value)))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [f.name for f in dataclasses.fields(value) if f.init and f.name not in keep]
            return dataclasses.replace(value, **{n: walk(getattr(value, n)) for n in names})
        return value

    return cast("T", walk(value))
