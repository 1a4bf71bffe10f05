"""Injections made of two: another fault, met by a role or with a stored login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.home import auths

if TYPE_CHECKING:
    from lab.faults.model import Injection
    from lab.world import Lab


def with_role(inject: Injection) -> Injection:
    """Return an injection in which the keys are those of an assumed role as well."""

    def both(lab: Lab) -> None:
        role = f"role_arn = {state.ROLE_ARN}\nsource_profile = base\nregion = {names.REGION}\n"
        keys = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
        lab.user.write(".aws/config", f"[default]\n{role}")
        lab.user.write(".aws/credentials", f"[base]\n{keys}")
        inject(lab)

    return both


def with_login(inject: Injection) -> Injection:
    """Return an injection in which a login is stored, and no helper configured."""

    def both(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token()))
        inject(lab)

    return both
