"""Finds in texts what identifies somebody, and replaces it.

First it is shown all texts and learns the names in them; then it replaces. A role that is named
in an ARN here is found as a bare word there.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from .folders import AFTER, IN_HOME, PATH, ending, is_everybodys
from .naming import Kind, Namer
from .patterns import (
    ACCOUNT,
    ARN,
    COMMON,
    EMAIL,
    HOME,
    HOST,
    IPV4,
    IPV6,
    KEEP,
    KERNEL,
    KEY_ID,
    KNOWN_ADDRESSES,
    LOOKUP,
    REGISTRY_PATH,
    RESOURCE,
    URL_HOST,
    URL_USER,
    is_aws,
    is_public,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SHORTEST = 3
"""Shorter names are not replaced where they stand alone."""
_LONGEST = 256
_MOST = 500
"""Names that are learned; a hostile text could hold any number."""
_SHAPES = {
    "keep": KEEP, "arn": ARN, "home": IN_HOME, "path": PATH, "email": EMAIL, "host": HOST,
    "resource": RESOURCE, "ipv6": IPV6, "ipv4": IPV4, "account": ACCOUNT, "key": KEY_ID,
}  # fmt: skip
_ARN_NAME = re.compile(ARN, re.IGNORECASE)
_HOST_NAME = re.compile(HOST, re.IGNORECASE)
_HOME_NAME = re.compile(HOME, re.IGNORECASE)


class Anonymizer:
    """Replaces names by stand-ins.

    Args:
        salt: makes the same stand-ins in every report; empty for others each time.
        words: replaced wherever they stand, in upper or lower case, also inside other words.
        identities: whether accounts, ARNs, hosts, users, folders and addresses are replaced too;
            else only the words are.

    """

    def __init__(
        self, *, salt: str = "", words: Iterable[str] = (), identities: bool = True
    ) -> None:
        self._namer = Namer(salt)
        self._words = [word for word in words if word.strip()]
        self._identities = identities
        self._names: dict[str, Kind] = {}
        self._pattern: re.Pattern[str] | None = None
        self._done: dict[str, str] = {}
        self._replacers: dict[str, Callable[[str], str]] = {
            "keep": str,
            "word": lambda text: self._namer.name(Kind.WORD, text),
            "name": self._name,
            "arn": self._arn,
            "home": self._home,
            "folder": self._folder,
            "path": self._path,
            "email": self._email,
            "host": self._host,
            "resource": lambda text: self._namer.name(Kind.RESOURCE, text),
            "ipv4": self._address,
            "ipv6": self._address,
            "account": self._account,
            "key": self._key_id,
        }

    def learn(self, text: str) -> str:
        """Take the names out of a text; it is returned as it is."""
        if not self._identities:
            return text
        for arn in _ARN_NAME.findall(text):
            self._learn_arn(arn)
        for match in (*URL_HOST.finditer(text), *LOOKUP.finditer(text)):
            self.learn_host(match[1])
        for match in URL_USER.finditer(text):
            self.learn_name(Kind.USER, match[1])
        for match in REGISTRY_PATH.finditer(text):
            self.learn_repository(match[1].partition("/manifests/")[0].partition("/blobs/")[0])
        for match in KERNEL.finditer(text):
            self.learn_name(Kind.KERNEL, match[1])
        for home in _HOME_NAME.findall(text):
            self.learn_name(Kind.USER, re.split(r"[\\/]+", home)[-1])
        return text

    def learn_name(self, kind: Kind, name: str) -> None:
        """Remember a name that is to be replaced as a word, unless it is a common one."""
        name = name.strip()
        if not _SHORTEST <= len(name) <= _LONGEST or name.lower() in COMMON or name.isdigit():
            return
        if name.lower() not in self._names and len(self._names) < _MOST:
            self._names[name.lower()] = kind
            self._pattern = None

    def learn_host(self, host: str) -> None:
        """Remember a host, if its name is somebody's own."""
        if not is_public(host) and not _address(host):
            self.learn_name(Kind.HOST, host.rstrip("."))

    def learn_repository(self, name: str) -> None:
        """Remember the name of a repository."""
        self.learn_name(Kind.REPOSITORY, name)

    def learn_home(self, path: str) -> None:
        """Remember a home folder, and the user of whom it is."""
        path = path.rstrip("/\\")
        if _HOME_NAME.fullmatch(path):
            self.learn(path)
        elif path and path != "/root":
            self.learn_name(Kind.HOME, path)

    def clean(self, text: str) -> str:
        """Return the text with stand-ins."""
        if text not in self._done:
            self._done[text] = self._compiled().sub(self._replace, text)
        return self._done[text]

    def counts(self) -> dict[Kind, int]:
        """How many different things of each kind were replaced."""
        return self._namer.counts()

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._done.clear()
            parts = [_any_of(self._words, "word")] if self._words else []
            if self._identities:
                parts += [f"(?P<keep>{_SHAPES['keep']})", f"(?P<arn>{_SHAPES['arn']})"]
                parts += self._learned()
                shapes = [s for s in _SHAPES if s not in {"keep", "arn"}]
                parts += [f"(?P<{name}>{_SHAPES[name]})" for name in shapes]
            self._pattern = re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
        return self._pattern

    def _learned(self) -> list[str]:
        """The patterns of the names that were learned; folders are taken with what is in them."""
        before, after = r"(?<![\w.-])", r"(?![\w-]|\.\w)"
        folders = [name for name, kind in self._names.items() if kind is Kind.HOME]
        others = [name for name in self._names if name not in folders]
        parts = [_any_of(folders, "folder", before, after + AFTER)] if folders else []
        return parts + ([_any_of(others, "name", before, after)] if others else [])

    def _replace(self, match: re.Match[str]) -> str:
        return self._replacers[match.lastgroup or "keep"](match[0])

    def _name(self, text: str) -> str:
        return self._namer.name(self._names[text.lower()], text)

    def _email(self, text: str) -> str:
        user, _, host = text.partition("@")
        return f"{self._namer.name(Kind.USER, user)}@{self._host(host)}"

    def _account(self, text: str) -> str:
        return self._namer.name(Kind.ACCOUNT, text.replace("-", ""))

    def _key_id(self, text: str) -> str:
        return self._namer.name(Kind.KEY_ID, text) if text.isupper() else text

    def _learn_arn(self, arn: str) -> None:
        service, account, kind, names = _parts(arn)
        if account == "aws" or _is_everybodys(service, kind, names):
            return
        if service == "ecr" and kind == "repository":
            self.learn_repository("/".join(names).rstrip("*").rstrip("/"))
            return
        for name in names:
            self.learn_name(Kind.NAME, name)

    def _arn(self, arn: str) -> str:
        head, account, rest = _split(arn)
        if account.isdigit():
            account = self._namer.name(Kind.ACCOUNT, account)
        service, owner, kind, names = _parts(arn)
        if owner == "aws" or _is_everybodys(service, kind, names):
            return f"{head}:{account}:{rest}"
        if service == "ecr" and kind == "repository":
            return f"{head}:{account}:repository/{self._repository('/'.join(names))}"
        first = rest[: len(kind) + 1] if kind else ""
        return f"{head}:{account}:{first}{'/'.join(map(self._arn_name, names))}"

    def _arn_name(self, name: str) -> str:
        if not name.strip("*") or name == "root":
            return name
        return self._namer.name(self._names.get(name.lower(), Kind.NAME), name)

    def _repository(self, name: str) -> str:
        """A repository, or a pattern of some: `team/*`."""
        plain = name.rstrip("*").rstrip("/")
        if not plain or plain.lower() in COMMON:
            return name
        return self._namer.name(Kind.REPOSITORY, plain) + name[len(plain) :]

    def _home(self, text: str) -> str:
        """A home folder, and what is in it."""
        home = _HOME_NAME.match(text)
        end = home.end() if home else 0
        at = max(text.rfind(mark, 0, end) for mark in "/\\") + 1
        return text[:at] + self._namer.name(Kind.USER, text[at:end]) + self._path(text[end:])

    def _folder(self, text: str) -> str:
        """A home folder elsewhere, and what is in it."""
        low = text.lower()
        homes = (n for n, kind in self._names.items() if kind is Kind.HOME and low.startswith(n))
        home = max(homes, key=len)
        return self._namer.name(Kind.HOME, home) + self._path(text[len(home) :])

    def _path(self, text: str) -> str:
        return "".join(map(self._part_of_path, re.split(r"([\\/]+)", text)))

    def _part_of_path(self, part: str) -> str:
        """A name in a path, or what stands between two of them."""
        if not part.strip("\\/") or is_everybodys(part):
            return part
        if part.lower() in self._names:
            return self._name(part)
        if _HOST_NAME.fullmatch(part):
            return self._host(part)
        end = ending(part)
        return self._namer.name(Kind.PATH, part.removesuffix(end)) + end

    def _host(self, host: str) -> str:
        if is_aws(host):
            return self._aws_host(host)
        return host if is_public(host) else self._namer.name(Kind.HOST, host)

    def _aws_host(self, host: str) -> str:
        """The account, the endpoint and the bucket in the name of an AWS host."""
        first, dot, rest = host.partition(".")
        if re.fullmatch(r"\d{12}", first):
            return f"{self._namer.name(Kind.ACCOUNT, first)}{dot}{rest}"
        found = re.match(RESOURCE, first, re.IGNORECASE)
        if found:
            return f"{self._namer.name(Kind.RESOURCE, found[0])}{dot}{rest}"
        if re.match(r"s3[.-]", rest) and not first.startswith("prod-"):
            return f"{self._namer.name(Kind.NAME, first)}{dot}{rest}"
        return host

    def _address(self, text: str) -> str:
        found = _address(text)
        if found is None or found.is_loopback or found.is_link_local or found.is_unspecified:
            return text
        if text in KNOWN_ADDRESSES or text.lower().startswith("fd00:ec2::"):
            return text  # whole networks, and AWS's own metadata addresses
        return self._namer.name(Kind.ADDRESS, text)


def _any_of(words: Iterable[str], group: str, before: str = "", after: str = "") -> str:
    ordered = sorted(words, key=len, reverse=True)
    return f"{before}(?P<{group}>{'|'.join(map(re.escape, ordered))}){after}"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _split(arn: str) -> tuple[str, str, str]:
    """The head with partition, service and region; the account; the resource."""
    prefix, partition, service, region, account, rest = arn.split(":", 5)
    return f"{prefix}:{partition}:{service}:{region}", account, rest


def _parts(arn: str) -> tuple[str, str, str, list[str]]:
    """The service, the account, the kind of the resource, and the names in it."""
    head, account, rest = _split(arn)
    service = head.split(":")[2].lower()
    found = re.match(r"([a-z-]+)[/:]", rest)
    kind = found[1] if found and service != "s3" else ""
    names = rest[len(kind) + 1 :] if kind else rest
    return service, account.lower(), kind, names.split("/")


def _is_everybodys(service: str, kind: str, names: list[str]) -> bool:
    """AWS's own layer buckets, service roles, and `root`."""
    if service == "s3":
        return "starport-layer-bucket" in names[0]
    return kind == "role" and names[0] == "aws-service-role"
