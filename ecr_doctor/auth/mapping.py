"""Which AWS identity is for which registry: the table `registries` of the user's ecr-doctor.toml.

A cached answer passes through here, so this module reads the plainest TOML by itself: `tomllib`
and its `re` cost as much as Python's start. What is less plain, or wrong, is for `mapping_file`.
"""

from __future__ import annotations

import os

from ecr_doctor.auth.cached import PUBLIC_HOSTS, place_of, read_small

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

VARIABLE: Final = "ECR_DOCTOR_CONFIG"
TABLE: Final = "registries"
SETTINGS: Final = ("profile", "role_arn", "source_profile", "external_id", "session_name")
WITH_A_ROLE: Final = SETTINGS[2:]
LARGEST: Final = 1 << 20
SESSION_NAME: Final = "ecr-doctor"
"""Of a role's session where the table gives none; CloudTrail shows it."""
_QUOTES: Final = "\"'"
_ACCOUNT: Final = 12
_LONGEST_SESSION: Final = 64
_LONGEST_EXTERNAL: Final = 1224
NOT_IN_A_GLOB: Final = frozenset("?[]{}/: ")
_NUMBERS: Final = tuple("123456789")
_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_NAMES: Final = _BARE | frozenset("+=,.@/")
_SUFFIXES: Final = {
    "cn": ("amazonaws.com.cn", "on.amazonwebservices.com.cn"),
    "eusc-de": ("amazonaws.eu", ""),
    "us-iso": ("c2s.ic.gov", ""),
    "us-isob": ("sc2s.sgov.gov", ""),
    "eu-isoe": ("cloud.adc-e.uk", ""),
    "us-isof": ("csp.hci.ic.gov", ""),
    **dict.fromkeys(
        ("us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "us-gov"),
        ("amazonaws.com", "on.aws"),
    ),
}
"""Domains of ordinary and of dual-stack hosts by the region's prefix, as in `model.partition`."""
_DIRECTIONS: Final = ("north", "south", "east", "west", "central", "northeast", "northwest",
                      "southeast", "southwest")  # fmt: skip
_OF_OTHERS: Final = frozenset(
    {
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME", "AWS_DEFAULT_PROFILE",
    }
)  # fmt: skip
"""Variables that name another identity than a profile that is asked for; botocore ignores them."""


class NotPlainError(Exception):
    """The file must be read with the ordinary parser, which also says what is wrong with it."""


class Identity:
    """Who is to ask for a registry's tokens."""

    __slots__ = ("origin", "settings")

    def __init__(self, settings: Mapping[str, str], origin: str) -> None:
        self.settings = settings
        """Of the names in `SETTINGS`, those that are given."""
        self.origin = origin
        """`path:line` of the table."""

    @property
    def role_arn(self) -> str:
        """The role to assume; empty where a profile says it all."""
        return self.settings.get("role_arn", "")

    @property
    def profile(self) -> str:
        """The profile to search for credentials; empty where the ordinary search is right."""
        return self.settings.get("profile") or self.settings.get("source_profile", "")

    @property
    def session_name(self) -> str:
        """The name of the role's session."""
        return self.settings.get("session_name") or SESSION_NAME

    @property
    def text(self) -> str:
        """All of it as one text: part of the key under which tokens are cached."""
        return "\0".join(f"{name}={self.settings.get(name, '')}" for name in SETTINGS)

    def view(self, env: Mapping[str, str]) -> Mapping[str, str]:
        """The environment as the search for credentials under the profile sees it."""
        if not self.profile:
            return env
        kept = {name: value for name, value in env.items() if name not in _OF_OTHERS}
        return {**kept, "AWS_PROFILE": self.profile}


def config_path(env: Mapping[str, str]) -> str:
    """The user's file, never one of the current folder; empty where nobody's home is known."""
    if env.get(VARIABLE):
        return env[VARIABLE]
    folder = env.get("XDG_CONFIG_HOME", "")
    if folder[:1] != "/":  # the XDG specification has relative ones ignored
        home = env.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - pathlib costs 10 ms
        if home[:1] != "/":
            return ""
        folder = home + "/.config"
    return folder + "/ecr-doctor/ecr-doctor.toml"


def plain_identity(host: str, env: Mapping[str, str]) -> Identity | None:
    """The identity for a registry; None where the ordinary search for credentials is right.

    Raises:
        NotPlainError: the file is not plain, or cannot be read.

    """
    path = config_path(env)
    try:
        text = read_small(path, LARGEST) if path else ""
    except (FileNotFoundError, NotADirectoryError):
        if env.get(VARIABLE):
            raise NotPlainError from None
        return None
    except (OSError, ValueError):
        raise NotPlainError from None
    return choose(host, _tables(text, path))


def choose(host: str, tables: Mapping[str, Identity]) -> Identity | None:
    """The table for a host: its own, its account's, or the first in the file whose glob fits."""
    name = host.partition(":")[0]
    place = place_of(name)
    for key in (name, place.account if place else ""):
        if key and key in tables:
            return tables[key]
    return next((i for key, i in tables.items() if "*" in key and fits(key, name)), None)


def fits(glob: str, name: str) -> bool:
    """Whether a name fits a glob, in which `*` stands for any characters."""
    first, *middle, last = glob.split("*")
    if not name.startswith(first) or len(name) < len(first) + len(last) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def is_plain_key(key: str) -> bool:
    """Whether a key of the table is right beyond doubt: a glob, an account, a host that can be."""
    if "*" in key:
        return not set(key) & NOT_IN_A_GLOB
    if is_account(key) or key in PUBLIC_HOSTS:
        return True
    place = place_of(key)
    if place is None or place.fips:
        return False
    head, _, number = place.region.rpartition("-")
    prefix, _, direction = head.rpartition("-")
    if direction not in _DIRECTIONS or number not in _NUMBERS or prefix not in _SUFFIXES:
        return False
    suffix, dual_stack = _SUFFIXES[prefix]
    forms = [f"{place.account}.dkr.ecr.{place.region}.{suffix}"]
    forms += [f"{place.account}.dkr-ecr.{place.region}.{dual_stack}"] if dual_stack else []
    return key in forms


def is_account(text: str) -> bool:
    """Whether a text is an AWS account id."""
    return len(text) == _ACCOUNT and text.isascii() and text.isdigit()


def is_complete(settings: Mapping[str, str]) -> bool:
    """Whether a table names one identity: a profile alone, or a role with what belongs to it."""
    if not all(settings.values()):
        return False
    if "profile" in settings:
        return len(settings) == 1
    return "role_arn" in settings and all(
        rule(settings[name]) for name, rule in RULES.items() if name in settings
    )


def is_role(text: str) -> bool:
    """Whether a text is the ARN of a role."""
    start, _, rest = text.partition(":iam::")
    account, _, name = rest.partition(":role/")
    arn, _, partition = start.partition(":")
    known = arn == "arn" and partition[:3] == "aws" and _BARE.issuperset(partition)
    return known and is_account(account) and bool(name) and _NAMES.issuperset(name)


def _is_session_name(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_SESSION and "/" not in text and _NAMES.issuperset(text)


def _is_external_id(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_EXTERNAL and _NAMES.issuperset(text.replace(":", ""))


RULES: Final = {
    "role_arn": is_role, "session_name": _is_session_name, "external_id": _is_external_id,
}  # fmt: skip
"""What such a value looks like: the API reference of STS's AssumeRole."""


def _tables(text: str, path: str) -> dict[str, Identity]:
    """The tables of a plain file, in its order.

    Raises:
        NotPlainError: it holds anything else.

    """
    tables: dict[str, Identity] = {}
    current: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        content = line.removesuffix("\r").strip(" \t")
        if not content.replace("\t", " ").isprintable():
            raise NotPlainError
        if not content or content[0] == "#":
            continue
        if content[0] == "[":
            key = _header(content)
            if key in tables or not is_plain_key(key):
                raise NotPlainError
            current = {}
            tables[key] = Identity(current, f"{path}:{number}")
        else:
            _set(current, content, inside=bool(tables))
    if not all(is_complete(identity.settings) for identity in tables.values()):
        raise NotPlainError
    return tables


def _header(line: str) -> str:
    """The key in `[registries."KEY"]`."""
    start, end = f"[{TABLE}.", "]"
    if not line.startswith(start) or not line.endswith(end):
        raise NotPlainError
    key = line[len(start) : -len(end)]
    return key if key and _BARE.issuperset(key) else _string(key)


def _set(table: dict[str, str], line: str, *, inside: bool) -> None:
    """Take a setting over; an option of other commands, which stands above the tables, not."""
    name, equals, rest = line.partition("=")
    name, value = name.strip(" \t"), rest.strip(" \t")
    if not equals or not name or not _BARE.issuperset(name) or name in table:
        raise NotPlainError
    if (name not in SETTINGS) if inside else (name == TABLE):
        raise NotPlainError
    if not inside and (value in ("true", "false") or value in _NUMBERS):
        table[name] = value
        return
    table[name] = _string(value)


def _string(text: str) -> str:
    """A string in quotes without anything special in it, perhaps with a comment behind."""
    quote = text[:1]
    value, closing, rest = text[1:].partition(quote) if quote and quote in _QUOTES else ("", "", "")
    rest = rest.strip(" \t")
    if not closing or "\\" in value or "\t" in value or rest[:1] not in ("", "#"):
        raise NotPlainError
    return value
