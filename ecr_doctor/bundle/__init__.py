"""Bundles: what a run saw, saved so that it can be judged again, offline and elsewhere."""

from .document import Bundle, BundleError, read_bundle
from .record import record
from .replay import plugin_packages, replay

__all__ = ["Bundle", "BundleError", "plugin_packages", "read_bundle", "record", "replay"]
