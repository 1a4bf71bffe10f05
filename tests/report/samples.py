"""Reports as real runs give them, for the tests of every format."""

# ruff: noqa: E501  texts of other programs
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ecr_doctor.model import (
    CheckResult,
    Confidence,
    Diagnosis,
    DifferentialEntry,
    DifferentialState,
    Evidence,
    Fix,
    Outcome,
    Plugin,
    Report,
    Severity,
    Stage,
    Status,
    ToolProblem,
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

P, F, W, B, N, U = (
    Status.PASS,
    Status.FAIL,
    Status.WARN,
    Status.BLOCKED,
    Status.NOT_APPLICABLE,
    Status.INCONCLUSIVE,
)

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
    verdict = Verdict(status=P, summary=summary, evidence=EVIDENCE.get(check, ()))
    if change:
        evidence = change[3] if len(change) > 3 else ()
        verdict = Verdict(status=change[0], summary=change[1], cause=change[2], evidence=evidence)
    if blocker:
        verdict = Verdict(status=B, summary=f"not run: needs {blocker}")
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


def healthy() -> Report:
    checks = results({"client.stored-login": (N, "no login is stored for this registry", None)}, {})
    proven = tuple(
        replace(r, verdict=replace(r.verdict, proves=tuple(Stage)))
        if r.check_id == "transfer.test-pull"
        else r
        for r in checks
    )
    return report(Outcome.HEALTHY, proven)


HELPER_MISSING = Diagnosis(
    cause="helper-not-on-path",
    title="The credential helper is not on docker's PATH",
    severity=Severity.FAIL,
    confidence=Confidence.CERTAIN,
    explanation=(
        "docker-credential-ecr-login is nowhere on PATH, but lies in /opt/ecr/bin.\n\n"
        "config.json tells docker to ask this helper for the registry's password. Docker does not "
        "say that it cannot find the program: it goes on without a credential, and the registry's "
        "refusal is all that is shown."
    ),
    because=("client.helper-installed", NBAC),
    evidence=(
        Evidence("credHelpers", "ecr-login", f"{CONFIG}:3"),
        Evidence("PATH", "/usr/local/bin:/usr/bin:/bin", "environment"),
        Evidence("found", "/opt/ecr/bin/docker-credential-ecr-login", "file system"),
    ),
    consequences=(
        "client.helper-answers",
        "client.creds-store",
        "client.helper-cache",
        "registry.login",
    ),
    fixes=(
        Fix(
            title="Put the helper's folder on PATH",
            steps=(
                "Open a new shell, or restart what starts docker, so that it sees the new PATH.",
            ),
            command="sudo ln -s /opt/ecr/bin/docker-credential-ecr-login /usr/local/bin/",
        ),
        Fix(
            title="Until then, log in for twelve hours",
            command=f"aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin {HOST}",
            safe=True,
        ),
    ),
    url=URL.format("helper-not-on-path"),
)


def client_fault() -> Report:
    failed = (
        F,
        "docker-credential-ecr-login is nowhere on PATH, but lies in /opt/ecr/bin",
        "helper-not-on-path",
        HELPER_MISSING.evidence,
    )
    checks = results(
        {
            "client.helper-installed": failed,
            "client.helper-cache": (N, "no helper, no cache", None),
            "transfer.test-pull": (F, f"the engine says: {NBAC}", None),
            "auth.pull-permissions": (
                U,
                "not allowed to look: ecr:BatchGetImage was throttled",
                None,
            ),
        },
        {
            "client.helper-answers": "client.helper-installed",
            "client.creds-store": "client.helper-installed",
            "registry.login": "client.helper-installed",
        },
    )
    late = Diagnosis(
        cause="docker-too-old",
        title="The docker engine no longer gets security fixes",
        severity=Severity.WARN,
        confidence=Confidence.LIKELY,
        explanation="Docker 20.10 works, and loses the reason of denials on its way to you.",
        because=("host.docker-engine",),
    )
    made = report(Outcome.PROBLEM, checks, HELPER_MISSING, late)
    return replace(made, differential=no_basic_auth("helper-not-on-path"))


def no_basic_auth(confirmed: str) -> tuple[DifferentialEntry, ...]:
    """The symptom that has the most causes."""
    ruled_out = {
        "config-json-invalid": "client.config-file",
        "config-json-unreadable": "client.config-file",
        "config-wrong-home-or-user": "client.config-home",
        "credhelpers-key-mismatch": "client.registry-configured",
        "credhelpers-wildcard-key": "client.registry-configured",
        "docker-auth-config-shadows": "client.auth-variable",
        "no-aws-credentials": "identity.credentials",
        "aws-session-expired": "identity.caller",
        "wrong-aws-identity": "identity.caller",
        "aws-keys-invalid": "identity.caller",
        "clock-skew": "identity.clock",
    }
    entries: list[tuple[str, DifferentialState, tuple[str, ...]]]
    entries = [(confirmed, DifferentialState.CONFIRMED, ("client.helper-installed",))]
    entries += [("helper-rejects-host", DifferentialState.POSSIBLE, ("client.helper-answers",))]
    entries += [(c, DifferentialState.RULED_OUT, (by,)) for c, by in ruled_out.items()]
    entries += [
        (c, DifferentialState.NOT_TESTED, ())
        for c in ("k8s-pull-secret-expired", "kubelet-credential-provider", "swarm-registry-auth")
    ]
    return tuple(
        DifferentialEntry(symptom=NBAC, cause=cause, state=state, by=by)
        for cause, state, by in entries
    )


POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PullTeamApp",
      "Effect": "Allow",
      "Action": [
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer"
      ],
      "Resource": "arn:aws:ecr:us-east-1:123456789012:repository/team/app"
    }
  ]
}"""
DENIED = f"User: {USER} is not authorized to perform: ecr:BatchGetImage on resource: {REPOSITORY} because no identity-based policy allows the ecr:BatchGetImage action"


def iam_fault() -> Report:
    seen = (
        Evidence("caller", USER, "sts:GetCallerIdentity"),
        Evidence("error", f"denied: {DENIED}", f"GET https://{HOST}/v2/team/app/manifests/latest"),
        Evidence("error", f"AccessDeniedException: {DENIED}", "ecr:BatchGetImage"),
    )
    checks = results(
        {
            "auth.pull-permissions": (
                F,
                "ecr:BatchGetImage is denied to user/lab-dev on team/app",
                "iam-missing-batch-get-image",
                seen,
            ),
            "image.manifest": (
                F,
                "the registry answers 403 DENIED",
                "iam-missing-batch-get-image",
                seen[1:2],
            ),
            "transfer.test-pull": (
                F,
                f"the engine says: denied: {DENIED}",
                "iam-missing-batch-get-image",
            ),
        },
        {"image.platform": "image.manifest", "transfer.layer": "image.manifest"},
    )
    diagnosis = Diagnosis(
        cause="iam-missing-batch-get-image",
        title="IAM does not allow this user to pull from the repository",
        severity=Severity.FAIL,
        confidence=Confidence.CERTAIN,
        explanation=(
            f"ecr:BatchGetImage is denied to {USER} on team/app.\n\nThe login works; it is good for "
            "every repository of the registry. Reading one image is a permission of its own, and "
            "no identity policy of this user grants it here."
        ),
        because=(
            "auth.pull-permissions",
            "image.manifest",
            "transfer.test-pull",
            f"denied: {DENIED}",
        ),
        evidence=seen,
        consequences=("image.platform", "transfer.layer"),
        fixes=(
            Fix(
                title="Check that you act as the user you mean",
                steps=("Compare the ARN with the one your team granted access to.",),
                command="aws sts get-caller-identity",
                safe=True,
            ),
            Fix(
                title="Ask an administrator to attach this policy to user/lab-dev",
                command="aws iam put-user-policy --user-name lab-dev --policy-name pull-team-app --policy-document file://policy.json",
                policy=POLICY,
            ),
        ),
        url=URL.format("iam-missing-batch-get-image"),
    )
    made = report(Outcome.PROBLEM, checks, diagnosis)
    states = {
        "iam-missing-batch-get-image": (DifferentialState.CONFIRMED, ("auth.pull-permissions",)),
        "iam-explicit-deny": (DifferentialState.RULED_OUT, ("auth.pull-permissions",)),
        "repo-policy-explicit-deny": (DifferentialState.RULED_OUT, ("image.manifest",)),
        "scp-deny": (DifferentialState.RULED_OUT, ("image.manifest",)),
        "iam-condition-mismatch": (DifferentialState.NOT_TESTED, ()),
    }
    entries = tuple(
        DifferentialEntry(symptom="denied: User is not authorized", cause=cause, state=state, by=by)
        for cause, (state, by) in states.items()
    )
    return replace(made, differential=entries)


def network_fault() -> Report:
    seen = (
        Evidence("error", f"lookup {HOST} on 10.77.0.53:53: no such host", "DNS 10.77.0.53"),
        Evidence("resolver", "10.77.0.53", "/etc/resolv.conf:1"),
    )
    checks = results(
        {
            "network.registry-reachable": (
                F,
                f"{HOST} does not resolve: NXDOMAIN from 10.77.0.53",
                "dns-failure",
                seen,
            ),
            "transfer.test-pull": (F, "the engine says: no such host", None),
            "client.helper-cache": (
                W,
                "/home/dev/.ecr cannot be written: every pull asks AWS again",
                "helper-cache-unwritable",
            ),
        },
        {
            "tls.registry-certificate": "network.registry-reachable",
            "registry.login": "network.registry-reachable",
            "image.manifest": "network.registry-reachable",
            "image.platform": "image.manifest",
            "transfer.layer": "image.manifest",
        },
    )
    dns = Diagnosis(
        cause="dns-failure",
        title="The registry's name does not resolve",
        severity=Severity.FAIL,
        confidence=Confidence.LIKELY,
        explanation=f"{HOST} does not resolve: NXDOMAIN from 10.77.0.53.\n\nThe ECR API's name resolves, so the name server works; it does not know this one.",
        because=("network.registry-reachable",),
        evidence=seen,
        consequences=(
            "tls.registry-certificate",
            "registry.login",
            "image.manifest",
            "image.platform",
            "transfer.layer",
        ),
        fixes=(
            Fix(
                title="Ask another name server for the name",
                command=f"dig +short {HOST} @1.1.1.1",
                safe=True,
            ),
            Fix(
                title="Forward amazonaws.com to the VPC's resolver",
                steps=(
                    "In the company's DNS, forward amazonaws.com to the .2 address of the VPC.",
                    "Or create the ecr.dkr interface endpoint with private DNS on.",
                ),
            ),
        ),
        url=URL.format("dns-failure"),
    )
    cache = Diagnosis(
        cause="helper-cache-unwritable",
        title="The helper cannot keep its tokens",
        severity=Severity.WARN,
        confidence=Confidence.LIKELY,
        explanation="/home/dev/.ecr cannot be written: every pull asks AWS again.",
        because=("client.helper-cache",),
        fixes=(
            Fix(
                title="Give the folder back to its user", command="sudo chown -R dev /home/dev/.ecr"
            ),
        ),
    )
    return report(Outcome.PROBLEM, checks, dns, cache)


def undetermined() -> Report:
    checks = results(
        {
            "host.docker-engine": (N, "no docker engine on this machine", None),
            "identity.caller": (U, "STS did not answer within 4 s", None),
            "auth.pull-permissions": (
                U,
                "not allowed to look: ecr:BatchGetImage was throttled",
                None,
            ),
            "image.manifest": (U, "the registry answered 429 twice", None),
            "transfer.test-pull": (N, "no docker engine on this machine", None),
            "host.disk-space": (N, "no docker engine on this machine", None),
            "transfer.layer": (Status.ERROR, "this check broke (KeyError: 'layers')", None),
        },
        {},
    )
    made = report(Outcome.UNDETERMINED, checks)
    problem = ToolProblem("checks of acme-ecr-checks do not load", "ImportError: no module acme")
    return replace(
        made, problems=(problem,), plugins=(*made.plugins, Plugin("acme-ecr-checks", "2.1"))
    )


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><!-- ]]> ${{ secrets.X }} {{ 7*7 }}"
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\link\x9b1m\x00\x07\x08\x7f"
    "\u202egpj.exe\u202c\u2066\u200b\ufeff\ud800\udfff\u2028 ::error::x ##[error] `code` |pipe| "
    "[a](javascript:alert(3)) z" + "\u0336" * 400 + "\r\n-->&lt;/details></details></svg></style>"
)


def hostile() -> Report:
    made = iam_fault()
    mass = "A" * 5_000_000
    seen = (
        Evidence(HOSTILE, HOSTILE, HOSTILE),
        Evidence("megabytes", mass, "a log"),
        Evidence("wide", "W" * 3000, "x" * 3000),
        Evidence(
            "secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "file"
        ),
        *(Evidence(f"line {n}", HOSTILE * 50) for n in range(60)),
    )
    fix = Fix(title=HOSTILE, steps=(HOSTILE, mass), command=HOSTILE, policy=HOSTILE)
    diagnosis = replace(
        made.diagnoses[0],
        title=HOSTILE,
        explanation=HOSTILE,
        because=(HOSTILE,),
        evidence=seen,
        fixes=(fix, fix),
        url="javascript:alert(4)",
    )
    broken = tuple(
        replace(r, title=HOSTILE, verdict=replace(r.verdict, summary=HOSTILE, evidence=seen))
        for r in made.results
    )
    return replace(
        made,
        target=parse_target(HOSTILE),
        diagnoses=(diagnosis,),
        results=broken,
        differential=(
            *made.differential,
            DifferentialEntry(
                symptom=HOSTILE, cause=HOSTILE, state=DifferentialState.POSSIBLE, by=(HOSTILE,)
            ),
        ),
        problems=(ToolProblem(HOSTILE, mass),),
        environment=seen,
        plugins=(Plugin(HOSTILE, HOSTILE),),
        tool_version=HOSTILE,
    )


def many() -> Report:
    """500 checks, as a company with many plugins has them."""
    made = client_fault()
    more = tuple(
        replace(
            r,
            check_id=f"{r.check_id}-{n}",
            title=f"{r.title} ({n})",
            began=r.began + timedelta(milliseconds=40 * n),
        )
        for n in range(1, 18)
        for r in made.results
    )
    return replace(made, results=(*made.results, *more)[:500])


SAMPLES = {
    "healthy": healthy,
    "client": client_fault,
    "iam": iam_fault,
    "network": network_fault,
    "undetermined": undetermined,
    "hostile": hostile,
    "many": many,
}
ORDINARY = ("healthy", "client", "iam", "network", "undetermined")
