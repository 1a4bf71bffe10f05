"""Strange answers of the layers' bucket and of the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab
from lab.faults.answers import HTML, PAGE, rule

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


def _bucket(**faults: object) -> Injection:
    return lambda lab: lab.update(s3=faults)


def _api_error(code: str, message: str, status: int = 400) -> Injection:
    body = json.dumps({"__type": code, "message": message})
    return rule(names.API_HOST, status=status, body=body)


def _login(inject: Injection) -> Injection:
    """Return an injection in which docker has a stored login."""

    def both(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token()))
        inject(lab)

    return both


FAULTS = (
    Fault(
        "s3-403-html",
        "network",
        "a firewall's page stands in the bucket's place",
        rule(names.S3_HOST, status=403, headers=HTML, body=PAGE),
        ("s3-layer-blocked",),
    ),
    Fault(
        "s3-200-html",
        "network",
        "a firewall's page with status 200 in the bucket's place",
        rule(names.S3_HOST, status=200, headers=HTML, body=PAGE),
        ("s3-layer-blocked", "captive-portal"),
    ),
    Fault(
        "s3-404",
        "image",
        "the bucket no longer has the layer",
        rule(names.S3_HOST, status=404, body=_NO_KEY),
        ("layer-inaccessible",),
    ),
    Fault(
        "s3-503",
        "registry",
        "the bucket asks to slow down",
        rule(names.S3_HOST, status=503, body=_SLOW_DOWN),
        ("ecr-service-side", "ecr-api-throttled"),
    ),
    Fault(
        "s3-endpoint-policy",
        "network",
        "the bucket's endpoint policy, in AWS's new words",
        rule(names.S3_HOST, status=403, body=_ENDPOINT),
        ("s3-layer-policy-deny",),
    ),
    Fault(
        "s3-expired",
        "clock",
        "the bucket says that the address has expired",
        rule(names.S3_HOST, status=403, body=_SKEWED),
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
        rule(names.API_HOST, status=200, headers=HTML, body=PAGE),
        ("captive-portal",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-403-html",
        "network",
        "a firewall's page stands in the API's place",
        rule(names.API_HOST, status=403, headers=HTML, body=PAGE),
        ("captive-portal",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-503",
        "aws-api",
        "the API answers 503",
        rule(names.API_HOST, status=503),
        ("ecr-service-side",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-resets",
        "network",
        "the API's connections are reset after the request",
        rule(names.API_HOST, reset=True),
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
        rule(
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
        _login(rule(names.API_HOST, status=500)),
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
)
