"""Replies of other shapes: compressed, of other programs, at other requests, now and then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.answers import HTML, PAGE, rule
from lab.faults.combined import with_login
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, works

if TYPE_CHECKING:
    from lab.world import Lab

_HOST, _API, _S3 = names.HOST, names.API_HOST, names.S3_HOST
_MANIFESTS, _BLOBS = "/v2/*/manifests/*", "/v2/*/blobs/*"
_ARN = f"arn:aws:ecr:{names.REGION}:{names.ACCOUNT}:repository/team/app"
_DENIED = (
    f"User: {state.USER_ARN} is not authorized to perform: ecr:BatchGetImage on resource: {_ARN} "
    "because no identity-based policy allows the ecr:BatchGetImage action"
)
_XML = {"Content-Type": "application/xml"}
_BLOCKED = json.dumps({"error": "blocked", "policy": "dlp-7", "user": "dev"})
_AMAZON_JSON = {"Content-Type": "application/x-amz-json-1.1"}
_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
_BEARER = {"WWW-Authenticate": 'Bearer realm="https://auth.corp.example/token",service="corp"'}


def _error(code: str, message: str) -> str:
    return json.dumps({"errors": [{"code": code, "message": message}]})


def _s3_error(code: str, message: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
        f"<Message>{message}</Message><RequestId>LAB1</RequestId></Error>"
    )


def _api_error(code: str, message: str, status: int = 400) -> Injection:
    body = json.dumps({"__type": code, "message": message})
    return rule(_API, status=status, body=body, headers=_AMAZON_JSON)


def _may_not_get_token(reason: str) -> Injection:
    text = f"User: {state.USER_ARN} is not authorized to perform: ecr:GetAuthorizationToken"
    return _api_error("AccessDeniedException", f"{text} on resource: * {reason}")


def _api_empty(lab: Lab) -> None:
    body = json.dumps({"authorizationData": []})
    lab.update(http=[{"host": _API, "status": 200, "body": body, "headers": _AMAZON_JSON}])


def _fails(
    name: str, layer: str, summary: str, inject: Injection, *accept: str, says: str = ""
) -> Fault:
    return Fault(name, layer, summary, inject, accept, says=says)


_TOKEN_ACTION = "the ecr:GetAuthorizationToken action"
_SERVICE = "ecr-service-side"

FAULTS = (
    _fails(
        "denied-compressed",
        "iam",
        "the registry's denial is compressed and in parts",
        rule(_HOST, path=_MANIFESTS, status=403, body=_error("DENIED", _DENIED), gzip=1, chunked=1),
        "iam-missing-batch-get-image",
        says="no identity-based policy allows",
    ),
    _fails(
        "registry-json-of-proxy",
        "network",
        "a proxy's own JSON in the registry's place",
        rule(_HOST, status=403, body=_BLOCKED),
        "captive-portal",
        "proxy-misconfigured",
    ),
    _fails(
        "registry-text-of-proxy",
        "network",
        "a proxy's words in the registry's place",
        rule(_HOST, status=403, headers={"Content-Type": "text/plain"}, body="Access Denied"),
        "captive-portal",
        "proxy-misconfigured",
    ),
    _fails(
        "registry-407",
        "network",
        "a proxy nobody configured wants a login",
        rule(_HOST, status=407, headers={"Proxy-Authenticate": 'Basic realm="corp"'}),
        "proxy-authentication-required",
        says="407",
    ),
    _fails(
        "registry-511",
        "network",
        "a network wants its users to log in, with the status made for that",
        rule(_HOST, status=511, headers=HTML, body=PAGE),
        "captive-portal",
    ),
    _fails(
        "registry-401-manifests",
        "registry",
        "the registry refuses at the manifest only",
        rule(_HOST, path=_MANIFESTS, status=401, body=_error("UNAUTHORIZED", "Not Authorized")),
        _SERVICE,
        "login-password-wrong",
    ),
    _fails(
        "registry-other-realm",
        "network",
        "another registry's challenge in the registry's place",
        rule(_HOST, status=401, headers=_BEARER, body=_error("UNAUTHORIZED", "no")),
        "captive-portal",
        _SERVICE,
        "login-password-wrong",
        "dns-failure",
    ),
    _fails(
        "registry-429-blobs",
        "registry",
        "the registry throttles layers",
        rule(_HOST, path=_BLOBS, status=429, body=_error("TOOMANYREQUESTS", "Rate exceeded")),
        "ecr-api-throttled",
        says="toomanyrequests",
    ),
    _fails(
        "registry-403-blobs-html",
        "network",
        "a firewall's page instead of where the layer is",
        rule(_HOST, path=_BLOBS, status=403, headers=HTML, body=PAGE),
        "captive-portal",
        "s3-layer-blocked",
    ),
    _fails(
        "registry-blob-other-bytes",
        "network",
        "the registry gives other bytes for every layer",
        rule(_HOST, path=_BLOBS, status=200, body="x" * 500),
        "layer-corrupt",
        "layer-verification-failed",
        "captive-portal",
        _SERVICE,
    ),
    _fails(
        "registry-manifest-other-type",
        "registry",
        "a manifest without a type that docker knows",
        rule(_HOST, path=_MANIFESTS, status=200, body='{"schemaVersion": 2, "layers": []}'),
        _SERVICE,
        "captive-portal",
        "artifact-not-an-image",
        "manifest-schema-1",
    ),
    _fails(
        "registry-manifest-number",
        "registry",
        "the manifest is a number",
        rule(
            _HOST, path=_MANIFESTS, status=200, body="42", headers={"Content-Type": _MANIFEST_TYPE}
        ),
        _SERVICE,
        "captive-portal",
        "artifact-not-an-image",
    ),
    _fails(
        "registry-500-json",
        "registry",
        "the registry fails in its own words",
        rule(_HOST, path=_MANIFESTS, status=500, body=_error("INTERNAL", "Internal server error")),
        _SERVICE,
    ),
    _fails(
        "registry-repository-gone",
        "image",
        "the registry says that the repository does not exist, with spaces around its JSON",
        rule(
            _HOST,
            path=_MANIFESTS,
            status=404,
            body="\n  "
            + _error(
                "NAME_UNKNOWN",
                "The repository with name 'team/app' does not exist "
                "in the registry with id '123456789012'",
            )
            + "\n",
        ),
        "repository-not-found",
        "image-in-other-region-or-account",
    ),
    works(
        "registry-503-twice",
        "the registry fails for a moment",
        rule(_HOST, path="/v2/", status=503, times=1),
    ),
    works("s3-503-once", "the bucket fails once", rule(_S3, status=503, times=1)),
    works("api-503-once", "the API fails once", rule(_API, status=503, times=1)),
    works("registry-latency-3s", "manifests take 3 s", rule(_HOST, path=_MANIFESTS, delay=3)),
    works(
        "api-garbage-beside-login",
        "a portal's page stands in the API's place, and a login is stored",
        with_login(rule(_API, status=200, headers=HTML, body=PAGE)),
    ),
    _fails(
        "s3-407",
        "network",
        "a proxy nobody configured wants a login for the bucket",
        rule(_S3, status=407, headers={"Proxy-Authenticate": 'Basic realm="corp"'}),
        "proxy-authentication-required",
        "s3-layer-blocked",
    ),
    _fails(
        "s3-json-of-proxy",
        "network",
        "a proxy's own JSON in the bucket's place",
        rule(_S3, status=403, body=_BLOCKED),
        "s3-layer-blocked",
    ),
    _fails(
        "s3-redirects-to-portal",
        "network",
        "the bucket's requests are redirected to a portal",
        rule(_S3, status=302, headers={"Location": "https://login.guest-wifi.example/?from=s3"}),
        "s3-layer-blocked",
        "captive-portal",
        "dns-failure",
    ),
    _fails(
        "s3-empty",
        "network",
        "the bucket gives no bytes, with status 200",
        rule(_S3, status=200),
        "layer-corrupt",
        "layer-verification-failed",
        "s3-layer-blocked",
        "captive-portal",
    ),
    _fails(
        "s3-500",
        "registry",
        "the bucket fails",
        rule(
            _S3,
            status=500,
            headers=_XML,
            body=_s3_error("InternalError", "We encountered an error"),
        ),
        _SERVICE,
    ),
    _fails(
        "s3-resets",
        "network",
        "the bucket's connections are reset after the request",
        rule(_S3, reset=True),
        "connection-reset",
        "s3-layer-blocked",
        "s3-layer-unreachable",
    ),
    _fails(
        "s3-signature",
        "network",
        "something changes the requests to the bucket, whose signature is then wrong",
        rule(
            _S3,
            status=403,
            headers=_XML,
            body=_s3_error(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            ),
        ),
        "s3-layer-blocked",
        _SERVICE,
        "clock-skew",
    ),
    _fails(
        "api-json-of-proxy",
        "network",
        "a proxy's own JSON in the API's place",
        rule(_API, status=403, body=_BLOCKED),
        "captive-portal",
        "proxy-misconfigured",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-407",
        "network",
        "a proxy nobody configured wants a login for the API",
        rule(_API, status=407, headers={"Proxy-Authenticate": 'Basic realm="corp"'}),
        "proxy-authentication-required",
        "captive-portal",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-redirects-to-portal",
        "network",
        "a portal redirects the API's requests",
        rule(_API, status=302, headers={"Location": "https://login.guest-wifi.example/?from=api"}),
        "captive-portal",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-429",
        "aws-api",
        "the API throttles with status 429",
        _api_error("TooManyRequestsException", "Too Many Requests", 429),
        "ecr-api-throttled",
        "token-request-storm",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-no-token",
        "aws-api",
        "the API answers without a token",
        _api_empty,
        _SERVICE,
        "captive-portal",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-504-html",
        "aws-api",
        "a load balancer's 504 page in the API's place",
        rule(_API, status=504, headers=HTML, body="<html><h1>504 Gateway Time-out</h1></html>"),
        _SERVICE,
        "captive-portal",
        "proxy-misconfigured",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-boundary",
        "iam",
        "the permissions boundary does not allow the token",
        _may_not_get_token(f"because no permissions boundary allows {_TOKEN_ACTION}"),
        "permissions-boundary-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-session-policy",
        "iam",
        "the session policy does not allow the token",
        _may_not_get_token(f"because no session policy allows {_TOKEN_ACTION}"),
        "session-policy-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-scp-with-arn",
        "iam",
        "a service control policy, named by its ARN, denies the token",
        _may_not_get_token(
            "with an explicit deny in a service control policy: "
            "arn:aws:organizations::999999999999:policy/o-lab/service_control_policy/p-1"
        ),
        "scp-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-endpoint-explicit",
        "iam",
        "the VPC endpoint's policy denies the token",
        _may_not_get_token("with an explicit deny in a VPC endpoint policy"),
        "vpc-endpoint-policy-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "api-account-not-signed-up",
        "aws-api",
        "a denial without a reason",
        _api_error("AccessDeniedException", "User is not authorized to perform this action"),
        "iam-missing-get-authorization-token",
        "cross-account-denial-unexplained",
        _SERVICE,
        says=NO_CREDENTIALS,
    ),
)
