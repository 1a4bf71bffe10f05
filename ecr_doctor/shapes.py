"""The shapes that secrets have in the texts of other programs.

Every pattern here takes linear time: a short beginning that is bounded, then one greedy run,
then nothing that could fail and make it try again. What needs more thought is a function.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from ecr_doctor.redact import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

# -- addresses: a presigned query grants what it names, and proxies carry passwords


_SECRET_QUERY = re.compile(
    r"x-amz-|signature=|expires=|policy=|key-pair-id=|token=|secret|password=|[?&]sig=|[?&]key="
    r"|samlassertion=",
    re.IGNORECASE,
)
_PORT = re.compile(r"\d{1,5}(?:[/?#]|$)")
_LONGEST_NAME = 16
"""A longer text before the @ of an address is a token rather than a user's name."""


def _address(match: re.Match[str]) -> str:
    rest, question, query = match[1].partition("?")
    if question and _SECRET_QUERY.search(question + query) and not query.startswith(MASK):
        query = MASK
    return "://" + _without_password(rest) + question + query


def _without_password(rest: str) -> str:
    """An address behind its `://`, without the password of `user:password@host`."""
    slash = rest.find("/")
    authority_end = slash if slash >= 0 else len(rest)
    at = rest.rfind("@", 0, authority_end)
    user, colon, secret = rest.partition(":")
    if at < 0 and colon and not set(user) & set("/@#") and not _PORT.match(secret):
        at = rest.find("@")  # a password with a slash in it, as people paste them
    if at < 0:
        return rest
    user, colon, secret = rest[:at].partition(":")
    if colon:
        return f"{user}:{MASK}{rest[at:]}" if secret else rest
    return f"{MASK if len(user) > _LONGEST_NAME else user}{rest[at:]}"


def _proxy(match: re.Match[str]) -> str:
    """`HTTPS_PROXY=user:password@host`: Go takes proxies without a scheme."""
    return match[1] + _without_password(match[2])


# -- names: what stands behind `password =`


_PLAIN_WORDS: Final = re.compile(
    r"a|absent|an|and|are|auth|basic|bearer|denied|digest|empty|error|expired|expires|failed|false|for"
    r"|found|from|given|good|has|id|in|invalid|is|it|malformed|missing|n/a|negotiate|nil|no|none|not"
    r"|null|of|ok|old|present|redacted|required|rejected|set|stale|the|to|token|true|unauthorized"
    r"|undefined|unknown|unset|unused|until|used|valid|was|with|wrong|yes",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"\$\{?[A-Z_][A-Z0-9_]*\}?$|\$\(|%[A-Z_]+%$|<|\*+$|\(|\[redacted|x{4,}$|YOUR_"
    r"|(?:arn|sha256|sha512):|https?://|~/|\.{1,2}/|/(?:[\w.-]+/)+[\w.-]+$"
    r"|(?:[a-z0-9-]+\.){2,}[a-z]{2,}(?:[:/]|$)"  # a host name
    r"|\d{4}-\d\d-\d\d|\d+(?:\.\d+)?[a-z%]{0,7}$|Secret\("
)
_LIKELY = 12
"""From this length on a bare word with letters and digits behind `token:` is a secret."""
_SURELY = 20
"""From this length on any bare word is: those of a sentence are shorter."""


def _assigned(match: re.Match[str], *, inner: bool = False) -> str:
    name, gap, mark = match["name"], match["gap"], match["mark"] or ""
    value = match["quoted"] or match["bare"] or ""
    plain = _is_plain(value, quoted=bool(mark))
    if not plain and not mark and ":" in gap:
        plain = not _is_secret_word(match, name, value)
    if not plain:
        return f"{name}{gap}{mark}{MASK}"
    # one assignment may stand in another (`auth:token=...`); deeper ones are nobody's writing
    return name + gap + mark + (value if inner else _ASSIGNED.sub(_assigned_within, value))


def _assigned_within(match: re.Match[str]) -> str:
    return _assigned(match, inner=True)


def _is_plain(value: str, *, quoted: bool) -> bool:
    word = value.strip(".,;:!)")
    if not re.search(r"[A-Za-z0-9]", word) or _PLAIN_WORDS.fullmatch(word):
        return True
    return bool(_NO_SECRET.match(word)) or (quoted and bool(_SENTENCE.match(value)))


_SENTENCE = re.compile(r"[A-Za-z]+,?(?: [A-Za-z',.-]+)+$")
"""A value in quotes that is made of words: a message, and not a password."""


