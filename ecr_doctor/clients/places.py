"""Where docker looks for its configuration."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .machine import Machine

CONFIG_FILE = "config.json"
LEGACY_FILE = ".dockercfg"


@dataclass(frozen=True, slots=True)
class ConfigPlace:
    """The folder of `config.json`, and what decided on it."""

    folder: str
    reason: str

    @property
    def path(self) -> str:
        """The file."""
        return posixpath.join(self.folder, CONFIG_FILE) if self.folder else CONFIG_FILE


def docker_home(machine: Machine) -> str:
    """The home that docker works with: HOME, or where it is unset or empty the password database.

    Source: moby, pkg/homedir/homedir.go.
    """
    return machine.env.get("HOME", "") or machine.passwd_home


def config_place(machine: Machine, config_dir: str = "") -> ConfigPlace:
    """The one folder in which docker looks; no second one is tried.

    `config_dir` is docker's `--config`. A `~` is not expanded in either.
    """
    if config_dir:
        return ConfigPlace(absolute(machine, config_dir), "--config")
    folder = machine.env.get("DOCKER_CONFIG", "")
    if folder:
        return ConfigPlace(absolute(machine, folder), "DOCKER_CONFIG")
    reason = "HOME" if machine.env.get("HOME") else "the password database (HOME is not set)"
    return ConfigPlace(posixpath.join(docker_home(machine), ".docker"), reason)


def absolute(machine: Machine, path: str) -> str:
    """The path seen from the client's current folder."""
    return posixpath.normpath(posixpath.join(machine.cwd, path))
