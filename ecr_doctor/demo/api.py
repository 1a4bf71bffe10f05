"""ECR's API: signed JSON calls, with the texts of AWS."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import bucket
from .cloud import missing_repository
from .messages import Answer, json_answer
from .signature import Refusal, SignatureRefusedError, verify
from .tokens import LIFE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .cloud import Cloud
    from .images import Manifest, Repository
    from .messages import Request
    from .names import Site

_JSON = "application/x-amz-json-1.1"
_CODES = {
    Refusal.MISSING: "MissingAuthenticationTokenException",
    Refusal.UNKNOWN: "UnrecognizedClientException",
    Refusal.EXPIRED: "ExpiredTokenException",
    Refusal.MISMATCH: "InvalidSignatureException",
}
_PUSHED = 1_700_000_000.0
"""Epoch seconds at which everything here was made."""


class _CallError(Exception):
    """The call fails with one of AWS's codes."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """Who asks which registry for what."""

    cloud: Cloud
    site: Site
    arn: str
    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The repository that the call names; empty for none."""
        named = self.body.get("repositoryNames") or [""]
        return str(self.body.get("repositoryName") or named[0])

    @property
    def repository(self) -> Repository:
        found = self.cloud.repository(self.site, self.name)
        if found is None:
            text = missing_repository(self.site, self.name)
            raise _CallError("RepositoryNotFoundException", text)
        return found


def answer(request: Request, cloud: Cloud, site: Site) -> Answer:
    """Answer one call of ECR's API."""
    action = request.headers.get("x-amz-target", "").rpartition(".")[2]
    request_id = str(uuid.uuid4())
    try:
        key = verify(request, cloud.world.keys, cloud.now())
        result = _perform(action, _read(request, cloud, site, key.arn))
    except SignatureRefusedError as error:
        failure = {"__type": _CODES[error.refusal], "message": str(error)}
        return json_answer(400, failure, _JSON, x_amzn_RequestId=request_id)
    except _CallError as error:
        failure = {"__type": error.code, "message": str(error)}
        return json_answer(400, failure, _JSON, x_amzn_RequestId=request_id)
    return json_answer(200, result, _JSON, x_amzn_RequestId=request_id)


def _read(request: Request, cloud: Cloud, site: Site, arn: str) -> _Call:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise _CallError("SerializationException") from None
    account = str(body.get("registryId") or arn.split(":")[4])
    return _Call(cloud=cloud, site=replace(site, account=account), arn=arn, body=body)


def _perform(action: str, call: _Call) -> dict[str, Any]:
    if action not in _ACTIONS:
        raise _CallError("UnknownOperationException")
    if denied := call.cloud.denial(call.arn, action, call.site, call.name or "*"):
        raise _CallError("AccessDeniedException", denied)
    return _ACTIONS[action](call)


def _get_authorization_token(call: _Call) -> dict[str, Any]:
    account = (call.body.get("registryIds") or [call.site.account])[0]
    expires = call.cloud.now() + LIFE
    password = call.cloud.mint.issue(call.arn, call.site.region, expires)
    data = {
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": expires.timestamp(),
        "proxyEndpoint": f"https://{replace(call.site, account=account).registry}",
    }
    return {"authorizationData": [data]}


def _describe_repositories(call: _Call) -> dict[str, Any]:
    if call.name:
        _ = call.repository
    names = call.body.get("repositoryNames") or call.cloud.repository_names(call.site)
    return {"repositories": [_described(call.site, name) for name in names]}


def _described(site: Site, name: str) -> dict[str, Any]:
    return {
        "repositoryArn": site.arn(name),
        "registryId": site.account,
        "repositoryName": name,
        "repositoryUri": f"{site.registry}/{name}",
        "createdAt": _PUSHED,
        "imageTagMutability": "MUTABLE",
    }


def _list_images(call: _Call) -> dict[str, Any]:
    tags = call.repository.tags.items()
    return {"imageIds": [{"imageDigest": digest, "imageTag": tag} for tag, digest in tags]}


def _found(call: _Call, image: Mapping[str, str]) -> Manifest | None:
    return call.repository.manifest(image.get("imageDigest") or image.get("imageTag", ""))


def _describe_images(call: _Call) -> dict[str, Any]:
    wanted = call.body.get("imageIds") or _list_images(call)["imageIds"]
    return {"imageDetails": [_detail(call, image) for image in wanted]}


def _detail(call: _Call, image: Mapping[str, str]) -> dict[str, Any]:
    manifest = _found(call, image)
    if manifest is None:
        digest, tag = (image.get(name, "null") for name in ("imageDigest", "imageTag"))
        raise _CallError(
            "ImageNotFoundException",
            f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist "
            f"within the repository with name '{call.name}' "
            f"in the registry with id '{call.site.account}'",
        )
    return {
        "registryId": call.site.account,
        "repositoryName": call.name,
        "imageDigest": manifest.digest,
        "imageTags": call.repository.tags_of(manifest.digest),
        "imagePushedAt": _PUSHED,
        "imageManifestMediaType": manifest.media_type,
    }


def _batch_get_image(call: _Call) -> dict[str, Any]:
    images, failures = [], []
    for image in call.body.get("imageIds", []):
        manifest = _found(call, image)
        if manifest is None:
            reason = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
            failures.append({"imageId": image, **reason})
            continue
        found = {
            "registryId": call.site.account,
            "repositoryName": call.name,
            "imageId": {**image, "imageDigest": manifest.digest},
            "imageManifest": manifest.body.decode(),
            "imageManifestMediaType": manifest.media_type,
        }
        images.append(found)
    return {"images": images, "failures": failures}


def _get_download_url_for_layer(call: _Call) -> dict[str, Any]:
    digest = str(call.body.get("layerDigest"))
    data = call.repository.blobs.get(digest)
    if data is None:
        text = f"The layer with digest '{digest}' does not exist"
        raise _CallError("LayersNotFoundException", text)
    url = bucket.presign(call.cloud, call.site, data)
    return {"downloadUrl": url, "layerDigest": digest}


def _get_repository_policy(call: _Call) -> dict[str, Any]:
    _ = call.repository
    text = (
        f"Repository policy does not exist for the repository with name '{call.name}' "
        f"in the registry with id '{call.site.account}'"
    )
    raise _CallError("RepositoryPolicyNotFoundException", text)


_ACTIONS: dict[str, Callable[[_Call], dict[str, Any]]] = {
    "GetAuthorizationToken": _get_authorization_token,
    "DescribeRepositories": _describe_repositories,
    "ListImages": _list_images,
    "DescribeImages": _describe_images,
    "BatchGetImage": _batch_get_image,
    "GetDownloadUrlForLayer": _get_download_url_for_layer,
    "GetRepositoryPolicy": _get_repository_policy,
}
