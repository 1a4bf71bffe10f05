"""What earlier days left behind: caches, sessions and tokens; and images of odd make that work."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lab import names, state
from lab.faults.manifests import MADE_IMAGE, OCI, put, storage_manifest, tag
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection, works
from lab.images import MANIFEST

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_POD = {"AWS_ROLE_ARN": state.ROLE_ARN, "AWS_WEB_IDENTITY_TOKEN_FILE": "/home/dev/token"}
_SSO_START = "https://corp.awsapps.com/start"
_OLD_SSO = f"""[default]
sso_start_url = {_SSO_START}
sso_region = us-east-1
sso_account_id = {names.ACCOUNT}
sso_role_name = Developer
region = {names.REGION}
"""


def _stale_cache(lab: Lab) -> None:
    """Let the helper's cache hold a token that has expired, and the API fail."""
    lab.run(["sh", "-c", f"echo {_HOST} | docker-credential-ecr-login get"])
    path = lab.user.path / ".ecr/cache.json"
    cache = json.loads(path.read_text(encoding="utf-8"))
    old = lab.token(expired=True)
    for entry in cache["Registries"].values():
        entry["AuthorizationToken"] = lab.encoded(old)
        entry["RequestedAt"], entry["ExpiresAt"] = "2024-01-01T00:00:00Z", "2024-01-01T12:00:00Z"
    path.write_text(json.dumps(cache), encoding="utf-8")
    lab.update(http=[{"host": names.API_HOST, "status": 500}])


def _cache(text: str) -> Injection:
    return lambda lab: lab.user.write(".ecr/cache.json", text)


def _cache_folder(lab: Lab) -> None:
    (lab.user.path / ".ecr/cache.json").mkdir(parents=True)


def _token_folder(lab: Lab) -> None:
    (lab.user.path / ".aws/credentials").unlink()
    (lab.user.path / "token").mkdir()


def _token(text: str) -> Injection:
    def inject(lab: Lab) -> None:
        (lab.user.path / ".aws/credentials").unlink()
        lab.user.write("token", text)

    return inject


def _old_sso(*, expired: bool) -> Injection:
    """Return an injection of a profile of SSO in its first form, perhaps with an old session."""

    def inject(lab: Lab) -> None:
        lab.user.write(".aws/config", _OLD_SSO)
        (lab.user.path / ".aws/credentials").unlink()
        if expired:
            name = hashlib.sha1(_SSO_START.encode()).hexdigest()  # noqa: S324 - as AWS names it
            session = {
                "startUrl": _SSO_START,
                "region": names.REGION,
                "accessToken": "labSsoAccessToken",
                "expiresAt": "2024-01-01T00:00:00Z",
            }
            lab.user.write(f".aws/sso/cache/{name}.json", json.dumps(session))

    return inject


def _made(change: dict[str, Any], media_type: str = MANIFEST) -> Injection:
    """Return an injection of the true manifest with some parts changed."""

    def inject(lab: Lab) -> None:
        value = {**storage_manifest(lab, "team/app"), "mediaType": media_type, **change}
        kept = {name: part for name, part in value.items() if part is not None}
        tag(lab, put(lab, kept, media_type))

    return inject


def _part(part: str, change: dict[str, Any]) -> Injection:
    """Return an injection in which config or layers are described otherwise."""

    def inject(lab: Lab) -> None:
        true = storage_manifest(lab, "team/app")
        parts = true[part]
        changed = [{**one, **change} for one in parts] if part == "layers" else {**parts, **change}
        tag(lab, put(lab, {**true, part: changed}, MANIFEST))

    return inject


def _single_arm(lab: Lab) -> None:
    """Tag the image for another processor without an index: docker pulls it, and warns."""
    index = storage_manifest(lab, "team/armonly")
    digest = index["manifests"][0]["digest"]
    tag(lab, put(lab, storage_manifest(lab, "team/armonly", digest), MANIFEST))


FAULTS = (
    Fault(
        "cache-expired-api-fails",
        "aws-api",
        "the API fails, and the helper gives the expired token of its cache",
        _stale_cache,
        ("helper-serves-expired-token", "ecr-service-side", "helper-outdated"),
        says=EXPIRED,
    ),
    works("cache-garbage", "the helper's cache is no JSON", _cache("no JSON")),
    works(
        "cache-of-other-version",
        "the helper's cache is of another version",
        _cache('{"Registries": {}, "Version": "0.1"}'),
    ),
    works("cache-folder", "a folder has the name of the helper's cache", _cache_folder),
    works("ecr-file", "~/.ecr is a file", lambda lab: lab.user.write(".ecr", "x")),
    Fault(
        "web-identity-empty",
        "aws-credentials",
        "the pod's token file is empty",
        _token(""),
        ("assume-role-refused", "web-identity-token-unreadable"),
        says=NO_CREDENTIALS,
        env=_POD,
    ),
    Fault(
        "web-identity-folder",
        "aws-credentials",
        "the pod's token file is a folder",
        _token_folder,
        ("web-identity-token-unreadable",),
        says=NO_CREDENTIALS,
        env=_POD,
    ),
    Fault(
        "sso-first-form",
        "aws-credentials",
        "a profile of SSO in its first form, without a session",
        _old_sso(expired=False),
        ("aws-session-expired",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "sso-first-form-expired",
        "aws-credentials",
        "the session of a profile of SSO in its first form has expired",
        _old_sso(expired=True),
        ("aws-session-expired",),
        says=NO_CREDENTIALS,
    ),
    works(
        "made-sizes-wrong",
        "sizes are wrong, which docker does not check",
        _part("layers", {"size": 7}),
        MADE_IMAGE,
    ),
    works(
        "made-config-octets",
        "the config is of a general type, as old tools push it",
        _part("config", {"mediaType": "application/octet-stream"}),
        MADE_IMAGE,
    ),
    works(
        "made-without-type",
        "an OCI manifest that does not name its type",
        _made({"mediaType": None}, OCI),
        MADE_IMAGE,
    ),
    works(
        "made-unknown-fields",
        "a manifest with fields of tomorrow",
        _made(
            {"subject": {"mediaType": OCI, "size": 5, "digest": "sha256:" + "2" * 64}, "x": [1]},
            OCI,
        ),
        MADE_IMAGE,
    ),
    Fault(
        "made-single-arm",
        "none",
        "an image for another processor without an index: docker pulls it",
        _single_arm,
        ("platform-wrong-single-arch",),
        pull_works=True,
        image=MADE_IMAGE,
    ),
)
