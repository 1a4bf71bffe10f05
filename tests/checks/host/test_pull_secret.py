from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe
from ecr_doctor.probes.pull_secret import PullSecret as Secret
from ecr_doctor.probes.pull_secret import PullSecretProbe, SecretProblem
from ecr_doctor.redact import Secret as Password
from ecr_doctor.testing import HOST, NOON, context
from ecr_doctor_checks.host.pull_secret import PullSecret

GOOD: dict[str, Any] = {
    "name": "ecr",
    "namespace": "prod",
    "kind": "kubernetes.io/dockerconfigjson",
    "data_key": ".dockerconfigjson",
    "keys": (HOST,),
    "key": HOST,
    "user": "AWS",
    "is_ecr": True,
    "expires": NOON + timedelta(hours=6),
}
PASSWORD = Password("token")
SECRET, EXPIRED = "kubernetes-pull-secret", "k8s-pull-secret-expired"


def verdict(client: str = "kubelet", **changes: Any) -> Any:
    given: dict[Any, Any] = {PullSecretProbe(): Secret(path="s.yaml", **{**GOOD, **changes})}
    settings = Settings(client=client, pull_secret="s.yaml")
    return PullSecret().run(context(given, settings=settings))


@pytest.mark.parametrize(
    ("changes", "status", "cause"),
    [
        pytest.param({}, Status.PASS, None, id="good"),
        pytest.param({"expires": NOON - timedelta(hours=1)}, Status.FAIL, EXPIRED, id="expired"),
        pytest.param({"expires": NOON + timedelta(minutes=9)}, Status.WARN, EXPIRED, id="soon"),
        pytest.param({"expires": None}, Status.INCONCLUSIVE, None, id="no age"),
        pytest.param({"expires": None, "is_ecr": False, "user": "me"}, Status.INCONCLUSIVE, None,
                     id="no token of ECR"),
        pytest.param({"user": "aws"}, Status.FAIL, SECRET, id="user"),
        pytest.param({"key": "", "keys": ("docker.io",)}, Status.FAIL, SECRET, id="other host"),
        pytest.param({"kind": "Opaque"}, Status.FAIL, SECRET, id="type"),
        pytest.param({"kind": ""}, Status.FAIL, SECRET, id="no type"),
        pytest.param({"problem": SecretProblem.BAD_LOGIN}, Status.FAIL, SECRET, id="no login"),
        pytest.param({"problem": SecretProblem.NOT_YAML, "data_key": ""}, Status.FAIL, SECRET,
                     id="no YAML"),
        pytest.param({"problem": SecretProblem.NO_FILE}, Status.INCONCLUSIVE, None, id="no file"),
    ],
)  # fmt: skip
def test_verdict(changes: dict[str, Any], status: Status, cause: str | None) -> None:
    found = verdict(**changes)

    assert (found.status, found.cause) == (status, cause)


def test_docker_does_not_use_it() -> None:
    assert verdict("docker", user="me").status is Status.WARN


def test_every_problem_has_its_words() -> None:
    for problem in SecretProblem:
        assert verdict(problem=problem).summary


def test_none_was_given() -> None:
    assert PullSecret().run(context()).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("found", "status"),
    [
        pytest.param(DockerCredential(secret=PASSWORD, path="/node", helper="ecr"), Status.WARN,
                     id="the node's own login is tried as well"),
        pytest.param(DockerCredential(secret=PASSWORD, path="s.yaml"), Status.FAIL,
                     id="there is no other login"),
        pytest.param(DockerCredential(), Status.FAIL, id="no login at all"),
    ],
)  # fmt: skip
def test_beside_the_logins_of_the_node(found: DockerCredential, status: Status) -> None:
    old = Secret(path="s.yaml", **{**GOOD, "expires": NOON - timedelta(hours=1)})
    settings = Settings(client="kubelet", pull_secret="s.yaml")
    ctx = context({PullSecretProbe(): old, DockerCredentialProbe(): found}, settings=settings)

    judged = PullSecret().run(ctx)

    assert (judged.status, judged.cause) == (status, EXPIRED)
    assert "stored-login-expired" in judged.instead_of
