"""Faults of the image: its name, its repository, its platform, its layers; and of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import Fault, Injection, nothing
from lab.home import CONFIG

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_TYPO_HOST = _HOST.replace("123456789012", "123456789021")
_TOO_MANY = '{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}'


def _corrupt(lab: Lab) -> None:
    lab.update(corrupt=lab.layers("team/corrupt"))


def _registry(**rule: object) -> Injection:
    """Return an injection in which a rule answers in the registry's place."""
    return lambda lab: lab.update(http=[{"host": _HOST, **rule}])


def _pull_through(lab: Lab) -> None:
    rule = {"ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io"}
    lab.update(pull_through_rules=[{**rule, "registryId": names.ACCOUNT}])


def _cache(prefix: str, may: list[str], failure: str = "", upstream: str = "ghcr.io") -> Injection:
    """Return an injection with a cache rule, and a user who may do `may` and ask the simulator."""

    def inject(lab: Lab) -> None:
        rule = {"ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": upstream}
        secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/lab"
        lab.update(pull_through_rules=[{**rule, "credentialArn": secret, "labFailure": failure}])
        more = state.allow([*state.LOOK_ACTIONS, *may])
        policies = [state.PULL_POLICY, state.policy(more)]
        lab.state["principals"][state.USER_ARN] = {"policies": policies}
        lab.save()

    return inject


def _foreign(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {_TYPO_HOST: "ecr-login"}})


_CACHING = ["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"]


def _replicated(status: str) -> Injection:
    """Return an injection of a rule that copies images from the other region to this one."""

    def inject(lab: Lab) -> None:
        lab.user.write(".aws/config", f"{CONFIG}[profile eu]\nregion = {names.OTHER_REGION}\n")
        entry = {"region": names.REGION, "registryId": names.ACCOUNT, "status": status}
        lab.update(replication=[entry])

    return inject


