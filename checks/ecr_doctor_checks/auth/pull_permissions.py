"""Asks ECR's API whether the caller may pull this image."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.model.denial import PolicyKind
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.aws_need import AwsNeedProbe
from ecr_doctor.probes.ecr_repository import EcrImageProbe, ImageStateProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict
from ecr_doctor_checks.auth.token import denied
from ecr_doctor_checks.identity._judging import error_evidence

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_errors import AwsError
    from ecr_doctor.probes.ecr_repository import EcrImage, ImageFailure

_BY_CODE = {
    "KmsError": "kms-key-unusable",
    "ImageInaccessible": "image-inaccessible",
    "ImageTagDoesNotMatchDigest": "tag-digest-mismatch",
    "UpstreamAccessDenied": "pull-through-upstream-auth",
    "UpstreamTooManyRequests": "pull-through-upstream-unavailable",
    "UpstreamUnavailable": "pull-through-upstream-unavailable",
}
"""Codes of API_ImageFailure in the ECR API reference."""
_BY_EXCEPTION = {
    "LimitExceededException": "pull-through-limit-exceeded",
    "UnableToGetUpstreamImageException": "pull-through-upstream-unavailable",
    "UnableToAccessSecretException": "pull-through-upstream-auth",
    "UnableToDecryptSecretValueException": "pull-through-upstream-auth",
    "SecretNotFoundException": "pull-through-upstream-auth",
    "KmsException": "kms-key-unusable",
    "ImageArchivedException": "image-archived",
}
"""Errors that ECR's API answers in place of an image."""
_SOURCE = "ECR BatchGetImage"


class PullPermissions(Check):
    """The caller's policies let it read the image.

    What it looks at:
        BatchGetImage for the image through ECR's API, with the AWS credentials in force: the same
        permission, on the same resource, that the registry asks for at a pull.

    Why a pull fails:
        An identity policy that names other repositories, a repository policy that does not know
        another account, or a policy that denies: the token is good, and the image is refused.

    When it cannot tell:
        Docker pulls with a stored login, which may belong to somebody else; or what denies is the
        policy of the API's own VPC endpoint, through which a pull does not go.
    """

    id = "auth.pull-permissions"
    title = "The caller may pull the image"
    requires = ("auth.token",)
    causes: ClassVar = tuple(
        dict.fromkeys(
            (
                "iam-missing-batch-get-image",
                "iam-explicit-deny",
                "identity-policy-missing-cross-account",
                "repo-policy-missing-cross-account",
                "repo-policy-explicit-deny",
                "cross-account-denial-unexplained",
                "aws-key-quarantined",
                "scp-deny",
                "rcp-deny",
                "permissions-boundary-deny",
                "session-policy-deny",
                "pull-through-missing-create-repository",
                "pull-through-missing-batch-import",
                *_BY_CODE.values(),
                *_BY_EXCEPTION.values(),
            )
        )
    )

    def run(self, ctx: Context) -> Verdict:
        registry = ctx.target.registry
        if registry is None or registry.is_public:
            return Verdict.not_applicable("only private registries have permissions to look at")
        image = ctx.observe(EcrImageProbe())
        if image.error is not None:
            return _judge_error(ctx, image.error)
        return _judge_image(ctx, image)


def _judge_image(ctx: Context, image: EcrImage) -> Verdict:
    if image.found:
        seen = Evidence("media type", image.media_type, _SOURCE)
        return Verdict.passed("the caller may read the image", seen)
    known = next((f for f in image.failures if f.code in _BY_CODE), None)
    if known:
        cause, words = _BY_CODE[known.code], f"{known.code}: {known.reason}"
        if cause == "image-inaccessible" and _is_archived(ctx):
            cause, words = "image-archived", "the image is archived and must be restored first"
        return Verdict.failed(cause, words, _evidence(known), symptom=words)
    seen_failures = tuple(_evidence(failure) for failure in image.failures)
    if any(failure.code == "ImageNotFound" for failure in image.failures):
        return Verdict.passed("the caller may read the repository", *seen_failures)
    return Verdict.inconclusive("ECR gave neither the image nor a reason", *seen_failures)


def _is_archived(ctx: Context) -> bool:
    state = ctx.try_observe(ImageStateProbe())
    return state is not None and state.archived


def _evidence(failure: ImageFailure) -> Evidence:
    return Evidence("failure", f"{failure.code}: {failure.reason}", _SOURCE)


def _judge_error(ctx: Context, error: AwsError) -> Verdict:
    words = error_evidence(error)
    if error.code in _BY_EXCEPTION:
        return Verdict.failed(_BY_EXCEPTION[error.code], error.text, words, symptom=error.message)
    if error.kind is FailureKind.NOT_FOUND:
        return Verdict.passed("nothing forbids the caller to read there", words)
    if error.kind is not FailureKind.DENIED:
        return Verdict.inconclusive(f"the permission could not be tried: {error.message}", words)
    denial = error.denial
    if denial is not None and denial.policy_kind is PolicyKind.VPC_ENDPOINT:
        return Verdict.inconclusive("the VPC endpoint of ECR's API forbids looking", words)
    need = ctx.try_observe(AwsNeedProbe())
    if need is None or not need.needed:
        summary = "the AWS caller may not pull; whether the stored login may is not told by it"
        return Verdict.inconclusive(summary, words)
    return denied(ctx, error, "iam-missing-batch-get-image")
