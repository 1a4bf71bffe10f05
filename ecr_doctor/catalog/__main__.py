"""Writes what is made from the TOML files: the index beside them, and the pages in docs/causes.

    python -m ecr_doctor.catalog

For contributors, in a checkout. The tests say when it has to be run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .loader import INDEX, load_catalog
from .page import page
from .strict import LAYERS, write_index
from .symptoms import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .collection import Catalog

_CHECKOUT: Final = Path(__file__).parents[2]
CATALOG: Final = _CHECKOUT / "checks" / "ecr_doctor_checks" / "catalog"
DOCS: Final = _CHECKOUT / "docs" / "causes"
CONTENTS: Final = "README.md"


def main() -> None:
    """Write the index and the pages; pages of causes that are gone are removed.

    Raises:
        SystemExit: this is an installed package, which has no sources to make them of.

    """
    if not CATALOG.is_dir():
        sys.exit(f"there is no {CATALOG}: run this in a checkout of ecr-doctor")
    (CATALOG / INDEX).write_text(write_index(CATALOG), encoding="utf-8")
    wanted = pages(load_catalog([CATALOG]))
    DOCS.mkdir(parents=True, exist_ok=True)
    for old in DOCS.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{CATALOG / INDEX} and {len(wanted)} pages in {DOCS}\n")


def pages(catalog: Catalog) -> dict[str, str]:
    """Every file of docs/causes by its name."""
    return {f"{name}.md": page(cause) for name, cause in catalog.items()} | {
        CONTENTS: "\n".join(_contents(catalog)) + "\n"
    }


def _contents(catalog: Catalog) -> Iterator[str]:
    yield "# Why a pull from Amazon ECR fails"
    yield from ("", f"{len(catalog)} causes, by symptom and by layer.")
    yield from ("", "`ecr-doctor explain` ranks them for the error that you have;")
    yield "`ecr-doctor run IMAGE` finds the one that is to blame on your machine."
    for group in GROUPS:
        yield from ("", f"## Symptom: {group}", "")
        yield from (_line(catalog, name) for name in catalog.causes_of(group))
    for layer in LAYERS:
        yield from ("", f"## {layer[:1].upper()}{layer[1:]}", "")
        yield from (_line(catalog, name) for name in catalog if catalog[name].layer == layer)


def _line(catalog: Catalog, name: str) -> str:
    return f"- [{name}]({name}.md): {catalog[name].title}"


if __name__ == "__main__":
    main()
