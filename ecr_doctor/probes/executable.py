"""Whether the system can start a file: its kind, its CPU, its interpreter or loader."""

from __future__ import annotations

import os
import platform
import struct
from enum import StrEnum
from typing import TYPE_CHECKING

from .lookup import find_program, is_executable

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = 4096
_CPUS = {
    3: "i386", 8: "mips", 20: "ppc", 21: "ppc64le", 22: "s390x", 40: "armv7l", 62: "x86_64",
    183: "aarch64", 243: "riscv64", 258: "loongarch64",
}  # fmt: skip
"""ELF's e_machine: /usr/include/elf.h."""
_ALSO_RUNS = {
    "x86_64": {"i386"},
    "i686": {"i386"},
    "i586": {"i386"},
    "aarch64": {"armv7l"},
    "armv8l": {"armv7l"},
    "armv6l": {"armv7l"},
}
_BINFMT = "/proc/sys/fs/binfmt_misc"
_BINFMT_NAMES = {"armv7l": "arm", "i386": "i386"}
_PT_INTERP = 3
_ELF64 = 2


class ProgramState(StrEnum):
    """Whether a program can be started."""

    RUNNABLE = "runnable"
    MISSING = "missing"
    NOT_EXECUTABLE = "not-executable"
    """No x bit, no right, or a file system mounted noexec."""
    DIRECTORY = "directory"
    DANGLING = "dangling"
    """A symbolic link to nothing."""
    EMPTY = "empty"
    """A file without bytes: a shell takes it for a script, docker cannot start it."""
    BAD_INTERPRETER = "bad-interpreter"
    """A script whose `#!` names a program that is not there, or not for this user."""
    NO_INTERPRETER = "no-interpreter"
    """A text without `#!`: a shell runs it, docker cannot."""
    WRONG_CPU = "wrong-cpu"
    BAD_LOADER = "bad-loader"
    """A program whose dynamic loader is not on this machine: a glibc program on Alpine."""


def examine(path: str, env: Mapping[str, str]) -> tuple[ProgramState, str]:
    """Judge a file that has the x bit; what cannot be read counts as runnable."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  a text path, as PATH has it
            head = file.read(_HEAD)
    except OSError:
        return ProgramState.RUNNABLE, ""
    if not head:
        return ProgramState.EMPTY, ""
    if head.startswith(b"\x7fELF"):
        return _examine_elf(head)
    if head.startswith(b"#!"):
        return _examine_script(head, env)
    if b"\0" not in head:
        return ProgramState.NO_INTERPRETER, ""
    return ProgramState.RUNNABLE, ""


def _examine_script(head: bytes, env: Mapping[str, str]) -> tuple[ProgramState, str]:
    line = head[2:].split(b"\n", 1)[0].decode("utf-8", errors="replace")
    words = line.strip(" \t").split(None, 1) if line.strip(" \t\r") else []
    if not words:
        return ProgramState.NO_INTERPRETER, ""
    interpreter = line.strip(" \t").split(" ", 1)[0].split("\t", 1)[0]
    if not is_executable(interpreter):
        return ProgramState.BAD_INTERPRETER, repr(interpreter).strip("'")
    if interpreter.endswith("/env") and len(words) > 1:
        wanted = words[1].removeprefix("-S ").split()[0]
        if "=" not in wanted and not wanted.startswith("-") and not find_program(wanted, env):
            return ProgramState.BAD_INTERPRETER, f"{wanted} (looked for by {interpreter})"
    return ProgramState.RUNNABLE, ""


def _examine_elf(head: bytes) -> tuple[ProgramState, str]:
    try:
        order = "<" if head[5] == 1 else ">"
        cpu = _CPUS.get(struct.unpack_from(order + "H", head, 18)[0], "another CPU")
        loader = _loader(head, order)
    except (struct.error, IndexError):
        return ProgramState.WRONG_CPU, "a truncated program"
    here = platform.machine()
    if cpu != here and cpu not in _ALSO_RUNS.get(here, set()) and not _has_binfmt(cpu):
        return ProgramState.WRONG_CPU, f"built for {cpu}, this machine is {here}"
    if loader and cpu == here and not is_executable(loader):
        return ProgramState.BAD_LOADER, loader
    return ProgramState.RUNNABLE, ""


def _loader(head: bytes, order: str) -> str:
    """The dynamic loader that an ELF file asks for; empty for a static one."""
    wide = head[4] == _ELF64
    begin = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
    size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
    for number in range(min(count, 64)):
        at = begin + number * size
        if at + size > len(head):
            return ""
        if struct.unpack_from(order + "I", head, at)[0] != _PT_INTERP:
            continue
        offset = struct.unpack_from(order + ("Q" if wide else "I"), head, at + (8 if wide else 4))[
            0
        ]
        length = struct.unpack_from(
            order + ("Q" if wide else "I"), head, at + (32 if wide else 16)
        )[0]
        if length > _HEAD or offset + length > len(head):
            return ""
        return head[offset : offset + length].rstrip(b"\0").decode("utf-8", errors="replace")
    return ""


def _has_binfmt(cpu: str) -> bool:
    """Whether the kernel was taught to start another CPU's programs (qemu)."""
    return os.access(f"{_BINFMT}/qemu-{_BINFMT_NAMES.get(cpu, cpu)}", os.F_OK)
