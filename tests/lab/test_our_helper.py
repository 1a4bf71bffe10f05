"""A real docker pulls through our own credential helper, and says why when it cannot."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from lab import names
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

NAME = "docker-credential-ecr-doctor"
PROGRAM = f"""#!{sys.executable}
import sys
from ecr_doctor.auth.helper import main
sys.exit(main())
"""


def use_ours(lab: Lab, *hosts: str) -> None:
    lab.install(NAME, PROGRAM)
    lab.user.write_config({"credHelpers": dict.fromkeys(hosts, "ecr-doctor")})


def api_calls(lab: Lab, since: int) -> int:
    return sum(line["host"] == names.API_HOST for line in lab.requests()[since:])


@pytest.mark.parametrize("host", [names.HOST, names.DUAL_STACK_HOST, f"{names.HOST}:443"])
def test_a_pull_works_and_the_second_needs_no_api(lab: Lab, host: str) -> None:
    use_ours(lab, host)
    before = len(lab.requests())
    image = f"{host}/team/app:latest"

    first = lab.pull(image)
    lab.drop_images()
    second = lab.pull(image)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert api_calls(lab, before) == 1


def test_the_two_helpers_share_a_cache(lab: Lab) -> None:
    assert lab.pull().returncode == 0
    lab.drop_images()
    use_ours(lab, names.HOST)
    before = len(lab.requests())

    assert lab.pull().returncode == 0
    assert api_calls(lab, before) == 0


def test_docker_shows_why_there_is_no_token(lab: Lab) -> None:
    use_ours(lab, names.HOST)
    lab.user.write_keys("AKIAIOSFODNN7NOWHERE", "wrong")

    done = lab.pull()

    assert done.returncode != 0
    assert f"{NAME}: AWS does not know the access key" in done.stderr
    assert "aws configure list" in done.stderr


def test_without_a_token_docker_falls_back_to_a_stored_login(lab: Lab) -> None:
    use_ours(lab, names.HOST)
    config = json.loads(lab.user.docker_config.read_text(encoding="utf-8"))
    lab.user.write_config(config | auths(lab.token()))
    lab.user.write_keys("AKIAIOSFODNN7NOWHERE", "wrong")

    assert lab.pull().returncode == 0


def test_login_and_logout_do_not_die(lab: Lab) -> None:
    use_ours(lab, names.HOST)
    password = lab.token()
    done = lab.run(["docker", "login", "-u", "AWS", "-p", password, names.HOST])
    out = lab.run(["docker", "logout", names.HOST])

    assert (done.returncode, out.returncode) == (0, 0), done.stderr + out.stderr
    assert "needs no login" in done.stderr
    assert lab.pull().returncode == 0
