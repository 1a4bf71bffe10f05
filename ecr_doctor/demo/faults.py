"""The faults that the demo can show: one row each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from . import home
from .home import Home, credentials, helper_config, login_config, settings
from .names import HOST, OTHER_ACCOUNT_HOST, OTHER_REGION, REGION
from .world import (
    SECRET_KEY,
    SESSION_KEY_ID,
    SESSION_SECRET_KEY,
    SESSION_TOKEN,
    CertificateFault,
    Layers,
    World,
)

IMAGE = f"{HOST}/team/app:latest"
DEFAULT = "session-expired"
"""The most telling one: docker says `no basic auth credentials`, and nobody says why."""

_DAEMON = "Error response from daemon: "
_NO_CREDENTIALS = (
    f'{_DAEMON}Head "https://{HOST}/v2/team/app/manifests/latest": no basic auth credentials'
)
_DENIED = "pull access denied for {name}, repository does not exist or may require 'docker login'"
_HIDDEN = Home(
    docker_config=helper_config("ecr-login"), helper="ecr-login", script=home.SILENT_HELPER
)
"""A home with amazon-ecr-credential-helper, which hides AWS's errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which a pull breaks."""

    name: str
    broken: str
    """What is broken, told as a sentence that begins in lower case."""
    said: str = ""
    """What `docker pull` (28.2) prints then; `{home}` stands for the home folder."""
    causes: tuple[str, ...] = ()
    """The causes that a report may rightly name first; none where the pull works."""
    image: str = IMAGE
    world: World = field(default_factory=World)
    home: Home = field(default_factory=Home)
    env: tuple[tuple[str, str], ...] = ()


def _refused(image: str, reason: str) -> str:
    """Docker's words where the registry denies the manifest."""
    return f"{_DAEMON}{_DENIED.format(name=image.rpartition(':')[0])}: denied: {reason}"


def _user_may_not(action: str, resource: str, reason: str) -> str:
    user = "User: arn:aws:iam::123456789012:user/demo"
    return f"{user} is not authorized to perform: {action} on resource: {resource} {reason}"


def _without(action: str) -> World:
    """A world in which no policy of the user's allows an action."""
    reason = f"because no identity-based policy allows the ecr:{action} action"
    return World(denied={f"ecr:{action}": reason})


_APP_ARN = f"arn:aws:ecr:{REGION}:123456789012:repository/team/app"
_SHARED = f"{OTHER_ACCOUNT_HOST}/shared/base:latest"

_CLIENT_FAULTS = (
    Fault(
        name="no-config",
        broken="~/.docker/config.json does not exist: nobody ever logged in",
        said=_NO_CREDENTIALS,
        causes=("never-logged-in",),
        home=Home(docker_config=home.no_docker_config),
    ),
    Fault(
        name="config-bad-json",
        broken="~/.docker/config.json has a comma too many, so docker ignores the whole file",
        said="WARNING: Error parsing config file ({home}/.docker/config.json): invalid character "
        f"'}}' looking for beginning of object key string\n{_NO_CREDENTIALS}",
        causes=("config-json-invalid",),
        home=Home(
            docker_config=home.text_config(
                f'{{\n  "credHelpers": {{\n    "{HOST}": "ecr-doctor",\n  }}\n}}\n'
            )
        ),
    ),
    Fault(
        name="key-mismatch",
        broken="the key in credHelpers begins with https://, so docker never asks the helper",
        said=_NO_CREDENTIALS,
        causes=("credhelpers-key-mismatch",),
        home=Home(docker_config=helper_config("ecr-doctor", f"https://{HOST}")),
    ),
    Fault(
        name="expired-login",
        broken="the token that docker login stored ran out 3 hours ago, and no helper renews it",
        said=_refused(IMAGE, "Your authorization token has expired. Reauthenticate and try again."),
        causes=("stored-login-expired",),
        home=Home(docker_config=login_config(left=timedelta(hours=-3))),
    ),
    Fault(
        name="wrong-user",
        broken="docker login was done with the user name admin instead of AWS",
        said=f"{_DAEMON}unauthorized: authentication required",
        causes=("stored-login-wrong-user",),
        home=Home(docker_config=login_config(user="admin")),
    ),
    Fault(
        name="helper-missing",
        broken="docker-credential-ecr-login lies in ~/go/bin, which PATH does not list",
        said=_NO_CREDENTIALS,
        causes=("helper-not-on-path",),
        home=replace(_HIDDEN, helper_folder="go/bin"),
    ),
    Fault(
        name="helper-chatty",
        broken="the credential helper prints an update notice before its answer",
        said=_NO_CREDENTIALS,
        causes=("helper-protocol-broken",),
        home=Home(script=home.CHATTY_HELPER),
    ),
    Fault(
        name="helper-hangs",
        broken="the credential helper never answers",
        causes=("helper-hangs",),
        home=Home(script=home.HANGING_HELPER),
    ),
)

