"""Reads the table `registries` strictly, and says in which line something is wrong with it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth.cached import read_small
from ecr_doctor.auth.mapping import (
    LARGEST,
    NOT_IN_A_GLOB,
    RULES,
    SETTINGS,
    TABLE,
    VARIABLE,
    WITH_A_ROLE,
    Identity,
    choose,
    config_path,
    is_account,
)
from ecr_doctor.model import RegistryHostError, parse_registry

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYNTAX_PLACE = re.compile(
    r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL
)
_KNOWN = ", ".join(SETTINGS)


class MappingError(Exception):
    """The file cannot be used; the text begins with its path, and the line where it has one."""


def mapped_identity(host: str, env: Mapping[str, str]) -> Identity | None:
    """The identity for a registry; None where the ordinary search for credentials is right.

    Raises:
        MappingError: the file cannot be read, or something in it is wrong.

    """
    path = config_path(env)
    try:
        text = read_small(path, LARGEST) if path else ""
    except FileNotFoundError as error:
        if env.get(VARIABLE):
            raise MappingError(f"{path}: {error.strerror} ({VARIABLE} names it)") from error
        return None
    except NotADirectoryError:
        return None
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror or 'it is no small file'}") from error
    except ValueError as error:
        raise MappingError(f"{path}: it is not UTF-8") from error
    return choose(host, tables(text, path))


def tables(text: str, path: str) -> dict[str, Identity]:
    """The identities by host, account id or glob, in the order of the file.

    Raises:
        MappingError: something in it is wrong.

    """
    try:
        found = tomllib.loads(text).get(TABLE, {})
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    if not isinstance(found, dict):
        raise _wrong(path, text, TABLE, "", f"{TABLE} is not a table")
    return {key: _identity(key, settings, text, path) for key, settings in found.items()}


def _identity(key: str, settings: Any, text: str, path: str) -> Identity:  # noqa: ANN401
    problem, name = _key_problem(key), ""
    if not problem and not isinstance(settings, dict):
        problem = f"{key!r} is not a table with settings: a host must be quoted"
    if not problem:
        problem, name = _problem(settings)
    if problem:
        raise _wrong(path, text, key, name, problem)
    return Identity(settings, f"{path}:{_line(text, key, '') or 1}")


def _key_problem(key: str) -> str:
    """What is wrong with a table's name; empty where nothing is."""
    if "*" in key:
        odd = sorted(NOT_IN_A_GLOB.intersection(key))
        return f"{key!r}: in a glob only * is special, and {odd[0]!r} is in no host" if odd else ""
    if is_account(key):
        return ""
    if ":" in key:
        return f"{key!r}: leave the port out, the table is for every port"
    try:
        registry = parse_registry(key)
    except RegistryHostError as error:
        hint = f": use {error.likely!r}" if error.likely else ""
        return f"{error}{hint}"
    if registry is None:
        return f"{key!r} is no ECR host, no account id, and no glob; a host must be quoted"
    return ""


def _problem(settings: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with the settings, and with which of them; empty where nothing is."""
    for name, value in settings.items():
        if isinstance(value, dict):
            return f'a host must be quoted, as in [{TABLE}."HOST"]', ""
        if name not in SETTINGS:
            return f"unknown setting {name!r} (known: {_KNOWN})", name
        if not isinstance(value, str) or not value:
            return f"{name} is not a text in quotes", name
        if not value.isprintable():
            return f"{name} holds a control character", name
    return _identity_problem(settings)


def _identity_problem(settings: Mapping[str, str]) -> tuple[str, str]:
    alone = next((name for name in WITH_A_ROLE if name in settings), "")
    if "profile" in settings:
        if "role_arn" in settings:
            return "profile and role_arn exclude each other: use source_profile", "profile"
        return (f"{alone} belongs to role_arn, not to profile", alone) if alone else ("", "")
    if "role_arn" not in settings:
        return "neither profile nor role_arn is given", alone
    for name, rule in RULES.items():
        if name in settings and not rule(settings[name]):
            return f"{settings[name][:100]!r} cannot be a {name}", name
    return "", ""


def _syntax_error(path: str, text: str, said: str) -> MappingError:
    found = _SYNTAX_PLACE.fullmatch(said)
    if found is None:
        return MappingError(f"{path}: {said}")
    line = found["line"] or len(text.splitlines())
    return MappingError(f"{path}:{line}: {found['reason']}")


def _wrong(path: str, text: str, key: str, name: str, problem: str) -> MappingError:
    line = _line(text, key, name)
    return MappingError(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")


def _line(text: str, key: str, name: str) -> int:
    """The line of a table, or of a setting in it; 0 where it is written in an unusual way."""
    lines = text.splitlines()
    start = _first(rf"""["']{re.escape(key)}["']""", lines)
    if start is None:
        start = _first(rf"(?<![\w*-]){re.escape(key)}(?![\w*-])", lines)
    if start is None:
        return 0
    if name:
        for number, line in enumerate(lines[start:], start):
            if re.search(rf"(?:^|[\s{{,\"'.]){re.escape(name)}[\"']?\s*=", line):
                return number + 1
    return start + 1


def _first(pattern: str, lines: list[str]) -> int | None:
    """The index of the first line in which a pattern is found outside of comments."""
    found = (n for n, line in enumerate(lines) if re.search(pattern, line.partition("#")[0]))
    return next(found, None)
