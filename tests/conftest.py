"""Keeps the tests away from the machine's own AWS and docker set-up, and from the network."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

hypothesis_settings.register_profile("ecr-doctor", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ecr-doctor")

_FOREIGN = ("AWS_", "DOCKER_", "ECR_DOCTOR_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",
            "https_proxy", "no_proxy", "XDG_", "GITHUB_", "REGISTRY_AUTH_FILE")  # fmt: skip


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test an empty HOME and none of the machine's variables."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(autouse=True, scope="session")
def heard_signals() -> Iterator[None]:
    """Let programs that are started hear signals: `nohup` and a shell's `&` have them ignored."""
    ignored = [n for n in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, lambda *_: None)  # a handler, unlike SIG_IGN, is not inherited
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
