from __future__ import annotations

import platform
import struct
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path

MACHINES = {"x86_64": 62, "aarch64": 183}


def elf(machine: int, loader: bytes = b"") -> bytes:
    """The head of a 64-bit program."""
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    body = struct.pack("<IIQQQQQQ", 3, 4, 120, 0, 0, len(loader), len(loader), 1)
    return ident + header + body + loader


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"#!/bin/sh\n", ProgramState.RUNNABLE),
        (b"#! /bin/sh -e\n", ProgramState.RUNNABLE),
        (b"#!/usr/bin/env sh\n", ProgramState.RUNNABLE),
        (b"#!/usr/bin/env no-such-program\n", ProgramState.BAD_INTERPRETER),
        (b"#!/no/such/shell\n", ProgramState.BAD_INTERPRETER),
        (b"#!/bin/sh\r\necho\r\n", ProgramState.BAD_INTERPRETER),
        (b"#!/" + b"x" * 300 + b"/sh\n", ProgramState.BAD_INTERPRETER),
        (b"#!/etc/passwd\n", ProgramState.BAD_INTERPRETER),
        (b"echo hello\n", ProgramState.NO_INTERPRETER),
        (b"", ProgramState.EMPTY),
        (b"\x7fELF", ProgramState.WRONG_CPU),
        (b"\xca\xfe\xba\xbe\x00", ProgramState.RUNNABLE),
    ],
)
def test_kinds_of_files(tmp_path: Path, content: bytes, state: ProgramState) -> None:
    user = User(tmp_path)
    user.helper("").write_bytes(content)

    assert user.scene().observe(HelperProbe("x")).state is state


@pytest.mark.skipif(platform.machine() not in MACHINES, reason="made for two CPUs")
def test_programs_of_this_and_another_cpu(tmp_path: Path) -> None:
    user = User(tmp_path)
    here = MACHINES[platform.machine()]
    for name, content in (
        ("here", elf(here)),
        ("s390", elf(22)),
        ("musl", elf(here, b"/lib/no-such-loader.so\0")),
    ):
        user.helper("", name).write_bytes(content)
    scene = user.scene()

    assert scene.observe(HelperProbe("here")).state is ProgramState.RUNNABLE
    assert scene.observe(HelperProbe("s390")).state is ProgramState.WRONG_CPU
    assert "s390x" in scene.observe(HelperProbe("s390")).detail
    assert scene.observe(HelperProbe("musl")).state is ProgramState.BAD_LOADER


def test_the_first_executable_one_counts(tmp_path: Path) -> None:
    user = User(tmp_path)
    second = tmp_path / "second"
    second.mkdir()
    user.env["PATH"] = f"{user.bin}:{second}"
    user.helper("true", mode=0o644)
    (second / "docker-credential-x").write_text("#!/bin/sh\n")
    (second / "docker-credential-x").chmod(0o755)
    found = user.scene().observe(HelperProbe("x"))

    assert (found.path, found.runnable) == (str(second / "docker-credential-x"), True)


def test_not_executable_folder_and_dangling_link(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper("true", "plain", 0o644)
    (user.bin / "docker-credential-folder").mkdir()
    (user.bin / "docker-credential-link").symlink_to("/no/such/file")
    scene = user.scene()

    assert scene.observe(HelperProbe("plain")).state is ProgramState.NOT_EXECUTABLE
    assert scene.observe(HelperProbe("folder")).state is ProgramState.DIRECTORY
    assert scene.observe(HelperProbe("link")).state is ProgramState.DANGLING


def test_a_missing_one_with_near_names_and_a_copy_elsewhere(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper("true", "ecr-test-login")
    hidden = user.home / "bin"
    hidden.mkdir()
    (hidden / "docker-credential-ecr_test_login").write_text("x")
    found = user.scene().observe(HelperProbe("ecr_test_login"))

    assert found.state is ProgramState.MISSING
    assert found.similar[0] == "ecr-test-login"
    assert found.elsewhere == (str(hidden / "docker-credential-ecr_test_login"),)


def test_the_full_name_in_place_of_the_suffix(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper("true")

    assert user.scene().observe(HelperProbe("docker-credential-x")).similar == ("x",)


def test_relative_folders_of_path_are_not_used(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.env["PATH"] = "bin::."

    assert user.scene().observe(HelperProbe("x")).state is ProgramState.MISSING


def test_a_folder_is_named_once_however_it_is_spelled(tmp_path: Path) -> None:
    user = User(tmp_path)
    (user.home / "go/bin").mkdir(parents=True)
    (user.home / "bin").symlink_to(user.home / "go/bin")
    (user.home / ".local").symlink_to(user.home / "go")
    (user.home / "go/bin/docker-credential-x").write_text("x")

    found = user.scene().observe(HelperProbe("x"))
    assert found.elsewhere == (str(user.home / "bin/docker-credential-x"),)

    user.env["PATH"] += f":{user.home}/.local/bin"
    assert user.scene().observe(HelperProbe("x")).elsewhere == ()


def test_a_folder_of_path_that_cannot_be_looked_into_is_passed_over(tmp_path: Path) -> None:
    user = User(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)  # root may look into it; nobody into a name that is too long
    user.env["PATH"] = f"/{'x' * 300}:{closed}:{user.bin}"
    user.helper("true", mode=0o644)

    assert user.scene().observe(HelperProbe("x")).state is ProgramState.NOT_EXECUTABLE
