from __future__ import annotations

from importlib.metadata import version

import ecr_doctor
from ecr_doctor.version import VERSION


def test_the_package_and_its_metadata_name_one_version() -> None:
    assert version("ecr-doctor") == ecr_doctor.__version__ == VERSION
