"""The causes as data: loading them, and matching texts against their symptoms."""

from .cause import Cause, Confusion, Symptom
from .collection import Catalog
from .filling import fill, fitting
from .loader import CatalogError, load_catalog
from .page import CAUSE_URL, cause_url, page
from .reading import Match, Reading

__all__ = [
    "CAUSE_URL",
    "Catalog",
    "CatalogError",
    "Cause",
    "Confusion",
    "Match",
    "Reading",
    "Symptom",
    "cause_url",
    "fill",
    "fitting",
    "load_catalog",
    "page",
]
