"""Many processes at once, as when a machine starts fifty containers."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

from ecr_doctor.auth import cached

if TYPE_CHECKING:
    import subprocess

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANY = 50


def feed(processes: list[subprocess.Popen[str]], hosts: list[str]) -> list[tuple[str, str]]:
    """Give each process its host, then wait for all."""
    for process, host in zip(processes, hosts, strict=True):
        assert process.stdin is not None
        process.stdin.write(host)
        process.stdin.close()
        process.stdin = None
    return [process.communicate(timeout=60) for process in processes]


def answers(processes: list[subprocess.Popen[str]], hosts: list[str]) -> list[str]:
    ended = feed(processes, hosts)
    assert [process.returncode for process in processes] == [0] * len(processes), ended
    return [json.loads(out)["Secret"] for out, _ in ended]


def assert_tidy(helper: Helper, entries: int) -> None:
    document = json.loads(helper.cache.read_text())
    assert len(document["Registries"]) == entries
    assert all(cached.entry_of(e, time.time()) for e in document["Registries"].values())
    assert [path.name for path in helper.cache.parent.iterdir()] == ["cache.json"]


def test_fifty_cold_processes_make_one_call(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 0.2

    secrets = answers([helper.start() for _ in range(MANY)], [HOST] * MANY)

    assert len(set(secrets)) == 1
    assert len(aws.calls) == 1
    assert_tidy(helper, 1)


def test_registries_and_identities_wait_for_their_own_alone(helper: Helper, aws: FakeAws) -> None:
    aws.keys.update({f"AKIA{n}": f"secret{n}" for n in range(2)})
    identities = [
        {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
        for key, secret in aws.keys.items()
    ]
    hosts = [f"{n}23456789012.dkr.ecr.us-east-1.amazonaws.com" for n in range(4)]
    pairs = [(identity, host) for identity in identities for host in hosts] * 4

    processes = [helper.start(**identity) for identity, _ in pairs]
    answers(processes, [host for _, host in pairs])

    assert len(aws.calls) == len(identities) * len(hosts)
    assert_tidy(helper, len(identities) * len(hosts))


def test_a_corrupt_cache_changes_nothing(helper: Helper, aws: FakeAws) -> None:
    helper.cache.parent.mkdir()
    helper.cache.write_text("{")

    answers([helper.start() for _ in range(10)], [HOST] * 10)

    assert len(aws.calls) == 1
    assert_tidy(helper, 1)


def test_nobody_waits_in_a_row_for_the_same_failure(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 1
    aws.answers += [(400, {"__type": "AccessDeniedException", "message": "no"})] * 10
    processes = [helper.start() for _ in range(10)]
    ended = feed(processes, [HOST] * 10)

    assert [process.returncode for process in processes] == [1] * 10
    assert all("AWS refuses a token" in err for _, err in ended)
    assert aws.busiest > 1


def test_a_process_killed_in_the_middle_holds_nobody_up(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 1.5
    first = helper.start()
    assert first.stdin is not None
    first.stdin.write(HOST)
    first.stdin.close()
    first.stdin = None
    while not list(helper.home.glob(".ecr/.fetch-*")):
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()

    aws.delay = 0
    answers([helper.start() for _ in range(5)], [HOST] * 5)

    assert_tidy(helper, 1)
