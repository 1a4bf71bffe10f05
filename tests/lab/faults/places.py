"""Metadata services, engines, clocks and users that are not as usual."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER, auths
from lab.servers.engines import HANGING, STRANGE, TOO_NEW
from lab.servers.metadata import CONTAINER, INSTANCE, POD
from lab.state import READ_ACTIONS, allow, policy

if TYPE_CHECKING:
    from lab.world import Lab

_PUBLIC = f"{names.PUBLIC_HOST}/team/app:latest"
_DOCKER_DOWN = "Cannot connect to the Docker daemon"
_POD_URI = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{POD}/v1/credentials"}


def _no_keys(lab: Lab) -> None:
    (lab.user.path / ".aws/credentials").unlink()


def _metadata(mode: str, address: str = INSTANCE, inject: Injection = nothing) -> Injection:
    def both(lab: Lab) -> None:
        _no_keys(lab)
        lab.add_address(address)
        lab.update(metadata=mode)
        inject(lab)

    return both


def _role_may_not_pull(lab: Lab) -> None:
    documents = [policy(allow(["ecr:GetAuthorizationToken", *READ_ACTIONS]))]
    lab.state["principals"][state.ROLE_ARN] = {"policies": documents}
    lab.save()


def _clock(minutes: int, inject: Injection = nothing) -> Injection:
    def both(lab: Lab) -> None:
        inject(lab)
        lab.update(clock_offset=minutes * 60)

    return both


def _login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()))


def _context(endpoint: str) -> Injection:
    """Return an injection of a docker context that leads there and is in use."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({**HELPER, "currentContext": "lab"})
        digest = hashlib.sha256(b"lab").hexdigest()
        meta = {"Name": "lab", "Metadata": {}, "Endpoints": {"docker": {"Host": endpoint}}}
        lab.user.write(f".docker/contexts/meta/{digest}/meta.json", json.dumps(meta))

    return inject


def _open_home(lab: Lab) -> None:
    """Let another user write into the home."""
    lab.user.path.chmod(0o777)


def _public_policy(*actions: str) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {names.PUBLIC_HOST: "ecr-login"}})
        documents = [policy(allow([*actions, *READ_ACTIONS, "ecr:GetAuthorizationToken"]))]
        lab.state["principals"][state.USER_ARN] = {"policies": documents}
        lab.save()

    return inject


def _public_login(*, expired: bool) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token(expired=expired), names.PUBLIC_HOST))

    return inject


def _no_docker(lab: Lab) -> None:
    (lab.bin / "docker").unlink()


def _plain_login(lab: Lab) -> None:
    """Write a login by hand, as scripts do."""
    encoded = base64.b64encode(f"AWS:{lab.token()}".encode()).decode()
    lab.user.write_config({"auths": {names.HOST: {"auth": encoded, "email": "none"}}})


_BOTH = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")

