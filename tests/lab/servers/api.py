"""ECR's API: JSON calls, signed."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from lab.servers import s3, sigv4, tokens
from lab.servers.registry import no_repository
from lab.servers.signed import read_signed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from lab import names
    from lab.servers.cloud import Cloud, Stored

_CODES = {
    "missing": "MissingAuthenticationTokenException",
    "unknown": "UnrecognizedClientException",
    "expired": "ExpiredTokenException",
    "signature": "InvalidSignatureException",
}


class CallError(Exception):
    """A call that fails with one of AWS's codes."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code and the message."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Call:
    """One call: who asks which registry for what."""

    cloud: Cloud
    site: names.Site
    caller: sigv4.Caller
    body: Mapping[str, Any]

    @property
    def repository(self) -> str:
        """Return the repository that the call is about."""
        return str(self.body["repositoryName"])


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one call."""
    signed = await read_signed(request)
    action = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    try:
        caller = sigv4.verify(signed, cloud.keys(), cloud.now())
        body = json.loads(signed.body or b"{}")
        owner = body.get("registryId") or caller.arn.split(":")[4]
        result = await _perform(Call(cloud, replace(site, account=owner), caller, body), action)
    except sigv4.SignatureError as refusal:
        return _error(_CODES[refusal.kind], refusal.message)
    except CallError as error:
        return _error(error.code, error.message)
    return _json(200, result)


async def _perform(call: Call, action: str) -> dict[str, Any]:
    """Check the permission, and that the repository exists; then perform."""
    if action not in _ACTIONS:
        raise CallError("UnknownOperationException", "")
    repository = _repository_in(call.body)
    # AWS asks whether all repositories may be listed; other calls without a name are about "*".
    judged = "*" if action == "DescribeRepositories" and not repository else repository
    denied = call.cloud.denial(call.caller.arn, f"ecr:{action}", call.site, judged)
    if denied:
        raise CallError("AccessDeniedException", denied)
    if repository and await call.cloud.tags(call.site, repository) is None:
        raise CallError("RepositoryNotFoundException", no_repository(repository, call.site))
    return await _ACTIONS[action](call)


def _repository_in(body: Mapping[str, Any]) -> str:
    """Return the repository a call names, in whichever way."""
    listed = body.get("repositoryNames") or [""]
    return str(body.get("repositoryName") or listed[0])


async def _get_authorization_token(call: Call) -> dict[str, Any]:
    account = (call.body.get("registryIds") or [call.caller.arn.split(":")[4]])[0]
    expires = int(call.cloud.now().timestamp() + call.cloud.state["token_life"])
    token = tokens.Token(call.caller.arn, call.site.region, expires, call.caller.key)
    password = tokens.mint(token)
    encoded = base64.b64encode(f"AWS:{password}".encode()).decode()
    call.cloud.keep_secret(password, encoded)
    data = {
        "authorizationToken": encoded,
        "expiresAt": float(expires),
        "proxyEndpoint": f"https://{account}.dkr.ecr.{call.site.region}.amazonaws.com",
    }
    return {"authorizationData": [data]}


async def _describe_repositories(call: Call) -> dict[str, Any]:
    listed = call.body.get("repositoryNames") or []
    return {"repositories": [_repository(call.site, name) for name in listed]}


def _repository(site: names.Site, name: str) -> dict[str, Any]:
    host = f"{site.account}.dkr.ecr.{site.region}.amazonaws.com"
    return {
        "repositoryArn": f"arn:aws:ecr:{site.region}:{site.account}:repository/{name}",
        "registryId": site.account,
        "repositoryName": name,
        "repositoryUri": f"{host}/{name}",
        "createdAt": 1700000000.0,
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": False},
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }


async def _list_images(call: Call) -> dict[str, Any]:
    tags = await call.cloud.tags(call.site, call.repository) or []
    images = []
    for tag in tags:
        stored = await call.cloud.manifest(call.site, call.repository, tag)
        if stored is not None and stored.status == "ACTIVE":
            images.append({"imageDigest": stored.digest, "imageTag": tag})
    return {"imageIds": images}


async def _describe_images(call: Call) -> dict[str, Any]:
    wanted = call.body.get("imageIds") or (await _list_images(call))["imageIds"]
    status = call.body.get("filter", {}).get("imageStatus", "ACTIVE")
    details = []
    for image in wanted:
        stored = await _stored(call, image)
        if stored is None or status not in {stored.status, "ANY"}:
            raise CallError("ImageNotFoundException", _no_image(call, image))
        details.append(_detail(call, image, stored))
    return {"imageDetails": details}


def _no_image(call: Call, image: Mapping[str, str]) -> str:
    known = f"{{imageDigest:'{image.get('imageDigest', 'null')}', "
    known += f"imageTag:'{image.get('imageTag', 'null')}'}}"
    return (
        f"The image with imageId {known} does not exist within the repository with name "
        f"'{call.repository}' in the registry with id '{call.site.account}'"
    )


def _detail(call: Call, image: Mapping[str, str], stored: Stored) -> dict[str, Any]:
    layers = json.loads(stored.body).get("layers", [])
    return {
        "registryId": call.site.account,
        "repositoryName": call.repository,
        "imageDigest": stored.digest,
        "imageTags": [image["imageTag"]] if "imageTag" in image else [],
        "imageSizeInBytes": sum(layer["size"] for layer in layers),
        "imagePushedAt": 1700000000.0,
        "imageManifestMediaType": stored.media_type,
        "imageStatus": stored.status,
    }


async def _stored(call: Call, image: Mapping[str, str]) -> Stored | None:
    reference = image.get("imageDigest") or image.get("imageTag") or ""
    return await call.cloud.manifest(call.site, call.repository, reference)


async def _batch_get_image(call: Call) -> dict[str, Any]:
    images, failures = [], []
    for image in call.body["imageIds"]:
        stored = await _stored(call, image)
        if stored is None or stored.status != "ACTIVE":
            reason = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
            failures.append({"imageId": image, **reason})
            continue
        found = {
            "registryId": call.site.account,
            "repositoryName": call.repository,
            "imageId": {**image, "imageDigest": stored.digest},
            "imageManifest": stored.body.decode(),
            "imageManifestMediaType": stored.media_type,
        }
        images.append(found)
    return {"images": images, "failures": failures}


async def _batch_check_layer_availability(call: Call) -> dict[str, Any]:
    layers, failures = [], []
    for digest in call.body["layerDigests"]:
        path = call.cloud.blob(digest)
        if path is None:
            reason = {"failureCode": "MissingLayerDigest", "failureReason": "Layer not found"}
            failures.append({"layerDigest": digest, **reason})
        else:
            size = path.stat().st_size
            state = {"layerAvailability": "AVAILABLE", "layerSize": size}
            layers.append({"layerDigest": digest, **state})
    return {"layers": layers, "failures": failures}


async def _get_download_url(call: Call) -> dict[str, Any]:
    digest = call.body["layerDigest"]
    if call.cloud.blob(digest) is None:
        text = f"The layer with digest '{digest}' does not exist"
        raise CallError("LayersNotFoundException", text)
    return {"downloadUrl": s3.presign(call.cloud, call.site, digest), "layerDigest": digest}


async def _get_repository_policy(call: Call) -> dict[str, Any]:
    key = f"{call.site.account}/{call.site.region}/{call.repository}"
    policy = call.cloud.state["repository_policies"].get(key)
    if policy is None:
        text = (
            f"Repository policy does not exist for the repository with name '{call.repository}' "
            f"in the registry with id '{call.site.account}'"
        )
        raise CallError("RepositoryPolicyNotFoundException", text)
    owner = {"registryId": call.site.account, "repositoryName": call.repository}
    return {**owner, "policyText": json.dumps(policy)}


async def _describe_pull_through_cache_rules(call: Call) -> dict[str, Any]:
    return {"pullThroughCacheRules": call.cloud.state["pull_through_rules"]}


async def _validate_pull_through_cache_rule(call: Call) -> dict[str, Any]:
    prefix = call.body["ecrRepositoryPrefix"]
    for rule in call.cloud.state["pull_through_rules"]:
        if rule["ecrRepositoryPrefix"] == prefix:
            failure = rule.get("labFailure", "")
            return {"ecrRepositoryPrefix": prefix, "isValid": not failure, "failure": failure}
    raise CallError("PullThroughCacheRuleNotFoundException", f"There is no rule for {prefix}")


async def _describe_image_replication_status(call: Call) -> dict[str, Any]:
    image = call.body["imageId"]
    if await _stored(call, image) is None:
        raise CallError("ImageNotFoundException", _no_image(call, image))
    owner = {"repositoryName": call.repository, "imageId": image}
    return {**owner, "replicationStatuses": call.cloud.state["replication"]}


_ACTIONS: dict[str, Callable[[Call], Awaitable[dict[str, Any]]]] = {
    "GetAuthorizationToken": _get_authorization_token,
    "DescribeRepositories": _describe_repositories,
    "ListImages": _list_images,
    "DescribeImages": _describe_images,
    "BatchGetImage": _batch_get_image,
    "BatchCheckLayerAvailability": _batch_check_layer_availability,
    "GetDownloadUrlForLayer": _get_download_url,
    "DescribeImageReplicationStatus": _describe_image_replication_status,
    "GetRepositoryPolicy": _get_repository_policy,
    "DescribePullThroughCacheRules": _describe_pull_through_cache_rules,
    "ValidatePullThroughCacheRule": _validate_pull_through_cache_rule,
}


def _error(code: str, message: str) -> web.Response:
    return _json(400, {"__type": code, "message": message})


def _json(status: int, body: dict[str, Any]) -> web.Response:
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    return web.Response(
        status=status,
        text=json.dumps(body),
        content_type="application/x-amz-json-1.1",
        headers=headers,
    )
