from __future__ import annotations

from typing import Any

import pytest

from checks.client.views import DUAL, EU, OTHER, Seen, config, helper, stored
from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.auth_variable import AuthVariable, AuthVariableProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.testing import HOST, TARGET, context
from ecr_doctor_checks.client.registry_configured import RegistryConfigured

LOGIN = {"auth": "QVdTOnNlY3JldA=="}
MISMATCH, WILDCARD = "credhelpers-key-mismatch", "credhelpers-wildcard-key"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        pytest.param(helper(), None, id="helper"),
        pytest.param({"credsStore": "ecr-login"}, None, id="store"),
        pytest.param({"auths": {HOST: LOGIN}}, None, id="login"),
        pytest.param({"auths": {f"https://{HOST}/v2/": LOGIN}}, None, id="login with scheme"),
        pytest.param(None, "never-logged-in", id="no file"),
        pytest.param({}, "never-logged-in", id="empty object"),
        pytest.param(helper(host="ghcr.io"), "never-logged-in", id="other registries only"),
        pytest.param(helper(host=f"https://{HOST}"), MISMATCH, id="scheme"),
        pytest.param(helper(host=f"{HOST}/team/app"), MISMATCH, id="path"),
        pytest.param(helper(host=f"{HOST}/"), MISMATCH, id="slash"),
        pytest.param(helper(host=f" {HOST}"), MISMATCH, id="white space"),
        pytest.param(helper(host=HOST.upper()), MISMATCH, id="letter case"),
        pytest.param(helper(host=f"{HOST}:443"), MISMATCH, id="port"),
        pytest.param(helper(host=HOST.replace("ecr.", "ecr-fips.")), MISMATCH, id="FIPS name"),
        pytest.param(helper(host=HOST.replace("123456", "123465")), MISMATCH, id="a slip"),
        pytest.param(helper(host=EU), MISMATCH, id="other region"),
        pytest.param(helper(host=OTHER), MISMATCH, id="other account"),
        pytest.param(helper(host="*.dkr.ecr.us-east-1.amazonaws.com"), WILDCARD, id="wildcard"),
        pytest.param(helper(host="*.dkr.ecr.*.amazonaws.com"), WILDCARD, id="two wildcards"),
        pytest.param(helper(host="dkr.ecr.us-east-1.amazonaws.com"), MISMATCH, id="domain"),
        pytest.param(helper(host=DUAL), "dual-stack-host-not-configured", id="dual stack"),
        pytest.param({"auths": {EU: LOGIN}}, "login-for-other-registry", id="login elsewhere"),
        pytest.param({"auths": {OTHER: LOGIN}}, "registry-without-login", id="other account's"),
        pytest.param({"auths": {DUAL: LOGIN}}, "dual-stack-host-not-configured", id="dual login"),
        pytest.param(
            {"auths": {OTHER: LOGIN}, **helper(host=f"https://{HOST}")},
            MISMATCH,
            id="the nearest key is named",
        ),
    ],
)
def test_verdict(content: dict[str, Any] | None, cause: str | None) -> None:
    verdict = RegistryConfigured().run(context({DockerConfigProbe(): config(content)}))

    assert verdict.cause == cause
    assert verdict.status is (Status.FAIL if cause else Status.PASS)


@pytest.mark.parametrize("content", [None, {}, helper(), helper(host="https://ghcr.io")])
def test_another_registry_may_want_no_login(content: dict[str, Any] | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(content)}

    verdict = RegistryConfigured().run(context(seen, target=parse_target("ghcr.io/owner/app:1")))

    assert verdict.status is Status.INCONCLUSIVE
    assert "no Amazon ECR registry" in verdict.summary
    assert verdict.evidence[-1].value == "docker login ghcr.io"


def test_dual_stack_image_and_classic_helper() -> None:
    target = parse_target(f"{DUAL}/team/app")
    verdict = RegistryConfigured().run(
        context({DockerConfigProbe(): config(helper())}, target=target)
    )

    assert verdict.cause == "dual-stack-host-not-configured"
    assert dict(verdict.facts)["key"] == HOST


def test_podman_does_not_read_the_store() -> None:
    seen: Seen = {DockerConfigProbe(): config({"credsStore": "ecr-login"})}
    verdict = RegistryConfigured().run(
        context(seen, target=TARGET, settings=Settings(client="podman"))
    )

    assert verdict.cause == "client-ignores-creds-store"


def test_docker_may_be_podmans_imitation() -> None:
    seen: Seen = {
        DockerConfigProbe(): config({"credsStore": "ecr-login"}),
        DockerCliProbe(): DockerCli(path="/usr/bin/docker", version="4.3.1", emulates="podman"),
    }

    assert RegistryConfigured().run(context(seen)).cause == "client-ignores-creds-store"


def test_the_variable_is_enough() -> None:
    variable = AuthVariable(present=True, version="28.5.2", obeyed=True, login=stored())
    seen: Seen = {DockerConfigProbe(): config({}), AuthVariableProbe(): variable}

    assert RegistryConfigured().run(context(seen)).status is Status.PASS


def test_ecr_public_needs_no_login() -> None:
    target = parse_target("public.ecr.aws/docker/library/alpine:3")

    verdict = RegistryConfigured().run(context({DockerConfigProbe(): config({})}, target=target))

    assert verdict.status is Status.PASS
