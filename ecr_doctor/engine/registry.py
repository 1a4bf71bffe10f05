"""Finds the checks: built-in and third-party ones come in by the same entry point.

Discovery is a value, not a side effect: no decorator, no list to edit, no import at `--version`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import sys
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.model import Plugin, ToolProblem
from ecr_doctor.sdk import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable
    from types import ModuleType

GROUP = "ecr_doctor.checks"
BUILTIN = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The checks that were found, where their catalogs lie, and what did not load."""

    checks: tuple[Check, ...]
    catalogs: tuple[Traversable, ...]
    plugins: tuple[Plugin, ...] = ()
    problems: tuple[ToolProblem, ...] = ()


def discover(folders: Sequence[str] = ()) -> Registry:
    """Load every check of the entry points, then those of `folders` (`--checks-dir`)."""
    builder = _Builder()
    for entry in sorted(metadata.entry_points(group=GROUP), key=_builtin_first):
        builder.add_entry_point(entry)
    for folder in folders:
        builder.add_folder(Path(folder))
    return builder.registry()


def catalog_folders() -> tuple[Traversable, ...]:
    """Where the entry points' packages keep their causes; their checks are not imported."""
    builder = _Builder()
    for entry in sorted(metadata.entry_points(group=GROUP), key=_builtin_first):
        builder.add_catalog(entry.module)
    return tuple(builder.catalogs)


def _builtin_first(entry: EntryPoint) -> tuple[bool, str]:
    return entry.name != BUILTIN, entry.name


class _Builder:
    """Collects checks; whatever goes wrong becomes a problem and ends nothing."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {}
        self.catalogs: list[Traversable] = []
        self.plugins: list[Plugin] = []
        self.problems: list[ToolProblem] = []

    def registry(self) -> Registry:
        return Registry(
            checks=tuple(self.checks.values()),
            catalogs=tuple(self.catalogs),
            plugins=tuple(self.plugins),
            problems=tuple(self.problems),
        )

    def add_entry_point(self, entry: EntryPoint) -> None:
        source = f"entry point {entry.name} = {entry.value}"
        module = self._import(entry.module, source)
        if module is None:
            return
        if entry.name != BUILTIN and entry.dist is not None:
            self.plugins.append(Plugin(entry.dist.name, entry.dist.version))
        self._add_module(module, source)
        self.add_catalog(entry.module)
        for name in _submodules(module):
            found = self._import(name, source)
            if found is not None:
                self._add_module(found, source)

    def add_catalog(self, package: str) -> None:
        try:
            folder = resources.files(package) / "catalog"
        except (ImportError, TypeError):
            return
        if folder.is_dir():
            self.catalogs.append(folder)

    def add_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self.problems.append(ToolProblem(f"--checks-dir {folder}", "there is no such folder"))
            return
        for path in sorted(folder.glob("*.py")):
            module = self._load(path)
            if module is not None:
                self._add_module(module, str(path))
        if (folder / "catalog").is_dir():
            self.catalogs.append(folder / "catalog")

    def _import(self, name: str, source: str) -> ModuleType | None:
        try:
            return importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001  foreign code may raise anything
            self.problems.append(_problem(f"{source}: {name} does not load", error))
            return None

    def _load(self, path: Path) -> ModuleType | None:
        name = f"_ecr_doctor_local_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:  # noqa: BLE001  foreign code may raise anything
            self.problems.append(_problem(f"{path} does not load", error))
            return None
        return module

    def _add_module(self, module: ModuleType, source: str) -> None:
        for cls in _checks_defined_in(module):
            try:
                self._add(cls(), source)
            except Exception as error:  # noqa: BLE001  foreign code may raise anything
                self.problems.append(_problem(f"{source}: {cls.__qualname__} is no check", error))

    def _add(self, check: Check, source: str) -> None:
        check.stage()
        known = self.checks.setdefault(check.id, check)
        if known is not check:
            detail = f"the id is taken by {type(known).__module__}; this one is left out"
            self.problems.append(ToolProblem(f"{source}: check {check.id}", detail))


def _problem(what: str, error: BaseException) -> ToolProblem:
    return ToolProblem(what, f"{type(error).__name__}: {error}"[:1000])


def _submodules(package: ModuleType) -> Iterator[str]:
    path = getattr(package, "__path__", None)
    if path is None:
        return
    for found in pkgutil.walk_packages(path, f"{package.__name__}.", onerror=lambda _: None):
        yield found.name


def _checks_defined_in(module: ModuleType) -> list[type[Check]]:
    """Concrete checks of this very module: what it imports from elsewhere does not count."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Check)
        and value.__module__ == module.__name__
        and not inspect.isabstract(value)
    ]
