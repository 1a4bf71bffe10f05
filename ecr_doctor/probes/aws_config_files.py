"""The files of `~/.aws` with the line numbers that a report needs; botocore keeps none."""

from __future__ import annotations

import configparser
import os
import pwd
import re
import shlex
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Scene

_LARGEST = 1 << 20
"""Bytes that are read of a file."""
_SECRET_NAMES: Final = frozenset(
    {"aws_secret_access_key", "aws_session_token", "aws_security_token", "password", "token"}
)
_OPTION: Final = re.compile(r"\s*([^\s=:#;\[][^=:]{0,200}?)\s*[=:]")
_SECTION: Final = re.compile(r"\[(.+)\]")


class AwsFileState(StrEnum):
    """What became of reading a file."""

    OK = "ok"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """It is there and this user may not read it, or it is a folder."""
    UNPARSABLE = "unparsable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One `name = value`; the value of a secret is left out."""

    name: str
    value: str
    origin: str
    """`path:line`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A `[section]`."""

    name: str
    origin: str
    settings: tuple[Setting, ...] = ()

    def get(self, name: str) -> Setting | None:
        """The setting of this name."""
        return next((setting for setting in self.settings if setting.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsFile:
    """One of the two files."""

    path: str
    state: AwsFileState = AwsFileState.OK
    problem: str = ""
    """Why it cannot be used, without quoting it: the faulty line may hold a secret."""
    line: int = 0
    """Line of the problem; 0 when it has none."""
    sections: tuple[Section, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether the SDKs stop at this file."""
        return self.state in {AwsFileState.UNREADABLE, AwsFileState.UNPARSABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsFiles:
    """Both files, and what they say of a profile together."""

    config: AwsFile
    credentials: AwsFile

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of all profiles, those of the config file first."""
        names = [_profile_name(section.name) for section in self.config.sections]
        names += [section.name for section in self.credentials.sections]
        return tuple(dict.fromkeys(name for name in names if name))

    def profile(self, name: str) -> Profile | None:
        """What the files say of a profile; None when neither knows it."""
        in_config = next((s for s in self.config.sections if _profile_name(s.name) == name), None)
        in_credentials = next((s for s in self.credentials.sections if s.name == name), None)
        if in_config is None and in_credentials is None:
            return None
        return Profile(name=name, config=in_config, credentials=in_credentials)

    def section(self, kind: str, name: str) -> Section | None:
        """A section such as `[sso-session NAME]` or `[services NAME]` of the config file."""
        for section in self.config.sections:
            if _named(section.name, kind) == name:
                return section
        return None

    def nameless(self, name: str) -> Section | None:
        """A section of the config file that lacks the word `profile` before this name."""
        return next((s for s in self.config.sections if s.name == name != "default"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile; the credentials file goes before the config file."""

    name: str
    config: Section | None = None
    credentials: Section | None = None

    def get(self, name: str) -> Setting | None:
        """The setting in force."""
        for section in (self.credentials, self.config):
            setting = section.get(name) if section else None
            if setting:
                return setting
        return None

    def value(self, name: str) -> str:
        """The value in force; empty when it is not set."""
        setting = self.get(name)
        return setting.value if setting else ""

    @property
    def origin(self) -> str:
        """Where the profile begins, `path:line`."""
        section = self.config or self.credentials
        return section.origin if section else ""


@dataclass(frozen=True, slots=True)
class AwsFilesProbe(Probe[AwsFiles]):
    """Reads `~/.aws/config` and `~/.aws/credentials`, or the files that variables name."""

    def look(self, scene: Scene) -> AwsFiles:
        """Read both."""
        env = scene.env
        config = env.get("AWS_CONFIG_FILE") or "~/.aws/config"
        credentials = env.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
        return AwsFiles(
            config=_read(expand_user(config, env), scene),
            credentials=_read(expand_user(credentials, env), scene),
        )


def expand_user(path: str, env: Mapping[str, str]) -> str:
    """The path with `~` replaced by the home that the environment or the system names."""
    if path != "~" and not path.startswith("~/"):
        return path
    home = env.get("HOME") or _passwd_home()
    return home + path[1:]


def _passwd_home() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return "/"


def _read(path: str, scene: Scene) -> AwsFile:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return AwsFile(path=path, state=AwsFileState.MISSING)
    except OSError as error:
        problem = error.strerror or str(error)
        return AwsFile(path=path, state=AwsFileState.UNREADABLE, problem=problem)
    return _parse(path, data, scene)


def _parse(path: str, data: bytes, scene: Scene) -> AwsFile:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _broken(path, "is not UTF-8 text", line)
    _learn_secrets(text, scene)
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
        return AwsFile(path=path, sections=_sections(path, text, parser))
    except configparser.Error as error:
        return _broken(path, *_explain(error))
    except _NestedError as error:
        return _broken(path, "an indented line without '='", error.line)


def _broken(path: str, problem: str, line: int) -> AwsFile:
    return AwsFile(path=path, state=AwsFileState.UNPARSABLE, problem=problem, line=line)


def _explain(error: configparser.Error) -> tuple[str, int]:
    """What is wrong, and in which line, without the line's text."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return "text before the first [section]", error.lineno
    if isinstance(error, configparser.DuplicateSectionError):
        return f"the section [{error.section}] appears twice", error.lineno or 0
    if isinstance(error, configparser.DuplicateOptionError):
        return f"{error.option} appears twice in [{error.section}]", error.lineno or 0
    if isinstance(error, configparser.ParsingError) and error.errors:
        return "a line that is neither [section] nor name = value", int(error.errors[0][0])
    return "it cannot be parsed", 0


class _NestedError(ValueError):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _sections(path: str, text: str, parser: configparser.RawConfigParser) -> tuple[Section, ...]:
    lines = _line_numbers(text)
    sections = []
    for name in parser.sections():
        settings: list[Setting] = []
        for option in parser.options(name):
            value = parser.get(name, option) or ""
            line = lines.get((name, option), 0)
            if value.startswith("\n"):
                settings += _nested(path, option, value, line)
            shown = "" if option in _SECRET_NAMES else " ".join(value.split())
            settings.append(Setting(name=option, value=shown, origin=f"{path}:{line}"))
        origin = f"{path}:{lines.get((name, ''), 0)}"
        sections.append(Section(name=name, origin=origin, settings=tuple(settings)))
    return tuple(sections)


def _nested(path: str, option: str, value: str, line: int) -> list[Setting]:
    """Settings of an indented block, named `block.setting`, as `services` sections have them."""
    settings = []
    for offset, text in enumerate(value.split("\n")):
        name, equals, nested = text.partition("=")
        if text.strip() and not equals:
            raise _NestedError(line + offset)
        if equals:
            full = f"{option}.{name.strip()}"
            settings.append(
                Setting(name=full, value=nested.strip(), origin=f"{path}:{line + offset}")
            )
    return settings


def _line_numbers(text: str) -> dict[tuple[str, str], int]:
    """Line of each section (option empty) and of each option."""
    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("#", ";")):
            continue
        header = _SECTION.match(line.strip())
        if header:
            section = header[1]
            lines.setdefault((section, ""), number)
            continue
        option = _OPTION.match(line)
        if option:
            lines.setdefault((section, option[1].lower()), number)
    return lines


def _learn_secrets(text: str, scene: Scene) -> None:
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() in _SECRET_NAMES:
            scene.redactor.learn(value.strip())


def _profile_name(section: str) -> str:
    """The profile that a section of the config file is for; empty when it is for none."""
    return "default" if section == "default" else _named(section, "profile")


def _named(section: str, kind: str) -> str:
    """The NAME of `[kind NAME]`; empty for another kind."""
    if not section.startswith(kind):
        return ""
    try:
        parts = shlex.split(section)
    except ValueError:
        return ""
    return parts[1] if len(parts) == 2 and parts[0] == kind else ""  # noqa: PLR2004  kind and NAME
