"""Reads a cached token with next to no imports: most calls of a credential helper end here.

`import re` alone costs as much as all of this, and `json` and `datetime` bring more: so JSON comes
from the scanner inside CPython, times are cut out of their texts, and hashes come from the C
module. Each has its ordinary module as a second way.
"""

from __future__ import annotations

import binascii
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

    Json = dict[str, Any]

FILE_NAME: Final = "cache.json"
VERSION: Final = "1.0"
"""Of the Go helper's file: ecr-login/cache/file.go."""
LARGEST: Final = 16 << 20
"""Bytes; the Go helper never purges its file, which grows under roles."""
LONGEST_LIFE: Final = 24 * 3600.0
"""Seconds; AWS gives 12 hours. An entry that claims more is cut down to this."""
MARGIN: Final = 60.0
"""Seconds that a token must still live to be worth handing out."""
PUBLIC_HOSTS: Final = ("public.ecr.aws", "ecr-public.aws.com")
_MIDDLES: Final = (".dkr.ecr.", ".dkr.ecr-fips.", ".dkr-ecr.", ".dkr-ecr-fips.")
_DUAL_STACK: Final = {
    "on.aws": "amazonaws.com",
    "on.amazonwebservices.com.cn": "amazonaws.com.cn",
}
_MD5_OF_NOTHING: Final = binascii.a2b_hex("d41d8cd98f00b204e9800998ecf8427e")
_ACCOUNT: Final = 12
_FILE_TYPE: Final = 0o170000
_REGULAR: Final = 0o100000
"""The bits of `stat.S_IFMT` and `stat.S_IFREG`."""


class Place:
    """Where a registry's tokens lie in the cache, and which endpoints AWS names for it."""

    __slots__ = ("account", "endpoints", "fips", "region")

    def __init__(
        self, account: str, region: str, endpoints: tuple[str, ...], *, fips: bool = False
    ) -> None:
        self.account = account
        """Empty for ECR Public."""
        self.region = region
        self.endpoints = endpoints
        """A cached token of any other endpoint is not this registry's."""
        self.fips = fips

    def key(self, checksum: str) -> str:
        """The Go helper's key of an entry (ecr-login/cache/build.go).

        A FIPS registry has a key of its own, unknown to the Go helper: whoever asks for FIPS gets
        no token that came another way.
        """
        if not self.account:
            return f"ecr-public-{checksum}"
        return f"{'fips-' if self.fips else ''}{self.region}-{checksum}-{self.account}"

    def keys(self, key_id: str, env: Mapping[str, str]) -> tuple[str, ...]:
        """Keys of the entry for an access key id: today's, then that of helpers before 0.11."""
        if _go_fips_mode(env):
            return (self.key(checksum(key_id)),)
        return self.key(checksum(key_id)), self.key(legacy_checksum(key_id))


class Entry:
    """A cached token that can be used."""

    __slots__ = ("expires", "is_fresh", "secret", "user")

    def __init__(self, user: str, secret: str, expires: float, *, is_fresh: bool) -> None:
        self.user = user
        self.secret = secret
        self.expires = expires
        """Epoch seconds."""
        self.is_fresh = is_fresh
        """Less than half of its life is over."""


def host_of(server: str) -> str:
    """The host of what docker asks for, which may come as a URL with a path."""
    _, scheme, rest = server.strip().partition("://")
    return (rest if scheme else server.strip()).partition("/")[0]


def place_of(host: str) -> Place | None:
    """Where the tokens of a registry lie; None for other hosts. Refuses nothing impossible."""
    name = host.partition(":")[0]
    if name in PUBLIC_HOSTS:
        return Place("", "us-east-1", tuple("https://" + public for public in PUBLIC_HOSTS))
    account, tail = name[:_ACCOUNT], name[_ACCOUNT:]
    if len(account) < _ACCOUNT or not account.isascii() or not account.isdigit():
        return None
    middle = next((m for m in _MIDDLES if tail.startswith(m)), "")
    region, dot, suffix = tail[len(middle) :].partition(".")
    if not middle or not dot:
        return None
    plain = f"https://{account}.dkr.ecr.{region}.{_DUAL_STACK.get(suffix, suffix)}"
    return Place(account, region, (plain, "https://" + name), fips="-fips" in middle)


def cache_folder(env: Mapping[str, str]) -> str:
    """The folder of the cache; empty where it is switched off or nobody's home is known."""
    if env.get("AWS_ECR_DISABLE_CACHE"):
        return ""
    folder = env.get("AWS_ECR_CACHE_DIR") or "~/.ecr"
    if folder[:1] != "~":
        return folder
    home = env.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - pathlib costs 10 ms
    return home + folder[1:] if home[:1] == "/" and folder[1:2] in ("", "/") else ""


