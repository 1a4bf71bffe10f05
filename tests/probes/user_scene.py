"""A scene with a home of its own in a temporary folder, real files and real programs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings
from ecr_doctor.testing import TARGET

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class User:
    """A user: home folder, a folder of programs, environment."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("home/dev/.docker", "bin", "cwd"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.env = {"HOME": str(self.home), "PATH": f"{self.bin}:/usr/bin:/bin", **self.env}

    @property
    def home(self) -> Path:
        return self.root / "home/dev"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def config(self) -> Path:
        return self.home / ".docker/config.json"

    def configure(self, content: dict[str, Any] | str) -> None:
        """Write docker's config.json."""
        self.config.write_text(content if isinstance(content, str) else json.dumps(content))

    def program(self, name: str, text: str, mode: int = 0o755) -> Path:
        """Put a shell script on PATH."""
        path = self.bin / name
        path.write_text(
            text if text.startswith(("#!", "\x7f")) or not text else f"#!/bin/sh\n{text}\n"
        )
        path.chmod(mode)
        return path

    def helper(self, text: str, name: str = "x", mode: int = 0o755) -> Path:
        """Put a credential helper on PATH."""
        return self.program(f"docker-credential-{name}", text, mode)

    def scene(self, **settings: Any) -> Observer:
        """A scene with this user's environment."""
        return Observer(TARGET, Settings(env=self.env, **settings))
