from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.pull_secret import PullSecret, PullSecretProbe, SecretProblem
from ecr_doctor.testing import HOST
from probes.network_machine import stage

if TYPE_CHECKING:
    from pathlib import Path

ENDS = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PASSWORD = base64.b64encode(
    json.dumps({"payload": "p", "datakey": "d", "expiration": int(ENDS.timestamp())}).encode()
).decode()
TYPE = "kubernetes.io/dockerconfigjson"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(document: object, kind: str = TYPE, key: str = ".dockerconfigjson") -> dict[str, Any]:
    text = document if isinstance(document, str) else json.dumps(document)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": kind,
        "metadata": {"name": "ecr", "namespace": "prod"},
        "data": {key: encoded(text)},
    }


def auths(key: str = HOST, user: str = "AWS", password: str = PASSWORD) -> dict[str, Any]:
    return {"auths": {key: {"auth": encoded(f"{user}:{password}")}}}


def look(path: Path, text: str | dict[str, Any]) -> PullSecret:
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return stage(pull_secret=str(path)).observe(PullSecretProbe())


@pytest.mark.parametrize("as_text", [json.dumps, yaml.safe_dump])
def test_a_secret_as_kubectl_prints_it(tmp_path: Path, as_text: Any) -> None:
    found = look(tmp_path / "s.yaml", as_text(secret(auths())))

    assert (found.name, found.namespace, found.kind) == ("ecr", "prod", TYPE)
    assert (found.problem, found.key, found.user) == (SecretProblem.NONE, HOST, "AWS")
    assert (found.is_ecr, found.expires) == (True, ENDS)
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize(
    ("key", "covers"),
    [
        (HOST, True),
        (f"https://{HOST}", True),
        (f"https://{HOST}/v1/", True),
        (f"{HOST}/team", True),
        ("*.dkr.ecr.us-east-1.amazonaws.com", True),
        (HOST.replace("us-east-1", "eu-west-1"), False),
        (f"{HOST}:443", False),
        ("docker.io", False),
    ],
)
def test_keys(tmp_path: Path, key: str, covers: bool) -> None:  # noqa: FBT001
    found = look(tmp_path / "s", secret(auths(key)))

    assert found.keys == (key,)
    assert found.key == (key if covers else "")


def test_the_old_kind_and_plain_fields(tmp_path: Path) -> None:
    document = {HOST: {"username": "AWS", "password": "secret1234"}}

    found = look(tmp_path / "s", secret(document, "kubernetes.io/dockercfg", ".dockercfg"))

    assert (found.data_key, found.key, found.is_ecr) == (".dockercfg", HOST, False)


def test_data_in_clear_and_in_a_list(tmp_path: Path) -> None:
    one = secret(auths())
    one["stringData"] = {".dockerconfigjson": json.dumps(auths())}
    del one["data"]

    assert look(tmp_path / "s", {"kind": "List", "items": [{"kind": "Pod"}, one]}).key == HOST


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", SecretProblem.NOT_YAML),
        ("", SecretProblem.NO_FILE),
        ("kind: ConfigMap", SecretProblem.NOT_A_SECRET),
        ("just text", SecretProblem.NOT_A_SECRET),
        ("kind: Secret", SecretProblem.NO_DATA),
        ("kind: Secret\ndata: {.dockerconfigjson: '%%%'}", SecretProblem.NOT_BASE64),
        (secret("not json"), SecretProblem.NOT_JSON),
        (secret([]), SecretProblem.NOT_JSON),
        (secret({"auths": {}}), SecretProblem.NO_LOGINS),
        (secret({HOST: {}}), SecretProblem.NO_LOGINS),
        (secret({"auths": {HOST: {}}}), SecretProblem.BAD_LOGIN),
        (secret({"auths": {HOST: {"auth": "%%%"}}}), SecretProblem.BAD_LOGIN),
        (secret({"auths": {HOST: {"auth": encoded("AWS")}}}), SecretProblem.BAD_LOGIN),
    ],
)
def test_no_login(tmp_path: Path, text: str | dict[str, Any], problem: SecretProblem) -> None:
    assert look(tmp_path / "s", text).problem is problem


def test_no_file(tmp_path: Path) -> None:
    found = stage(pull_secret=str(tmp_path / "none")).observe(PullSecretProbe())
    assert found.problem is SecretProblem.NO_FILE

    with pytest.raises(ProbeError, match="--pull-secret"):
        stage().observe(PullSecretProbe())


def test_its_secrets_are_masked_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text(json.dumps(secret(auths(password="hunter2hunter2"))))
    scene = stage(pull_secret=str(path))

    scene.observe(PullSecretProbe())

    assert "hunter2" not in scene.redactor.clean("the password is hunter2hunter2")


@pytest.mark.parametrize(("client", "sends"), [("kubelet", "AWS"), ("docker", "")])
def test_its_login_is_what_a_kubelet_sends(tmp_path: Path, client: str, sends: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(json.dumps(secret(auths())))
    scene = stage(pull_secret=str(file), client=client, env={"HOME": str(tmp_path)})

    found = scene.observe(DockerCredentialProbe())

    assert (found.user, found.path == str(file)) == (sends, client == "kubelet")
