"""What is wrong with a profile as it stands in the files: seen without asking anybody."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .aws_config_files import AwsFiles, Profile

_LONGEST_CHAIN = 10


class CredentialsProblem(StrEnum):
    """Why there are no usable credentials."""

    NONE = ""
    NOTHING_CONFIGURED = "nothing-configured"
    METADATA_UNREACHABLE = "metadata-unreachable"
    METADATA_THROUGH_PROXY = "metadata-through-proxy"
    PROFILE_MISSING = "profile-missing"
    FILE_BROKEN = "file-broken"
    KEYS_INCOMPLETE = "keys-incomplete"
    PROFILE_INCOMPLETE = "profile-incomplete"
    SESSION_EXPIRED = "session-expired"
    MFA_NEEDED = "mfa-needed"
    PROCESS_FAILS = "process-fails"
    PROCESS_HANGS = "process-hangs"
    TOKEN_FILE_UNREADABLE = "token-file-unreadable"  # noqa: S105  a problem's name
    ROLE_REFUSED = "role-refused"
    CONTAINER_UNREACHABLE = "container-unreachable"
    KEYS_REFUSED = "keys-refused"
    """The keys with which a role is to be assumed are not accepted."""
    CLOCK = "clock"
    UNREACHABLE = "unreachable"
    """The service that gives the credentials (STS, SSO) could not be spoken to."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One problem, where it is, and what could be seen of it."""

    problem: CredentialsProblem
    text: str
    origin: str = ""
    """A variable, or `path:line`."""
    profile: str = ""
    nearest: str = ""
    """The profile that was probably meant, where one is missing."""


_OWN_CREDENTIALS: Final = (
    "aws_access_key_id",
    "credential_process",
    "sso_account_id",
    "login_session",
)
_NEEDS_ROLE: Final = ("source_profile", "credential_source", "web_identity_token_file")
"""Settings that the Go SDK refuses without `role_arn`: config/shared_config.go."""


def file_fault(files: AwsFiles) -> Fault | None:
    """A file that the SDKs stop at."""
    for file in (files.config, files.credentials):
        if file.broken:
            place = f"{file.path}:{file.line}" if file.line else file.path
            return Fault(
                problem=CredentialsProblem.FILE_BROKEN,
                text=f"{file.path}: {file.problem}",
                origin=place,
            )
    return None


def missing_profile(files: AwsFiles, name: str, origin: str) -> Fault | None:
    """The profile that somebody asked for and no file has; None when it is there."""
    if files.profile(name) is not None:
        return None
    known = list(files.profiles)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    text = f"no profile is called {name!r}"
    section = files.nameless(name)
    if section:
        text += f"; the section [{name}] at {section.origin} lacks the word `profile`"
    elif known:
        text += f"; there are: {', '.join(known[:12])}"
    return Fault(
        problem=CredentialsProblem.PROFILE_MISSING,
        text=text,
        origin=origin,
        profile=name,
        nearest=near[0] if near else "",
    )


def profile_fault(env: Mapping[str, str], files: AwsFiles, profile: Profile) -> Fault | None:
    """What is missing from a profile, or from one that it builds on."""
    for link in role_chain(files, profile):
        fault = (
            _incomplete(link)
            or _mfa(link)
            or _missing_source(files, link)
            or _empty_environment(env, link)
        )
        if fault:
            return fault
    return _half_web_identity(env, profile)


def role_chain(files: AwsFiles, profile: Profile) -> Iterator[Profile]:
    """The profile and those it takes its first credentials from; a loop ends it."""
    seen: set[str] = set()
    link: Profile | None = profile
    while link and link.name not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(link.name)
        yield link
        # Keys beside a role are what the role is assumed with; the chain ends there.
        source = link.value("source_profile")
        link = files.profile(source) if source and link.get("role_arn") else None


def _incomplete(profile: Profile) -> Fault | None:
    role = profile.get("role_arn")
    for name in _NEEDS_ROLE:
        setting = profile.get(name)
        if setting and not role:
            return _profile_fault(profile, f"it has {name} and no role_arn", setting.origin)
    if (
        role
        and not any(profile.get(name) for name in _NEEDS_ROLE)
        and not profile.get("sso_session")
    ):
        text = "it has role_arn and neither source_profile nor credential_source"
        return _profile_fault(profile, text, role.origin)
    return _half_sso(profile)


def _half_sso(profile: Profile) -> Fault | None:
    account, role = profile.get("sso_account_id"), profile.get("sso_role_name")
    given = account or role
    if given is None:
        return None
    for setting, name in ((account, "sso_account_id"), (role, "sso_role_name")):
        if setting is None:
            return _profile_fault(profile, f"it has {given.name} and no {name}", given.origin)
    if not (profile.get("sso_session") or profile.get("sso_start_url")):
        text = "it has neither sso_session nor sso_start_url"
        return _profile_fault(profile, text, given.origin)
    return None


def _profile_fault(profile: Profile, text: str, origin: str) -> Fault:
    return Fault(
        problem=CredentialsProblem.PROFILE_INCOMPLETE,
        text=f"the profile {profile.name!r} is half configured: {text}",
        origin=origin,
        profile=profile.name,
    )


def _mfa(profile: Profile) -> Fault | None:
    serial = profile.get("mfa_serial")
    # Beside plain keys the setting is for humans (`aws sts get-session-token`) and not used.
    if serial is None or not profile.get("role_arn"):
        return None
    return Fault(
        problem=CredentialsProblem.MFA_NEEDED,
        text=f"the role of profile {profile.name!r} needs an MFA code, which nobody can type"
        " for a credential helper",
        origin=serial.origin,
        profile=profile.name,
    )


def _missing_source(files: AwsFiles, profile: Profile) -> Fault | None:
    source = profile.get("source_profile")
    if source is None or not profile.get("role_arn"):
        return None
    return missing_profile(files, source.value, source.origin)


def _empty_environment(env: Mapping[str, str], profile: Profile) -> Fault | None:
    """A role that is to be assumed with keys in variables, where there are none."""
    source = profile.get("credential_source")
    if source is None or source.value != "Environment" or not profile.get("role_arn"):
        return None
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    if all(env.get(name) for name in names):
        return None
    text = f"its credential_source is Environment, and {' and '.join(names)} are not set"
    return _profile_fault(profile, text, source.origin)


def _half_web_identity(env: Mapping[str, str], profile: Profile | None) -> Fault | None:
    role = env.get("AWS_ROLE_ARN") or (profile.value("role_arn") if profile else "")
    if env.get("AWS_WEB_IDENTITY_TOKEN_FILE") and not role:
        return Fault(
            problem=CredentialsProblem.PROFILE_INCOMPLETE,
            text="AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not",
            origin="AWS_WEB_IDENTITY_TOKEN_FILE",
        )
    return None


def half_environment(env: Mapping[str, str]) -> Fault | None:
    """A web identity in the environment that lacks its role."""
    return _half_web_identity(env, None)
