"""Metadata services, engines, clocks and users that are not as usual."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import auths
from lab.servers.metadata import CONTAINER, INSTANCE, POD
from lab.state import READ_ACTIONS, allow, policy

if TYPE_CHECKING:
    from lab.world import Lab


PUBLIC = f"{names.PUBLIC_HOST}/team/app:latest"
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


def _open_home(lab: Lab) -> None:
    """Let another user write into the home."""
    lab.user.path.chmod(0o777)


def _no_docker(lab: Lab) -> None:
    (lab.bin / "docker").unlink()


def _plain_login(lab: Lab) -> None:
    """Write a login by hand, as scripts do."""
    encoded = base64.b64encode(f"AWS:{lab.token()}".encode()).decode()
    lab.user.write_config({"auths": {names.HOST: {"auth": encoded, "email": "none"}}})


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
        "environment",
        "PATH is empty: no helper is found",
        nothing,
        ("helper-not-on-path",),
        env={"PATH": ""},
    ),
    Fault(
        "path-without-helper",
        "environment",
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
    Fault("public", "none", "ECR Public without a login", nothing, pull_works=True, image=PUBLIC),
)
