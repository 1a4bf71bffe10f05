"""Two independent faults at once: both must be named, the one that breaks a pull first in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault
from lab.faults.single import SINGLE

if TYPE_CHECKING:
    from lab.world import Lab

_SINGLE = {fault.name: fault for fault in SINGLE}


def _pair(first: str, second: str) -> Fault:
    """Return both faults as one: `first` is what a pull meets first."""
    one, two = _SINGLE[first], _SINGLE[second]

    def inject(lab: Lab) -> None:
        two.inject(lab)
        before = {name: lab.state[name] for name in ("http", "dns", "tls")}
        one.inject(lab)
        for name, value in before.items():
            if isinstance(value, dict):
                lab.state[name] = {**value, **lab.state[name]}
            elif lab.state[name] is not value:
                lab.state[name] = [*lab.state[name], *value]
        lab.save()

    return Fault(
        f"{first}+{second}",
        "pair",
        f"{one.summary}; and {two.summary}",
        inject,
        one.accept,
        image=two.image if one.image == names.IMAGE else one.image,
        env={**two.env, **one.env},
        uid=one.uid or two.uid,
        slow=one.slow or two.slow,
        also=two.accept,
    )


FAULTS = tuple(
    _pair(first, second)
    for first, second in (
        ("no-config", "tag-missing"),
        ("no-config", "repo-missing"),
        ("no-config", "s3-refused"),
        ("no-config", "iam-no-batch-get-image"),
        ("no-config", "disk-full"),
        ("no-config", "platform-mismatch-list"),
        ("config-bad-json", "tag-missing"),
        ("config-bad-json", "s3-blackhole"),
        ("config-credhelpers-scheme", "repo-missing"),
        ("config-credhelpers-scheme", "tls-unknown-ca-s3"),
        ("config-helper-typo", "tag-missing"),
        ("helper-not-on-path", "iam-no-batch-get-image"),
        ("helper-not-on-path", "tag-missing"),
        ("helper-not-on-path", "layer-corrupt"),
        ("helper-wrong-arch", "iam-no-getdownloadurl"),
        ("helper-garbage", "repo-missing"),
        ("auths-expired", "tag-missing"),
        ("auths-expired", "s3-refused"),
        ("auths-expired", "repo-missing"),
        ("auths-wrong-user", "tag-missing"),
        ("auths-expired", "disk-read-only"),
        ("config-credsstore-shadows-auths", "tag-missing"),
        ("daemon-down", "no-config"),
        ("daemon-down", "tag-missing"),
        ("daemon-down", "aws-unknown-key"),
        ("socket-permission", "tag-missing"),
        ("docker-host-nowhere", "config-bad-json"),
        ("dkr-refused", "aws-unknown-key"),
        ("dns-nxdomain", "aws-unknown-key"),
        ("tls-unknown-ca", "aws-session-expired"),
        ("dkr-blackhole", "aws-no-credentials"),
        ("api-refused", "dkr-refused"),
        ("api-blackhole", "s3-blackhole"),
        ("dkr-refused", "iam-no-get-authorization-token"),
        ("tls-unknown-ca", "iam-no-get-authorization-token"),
        ("dkr-refused", "tls-unknown-ca-api"),
        ("repo-policy-deny", "disk-read-only"),
        ("platform-mismatch-list", "disk-read-only"),
        ("client-proxy-login", "daemon-proxy-login"),
        ("dkr-refused", "client-proxy-refused"),
        ("ca-bundle-missing-file", "tag-missing"),
        ("dkr-refused", "clock-20m-behind"),
        ("no-config", "clock-20m-behind"),
        ("json-merge-marks", "tag-missing"),
        ("helper-key-domain", "made-schema-1"),
        ("answer-token", "s3-407"),
        ("helper-traced", "repo-missing"),
        ("login-key-capitals", "no-tls-s3"),
        ("disk-no-space", "profile-source-dead"),
        ("helper-folder", "platform-mismatch-list"),
        ("chain-incomplete", "iam-no-get-authorization-token"),
        ("old-tls", "profile-role-unknown"),
        ("answer-utf16", "names-wrong-s3"),
        ("proxy-password-wrong", "hosts-capitals"),
        ("socket-dead", "config-bad-json"),
        ("engine-tls-without-files", "auths-expired"),
        ("login-empty-password", "dns-zero-s3"),
        ("content-trust", "tag-missing"),
        ("content-trust", "s3-key-disabled"),
        ("path-tilde", "image-in-archive"),
        ("path-noexec", "denied-by-quarantine"),
        ("keys-file-tilde", "tag-missing"),
        ("bundle-space", "failure-imageinaccessible"),
        ("dkr-handshake-unanswered", "process-half"),
        # what looks broken and is not, or may be, must not hide what is
        ("tag-missing", "helper-hangs"),
        ("s3-refused", "config-missing-helper-falls-back"),
        ("tag-missing", "config-missing-helper-falls-back"),
        ("tag-missing", "helper-fails-beside-login"),
        ("layer-corrupt", "helper-fails-beside-login"),
        ("tag-missing", "api-nxdomain-beside-login"),
        ("s3-refused", "api-nxdomain-beside-login"),
        ("platform-mismatch-list", "dead-keys-beside-login"),
        ("repo-policy-deny", "api-nxdomain-beside-login"),
        ("disk-read-only", "config-missing-helper-falls-back"),
        ("s3-403", "clock-60m-beside-login"),
        ("tag-missing", "dkr-first-address-black-hole"),
        ("dkr-refused", "config-missing-helper-falls-back"),
        ("s3-resets", "profile-endpoint"),
        ("image-tag-capitals", "process-shell"),
        ("registry-429-blobs", "all-ways-at-once"),
        ("image-in-archive", "config-missing-helper-falls-back"),
        ("layer-no-archive", "config-missing-helper-falls-back"),
        ("s3-stalls", "profile-both-variables"),
        ("scp-layer", "process-expired"),
    )
)
