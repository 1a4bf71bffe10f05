"""Puts what is known of a pull into the templates of a fix.

What is known may come from a pasted text, that is from anybody. It goes into commands that people
paste into a shell, so only harmless values are put in; for others the placeholder stays.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ecr_doctor.model.registry_slips import PUBLIC_HOSTS

from .dialect import of_public, spoken_by
from .engines import run_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecr_doctor.model import Fix

_NAME: Final = re.compile(r"(?<!%)\{([a-z][a-z0-9_]*)\}")
"""A name of ours; `%{http_code}` is a variable of curl's `--write-out`."""
_CALLER: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]{0,12}):(?:iam|sts)::(?P<account>\d{12}):"
    r"(?:assumed-role/(?P<assumed>[\w+=,.@-]{1,64})/[\w+=,.@-]{1,64}"
    r"|(?P<kind>role|user)/(?P<name>[\w+=,.@/-]{1,600}))"
)
_HARMLESS: Final = re.compile(r"[A-Za-z0-9_@%+=:,./*-]{1,2048}")
_PRINTABLE: Final = re.compile(r"[^\x00-\x1f\x7f\u0080-\u009f\u2028\u2029\u202a-\u202e]{1,2048}")

SIDES: Final = ("daemon", "client", "helper")
"""The programs of which one fails: a container engine's daemon, a client that pulls without one,
and what asks AWS for a login. The fact that one did is called `daemon_side`, and so on."""

_HOST: Final = "ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com"
PLACEHOLDERS: Final[dict[str, str]] = {
    "account": "ACCOUNT_ID",
    "action": "ecr:ACTION",
    "arn": "arn:aws:ecr:REGION:ACCOUNT_ID:repository/REPOSITORY",
    "caller_kind": "role",
    "caller_name": "ROLE",
    "client": "docker",
    "config": "~/.docker/config.json",
    "ecr_helper": "ecr-login",
    "helper": "ecr-login",
    "host": _HOST,
    "image": f"{_HOST}/REPOSITORY:TAG",
    "image_id": "imageTag=TAG",
    "other_helper": "NAME",
    "partition": "aws",
    "path": "PATH_TO_THE_FILE",
    "principal": "arn:aws:iam::ACCOUNT_ID:role/ROLE",
    "principal_arn": "arn:aws:iam::ACCOUNT_ID:role/ROLE",
    "registry_arn": "arn:aws:ecr:REGION:ACCOUNT_ID:repository/*",
    "selector": "TAG",
    "server": _HOST,
    "setting": "the setting",
}
"""What stands for a name that is not known; any other name is shown in capitals."""
_OF_PARTS: Final = ("arn", "host", "image", "registry_arn", "server")
_PARTS: Final = (
    ("account", "ACCOUNT_ID"),
    ("region", "REGION"),
    ("repository", "REPOSITORY"),
    ("selector", "TAG"),
)


def placeholder(name: str, facts: Mapping[str, str]) -> str:
    """The readable word for a fact that is not known; it holds the parts that are."""
    text = PLACEHOLDERS.get(name, name.upper())
    for part, word in _PARTS if name in _OF_PARTS else ():
        if _HARMLESS.fullmatch(facts.get(part, "")):
            text = text.replace(word, facts[part])
    return text


def fitting(fixes: Iterable[Fix], facts: Mapping[str, str]) -> tuple[Fix, ...]:
    """The fixes for which enough is known, filled."""
    facts = {**_from_helper(facts.get("helper", "")), **_from_host(facts), **facts}
    known = (fix for fix in fixes if all(facts.get(name) for name in fix.needs))
    return tuple(fill(fix, facts) for fix in known if _cures(fix, facts))


def _cures(fix: Fix, facts: Mapping[str, str]) -> bool:
    """Whether it is for a program that failed; all are where nothing is known of that."""
    failed = {side for side in SIDES if facts.get(f"{side}_side")}
    if not failed and facts.get("client", "docker") != "docker":
        failed = {*SIDES} - {"daemon"}  # no other client has one
    return not fix.sides or not failed or not failed.isdisjoint(fix.sides)


