"""Homes on this machine that may hold the docker configuration somebody means."""

from __future__ import annotations

import contextlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_HOMES = 50


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that is, or may be, somebody's home."""

    path: str
    whose: str
    own: bool = True
    """False for homes of other users that nothing ties to this run."""


def homes(env: Mapping[str, str]) -> tuple[Home, ...]:
    """The homes to look into, the likeliest first, each once."""
    found: dict[str, Home] = {}
    for home in _homes(env):
        if home.path.startswith("/"):
            found.setdefault(os.path.normpath(home.path), home)
    return tuple(found.values())


def _homes(env: Mapping[str, str]) -> Iterator[Home]:
    here = env.get("HOME", "")
    if here:
        yield Home(here, "HOME")
    for variable in ("SUDO_USER", "DOAS_USER"):
        name = env.get(variable, "")
        if name and "/" not in name:
            yield from _homes_of(name, f"user {name} ({variable})", here)
    yield from _home_of_uid(env.get("PKEXEC_UID", ""))
    user = _user(os.geteuid())
    if user is not None:
        yield Home(user.pw_dir, f"user {user.pw_name} (password database)")
    if os.geteuid() == 0:
        yield from _all_homes()
    else:
        yield Home("/root", "root", own=False)


def _homes_of(name: str, whose: str, here: str) -> Iterator[Home]:
    """The home of a user by name; also beside HOME, where the user is not in the database."""
    with contextlib.suppress(KeyError):
        yield Home(pwd.getpwnam(name).pw_dir, whose)
    beside = os.path.dirname(here.rstrip("/")) if here.startswith("/") else ""  # noqa: PTH120
    for parent in ("/home", beside):
        if parent and parent != "/":
            yield Home(f"{parent}/{name}", whose)


def _home_of_uid(text: str) -> Iterator[Home]:
    user = _user(int(text)) if text.isascii() and text.isdigit() else None
    if user is not None:
        yield Home(user.pw_dir, f"user {user.pw_name} (PKEXEC_UID)")


def _user(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except (KeyError, OverflowError):
        return None


def _all_homes() -> Iterator[Home]:
    """Every user's, for root: who called sudo or wrote the unit file is not always known."""
    try:
        folders = sorted(Path("/home").iterdir())[:_MOST_HOMES]
    except OSError:
        return
    for folder in folders:
        yield Home(str(folder), f"user {folder.name}", own=False)
