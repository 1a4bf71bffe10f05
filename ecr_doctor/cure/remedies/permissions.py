"""Docker may not read its configuration."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from ecr_doctor.cure.changes import SetMode
from ecr_doctor.cure.step import COMMAND, Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case

_READ_WRITE = 0o600
_ENTER = 0o700


def propose(case: Case, ailment: Ailment) -> Step:
    """Give the owner back the right to read; where somebody else owns it, ask for it."""
    seen = case.config
    closed = seen.closed or seen.path
    ours = {seen.path, posixpath.dirname(seen.path)}
    if seen.owner == case.uid and closed in ours:
        wanted = _READ_WRITE if closed == seen.path else _ENTER
        mode = seen.mode | wanted
        return Step(ailment, (SetMode(closed, mode),), (f"{closed} is yours, and closed to you.",))
    if seen.owner == case.uid:
        words = f"{closed} is yours, and closed to you. It holds more than docker's files, so:"
        return Step(ailment, say=(words, f"{COMMAND}chmod u+rwx {shlex.quote(closed)}"))
    who = case.user or str(case.uid)
    owner = seen.owner_name or f"user {seen.owner}"
    return Step(
        ailment,
        say=(
            f"{closed} belongs to {owner}. Its owner or this machine's administrator can cure it:",
            f"{COMMAND}sudo chown {shlex.quote(who)} {shlex.quote(closed)}",
        ),
    )


REMEDY = Remedy(frozenset({"config-json-unreadable"}), propose)
