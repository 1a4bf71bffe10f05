"""Where the command starts: `--version` is answered before anything is imported."""

from __future__ import annotations

import sys

from ecr_doctor.streams import accept_every_letter, open_closed_streams
from ecr_doctor.version import VERSION


def main() -> None:
    """Run the command."""
    open_closed_streams()
    if sys.argv[1:] == ["--version"]:
        try:
            print(f"ecr-doctor, version {VERSION}", flush=True)
        except OSError:
            pass  # the long way tells it
        else:
            return
    from ecr_doctor.cli.main import main as run_command  # noqa: PLC0415  imports click

    accept_every_letter()
    run_command()
