from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci.stage import build_wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our wheel, as an index would have it."""
    return build_wheel(tmp_path_factory.mktemp("wheels"))
