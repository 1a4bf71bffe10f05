from __future__ import annotations

from pathlib import Path

import pytest

from ecr_doctor.catalog import Catalog, load_catalog
from ecr_doctor.catalog.folders import catalog_folders


@pytest.fixture(scope="session")
def folder() -> Path:
    return next(f for f in catalog_folders() if isinstance(f, Path))


@pytest.fixture(scope="session")
def catalog(folder: Path) -> Catalog:
    return load_catalog([folder])
