"""The list of credential helpers in registries.conf and its drop-in files.

Source: containers/image, pkg/sysregistriesv2/system_registries_v2.go (newConfigWrapperWithHomeDir,
dropInConfigs, updateWithConfigurationFrom); containers-registries.conf.d(5).
"""

from __future__ import annotations

import posixpath
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .machine import FileState
from .places import absolute, docker_home

if TYPE_CHECKING:
    from .machine import FileRead, Machine

VARIABLE: Final = "CONTAINERS_REGISTRIES_CONF"
_OWN: Final = ".config/containers/registries.conf"
_SYSTEM: Final = "/etc/containers/registries.conf"
_ABSENT = (FileState.MISSING, FileState.DANGLING)


class RegistriesError(Exception):
    """The client ends with this before it looks for a credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedHelpers:
    """The helpers in their order, and the file that names them."""

    names: tuple[str, ...] = ()
    """Empty where nothing is named: then the client's own files are read."""
    path: str = _SYSTEM


def registries_helpers(machine: Machine, *, obeys_variable: bool) -> NamedHelpers:
    """What `credential-helpers` comes to: the last file that has it replaces those before.

    The user's registries.conf takes the place of the system's, and of its drop-in folder too.

    Raises:
        RegistriesError: a file cannot be read, or is no TOML.

    """
    main, folders = _places(machine, obeys_variable=obeys_variable)
    named = main not in {_SYSTEM, posixpath.join(docker_home(machine), _OWN)}
    helpers = NamedHelpers(path=main)
    read = machine.read(main)
    if named or read.state not in _ABSENT:
        helpers = _helpers(read) or helpers
    for folder in folders:
        for name in sorted(machine.names(folder)):
            path = posixpath.join(folder, name)
            if name.endswith(".conf") and not machine.is_directory(path):
                helpers = _drop_in(machine.read(path)) or helpers
    return helpers


def _places(machine: Machine, *, obeys_variable: bool) -> tuple[str, list[str]]:
    """The main file, and the folders of drop-ins in the order in which they are read."""
    own = posixpath.join(docker_home(machine), _OWN)
    both = [f"{_SYSTEM}.d", f"{own}.d"]
    named = machine.env.get(VARIABLE, "")
    if named and obeys_variable:
        return absolute(machine, named), both
    if machine.read(own).state not in _ABSENT:
        return own, [f"{own}.d"]
    return _SYSTEM, both


def _drop_in(read: FileRead) -> NamedHelpers | None:
    return None if read.state in _ABSENT else _helpers(read)


def _helpers(read: FileRead) -> NamedHelpers | None:
    """The list of one file; None where it has none."""
    if read.state not in {FileState.OK, FileState.EMPTY}:
        raise RegistriesError(f"loading registries configuration: {read.problem or read.path}")
    try:
        document: dict[str, Any] = tomllib.loads(read.data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RegistriesError(f"loading registries configuration {read.path}: {error}") from None
    found = document.get("credential-helpers")
    if found is None:
        return None
    if not isinstance(found, list) or any(not isinstance(name, str) for name in found):
        raise RegistriesError(f"{read.path}: credential-helpers is no list of texts")
    return NamedHelpers(names=tuple(found), path=read.path)
