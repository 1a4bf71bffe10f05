"""An answer that is a proxy's: it wants a login before it lets anything through."""

from __future__ import annotations

from typing import Final

STATUS: Final = 407
"""Proxy Authentication Required: RFC 9110, section 15.5.8."""
CAUSE: Final = "proxy-authentication-required"


def wanted_for(who: str) -> str:
    """What to say of a request to `who` that got this answer."""
    return f"a proxy on the way to {who} wants a login ({STATUS})"
