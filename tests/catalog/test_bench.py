"""The project's own set of texts stays explained; bench/explain/score.py prints the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog

TEXTS = Path(__file__).parents[2] / "bench" / "explain" / "texts.jsonl"


def test_most_texts_are_explained(catalog: Catalog) -> None:
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    ranks = [[m.cause for m in catalog.match(row["text"])] for row in rows]
    first = sum(bool(r) and r[0] in row["accept"] for r, row in zip(ranks, rows, strict=True))
    three = sum(bool(set(r[:3]) & set(row["accept"])) for r, row in zip(ranks, rows, strict=True))

    assert first / len(rows) >= 0.9
    assert three / len(rows) >= 0.94


def test_accepted_causes_exist(catalog: Catalog) -> None:
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        assert set(json.loads(line)["accept"]) <= set(catalog)