def load(folder: str) -> Json:
    """The entries of a cache file by key; empty for a file that is absent, corrupt or not ours."""
    try:
        document = parse_json(read_small(f"{folder}/{FILE_NAME}", LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict) or document.get("Version") != VERSION:
        return {}
    entries = document.get("Registries")
    return entries if isinstance(entries, dict) else {}


def read_small(path: str, largest: int) -> str:
    """The text of a regular file.

    Raises:
        OSError: it cannot be read, is too large, or is no regular file.
        ValueError: it is not UTF-8.

    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if status.st_mode & _FILE_TYPE != _REGULAR or status.st_size > largest:
            raise OSError(f"{path} is not a small regular file")
        parts = []
        while part := os.read(descriptor, 1 << 20):
            parts.append(part)
    finally:
        os.close(descriptor)
    return b"".join(parts).decode("utf-8")


def pick(entries: Json, place: Place, keys: tuple[str, ...], now: float) -> Entry | None:
    """The living entry under the first key that has one."""
    for key in keys:
        found = entry_of(entries.get(key), now)
        if found and entries[key].get("ProxyEndpoint") in place.endpoints:
            return found
    return None


def entry_of(fields: object, now: float) -> Entry | None:
    """An entry of the file, checked; None where it is malformed or dead."""
    if not isinstance(fields, dict):
        return None
    try:
        requested = parse_time(fields["RequestedAt"])
        stated = parse_time(fields["ExpiresAt"])
        token = binascii.a2b_base64(fields["AuthorizationToken"])
        user, colon, secret = token.decode("ascii").partition(":")
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    expires = min(stated, requested + LONGEST_LIFE, _own_expiry(secret))
    if not (user and colon and secret) or expires - MARGIN <= now:
        return None
    # The Go helper's rule: the second half of a token's life is kept for failures of the API.
    # A request in the future means that one of two clocks was wrong: its window says nothing.
    is_fresh = requested <= now + MARGIN and now < expires - (expires - requested) / 2
    return Entry(user, secret, expires, is_fresh=is_fresh)


def answer(server: str, entry: Entry) -> str:
    """What docker reads from a helper's stdout."""
    try:
        from _json import encode_basestring_ascii as quote  # noqa: PLC0415 - as in `parse_json`
    except ImportError:
        from json import dumps as quote  # noqa: PLC0415
    fields = f'"ServerURL":{quote(server)},"Username":{quote(entry.user)}'
    return f'{{{fields},"Secret":{quote(entry.secret)}}}\n'


def _own_expiry(secret: str) -> float:
    """The time limit inside a token, in epoch seconds; infinite where it says none."""
    try:
        fields = parse_json(binascii.a2b_base64(secret + "=" * (-len(secret) % 4)).decode())
        expiration = fields["expiration"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return float("inf")
    usable = isinstance(expiration, int | float) and not isinstance(expiration, bool)
    return float(expiration) if usable else float("inf")


def parse_json(text: str) -> Any:  # noqa: ANN401
    """Decode JSON as `json.loads` does, with an object at its top.

    Raises:
        ValueError: it is no JSON, or no object.

    """
    body = text.strip()
    if body[:1] != "{":
        raise ValueError("not a JSON object")
    try:
        from _json import make_scanner  # noqa: PLC0415 - CPython's own, and `json` costs 7 ms

        value, end = make_scanner(_Scanning)(body, 0)  # type: ignore[arg-type]
    except (ImportError, StopIteration, SystemError):
        # Without `json` the scanner cannot name an error, and says so with a SystemError.
        import json  # noqa: PLC0415

        return json.loads(body)
    if end != len(body):
        raise ValueError("text after the JSON object")
    return value


class _Scanning:
    """What the C scanner wants to know of a decoder: the settings of `json.JSONDecoder`."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012 - the scanner's own


def parse_time(text: str) -> float:
    """Epoch seconds of an RFC 3339 time, as Go writes it: any fraction, `Z` or an offset.

    Raises:
        ValueError: it is none.
        AttributeError, TypeError: it is no text.

    """
    day = _days(int(text[:4]), int(text[5:7]), int(text[8:10]))
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    if text[4] + text[7] + text[13] + text[16] != "--::" or text[10] not in "Tt ":
        raise ValueError("not an RFC 3339 time")
    clock, offset = text[19:], 0
    if clock[-1:] in ("Z", "z"):
        fraction = clock[:-1]
    else:
        sign, hours, minutes = clock[-6:-5], int(clock[-5:-3]), int(clock[-2:])
        fraction, offset = clock[:-6], (hours * 60 + minutes) * (-60 if sign == "-" else 60)
    part = float(fraction) if fraction else 0.0
    return day * 86400.0 + hour * 3600 + minute * 60 + second - offset + part


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, counted from March as the Romans did."""
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004
        raise ValueError("no such day")
    year -= month < 3  # noqa: PLR2004
    since_march = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + since_march - 719468


def checksum(text: str) -> str:
    """The part of a key that stands for an identity."""
    return _base64(_sha256(text.encode()))


def legacy_checksum(text: str) -> str:
    """The same of helpers before 0.11: the text itself, followed by the MD5 sum of nothing.

    That is what Go's `md5.New().Sum(text)` gives (ecr-login/cache/build.go).
    """
    return _base64(text.encode() + _MD5_OF_NOTHING)


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _sha256(data: bytes) -> bytes:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    except ImportError:
        try:
            from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        except ImportError:
            from hashlib import sha256  # noqa: PLC0415
    digest: bytes = sha256(data).digest()
    return digest


def _go_fips_mode(env: Mapping[str, str]) -> bool:
    """Whether Go programs run in FIPS mode, in which the helper forgets its old keys."""
    settings = env.get("GODEBUG", "").split(",")
    return any(s.strip() in ("fips140=on", "fips140=only") for s in settings)
