from __future__ import annotations

import json

import pytest

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.model import parse_target
from ecr_doctor.probes.aws_config_files import AwsFile, AwsFiles, AwsFilesProbe, Section, Setting
from ecr_doctor.probes.aws_need import AwsNeedProbe
from ecr_doctor.probes.aws_regions import regions_in_use
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigFile, DockerConfigProbe
from ecr_doctor.testing import HOST, FixedScene

STORED = {"auths": {HOST: {"auth": "QVdTOng="}}}


def config(content: object) -> DockerConfigFile:
    return DockerConfigFile(
        path="~/.docker/config.json",
        reason="HOME",
        state=ConfigState.OK,
        config=parse_config(json.dumps(content)),
    )


@pytest.mark.parametrize(
    ("content", "needed", "helper"),
    [
        ({"credHelpers": {HOST: "ecr-login"}}, True, "ecr-login"),
        ({"credsStore": "ecr-login"}, True, "ecr-login"),
        ({"credHelpers": {HOST: "ecr-doctor"}, **STORED}, True, "ecr-doctor"),
        ({"credHelpers": {HOST: "our-ecr-wrapper"}}, True, "our-ecr-wrapper"),
        ({"credsStore": "desktop"}, False, "desktop"),
        (STORED, False, ""),
        ({}, False, ""),
        ({"credHelpers": {"ghcr.io": "ecr-login"}}, False, ""),
    ],
)
def test_who_fetches_the_token(content: object, helper: str, *, needed: bool) -> None:
    scene = FixedScene({DockerConfigProbe(): config(content)})

    need = AwsNeedProbe().look(scene)

    assert (need.needed, need.helper) == (needed, helper)
    assert need.why


def test_unknown_configuration_makes_no_need() -> None:
    scene = FixedScene({DockerConfigProbe(): ProbeError("cannot look")})

    assert not AwsNeedProbe().look(scene).needed


@pytest.mark.parametrize(
    ("content", "unused"), [({"credsStore": "ecr-login"}, False), (STORED, True), ({}, True)]
)
def test_public_images_need_no_aws(content: object, *, unused: bool) -> None:
    scene = FixedScene(
        {DockerConfigProbe(): config(content)}, target=parse_target("public.ecr.aws/x/y:1")
    )

    need = AwsNeedProbe().look(scene)

    assert (need.needed, need.unused) == (False, unused)


def profile(name: str, region: str) -> Section:
    setting = Setting(name="region", value=region, origin="config:2")
    return Section(name=name, origin="config:1", settings=(setting,))


def test_regions_in_use() -> None:
    sections = (profile("default", "eu-west-1"), profile("profile cn", "cn-north-1"))
    files = AwsFiles(
        config=AwsFile(path="config", sections=sections), credentials=AwsFile(path="credentials")
    )
    other = HOST.replace("us-east-1", "ap-south-1")
    docker = config({"credHelpers": {other: "ecr-login"}, "auths": {f"https://{other}": {}}})
    scene = FixedScene({AwsFilesProbe(): files, DockerConfigProbe(): docker})

    assert regions_in_use(scene) == ("eu-west-1", "ap-south-1")
