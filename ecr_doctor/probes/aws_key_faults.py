"""What is wrong with keys, or with the file they come by, before AWS is asked."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from .aws_config_files import expand_user
from .aws_profile_faults import CredentialsProblem, Fault
from .aws_sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .aws_sources import CredentialSource


def unreadable_token(winner: CredentialSource | None) -> Fault | None:
    """The file of a web identity that cannot be read, or has nothing in it.

    A tilde is one to the SDKs: neither botocore nor Go's expands it here.
    """
    if winner is None or winner.kind is not SourceKind.WEB_IDENTITY:
        return None
    try:
        with Path(winner.detail).open("rb") as file:
            text = "" if file.read(1) else "the file is empty"
    except OSError as error:
        text = error.strerror or str(error)
    if not text:
        return None
    return _fault(winner, CredentialsProblem.TOKEN_FILE_UNREADABLE, f"{winner.detail}: {text}")


def no_login(env: Mapping[str, str], winner: CredentialSource | None) -> Fault | None:
    """A profile of `aws login` without the file that a login leaves.

    Its name is the hash of the session's: botocore/utils.py, generate_login_cache_key.
    """
    root = winner.root if winner else None
    if root is None or root.kind is not SourceKind.LOGIN:
        return None
    folder = env.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
    name = hashlib.sha256(root.detail.encode()).hexdigest()
    try:
        there = Path(expand_user(folder, env), f"{name}.json").exists()
    except OSError:
        return None
    if there:
        return None
    text = f"nobody has logged in: {folder} has no session of {root.detail}"
    return _fault(root, CredentialsProblem.SESSION_EXPIRED, text)


def unfit_keys(
    key_id: str, secret: str, token: str, winner: CredentialSource | None
) -> Fault | None:
    """Keys that are empty, or have a line break or the like, which no HTTP header can carry."""
    for name, value in (("access key id", key_id), ("secret access key", secret)):
        if not value:
            return _fault(winner, _without_half(winner), f"the {name} that is given is empty")
    for name, value in (("access key id", key_id), ("session token", token)):
        if not (value.isascii() and value.isprintable()):
            what = "a line break" if "\n" in value or "\r" in value else "strange characters"
            text = f"the {name} has {what} in it, as of a file that was read with it"
            return _fault(winner, CredentialsProblem.KEYS_REFUSED, text)
    return None


def _without_half(winner: CredentialSource | None) -> CredentialsProblem:
    """Go's SDK takes half a pair from a program for a failure of that program."""
    by_process = winner is not None and winner.root.kind is SourceKind.PROCESS
    return CredentialsProblem.PROCESS_FAILS if by_process else CredentialsProblem.KEYS_INCOMPLETE


def _fault(source: CredentialSource | None, problem: CredentialsProblem, text: str) -> Fault:
    origin, profile = (source.origin, source.profile) if source else ("", "")
    return Fault(problem=problem, text=text, origin=origin, profile=profile)
