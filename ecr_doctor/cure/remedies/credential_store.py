"""The store that docker asks for every registry has nothing, and hides what is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.changes import SetHelper
from ecr_doctor.cure.serving import serve
from ecr_doctor.cure.step import Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case


def propose(case: Case, ailment: Ailment) -> Step:
    """Name a helper for this registry alone; the store stays for all others.

    Without a helper, and with a good login in the file, the store is switched off for this host:
    an empty name does that (docker/cli, cli/config/configfile/file.go).
    """
    step = serve(case, ailment)
    if step.changes or not any(case.is_good(entry) for entry in case.entries()):
        return step
    words = f"docker no longer asks the store for {case.host} and takes the login in the file."
    return Step(ailment, (SetHelper(case.host, ""),), (words,))


REMEDY = Remedy(frozenset({"creds-store-shadows-login", "credential-store-refuses"}), propose)
