"""Where the command starts: `--version` is answered before anything is imported."""

from __future__ import annotations

import sys

from ecr_doctor.version import VERSION


def main() -> None:
    """Run the command."""
    if sys.argv[1:] == ["--version"]:
        print(f"ecr-doctor, version {VERSION}")
        return
    from ecr_doctor.cli.main import main as run_command  # noqa: PLC0415  imports click

    run_command()
