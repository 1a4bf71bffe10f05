"""Error bodies: the registry's JSON, S3's XML, AWS's, and those of whoever stands in between."""

from __future__ import annotations

import json
import re

from ecr_doctor.model.denial import parse_denial

_LONGEST_MESSAGE = 2000


def read_error(body: bytes) -> tuple[str, str]:
    """Code and message of an error body: the registry's JSON, S3's XML, a page's title, text."""
    text = body[: _LONGEST_MESSAGE * 4].decode("utf-8", "replace")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return _read_markup(text)
    errors = found.get("errors") if isinstance(found, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else found
    if not isinstance(first, dict):
        return "", _one_line(text)
    message = first.get("message") or first.get("Message") or ("" if errors == [] else text)
    return str(first.get("code", ""))[:100], _one_line(str(message))


def is_strange(body: bytes, code: str, message: str) -> bool:
    """Whether a body is no JSON of a registry or of AWS, no XML of S3, and no denial."""
    if not body.strip() or parse_denial(message) is not None:
        return False
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return not code
    return not (
        isinstance(found, dict) and (isinstance(found.get("errors"), list) or "__type" in found)
    )


def _read_markup(text: str) -> tuple[str, str]:
    code = re.search(r"<Code>([^<]{1,100})</Code>", text)
    message = re.search(r"<(?:Message|title)>([^<]{1,2000})</", text, re.IGNORECASE)
    if code or message:
        return (code[1] if code else ""), _one_line(message[1] if message else "")
    return "", _one_line(text)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_MESSAGE]
