"""The symptoms that many causes share, as the user's FAQ names them."""

from __future__ import annotations

from typing import Final

NO_BASIC_AUTH: Final = "no basic auth credentials"
NOT_AUTHORIZED: Final = "denied: User is not authorized"
MANUAL_LOGIN: Final = "Manual login is still required"

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    # Written by moby (ErrNoBasicAuthCredentials) and containerd (docker authorizer): nothing was
    # sent. "basic credentials not found" is oras, "authentication required" the same over a 401.
    NO_BASIC_AUTH: (
        "no basic auth credential",  # the last letter is what a cut text lacks
        "no basic authorization credentials",
        "basic credential not found",
        "basic credentials not found",
        "basic auth required",
    ),
    NOT_AUTHORIZED: ("not authorized to perform", "user is not authorized"),
    # No program prints this one: it is what a person says.
    MANUAL_LOGIN: (
        "manual login is still required",
        "manual login still required",
        "still asks for a login",
        "still need to docker login",
        "still have to docker login",
    ),
}
"""Name of the symptom: lower-case texts that show it."""
