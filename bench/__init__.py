"""Measures the project against its peers: `python -m bench` (docs/bench.md)."""

from __future__ import annotations

import sys
from pathlib import Path

# The laboratory of the tests is what most rows are measured in.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
