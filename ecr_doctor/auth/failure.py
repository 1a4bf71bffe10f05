"""What an AWS call failed of, told apart by kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """Families of failures; each asks for another cure."""

    NO_CREDENTIALS = "no-credentials"
    """No provider of the chain had any."""
    PROFILE_MISSING = "profile-missing"
    CONFIG_INVALID = "config-invalid"
    """A file of ~/.aws, or a value in one, cannot be used."""
    PARTIAL_CREDENTIALS = "partial-credentials"
    PROVIDER_FAILED = "provider-failed"
    """A provider that is configured (role, process, metadata, container) could not deliver."""
    PROCESS_HANGS = "process-hangs"
    MFA_NEEDED = "mfa-needed"
    SSO_EXPIRED = "sso-expired"
    KEY_UNKNOWN = "key-unknown"
    SIGNATURE_WRONG = "signature-wrong"
    SESSION_EXPIRED = "session-expired"
    CLOCK_SKEW = "clock-skew"
    DENIED = "denied"
    NOT_FOUND = "not-found"
    OPT_IN_NEEDED = "opt-in-needed"
    THROTTLED = "throttled"
    INVALID_REQUEST = "invalid-request"
    SERVER_ERROR = "server-error"
    BAD_ANSWER = "bad-answer"
    """What answered is not AWS: a captive portal, a proxy's page."""
    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    CA_BUNDLE = "ca-bundle"
    PROXY = "proxy"
    ENDPOINT_INVALID = "endpoint-invalid"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed call."""

    kind: FailureKind
    message: str
    """As the service or library put it; not yet cleaned of secrets."""
    code: str = ""
    """AWS's error code, or the name of the library's exception."""
    status: int = 0
    """HTTP status; 0 where no answer came."""
    date: str = ""
    """The answer's Date header."""
    request_id: str = ""


_CODES = {
    FailureKind.KEY_UNKNOWN: ("UnrecognizedClientException", "InvalidClientTokenId",
                              "InvalidAccessKeyId", "InvalidSecurity"),
    FailureKind.SIGNATURE_WRONG: ("InvalidSignatureException", "SignatureDoesNotMatch",
                                  "IncompleteSignature", "IncompleteSignatureException"),
    FailureKind.SESSION_EXPIRED: ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired",
                                  "ExpiredTokenError"),
    FailureKind.CLOCK_SKEW: ("RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"),
    FailureKind.DENIED: ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation",
                         "NotAuthorized", "AuthorizationError"),
    FailureKind.NOT_FOUND: ("RepositoryNotFoundException", "ImageNotFoundException",
                            "RegistryNotFoundException", "NoSuchEntity"),
    FailureKind.OPT_IN_NEEDED: ("OptInRequired", "SubscriptionRequiredException",
                                "RegionDisabledException"),
    FailureKind.THROTTLED: ("Throttling", "ThrottlingException", "ThrottledException",
                            "TooManyRequestsException", "RequestLimitExceeded",
                            "RequestThrottled", "LimitExceededException"),
    FailureKind.INVALID_REQUEST: ("InvalidParameterException", "ValidationError",
                                  "ValidationException", "UnknownOperationException"),
    FailureKind.SERVER_ERROR: ("ServerException", "InternalFailure", "InternalServerError",
                               "ServiceUnavailable", "ServiceUnavailableException"),
}  # fmt: skip
_KIND_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}
_SKEW_WORDS = ("signature expired", "signature not yet current", "is now earlier than",
               "is now later than", "too skewed")  # fmt: skip