def _is_secret_word(match: re.Match[str], name: str, value: str) -> bool:
    """Whether a bare word behind `name:` is a secret, and not the beginning of a sentence."""
    if "pass" in name.lower() or name.lower().endswith("pwd"):
        behind = match.string[match.end() : match.end() + 2]
        plain = value.isalpha() or (value[-1:] == ":" and value[:-1].isalpha() and value.islower())
        return not (plain and behind[:1] == " " and behind[1:].isalpha())
    if len(value) >= _SURELY:
        return True
    long_enough = len(value) >= _LIKELY
    return long_enough and bool(re.search(r"\d", value)) and bool(re.search(r"[A-Za-z]", value))


_NAMES = (
    r"secret[_-]?access[_-]?key|secret[_-]?key|session[_-]?token|security[_-]?token"
    r"|passw(?:or)?d|passphrase|pwd|token|client[_-]?secret|secret|api[_-]?key"
    r"|x-amz-(?:signature|credential)|x-registry-auth|auth|private[_-]?key"
)
_ASSIGNED = re.compile(
    rf"(?P<name>{_NAMES})(?P<gap>\\{{0,3}}[\"']?\s{{0,3}}(?:=>?|:)\s{{0,3}})"
    r"(?:(?P<mark>\\{1,3}[\"']|b?[\"'])"
    # up to the quote that closes; a backslash takes the character behind it along, if in quotes
    r"(?P<quoted>(?:(?<=\\[\"'])[^\"'\\\r\n]+|(?<=\")[^\"\\\r\n]*(?:\\.[^\"\\\r\n]*)*|(?<=')[^'\r\n]*))"
    r"|(?P<bare>(?=[^\s\"'<>{}\[\]\\])[^\s\"'&<>{}\[\]\\]*"
    r"(?:&(?![\w.-]{1,40}=)[^\s\"'&<>{}\[\]\\]*)*))",
    re.IGNORECASE,
)


# -- headers and the command line


def _credentials(match: re.Match[str]) -> str:
    """`Basic` and a word: a credential unless the word is of a sentence or of a challenge."""
    word = match[2]
    if word.isalpha() and (word.islower() or len(word) < _LONGEST_NAME):
        return match[0]
    return match[1] + MASK


def _login_flag(match: re.Match[str]) -> str:
    """`-p VALUE` of a `login` command; elsewhere `-p` is a port or a folder."""
    start = match.start()
    login = match.string.rfind("login", max(0, start - 300), start)
    if login < 0 or set(match.string[login:start]) & set("\n|;&"):
        return match[0]
    return match[1] + MASK


def _user_flag(match: re.Match[str]) -> str:
    """`-u user:password` of curl and skopeo; `-u 1000:1000` is of docker run."""
    return match[0] if match[2].isdigit() else match[1] + MASK


# -- shapes: random characters betray themselves


def _changes(text: str) -> int:
    """How often the kind of character changes: in random base64 at 6 of 10 places."""
    kinds = [(c.isupper(), c.islower(), c.isdigit()) for c in text]
    return sum(a != b for a, b in pairwise(kinds))


_FEWEST_CHANGES = 13
"""Of 40 random base64 characters 1 in 10,000 changes less often; words hardly ever reach it."""
_MORE_CHANGES = 17
"""For paths and words without digits, which change more often than other names."""
_FEW_SLASHES = 2
_ARN = re.compile(r"arn:[a-z-]{3,20}:[a-z0-9:*-]{0,80}$")


def _secret_key(match: re.Match[str]) -> str:
    """40 base64 characters: the length of an AWS secret access key."""
    text = match[0]
    if text in (text.lower(), text.upper()):
        return text  # a SHA-1
    doubtful = text[0] == "/" or text.count("/") > _FEW_SLASHES or not re.search(r"\d", text)
    if _changes(text) < (_MORE_CHANGES if doubtful else _FEWEST_CHANGES):
        return text
    before = match.string[max(0, match.start() - 120) : match.start()]
    return text if _ARN.search(before) else MASK


def _opaque(match: re.Match[str]) -> str:
    """A long run of base64, unless it is a path or hex, which have few capital letters."""
    text = match[0]
    sample = text[:4000]
    capitals = sum(c.isupper() for c in sample) / len(sample)
    digits = sum(c.isdigit() for c in sample) / len(sample)
    return MASK if capitals > 0.15 and digits > 0.04 else text  # noqa: PLR2004


