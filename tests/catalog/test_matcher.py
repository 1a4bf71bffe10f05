# ruff: noqa: E501, Q003  errors as programs print them, each on one line
"""From texts to causes: the ways texts come in, what is cause and what consequence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.model import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.catalog import Catalog

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
NBAC = f'Error response from daemon: Head "https://{HOST}/v2/app/manifests/1": no basic auth credentials'
DENIED = (
    f"pull access denied for {HOST}/app, repository does not exist or may require 'docker login': "
    "denied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: "
    "ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/app"
)


def first(catalog: Catalog, text: str) -> str:
    matches = catalog.match(text)
    return matches[0].cause if matches else ""


def wrapped(text: str, width: int = 70) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


@pytest.mark.parametrize(
    "dressed",
    [
        lambda t: t,
        wrapped,
        lambda t: json.dumps({"level": "error", "msg": t}),
        lambda t: json.dumps({"outer": json.dumps({"msg": t})}),
        lambda t: f"\x1b[31m2024-05-02T08:00:01.1Z\x1b[0m {t}\n\nERROR: Job failed: exit code 1",
        lambda t: f"#12 3.456 {t}",
        lambda t: f"\u2502 Error: {t}\n\u2502\n\u2502   on main.tf line 3",
        lambda t: (
            f"  Warning  Failed  3s (x2 over 9s)  kubelet  Failed to pull image: rpc error: code = Unknown desc = {t}"
        ),
        lambda t: f"STOPPED (CannotPullContainerError: {t})",
        lambda t: t.upper(),
        lambda t: t.replace(" ", "   "),
        lambda t: t[:-12] if len(t) > 200 else t,
        lambda t: "\n".join(f"> {line}" for line in wrapped(t).splitlines()),
        lambda t: "x = 1\n" * 5000 + t,
        lambda t: t.replace("'", "\u2019").replace('"', "\u201d"),
    ],
)
@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"{DENIED} because no identity-based policy allows the ecr:BatchGetImage action", "iam-missing-batch-get-image"),
        (f"{DENIED} with an explicit deny in a service control policy", "scp-deny"),
        ("denied: Your authorization token has expired. Reauthenticate and try again.", "stored-login-expired"),
        ("write /var/lib/docker/tmp/GetImageBlob740058354: no space left on device", "disk-full"),
        ("Head https://a.example/v2/: x509: certificate signed by unknown authority (tls: failed to verify)", "tls-untrusted-ca"),
    ],
)  # fmt: skip
def test_finds_the_cause_in_every_dress(
    catalog: Catalog, text: str, cause: str, dressed: Callable[[str], str]
) -> None:
    found = {match.cause for match in catalog.match(dressed(text))[:3]}

    assert cause in found


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (["WARNING: Error parsing config file (/root/.docker/config.json): invalid character '}'", NBAC], "config-json-invalid"),
        (["Unable to locate credentials. You can configure credentials by running \"aws configure\".", "Error: Cannot perform an interactive login from a non TTY device"], "no-aws-credentials"),
        (["An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: The security token included in the request is expired", "Error: Cannot perform an interactive login from a non TTY device", NBAC], "aws-session-expired"),
        (["log: failed to create directory: mkdir /home/x/.ecr/log: permission denied", "pulled"], "helper-cache-unwritable"),
        ([NBAC, 'time="x" level=error msg="Error retrieving credentials" error="ecr: Failed to get authorization token: operation error ECR: GetAuthorizationToken, api error UnrecognizedClientException: The security token included in the request is invalid."'], "aws-keys-invalid"),
        (["credentials not found in native keychain", 'time="x" level=error msg="Error retrieving credentials" error="ecr: Failed to get authorization token: MissingRegion: could not find region configuration"'], "aws-region-missing"),
        (["Using default tag: latest", f"Error response from daemon: manifest for {HOST}/app:latest not found: manifest unknown: Requested image not found"], "latest-never-pushed"),
    ],
)  # fmt: skip
def test_tells_the_cause_from_its_consequences(
    catalog: Catalog, lines: list[str], cause: str
) -> None:
    assert first(catalog, "\n".join(lines)) == cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"kubelet  Failed to pull image: {NBAC}", "kubelet-credential-provider"),
        (f"Running with gitlab-runner 16.0\n{NBAC}", "config-not-in-inner-docker"),
        (f"$ sudo docker pull {HOST}/app:1\n{NBAC}", "config-wrong-home-or-user"),
        (f"Step 1/9 : FROM {HOST}/app:1\n{NBAC}", "classic-build-needs-list"),
        (f"/snap/bin/docker pull {HOST}/app\n{NBAC}", "docker-snap-confinement"),
        (NBAC.replace("123456789012", "763104351884"), "registry-without-login"),
        (NBAC.replace(".dkr.ecr.", ".dkr-ecr.").replace("amazonaws.com", "on.aws"), "dual-stack-host-not-configured"),
        (NBAC.replace("123456789012", ""), "never-logged-in"),
        (f"{NBAC}\nwhile docker push from the same machine works fine", "client-ignores-creds-store"),
        (NBAC.replace("123456789012", "None"), "registry-host-impossible"),
        (f"task=x module=node/agent/taskmanager {NBAC}", "swarm-registry-auth"),
        ("failed to get sandbox image \"602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/pause:3.5\": 401 Unauthorized", "sandbox-image-no-credentials"),
    ],
)  # fmt: skip
def test_context_decides_among_many(catalog: Catalog, text: str, cause: str) -> None:
    assert first(catalog, text) == cause


LOGIN = f"$ aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin {HOST}\nLogin Succeeded\n"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (LOGIN + NBAC.replace("eu-central-1", "us-east-1"), "login-for-other-registry"),
        (LOGIN + NBAC.replace("123456789012", "210987654321"), "login-for-other-registry"),
        (LOGIN.replace(HOST, "$REGISTRY") + NBAC.replace("eu-central-1", "us-east-1"), "login-for-other-registry"),
        (LOGIN + NBAC, "config-wrong-home-or-user"),
    ],
)  # fmt: skip
def test_login_and_pull_are_compared(catalog: Catalog, text: str, cause: str) -> None:
    assert first(catalog, text) == cause


def test_a_bare_symptom_is_not_decided(catalog: Catalog) -> None:
    reading = catalog.read(NBAC)

    assert reading.symptoms == ("no basic auth credentials",)
    assert not reading.decided
    assert 2 <= len(reading.questions) <= 3
    assert all(match.score < 60 for match in reading.matches)
    assert catalog.symptoms_of(NBAC).keys() == {"no basic auth credentials"}


def test_a_handshake_that_takes_too_long_is_not_decided(catalog: Catalog) -> None:
    """TCP did connect, so that no firewall need be dropping packets."""
    reading = catalog.read(f'Get "https://{HOST}/v2/": net/http: TLS handshake timeout')

    assert [match.cause for match in reading.matches[:2]] == ["network-timeout", "connection-reset"]
    assert not reading.decided


def test_too_many_requests_of_a_registry_without_a_name_is_not_decided(catalog: Catalog) -> None:
    reading = catalog.read("toomanyrequests")
    said_by_ecr = catalog.read("toomanyrequests: Rate exceeded")

    assert {m.cause for m in reading.matches} >= {"ecr-api-throttled", "docker-hub-rate-limit"}
    assert not reading.decided
    assert said_by_ecr.decided


def test_a_plain_cause_is_decided(catalog: Catalog) -> None:
    reading = catalog.read(
        'exec: "docker-credential-ecr-login": executable file not found in $PATH'
    )

    assert reading.decided
    assert reading.questions == ()
    assert reading.matches[0].parts["helper"] == "ecr-login"


@pytest.mark.parametrize(
    ("tail", "cause"),
    [
        (" because no identity-based policy allows the ecr:BatchGetImage action", "iam-missing-batch-get-image"),
        (" because no resource-based policy allows the ecr:BatchGetImage action", "repo-policy-missing-cross-account"),
        (" with an explicit deny in a resource-based policy", "repo-policy-explicit-deny"),
        (" with an explicit deny in an identity-based policy", "iam-explicit-deny"),
        (" because no permissions boundary allows the ecr:BatchGetImage action", "permissions-boundary-deny"),
        (" because no session policy allows the ecr:BatchGetImage action", "session-policy-deny"),
        (" because no VPC endpoint policy allows the ecr:BatchGetImage action", "vpc-endpoint-policy-deny"),
        (" with an explicit deny in a resource control policy", "rcp-deny"),
        ("", "iam-missing-batch-get-image"),
    ],
)  # fmt: skip
def test_the_kind_of_policy_is_read(catalog: Catalog, tail: str, cause: str) -> None:
    match = catalog.match(DENIED + tail)[0]

    assert match.cause == cause
    assert match.parts["action"] == "ecr:BatchGetImage"
    assert match.parts["principal"] == "arn:aws:iam::123456789012:user/me"
    assert match.parts["arn"] == "arn:aws:ecr:eu-central-1:123456789012:repository/app"


def test_across_accounts_it_cannot_be_known(catalog: Catalog) -> None:
    text = DENIED.replace("iam::123456789012", "iam::999988887777")

    assert first(catalog, text) == "cross-account-denial-unexplained"


@pytest.mark.parametrize(
    ("text", "elsewhere", "causes"),
    [
        ("denied: requested access to the resource is denied", "Docker Hub", {"registry-prefix-missing"}),
        ("Head https://ghcr.io/v2/a/b/manifests/1: denied: denied", "the GitHub container registry (ghcr.io)", set()),
        ("failed to resolve reference \"reg.example.com/a/b:1\": 401 Unauthorized", "the registry reg.example.com", set()),
        ("Get https://quay.io/v2/: x509: certificate signed by unknown authority", "Quay (quay.io)", {"tls-untrusted-ca"}),
        ("An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied", "another AWS service (listbuckets)", set()),
        ("execution resource retrieval failed: unable to retrieve secret from asm: x", "AWS Secrets Manager", set()),
        ("pulling docker.io/library/x: toomanyrequests: You have reached your pull rate limit.", "Docker Hub", {"docker-hub-rate-limit"}),
    ],
)  # fmt: skip
def test_others_are_named_and_ecr_is_not_blamed(
    catalog: Catalog, text: str, elsewhere: str, causes: set[str]
) -> None:
    reading = catalog.read(text)

    assert reading.elsewhere == elsewhere
    assert {m.cause for m in reading.matches[:1]} == causes
    assert not any(catalog[m.cause].ecr_only for m in reading.matches)


def test_the_target_counts_where_the_text_names_nothing(catalog: Catalog) -> None:
    target = parse_target(f"{HOST}/team/app:3")
    match = catalog.match("denied: Not Authorized", target=target)[0]

    assert match.parts["repository"] == "team/app"
    assert match.parts["host"] == HOST


def test_lines_are_counted(catalog: Catalog) -> None:
    match = catalog.match(f"first\n\n{NBAC}\nlast")[0]

    assert match.line_number == 3
    assert match.line == NBAC


def test_secrets_in_a_line_are_masked(catalog: Catalog) -> None:
    text = "https://u:hunter22secret@proxy.corp:3128 proxyconnect tcp: no such host"

    assert "hunter22secret" not in catalog.match(text)[0].line
