"""How often `explain` names the accepted cause, on the project's own set of texts.

    python bench/explain/score.py            figures of both halves
    python bench/explain/score.py --misses   the misses too, of the half that may be looked at

`texts.jsonl` holds one text a line: `text`, `accept` (ids of the causes that are right), `from`
(`field`: met by somebody, retyped with other names; `format`: written as the program's source
builds it) and `what` (where the text alone does not say). The set is split by the hash of the
text: half B is only counted, never looked at while symptoms are written.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from ecr_doctor.catalog import Catalog, load_catalog
from ecr_doctor.catalog.folders import catalog_folders

_HERE = Path(__file__).parent
_NAMED = 3


def half(text: str) -> str:
    """A or B."""
    return "AB"[hashlib.sha256(text.encode()).digest()[0] & 1]


def main() -> None:
    """Print the figures."""
    catalog = load_catalog(catalog_folders())
    with (_HERE / "texts.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for name in "AB":
        mine = [row for row in rows if half(row["text"]) == name]
        for kind in ("field", "format"):
            _score(catalog, f"half {name}, {kind}", [r for r in mine if r["from"] == kind])
        _score(catalog, f"half {name}", mine)
        if name == "A" and "--misses" in sys.argv:
            _show_misses(catalog, mine)


def _ranks(catalog: Catalog, row: dict[str, list[str]]) -> list[str]:
    return [match.cause for match in catalog.match(str(row["text"]))]


def _score(catalog: Catalog, title: str, rows: list[dict[str, list[str]]]) -> None:
    found = [(_ranks(catalog, row), row["accept"]) for row in rows]
    first = sum(ranks[:1] != [] and ranks[0] in accept for ranks, accept in found)
    named = sum(any(c in accept for c in ranks[:_NAMED]) for ranks, accept in found)
    total = max(1, len(rows))
    print(
        f"{title:18} {len(rows):4} texts   first {first / total:6.1%}   "
        f"among three {named / total:6.1%}"
    )


def _show_misses(catalog: Catalog, rows: list[dict[str, list[str]]]) -> None:
    for row in rows:
        ranks = _ranks(catalog, row)
        if not ranks or ranks[0] not in row["accept"]:
            print(f"  wanted {row['accept']}, got {ranks[:4]}\n    {str(row['text'])[-160:]!r}")


if __name__ == "__main__":
    main()
