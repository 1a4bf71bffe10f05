"""The AWS credentials in force: which provider wins, where it is set, and why none can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ecr_doctor.redact import mask_key_id

from .aws_config_files import AwsFilesProbe
from .aws_errors import AwsError, FailureKind, aws_error
from .aws_key_faults import no_login, unfit_keys, unreadable_token
from .aws_mapping import identity_in_force
from .aws_profile_faults import (
    CredentialsProblem,
    Fault,
    file_fault,
    half_environment,
    missing_profile,
    profile_fault,
)
from .aws_session import aws_session
from .aws_sources import CredentialSource, SourceKind, find_sources
from .base import Probe
from .imds import Imds, ImdsProbe, ImdsState

if TYPE_CHECKING:
    from datetime import datetime

    from .aws_config_files import AwsFiles
    from .base import Scene

__all__ = [
    "AwsCredentials",
    "AwsCredentialsProbe",
    "CredentialSource",
    "CredentialsProblem",
    "SourceKind",
]


_SECRET_VARIABLES: Final = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCredentials:
    """The outcome of botocore's search for credentials, and what is configured."""

    profile: str = "default"
    profile_origin: str = ""
    """`--profile`, `AWS_PROFILE`, a place in ecr-doctor.toml; empty where nobody named one."""
    winner: CredentialSource | None = None
    """The provider that gave the credentials, or the one whose failure ended the search."""
    rivals: tuple[CredentialSource, ...] = ()
    """What else is configured and not used."""
    usable: bool = False
    """Whether there are keys to sign with; AWS has not been asked whether it accepts them."""
    key_id: str = ""
    """The access key's id, masked."""
    expires: datetime | None = None
    problem: CredentialsProblem = CredentialsProblem.NONE
    detail: str = ""
    """The problem in words."""
    origin: str = ""
    """The variable or `path:line` of the problem."""
    problem_profile: str = ""
    """The profile that the problem lies in."""
    nearest: str = ""
    """The profile that was probably meant, where one is missing."""
    error: AwsError | None = None
    imds: Imds | None = None
    """The metadata service, where it was the last hope."""
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsCredentialsProbe(Probe[AwsCredentials]):
    """Finds credentials through botocore, bounded in time; a code for MFA is never asked for."""

    limit: ClassVar[float] = 9.0

    def look(self, scene: Scene) -> AwsCredentials:
        """Judge the files and variables first; then let botocore search."""
        scene.redactor.learn(*(scene.env.get(name, "") for name in _SECRET_VARIABLES))
        files = scene.observe(AwsFilesProbe())
        profile, origin = profile_in_force(scene)
        explicit = _is_explicit(scene)
        sources = find_sources(scene.env, files, profile, explicit_profile=explicit)
        seen = AwsCredentials(
            profile=profile,
            profile_origin=origin,
            winner=sources[0] if sources else None,
            rivals=sources[1:],
            profiles=files.profiles,
        )
        fault = _static_fault(scene, files, seen)
        if fault:
            return _at_fault(seen, fault)
        return _found(scene, seen) if sources else _from_instance(scene, seen)


def profile_in_force(scene: Scene) -> tuple[str, str]:
    """The profile's name and what names it; botocore takes AWS_DEFAULT_PROFILE first."""
    if scene.settings.profile:
        return scene.settings.profile, "--profile"
    identity = identity_in_force(scene)
    if identity and identity.profile:
        return identity.profile, identity.origin
    for variable in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"):
        if scene.env.get(variable):
            return scene.env[variable], variable
    return "default", ""


def _is_explicit(scene: Scene) -> bool:
    """Whether somebody names the profile to botocore, which then ignores keys in variables."""
    identity = identity_in_force(scene)
    return bool(scene.settings.profile or (identity and identity.profile))


def _static_fault(scene: Scene, files: AwsFiles, seen: AwsCredentials) -> Fault | None:
    """What is wrong without asking anybody; the first that would end the search."""
    if seen.profile_origin:
        fault = file_fault(files) or missing_profile(files, seen.profile, seen.profile_origin)
    else:
        fault = file_fault(files)
    winner = seen.winner
    fault = fault or _incomplete_keys(winner)
    if fault or (winner and winner.kind is SourceKind.ENV):
        return fault
    profile = files.profile(seen.profile)
    env = {} if _is_explicit(scene) else scene.env
    fault = profile_fault(env, files, profile) if profile else half_environment(env)
    return fault or unreadable_token(winner) or no_login(scene.env, winner)


def _incomplete_keys(winner: CredentialSource | None) -> Fault | None:
    winner = winner.root if winner else None
    if winner is None or not (winner.missing_half or winner.temporary_without_token):
        return None
    if winner.missing_half:
        text = f"{winner.origin} has an access key id, and {winner.missing_half} is not set"
    else:
        text = f"{winner.key_id} is a temporary key (ASIA) and has no session token beside it"
    return Fault(
        problem=CredentialsProblem.KEYS_INCOMPLETE,
        text=text,
        origin=winner.origin,
        profile=winner.profile,
    )


def _at_fault(seen: AwsCredentials, fault: Fault) -> AwsCredentials:
    kind = FailureKind.CONFIG_INVALID
    return replace(
        seen,
        problem=fault.problem,
        detail=fault.text,
        origin=fault.origin,
        problem_profile=fault.profile,
        nearest=fault.nearest,
        error=AwsError(kind=kind, message=fault.text),
    )


