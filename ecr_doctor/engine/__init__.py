"""Finds, plans and runs the checks, and names the root cause.

A name's module is imported when the name is first used: a run begins to look before the rest is
there.
"""

from __future__ import annotations

from ecr_doctor.lazy import names_of

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


__getattr__ = names_of(__name__, _HOME)
