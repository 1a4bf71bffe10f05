"""Finds, plans and runs the checks, and names the root cause.

A name's module is imported when the name is first used: a run begins to look before the rest is
there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .judging import judge
    from .plan import UnknownCheckError
    from .registry import Registry, catalog_folders, discover
    from .run import diagnose_image, examine

__all__ = [
    "Registry",
    "UnknownCheckError",
    "catalog_folders",
    "diagnose_image",
    "discover",
    "examine",
    "judge",
]

_HOME = {
    "Registry": "registry",
    "UnknownCheckError": "plan",
    "catalog_folders": "registry",
    "diagnose_image": "run",
    "discover": "registry",
    "examine": "run",
    "judge": "judging",
}


def __getattr__(name: str) -> object:
    """The value of a name, from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value: object = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
