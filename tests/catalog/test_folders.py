from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog.folders import catalog_folders

if TYPE_CHECKING:
    from pathlib import Path


def install(place: Path, module: str, entry: str) -> Path:
    info = place / f"{module}-1.0.dist-info"
    info.mkdir(parents=True)
    text = f"[console_scripts]\nx = y:z\n\n[ecr_doctor.checks]\n{entry}\n"
    (info / "entry_points.txt").write_text(text, encoding="utf-8")
    folder = place / module / "catalog"
    folder.mkdir(parents=True)
    (place / module / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    return folder


def test_the_built_in_catalog_is_first() -> None:
    assert (catalog_folders()[0] / "never-logged-in.toml").is_file()


def test_other_packages_bring_their_own_and_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(tmp_path, "acme_checks_for_test", "acme = acme_checks_for_test")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])

    assert catalog_folders()[-1] == folder


@pytest.mark.parametrize("entry", ["gone = no_such_package_here", "bad = ..x", "nothing"])
def test_a_package_that_is_gone_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    install(tmp_path, "acme_other_for_test", entry)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(tmp_path / "none")])

    assert len(catalog_folders()) == 1


def test_without_folders_the_standard_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecr_doctor.catalog.folders._from_folders", list)

    assert (catalog_folders()[0] / "never-logged-in.toml").is_file()
