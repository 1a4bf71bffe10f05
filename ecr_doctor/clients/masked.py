"""A machine from which some places are taken away: it shows what a client would turn to next."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold
from .helper_answer import NOT_FOUND_WORDS, PROGRAM_PREFIX
from .machine import FileRead, FileState, HelperReply
from .places import LEGACY_FILE
from .resolution import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .kubelet_provider import ProviderCall
    from .machine import Machine

NOT_FOUND: Final = HelperReply(exit_code=1, stdout=Secret(NOT_FOUND_WORDS))
FAILED: Final = HelperReply(exit_code=1, stderr="out of order")
NO_KEYS: Final = HelperReply(stdout=Secret("{}"))
_NO_PROGRAM: Final = HelperReply(started=False, problem="executable file not found in $PATH")
_NOT_EXECUTED: Final = HelperReply(started=False, problem="the system cannot execute it")
_NOWHERE = "hidden.invalid"
"""The key that a hidden entry gets: as long as any entry is there, docker seeks no store itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedMachine:
    """The machine without the hidden places; no helper is run.

    A helper that is not installed, or that the system cannot execute, is known to fail, and a
    pinned one to reply as it is told.
    """

    machine: Machine
    hidden: frozenset[Source] = frozenset()
    without: frozenset[str] = frozenset()
    """Environment variables that are not set."""
    pinned: Mapping[str, HelperReply] = field(default_factory=dict)
    """Helper to the reply to every question."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment without the hidden variables."""
        gone = self.without | {s.path for s in self.hidden if s.kind is SourceKind.ENV}
        return {name: value for name, value in self.machine.env.items() if name not in gone}

    @property
    def uid(self) -> int:
        """The machine's own."""
        return self.machine.uid

    @property
    def passwd_home(self) -> str:
        """The machine's own."""
        return self.machine.passwd_home

    @property
    def cwd(self) -> str:
        """The machine's own."""
        return self.machine.cwd

    def read(self, path: str) -> FileRead:
        """The file without the hidden entries."""
        read = self.machine.read(path)
        gone = [s for s in self.hidden if s.path and _same(s.path, path)]
        if not gone or read.state is not FileState.OK:
            return _absent(read) if any(not s.key and not s.helper for s in gone) else read
        if any(not s.key and not s.helper for s in gone):
            return _absent(read)
        try:
            return replace(read, data=_without(read.data, gone, path))
        except JsonSyntaxError:
            return read if path.endswith(".conf") else _absent(read)

    def is_directory(self, path: str) -> bool:
        """The machine's own."""
        return self.machine.is_directory(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """The machine's own."""
        return self.machine.names(folder)

    def has_program(self, name: str) -> bool:
        """Whether a program is on PATH and is not that of a hidden store."""
        gone = any(name == PROGRAM_PREFIX + s.helper for s in self._stores())
        return not gone and self.machine.has_program(name)

    def can_start(self, name: str) -> bool:
        """The same, and whether the system can execute it."""
        return self.has_program(name) and self.machine.can_start(name)

    def ask(self, helper: str, server: str) -> HelperReply | None:  # noqa: ARG002  the protocol's
        """What is certain of a helper without running it."""
        return self._reply(helper, NOT_FOUND)

    def list_keys(self, helper: str) -> HelperReply | None:
        """The same for the keys of a store."""
        return self._reply(helper, NO_KEYS)

    def ask_provider(self, call: ProviderCall) -> HelperReply | None:  # noqa: ARG002
        """None: no provider is run."""
        return None

    def _stores(self) -> list[Source]:
        return [s for s in self.hidden if s.kind is SourceKind.STORE]

    def _reply(self, helper: str, nothing: HelperReply) -> HelperReply | None:
        if helper in self.pinned:
            reply = self.pinned[helper]
            return nothing if reply is NOT_FOUND else reply
        if any(helper == source.helper for source in self._stores()):
            return nothing
        program = PROGRAM_PREFIX + helper
        if self.machine.can_start(program):
            return None
        return _NOT_EXECUTED if self.machine.has_program(program) else _NO_PROGRAM


def offline(machine: Machine) -> MaskedMachine:
    """The whole machine, with no helper run."""
    return MaskedMachine(machine=machine)


def _same(one: str, other: str) -> bool:
    return posixpath.normpath(one) == posixpath.normpath(other)


def _absent(read: FileRead) -> FileRead:
    return FileRead(path=read.path, state=FileState.MISSING)


def _without(data: bytes, gone: list[Source], path: str) -> bytes:
    """The JSON text in which the hidden entries stand under a key that no registry has."""
    found = decode(data)
    if not isinstance(found.value, Pairs):
        return data
    entries = {s.key for s in gone if s.kind is SourceKind.AUTHS}
    helpers = {s.key for s in gone if s.kind is SourceKind.HELPER}
    store = any(s.kind is SourceKind.STORE for s in gone)
    document = found.value
    if posixpath.basename(path) == LEGACY_FILE:
        document = _renamed(document, entries)
    fields = Pairs()
    for name, value in document:
        if fold(name) == "credsstore" and store:
            continue
        hidden = {"auths": entries, "credhelpers": helpers}.get(fold(name), set())
        fields.append((name, _renamed(value, hidden)))
    if store and not any(fold(n) in {"auths", "credhelpers"} and v for n, v in fields):
        fields.append(("auths", Pairs([(_NOWHERE, Pairs())])))
    return (encode(fields) + found.rest).encode("utf-8", errors="replace")


def _renamed(value: Any, keys: set[str]) -> Any:  # noqa: ANN401  any JSON value
    if not isinstance(value, Pairs):
        return value
    return Pairs([(_NOWHERE if key in keys else key, item) for key, item in value])


def encode(value: Any) -> str:  # noqa: ANN401  any JSON value
    """JSON text in which doubled keys stay double."""
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{json.dumps(k)}: {encode(v)}" for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(encode(item) for item in value) + "]"
    return json.dumps(value)
