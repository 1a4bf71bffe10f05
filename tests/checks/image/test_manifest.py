from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.catalog.filling import fitting
from ecr_doctor.catalog.folders import catalog_folders
from ecr_doctor.model import Settings, Stage, Status, Target, parse_target
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.ecr_repository import (
    EcrImage,
    EcrImageProbe,
    Elsewhere,
    ElsewhereProbe,
    ImageFailure,
    ImageState,
    ImageStateProbe,
    Repositories,
    RepositoriesProbe,
    Tags,
    TagsProbe,
)
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.manifest import IndexEntry, ManifestKind, ManifestProbe
from ecr_doctor.probes.manifest import Manifest as Found
from ecr_doctor.probes.platforms import Platform
from ecr_doctor.probes.pull_through import (
    PullThroughProbe,
    PullThroughRule,
    PullThroughRules,
)
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.probes.replication import Replication, ReplicationProbe
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST, TARGET, context
from ecr_doctor_checks.image.manifest import Manifest

TAGGED = parse_target(f"{HOST}/team/app:v1")
UNTAGGED = parse_target(f"{HOST}/team/app")
FOREIGN = parse_target("registry.example/team/app:v1")
ELSEWHERE = f"{HOST.replace('us-east-1', 'eu-west-1')}"
USER = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform:"
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/team/app"
NO_IDENTITY = (
    f"{USER} ecr:BatchGetImage on resource: {ARN} because no identity-based policy allows the "
    "ecr:BatchGetImage action"
)
UPSTREAM = "The authentication to the upstream registry failed. Verify that the credentials"
GOOD = RegistryAnswer(status=200)
NOTHING = DockerCredential()
STORED = DockerCredential(kind=SourceKind.AUTHS, user="AWS", secret=Secret("x"))


def refused(status: int, code: str = "", message: str = "", **more: Any) -> Found:
    answer = RegistryAnswer(status=status, code=code, message=message, **more)
    return Found(whose=Whose.DOCKER, answer=answer)


NAME = refused(404, "NAME_UNKNOWN")
TAG = refused(404, "MANIFEST_UNKNOWN", "Requested image not found")
FINE = Found(whose=Whose.DOCKER, answer=GOOD, kind=ManifestKind.IMAGE, digest="sha256:a")
ENTRY = IndexEntry(digest="sha256:b", platform=Platform(os="linux", architecture="amd64"))
GONE = replace(FINE, kind=ManifestKind.INDEX, chosen=ENTRY, nested=TAG.answer)


@pytest.mark.parametrize(
    ("found", "target", "status", "cause"),
    [
        pytest.param(FINE, TAGGED, Status.PASS, None, id="there"),
        pytest.param(replace(FINE, kind=ManifestKind.NONE,
                             answer=RegistryAnswer(status=200, is_registry=True)), TAGGED,
                     Status.INCONCLUSIVE, None, id="no manifest"),
        pytest.param(replace(FINE, kind=ManifestKind.NONE), TAGGED, Status.FAIL,
                     "captive-portal", id="no manifest, and not the registry's"),
        pytest.param(replace(FINE, kind=ManifestKind.NONE, readable=False), TAGGED, Status.FAIL,
                     "captive-portal", id="no JSON"),
        pytest.param(replace(FINE, kind=ManifestKind.NONE, readable=False,
                             answer=RegistryAnswer(status=200, is_registry=True)), TAGGED,
                     Status.FAIL, "ecr-service-side", id="no JSON, from the registry"),
        pytest.param(NAME, TAGGED, Status.FAIL, "repository-not-found", id="no repository"),
        pytest.param(TAG, TAGGED, Status.FAIL, "image-tag-not-found", id="no tag"),
        pytest.param(TAG, UNTAGGED, Status.FAIL, "latest-never-pushed", id="no tag was given"),
        pytest.param(GONE, TAGGED, Status.FAIL, "image-tag-not-found", id="index without image"),
        pytest.param(refused(403, "DENIED", NO_IDENTITY), TAGGED, Status.FAIL,
                     "iam-missing-batch-get-image", id="denied"),
        pytest.param(refused(403, "DENIED", "Forbidden"), TAGGED, Status.FAIL, None, id="403"),
        pytest.param(refused(404, "MANIFEST_UNKNOWN", UPSTREAM), TAGGED, Status.FAIL,
                     "pull-through-upstream-auth", id="upstream login"),
        pytest.param(refused(500, "", "KmsException: key is disabled"), TAGGED, Status.FAIL,
                     "kms-key-unusable", id="key"),
        pytest.param(refused(429, "TOOMANYREQUESTS"), TAGGED, Status.FAIL, "ecr-api-throttled",
                     id="throttled"),
        pytest.param(refused(401, "UNAUTHORIZED", is_registry=True), TAGGED, Status.FAIL,
                     "ecr-service-side", id="the login counts at /v2/ only"),
        pytest.param(refused(401, "UNAUTHORIZED"), TAGGED, Status.FAIL, "ecr-service-side",
                     id="401 in the words of a registry"),
        pytest.param(refused(401, ""), TAGGED, Status.INCONCLUSIVE, None,
                     id="401 of something on the way"),
        pytest.param(refused(401, "UNAUTHORIZED", is_registry=True), FOREIGN,
                     Status.INCONCLUSIVE, None, id="401 of a registry that is not ECR"),
        pytest.param(refused(502), TAGGED, Status.FAIL, "ecr-service-side", id="service"),
        pytest.param(refused(200, is_html=True), TAGGED, Status.FAIL, "captive-portal",
                     id="portal"),
        pytest.param(refused(0, problem=HttpProblem.STALLED), TAGGED, Status.FAIL,
                     "network-timeout", id="stalls"),
    ],
)  # fmt: skip
def test_verdict(found: Found, target: Target, status: Status, cause: str | None) -> None:
    verdict = Manifest().run(context({ManifestProbe(): found}, target=target))

    assert (verdict.status, verdict.cause) == (status, cause)