_KIND_BY_CLASS = {
    "NoCredentialsError": FailureKind.NO_CREDENTIALS,
    "NoAuthTokenError": FailureKind.NO_CREDENTIALS,
    "PartialCredentialsError": FailureKind.PARTIAL_CREDENTIALS,
    "ProfileNotFound": FailureKind.PROFILE_MISSING,
    "ConfigNotFound": FailureKind.CONFIG_INVALID,
    "ConfigParseError": FailureKind.CONFIG_INVALID,
    "InvalidConfigError": FailureKind.CONFIG_INVALID,
    "InfiniteLoopConfigError": FailureKind.CONFIG_INVALID,
    "UnknownCredentialError": FailureKind.CONFIG_INVALID,
    "SSOTokenLoadError": FailureKind.SSO_EXPIRED,
    "UnauthorizedSSOTokenError": FailureKind.SSO_EXPIRED,
    "PendingAuthorizationExpiredError": FailureKind.SSO_EXPIRED,
    "TokenRetrievalError": FailureKind.SSO_EXPIRED,
    "LoginRefreshRequired": FailureKind.SSO_EXPIRED,
    "MfaRefusedError": FailureKind.MFA_NEEDED,
    "CredentialProcessTimeoutError": FailureKind.PROCESS_HANGS,
    "RefreshWithMFAUnsupportedError": FailureKind.MFA_NEEDED,
    "CredentialRetrievalError": FailureKind.PROVIDER_FAILED,
    "MetadataRetrievalError": FailureKind.PROVIDER_FAILED,
    "InvalidIMDSEndpointError": FailureKind.CONFIG_INVALID,
    "InvalidIMDSEndpointModeError": FailureKind.CONFIG_INVALID,
    "SSLError": FailureKind.TLS,
    "ProxyConnectionError": FailureKind.PROXY,
    "InvalidProxiesConfigError": FailureKind.PROXY,
    "ConnectTimeoutError": FailureKind.TIMEOUT,
    "ReadTimeoutError": FailureKind.TIMEOUT,
    "ResponseStreamingError": FailureKind.CONNECT,
    "ConnectionClosedError": FailureKind.CONNECT,
    "EndpointConnectionError": FailureKind.CONNECT,
    "ResponseParserError": FailureKind.BAD_ANSWER,
    "InvalidRegionError": FailureKind.CONFIG_INVALID,
    "NoRegionError": FailureKind.CONFIG_INVALID,
}
_BUNDLE_WORDS = ("no such file", "[x509", "pem lib", "is a directory", "permission denied")
"""What OpenSSL says of a file of certificates; of a server's it says `[SSL: ...]`."""
_DNS_WORDS = ("failed to resolve", "name or service not known", "nodename nor servname",
              "temporary failure in name resolution", "getaddrinfo",
              "no address associated")  # fmt: skip


def explain_failure(error: BaseException) -> Failure:
    """Sort any exception of botocore, urllib3 or Python's I/O into a kind."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return _service_failure(response)
    name = type(error).__name__
    # "Could not connect to the endpoint URL" has its reason (DNS, refused, reset) in an argument.
    inner = getattr(error, "kwargs", {}).get("error")
    detail = str(inner) if isinstance(inner, BaseException) else ""
    message = str(error) or name
    message = f"{message} ({detail})" if detail and detail not in message else message
    kind = _kind_of_exception(error, message)
    return Failure(kind=kind, message=message, code=name)


def kind_of_answer(code: str, message: str, status: int) -> FailureKind:
    """The kind of an error answer of an AWS service."""
    bare = code.rpartition("#")[2].partition(":")[0]
    kind = _KIND_BY_CODE.get(bare)
    lowered = message.lower()
    if kind in (None, FailureKind.SIGNATURE_WRONG, FailureKind.DENIED) and any(
        word in lowered for word in _SKEW_WORDS
    ):
        return FailureKind.CLOCK_SKEW
    if kind is not None:
        return kind
    return _kind_of_status(bare, status)


def _kind_of_status(code: str, status: int) -> FailureKind:
    if status == 407:  # noqa: PLR2004
        return FailureKind.PROXY
    if status == 429:  # noqa: PLR2004
        return FailureKind.THROTTLED
    if status >= 500:  # noqa: PLR2004
        return FailureKind.SERVER_ERROR
    # botocore puts the bare status in place of a code where the answer held none: not AWS spoke.
    if not code or code == str(status):
        return FailureKind.BAD_ANSWER
    return FailureKind.OTHER


def _service_failure(response: dict[str, object]) -> Failure:
    error = response["Error"]
    meta = response.get("ResponseMetadata")
    fields = error if isinstance(error, dict) else {}
    about = meta if isinstance(meta, dict) else {}
    code, message = str(fields.get("Code") or ""), str(fields.get("Message") or "")
    status = int(about.get("HTTPStatusCode") or 0)
    headers = about.get("HTTPHeaders") or {}
    return Failure(
        kind=kind_of_answer(code, message, status),
        code=code,
        message=message,
        status=status,
        date=str(headers.get("date") or ""),
        request_id=str(about.get("RequestId") or ""),
    )


def _kind_of_exception(error: BaseException, message: str) -> FailureKind:
    lowered = message.lower()
    if "could not find a suitable tls ca certificate bundle" in lowered:
        return FailureKind.CA_BUNDLE
    if any(word in lowered for word in _DNS_WORDS):
        return FailureKind.DNS
    named = (_KIND_BY_CLASS.get(base.__name__) for base in type(error).__mro__)
    kind = next((kind for kind in named if kind), None)
    if kind is FailureKind.TLS and any(word in lowered for word in _BUNDLE_WORDS):
        return FailureKind.CA_BUNDLE
    return kind or _kind_of_plain(error, lowered)


def _kind_of_plain(error: BaseException, lowered: str) -> FailureKind:
    if isinstance(error, KeyError) and lowered.strip("'").endswith("result"):
        # botocore/parsers.py: the answer is XML, and not that of the call
        return FailureKind.BAD_ANSWER
    if isinstance(error, ValueError) and "endpoint" in lowered:
        return FailureKind.ENDPOINT_INVALID
    if isinstance(error, OSError | ValueError):
        return FailureKind.CONFIG_INVALID
    return FailureKind.OTHER