FAULTS = (
    Fault(
        "imds-hop-limit",
        "aws-credentials",
        "the metadata service's answers do not come back",
        _metadata("hop-limit"),
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "imds-garbage",
        "aws-credentials",
        "another web server answers as metadata service",
        _metadata("garbage"),
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "imds-500",
        "aws-credentials",
        "the metadata service fails",
        _metadata("500"),
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "imds-disabled",
        "aws-credentials",
        "the metadata service is there, and switched off",
        _metadata("ok"),
        ("no-aws-credentials", "imds-unreachable"),
        says=NO_CREDENTIALS,
        env={"AWS_EC2_METADATA_DISABLED": "true"},
    ),
    Fault(
        "imds-role-denied",
        "iam",
        "the instance's role may not pull",
        _metadata("ok", INSTANCE, _role_may_not_pull),
        ("iam-missing-batch-get-image",),
        says="because no identity-based policy allows the ecr:BatchGetImage action",
    ),
    Fault(
        "imds-behind-good-proxy",
        "environment",
        "HTTP_PROXY works for everything but the metadata service",
        _metadata("ok"),
        ("no-proxy-misconfigured", "proxy-misconfigured", "imds-unreachable"),
        says=NO_CREDENTIALS,
        env={"HTTP_PROXY": f"http://{names.PROXY}:3130"},
        slow=True,
    ),
    Fault(
        "imds-no-proxy",
        "none",
        "NO_PROXY has the metadata service",
        _metadata("ok"),
        pull_works=True,
        env={"HTTP_PROXY": f"http://{names.REFUSING}:3128", "NO_PROXY": INSTANCE},
    ),
    Fault(
        "ecs-404",
        "aws-credentials",
        "the task's credentials are not there",
        _metadata("404", CONTAINER),
        ("container-credentials-unreachable",),
        says=NO_CREDENTIALS,
        env={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/gone"},
    ),
    Fault(
        "ecs-hangs",
        "aws-credentials",
        "the task's endpoint never answers",
        _metadata("hangs", CONTAINER),
        ("container-credentials-unreachable",),
        says=NO_CREDENTIALS,
        env={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"},
        slow=True,
    ),
    Fault(
        "eks-old-helper",
        "helper",
        "EKS pod identity, which this old helper refuses",
        _metadata("ok", POD),
        ("helper-outdated", "helper-hides-aws-error"),
        env=_POD_URI,
    ),
    Fault(
        "container-uri-strange",
        "aws-credentials",
        "the endpoint's address is no allowed one",
        _no_keys,
        ("container-credentials-unreachable",),
        env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.9/creds"},
    ),
    Fault(
        "env-keys-good",
        "none",
        "good keys in variables, beside a broken file",
        lambda lab: lab.user.write(".aws/credentials", "[default]\n"),
        pull_works=True,
        env={"AWS_ACCESS_KEY_ID": state.KEY_ID, "AWS_SECRET_ACCESS_KEY": state.SECRET_KEY},
    ),
    Fault(
        "env-keys-quoted",
        "aws-credentials",
        "the variables have quotes around the keys",
        _no_keys,
        ("aws-keys-invalid", "aws-env-shadows-profile"),
        says=NO_CREDENTIALS,
        env={
            "AWS_ACCESS_KEY_ID": f'"{state.KEY_ID}"',
            "AWS_SECRET_ACCESS_KEY": f'"{state.SECRET_KEY}"',
        },
    ),
    Fault(
        "env-stale-session-token",
        "aws-credentials",
        "a stale session token beside good keys",
        nothing,
        ("aws-keys-invalid", "aws-env-shadows-profile", "aws-session-expired"),
        says=NO_CREDENTIALS,
        env={
            "AWS_ACCESS_KEY_ID": state.KEY_ID,
            "AWS_SECRET_ACCESS_KEY": state.SECRET_KEY,
            "AWS_SESSION_TOKEN": "FwoGZXIvYXdzOLD",
        },
    ),
    Fault(
        "keys-trailing-space",
        "aws-credentials",
        "the secret key is followed by a quote",
        lambda lab: lab.user.write_keys(state.KEY_ID, state.SECRET_KEY + '"'),
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "other-account-keys",
        "iam",
        "the keys are another account's",
        lambda lab: lab.user.write_keys(state.OTHER_KEY_ID, state.OTHER_SECRET_KEY),
        (
            "repo-policy-missing-cross-account",
            "wrong-aws-identity",
            "cross-account-denial-unexplained",
        ),
        says="is not authorized",
    ),
    *(
        Fault(
            f"clock-{abs(m)}m-{'behind' if m > 0 else 'ahead'}-accepted",
            "none",
            f"the clock is {abs(m)} minutes {'behind' if m > 0 else 'ahead'}, which AWS accepts",
            _clock(m),
            pull_works=True,
        )
        for m in (6, -6, 10, -10)
    ),
    *(
        Fault(
            f"clock-{abs(m)}m-{'behind' if m > 0 else 'ahead'}-refused",
            "clock",
            f"the clock is {abs(m)} minutes {'behind' if m > 0 else 'ahead'}",
            _clock(m),
            ("clock-skew",),
            says=NO_CREDENTIALS,
        )
        for m in (16, -16, 60, -60, 3 * 24 * 60)
    ),
    Fault(
        "clock-60m-beside-login",
        "none",
        "the clock is an hour behind, and a login is stored",
        _clock(60, _login),
        pull_works=True,
    ),
    Fault(
        "engine-hangs",
        "daemon",
        "the engine accepts and never answers",
        nothing,
        ("docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{HANGING}"},
        slow=True,
    ),
    Fault(
        "engine-too-new",
        "daemon",
        "the engine speaks to newer clients only",
        nothing,
        ("docker-too-old", "docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{TOO_NEW}"},
        says="is too old",
    ),
    Fault(
        "engine-strange",
        "daemon",
        "something else listens at the socket",
        nothing,
        ("docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{STRANGE}"},
    ),
    Fault(
        "engine-black-hole",
        "environment",
        "packets to DOCKER_HOST vanish",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": f"tcp://{names.BLACK_HOLE}:2375"},
        slow=True,
    ),
    Fault(
        "engine-no-name",
        "environment",
        "DOCKER_HOST has no address",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "tcp://docker.corp.example:2375"},
    ),
    Fault(
        "engine-docker-name",
        "environment",
        "DOCKER_HOST=tcp://docker:2375 outside of CI",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "tcp://docker:2375"},
    ),
    Fault(
        "engine-file",
        "environment",
        "DOCKER_HOST names a file that is no socket",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "unix:///etc/hosts"},
    ),
    Fault(
        "engine-true-socket",
        "none",
        "DOCKER_HOST names the true socket",
        nothing,
        pull_works=True,
        env={"DOCKER_HOST": "unix:///var/run/docker.sock"},
    ),
    Fault(
        "context-good",
        "none",
        "the context in use leads to the true socket",
        _context("unix:///var/run/docker.sock"),
        pull_works=True,
    ),
    Fault(
        "context-dead",
        "environment",
        "the context in use leads to a missing socket",
        _context("unix:///home/dev/.colima/docker.sock"),
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says=_DOCKER_DOWN,
    ),
    Fault(
        "context-variable",
        "environment",
        "DOCKER_CONTEXT names no context",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_CONTEXT": "prod"},
    ),
    Fault(
        "context-overruled",
        "none",
        "DOCKER_HOST overrules the dead context",
        _context("unix:///home/dev/.colima/docker.sock"),
        pull_works=True,
        env={"DOCKER_HOST": "unix:///var/run/docker.sock"},
    ),
    Fault(
        "user-nobody",
        "none",
        "another user, whose HOME is readable",
        nothing,
        pull_works=True,
        uid=65534,
    ),
    Fault(
        "user-nobody-writes",
        "none",
        "another user, who may write into HOME",
        _open_home,
        pull_works=True,
        uid=65534,
    ),
    Fault(
        "home-unset",
        "environment",
        "HOME is empty",
        nothing,
        ("config-wrong-home-or-user", "never-logged-in", "no-aws-credentials"),
        env={"HOME": ""},
    ),
    Fault(
        "home-missing",
        "environment",
        "HOME does not exist",
        nothing,
        ("config-wrong-home-or-user", "never-logged-in"),
        says=NO_CREDENTIALS,
        env={"HOME": "/home/nobody"},
    ),
    Fault(
        "path-empty",
        "helper",
        "PATH is empty: no helper is found",
        nothing,
        ("helper-not-on-path",),
        env={"PATH": ""},
    ),
    Fault(
        "path-without-helper",
        "helper",
        "PATH has another folder",
        nothing,
        ("helper-not-on-path",),
        env={"PATH": "/nowhere"},
    ),
    Fault("locale-c", "none", "the locale is C", nothing, pull_works=True, env={"LANG": "C"}),
    Fault(
        "no-docker-cli",
        "none",
        "there is no docker command, the engine is there",
        _no_docker,
        pull_works=True,
    ),
    Fault("login-with-email", "none", "the login has an email", _plain_login, pull_works=True),
    Fault("public", "none", "ECR Public without a login", nothing, pull_works=True, image=_PUBLIC),
    Fault(
        "public-helper",
        "none",
        "ECR Public with the helper",
        _public_policy(*_BOTH),
        pull_works=True,
        image=_PUBLIC,
    ),
    Fault(
        "public-login",
        "none",
        "ECR Public with a good login",
        _public_login(expired=False),
        pull_works=True,
        image=_PUBLIC,
    ),
    Fault(
        "public-stale-login",
        "token",
        "ECR Public with a login that has expired",
        _public_login(expired=True),
        ("public-ecr-stale-login",),
        image=_PUBLIC,
    ),
    Fault(
        "public-no-bearer",
        "none",
        "the helper may not fetch for ECR Public: anonymous works",
        _public_policy("ecr-public:GetAuthorizationToken"),
        pull_works=True,
        image=_PUBLIC,
    ),
    Fault(
        "public-limited",
        "registry",
        "ECR Public throttles those without a login",
        lambda lab: lab.update(public={"limited": True}),
        ("public-ecr-rate-limit",),
        image=_PUBLIC,
    ),
    Fault(
        "public-cdn-blocked",
        "network",
        "CloudFront is blocked",
        lambda lab: lab.update(dns={names.CDN_HOST: names.RESETTING}),
        ("public-ecr-layer-host-blocked", "connection-reset"),
        image=_PUBLIC,
    ),
    Fault(
        "public-cdn-black-hole",
        "network",
        "packets to CloudFront vanish",
        lambda lab: lab.update(dns={names.CDN_HOST: names.BLACK_HOLE}),
        ("public-ecr-layer-host-blocked", "network-timeout"),
        image=_PUBLIC,
        slow=True,
    ),
    Fault(
        "public-missing",
        "image",
        "ECR Public has no such repository",
        nothing,
        ("repository-not-found",),
        image=f"{names.PUBLIC_HOST}/team/ap:latest",
    ),
    Fault(
        "public-api-black-hole",
        "none",
        "packets to ECR Public's API vanish, nobody needs it",
        lambda lab: lab.update(dns={names.PUBLIC_API_HOST: names.BLACK_HOLE}),
        pull_works=True,
        image=_PUBLIC,
    ),
    Fault(
        "public-dead-keys",
        "none",
        "ECR Public, and AWS keys that are deleted",
        lambda lab: lab.user.write_keys("AKIAGONEGONEGONEGONE", "x"),
        pull_works=True,
        image=_PUBLIC,
    ),
)
