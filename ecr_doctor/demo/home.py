"""The home of the demo's user: docker's and AWS's files, and the credential helper on PATH."""

from __future__ import annotations

import base64
import json
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ecr_doctor.errors import EcrDoctorError

from .names import HOST, REGION
from .world import KEY_ID, SECRET_KEY, USER_ARN

if TYPE_CHECKING:
    from pathlib import Path

    from .tokens import TokenMint

_PYTHON = shlex.join([sys.executable, "-P"])
_CALL = "import sys; from ecr_doctor.auth.helper import main; sys.exit(main())"
OWN_HELPER = f'exec {_PYTHON} -c {shlex.quote(_CALL)} "$@"\n'
SILENT_HELPER = f'exec {_PYTHON} -m ecr_doctor.demo.silent_helper "$@"\n'
"""Plays amazon-ecr-credential-helper, which hides the reason of a failure in its log."""
CHATTY_HELPER = f'echo "A new version is available, please update."\n{OWN_HELPER}'
HANGING_HELPER = "exec /bin/sleep 60\n"

DockerConfig = Callable[["TokenMint"], str | None]
"""Makes the text of config.json; None for no file."""


def no_docker_config(mint: TokenMint) -> None:
    """No config.json at all."""


def helper_config(helper: str, key: str = HOST) -> DockerConfig:
    """A `credHelpers` entry."""
    return lambda _: json.dumps({"credHelpers": {key: helper}}, indent=2)


def text_config(text: str) -> DockerConfig:
    """A text as it is."""
    return lambda _: text


def login_config(user: str = "AWS", left: timedelta = timedelta(hours=9)) -> DockerConfig:
    """What `docker login` writes, with a token that has `left` to live."""

    def make(mint: TokenMint) -> str:
        password = mint.issue(USER_ARN, REGION, datetime.now(UTC) + left)
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        return json.dumps({"auths": {HOST: {"auth": auth}}}, indent=2)

    return make


def credentials(key_id: str = KEY_ID, secret: str = SECRET_KEY, token: str = "") -> str:
    """The text of ~/.aws/credentials."""
    lines = ["[default]", f"aws_access_key_id = {key_id}", f"aws_secret_access_key = {secret}"]
    if token:
        lines.append(f"aws_session_token = {token}")
    return "\n".join([*lines, ""])


def settings(region: str = REGION, *more_regions: str) -> str:
    """The text of ~/.aws/config; more regions are in use by profiles of their own."""
    text = f"[default]\nregion = {region}\n"
    return text + "".join(f"\n[profile {name}]\nregion = {name}\n" for name in more_regions)


_DEFAULT_CONFIG = helper_config("ecr-doctor")
_DEFAULT_KEYS, _DEFAULT_SETTINGS = credentials(), settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home from which pulls work, unless a field says otherwise."""

    docker_config: DockerConfig = _DEFAULT_CONFIG
    aws_credentials: str = _DEFAULT_KEYS
    """Empty for no file."""
    aws_config: str = _DEFAULT_SETTINGS
    helper: str = "ecr-doctor"
    """The helper that is installed: `docker-credential-NAME`."""
    script: str = OWN_HELPER
    """What the helper does, in the language of sh."""
    helper_folder: str = "bin"
    """Where it lies; PATH has `bin` alone."""

    def build(self, folder: Path, mint: TokenMint) -> dict[str, str]:
        """Write the files into a new folder, and return the variables HOME and PATH.

        Raises:
            EcrDoctorError: programs in the folder cannot be executed.

        """
        for name in (".docker", ".aws", "bin"):
            (folder / name).mkdir(parents=True)
        _write(folder / ".docker" / "config.json", self.docker_config(mint))
        _write(folder / ".aws" / "credentials", self.aws_credentials or None)
        _write(folder / ".aws" / "config", self.aws_config or None)
        program = folder / self.helper_folder / f"docker-credential-{self.helper}"
        program.parent.mkdir(parents=True, exist_ok=True)
        _write(program, f"#!/bin/sh\n{self.script}")
        program.chmod(0o755)
        if not os.access(program, os.X_OK):
            hint = "Set TMPDIR to a folder on a file system that is not mounted noexec."
            raise EcrDoctorError(f"programs in {folder.parent} cannot be executed", hint)
        return {"HOME": str(folder), "PATH": str(folder / "bin")}


def _write(path: Path, text: str | None) -> None:
    if text is not None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