_AWS_FAULTS = (
    Fault(
        name="no-aws-credentials",
        broken="there are no AWS credentials; the helper hides that from docker",
        said=_NO_CREDENTIALS,
        causes=("no-aws-credentials",),
        home=replace(_HIDDEN, aws_credentials=""),
    ),
    Fault(
        name="profile-missing",
        broken="AWS_PROFILE names a profile that ~/.aws does not have",
        said=_NO_CREDENTIALS,
        causes=("aws-profile-missing",),
        home=_HIDDEN,
        env=(("AWS_PROFILE", "production"),),
    ),
    Fault(
        name="keys-invalid",
        broken="the access key in ~/.aws/credentials was deleted; the helper hides that",
        said=_NO_CREDENTIALS,
        causes=("aws-keys-invalid",),
        home=replace(
            _HIDDEN, aws_credentials=credentials("AKIAGONEGONEGONEGONE", SECRET_KEY)
        ),
    ),
    Fault(
        name="session-expired",
        broken="the AWS session in ~/.aws/credentials is over; the helper hides that from docker",
        said=_NO_CREDENTIALS,
        causes=("aws-session-expired",),
        home=replace(
            _HIDDEN,
            aws_credentials=credentials(SESSION_KEY_ID, SESSION_SECRET_KEY, SESSION_TOKEN),
        ),
    ),
    Fault(
        name="clock-skew",
        broken="this machine's clock is 20 minutes behind AWS's; the helper hides that",
        said=_NO_CREDENTIALS,
        causes=("clock-skew",),
        world=World(clock_ahead=timedelta(minutes=20)),
        home=_HIDDEN,
    ),
    Fault(
        name="no-permission-token",
        broken="no policy allows ecr:GetAuthorizationToken; the helper hides that from docker",
        said=_NO_CREDENTIALS,
        causes=("iam-missing-get-authorization-token",),
        world=_without("GetAuthorizationToken"),
        home=_HIDDEN,
    ),
    Fault(
        name="scp-deny",
        broken="a service control policy denies ECR in this region; the helper hides that",
        said=_NO_CREDENTIALS,
        causes=("scp-deny",),
        world=World(
            denied={
                f"ecr:{action}": "with an explicit deny in a service control policy"
                for action in (
                    "GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer",
                    "DescribeRepositories", "ListImages", "DescribeImages",
                )
            }
        ),
        home=_HIDDEN,
    ),
)  # fmt: skip

