# ruff: noqa: E501  texts of other programs
"""Reports as real runs give them, for the tests of every format."""

from __future__ import annotations

from dataclasses import replace

from ecr_doctor.model import (
    Confidence,
    Diagnosis,
    DifferentialEntry,
    DifferentialState,
    Evidence,
    Fix,
    Outcome,
    Plugin,
    Redaction,
    Report,
    Severity,
    Stage,
    Status,
    ToolProblem,
)

from .material import CONFIG, HOST, NBAC, REPOSITORY, URL, USER, report, results


def healthy() -> Report:
    checks = results(
        {
            "client.stored-login": (
                Status.NOT_APPLICABLE,
                "no login is stored for this registry",
                None,
            )
        },
        {},
    )
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
        Status.FAIL,
        "docker-credential-ecr-login is nowhere on PATH, but lies in /opt/ecr/bin",
        "helper-not-on-path",
        HELPER_MISSING.evidence,
    )
    checks = results(
        {
            "client.helper-installed": failed,
            "client.helper-cache": (Status.NOT_APPLICABLE, "no helper, no cache", None),
            "transfer.test-pull": (Status.FAIL, f"the engine says: {NBAC}", None),
            "auth.pull-permissions": (
                Status.INCONCLUSIVE,
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
                Status.FAIL,
                "ecr:BatchGetImage is denied to user/lab-dev on team/app",
                "iam-missing-batch-get-image",
                seen,
            ),
            "image.manifest": (
                Status.FAIL,
                "the registry answers 403 DENIED",
                "iam-missing-batch-get-image",
                seen[1:2],
            ),
            "transfer.test-pull": (
                Status.FAIL,
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
            "ecr:BatchGetImage is denied to user/lab-dev on team/app\n\nThe login works; it is good for "
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
                Status.FAIL,
                f"{HOST} does not resolve: NXDOMAIN from 10.77.0.53",
                "dns-failure",
                seen,
            ),
            "transfer.test-pull": (Status.FAIL, "the engine says: no such host", None),
            "client.helper-cache": (
                Status.WARN,
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
            "host.docker-engine": (Status.NOT_APPLICABLE, "no docker engine on this machine", None),
            "identity.caller": (Status.INCONCLUSIVE, "STS did not answer within 4 s", None),
            "auth.pull-permissions": (
                Status.INCONCLUSIVE,
                "not allowed to look: ecr:BatchGetImage was throttled",
                None,
            ),
            "image.manifest": (Status.INCONCLUSIVE, "the registry answered 429 twice", None),
            "transfer.test-pull": (Status.NOT_APPLICABLE, "no docker engine on this machine", None),
            "host.disk-space": (Status.NOT_APPLICABLE, "no docker engine on this machine", None),
            "transfer.layer": (Status.ERROR, "this check broke (KeyError: 'layers')", None),
        },
        {},
    )
    made = report(Outcome.UNDETERMINED, checks)
    problem = ToolProblem("checks of acme-ecr-checks do not load", "ImportError: no module acme")
    return replace(
        made, problems=(problem,), plugins=(*made.plugins, Plugin("acme-ecr-checks", "2.1"))
    )


def accepted() -> Report:
    """A pull that fails as is known, in a report that leaves things out."""
    made = client_fault()
    words = "Muted until 2031-01-31: the build hosts log in by a cron job until the new ones come"
    return replace(
        made,
        diagnoses=tuple(replace(d, muted=words) for d in made.diagnoses),
        redactions=(Redaction("secret", 2), Redaction("AWS account id", 1)),
    )


SAMPLES = {
    "healthy": healthy,
    "client": client_fault,
    "iam": iam_fault,
    "network": network_fault,
    "undetermined": undetermined,
    "accepted": accepted,
}
ORDINARY = ("healthy", "client", "iam", "network", "undetermined", "accepted")
