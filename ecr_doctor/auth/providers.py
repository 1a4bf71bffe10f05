"""Botocore's credential providers made safe for a program that nobody sits in front of.

Botocore asks for MFA codes on the terminal, lets a `credential_process` run for ever with our
stdin (in a credential helper that is docker's), and waits for a metadata service twice.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.credentials import (  # noqa: TID253 - imported by the session when it is needed
    AssumeRoleCredentialFetcher,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import (  # noqa: TID253 - imported by the session when it is needed
    BotoCoreError,
    CredentialRetrievalError,
)
from botocore.session import Session  # noqa: TID253

from ecr_doctor.leavings import begin, forget

if TYPE_CHECKING:
    from ecr_doctor.auth.mapping import Identity

_STS_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_PROVIDERS_WITH_PROCESS = "_popen"
_SILENT_SECONDS = 0.1
"""For the second question to a metadata service that left the first one unanswered."""


class MfaRefusedError(BotoCoreError):
    """A role needs an MFA code, and nobody is there to type it."""

    fmt = "the role needs an MFA code, which a credential helper cannot ask for"


class CredentialProcessTimeoutError(CredentialRetrievalError):
    """A `credential_process` did not end in time."""


class OnceSession(Session):
    """A session that looks for credentials once, whatever it finds.

    Botocore looks again for each client while there are none: another second of waiting for a
    metadata service, another run of a process that hangs.
    """

    identity: Identity | None = None
    """The one that is set for the registry; its role is assumed with what the search finds."""
    _found: Any = None
    _assumed: Any = None
    _failure: Exception | None = None
    _has_looked = False

    def get_credentials(self) -> Any:  # noqa: ANN401
        """What the search found, or the role that is assumed with it."""
        found = self.find_credentials()
        if found is None or self.identity is None or not self.identity.role_arn:
            return found
        if self._assumed is None:
            self._assumed = assumed_role(self, found, self.identity)
        return self._assumed

    def find_credentials(self) -> Any:  # noqa: ANN401
        """What the first search found, or its failure again."""
        if not self._has_looked:
            self._has_looked = True
            try:
                self._found = super().get_credentials()
            except Exception as error:
                self._failure = error
                raise
        if self._failure is not None:
            raise self._failure
        return self._found


def assumed_role(session: Session, source: Any, identity: Identity) -> Any:  # noqa: ANN401
    """The credentials of a role, asked for when they are needed and when they run out.

    STS is asked where botocore asks it for a profile's role: in the region of the client that
    needs the credentials; else in the session's region, or in one of the role's partition.
    """
    partition = identity.role_arn.split(":")[1]
    client_region: str | None = session._last_client_region_used  # type: ignore[attr-defined]  # noqa: SLF001
    region = client_region or session.get_config_variable("region")
    region = region or _STS_REGIONS.get(partition, "us-east-1")
    extra = {"RoleSessionName": identity.session_name}
    if identity.settings.get("external_id"):
        extra["ExternalId"] = identity.settings["external_id"]
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(session.create_client, region_name=region),
        source_credentials=source,
        role_arn=identity.role_arn,
        extra_args=extra,
    )
    return DeferredRefreshableCredentials(
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )


class MetadataNotes:
    """What became of the questions to a metadata service."""

    __slots__ = ("in_vain",)

    def __init__(self) -> None:
        self.in_vain = False
        """Whether it was asked and gave no credentials."""


def harden(session: Session, *, process_seconds: float, notes: MetadataNotes) -> None:
    """Make the providers of a session bounded and silent."""
    resolver = session.get_component("credential_provider")
    for provider in resolver.providers:
        _harden(provider, process_seconds, notes)
        builder = getattr(provider, "_profile_provider_builder", None)
        if builder is not None:
            _harden_builder(builder, process_seconds, notes)


def _harden(provider: Any, process_seconds: float, notes: MetadataNotes) -> None:  # noqa: ANN401
    if hasattr(provider, "_prompter"):
        provider._prompter = _refuse_mfa  # noqa: SLF001
    if hasattr(provider, _PROVIDERS_WITH_PROCESS):
        provider._popen = _bounded(process_seconds)  # noqa: SLF001
    container: Any = getattr(provider, "_fetcher", None)
    if hasattr(
        container, "RETRY_ATTEMPTS"
    ):  # the container's endpoint: 3 times 2 s and 1 s between
        container.RETRY_ATTEMPTS, container._sleep = 1, _do_not_wait  # noqa: SLF001
    fetcher = getattr(provider, "_role_fetcher", None)
    if fetcher is not None and hasattr(fetcher, "_fetch_metadata_token"):
        _ask_once(fetcher, notes)


def _harden_builder(builder: Any, process_seconds: float, notes: MetadataNotes) -> None:  # noqa: ANN401
    """Reach the providers that a role's source profile is read with."""
    make = builder.providers

    def providers(*args: object, **kwargs: object) -> list[Any]:
        made: list[Any] = make(*args, **kwargs)
        for provider in made:
            _harden(provider, process_seconds, notes)
        return made

    builder.providers = providers


def _do_not_wait(_seconds: float) -> None:
    """In place of the pause before the next question."""


def _refuse_mfa(_prompt: str = "") -> str:
    raise MfaRefusedError


def _ask_once(fetcher: Any, notes: MetadataNotes) -> None:  # noqa: ANN401
    """Do not wait a second full time for a metadata service that did not answer.

    In a container behind a hop limit of 1 the PUT for a token is lost while IMDSv1 may answer, at
    once as ever, so it is still asked.
    """
    fetch, retrieve = fetcher._fetch_metadata_token, fetcher.retrieve_iam_role_credentials  # noqa: SLF001
    disabled = fetcher._disabled  # noqa: SLF001

    def fetch_token() -> str | None:
        token: str | None = fetch()
        if token is None:
            fetcher._session.close()  # noqa: SLF001
            fetcher._session._manager.connection_pool_kw["timeout"] = _SILENT_SECONDS  # noqa: SLF001
        return token

    def retrieve_credentials() -> dict[str, Any]:
        found: dict[str, Any] = retrieve()
        notes.in_vain = not found and not disabled
        return found

    fetcher._fetch_metadata_token = fetch_token  # noqa: SLF001
    fetcher.retrieve_iam_role_credentials = retrieve_credentials


def _bounded(seconds: float) -> Any:  # noqa: ANN401
    class Bounded(subprocess.Popen[bytes]):
        """A process in a group of its own, ended with all its children when its time is up."""

        def __init__(self, args: Any, **kwargs: Any) -> None:  # noqa: ANN401
            start = partial(
                super().__init__,
                args,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **kwargs,
            )
            _, self._token = begin(start, lambda _: os.killpg(self.pid, signal.SIGKILL))

        def communicate(
            self,
            input: bytes | None = None,  # noqa: A002
            timeout: float | None = None,
        ) -> tuple[bytes, bytes]:
            try:
                return super().communicate(input, timeout or seconds)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.wait(1)
                for pipe in (self.stdout, self.stderr):
                    if pipe is not None:
                        pipe.close()
                message = f"credential_process did not end within {seconds:g} s"
                raise CredentialProcessTimeoutError(
                    provider="custom-process", error_msg=message
                ) from None
            finally:
                forget(self._token)

    return Bounded
