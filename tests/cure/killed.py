"""A process that changes a configuration again and again, to be killed at any moment.

Called with the configuration's path; it prints a line when it has begun.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from ecr_doctor.cure.changes import SetHelper
from ecr_doctor.cure.operation import Operation, undo
from ecr_doctor.cure.plan import Plan

OLD = b'{"a": "old"}' + b" " * 200_000
NEW = b'{"a": "new"}' + b" " * 300_000
CHANGES = (SetHelper("h", "x"),)


def main(path: str) -> None:
    """Change and undo without end."""
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    for _ in itertools.count():
        before = Path(path).read_bytes()
        after = NEW if before == OLD else OLD
        Operation(path).carry_out(Plan(changes=CHANGES, before=before, after=after))
        if before == OLD:
            undo(path)


if __name__ == "__main__":
    main(sys.argv[1])
