"""What the sample reports are made of: the checks of a run as they pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ecr_doctor.model import (
    CheckResult,
    Diagnosis,
    Evidence,
    Outcome,
    Plugin,
    Report,
    Stage,
    Status,
    Verdict,
    parse_target,
)

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/team/app"
USER = "arn:aws:iam::123456789012:user/lab-dev"
CONFIG = "/home/dev/.docker/config.json"
API = "api.ecr.us-east-1.amazonaws.com"
NBAC = "no basic auth credentials"
URL = "https://github.com/ecr-doctor/ecr-doctor/blob/main/docs/causes/{}.md"

CHECKS = {
    "reference.image-reference": ("The image reference is valid", 0, 1, f"{IMAGE} is valid"),
    "reference.registry-host": (
        "The registry host can exist",
        1,
        1,
        "private registry 123456789012 in us-east-1",
    ),
    "host.docker-engine": (
        "The docker engine answers",
        0,
        38,
        "Docker 28.2.2 answers at /var/run/docker.sock",
    ),
    "host.disk-space": ("The image fits on the disk", 40, 2, "41 GiB free under /var/lib/docker"),
    "client.config-file": ("docker's config.json can be read", 2, 3, f"{CONFIG} is valid JSON"),
    "client.config-home": (
        "docker reads the config.json that was written",
        5,
        2,
        "HOME is /home/dev, as for the user dev",
    ),
    "client.auth-variable": (
        "DOCKER_AUTH_CONFIG does not get in the way",
        2,
        1,
        "DOCKER_AUTH_CONFIG is not set",
    ),
    "client.registry-configured": (
        "docker knows how to log in to the registry",
        7,
        1,
        f"credHelpers names ecr-login for {HOST}",
    ),
    "client.helper-installed": (
        "The credential helper is installed",
        5,
        6,
        "docker-credential-ecr-login 0.7.1 at /usr/bin",
    ),
    "client.stored-login": (
        "The stored login is good",
        5,
        1,
        "no login is stored for this registry",
    ),
    "client.creds-store": ("The credential store answers", 11, 1, "no credsStore is set"),
    "client.helper-answers": (
        "The helper hands over a credential",
        612,
        341,
        "the helper answered in 0.34 s as user AWS",
    ),
    "client.helper-cache": ("The helper can keep its tokens", 11, 2, "/home/dev/.ecr is writable"),
    "network.api-reachable": ("The ECR API can be reached", 2, 64, f"{API}:443 answers in 21 ms"),
    "network.registry-reachable": (
        "The registry can be reached",
        2,
        58,
        f"{HOST}:443 answers in 19 ms",
    ),
    "tls.ca-bundle": (
        "The CA bundle can be read",
        0,
        9,
        "142 certificates in /etc/ssl/certs/ca-certificates.crt",
    ),
    "tls.certs-d": (
        "docker's certs.d is in order",
        2,
        1,
        "/etc/docker/certs.d has no folder for this registry",
    ),
    "tls.api-certificate": (
        "The ECR API's certificate is trusted",
        66,
        92,
        "issued by Amazon RSA 2048 M02",
    ),
    "tls.registry-certificate": (
        "The registry's certificate is trusted",
        60,
        88,
        "issued by Amazon RSA 2048 M02",
    ),
    "identity.endpoint-override": ("AWS calls go to AWS", 0, 1, "no endpoint is overridden"),
    "identity.credentials": (
        "There are AWS credentials",
        2,
        12,
        "key AKIAIOSF...MPLE from the profile default",
    ),
    "identity.clock": ("The clock is right", 66, 31, "0.4 s from AWS"),
    "identity.caller": ("AWS knows the caller", 98, 187, f"STS answers: {USER}"),
    "auth.token": ("AWS gives a registry token", 286, 173, "a token good until 00:00 UTC"),
    "auth.pull-permissions": (
        "IAM allows the pull",
        460,
        151,
        f"BatchGetImage on {REPOSITORY} is allowed",
    ),
    "registry.login": (
        "The registry accepts the login",
        954,
        83,
        "docker's credential and a fresh one are both accepted",
    ),
    "image.manifest": (
        "The image exists",
        1038,
        77,
        "sha256:55bf6cc05c54dabfabc982cde2f0e3638dee1b606bcb3ab051e40fe5e37a2609",
    ),
    "image.platform": ("The image has this platform", 1115, 2, "linux/amd64"),
    "transfer.layer": ("A layer can be downloaded", 1115, 124, "1,412 bytes through S3"),
    "transfer.test-pull": ("The docker engine pulls the image", 42, 2206, "pulled in 2.2 s"),
}

EVIDENCE = {
    "client.config-file": (Evidence("credHelpers", "ecr-login", f"{CONFIG}:3"),),
    "client.helper-installed": (
        Evidence("program", "/usr/bin/docker-credential-ecr-login", "PATH"),
        Evidence("version", "0.7.1", "docker-credential-ecr-login -v"),
    ),
    "identity.credentials": (
        Evidence("provider", "shared credentials file", "/home/dev/.aws/credentials:2"),
        Evidence("access key", "AKIAIOSF...MPLE", "/home/dev/.aws/credentials:2"),
    ),
    "identity.caller": (Evidence("arn", USER, "sts:GetCallerIdentity"),),
    "network.registry-reachable": (
        Evidence("addresses", "10.77.0.21, 10.77.0.22", "DNS"),
        Evidence("connected", "19 ms", "10.77.0.21:443"),
    ),
}
ENVIRONMENT = (
    Evidence("system", "Linux 6.1.0-18-amd64 x86_64"),
    Evidence("python", "3.11.7", "/usr/bin/python3"),
    Evidence("docker client", "28.2.2", "/usr/bin/docker"),
    Evidence("docker engine", "28.2.2, linux/amd64, overlay2", "unix:///var/run/docker.sock"),
    Evidence("identity", USER, "sts:GetCallerIdentity"),
    Evidence("AWS_PROFILE", "default", "environment"),
    Evidence("HTTPS_PROXY", "http://proxy.corp.example:3128", "environment"),
)
Change = tuple[Status, str, str | None] | tuple[Status, str, str | None, tuple[Evidence, ...]]


def results(changes: dict[str, Change], blocked: dict[str, str]) -> tuple[CheckResult, ...]:
    """All checks as they pass, but for these."""
    return tuple(_result(check, changes.get(check), blocked.get(check, "")) for check in CHECKS)


def _result(check: str, change: Change | None, blocker: str) -> CheckResult:
    title, began, took, summary = CHECKS[check]
    verdict = Verdict(status=Status.PASS, summary=summary, evidence=EVIDENCE.get(check, ()))
    if change:
        evidence = change[3] if len(change) > 3 else ()
        verdict = Verdict(status=change[0], summary=change[1], cause=change[2], evidence=evidence)
    if blocker:
        verdict = Verdict(status=Status.BLOCKED, summary=f"not run: needs {blocker}")
    return CheckResult(
        check_id=check,
        title=title,
        stage=Stage(check.partition(".")[0]),
        verdict=verdict,
        blocked_by=(blocker,) if blocker else (),
        began=timedelta(milliseconds=began),
        took=timedelta(milliseconds=0 if blocker else took),
    )


def report(outcome: Outcome, checks: tuple[CheckResult, ...], *diagnoses: Diagnosis) -> Report:
    return Report(
        tool_version="0.1.0",
        plugins=(Plugin("ecr-doctor", "0.1.0"),),
        started=datetime(2026, 6, 15, 12, 0, tzinfo=UTC),
        took=timedelta(milliseconds=2251),
        target=parse_target(IMAGE),
        outcome=outcome,
        results=checks,
        diagnoses=diagnoses,
        environment=ENVIRONMENT,
    )
