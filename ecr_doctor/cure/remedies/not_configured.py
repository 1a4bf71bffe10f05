"""Docker's configuration has nothing for the registry, or only keys that never match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.serving import serve
from ecr_doctor.cure.step import Remedy

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case
    from ecr_doctor.cure.step import Step

_HELPER_MEANT = frozenset(
    {"credhelpers-key-mismatch", "credhelpers-wildcard-key", "dual-stack-host-not-configured"}
)


def propose(case: Case, ailment: Ailment) -> Step:
    """Add a key for exactly this host; keys that never match are left where they are."""
    intended = ailment.cause in _HELPER_MEANT
    return serve(case, ailment, meant=ailment.fact("helper"), intended=intended)


REMEDY = Remedy(
    _HELPER_MEANT
    | {
        "never-logged-in", "registry-without-login", "client-ignores-creds-store",
        "docker-auth-config-unsupported",
    },
    propose,
)  # fmt: skip