def judged(found: Found, others: dict[Any, Any]) -> Any:
    return Manifest().run(context({ManifestProbe(): found, **others}, target=TAGGED))


def test_the_repository_is_in_another_region() -> None:
    place = Elsewhere(looked=(ELSEWHERE,), found=(ELSEWHERE,))

    verdict = judged(NAME, {ElsewhereProbe(): place})

    assert verdict.cause == "image-in-other-region-or-account"
    assert dict(verdict.facts)["found_host"] == ELSEWHERE


@pytest.mark.parametrize(
    ("found", "status", "cause"),
    [
        (NAME, "IN_PROGRESS", "replication-lag"),
        (TAG, "FAILED", "replication-lag"),
        (NAME, "COMPLETE", "repository-not-found"),
        (TAG, "COMPLETE", "image-tag-not-found"),
    ],
)
def test_the_copy_of_another_region(found: Found, status: str, cause: str) -> None:
    copy = Replication(source="eu-west-1", status=status)

    assert judged(found, {ReplicationProbe(): copy}).cause == cause


@pytest.mark.parametrize(
    ("status", "cure"),
    [
        ("IN_PROGRESS", "Wait, or pull from eu-west-1"),
        ("FAILED", "Push the image again, or pull from eu-west-1"),
    ],
)
def test_only_a_copy_that_is_to_come_is_waited_for(status: str, cure: str) -> None:
    copy = Replication(source="eu-west-1", status=status)
    facts = {**dict(judged(NAME, {ReplicationProbe(): copy}).facts), "selector": "sha256:0a"}

    fixes = fitting(load_catalog(catalog_folders())["replication-lag"].fixes, facts)

    assert [fix.title for fix in fixes] == [cure, "See how far it is"]
    assert "--region eu-west-1" in fixes[1].command
    assert fixes[1].command.endswith("--image-id imageDigest=sha256:0a")


def test_like_names_are_offered() -> None:
    others: dict[Any, Any] = {RepositoriesProbe(): Repositories(names=("team/apps", "other"))}
    others |= {ElsewhereProbe(): Elsewhere(looked=(ELSEWHERE,))}

    verdict = judged(NAME, others)

    assert verdict.cause == "repository-not-found"
    assert dict(verdict.facts)["nearest"] == "team/apps"
    assert ELSEWHERE in str(verdict.evidence)


def test_an_archived_image() -> None:
    state = ImageState(known=True, status="ARCHIVED")

    assert judged(TAG, {ImageStateProbe(): state}).cause == "image-archived"


