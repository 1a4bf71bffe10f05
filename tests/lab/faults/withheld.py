"""Images that ECR has and does not hand out, and layers that docker cannot unpack."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.answers import rule
from lab.faults.manifests import MADE_IMAGE, put, storage_manifest, tag
from lab.faults.model import Injection, fails
from lab.images import LAYER, MANIFEST

if TYPE_CHECKING:
    from lab.world import Lab


_XML = {"Content-Type": "application/xml"}


def _layers(*more: dict[str, Any]) -> Injection:
    """Return an injection of the true image with other layers."""

    def inject(lab: Lab) -> None:
        true = storage_manifest(lab, "team/app")
        config = {**true["config"], "mediaType": LAYER}
        other = storage_manifest(lab, "team/multi")["manifests"][0]["digest"]
        second = storage_manifest(lab, "team/multi", other)["layers"][0]
        known = {"config": [config], "second": [second], "both": [*true["layers"], second]}
        layers = [layer for one in more for layer in known[str(one["which"])]]
        tag(lab, put(lab, {**true, "layers": layers}, MANIFEST))

    return inject


def _s3(code: str, message: str, status: int) -> Injection:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return rule(names.S3_HOST, status=status, headers=_XML, body=body)


def _failure(code: str) -> Injection:
    """Return an injection of an image that ECR has and cannot hand out, for a reason."""

    def inject(lab: Lab) -> None:
        upstream = {"ecrRepositoryPrefix": "ghcr", "upstreamRegistryUrl": "ghcr.io"}
        failure = {"imageId": {"imageTag": "latest"}, "failureCode": code, "failureReason": code}
        unknown = {"code": "MANIFEST_UNKNOWN", "message": "Requested image not found"}
        lab.update(
            pull_through_rules=[{**upstream, "registryId": names.ACCOUNT}],
            http=[
                {
                    "host": names.API_HOST,
                    "target": ".BatchGetImage",
                    "status": 200,
                    "headers": {"Content-Type": "application/x-amz-json-1.1"},
                    "body": json.dumps({"images": [], "failures": [failure]}),
                },
                {
                    "host": names.HOST,
                    "path": "/v2/*/manifests/*",
                    "status": 404,
                    "body": json.dumps({"errors": [unknown]}),
                },
            ],
        )

    return inject


def _archived(lab: Lab) -> None:
    tag(lab, put(lab, storage_manifest(lab, "team/app"), MANIFEST, status="ARCHIVED"))


_fails = partial(fails, "daemon")

FAULTS = (
    _fails(
        "layer-no-archive",
        "a layer's bytes are those of its digest, and no archive",
        _layers({"which": "config"}),
        "layer-verification-failed",
        "layer-corrupt",
        "artifact-not-an-image",
        image=MADE_IMAGE,
    ),
    _fails(
        "layer-of-another-image",
        "the layer is another image's than the config says",
        _layers({"which": "second"}),
        "artifact-not-an-image",
        "layer-verification-failed",
        "layer-corrupt",
        image=MADE_IMAGE,
    ),
    _fails(
        "layers-too-many",
        "the manifest has more layers than the config",
        _layers({"which": "both"}),
        "artifact-not-an-image",
        "layer-verification-failed",
        "layer-corrupt",
        image=MADE_IMAGE,
    ),
    _fails(
        "image-in-archive",
        "the image was moved to the archive",
        _archived,
        "image-archived",
        says="Requested image not found",
        image=MADE_IMAGE,
    ),
    *(
        _fails(
            f"failure-{code.lower()}",
            f"the registry does not have the image, as the API says for {code}",
            _failure(code),
            *accept,
            image=f"{names.HOST}/ghcr/team/app:latest",
        )
        for code, *accept in (
            ("UpstreamUnavailable", "pull-through-upstream-unavailable"),
            ("UpstreamTooManyRequests", "pull-through-upstream-unavailable"),
            ("UpstreamAccessDenied", "pull-through-upstream-auth"),
            ("ImageInaccessible", "image-inaccessible"),
            ("KmsError", "kms-key-unusable"),
        )
    ),
    _fails(
        "s3-key-disabled",
        "the key of the layers is disabled, and the bucket says so",
        _s3("KMS.DisabledException", "arn:aws:kms:us-east-1:123456789012:key/1 is disabled.", 400),
        "kms-key-unusable",
    ),
    _fails(
        "s3-key-denied",
        "nobody may use the key of the layers, and the bucket says so",
        _s3(
            "AccessDenied",
            "User: arn:aws:sts::123456789012:assumed-role/ecr is not authorized to perform: "
            "kms:Decrypt on this resource because the resource does not exist in this Region, "
            "no resource-based policies allow access, or a resource-based policy explicitly "
            "denies access",
            403,
        ),
        "kms-key-unusable",
        "s3-layer-policy-deny",
    ),
    _fails(
        "s3-stalls",
        "the bucket sends a tenth of each layer and then nothing",
        lambda lab: lab.update(s3={"pause": 3600}),
        "network-timeout",
        "s3-layer-unreachable",
        "s3-layer-blocked",
        "ecr-service-side",
        slow=True,
    ),
    _fails(
        "s3-other-bytes",
        "a cache gives bytes of another file in the bucket's place",
        rule(
            names.S3_HOST,
            status=200,
            headers={"Content-Type": "application/octet-stream"},
            body="another file's bytes",
        ),
        "layer-corrupt",
        "layer-verification-failed",
        "s3-layer-blocked",
    ),
)
