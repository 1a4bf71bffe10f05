"""Secrets stay secret: a type for them, and a redactor for the texts of other programs.

The redactor is the second belt: secrets are wrapped at birth, and what other programs say is
cleaned of the shapes that secrets have before it becomes evidence. What helps to find a fault
(ARNs, digests, image names, paths, request ids, the words of an error) has to survive it.
"""

from __future__ import annotations

import threading
from typing import Any, Final, NoReturn, final

MASK: Final = "[redacted]"
_SHORTEST = 6
"""Shorter known values are not looked for: they would mask ordinary words."""
_LONG = 32
"""Known values from this length on are also found when a text has been cut through them."""
_ENDS = 16
"""Characters of the beginning or the end of a long value by which a cut one is known."""


@final
class Secret:
    """A value that never shows itself: not in `str`, `repr`, a format, a pickle, or a traceback."""

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (MASK,))


def mask_key_id(key_id: str) -> str:
    """An access key id as a report shows it: enough to find it, not enough to copy it."""
    if len(key_id) <= 8:  # noqa: PLR2004
        return key_id
    return f"{key_id[:8]}...{key_id[-4:]}"


class Redactor:
    """Removes secrets from texts: values it was told of, and shapes that secrets have."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def learn(self, *values: str | Secret) -> None:
        """Remember values that must not appear, in whatever text and writing they come."""
        texts = [v.reveal() if isinstance(v, Secret) else v for v in values]
        forms = {form for text in texts if len(text) >= _SHORTEST for form in _writings(text)}
        with self._lock:
            self._known |= forms

    def clean(self, text: str) -> str:
        """The text without secrets. Linear in its length."""
        for value in sorted(self._known, key=len, reverse=True):
            text = text.replace(value, MASK)
            if len(value) >= _LONG:
                text = _without_cut(text, value)
        while MASK * 2 in text:  # of one secret, known in several pieces
            text = text.replace(MASK * 2, MASK)
        return clean_shapes(text)


def _writings(text: str) -> set[str]:
    """The value as programs write it: plain, in a URL, in JSON, in base64."""
    import base64  # noqa: PLC0415  as for `clean_shapes`
    import json  # noqa: PLC0415
    from urllib.parse import quote  # noqa: PLC0415

    raw = text.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(raw).decode().rstrip("=")
    forms = {text, quote(raw, safe=""), json.dumps(text)[1:-1], encoded}
    return {form for form in forms if len(form) >= _SHORTEST}


def _without_cut(text: str, value: str) -> str:
    """The text without the beginnings and the ends of `value` that a cut has left in it."""
    head, tail = value[:_ENDS], value[-_ENDS:]
    at = text.find(head)
    while at >= 0:
        end = at + _same(text[at : at + len(value)], value)
        text = text[:at] + MASK + text[end:]
        at = text.find(head, at)
    at = text.find(tail)
    while at >= 0:
        end = at + _ENDS
        known = _same(text[max(0, end - len(value)) : end][::-1], value[::-1])
        text = text[: end - known] + MASK + text[end:]
        at = text.find(tail)
    return text


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def clean_shapes(text: str) -> str:
    """Remove what looks like a secret, known or not. Cleaning twice changes nothing more."""
    # The credential helper wants `Secret` alone, in milliseconds: no pattern is compiled for it.
    from ecr_doctor.shapes import clean  # noqa: PLC0415

    return clean(text)