@pytest.mark.parametrize(
    ("names", "shown"), [(("v1.0", "x"), "v1.0"), (("x", "y"), "x, y"), ((), "none")]
)
def test_tags_are_offered(names: tuple[str, ...], shown: str) -> None:
    verdict = judged(TAG, {TagsProbe(): Tags(names=names), ImageStateProbe(): ImageState()})

    assert verdict.evidence[-1].value == shown


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("KmsError", "kms-key-unusable"),
        ("ImageInaccessible", "image-inaccessible"),
        ("ImageTagDoesNotMatchDigest", "tag-digest-mismatch"),
        ("UpstreamUnavailable", "pull-through-upstream-unavailable"),
        ("SomethingNew", None),
    ],
)
def test_the_api_knows_why(code: str, cause: str | None) -> None:
    image = EcrImage(failures=(ImageFailure(code=code, reason="because"),))

    assert judged(refused(403, "DENIED", "Forbidden"), {EcrImageProbe(): image}).cause == cause


def test_the_default_target_names_its_tag() -> None:
    assert Manifest().run(context({ManifestProbe(): TAG}, target=TARGET)).cause == (
        "image-tag-not-found"
    )


@pytest.mark.parametrize(
    ("prefix", "upstream", "cause"),
    [
        ("team", "registry-1.docker.io", "pull-through-library-prefix"),
        ("ROOT", "registry-1.docker.io", "pull-through-missing-create-repository"),
        ("team", "quay.io", "pull-through-missing-create-repository"),
        ("tea", "quay.io", "repository-not-found"),
    ],
)
def test_a_pull_through_repository(prefix: str, upstream: str, cause: str) -> None:
    rules = PullThroughRules(rules=(PullThroughRule(prefix=prefix, upstream=upstream),))

    assert judged(NAME, {PullThroughProbe(): rules}).cause == cause


DENIED = refused(403, "DENIED", NO_IDENTITY)
THROTTLED = refused(429, "TOOMANYREQUESTS")


@pytest.mark.parametrize(
    ("found", "proven"),
    [
        pytest.param(FINE, {Stage.CLIENT, Stage.TLS, Stage.AUTH, Stage.REGISTRY}, id="there"),
        pytest.param(TAG, {Stage.CLIENT, Stage.TLS, Stage.AUTH}, id="no such tag"),
        pytest.param(NAME, {Stage.CLIENT, Stage.TLS, Stage.AUTH}, id="no such repository"),
        pytest.param(DENIED, {Stage.CLIENT, Stage.TLS}, id="not allowed"),
        pytest.param(THROTTLED, set(), id="throttled"),
        pytest.param(replace(FINE, whose=Whose.FETCHED), set(), id="there, for our own login"),
        pytest.param(replace(TAG, whose=Whose.FETCHED), set(), id="missing, for our own login"),
    ],
)
def test_an_answer_to_dockers_own_login_proves_the_way_to_it(
    found: Found, proven: set[Stage]
) -> None:
    asked = {Stage.CLIENT, Stage.TLS, Stage.AUTH, Stage.REGISTRY, Stage.IMAGE, Stage.TRANSFER}

    verdict = Manifest().run(context({ManifestProbe(): found}, target=TAGGED))

    assert set(verdict.proves) & asked == proven


@pytest.mark.parametrize(
    ("credential", "proves"),
    [(NOTHING, True), (STORED, False), (DockerCredential(hangs=True), False)],
)
def test_an_answer_to_nobody_proves_the_way_of_those_without_a_login(
    credential: DockerCredential,
    proves: bool,  # noqa: FBT001
) -> None:
    found = replace(FINE, whose=Whose.NONE)
    given: dict[Any, Any] = {ManifestProbe(): found, DockerCredentialProbe(): credential}

    verdict = Manifest().run(context(given, target=TAGGED))

    assert (Stage.AUTH in verdict.proves) is proves


@pytest.mark.parametrize("client", ["docker", "skopeo"])
def test_the_answer_is_one_to_the_clients_own_credential(client: str) -> None:
    found = refused(404, "NAME_UNKNOWN", "no such repository")
    ctx = context({ManifestProbe(): found}, target=TAGGED, settings=Settings(client=client))

    verdict = Manifest().run(ctx)

    assert verdict.evidence[0].what == f"answer to {client}'s own credential"
