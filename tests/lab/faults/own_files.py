"""Files that skopeo has for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import works
from lab.home import INSIDE

if TYPE_CHECKING:
    from lab.world import Lab


_HOST = names.HOST


def _user_authority(lab: Lab) -> None:
    """Trust the corporate CA as skopeo and buildah do for one user."""
    text = (lab.folder / "tls/corporate.crt").read_text()
    lab.user.write(f".config/containers/certs.d/{_HOST}/ca.crt", text)
    lab.update(tls={_HOST: "unknown-ca"})


FAULTS = (
    works(
        "skopeo-user-authority",
        "the CA is in the user's certs.d",
        _user_authority,
        client="skopeo",
        needs=("skopeo",),
    ),
    works(
        "skopeo-xdg-elsewhere",
        "XDG_RUNTIME_DIR names no folder, and docker's file is read all the same",
        client="skopeo",
        needs=("skopeo",),
        env={"XDG_RUNTIME_DIR": "/run/user/1000"},
    ),
    works(
        "skopeo-auth-file-elsewhere",
        "REGISTRY_AUTH_FILE names a file without a login, and docker's file is read then",
        lambda lab: lab.user.write("auth.json", "{}"),
        client="skopeo",
        needs=("skopeo",),
        env={"REGISTRY_AUTH_FILE": f"{INSIDE}/auth.json"},
    ),
)
