"""Answers of STS, of ECR Public and of its layers' hosts; and disks that are nearly full."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from lab import names, state
from lab.daemon import Options
from lab.faults.answers import HTML, PAGE, rule
from lab.faults.combined import with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.faults.places import PUBLIC
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

_ROOT = "/run/narrow"
_CDN = names.CDN_HOST
_LAYERS = "public-ecr-layer-host-blocked"
_SCP = (
    f"User: {state.USER_ARN} is not authorized to perform: sts:AssumeRole on resource: "
    f"{state.ROLE_ARN} with an explicit deny in a service control policy"
)


def _sts(status: int, code: str = "", message: str = "", **more: object) -> Injection:
    """Return an injection in which a rule answers the call for the role's keys."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
        "</Error></ErrorResponse>"
    )
    answer = {"status": status, "headers": {"Content-Type": "text/xml"}, **more}
    return with_role(rule("sts*", **{"body": body if code else "", **answer}))


def _public(**answer: object) -> Injection:
    """Return an injection in which a rule answers ECR Public's users, who have no login."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({})
        rule(names.PUBLIC_HOST, **answer)(lab)

    return inject


def _narrow(options: str, fill: str = "") -> Injection:
    def inject(lab: Lab) -> None:
        lab.daemon.stop()
        lab.mount_tmpfs(_ROOT, options)
        lab.daemon.start(Options(data_root=_ROOT))
        if fill:
            lab.namespace.script([f"{fill} 2>/dev/null || true"])

    return inject


def _two_fresh_logins(lab: Lab) -> None:
    bare, full = auths(lab.token()), auths(lab.token(), f"https://{names.HOST}")
    lab.user.write_config({"auths": {**bare["auths"], **full["auths"]}})


def _certsd_for_both(lab: Lab) -> None:
    lab.update(tls={names.HOST: "unknown-ca", names.S3_HOST: "unknown-ca"})
    folder = lab.etc("docker") / "certs.d" / names.HOST
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_text((lab.folder / "tls/corporate.crt").read_text())


def _certsd(form: str) -> Injection:
    """Return an injection of the corporate CA in certs.d, written in a strange form."""

    def inject(lab: Lab) -> None:
        lab.update(tls={names.HOST: "unknown-ca"})
        folder = lab.etc("docker") / "certs.d" / names.HOST
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(_written(lab, "corporate", form))

    return inject


def _bundle(form: str) -> Injection:
    return lambda lab: lab.user.write("own.pem", _written(lab, "lab", form))


def _written(lab: Lab, name: str, form: str) -> bytes:
    """Return an authority's certificate in one of the forms in which people have them."""
    text = (lab.folder / f"tls/{name}.crt").read_text(encoding="ascii")
    other = (lab.folder / "tls/corporate.crt").read_text(encoding="ascii")
    key = (lab.folder / f"tls/{name}.key").read_text(encoding="ascii")
    forms = {
        "windows": text.replace("\n", "\r\n").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "der": ssl.PEM_cert_to_DER_cert(text),
        "words": f"# our authority\nsubject: x\n{text}\nthe end\n".encode(),
        "two": (other + text).encode(),
        "key-first": (key + text).encode(),
        "cut": text[: len(text) // 2].encode(),
        "one-line": text.replace("\n", "").encode(),
        "no-newline": text.rstrip("\n").encode(),
    }
    return forms[form]


_OWN = {"AWS_CA_BUNDLE": "/home/dev/own.pem"}
_NO_BUNDLE = ("ca-bundle-missing", "tls-untrusted-ca")
_NO_CA = ("certsd-broken", "tls-untrusted-ca")


def _fails(name: str, layer: str, summary: str, inject: Injection, *accept: str) -> Fault:
    image = PUBLIC if name.startswith(("public", "cdn")) else names.IMAGE
    env = _OWN if name.startswith("bundle") else {}
    says = NO_CREDENTIALS if name.startswith(("sts", "bundle")) else ""
    return Fault(name, layer, summary, inject, accept, image=image, env=env, says=says)


def _works(name: str, summary: str, inject: Injection) -> Fault:
    env = _OWN if name.startswith("bundle") else {}
    return Fault(name, "none", summary, inject, pull_works=True, env=env)


FAULTS = (
    _fails(
        "sts-scp",
        "iam",
        "a service control policy denies the role",
        _sts(403, "AccessDenied", _SCP),
        "scp-deny",
        "assume-role-refused",
    ),
    _fails(
        "sts-throttled",
        "aws-api",
        "STS throttles",
        _sts(400, "Throttling", "Rate exceeded"),
        "ecr-api-throttled",
        "token-request-storm",
        "ecr-service-side",
    ),
    _fails("sts-503", "aws-api", "STS answers 503", _sts(503), "ecr-service-side"),
    _fails(
        "sts-html",
        "network",
        "a portal's page stands in the place of STS",
        _sts(200, headers=HTML, body=PAGE),
        "captive-portal",
    ),
    _fails(
        "sts-407",
        "network",
        "a proxy wants a login in the place of STS",
        _sts(407),
        "proxy-authentication-required",
        "captive-portal",
    ),
    _fails(
        "sts-region-disabled",
        "region",
        "STS is not activated in the region",
        _sts(403, "RegionDisabledException", "STS is not activated in this region for account"),
        "assume-role-refused",
    ),
    _fails(
        "sts-expired-token",
        "aws-credentials",
        "STS says that the caller's token has expired",
        _sts(403, "ExpiredToken", "The security token included in the request is expired"),
        "aws-session-expired",
    ),
    _fails(
        "public-token-html",
        "network",
        "a portal's page instead of ECR Public's token",
        _public(path="/token*", status=200, headers=HTML, body=PAGE),
        "captive-portal",
    ),
    _fails(
        "public-token-500",
        "registry",
        "ECR Public's token fails",
        _public(path="/token*", status=500),
        "ecr-service-side",
    ),
    _fails(
        "public-token-429",
        "registry",
        "ECR Public throttles tokens",
        _public(path="/token*", status=429),
        "public-ecr-rate-limit",
    ),
    _fails(
        "public-manifest-429",
        "registry",
        "ECR Public throttles manifests",
        _public(path="/v2/*/manifests/*", status=429),
        "public-ecr-rate-limit",
    ),
    _fails(
        "public-403-html",
        "network",
        "a firewall's page in ECR Public's place",
        _public(status=403, headers=HTML, body=PAGE),
        "captive-portal",
    ),
    _fails(
        "cdn-403-html",
        "network",
        "a firewall's page in CloudFront's place",
        rule(_CDN, status=403, headers=HTML, body=PAGE),
        _LAYERS,
        "captive-portal",
    ),
    _fails(
        "cdn-nxdomain",
        "dns",
        "CloudFront has no name",
        lambda lab: lab.update(dns={_CDN: "nxdomain"}),
        "dns-failure",
        _LAYERS,
    ),
    _fails(
        "cdn-intercepted",
        "tls",
        "a corporate CA signed CloudFront's certificate",
        lambda lab: lab.update(tls={_CDN: "unknown-ca"}),
        "tls-untrusted-ca",
    ),
    _fails(
        "cdn-407",
        "network",
        "a proxy wants a login in CloudFront's place",
        rule(_CDN, status=407),
        "proxy-authentication-required",
        _LAYERS,
    ),
    _works(
        "disk-nearly-full",
        "2 MB are left for a small image",
        _narrow("size=64m", f"head -c 60000000 /dev/zero >{_ROOT}/fill"),
    ),
    _works(
        "disk-few-inodes",
        "500 inodes are left for a small image",
        _narrow("size=64m,nr_inodes=600"),
    ),
    _works("auths-both-fresh", "two fresh logins for the registry", _two_fresh_logins),
    _works(
        "certsd-serves-layers",
        "the CA in the registry's certs.d counts for the bucket too",
        _certsd_for_both,
    ),
    _works("certsd-windows-lines", "ca.crt has lines of Windows", _certsd("windows")),
    _works("certsd-words", "ca.crt has words around the certificate", _certsd("words")),
    _works("certsd-no-newline", "ca.crt does not end in a newline", _certsd("no-newline")),
    _fails("certsd-der", "tls", "ca.crt is not PEM", _certsd("der"), *_NO_CA),
    _fails("certsd-cut", "tls", "ca.crt ends half-way", _certsd("cut"), *_NO_CA),
    _fails("certsd-one-line", "tls", "ca.crt is on one line", _certsd("one-line"), *_NO_CA),
    _fails(
        "certsd-byte-order-mark",
        "tls",
        "ca.crt begins with a byte order mark",
        _certsd("bom"),
        *_NO_CA,
    ),
    _works("bundle-windows-lines", "AWS_CA_BUNDLE has lines of Windows", _bundle("windows")),
    _works("bundle-words", "AWS_CA_BUNDLE has words around the certificate", _bundle("words")),
    _works("bundle-two", "AWS_CA_BUNDLE has two authorities", _bundle("two")),
    _works(
        "bundle-key-first", "AWS_CA_BUNDLE has a key before the certificate", _bundle("key-first")
    ),
    _fails("bundle-der", "tls", "AWS_CA_BUNDLE is not PEM", _bundle("der"), *_NO_BUNDLE),
    _fails("bundle-cut", "tls", "AWS_CA_BUNDLE ends half-way", _bundle("cut"), *_NO_BUNDLE),
    _fails(
        "bundle-byte-order-mark",
        "tls",
        "AWS_CA_BUNDLE begins with a byte order mark",
        _bundle("bom"),
        *_NO_BUNDLE,
    ),
)
