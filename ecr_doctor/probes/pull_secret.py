"""A pull secret of Kubernetes, given as a file: what a kubelet would make of it.

kubernetes.io, "Secrets", types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg; keys are
compared as the kubelet does (pkg/credentialprovider/keyring.go).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth.token import looks_like_ecr, token_expiry
from ecr_doctor.clients.kubelet_url import matches
from ecr_doctor.clients.machine import FileState
from ecr_doctor.redact import Secret

from .base import Probe, ProbeError
from .local_machine import read_file

if TYPE_CHECKING:
    from datetime import datetime

    from .base import Scene

_NEW, _OLD = ".dockerconfigjson", ".dockercfg"


class SecretProblem(StrEnum):
    """Why a kubelet gets no login out of the secret."""

    NONE = ""
    NO_FILE = "no-file"
    NOT_YAML = "not-yaml"
    NOT_A_SECRET = "not-a-secret"  # noqa: S105  a state
    NO_DATA = "no-data"
    """It has none of the two keys that hold logins."""
    NOT_BASE64 = "not-base64"
    NOT_JSON = "not-json"
    NO_LOGINS = "no-logins"
    BAD_LOGIN = "bad-login"
    """The entry for the image holds no user and password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSecret:
    """What is in the file, without its secrets."""

    path: str
    problem: SecretProblem = SecretProblem.NONE
    detail: str = ""
    name: str = ""
    namespace: str = ""
    kind: str = ""
    """The secret's `type`."""
    data_key: str = ""
    """`.dockerconfigjson` or `.dockercfg`."""
    keys: tuple[str, ...] = ()
    """Registries that it has logins for."""
    key: str = ""
    """The one that covers the image; empty where none does."""
    user: str = ""
    secret: Secret | None = None
    """The password for the registry of the image; None where there is none."""
    is_ecr: bool = False
    """Whether the password has the shape of an ECR token."""
    expires: datetime | None = None
    """The end of the token's life, where the token tells it."""


class _BadSecretError(ValueError):
    def __init__(self, problem: SecretProblem, detail: str = "") -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class PullSecretProbe(Probe[PullSecret]):
    """Reads the file of `--pull-secret`."""

    def look(self, scene: Scene) -> PullSecret:
        """Decode the secret; what is wrong with it is an observation.

        Raises:
            ProbeError: no file was given.

        """
        path = scene.settings.pull_secret
        if not path:
            raise ProbeError("no pull secret was given (--pull-secret)")
        try:
            secret = _secret(path)
        except _BadSecretError as bad:
            detail = scene.redactor.clean(bad.detail)[:300]
            return PullSecret(path=path, problem=bad.problem, detail=detail)
        return _read(scene, path, secret)


def _secret(path: str) -> dict[str, Any]:
    """The manifest; of a list or a stream of several, the first secret."""
    import yaml  # noqa: PLC0415  only where a secret was given

    read = read_file(path)
    if read.state is not FileState.OK:
        raise _BadSecretError(SecretProblem.NO_FILE, read.problem or f"the file is {read.state}")
    try:
        documents = list(yaml.safe_load_all(read.data))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _BadSecretError(
            SecretProblem.NOT_YAML, f"no YAML in line {mark.line + 1}" if mark else ""
        ) from None
    entries = [e for d in documents if isinstance(d, dict) for e in (d, *_many(d.get("items")))]
    found = next((e for e in entries if isinstance(e, dict) and e.get("kind") == "Secret"), None)
    if found is None:
        raise _BadSecretError(SecretProblem.NOT_A_SECRET, "there is no `kind: Secret` in it")
    return found


def _read(scene: Scene, path: str, secret: dict[str, Any]) -> PullSecret:
    about = secret.get("metadata")
    about = about if isinstance(about, dict) else {}
    found = PullSecret(
        path=path,
        name=str(about.get("name", ""))[:253],
        namespace=str(about.get("namespace", ""))[:253],
        kind=str(secret.get("type", ""))[:100],
    )
    try:
        data_key, auths = _auths(secret)
        found = replace(found, data_key=data_key, keys=tuple(key[:300] for key in auths)[:20])
        image = f"{scene.target.host}/{scene.target.repository}"
        key = next((key for key in sorted(auths, reverse=True) if matches(key, image)), "")
        user, password = _login(scene, auths[key]) if key else ("", "")
    except _BadSecretError as bad:
        return replace(found, problem=bad.problem, detail=bad.detail)
    return replace(
        found,
        key=key[:300],
        user=scene.redactor.clean(user)[:100],
        secret=Secret(password) if password else None,
        is_ecr=looks_like_ecr(password),
        expires=token_expiry(password),
    )


def _auths(secret: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The data's key, and the logins by registry."""
    data_key, document = _document(secret)
    auths = document.get("auths") if data_key == _NEW else document
    if not isinstance(auths, dict) or not auths:
        raise _BadSecretError(SecretProblem.NO_LOGINS)
    return data_key, auths


def _document(secret: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    for field, encoded in (("data", True), ("stringData", False)):
        values = secret.get(field)
        for key in (_NEW, _OLD):
            text = values.get(key) if isinstance(values, dict) else None
            if isinstance(text, str):
                return key, _json(_decoded(text) if encoded else text.encode())
    raise _BadSecretError(SecretProblem.NO_DATA, f"it has neither {_NEW} nor {_OLD}")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _BadSecretError(SecretProblem.NOT_BASE64) from None


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise _BadSecretError(SecretProblem.NOT_JSON) from None
    if not isinstance(found, dict):
        raise _BadSecretError(SecretProblem.NOT_JSON)
    return found


def _login(scene: Scene, entry: object) -> tuple[str, str]:
    """User and password of an entry, which the redactor is told of."""
    fields = entry if isinstance(entry, dict) else {}
    user, password = str(fields.get("username") or ""), str(fields.get("password") or "")
    auth = fields.get("auth")
    if isinstance(auth, str) and auth:
        scene.redactor.learn(auth)
        try:
            pair = base64.b64decode(auth, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise _BadSecretError(SecretProblem.BAD_LOGIN, "its `auth` is not base64") from None
        user, _, password = pair.partition(":")
    if password:
        scene.redactor.learn(password)
    if not user or not password:
        raise _BadSecretError(SecretProblem.BAD_LOGIN, "it has no user and password")
    return user, password.strip()


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
