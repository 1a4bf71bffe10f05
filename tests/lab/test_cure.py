"""`ecr-doctor fix` in the laboratory: what it cures, and that it touches nothing else."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from lab.faults import ALL, Fault
from lab.sampling import sample
from lab.skipping import skip_the_impossible
from lab.test_our_helper import NAME, PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from lab.world import Lab

TOOL = [sys.executable, "-m", "ecr_doctor"]
_LAYERS = frozenset({"docker-config", "token", "helper"})
"""Layers whose faults lie in the user's docker configuration or helper."""
_MORE = frozenset({"config-other-folder", "config-context-missing"})
_NOT_OURS = {
    "config-unreadable": "the file belongs to another user: its owner must open it",
    "config-folder-closed": "the folder belongs to another user",
    "home-closed": "the home belongs to another user",
    "config-yaml": "it is no JSON at all: what was meant is for its owner to say",
    "config-list": "it holds something else than docker's fields",
    "config-pipe": "somebody made the pipe, and may write to it",
    "json-text": "it holds something else than docker's fields",
    "json-too-deep": "docker reads no such depth, and what lies there is not for us to drop",
    "json-nan": "JSON has no such number: what was meant is for its owner to say",
    "json-newline-in-text": "whether the text goes on in the next line is for its owner to say",
    "json-typographic-quotes": "such marks may stand in a text, so where one ends is not certain",
    "json-merge-marks": "which side of the merge counts is for its owner to say",
    "auths-other-account-user": "the repository's policy refuses the identity that was chosen",
    "helper-fails-stale-auths-ignored": "the AWS keys are wrong",
}
CURABLE = [
    fault
    for fault in ALL
    if not fault.pull_works
    and (fault.layer in _LAYERS or fault.name in _MORE)
    and fault.name not in _NOT_OURS
]
OTHERS = [fault for fault in ALL if fault not in CURABLE]
CURED = sample(CURABLE, 4)
UNTOUCHED = sample(OTHERS, 12)

Picture = dict[str, tuple[int, int, int, bytes]]


def picture(home: Path) -> Picture:
    """Every file of a home: mode, owner, group, content or link; the helper's cache left out."""
    seen: Picture = {}
    for folder, folders, files in os.walk(home):
        if ".ecr" in folders:
            folders.remove(".ecr")
        for name in (*folders, *files):
            path = os.path.join(folder, name)  # noqa: PTH118
            found = os.lstat(path)
            content = b""
            if stat.S_ISLNK(found.st_mode):
                content = os.readlink(path).encode()  # noqa: PTH115
            elif stat.S_ISREG(found.st_mode):
                with open(path, "rb") as file:  # noqa: PTH123
                    content = file.read()
            key = os.path.relpath(path, home)
            seen[key] = (found.st_mode, found.st_uid, found.st_gid, content)
    return seen


def changed(before: Picture, after: Picture) -> set[str]:
    names = before.keys() | after.keys()
    return {name for name in names if before.get(name) != after.get(name)}


def is_dockers(name: str) -> bool:
    """Docker's configuration, and what `fix` keeps beside it."""
    folder, _, base = name.rpartition("/")
    ours = base == "config.json" or base.startswith("config.json.ecr-doctor-")
    return name == ".docker" or (folder in {".docker", "ci-docker"} and ours)


class Patient:
    """The laboratory with one fault in it, and our helper on PATH."""

    def __init__(self, lab: Lab, fault: Fault) -> None:
        skip_the_impossible(fault)
        fault.inject(lab)
        lab.install(NAME, PROGRAM)
        self.lab = lab
        self.fault = fault
        self.before = self.picture()
        self.said = ""

    def call(self, *arguments: str) -> int:
        done = self.lab.run([*TOOL, *arguments], self.fault.env, self.fault.uid, timeout=120)
        self.said += f"$ {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        assert not [secret for secret in self.lab.secrets() if secret in self.said]
        return done.returncode

    def changes(self) -> set[str]:
        return changed(self.before, self.picture())

    def picture(self) -> Picture:
        """The user's home, and the one that sudo would give."""
        other = picture(self.lab.folder / "home2")
        return {**picture(self.lab.user.path), **{f"home2/{n}": seen for n, seen in other.items()}}


@pytest.mark.parametrize("fault", CURED, ids=lambda fault: fault.name)
def test_is_cured(lab: Lab, fault: Fault) -> None:
    patient = Patient(lab, fault)

    assert patient.call("fix", fault.image, "--yes") == 0, patient.said
    assert {name for name in patient.changes() if not is_dockers(name)} == set()
    pulled = lab.pull(fault.image, fault.env, fault.uid)
    assert pulled.returncode == 0, pulled.stderr + patient.said
    assert patient.call("run", fault.image, "-q") == 0, patient.said
    assert patient.call("fix", "--undo") == 0, patient.said
    assert patient.changes() == set()


@pytest.mark.parametrize("fault", UNTOUCHED, ids=lambda fault: fault.name)
def test_makes_nothing_worse(lab: Lab, fault: Fault) -> None:
    patient = Patient(lab, fault)

    code = patient.call("fix", fault.image, "--yes", "--no-pull")

    assert code in ((0, 3) if fault.pull_works else (0, 1, 3)), patient.said
    assert {name for name in patient.changes() if not is_dockers(name)} == set()
    assert patient.call("fix", "--undo") == 0, patient.said
    assert patient.changes() == set()


def test_a_dry_run_changes_nothing(lab: Lab) -> None:
    patient = Patient(lab, next(fault for fault in CURABLE if fault.name == "auths-expired"))

    assert patient.call("fix", patient.fault.image, "--dry-run") == 1
    assert "credHelpers" in patient.said
    assert patient.changes() == set()
