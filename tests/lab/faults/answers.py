"""Strange answers of registry, API and bucket."""

from __future__ import annotations

import json

from lab import names
from lab.faults.model import Fault, Injection

_HOST = names.HOST
HTML = {"Content-Type": "text/html"}
PAGE = "<html><head><title>Blocked</title></head><body>Your organisation blocks this</body></html>"
_MANIFESTS = "/v2/*/manifests/*"
_BLOBS = "/v2/*/blobs/*"


def rule(host: str, **rule: object) -> Injection:
    return lambda lab: lab.update(http=[{"host": host, **rule}])


def _error(code: str, message: str) -> str:
    return json.dumps({"errors": [{"code": code, "message": message}]})


_TOO_MANY = _error("TOOMANYREQUESTS", "Rate exceeded")


def _flaky(host: str, status: int, times: int) -> Injection:
    """Return an injection of an answer that comes `times` times only."""
    return rule(host, status=status, times=times)


_TO_HTTP = {"Location": f"http://{_HOST}/v2/"}
_LOOP = {"Location": f"https://{_HOST}/v2/"}
_PORTAL = {"Location": "https://login.guest-wifi.example/?from=ecr"}


FAULTS = (
    Fault(
        "registry-401-bare",
        "registry",
        "the registry refuses every login, without a challenge",
        rule(_HOST, status=401),
        ("ecr-service-side", "login-password-wrong"),
    ),
    Fault(
        "registry-403-html",
        "network",
        "a firewall's page stands in the registry's place",
        rule(_HOST, status=403, headers=HTML, body=PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-403-html-manifests",
        "network",
        "a firewall's page instead of the manifest",
        rule(_HOST, path=_MANIFESTS, status=403, headers=HTML, body=PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-403-empty",
        "registry",
        "the registry answers 403 and nothing else",
        rule(_HOST, status=403),
        ("ecr-service-side", "cross-account-denial-unexplained"),
    ),
    Fault(
        "registry-404",
        "registry",
        "something that knows no /v2/ answers",
        rule(_HOST, status=404, headers=HTML, body=PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-502-html",
        "registry",
        "a load balancer's 502 page",
        rule(_HOST, status=502, headers=HTML, body=PAGE),
        ("ecr-service-side", "captive-portal", "proxy-misconfigured"),
        says="502",
    ),
    Fault(
        "registry-504",
        "registry",
        "the registry answers 504",
        rule(_HOST, status=504),
        ("ecr-service-side",),
        says="504",
    ),
    Fault(
        "registry-429-html",
        "registry",
        "429 with Retry-After and a page",
        rule(_HOST, status=429, headers={**HTML, "Retry-After": "30"}, body=PAGE),
        ("ecr-api-throttled", "captive-portal"),
    ),
    Fault(
        "registry-429-manifests",
        "registry",
        "the registry throttles manifests",
        rule(_HOST, path=_MANIFESTS, status=429, body=_TOO_MANY),
        ("ecr-api-throttled",),
        says="toomanyrequests",
    ),
    Fault(
        "registry-500-blobs",
        "registry",
        "the registry fails for layers",
        rule(_HOST, path=_BLOBS, status=500),
        ("ecr-service-side",),
    ),
    Fault(
        "registry-500-manifests",
        "registry",
        "the registry fails for manifests",
        rule(_HOST, path=_MANIFESTS, status=500),
        ("ecr-service-side",),
        says="500",
    ),
    Fault(
        "registry-redirects-to-portal",
        "network",
        "a portal redirects every request",
        rule(_HOST, status=302, headers=_PORTAL),
        ("captive-portal",),
    ),
    Fault(
        "registry-redirects-to-http",
        "network",
        "every request is redirected to plain http",
        rule(_HOST, status=301, headers=_TO_HTTP),
        ("captive-portal",),
    ),
    Fault(
        "registry-redirect-loop",
        "network",
        "every request is redirected to itself",
        rule(_HOST, status=302, headers=_LOOP),
        ("captive-portal", "ecr-service-side"),
    ),
    Fault(
        "registry-resets",
        "network",
        "connections are reset after the request",
        rule(_HOST, reset=True),
        ("connection-reset",),
    ),
    Fault(
        "registry-resets-manifests",
        "network",
        "connections are reset at the manifest",
        rule(_HOST, path=_MANIFESTS, reset=True),
        ("connection-reset",),
    ),
    Fault(
        "registry-manifest-cut",
        "network",
        "the manifest ends half-way",
        rule(_HOST, path=_MANIFESTS, body='{"schemaVersion": 2, "x": "' + "x" * 3000, cut=0.5),
        ("connection-reset",),
    ),
    Fault(
        "registry-manifest-html",
        "network",
        "a page with status 200 instead of the manifest",
        rule(_HOST, path=_MANIFESTS, status=200, headers=HTML, body=PAGE),
        ("captive-portal",),
    ),
    Fault(
        "registry-manifest-empty",
        "registry",
        "an empty body instead of the manifest",
        rule(_HOST, path=_MANIFESTS, status=200),
        ("ecr-service-side", "captive-portal"),
    ),
    Fault(
        "registry-manifest-silent",
        "network",
        "the manifest never comes",
        rule(_HOST, path=_MANIFESTS, delay=3600),
        ("network-timeout", "ecr-service-side"),
        slow=True,
    ),
    Fault(
        "registry-blobs-silent",
        "network",
        "the registry never says where the layers are",
        rule(_HOST, path=_BLOBS, delay=3600),
        ("network-timeout", "ecr-service-side"),
        slow=True,
    ),
    Fault(
        "registry-layer-gone",
        "image",
        "the registry does not have a layer",
        rule(_HOST, path=_BLOBS, status=404, body=_error("BLOB_UNKNOWN", "blob unknown")),
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
        "registry-rcp",
        "iam",
        "a resource control policy forbids the pull",
        rule(
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
        rule(
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
        rule(
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
        rule(
            _HOST,
            path=_MANIFESTS,
            status=400,
            body=_error("DENIED", "KMS key arn:aws:kms:us-east-1:123456789012:key/1 is disabled"),
        ),
        ("kms-key-unusable",),
    ),
)
