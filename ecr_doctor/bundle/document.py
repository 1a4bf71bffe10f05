"""The file of a bundle: one JSON object, its shape promised by `schema`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ecr_doctor.errors import EcrDoctorError
from ecr_doctor.model import Evidence, Redaction, Settings
from ecr_doctor.model.settings import parse_connect_to

if TYPE_CHECKING:
    from collections.abc import Callable

KIND: Final = "ecr-doctor-bundle"
SCHEMA: Final = 1
"""Goes up when a reader of the older shape would misunderstand; older shapes stay readable."""
LARGEST: Final = 32 << 20
"""Bytes of a file that is read; the writer stays well below."""


_HOW: Final = "A bundle is made by `ecr-doctor run IMAGE --save FILE`."
_YEARS: Final = range(2000, 9000)
_LONGEST: Final = 1e6
"""Seconds that anything may have taken."""


class BundleError(EcrDoctorError):
    """The file cannot be read, is damaged, or is no bundle of this tool."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was read; the looks are not decoded yet."""

    tool_version: str
    started: datetime
    took: timedelta
    image: str
    settings: Settings
    environment: tuple[Evidence, ...] = ()
    timings: dict[str, tuple[timedelta, timedelta]] = field(default_factory=dict)
    """By check: when it began, counted from the first one, and how long it took."""
    looks: tuple[dict[str, Any], ...] = ()
    redactions: tuple[Redaction, ...] = ()


def read_bundle(path: str) -> Bundle:
    """Read a bundle that `--save` wrote, with this version or another.

    Raises:
        BundleError: it cannot be read, is damaged, too large, of a newer schema, or no bundle.

    """
    try:
        return _bundle(_json(path, _bytes(path)), path)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as e:
        raise _damaged(path, f"{type(e).__name__}: {e}"[:200]) from e


def _bytes(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BundleError(f"cannot read the bundle {path}: {reason}", _HOW) from error
    if len(data) > LARGEST:
        raise BundleError(
            f"{path} is larger than any bundle of this tool ({LARGEST >> 20} MiB)",
            _HOW,
        )
    return data


def _json(path: str, data: bytes) -> dict[str, Any]:
    if data and not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise BundleError(f"{path} is no bundle of ecr-doctor", _what_it_is(None))
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"not readable as JSON: {error}"[:200]) from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise BundleError(f"{path} is no bundle of ecr-doctor", _what_it_is(found))
    schema = found.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise _damaged(path, "its schema is no number")
    if schema > SCHEMA:
        raise BundleError(
            f"{path} has schema {schema}; this ecr-doctor reads up to {SCHEMA}",
            "Update ecr-doctor, then try again.",
        )
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _what_it_is(found: object) -> str:
    if isinstance(found, dict) and found.get("kind") in {"run", "explain", "which"}:
        return "It is a report; only what `ecr-doctor run IMAGE --save FILE` wrote can be replayed."
    return "A bundle is made by `ecr-doctor run IMAGE --save FILE`."


def _damaged(path: str, detail: str) -> BundleError:
    return BundleError(f"the bundle {path} is damaged: {detail}", "Ask for it to be sent again.")


def _bundle(found: dict[str, Any], path: str) -> Bundle:
    started = datetime.fromisoformat(_text(found["started"]))
    if started.tzinfo is None or started.year not in _YEARS:
        raise _damaged(path, "its time is none")
    timings = found.get("timings", {})
    return Bundle(
        tool_version=_text(found["tool"]["version"]),
        started=started.astimezone(UTC),
        took=_seconds(timings.get("took", 0)),
        image=_text(found["image"]),
        settings=_settings(found["settings"]),
        environment=tuple(Evidence(*map(_text, row)) for row in _list(found["environment"])),
        timings={
            _text(name): (_seconds(began), _seconds(took))
            for name, (began, took) in timings.get("checks", {}).items()
        },
        looks=tuple(_object(look) for look in _list(found["looks"])),
        redactions=tuple(Redaction(_text(w), _count(n)) for w, n in found.get("redactions", ())),
    )


def _settings(found: dict[str, Any]) -> Settings:
    env = {_text(name): _text(value) for name, value in found.get("env", {}).items()}
    known: dict[str, Any] = {}
    for name, read in _SETTINGS.items():
        if name in found:
            known[name] = read(found[name])
    return Settings(env=MappingProxyType(env), **known)


def settings_as_json(settings: Settings, env: dict[str, str]) -> dict[str, Any]:
    """The settings without `checks_dirs`, which are folders of another machine."""
    rules = [
        f"{rule.name}=[{rule.address}]" + (f":{rule.port}" if rule.port else "")
        for rule in settings.connect_to
    ]
    plain = {name: getattr(settings, name) for name in _SETTINGS if name != "connect_to"}
    return {"env": env, "connect_to": rules, **plain}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a number is missing")
    return value


def _seconds(value: object) -> timedelta:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError("a time is missing")
    if not 0 <= value <= _LONGEST:
        raise ValueError("a time is out of range")
    return timedelta(seconds=value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is missing")
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("an observation is missing")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


_SETTINGS: Final[dict[str, Callable[[Any], Any]]] = {
    "error_text": _text,
    "pull_secret": _text,
    "profile": _text,
    "region": _text,
    "docker_config": _text,
    "client": _text,
    "platform": _text,
    "pull": bool,
    "pull_limit": _count,
    "timeout": lambda value: _seconds(value).total_seconds(),
    "connect_to": lambda value: tuple(map(parse_connect_to, _texts(value))),
    "only": _texts,
    "skip": _texts,
}
