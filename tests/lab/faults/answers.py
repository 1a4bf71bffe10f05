"""Strange answers of registry, API and bucket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_HTML = {"Content-Type": "text/html"}
_PAGE = "<html><head><title>Blocked</title></head><body>Your organisation blocks this</body></html>"
_MANIFESTS, _BLOBS = "/v2/*/manifests/*", "/v2/*/blobs/*"
_SLOW_DOWN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code>'
    "<Message>Please reduce your request rate.</Message></Error>"
)
_NO_KEY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>'
    "<Message>The specified key does not exist.</Message></Error>"
)
_ENDPOINT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>User: '
    "arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: s3:GetObject on "
    'resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/x" because no VPC endpoint '
    "policy allows the s3:GetObject action</Message></Error>"
)
_SKEWED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    "<Message>Request has expired</Message></Error>"
)


def _rule(host: str, **rule: object) -> Injection:
    return lambda lab: lab.update(http=[{"host": host, **rule}])


def _error(code: str, message: str) -> str:
    return json.dumps({"errors": [{"code": code, "message": message}]})


_TOO_MANY = _error("TOOMANYREQUESTS", "Rate exceeded")


def _bucket(**faults: object) -> Injection:
    return lambda lab: lab.update(s3=faults)


def _api_error(code: str, message: str, status: int = 400) -> Injection:
    body = json.dumps({"__type": code, "message": message})
    return _rule(names.API_HOST, status=status, body=body)


def _login(inject: Injection) -> Injection:
    """Return an injection in which docker has a stored login."""

    def both(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token()))
        inject(lab)

    return both


def _flaky(host: str, status: int, times: int) -> Injection:
    """Return an injection of an answer that comes `times` times only."""
    return _rule(host, status=status, times=times)


_TO_HTTP = {"Location": f"http://{_HOST}/v2/"}
_LOOP = {"Location": f"https://{_HOST}/v2/"}
_PORTAL = {"Location": "https://login.guest-wifi.example/?from=ecr"}

FAULTS = (
    Fault(
        "registry-401-bare",
        "registry",
        "the registry refuses every login, without a challenge",
        _rule(_HOST, status=401),
        ("ecr-service-side", "login-password-wrong"),
    ),
    Fault(
        "registry-403-html",
        "network",
        "a firewall's page stands in the registry's place",
        _rule(_HOST, status=403, headers=_HTML, body=_PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-403-html-manifests",
        "network",
        "a firewall's page instead of the manifest",
        _rule(_HOST, path=_MANIFESTS, status=403, headers=_HTML, body=_PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-403-empty",
        "registry",
        "the registry answers 403 and nothing else",
        _rule(_HOST, status=403),
        ("ecr-service-side", "cross-account-denial-unexplained"),
    ),
    Fault(
        "registry-404",
        "registry",
        "something that knows no /v2/ answers",
        _rule(_HOST, status=404, headers=_HTML, body=_PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-502-html",
        "registry",
        "a load balancer's 502 page",
        _rule(_HOST, status=502, headers=_HTML, body=_PAGE),
        ("ecr-service-side", "captive-portal", "proxy-misconfigured"),
        says="502",
    ),
    Fault(
        "registry-504",
        "registry",
        "the registry answers 504",
        _rule(_HOST, status=504),
        ("ecr-service-side",),
        says="504",
    ),
    Fault(
        "registry-429-html",
        "registry",
        "429 with Retry-After and a page",
        _rule(_HOST, status=429, headers={**_HTML, "Retry-After": "30"}, body=_PAGE),
        ("ecr-api-throttled", "captive-portal"),
    ),
    Fault(
        "registry-429-manifests",
        "registry",
        "the registry throttles manifests",
        _rule(_HOST, path=_MANIFESTS, status=429, body=_TOO_MANY),
        ("ecr-api-throttled",),
        says="toomanyrequests",
    ),
    Fault(
        "registry-500-blobs",
        "registry",
        "the registry fails for layers",
        _rule(_HOST, path=_BLOBS, status=500),
        ("ecr-service-side",),
    ),
    Fault(
        "registry-500-manifests",
        "registry",
        "the registry fails for manifests",
        _rule(_HOST, path=_MANIFESTS, status=500),
        ("ecr-service-side",),
        says="500",
    ),
    Fault(
        "registry-redirects-to-portal",
        "network",
        "a portal redirects every request",
        _rule(_HOST, status=302, headers=_PORTAL),
        ("captive-portal",),
    ),
    Fault(
        "registry-redirects-to-http",
        "network",
        "every request is redirected to plain http",
        _rule(_HOST, status=301, headers=_TO_HTTP),
        ("captive-portal",),
    ),
    Fault(
        "registry-redirect-loop",
        "network",
        "every request is redirected to itself",
        _rule(_HOST, status=302, headers=_LOOP),
        ("captive-portal", "ecr-service-side"),
    ),
    Fault(
        "registry-resets",
        "network",
        "connections are reset after the request",
        _rule(_HOST, reset=True),
        ("connection-reset",),
    ),
    Fault(
        "registry-resets-manifests",
        "network",
        "connections are reset at the manifest",
        _rule(_HOST, path=_MANIFESTS, reset=True),
        ("connection-reset",),
    ),
    Fault(
        "registry-manifest-cut",
        "network",
        "the manifest ends half-way",
        _rule(_HOST, path=_MANIFESTS, body='{"schemaVersion": 2, "x": "' + "x" * 3000, cut=0.5),
        ("connection-reset",),
    ),
    Fault(
        "registry-manifest-html",
        "network",
        "a page with status 200 instead of the manifest",
        _rule(_HOST, path=_MANIFESTS, status=200, headers=_HTML, body=_PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-manifest-empty",
        "registry",
        "an empty body instead of the manifest",
        _rule(_HOST, path=_MANIFESTS, status=200),
        ("ecr-service-side", "captive-portal"),
    ),
    Fault(
        "registry-manifest-silent",
        "network",
        "the manifest never comes",
        _rule(_HOST, path=_MANIFESTS, delay=3600),
        ("network-timeout", "ecr-service-side"),
        slow=True,
    ),
    Fault(
        "registry-blobs-silent",
        "network",
        "the registry never says where the layers are",
        _rule(_HOST, path=_BLOBS, delay=3600),
        ("network-timeout", "ecr-service-side"),
        slow=True,
    ),
    Fault(
        "registry-layer-gone",
        "image",
        "the registry does not have a layer",
        _rule(_HOST, path=_BLOBS, status=404, body=_error("BLOB_UNKNOWN", "blob unknown")),
        ("layer-inaccessible",),
    ),
    Fault(
        "registry-500-once",
        "none",
        "the registry fails once, and then works",
        _flaky(_HOST, 500, 1),
        pull_works=True,
    ),
    Fault(
        "s3-403-html",
        "network",
        "a firewall's page stands in the bucket's place",
        _rule(names.S3_HOST, status=403, headers=_HTML, body=_PAGE),
        ("s3-layer-blocked",),
    ),
    Fault(
        "s3-200-html",
        "network",
        "a firewall's page with status 200 in the bucket's place",
        _rule(names.S3_HOST, status=200, headers=_HTML, body=_PAGE),
        ("s3-layer-blocked", "captive-portal"),
    ),
    Fault(
        "s3-404",
        "image",
        "the bucket no longer has the layer",
        _rule(names.S3_HOST, status=404, body=_NO_KEY),
        ("layer-inaccessible",),
    ),
    Fault(
        "s3-503",
        "registry",
        "the bucket asks to slow down",
        _rule(names.S3_HOST, status=503, body=_SLOW_DOWN),
        ("ecr-service-side", "ecr-api-throttled"),
    ),
    Fault(
        "s3-endpoint-policy",
        "network",
        "the bucket's endpoint policy, in AWS's new words",
        _rule(names.S3_HOST, status=403, body=_ENDPOINT),
        ("s3-layer-policy-deny",),
    ),
    Fault(
        "s3-expired",
        "clock",
        "the bucket says that the address has expired",
        _rule(names.S3_HOST, status=403, body=_SKEWED),
        ("clock-skew", "s3-layer-policy-deny", "s3-layer-blocked", "ecr-service-side"),
    ),
    Fault(
        "s3-reset-half-way",
        "network",
        "the bucket's connections end half-way",
        _bucket(cut=0.5),
        ("s3-layer-blocked", "connection-reset", "s3-layer-unreachable"),
    ),
    Fault(
        "s3-redirects-nowhere",
        "dns",
        "layers come from a host that has no address",
        _bucket(host="mirror.bucket.example"),
        ("dns-failure", "s3-layer-unreachable"),
        says="no such host",
    ),
    Fault(
        "s3-trickle",
        "none",
        "a small layer comes in ten parts in a second",
        _bucket(pause=0.1),
        pull_works=True,
    ),
    Fault(
        "api-html",
        "network",
        "a portal's page stands in the API's place",
        _rule(names.API_HOST, status=200, headers=_HTML, body=_PAGE),
        ("captive-portal",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-403-html",
        "network",
        "a firewall's page stands in the API's place",
        _rule(names.API_HOST, status=403, headers=_HTML, body=_PAGE),
        ("captive-portal",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-503",
        "aws-api",
        "the API answers 503",
        _rule(names.API_HOST, status=503),
        ("ecr-service-side",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-resets",
        "network",
        "the API's connections are reset after the request",
        _rule(names.API_HOST, reset=True),
        ("connection-reset",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-quarantined",
        "iam",
        "the key is quarantined",
        _api_error(
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
            "ecr:GetAuthorizationToken on resource: * with an explicit deny in an "
            "identity-based policy: "
            "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
        ),
        ("aws-key-quarantined",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-rcp",
        "iam",
        "a resource control policy forbids the token",
        _api_error(
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
            "ecr:GetAuthorizationToken on resource: * with an explicit deny in a resource "
            "control policy",
        ),
        ("rcp-deny",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-scp-no-allow",
        "iam",
        "no service control policy allows the token",
        _api_error(
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
            "ecr:GetAuthorizationToken on resource: * because no service control policy "
            "allows the ecr:GetAuthorizationToken action",
        ),
        ("scp-deny",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-invalid-token-for-region",
        "region",
        "the region is not enabled for the account",
        _rule(
            names.API_HOST,
            status=400,
            body=json.dumps(
                {
                    "__type": "UnrecognizedClientException",
                    "message": "The security token included in the request is invalid.",
                }
            ),
        ),
        ("aws-keys-invalid", "wrong-aws-identity"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-500-beside-login",
        "none",
        "the API fails, and a login is stored",
        _login(_rule(names.API_HOST, status=500)),
        pull_works=True,
    ),
    Fault(
        "api-throttled-beside-login",
        "none",
        "the API throttles, and a login is stored",
        _login(_api_error("ThrottlingException", "Rate exceeded")),
        pull_works=True,
    ),
    Fault(
        "api-denied-beside-login",
        "none",
        "the API denies tokens, and a login is stored",
        _login(
            _api_error(
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/lab-dev "
                "is not authorized to perform: ecr:GetAuthorizationToken on resource: * because "
                "no identity-based policy allows the ecr:GetAuthorizationToken action",
            )
        ),
        pull_works=True,
    ),
    Fault(
        "registry-rcp",
        "iam",
        "a resource control policy forbids the pull",
        _rule(
            _HOST,
            path=_MANIFESTS,
            status=403,
            body=_error(
                "DENIED",
                "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
                "ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/"
                "team/app with an explicit deny in a resource control policy",
            ),
        ),
        ("rcp-deny",),
    ),
    Fault(
        "registry-endpoint-policy",
        "iam",
        "the registry's VPC endpoint policy forbids the pull",
        _rule(
            _HOST,
            path=_MANIFESTS,
            status=403,
            body=_error(
                "DENIED",
                "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
                "ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/"
                "team/app because no VPC endpoint policy allows the ecr:BatchGetImage action",
            ),
        ),
        ("vpc-endpoint-policy-deny",),
    ),
    Fault(
        "registry-denied-with-arn",
        "iam",
        "an explicit deny that names its policy",
        _rule(
            _HOST,
            path=_MANIFESTS,
            status=403,
            body=_error(
                "DENIED",
                "User: arn:aws:iam::123456789012:user/lab-dev is not authorized to perform: "
                "ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/"
                "team/app with an explicit deny in an identity-based policy: "
                "arn:aws:iam::123456789012:policy/NoPulls",
            ),
        ),
        ("iam-explicit-deny",),
    ),
    Fault(
        "registry-kms",
        "image",
        "the key of the repository cannot be used",
        _rule(
            _HOST,
            path=_MANIFESTS,
            status=400,
            body=_error("DENIED", "KMS key arn:aws:kms:us-east-1:123456789012:key/1 is disabled"),
        ),
        ("kms-key-unusable",),
    ),
)
