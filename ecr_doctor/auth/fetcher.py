"""Asks AWS for an authorization token: the core of every credential helper of ECR."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ecr_doctor.auth.failure import Failure, FailureKind, explain_failure
from ecr_doctor.auth.token import AuthorizationToken, TokenError, decode_token
from ecr_doctor.model.registry import PUBLIC_REGION

if TYPE_CHECKING:
    from ecr_doctor.auth.session import AwsSession
    from ecr_doctor.model import RegistryHost

LIFE = timedelta(hours=12)
"""Life of a token: docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html."""

PUBLIC_ENDPOINT = "https://public.ecr.aws"
"""ECR Public's answer names none; the Go helper keeps its token under this one."""


class FetchError(Exception):
    """No token was to be had; `kind` says of which family the reason is."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure

    @property
    def kind(self) -> FailureKind:
        """The family of the reason."""
        return self.failure.kind

    @property
    def code(self) -> str:
        """AWS's error code, or the name of the library's exception."""
        return self.failure.code

    @property
    def message(self) -> str:
        """As the service or library put it; not yet cleaned of secrets."""
        return self.failure.message


def fetch_token(registry: RegistryHost, session: AwsSession) -> AuthorizationToken:
    """Ask the API that belongs to the registry for a token.

    A FIPS registry is asked through the FIPS endpoint (the Go helper only looks as if it did:
    ecr-login/api/factory.go), ECR Public in its one region.

    Raises:
        FetchError: AWS refused, could not be reached, or gave no usable token.

    """
    requested = datetime.now(UTC)
    try:
        answer = _ask(registry, session)
    except Exception as error:  # botocore lets OSError, ValueError and KeyError through
        raise FetchError(explain_failure(error)) from error
    return _read(answer, requested, PUBLIC_ENDPOINT if registry.is_public else "")


def token_host(registry: RegistryHost, session: AwsSession) -> str:
    """The host that `fetch_token` asks; other endpoints that are set count.

    Raises:
        FetchError: there is no such host: the configuration is faulty.

    """
    try:
        url = _client(registry, session).meta.endpoint_url
        return urlsplit(url).hostname or ""
    except Exception as error:  # botocore lets OSError, ValueError and KeyError through
        raise FetchError(explain_failure(error)) from error


def _client(registry: RegistryHost, session: AwsSession) -> Any:  # noqa: ANN401
    if registry.is_public:
        return session.client("ecr-public", PUBLIC_REGION)
    return session.client("ecr", registry.region, fips=registry.fips)


def _ask(registry: RegistryHost, session: AwsSession) -> Any:  # noqa: ANN401
    client = _client(registry, session)
    if registry.is_public:
        return client.get_authorization_token()
    return client.get_authorization_token(registryIds=[registry.account])


def _read(answer: Any, requested: datetime, endpoint: str) -> AuthorizationToken:  # noqa: ANN401
    data = answer.get("authorizationData") if isinstance(answer, dict) else None
    item = data[0] if isinstance(data, list) and data else data
    if not isinstance(item, dict) or not item.get("authorizationToken"):
        raise FetchError(_bad_answer("AWS answered without an authorization token"))
    try:
        user, secret = decode_token(str(item["authorizationToken"]))
    except TokenError as error:
        raise FetchError(_bad_answer(str(error))) from None
    expires = item.get("expiresAt")
    return AuthorizationToken(
        user=user,
        secret=secret,
        expires=expires.astimezone(UTC) if isinstance(expires, datetime) else requested + LIFE,
        proxy_endpoint=str(item.get("proxyEndpoint") or endpoint),
        requested=requested,
    )


def _bad_answer(message: str) -> Failure:
    return Failure(kind=FailureKind.BAD_ANSWER, message=message, code="BadAnswer", status=200)
