"""Requests and answers between the server and the services that it plays."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def argument(self, name: str) -> str:
        """The value of a query argument; empty where it is missing."""
        return parse_qs(self.query).get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(
    status: int,
    value: Any,  # noqa: ANN401  JSON
    media_type: str = "application/json; charset=utf-8",
    **headers: str,
) -> Answer:
    """An answer of JSON."""
    more = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), {"Content-Type": media_type, **more})


def xml_answer(status: int, body: str) -> Answer:
    """An answer of XML, with a request id in the header as AWS gives one."""
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": str(uuid.uuid4())}
    return Answer(status, body.encode(), headers)


def xml(**elements: str) -> str:
    """Elements in their order, escaped."""
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
