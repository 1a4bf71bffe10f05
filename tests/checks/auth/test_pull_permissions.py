from __future__ import annotations

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.probes.ecr_repository import (
    EcrImage,
    EcrImageProbe,
    ImageFailure,
    ImageState,
    ImageStateProbe,
)
from ecr_doctor.testing import context
from ecr_doctor_checks.auth.pull_permissions import PullPermissions

NEEDED = AwsNeed(needed=True, why="", helper="ecr-login")
NOT_NEEDED = AwsNeed(needed=False, why="a login is stored")
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/team/app"
CALL = (
    "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: ecr:BatchGetImage"
    f" on resource: {ARN}"
)


def denied(tail: str, who: str = "123456789012") -> EcrImage:
    text = f"{CALL.replace(':123456789012:user', f':{who}:user')} {tail}"
    return EcrImage(error=AwsError(kind=FailureKind.DENIED, message=text, status=400))


def failure(code: str) -> EcrImage:
    return EcrImage(failures=(ImageFailure(code=code, reason="because"),))


def error(kind: FailureKind, code: str = "") -> EcrImage:
    return EcrImage(error=AwsError(kind=kind, message="no", code=code, status=400))


@pytest.mark.parametrize(
    ("image", "status", "cause"),
    [
        pytest.param(EcrImage(found=True), Status.PASS, None, id="there"),
        pytest.param(failure("ImageNotFound"), Status.PASS, None, id="not there"),
        pytest.param(error(FailureKind.NOT_FOUND), Status.PASS, None, id="no repository"),
        pytest.param(failure("KmsError"), Status.FAIL, "kms-key-unusable", id="kms"),
        pytest.param(failure("ImageInaccessible"), Status.FAIL, "image-inaccessible",
                     id="inaccessible"),
        pytest.param(failure("UpstreamAccessDenied"), Status.FAIL, "pull-through-upstream-auth",
                     id="upstream login"),
        pytest.param(failure("UpstreamUnavailable"), Status.FAIL,
                     "pull-through-upstream-unavailable", id="upstream"),
        pytest.param(failure("ImageTagDoesNotMatchDigest"), Status.FAIL, "tag-digest-mismatch",
                     id="tag and digest"),
        pytest.param(failure("InvalidImageTag"), Status.INCONCLUSIVE, None, id="other failure"),
        pytest.param(EcrImage(), Status.INCONCLUSIVE, None, id="nothing"),
        pytest.param(error(FailureKind.THROTTLED, "LimitExceededException"), Status.FAIL,
                     "pull-through-limit-exceeded", id="quota"),
        pytest.param(error(FailureKind.THROTTLED, "ThrottlingException"), Status.INCONCLUSIVE,
                     None, id="throttled"),
        pytest.param(error(FailureKind.NO_CREDENTIALS), Status.INCONCLUSIVE, None, id="no keys"),
        pytest.param(denied("because no identity-based policy allows"), Status.FAIL,
                     "iam-missing-batch-get-image", id="identity policy"),
        pytest.param(denied("with an explicit deny in a resource-based policy"), Status.FAIL,
                     "repo-policy-explicit-deny", id="repository policy"),
        pytest.param(denied("because no permissions boundary allows"), Status.FAIL,
                     "permissions-boundary-deny", id="boundary"),
        pytest.param(denied("", "210987654321"), Status.FAIL, "cross-account-denial-unexplained",
                     id="across accounts"),
        pytest.param(denied("because no resource-based policy allows", "210987654321"),
                     Status.FAIL, "repo-policy-missing-cross-account", id="no repository policy"),
        pytest.param(denied("because no VPC endpoint policy allows"), Status.INCONCLUSIVE, None,
                     id="the API's endpoint"),
    ],
)  # fmt: skip
def test_verdict(image: EcrImage, status: Status, cause: str | None) -> None:
    ctx = context({EcrImageProbe(): image, AwsNeedProbe(): NEEDED})

    verdict = PullPermissions().run(ctx)

    assert (verdict.status, verdict.cause) == (status, cause)


@pytest.mark.parametrize("need", [NOT_NEEDED, None])
def test_a_stored_login_may_be_somebody_elses(need: AwsNeed | None) -> None:
    image = denied("because no identity-based policy allows")
    ctx = context({EcrImageProbe(): image} | ({AwsNeedProbe(): need} if need else {}))

    assert PullPermissions().run(ctx).status is Status.INCONCLUSIVE


def test_public_images_need_no_permission() -> None:
    ctx = context(target=parse_target("public.ecr.aws/x/y:1"))

    assert PullPermissions().run(ctx).status is Status.NOT_APPLICABLE


def test_facts_for_the_fix() -> None:
    image = denied("because no identity-based policy allows")

    verdict = PullPermissions().run(context({EcrImageProbe(): image, AwsNeedProbe(): NEEDED}))

    facts = dict(verdict.facts)
    assert (facts["action"], facts["resource"]) == ("ecr:BatchGetImage", ARN)
    assert facts["policy_kind"] == "identity"


def test_an_archived_image_is_called_so() -> None:
    seen = {
        EcrImageProbe(): failure("ImageInaccessible"),
        ImageStateProbe(): ImageState(known=True, status="ARCHIVED"),
    }

    assert PullPermissions().run(context(seen)).cause == "image-archived"
