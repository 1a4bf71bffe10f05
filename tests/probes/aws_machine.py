"""A home folder, an environment and a run of probes in them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings, Target, parse_target
from ecr_doctor.testing import TARGET

if TYPE_CHECKING:
    import pytest

    from ecr_doctor.probes.base import Probe

T = TypeVar("T")
KEYS = "aws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = example/secret/one\n"
ENV_KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000002",
    "AWS_SECRET_ACCESS_KEY": "example/secret/two",
}


@dataclass
class AwsMachine:
    """One user's view of a machine."""

    monkeypatch: pytest.MonkeyPatch
    target: Target = TARGET
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return Path(os.environ["HOME"])

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def setenv(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def image(self, image: str) -> None:
        self.target = parse_target(image)

    def scene(self) -> Observer:
        settings = Settings(env=dict(os.environ), **self.settings)
        return Observer(self.target, settings)

    def observe(self, probe: Probe[T]) -> T:
        return self.scene().observe(probe)