def _found(scene: Scene, seen: AwsCredentials) -> AwsCredentials:
    """The credentials that botocore comes to; those of a role are fetched here."""
    try:
        credentials = aws_session(scene).credentials()
        frozen = credentials.get_frozen_credentials() if credentials else None
    except Exception as error:  # noqa: BLE001  botocore lets OSError, ValueError and KeyError through
        return _failed(scene, seen, error)
    if frozen is None:
        return replace(
            seen,
            problem=CredentialsProblem.OTHER,
            detail="botocore found no credentials where they are configured",
            error=AwsError(kind=FailureKind.NO_CREDENTIALS, message="no credentials"),
        )
    scene.redactor.learn(frozen.secret_key or "", frozen.token or "")
    winner, rivals = _real_winner(seen, credentials.method)
    seen = replace(seen, winner=winner, rivals=rivals)
    keys = (frozen.access_key or "", frozen.secret_key or "", frozen.token or "")
    unfit = unfit_keys(*keys, winner)
    if unfit:
        return _at_fault(seen, unfit)
    return replace(
        seen,
        usable=True,
        key_id=mask_key_id(frozen.access_key or ""),
        expires=getattr(credentials, "_expiry_time", None),
    )


def _real_winner(
    seen: AwsCredentials, method: str
) -> tuple[CredentialSource | None, tuple[CredentialSource, ...]]:
    """The configured source that botocore says it took; ours where it says another name."""
    everything = [source for source in (seen.winner, *seen.rivals) if source]
    won = next((source for source in everything if source.kind == method), None)
    if won is None:
        return seen.winner, seen.rivals
    return won, tuple(source for source in everything if source is not won)


def _failed(scene: Scene, seen: AwsCredentials, error: Exception) -> AwsCredentials:
    failure = aws_error(scene, error)
    source = seen.winner
    return replace(
        seen,
        problem=_problem(failure, source),
        detail=failure.text if failure.status else failure.message,
        origin=source.origin if source else "",
        problem_profile=source.profile if source else "",
        error=failure,
    )


_BY_FAILURE: Final = {
    FailureKind.PROFILE_MISSING: CredentialsProblem.PROFILE_MISSING,
    FailureKind.PARTIAL_CREDENTIALS: CredentialsProblem.KEYS_INCOMPLETE,
    FailureKind.PROCESS_HANGS: CredentialsProblem.PROCESS_HANGS,
    FailureKind.MFA_NEEDED: CredentialsProblem.MFA_NEEDED,
    FailureKind.SSO_EXPIRED: CredentialsProblem.SESSION_EXPIRED,
    FailureKind.SESSION_EXPIRED: CredentialsProblem.SESSION_EXPIRED,
    FailureKind.KEY_UNKNOWN: CredentialsProblem.KEYS_REFUSED,
    FailureKind.SIGNATURE_WRONG: CredentialsProblem.KEYS_REFUSED,
    FailureKind.CLOCK_SKEW: CredentialsProblem.CLOCK,
}
_BY_SOURCE: Final = {
    SourceKind.PROCESS: CredentialsProblem.PROCESS_FAILS,
    SourceKind.CONTAINER: CredentialsProblem.CONTAINER_UNREACHABLE,
    SourceKind.INSTANCE: CredentialsProblem.METADATA_UNREACHABLE,
}


def _problem(failure: AwsError, source: CredentialSource | None) -> CredentialsProblem:
    if failure.kind in _BY_FAILURE:
        return _BY_FAILURE[failure.kind]
    if failure.unreachable:
        return CredentialsProblem.UNREACHABLE
    if failure.status:
        return _refused_role(failure)
    # No service has answered: it broke where the first keys come from.
    root = source.root.kind if source else None
    if root in _BY_SOURCE:
        return _BY_SOURCE[root]
    if failure.kind is FailureKind.CONFIG_INVALID:
        return CredentialsProblem.PROFILE_INCOMPLETE
    return CredentialsProblem.OTHER


def _refused_role(failure: AwsError) -> CredentialsProblem:
    """STS or SSO answered, and does not give the role."""
    transient = failure.kind in {FailureKind.THROTTLED, FailureKind.SERVER_ERROR}
    return CredentialsProblem.UNREACHABLE if transient else CredentialsProblem.ROLE_REFUSED


def _from_instance(scene: Scene, seen: AwsCredentials) -> AwsCredentials:
    """Nothing is configured: EC2's metadata service is the last in the chain."""
    imds = scene.observe(ImdsProbe())
    seen = replace(
        seen,
        imds=imds,
        error=AwsError(kind=FailureKind.NO_CREDENTIALS, message="no AWS credentials were found"),
    )
    if imds.state in _METADATA_FAULTS or (imds.on_ec2 and imds.state is ImdsState.NO_CONNECTION):
        return replace(
            seen,
            problem=CredentialsProblem.METADATA_UNREACHABLE,
            detail=f"the EC2 metadata service ({imds.endpoint}): {imds.detail}",
        )
    if imds.state is not ImdsState.ROLE:
        return replace(
            seen,
            problem=CredentialsProblem.NOTHING_CONFIGURED,
            detail=f"no variables, no profile, and no EC2 role ({imds.detail})",
        )
    source = CredentialSource(kind=SourceKind.INSTANCE, origin=imds.endpoint, detail=imds.detail)
    found = _found(scene, replace(seen, winner=source))
    if found.usable:
        return replace(found, error=None)
    return replace(found, **_instance_fault(imds))


_METADATA_FAULTS: Final = frozenset({ImdsState.SILENT, ImdsState.REFUSES})


def _instance_fault(imds: Imds) -> dict[str, Any]:
    """Why the SDK got nothing although the service answers us."""
    if imds.proxy:
        return {
            "problem": CredentialsProblem.METADATA_THROUGH_PROXY,
            "detail": f"{imds.proxy} sends the question for {imds.endpoint} to a proxy",
            "origin": imds.proxy,
        }
    return {
        "problem": CredentialsProblem.METADATA_UNREACHABLE,
        "detail": f"the EC2 metadata service names the role {imds.detail} and gives no keys for it",
    }