_REGISTRY_FAULTS = (
    Fault(
        name="no-permission-image",
        broken="no policy allows ecr:BatchGetImage on the repository",
        said=_refused(
            IMAGE,
            _user_may_not(
                "ecr:BatchGetImage",
                _APP_ARN,
                "because no identity-based policy allows the ecr:BatchGetImage action",
            ),
        ),
        causes=("iam-missing-batch-get-image",),
        world=_without("BatchGetImage"),
    ),
    Fault(
        name="no-permission-layers",
        broken="no policy allows ecr:GetDownloadUrlForLayer: the manifest comes, the layers do not",
        said="error pulling image configuration: download failed after attempts=1: denied: "
        + _user_may_not(
            "ecr:GetDownloadUrlForLayer",
            _APP_ARN,
            "because no identity-based policy allows the ecr:GetDownloadUrlForLayer action",
        ),
        causes=("iam-missing-get-download-url",),
        world=_without("GetDownloadUrlForLayer"),
    ),
    Fault(
        name="cross-account",
        broken="the image is another account's, whose repository policy does not let us in",
        said=_refused(
            _SHARED,
            _user_may_not(
                "ecr:BatchGetImage",
                f"arn:aws:ecr:{REGION}:210987654321:repository/shared/base",
                "because no resource-based policy allows the ecr:BatchGetImage action",
            ),
        ),
        causes=("repo-policy-missing-cross-account",),
        image=_SHARED,
        home=Home(docker_config=helper_config("ecr-doctor", OTHER_ACCOUNT_HOST)),
    ),
    Fault(
        name="repository-missing",
        broken="the repository's name is misspelt: team/ap instead of team/app",
        said=f"{_DAEMON}repository {HOST}/team/ap not found: name unknown: The repository with "
        "name 'team/ap' does not exist in the registry with id '123456789012'",
        causes=("repository-not-found",),
        image=f"{HOST}/team/ap:latest",
    ),
    Fault(
        name="other-region",
        broken="the repository is in eu-west-1, the image's name says us-east-1",
        said=f"{_DAEMON}repository {HOST}/team/eu-app not found: name unknown: The repository "
        "with name 'team/eu-app' does not exist in the registry with id '123456789012'",
        causes=("image-in-other-region-or-account",),
        image=f"{HOST}/team/eu-app:latest",
        home=Home(aws_config=settings(REGION, OTHER_REGION)),
    ),
    Fault(
        name="tag-missing",
        broken="the repository has no tag v9",
        said=f"{_DAEMON}manifest for {HOST}/team/app:v9 not found: manifest unknown: "
        "Requested image not found",
        causes=("image-tag-not-found",),
        image=f"{HOST}/team/app:v9",
    ),
    Fault(
        name="throttled",
        broken="the registry answers 429: too many requests",
        said=f"{_DAEMON}toomanyrequests: Rate exceeded",
        causes=("ecr-api-throttled",),
        world=World(throttled=True),
    ),
)

_NETWORK_FAULTS = (
    Fault(
        name="connection-refused",
        broken="nothing listens at the registry's address",
        said=f'{_DAEMON}Get "https://{HOST}/v2/": dial tcp 127.0.0.1:1: connect: '
        "connection refused",
        causes=("connection-refused",),
        world=World(closed=frozenset({HOST})),
    ),
    Fault(
        name="untrusted-ca",
        broken="a company's TLS inspection answers for the registry, and docker does not trust it",
        said=f'{_DAEMON}Get "https://{HOST}/v2/": x509: certificate signed by unknown authority',
        causes=("tls-untrusted-ca",),
        world=World(certificates={HOST: CertificateFault.OTHER_AUTHORITY}),
    ),
    Fault(
        name="certificate-expired",
        broken="the certificate of whatever answers for the registry ran out two days ago",
        said=f'{_DAEMON}Get "https://{HOST}/v2/": x509: certificate has expired or is not yet '
        "valid",
        causes=("tls-certificate-expired",),
        world=World(certificates={HOST: CertificateFault.EXPIRED}),
    ),
    Fault(
        name="layer-blocked",
        broken="the policy of the S3 VPC endpoint leaves out ECR's layer bucket",
        said="error pulling image configuration: download failed after attempts=1: error parsing "
        "HTTP 403 response body: invalid character '<' looking for beginning of value: "
        '"<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>\\n<Error><Code>AccessDenied</Code>',
        causes=("s3-layer-policy-deny",),
        world=World(layers=Layers.BLOCKED),
    ),
    Fault(
        name="layer-corrupt",
        broken="something between here and S3 changes the bytes of the layers",
        said="filesystem layer verification failed for digest sha256:38b38db1fdd16f6407dec61f2280"
        "4a18718bf1b0f7aff7a0b195fac36ba7c316",
        causes=("layer-corrupt", "layer-verification-failed"),
        world=World(layers=Layers.CORRUPT),
    ),
)

FAULTS = {
    fault.name: fault
    for fault in (
        Fault(name="healthy", broken="nothing: the pull works"),
        *_CLIENT_FAULTS,
        *_AWS_FAULTS,
        *_REGISTRY_FAULTS,
        *_NETWORK_FAULTS,
    )
}
