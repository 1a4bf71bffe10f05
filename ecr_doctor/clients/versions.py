"""Versions of clients, as far as their rules differ."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+")
NEWEST = (999,)


def numbers(version: str) -> tuple[int, ...]:
    """`28.2.2+dfsg1` as (28, 2, 2); a version that is not known counts as the newest."""
    head = re.split(r"[-+~ ]", version.strip().removeprefix("v"), maxsplit=1)[0]
    found = tuple(int(part) for part in _NUMBER.findall(head))
    return found or NEWEST


def at_least(version: str, *wanted: int) -> bool:
    """Whether a version is `wanted` or newer; an unknown one is."""
    return numbers(version) >= wanted
