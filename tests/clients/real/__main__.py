"""`python -m clients.real SEED COUNT`: random configurations, the real clients, what differs."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from pprint import pp

from clients.real.comparison import both_servers, disagreements
from clients.real.programs import real_clients
from clients.real.random_configurations import random_configurations


def main(seed: int, count: int) -> int:
    """Print every disagreement with its configuration; 1 where there are any."""
    clients = tuple(real_clients())
    wrong = 0
    with both_servers() as servers, tempfile.TemporaryDirectory() as folder:
        for number, configuration in enumerate(random_configurations(seed, count)):
            place = servers.place(configuration, Path(folder, str(number)))
            os.chdir(place.here / "work")
            found = disagreements(clients, place, servers)
            wrong += len(found)
            if found:
                pp((configuration, found))
        os.chdir("/")
    print(f"{count * len(clients)} pairs, {wrong} disagreements")  # noqa: T201  a command
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
