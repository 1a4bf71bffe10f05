"""Whose view of the network a probe takes: a pull is the work of two programs."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """The program that opens a connection; each has its own proxy and its own trust."""

    CLIENT = "client"
    """The credential helper and AWS tools: they call the API, with the user's variables."""
    ENGINE = "engine"
    """The docker daemon: it fetches manifests and layers, with the service's own settings."""
