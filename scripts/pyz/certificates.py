"""In the place of certifi's own: the machine's certificates, else the ones in the zip file.

Certifi would write its file into the temporary folder at every start, and leave it there.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

from ecr_doctor.auth.ca_bundle import system_bundle
from ecr_doctor.leavings import begin


def contents() -> str:
    """The certificates in the zip file, as PEM."""
    return files("certifi").joinpath("cacert.pem").read_text(encoding="ascii")


@cache
def where() -> str:
    """A file of certificates; one that has to be written goes away with the process."""
    return system_bundle() or begin(_write, lambda path: Path(path).unlink())[0]


def _write() -> str:
    handle, path = tempfile.mkstemp(prefix="ecr-doctor-", suffix=".pem")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(contents())
    return path
