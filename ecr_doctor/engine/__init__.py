"""Finds, plans and runs the checks, and names the root cause."""

from .plan import UnknownCheckError
from .registry import Registry, catalog_folders, discover
from .run import examine, judge
from .run import run as diagnose_image

__all__ = [
    "Registry",
    "UnknownCheckError",
    "catalog_folders",
    "diagnose_image",
    "discover",
    "examine",
    "judge",
]
