"""A machine on paper: files, programs and helpers written down in a table."""

from __future__ import annotations

import base64
import json
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecr_doctor.clients.machine import FileRead, FileState, HelperReply
from ecr_doctor.redact import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.clients.kubelet_provider import ProviderCall

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
HOME = "/home/dev"
CONFIG = f"{HOME}/.docker/config.json"
NOT_FOUND = HelperReply(exit_code=1, stdout=Secret("credentials not found in native keychain"))


def auth(user: str, password: str) -> dict[str, str]:
    """An `auths` entry as `docker login` writes it."""
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def answer(user: str, secret: str) -> HelperReply:
    """A good answer."""
    text = json.dumps({"ServerURL": HOST, "Username": user, "Secret": secret})
    return HelperReply(stdout=Secret(text))


REPLIES = {
    "ok": answer("u-helper", "s-helper"),
    "notfound": NOT_FOUND,
    "notfound-newline": HelperReply(exit_code=1, stdout=Secret(f"{NOT_FOUND.stdout.reveal()}\n")),
    "notfound-on-stderr": HelperReply(exit_code=1, stderr=NOT_FOUND.stdout.reveal()),
    "error": HelperReply(exit_code=1, stdout=Secret("out of order")),
    "empty": HelperReply(),
    "garbage": HelperReply(stdout=Secret("no JSON at all")),
    "noise": HelperReply(stdout=Secret("warning\n" + answer("u", "s").stdout.reveal())),
    "trailer": HelperReply(stdout=Secret(answer("u-helper", "s-helper").stdout.reveal() + "bye")),
    "array": HelperReply(stdout=Secret("[]")),
    "emptyuser": answer("", "s"),
    "emptysecret": answer("u", ""),
    "emptyobject": HelperReply(stdout=Secret("{}")),
    "token": answer("<token>", "s"),
    "number": HelperReply(stdout=Secret('{"Username": 5, "Secret": "s"}')),
    "nullsecret": HelperReply(stdout=Secret('{"Username": "u", "Secret": null}')),
    "exit2": HelperReply(exit_code=2, stdout=answer("u", "s").stdout),
    "killed": HelperReply(exit_code=None),
    "hangs": HelperReply(exit_code=None, timed_out=True),
    "missing": HelperReply(started=False, problem="executable file not found in $PATH"),
    "lowercase": HelperReply(stdout=Secret('{"username": "u-helper", "secret": "s-helper"}')),
}


@dataclass
class PaperMachine:
    """Answers from its tables; keeps what was asked of helpers."""

    files: Mapping[str, object] = field(default_factory=dict)
    """Path to text, to an object that is written as JSON, or to a `FileState`."""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Name to a key of `REPLIES`."""
    programs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=lambda: {"HOME": HOME})
    lists: Mapping[str, dict[str, str]] = field(default_factory=dict)
    uid: int = 1000
    passwd_home: str = HOME
    cwd: str = "/work"
    offline: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    provided: Mapping[str, object] = field(default_factory=dict)
    """Name of a kubelet provider to the answer's `auth`."""

    def read(self, path: str) -> FileRead:
        """What the table has."""
        path = posixpath.normpath(path)
        content = self.files.get(path, FileState.MISSING)
        if isinstance(content, FileState):
            return FileRead(path=path, state=content, problem=f"open {path}: {content}")
        text = content if isinstance(content, str) else json.dumps(content)
        state = FileState.OK if text.strip() else FileState.EMPTY
        return FileRead(path=path, state=state, data=text.encode())

    def is_directory(self, path: str) -> bool:
        """Whether a file of the table lies below."""
        return any(name.startswith(f"{posixpath.normpath(path)}/") for name in self.files)

    def names(self, folder: str) -> tuple[str, ...]:
        """The table's names right below."""
        below = (name.partition(f"{folder}/") for name in self.files)
        return tuple({rest.partition("/")[0] for before, _, rest in below if not before and rest})

    def has_program(self, name: str) -> bool:
        """Whether the table has the program or helper."""
        helper = name.removeprefix("docker-credential-")
        return name in self.programs or (helper != name and helper in self.helpers)

    def can_start(self, name: str) -> bool:
        """Whether the table has it, and not as one that does not start."""
        helper = name.removeprefix("docker-credential-")
        return self.has_program(name) and self.helpers.get(helper) != "missing"

    def ask(self, helper: str, server: str) -> HelperReply | None:
        """The helper's reply."""
        self.asked.append((helper, server))
        return None if self.offline else REPLIES[self.helpers.get(helper, "missing")]

    def list_keys(self, helper: str) -> HelperReply | None:
        """The keys the helper knows; a helper that fails also fails to list."""
        self.asked.append((helper, "list"))
        if self.offline:
            return None
        kind = self.helpers.get(helper, "missing")
        if kind not in {"ok", "notfound"}:
            return REPLIES[kind]
        return HelperReply(stdout=Secret(json.dumps(self.lists.get(helper, {HOST: "AWS"}))))

    def ask_provider(self, call: ProviderCall) -> HelperReply | None:
        """The answer of a provider of kubelet; one that is not in the table cannot be started."""
        self.asked.append((call.provider.name, call.image))
        if self.offline:
            return None
        if call.provider.name not in self.provided:
            return REPLIES["missing"]
        answered = self.provided[call.provider.name]
        document = {"kind": "CredentialProviderResponse", "auth": answered}
        return HelperReply(stdout=Secret(json.dumps(document)))
