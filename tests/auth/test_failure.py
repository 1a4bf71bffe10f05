from __future__ import annotations

import pytest
from botocore import exceptions as aws
from urllib3.exceptions import NameResolutionError

from ecr_doctor.auth.failure import Failure, FailureKind, explain_failure, kind_of_answer
from ecr_doctor.auth.providers import CredentialProcessTimeoutError, MfaRefusedError

URL = "https://api.ecr.us-east-1.amazonaws.com/"
UNRESOLVED = NameResolutionError("h", None, OSError(-2, "Name or service not known"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aws.NoCredentialsError(), FailureKind.NO_CREDENTIALS),
        (aws.PartialCredentialsError(provider="env", cred_var="x"),
         FailureKind.PARTIAL_CREDENTIALS),
        (aws.ProfileNotFound(profile="x"), FailureKind.PROFILE_MISSING),
        (aws.ConfigParseError(path="/x"), FailureKind.CONFIG_INVALID),
        (aws.CredentialRetrievalError(provider="x", error_msg="y"), FailureKind.PROVIDER_FAILED),
        (CredentialProcessTimeoutError(provider="x", error_msg="y"), FailureKind.PROCESS_HANGS),
        (MfaRefusedError(), FailureKind.MFA_NEEDED),
        (aws.SSOTokenLoadError(error_msg="x"), FailureKind.SSO_EXPIRED),
        (aws.UnauthorizedSSOTokenError(), FailureKind.SSO_EXPIRED),
        (aws.EndpointConnectionError(endpoint_url=URL), FailureKind.CONNECT),
        (aws.EndpointConnectionError(endpoint_url=URL, error=UNRESOLVED), FailureKind.DNS),
        (aws.ConnectTimeoutError(endpoint_url=URL), FailureKind.TIMEOUT),
        (aws.ReadTimeoutError(endpoint_url=URL), FailureKind.TIMEOUT),
        (aws.ConnectionClosedError(endpoint_url=URL), FailureKind.CONNECT),
        (aws.ProxyConnectionError(proxy_url="http://p"), FailureKind.PROXY),
        (aws.SSLError(endpoint_url=URL, error=OSError("[SSL: CERTIFICATE_VERIFY_FAILED]")),
         FailureKind.TLS),
        (aws.SSLError(endpoint_url=URL, error=OSError("[X509] PEM lib")), FailureKind.CA_BUNDLE),
        (aws.SSLError(endpoint_url=URL, error=OSError("No such file")), FailureKind.CA_BUNDLE),
        (OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /x"),
         FailureKind.CA_BUNDLE),
        (ValueError("Invalid endpoint: nonsense"), FailureKind.ENDPOINT_INVALID),
        (ValueError("Expecting value"), FailureKind.CONFIG_INVALID),
        (FileNotFoundError(2, "No such file or directory"), FailureKind.CONFIG_INVALID),
        (RuntimeError("?"), FailureKind.OTHER),
        (EOFError(), FailureKind.OTHER),
    ],
)  # fmt: skip
def test_exceptions(error: BaseException, kind: FailureKind) -> None:
    failure = explain_failure(error)

    assert failure.kind is kind
    assert failure.message
    assert failure.code == type(error).__name__


def test_the_reason_inside_is_told() -> None:
    failure = explain_failure(aws.EndpointConnectionError(endpoint_url=URL, error=UNRESOLVED))

    assert "Name or service not known" in failure.message


def test_an_answer_of_aws() -> None:
    response = {
        "Error": {"Code": "AccessDeniedException", "Message": "no"},
        "ResponseMetadata": {
            "HTTPStatusCode": 400, "RequestId": "r-1", "HTTPHeaders": {"date": "Mon"}
        },
    }  # fmt: skip

    assert explain_failure(aws.ClientError(response, "Get")) == Failure(  # type: ignore[arg-type]
        kind=FailureKind.DENIED, code="AccessDeniedException", message="no", status=400,
        date="Mon", request_id="r-1",
    )  # fmt: skip


def test_an_answer_that_says_nothing() -> None:
    assert explain_failure(aws.ClientError({"Error": {}}, "Get")).kind is FailureKind.BAD_ANSWER
    assert explain_failure(KeyError("AssumeRoleResult")).kind is FailureKind.BAD_ANSWER
    assert explain_failure(KeyError("x")).kind is FailureKind.OTHER


@pytest.mark.parametrize(
    ("code", "message", "status", "kind"),
    [
        ("InvalidSignatureException", "Signature expired: ...", 403, FailureKind.CLOCK_SKEW),
        ("SignatureDoesNotMatch", "Signature not yet current", 403, FailureKind.CLOCK_SKEW),
        ("RequestTimeTooSkewed", "", 403, FailureKind.CLOCK_SKEW),
        ("AccessDenied", "not authorized", 403, FailureKind.DENIED),
        ("ExpiredToken", "signature expired", 403, FailureKind.SESSION_EXPIRED),
        ("com.amazonaws#ThrottlingException:http://x", "", 400, FailureKind.THROTTLED),
        ("403", "", 403, FailureKind.BAD_ANSWER),
        ("", "", 200, FailureKind.BAD_ANSWER),
        ("407", "", 407, FailureKind.PROXY),
        ("429", "", 429, FailureKind.THROTTLED),
        ("502", "Bad Gateway", 502, FailureKind.SERVER_ERROR),
        ("SomethingNew", "", 400, FailureKind.OTHER),
    ],
)
def test_codes(code: str, message: str, status: int, kind: FailureKind) -> None:
    assert kind_of_answer(code, message, status) is kind
