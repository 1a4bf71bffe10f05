"""Where AWS credentials are configured, in the order in which botocore asks, without asking.

The order is that of botocore's create_credential_resolver (botocore/credentials.py). The AWS SDK
for Go, of which the ECR helper is made, has the same first place for variables and the same last
ones for containers and EC2 (aws-sdk-go-v2, config/resolve_credentials.go).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ecr_doctor.redact import mask_key_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .aws_config_files import AwsFiles, Profile, Section


class SourceKind(StrEnum):
    """A provider of botocore's chain; the values are botocore's names."""

    ENV = "env"
    ASSUME_ROLE = "assume-role"
    WEB_IDENTITY = "assume-role-with-web-identity"
    SSO = "sso"
    CREDENTIALS_FILE = "shared-credentials-file"
    LOGIN = "login"
    PROCESS = "custom-process"
    CONFIG_FILE = "config-file"
    CONTAINER = "container-role"
    INSTANCE = "iam-role"


_LONGEST_CHAIN = 10
PLAIN_NAMES: Final = {
    SourceKind.ENV: "environment variables",
    SourceKind.ASSUME_ROLE: "the profile's role",
    SourceKind.WEB_IDENTITY: "a role with a web identity token",
    SourceKind.SSO: "IAM Identity Center (SSO)",
    SourceKind.CREDENTIALS_FILE: "keys in the credentials file",
    SourceKind.LOGIN: "a session of `aws login`",
    SourceKind.PROCESS: "a credential_process",
    SourceKind.CONFIG_FILE: "keys in the config file",
    SourceKind.CONTAINER: "the container's credential endpoint",
    SourceKind.INSTANCE: "the EC2 metadata service",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSource:
    """One place that is configured to give credentials."""

    kind: SourceKind
    origin: str
    """The variable, or `path:line`."""
    profile: str = ""
    key_id: str = ""
    """The access key's id, masked; empty where keys are fetched."""
    temporary_without_token: bool = False
    """An `ASIA` key, which is good for nothing without its session token, has none."""
    missing_half: str = ""
    """Name of what is not set beside the key id."""
    detail: str = ""
    """Role, command, endpoint, start URL."""
    base: CredentialSource | None = None
    """What a role is assumed with."""

    @property
    def root(self) -> CredentialSource:
        """The source at the end of a chain of roles: where keys come from in the first place."""
        return self.base.root if self.base else self

    @property
    def plain(self) -> str:
        """What it is, in words, with its place."""
        return f"{PLAIN_NAMES[self.kind]} ({self.origin})"


def find_sources(
    env: Mapping[str, str], files: AwsFiles, profile_name: str, *, explicit_profile: bool
) -> tuple[CredentialSource, ...]:
    """What is configured, the winner first; the EC2 metadata service needs no configuration.

    `explicit_profile` is a profile given by flag: botocore then leaves the key variables out.
    """
    profile = files.profile(profile_name)
    found: list[CredentialSource | None] = [None if explicit_profile else _variables(env)]
    found += _of_profile(env, files, profile, explicit_profile=explicit_profile)
    found.append(_container(env))
    return tuple(source for source in found if source)


def _of_profile(
    env: Mapping[str, str], files: AwsFiles, profile: Profile | None, *, explicit_profile: bool
) -> Iterator[CredentialSource | None]:
    yield _role(env, files, profile)
    yield _web_identity({} if explicit_profile else env, profile)
    if profile is None:
        return
    yield _sso(profile)
    yield _keys(SourceKind.CREDENTIALS_FILE, profile, profile.credentials)
    yield _simple(SourceKind.LOGIN, profile, "login_session")
    yield _simple(SourceKind.PROCESS, profile, "credential_process")
    yield _keys(SourceKind.CONFIG_FILE, profile, profile.config)


def _variables(env: Mapping[str, str]) -> CredentialSource | None:
    key_id = env.get("AWS_ACCESS_KEY_ID", "")
    if not key_id:
        return None
    token = env.get("AWS_SESSION_TOKEN") or env.get("AWS_SECURITY_TOKEN") or ""
    return CredentialSource(
        kind=SourceKind.ENV,
        origin="AWS_ACCESS_KEY_ID",
        key_id=mask_key_id(key_id),
        temporary_without_token=_is_temporary(key_id) and not token,
        missing_half="" if env.get("AWS_SECRET_ACCESS_KEY") else "AWS_SECRET_ACCESS_KEY",
    )


