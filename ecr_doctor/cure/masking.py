"""A docker configuration as it may be shown: without the secrets in it, broken JSON included."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from ecr_doctor.clients.go_json import fold
from ecr_doctor.redact import MASK, clean_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'"(?:[^"\\\r\n]|\\.)*"?|\'[^\'\r\n]*\'?|//[^\r\n]*|#[^\r\n]*|/\*.*?(?:\*/|\Z)|[{}\[\],:]|[^"\'{}\[\],:/#]+|.',
    re.DOTALL,
)
_SECRET_NAMES = frozenset(
    {"auth", "password", "identitytoken", "registrytoken", "secret", "token", "secretkey"}
)
_SECRET_PARENTS = frozenset({"auths", "httpheaders"})
_SHOWN_IN_AUTHS = frozenset({"username", "email", "serveraddress"})
_USER_IN_URL = re.compile(r"://[^/@\s\"]+@")
_LONGEST_LINE = 300
"""Characters that fit on a few lines of a terminal; what differs in a longer line is not seen."""
_PIECE = re.compile(rf"[^,{{\n]{{0,{_LONGEST_LINE}}}[,{{]|[^,{{\n]{{1,{_LONGEST_LINE}}}")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
_SECRET_IN_COMMENT = re.compile(
    r"""(?i)(["']?(?:auth|password|\w*token|secret)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|\S+)"""
)


def unified_diff(before: bytes, after: bytes, path: str) -> str:
    """The change of a file as a unified diff, with the secrets masked on both sides.

    Minified JSON is one long line: there the lines are shown in pieces, those that differ and a
    few around them.
    """
    old, new = _lines(before), _lines(after)
    note = ""
    if any(len(line) > _LONGEST_LINE for line in (*old, *new)):
        old, new = _pieces(old), _pieces(new)
        note = ", long lines in pieces"
    labels = f"{path} (now{note})", f"{path} (then{note})"
    return "\n".join(difflib.unified_diff(old, new, *labels, lineterm=""))


def _pieces(lines: list[str]) -> list[str]:
    """The lines broken after commas and opening braces; both sides of a diff alike."""
    return [piece for line in lines for piece in _PIECE.findall(line) or [line]]


def _lines(data: bytes) -> list[str]:
    text = masked(_as_text(data))
    lines = text.splitlines()
    if lines and not text.endswith(("\n", "\r")):
        lines[-1] += "  (no line end)"
    return lines


def _as_text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def masked(text: str) -> str:
    """The text without secrets, line by line as it was; nothing in it can steer a terminal."""
    shown = "".join(_Masker(text).parts())
    shown = shown.replace("\ufeff", "<byte order mark>")
    return "".join(c if c.isprintable() or c in "\t\n\r" else "?" for c in shown)


class _Masker:
    """Goes through the text, with the names of the objects that it is in."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.names: list[str] = []
        self.name = ""

    def parts(self) -> Iterator[str]:
        """The parts, those with secrets masked."""
        for number, part in enumerate(self.tokens):
            if part.startswith(('"', "'")):
                yield self._string(number, part)
            elif part.startswith(("//", "#", "/*")):
                yield _comment(part)
            else:
                self._structure(part)
                yield clean_shapes(part) if part.strip() else part

    def _structure(self, part: str) -> None:
        if part in "{[":
            self.names.append(self.name)
        elif part in "}]" and self.names:
            self.names.pop()

    def _string(self, number: int, part: str) -> str:
        if self._is_name(number):
            self.name = fold(part.strip("\"'"))
            return clean_shapes(_USER_IN_URL.sub(f"://{MASK}@", part))
        return self._value(part)

    def _is_name(self, number: int) -> bool:
        number += 1
        while number < len(self.tokens) and not self.tokens[number].strip():
            number += 1
        return number < len(self.tokens) and self.tokens[number] == ":"

    def _value(self, part: str) -> str:
        inside = _SECRET_PARENTS.intersection(self.names)
        secret = self.name in _SECRET_NAMES or (inside and self.name not in _SHOWN_IN_AUTHS)
        if secret or len(part) == 1 or part[-1] != part[0]:
            return f"{part[0]}{MASK}{part[0]}" if len(part) > len('""') else part
        return clean_shapes(_USER_IN_URL.sub(f"://{MASK}@", part))


def _comment(part: str) -> str:
    """A comment: entries that were commented out are masked too."""
    text = _SECRET_IN_COMMENT.sub(rf"\1{MASK}", part)
    return clean_shapes(_LONG_RUN.sub(MASK, _USER_IN_URL.sub(f"://{MASK}@", text)))
