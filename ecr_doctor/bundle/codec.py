"""Turns plain frozen values into JSON and back.

What JSON knows stands for itself; everything else is an object with `$`, the name of its kind.
A secret is never written: only whether it is empty, and which others are the same.
"""

from __future__ import annotations

import base64
import dataclasses
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.redact import MASK, Secret

from .kinds import CodecError, Kinds, fields_of, fits, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_TEXT: Final = 256 * 1024
"""Characters of one text, and bytes of one binary value, that are saved."""
_MOST_ITEMS: Final = 100_000
_DEEPEST: Final = 60


class Encoder:
    """Writes values.

    Args:
        kinds: the classes that may be written.
        clean: applied to every text, so that no secret and no name that is to stay private is in
            the result.

    """

    def __init__(self, kinds: Kinds, clean: Callable[[str], str]) -> None:
        self._kinds = kinds
        self._clean = clean
        self._secrets: dict[Secret, int] = {}

    def encode(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401  JSON
        """Return the value as JSON values.

        Raises:
            CodecError: it holds something that no bundle may hold.

        """
        if depth > _DEEPEST:
            raise CodecError("it is nested too deeply")
        if isinstance(value, Enum):  # first: a StrEnum is a str too
            return {"$": self._allowed(type(value)), "is": self.encode(value.value, depth + 1)}
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, str):
            return self._clean(value)[:LONGEST_TEXT]
        if isinstance(value, (tuple, list, frozenset, dict)):
            return self._container(value, depth + 1)
        return self._scalar(value) or self._object(value, depth + 1)

    def _scalar(self, value: Any) -> Any:  # noqa: ANN401  JSON
        """What JSON has no word for, or None where it is none of these."""
        match value:
            case float():
                return {"$": "float", "is": repr(value)}
            case datetime():
                return {"$": "datetime", "is": value.isoformat()}
            case timedelta():
                return {"$": "timedelta", "is": value.total_seconds()}
            case bytes():
                return {"$": "bytes", "is": self._bytes(value)}
            case Secret():
                return {"$": "secret", "is": self._number(value)}
            case _:
                return None

    def _container(self, value: Any, depth: int) -> Any:  # noqa: ANN401  any container
        if len(value) > _MOST_ITEMS:
            raise CodecError("it has too many parts")
        if isinstance(value, (tuple, list)):
            return [self.encode(item, depth) for item in value]
        if isinstance(value, dict):
            pairs = [[self.encode(k, depth), self.encode(v, depth)] for k, v in value.items()]
            return {"$": "dict", "is": pairs}
        return {"$": "frozenset", "is": sorted((self.encode(i, depth) for i in value), key=repr)}

    def _object(self, value: Any, depth: int) -> dict[str, Any]:  # noqa: ANN401  any object
        if not dataclasses.is_dataclass(value) or isinstance(value, type):
            raise CodecError(f"a {type(value).__name__} cannot be saved")
        parts = {f.name: self.encode(getattr(value, f.name), depth) for f in fields_of(type(value))}
        return {"$": self._allowed(type(value)), **parts}

    def _allowed(self, cls: type) -> str:
        tag = tag_of(cls)
        self._kinds.find(tag)
        return tag

    def _bytes(self, value: bytes) -> str:
        text = value[:LONGEST_TEXT].decode("utf-8", "surrogateescape")
        return base64.b64encode(self._clean(text).encode("utf-8", "surrogateescape")).decode()

    def _number(self, secret: Secret) -> int:
        return self._secrets.setdefault(secret, len(self._secrets) + 1) if secret else 0


class Decoder:
    """Reads values; what an older or a newer version wrote is taken as far as it makes sense."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds

    def decode(self, value: Any) -> Any:  # noqa: ANN401  what was saved
        """Return the value that was written.

        Raises:
            CodecError: it is of no known kind, or damaged.

        """
        try:
            return self._decode(value)
        except CodecError:
            raise
        except RecursionError as error:
            raise CodecError("it is nested too deeply") from error
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            raise CodecError(f"it is damaged ({type(error).__name__})") from error

    def _decode(self, value: Any) -> Any:  # noqa: ANN401  what was saved
        if isinstance(value, list):
            return tuple(self._decode(item) for item in value)
        if not isinstance(value, dict):
            return value
        kind = value["$"]
        if kind in _READERS:
            return _READERS[kind](value["is"])
        if kind == "dict":
            return {self._decode(k): self._decode(v) for k, v in value["is"]}
        if kind == "frozenset":
            return frozenset(self._decode(item) for item in value["is"])
        cls = self._kinds.find(kind)
        return self._enum(cls, value) if issubclass(cls, Enum) else self._object(cls, value)

    def _enum(self, cls: type[Enum], value: dict[str, Any]) -> Enum:
        try:
            return cls(self._decode(value["is"]))
        except ValueError as error:
            raise CodecError(f"this version has no such {cls.__name__}") from error

    def _object(self, cls: type, value: dict[str, Any]) -> Any:  # noqa: ANN401  one of the class
        given: dict[str, Any] = {}
        for field in fields_of(cls):
            if field.name not in value:
                continue  # older: the default stands for it, if there is one
            given[field.name] = self._decode(value[field.name])
            if not fits(given[field.name], field.type):
                raise CodecError(f"{cls.__name__}.{field.name} is damaged")
        return cls(**given)


def _read_secret(number: int) -> Secret:
    return Secret(f"{MASK} {int(number)}" if number else "")


def _read_time(value: str) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise CodecError("a time has no zone")
    return time


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "datetime": _read_time,
    "float": float,
    "secret": _read_secret,
    "timedelta": lambda value: timedelta(seconds=value),
}
