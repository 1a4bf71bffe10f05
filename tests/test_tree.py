"""The shape of the tree: files stay small enough to be read at one sitting."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 400
FOLDERS = ("ecr_doctor", "checks", "tests", "bench", "scripts")


def test_no_file_is_longer_than_400_lines() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert len(files) > 400
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST} == {}


def test_the_folder_of_checks_is_no_package() -> None:
    """Else `checks` would be an importable name that collides with other people's."""
    assert not (ROOT / "checks" / "__init__.py").exists()
