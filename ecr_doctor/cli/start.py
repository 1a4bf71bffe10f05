"""Where the command starts: `--version` is answered before anything is imported."""

from __future__ import annotations

import gc
import os
import sys

from ecr_doctor.streams import accept_every_letter, open_closed_streams, outlive_readers
from ecr_doctor.version import VERSION

_OBJECTS = 100_000
"""So many new ones are waited for before garbage is looked for; 700 by default."""


def main() -> None:
    """Run the command."""
    open_closed_streams()
    if sys.argv[1:] == ["--version"]:
        try:
            # Past the buffer, which would keep what a full disk refuses, and fail again at exit.
            os.write(sys.stdout.fileno(), f"ecr-doctor, version {VERSION}\n".encode())
        except OSError:
            pass  # the long way tells it
        else:
            return
    # What is imported stays: a search for garbage among it would take a twentieth of a run.
    gc.set_threshold(_OBJECTS)
    outlive_readers()
    accept_every_letter()
    try:
        from ecr_doctor.cli.main import main as run_command  # noqa: PLC0415  imports click

        run_command()
    except KeyboardInterrupt:  # before that command could be ready for it
        print("interrupted", file=sys.stderr)
        sys.exit(130)
