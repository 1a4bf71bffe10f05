"""Packages whose names are imported when they are first used: a command starts with few of them."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` costs as much as a whole cached `get` of the helper
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def names_of(package: str, home: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562).

    Args:
        package: its `__name__`.
        home: each name, and the module of the package that defines it.

    """

    def get(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        import sys  # noqa: PLC0415
        from importlib import import_module  # noqa: PLC0415

        value: object = getattr(import_module(f".{home[name]}", package), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
