"""Prints every figure beside its goal: `python -m bench` in a checkout (docs/bench.md)."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import start, table
from bench.measure import Agent, UnmeasuredError
from bench.place import Ground, Project, install
from lab.requirements import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Topics = Mapping[str, Callable[[Any], list[table.Row]]]

_IN_LAB = ("fetch", "run", "faults")
_GROUPS = ("start", *_IN_LAB)


def main() -> int:
    """Measure what was asked for; a missed goal is no failure of the measuring."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ecr-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        project = Project(options.prefix.absolute()) if options.prefix else install(folder)
        _say(_machine())
        _say(table.line(table.HEAD))
        goals = [*_at_once(project, folder, options), *_in_lab(project, options)]
    _say(f"{sum(goals)} of {len(goals)} goals met")
    return 0


def _at_once(project: Project, folder: Path, options: argparse.Namespace) -> list[bool]:
    if "start" not in options.groups:
        return []
    agent = Agent(folder)
    try:
        return _show(start.TOPICS, Ground(project, agent, folder, options.rounds))
    finally:
        agent.close()


def _in_lab(project: Project, options: argparse.Namespace) -> list[bool]:
    groups = [group for group in options.groups if group in _IN_LAB]
    reason = missing()
    if not groups or reason:
        for group in groups:
            _say(table.unmeasured(f"all rows of {group}", reason or ""))
        return []
    # Imported here: the laboratory needs packages that the first rows do not.
    stage = import_module("bench.stage").Stage(project, options.rounds)
    with stage:
        found = [_show(import_module(f"bench.{group}").TOPICS, stage) for group in groups]
    return [met for part in found for met in part]


def _show(topics: Topics, ground: object) -> list[bool]:
    """Print each row as soon as it is there; which goals were met."""
    goals = []
    for title, measure in topics.items():
        try:
            rows = measure(ground)
        except UnmeasuredError as error:
            _say(table.unmeasured(title, str(error)))
            continue
        for row in rows:
            _say(str(row))
        goals += [row.met for row in rows if row.met is not None]
    return goals


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The project's speed.")
    parser.add_argument("groups", nargs="*", help=f"some of: {', '.join(_GROUPS)}")
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="samples of each job")
    parser.add_argument(
        "--prefix", type=Path, metavar="VENV", help="measure this one instead of a fresh install"
    )
    options = parser.parse_args()
    unknown = set(options.groups) - set(_GROUPS)
    if unknown or options.rounds < 1:
        parser.error(f"no such group: {', '.join(sorted(unknown))}" if unknown else "no rounds")
    options.groups = options.groups or list(_GROUPS)
    return options


def _machine() -> str:
    load = os.getloadavg()[0]
    busy = ": busy, so these figures are rough" if load > 1 else ""
    python = sys.version.split()[0]
    return f"Python {python}, {os.cpu_count()} processors, load {load:.1f}{busy}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