class _Rule(NamedTuple):
    """What to look for where one of the `anchors` occurs; without anchors, everywhere."""

    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


_AFTER: Final = rf"\g<1>{MASK}"
_RULES: Final = (
    _Rule(
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----[^-]*(?:-(?!----)[^-]*)*"
            r"(?:-----END [A-Z ]{0,40}-----)?"
        ),
        MASK,
    ),
    _Rule(("://",), re.compile(r"://([^\s\"'<>`]+)"), _address),
    _Rule(
        ("proxy",),
        re.compile(r"(proxy[\"']?\s{0,3}[=:]\s{0,3}[\"']?)([^\s\"'<>`,]+)", re.IGNORECASE),
        _proxy,
    ),
    _Rule(
        ("aws4-hmac",),
        re.compile(r"(aws4-hmac-sha256\s{1,3})credential=[^\r\n\"'\\]+", re.IGNORECASE),
        _AFTER,
    ),
    _Rule(
        ("authorization",),
        re.compile(
            r"(authorization\\{0,3}[\"']?\s{0,3}[:=]\s{0,3}[\[(]?b?\\{0,3}[\"']?\s{0,3}"
            r"(?:basic|bearer|negotiate|ntlm|token)\s{1,3})(?!\[redacted)[^\s\"'\\\],;]+",
            re.IGNORECASE,
        ),
        _AFTER,
    ),
    _Rule(
        ("basic", "bearer"),
        re.compile(r"(\b(?:basic|bearer)\s{1,3})([A-Za-z0-9+/_.=-]{12,})", re.IGNORECASE),
        _credentials,
    ),
    _Rule(
        ("cookie",),
        re.compile(r"(\bcookie[\"']?\s{0,3}:\s{0,3}[\"']?)[^\r\n\"']+", re.IGNORECASE),
        _AFTER,
    ),
    _Rule(
        ("metadata-token",),
        re.compile(r"(metadata-token[\"']?\s{0,3}[:=]\s{0,3}[\"']?)[^\s\"',]+", re.IGNORECASE),
        _AFTER,
    ),
    # ECR tokens are base64 JSON, docker's `auth` is `AWS:` and one, JWTs are three such parts
    _Rule(
        ("eyj", "qvdtom"),
        re.compile(r"(?<![A-Za-z0-9])(?:eyJ|QVdTOm)[A-Za-z0-9+/_=.%-]{12,}"),
        MASK,
    ),
    _Rule(
        ("iqoj", "fwog", "fqog", "aqod"),
        re.compile(r"(?<![A-Za-z0-9])(?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9+/=%]{20,}"),
        MASK,
    ),
    _Rule(
        ("gh", "pat_", "glpat-", "xox"),
        re.compile(
            r"\b(?:gh[pousr]_|github_pat_|glpat-|dckr_pat_|xox[abp]-)[A-Za-z0-9_-]{16,}",
        ),
        MASK,
    ),
    _Rule(
        ("secret", "token", "pass", "pwd", "key", "auth", "x-amz-", "credential"),
        _ASSIGNED,
        _assigned,
    ),
    _Rule(
        ("--password",),
        re.compile(r"(--password(?:=|\s{1,3}))(?!via\b|and\b|or\b|is\b|flag\b|option\b)[^\s]+"),
        _AFTER,
    ),
    _Rule(("-p",), re.compile(r"((?<=\s)-p[\s=]{0,3})(?![\s=])[^\s]+"), _login_flag),
    _Rule(
        ("-u", "--proxy-user", "creds"),
        re.compile(
            r"((?<=\s)(?:-u|-U|--user|--proxy-user|--(?:src-|dest-)?creds)[\s=]{1,3}[\"']?"
            r"[^\s:\"']{1,100}:)([^\s\"']+)"
        ),
        _user_flag,
    ),
    _Rule((), re.compile(r"(?<![A-Za-z0-9+/_:-])[A-Za-z0-9+/_-]{120,}={0,2}"), _opaque),
    _Rule(
        (),
        re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])"),
        _secret_key,
    ),
    _Rule(
        ("akia", "asia", "abia", "acca"),
        re.compile(r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{4})[A-Z0-9]{4,}([A-Z0-9]{4})\b"),
        r"\1...\2",
    ),
)


def clean(text: str) -> str:
    """The text without anything that has the shape of a secret. Linear in its length."""
    lowered = text.lower()
    for rule in _RULES:
        if not rule.anchors or any(anchor in lowered for anchor in rule.anchors):
            text = rule.pattern.sub(rule.replacement, text)
    return text
