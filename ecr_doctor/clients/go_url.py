"""The host of a URL as Go's net/url reads it: stricter than Python, which passes over much.

Source: go/src/net/url/url.go (Parse, getScheme, parseAuthority, parseHost, Hostname, Port).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ASCII_ESCAPE = re.compile(r"%[0-7]")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_HOST = re.compile(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"%]|[^\x00-\x7f])*")
_PORT = re.compile(r"(?::[0-9]*)?")


def url_host(text: str) -> str:
    """Host and port, the letters' case kept; empty where there is no scheme, no host, or no URL."""
    whole, _, fragment = text.partition("#")
    found = _SCHEME.match(whole)
    if not found or _CONTROL.search(whole) or _BAD_ESCAPE.search(fragment):
        return ""
    rest = whole[found.end() :].partition("?")[0]
    if not rest.startswith("//"):
        return ""
    authority, _, path = rest[2:].partition("/")
    user, _, host = authority.rpartition("@")
    if not _USER.fullmatch(user) or any(map(_BAD_ESCAPE.search, (user, path))):
        return ""
    return _host(host)


def _host(text: str) -> str:
    """The host without its brackets and an empty port; empty where Go refuses it."""
    if not _HOST.fullmatch(text) or _BAD_ESCAPE.search(text) or _ASCII_ESCAPE.search(text):
        return ""
    if text.startswith("["):
        address, bracket, port = text[1:].partition("]")
        fits = bool(bracket) and ":" in address
        name = f"[{address}]" if port.removeprefix(":") else address
    else:
        name, colon, number = text.rpartition(":")
        name, port = (name, f":{number}") if colon else (text, "")
        fits = ":" not in name
    if not fits or not name or not _PORT.fullmatch(port):
        return ""
    return unquote(name) + port.removesuffix(":")