def _role(
    env: Mapping[str, str], files: AwsFiles, profile: Profile | None, depth: int = 0
) -> CredentialSource | None:
    role = profile.get("role_arn") if profile else None
    if profile is None or role is None or profile.get("web_identity_token_file"):
        return None
    return CredentialSource(
        kind=SourceKind.ASSUME_ROLE,
        origin=role.origin,
        profile=profile.name,
        detail=role.value,
        base=_base(env, files, profile, depth) if depth < _LONGEST_CHAIN else None,
    )


def _base(
    env: Mapping[str, str], files: AwsFiles, profile: Profile, depth: int
) -> CredentialSource | None:
    """What a profile's role is assumed with; None where that is not to be seen."""
    match profile.value("credential_source"):
        case "Environment":
            return _variables(env)
        case "EcsContainer":
            return _container(env)
        case "Ec2InstanceMetadata":
            setting = profile.get("credential_source")
            origin = setting.origin if setting else ""
            return CredentialSource(kind=SourceKind.INSTANCE, origin=origin, profile=profile.name)
        case _:
            pass
    source = files.profile(profile.value("source_profile"))
    if source is None:
        return None
    keys = (
        _keys(SourceKind.CREDENTIALS_FILE, source, source.credentials),
        _keys(SourceKind.CONFIG_FILE, source, source.config),
        _role(env, files, source, depth + 1) if source.name != profile.name else None,
        *_of_profile({}, files, replace(source, config=_without_role(source.config)),
                     explicit_profile=True),
    )  # fmt: skip
    return next((found for found in keys if found), None)


def _without_role(section: Section | None) -> Section | None:
    if section is None:
        return None
    kept = tuple(setting for setting in section.settings if setting.name != "role_arn")
    return replace(section, settings=kept)


def _web_identity(env: Mapping[str, str], profile: Profile | None) -> CredentialSource | None:
    if env.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return CredentialSource(
            kind=SourceKind.WEB_IDENTITY,
            origin="AWS_WEB_IDENTITY_TOKEN_FILE",
            detail=env["AWS_WEB_IDENTITY_TOKEN_FILE"],
        )
    return _simple(SourceKind.WEB_IDENTITY, profile, "web_identity_token_file")


def _sso(profile: Profile) -> CredentialSource | None:
    setting = profile.get("sso_account_id") or profile.get("sso_role_name")
    if setting is None:
        return None
    session = profile.value("sso_session") or profile.value("sso_start_url")
    return CredentialSource(
        kind=SourceKind.SSO, origin=setting.origin, profile=profile.name, detail=session
    )


def _keys(kind: SourceKind, profile: Profile, section: Section | None) -> CredentialSource | None:
    key = section.get("aws_access_key_id") if section else None
    if section is None or key is None:
        return None
    token = section.get("aws_session_token") or section.get("aws_security_token")
    secret = section.get("aws_secret_access_key")
    return CredentialSource(
        kind=kind,
        origin=key.origin,
        profile=profile.name,
        key_id=mask_key_id(key.value),
        temporary_without_token=_is_temporary(key.value) and token is None,
        missing_half="" if secret else "aws_secret_access_key",
    )


def _simple(kind: SourceKind, profile: Profile | None, name: str) -> CredentialSource | None:
    setting = profile.get(name) if profile else None
    if profile is None or setting is None:
        return None
    return CredentialSource(
        kind=kind, origin=setting.origin, profile=profile.name, detail=setting.value
    )


def _container(env: Mapping[str, str]) -> CredentialSource | None:
    for name in ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        if name in env:
            return CredentialSource(kind=SourceKind.CONTAINER, origin=name, detail=env[name])
    return None


def _is_temporary(key_id: str) -> bool:
    """Whether STS gave the key (IAM user guide, "IAM identifiers")."""
    return key_id.startswith("ASIA")