def fill(fix: Fix, facts: Mapping[str, str]) -> Fix:
    """The fix with its `{names}` replaced by facts, or by readable placeholders."""
    facts = {**_derived(facts), **facts}
    if _is_public(facts):
        fix = of_public(fix)
    if facts.get("client"):
        fix = spoken_by(facts["client"], fix)
    fix = run_as(facts.get("engine", ""), fix)
    return replace(
        fix,
        title=_prose(fix.title, facts),
        steps=tuple(_prose(step, facts) for step in fix.steps),
        command=_command(fix.command, facts),
        policy=_harmless_only(fix.policy, facts),
    )


def _derived(facts: Mapping[str, str]) -> dict[str, str]:
    """What follows from other facts, where no check tells it."""
    return {
        **_from_principal(facts.get("principal", "")),
        **_from_path(facts),
        **_from_selector(facts.get("selector", "")),
        "server": facts.get("host", ""),
    }


def _from_principal(principal: str) -> dict[str, str]:
    """Role or user of a caller's ARN, its kind, and its ARN as policies want it.

    AWS names the session of an assumed role in its messages; policies name the role. A path in
    front of the role's name is not in the session's ARN and cannot be known from it.
    """
    found = _CALLER.fullmatch(principal)
    if found is None:
        return {}
    kind, name = found["kind"] or "role", found["assumed"] or found["name"]
    arn = f"arn:{found['partition']}:iam::{found['account']}:{kind}/{name}"
    name = name.rpartition("/")[2]
    return {"principal_arn": arn, kind: name, "caller_kind": kind, "caller_name": name}


def _from_helper(helper: str) -> dict[str, str]:
    """Whether it is Amazon ECR's own, meant also where none is named: others come otherwise."""
    own = helper.removesuffix(".exe") in {"", "ecr-login"}
    return {"ecr_helper": helper or "ecr-login"} if own else {"other_helper": helper}


def _from_host(facts: Mapping[str, str]) -> dict[str, str]:
    """Whether it is ECR Public, which has another API; a private registry where none is named."""
    host = facts.get("host", "")
    if _is_public(facts):
        return {"public_registry": host or PUBLIC_HOSTS[0]}
    return {"private_registry": host or _HOST}


def _is_public(facts: Mapping[str, str]) -> bool:
    action = facts.get("action", "").lower()
    return facts.get("host") in PUBLIC_HOSTS or action.startswith("ecr-public:")


def _from_path(facts: Mapping[str, str]) -> dict[str, str]:
    """The file of logins where the path is one: `DOCKER_CONFIG` may have it anywhere.

    That of podman, skopeo and buildah is `auth.json` (containers-auth.json(5)).
    """
    path = facts.get("path", "")
    own = path.endswith(("/config.json", "\\config.json", "/auth.json"))
    return {"config": path} if own else {}


def _from_selector(selector: str) -> dict[str, str]:
    """An image as the AWS CLI wants it named (ECR API reference, ImageIdentifier)."""
    kind = "imageDigest" if selector.startswith("sha256:") else "imageTag"
    return {"image_id": f"{kind}={selector}"} if selector else {}


def fill_text(text: str, facts: Mapping[str, str]) -> str:
    """A sentence with its `{names}` replaced."""
    return _prose(text, facts)


def _prose(text: str, facts: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        known = facts.get(match[1], "")
        return known if _PRINTABLE.fullmatch(known) else placeholder(match[1], facts)

    return _NAME.sub(value, text)


def _harmless_only(text: str, facts: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        known = facts.get(match[1], "")
        return known if _HARMLESS.fullmatch(known) else placeholder(match[1], facts)

    return _NAME.sub(value, text)


def _command(text: str, facts: Mapping[str, str]) -> str:
    """As `_harmless_only`; a value that stands alone as a word may also be quoted for the shell."""

    def value(match: re.Match[str]) -> str:
        known = facts.get(match[1], "")
        if _HARMLESS.fullmatch(known) and not known.startswith("-"):
            return known
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        if before in ("", " ") and after in ("", " ", "\n") and _PRINTABLE.fullmatch(known):
            return placeholder(match[1], facts) if known.startswith("-") else shlex.quote(known)
        return placeholder(match[1], facts)

    return _NAME.sub(value, text)
