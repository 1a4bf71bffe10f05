"""The laboratory itself: the real docker fails, or not, as each fault says it must."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab import names
from lab.faults import ALL, Fault
from lab.sampling import sample
from lab.skipping import skip_the_impossible

if TYPE_CHECKING:
    from lab.world import Lab

NOT_FOUND = 127
"""How env ends where there is no such program."""
QUICK = [fault for fault in ALL if not fault.slow and fault.client != "kubelet"]
"""No kubelet runs here that could pull."""


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in ALL}) == len(ALL)


def test_a_fault_that_breaks_the_pull_has_an_accepted_cause() -> None:
    assert [f.name for f in ALL if not f.pull_works and not f.accept] == []


def test_every_accepted_cause_is_one_of_ours() -> None:
    catalog = Path(__file__).parents[2] / "checks/ecr_doctor_checks/catalog"
    known = {page.stem for page in catalog.glob("*.toml")}
    assert {cause for fault in ALL for cause in fault.accept} - known == set()


def test_the_healthy_pull_works_twice(lab: Lab) -> None:
    assert lab.pull().returncode == 0
    lab.drop_images()
    assert lab.pull().returncode == 0


def test_a_pull_goes_through_api_registry_and_bucket(lab: Lab) -> None:
    before = len(lab.requests())
    assert lab.pull().returncode == 0
    hosts = [line["host"].partition(":")[0] for line in lab.requests()[before:]]
    assert hosts[0] == names.API_HOST
    assert {names.HOST, names.S3_HOST} < set(hosts)


def test_nothing_leads_out(lab: Lab) -> None:
    script = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"
    done = lab.run([sys.executable, "-c", script])
    assert "Network is unreachable" in done.stderr


def test_the_owner_of_the_machine_is_hidden(lab: Lab) -> None:
    done = lab.run(["sh", "-c", "echo /home/* /root/.aws* /root/.docker*"])
    assert done.stdout.split() == ["/home/dev", "/home/dev2", "/root/.aws*", "/root/.docker*"]


def test_another_user_can_run_python(lab: Lab) -> None:
    script = "import json, os; print(json.dumps(os.getuid()))"
    done = lab.run([sys.executable, "-c", script], uid=65534)
    assert json.loads(done.stdout) == 65534, done.stderr


@pytest.mark.parametrize("fault", sample(QUICK, 4), ids=lambda fault: fault.name)
def test_docker_answers_as_the_fault_says(lab: Lab, fault: Fault) -> None:
    skip_the_impossible(fault)
    fault.inject(lab)
    done = lab.pull(fault.image, fault.env, fault.uid, client=fault.client)
    text = done.stdout + done.stderr
    if done.returncode == NOT_FOUND and fault.pull_works:
        pytest.skip("the fault takes the docker command away, and the engine pulls without it")
    assert (done.returncode == 0) == fault.pull_works, text
    assert fault.says in text