FAULTS = (
    Fault(
        "repo-missing",
        "image",
        "the repository's name is misspelled",
        nothing,
        ("repository-not-found",),
        says="The repository with name 'team/ap' does not exist",
        image=f"{_HOST}/team/ap:latest",
    ),
    Fault(
        "repo-in-other-region",
        "image",
        "the repository is in another region",
        nothing,
        ("image-in-other-region-or-account", "repository-not-found"),
        says="The repository with name 'team/eu-app' does not exist",
        image=f"{_HOST}/team/eu-app:latest",
    ),
    *(
        Fault(
            f"replication-{status.lower().replace('_', '-')}",
            "image",
            f"another region in use has the image, and its replication to here is {status}",
            _replicated(status),
            causes,
            says="The repository with name 'team/eu-app' does not exist",
            image=f"{_HOST}/team/eu-app:latest",
        )
        for status, causes in (
            ("IN_PROGRESS", ("replication-lag",)),
            ("FAILED", ("replication-lag",)),
            ("COMPLETE", ("image-in-other-region-or-account",)),
        )
    ),
    Fault(
        "pull-through-denied",
        "image",
        "a pull-through repository that nobody may create",
        _pull_through,
        ("pull-through-missing-create-repository", "repository-not-found"),
        says="The repository with name 'docker-hub/library/alpine' does not exist",
        image=f"{_HOST}/docker-hub/library/alpine:latest",
    ),
    Fault(
        "pull-through-library",
        "image",
        "an official image of Docker Hub without library/ in its name",
        _pull_through,
        ("pull-through-library-prefix", "pull-through-missing-create-repository"),
        says="The repository with name 'docker-hub/alpine' does not exist",
        image=f"{_HOST}/docker-hub/alpine:latest",
    ),
    Fault(
        "pull-through-no-create",
        "image",
        "a repository of the cache that this user may not create, as the simulator knows",
        _cache("github", ["ecr:BatchImportUpstreamImage"]),
        ("pull-through-missing-create-repository",),
        says="The repository with name 'github/team/app' does not exist",
        image=f"{_HOST}/github/team/app:latest",
    ),
    Fault(
        "pull-through-no-import",
        "image",
        "a tag that this user may not import into the cache, as the simulator knows",
        _cache("team", ["ecr:CreateRepository"]),
        ("pull-through-missing-batch-import",),
        says="Requested image not found",
        image=f"{_HOST}/team/app:7.7",
    ),
    Fault(
        "pull-through-upstream-login",
        "image",
        "the upstream registry refuses the login of the cache's rule",
        _cache("github", _CACHING, failure="The upstream registry answers 401 Unauthorized"),
        ("pull-through-upstream-auth",),
        says="The repository with name 'github/team/app' does not exist",
        image=f"{_HOST}/github/team/app:latest",
    ),
    Fault(
        "pull-through-not-upstream",
        "image",
        "the cache works, and upstream has no such image",
        _cache("github", _CACHING),
        ("repository-not-found",),
        says="The repository with name 'github/team/app' does not exist",
        image=f"{_HOST}/github/team/app:latest",
    ),
    Fault(
        "account-typo",
        "image",
        "two digits of the account's number are swapped",
        _foreign,
        ("account-id-wrong", "repo-policy-missing-cross-account"),
        says="because no resource-based policy allows the ecr:BatchGetImage action",
        image=f"{_TYPO_HOST}/team/app:latest",
    ),
    Fault(
        "account-too-short",
        "image",
        "a digit of the account's number is missing",
        nothing,
        ("account-id-wrong", "registry-host-impossible", "image-reference-invalid"),
        says="no such host",
        image=f"{_HOST[1:]}/team/app:latest",
    ),
    Fault(
        "host-other-partition",
        "image",
        "a region of one partition under another's domain",
        nothing,
        ("registry-host-impossible", "partition-mismatch"),
        says="no such host",
        image=f"{_HOST}.cn/team/app:latest",
    ),
    Fault(
        "tag-missing",
        "image",
        "the tag does not exist",
        nothing,
        ("image-tag-not-found",),
        says="Requested image not found",
        image=f"{_HOST}/team/app:v9",
    ),
    Fault(
        "digest-missing",
        "image",
        "the digest does not exist",
        nothing,
        ("image-tag-not-found",),
        says="Requested image not found",
        image=f"{_HOST}/team/app@sha256:{'0' * 64}",
    ),
    Fault(
        "platform-mismatch-list",
        "image",
        "the manifest list holds linux/arm64 only",
        nothing,
        ("platform-not-in-image",),
        says="no matching manifest for linux/amd64 in the manifest list entries",
        image=f"{_HOST}/team/armonly:latest",
    ),
    Fault(
        "multi-platform",
        "none",
        "a manifest list that has this platform",
        nothing,
        pull_works=True,
        image=f"{_HOST}/team/multi:latest",
    ),
    Fault("big-image", "none", "40 MB", nothing, pull_works=True, image=f"{_HOST}/team/big:latest"),
    Fault(
        "image-uppercase",
        "image",
        "the repository's name has capitals",
        nothing,
        ("image-reference-invalid",),
        says="must be lowercase",
        image=f"{_HOST}/Team/App:latest",
    ),
    Fault(
        "image-bad-tag",
        "image",
        "the tag has a space in it",
        nothing,
        ("image-reference-invalid",),
        says="invalid reference format",
        image=f"{_HOST}/team/app:my tag",
    ),
    Fault(
        "layer-corrupt",
        "image",
        "the layer's bytes do not match its digest",
        _corrupt,
        ("layer-corrupt", "layer-verification-failed"),
        says="filesystem layer verification failed for digest",
        image=f"{_HOST}/team/corrupt:latest",
    ),
    Fault(
        "registry-429",
        "registry",
        "the registry answers 429",
        _registry(status=429, body=_TOO_MANY),
        ("ecr-api-throttled",),
        says="toomanyrequests: Rate exceeded",
    ),
    Fault(
        "registry-500",
        "registry",
        "the registry answers 500",
        _registry(status=500),
        ("ecr-service-side",),
        says="500 Internal Server Error",
    ),
    Fault(
        "registry-503",
        "registry",
        "the registry answers 503",
        _registry(status=503),
        ("ecr-service-side",),
        says="503 Service Unavailable",
    ),
    Fault(
        "registry-slow",
        "registry",
        "the registry accepts and never answers",
        _registry(delay=3600),
        ("network-timeout", "ecr-service-side"),
        says="Client.Timeout exceeded while awaiting headers",
        slow=True,
    ),
)
