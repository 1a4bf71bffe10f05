"""The rules for an entry of the catalog. Nothing that breaks one is loaded.

An entry becomes plain data (the form of the index): what TOML says, with each symptom translated.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .clue_words import CLUES
from .clues import COMPUTED
from .filling import SIDES
from .loader import INDEX_FORMAT, CatalogError, sizes
from .symptoms import GROUPS
from .template import TemplateError, compile_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable
    from pathlib import Path

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LAYERS: Final = (
    "docker config",
    "helper",
    "AWS credentials",
    "region + partition",
    "IAM identity policy",
    "repository / registry policy",
    "SCP / boundary / session / endpoint policy",
    "network: DNS / route / TLS / proxy",
    "registry + image",
    "platform",
    "daemon / runtime",
    "disk",
    "quota",
)
"""Where a pull fails, from the client outward."""

_REQUIRED: Final = {"id": str, "title": str, "layer": str, "explanation": str, "fixes": list}
_OPTIONAL: Final[dict[str, type]] = {
    "symptoms": list,
    "confirm": list,
    "confused_with": list,
    "references": list,
    "prior": int,
    "groups": list,
    "ecr_only": bool,
    "question": str,
    "not_visible": str,
}
_SYMPTOM: Final[dict[str, type]] = {"text": str, "weight": int, "when": list, "unless": list}
_CONFUSION: Final[dict[str, type]] = {"cause": str, "difference": str}
_FIX: Final[dict[str, type]] = {
    "title": str,
    "steps": list,
    "command": str,
    "safe": bool,
    "needs": list,
    "sides": list,
    "policy": str,
}
_TEXTS: Final = ("confirm", "references", "groups", "steps", "when", "unless", "needs", "sides")
"""Keys whose lists hold texts alone."""
_HIGHEST_PRIOR: Final = 10
_HIGHEST_WEIGHT: Final = 100


def read_folder(folder: Traversable | Path) -> list[dict[str, Any]]:
    """Every entry of a folder, by file name.

    Raises:
        CatalogError: a file breaks a rule.

    """
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    entries = [read_entry(file.read_text(encoding="utf-8"), str(file)) for file in files]
    _check_links(entries, folder)
    return entries


def write_index(folder: Path) -> str:
    """The index of a folder, as the text of its file: one line a cause, for small diffs."""
    entries = read_folder(folder)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries)
    files = json.dumps(sizes(folder), sort_keys=True)
    return f'{{"format":{INDEX_FORMAT},\n"files":{files},\n"causes":[\n{lines}\n]}}\n'


def read_entry(text: str, name: str) -> dict[str, Any]:
    """One file's entry.

    Raises:
        CatalogError: it breaks a rule; the message begins with `name:line`.

    """
    return _Reader(text, name).read()


class _Reader:
    """Reads one file; knows its text, to tell the line of what is wrong."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name

    def read(self) -> dict[str, Any]:
        try:
            data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            raise CatalogError(f"{self._name}:{line[1] if line else 1}: {error}") from None
        self._keys(data, _REQUIRED | _OPTIONAL, "")
        for key in _REQUIRED:
            if not data.get(key):
                self._fail("", f"{key} is missing")
        self._check_head(data)
        data["symptoms"] = [self._symptom(s) for s in data.get("symptoms", [])]
        for confusion in data.get("confused_with", []):
            self._table(confusion, _CONFUSION, required=tuple(_CONFUSION))
        for fix in data["fixes"]:
            self._fix(fix)
        return data

    def _check_head(self, data: dict[str, Any]) -> None:
        if not _ID.fullmatch(data["id"]):
            self._fail(data["id"], f"{data['id']!r} is not an id")
        if self._name.rpartition("/")[2] not in (f"{data['id']}.toml", self._name):
            self._fail(data["id"], f"the file of {data['id']} must be called {data['id']}.toml")
        if data["layer"] not in LAYERS:
            self._fail(data["layer"], f"unknown layer {data['layer']!r}")
        if not 0 <= data.get("prior", 0) <= _HIGHEST_PRIOR:
            self._fail("prior", f"prior must be 0 to {_HIGHEST_PRIOR}")
        for group in data.get("groups", []):
            if group not in GROUPS:
                self._fail(group, f"unknown group {group!r}")

    def _symptom(self, symptom: dict[str, Any]) -> dict[str, Any]:
        self._table(symptom, _SYMPTOM, required=("text", "weight"))
        if not 0 < symptom["weight"] <= _HIGHEST_WEIGHT:
            self._fail(symptom["text"], f"weight must be 1 to {_HIGHEST_WEIGHT}")
        for clue in (*symptom.get("when", ()), *symptom.get("unless", ())):
            if clue not in CLUES and clue not in COMPUTED:
                self._fail(clue, f"unknown clue {clue!r}")
        try:
            compiled = compile_template(symptom["text"])
            re.compile(compiled.pattern)
        except (TemplateError, re.error) as error:
            self._fail(symptom["text"], str(error))
        return symptom | {"pattern": compiled.pattern, "needles": list(compiled.needles)}

    def _fix(self, fix: dict[str, Any]) -> None:
        self._table(fix, _FIX, required=("title",))
        for side in fix.get("sides", ()):
            if side not in SIDES:
                self._fail(side, f"unknown side {side!r}; known are {', '.join(SIDES)}")
        if policy := fix.get("policy"):
            try:
                json.loads(policy)
            except ValueError as error:
                self._fail(policy, f"the policy is not JSON: {error}", key="policy")

    def _table(
        self, table: dict[str, Any], allowed: dict[str, type], required: tuple[str, ...]
    ) -> None:
        if not isinstance(table, dict):
            self._fail("", f"a table is expected, not {table!r}")
        self._keys(table, allowed, str(next(iter(table.values()), "")))
        for key in required:
            if key not in table:
                self._fail(str(next(iter(table.values()), "")), f"{key} is missing")

    def _keys(self, table: dict[str, Any], allowed: dict[str, type], near: str) -> None:
        for key, value in table.items():
            if key not in allowed:
                self._fail(key, f"unknown key {key!r}; known are {', '.join(allowed)}")
            if type(value) is not allowed[key]:
                self._fail(near or key, f"{key} must be a {allowed[key].__name__}")
            if key in _TEXTS and isinstance(value, list):
                self._strings(key, value)

    def _strings(self, key: str, values: list[Any]) -> None:
        if not all(isinstance(value, str) and value for value in values):
            self._fail(key, f"{key} must hold texts")

    def _fail(self, near: str, message: str, *, key: str = "") -> NoReturn:
        raise CatalogError(f"{self._name}:{self._line(near, key)}: {message}")

    def _line(self, near: str, key: str) -> int:
        """The first line that holds the text, as the key's value if that is named; 1 if none."""
        first = near.strip().split("\n", 1)[0]
        starts = (m.start() for m in re.finditer(rf"^{key}\b", self._text, re.MULTILINE))
        after = (s for s in starts if first in self._text[s : s + len(key) + len(first) + 9])
        at = next(after, -1) if key else -1
        if at < 0:
            at = self._text.find(first) if first else 0
        return self._text.count("\n", 0, max(at, 0)) + 1


def _check_links(entries: list[dict[str, Any]], folder: Traversable | Path) -> None:
    """Entries may point at causes of the same folder only."""
    known = {entry["id"] for entry in entries}
    for entry in entries:
        for confusion in entry.get("confused_with", []):
            if confusion["cause"] not in known:
                file = folder / f"{entry['id']}.toml"
                line = _line_in(file.read_text, confusion["cause"])
                raise CatalogError(f"{file}:{line}: unknown cause {confusion['cause']!r}")


def _line_in(read: Callable[[], str], text: str) -> int:
    return read().partition(f'"{text}"')[0].count("\n") + 1
