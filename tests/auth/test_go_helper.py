"""Side by side with the real docker-credential-ecr-login, on one cache file."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.auth import cached

if TYPE_CHECKING:
    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

pytestmark = pytest.mark.lab
HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


def run_go(helper: Helper, text: str = HOST) -> str:
    done = subprocess.run(
        ["docker-credential-ecr-login", "get"],  # noqa: S607
        input=text,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(helper.home), **helper.env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return str(json.loads(done.stdout)["Secret"])


def ours(helper: Helper) -> str:
    done = helper.run()
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["Secret"])


def test_we_read_what_the_go_helper_cached(helper: Helper, aws: FakeAws) -> None:
    theirs = run_go(helper)

    assert ours(helper) == theirs
    assert len(aws.calls) == 1


@pytest.mark.parametrize("version", ["today", "old"])
def test_the_go_helper_reads_what_we_cached(helper: Helper, aws: FakeAws, version: str) -> None:
    secret = ours(helper)
    place = cached.place_of(HOST)
    assert place is not None
    document = json.loads(helper.cache.read_text())
    today, old = place.keys(KEY_ID, {})
    # A helper before 0.11 looks under its old key alone; the entry is the same.
    document["Registries"][today if version == "today" else old] = document["Registries"][today]
    helper.cache.write_text(json.dumps(document))
    knows = version == "old" or _is_new()

    assert (run_go(helper) == secret) == knows
    assert len(aws.calls) == (1 if knows else 2)


def test_neither_drops_the_others_entries(helper: Helper, aws: FakeAws) -> None:
    ours(helper)
    run_go(helper)
    other = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    assert helper.run(other).returncode == 0

    entries = json.loads(helper.cache.read_text())["Registries"]
    regions = sorted(key[:9] for key in entries)
    assert regions[0] == "eu-west-1"
    assert set(regions[1:]) == {"us-east-1"}
    assert run_go(helper) == ours(helper) or len(regions) == 3
    assert len(aws.calls) <= 3


def _is_new() -> bool:
    done = subprocess.run(
        ["docker-credential-ecr-login", "-v"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    number = done.stdout.split("Version:")[1].split()[0]
    return tuple(int(part) for part in number.split(".")[:2]) >= (0, 11)
