"""The home folder of the laboratory's user: docker's and AWS's files in it."""

from __future__ import annotations

import base64
import json
import shutil
from typing import TYPE_CHECKING, Any

from lab import names, state

if TYPE_CHECKING:
    from pathlib import Path

INSIDE = "/home/dev"
HELPER = {"credHelpers": {names.HOST: "ecr-login"}}
CONFIG = f"[default]\nregion = {names.REGION}\n"


class Home:
    """A home folder; `path` is outside the namespaces, where it is /home/dev."""

    def __init__(self, path: Path) -> None:
        """Remember the folder."""
        self.path = path

    @property
    def docker_config(self) -> Path:
        """Return docker's config file."""
        return self.path / ".docker/config.json"

    def reset(self) -> None:
        """Empty the folder and write the files of a user whose pulls work."""
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.path.chmod(0o755)
        self.write_config(HELPER)
        self.write_keys(state.KEY_ID, state.SECRET_KEY)
        self.write(".aws/config", CONFIG)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, with the folders it needs."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def write_keys(self, key: str, secret: str, token: str = "") -> None:
        """Write ~/.aws/credentials with these keys."""
        lines = ["[default]", f"aws_access_key_id = {key}", f"aws_secret_access_key = {secret}"]
        if token:
            lines.append(f"aws_session_token = {token}")
        self.write(".aws/credentials", "\n".join(lines) + "\n")

    def write_config(self, value: dict[str, Any] | str | bytes) -> None:
        """Write docker's config.json: an object, or the very text."""
        content = json.dumps(value, indent=2) if isinstance(value, dict) else value
        self.write(".docker/config.json", content)


def auths(password: str, host: str = names.HOST, user: str = "AWS") -> dict[str, Any]:
    """Return the part of config.json that `docker login` writes."""
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"auths": {host: {"auth": encoded}}}
