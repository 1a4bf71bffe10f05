from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog import CatalogError, load_catalog
from ecr_doctor.catalog.loader import INDEX
from ecr_doctor.catalog.strict import write_index

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """id = "some-cause"
title = "Something is wrong"
layer = "helper"
explanation = "It happened."

[[symptoms]]
text = "it is {path}"
weight = 90

[[fixes]]
title = "Repair it"
"""


def write(folder: Path, text: str, name: str = "some-cause.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_loads_a_folder(tmp_path: Path) -> None:
    catalog = load_catalog([write(tmp_path, GOOD)])

    assert catalog["some-cause"].fixes[0].title == "Repair it"
    assert catalog.get("other") is None
    assert "other" not in catalog
    assert catalog.match("it is /a/b")[0].parts["path"] == "/a/b"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('layer = "helper"', 'layer = "cellar"', 3, "unknown layer"),
        ("weight = 90", "weight = 900", 7, "weight"),
        ("weight = 90", 'weight = "90"', 7, "must be a int"),
        ("weight = 90", "wait = 90", 8, "unknown key 'wait'"),
        ("{path}", "{nothing}", 7, "unknown part"),
        ("it is {path}", "it is (a", 7, "not closed"),
        ('id = "some-cause"', 'id = "Some Cause"', 1, "not an id"),
        ('id = "some-cause"', 'id = "other"', 1, "must be called"),
        ('title = "Something is wrong"\n', "", 1, "title is missing"),
        ("[[fixes]]", "[[fixes]]\nsteps = [1]", 11, "must hold texts"),
        ("[[fixes]]", "[[fixes]]\npolicy = '{'", 11, "not JSON"),
        ("weight = 90", 'weight = 90\nwhen = ["full moon"]', 9, "unknown clue"),
        ('layer = "helper"', 'layer = "helper"\ngroups = ["x"]', 4, "unknown group"),
        ('layer = "helper"', 'layer = "helper"\nprior = 11', 4, "prior"),
        ('layer = "helper"', "layer = helper", 3, "TOML|Invalid"),
        (
            "[[fixes]]",
            '[[confused_with]]\ncause = "ghost"\ndifference = "x"\n\n[[fixes]]',
            11,
            "ghost",
        ),
    ],
)
def test_errors_name_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new))

    with pytest.raises(CatalogError, match=message) as error:
        load_catalog([tmp_path])

    assert str(error.value).startswith(f"{tmp_path / 'some-cause.toml'}:{line}: ")


def test_an_id_may_not_come_twice(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, GOOD)

    with pytest.raises(CatalogError, match="twice"):
        load_catalog([tmp_path / "a", tmp_path / "b"])


def test_an_index_is_used_while_it_fits(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    index = write_index(tmp_path).replace("Something is wrong", "From the index!")
    (tmp_path / INDEX).write_text(index, encoding="utf-8")

    assert load_catalog([tmp_path])["some-cause"].title == "From the index!"

    write(tmp_path, GOOD + "# changed\n")
    assert load_catalog([tmp_path])["some-cause"].title == "Something is wrong"


@pytest.mark.parametrize("index", ["", "[]", "{}", '{"format": 99}', "\x00"])
def test_a_broken_index_is_not_used(tmp_path: Path, index: str) -> None:
    write(tmp_path, GOOD)
    (tmp_path / INDEX).write_text(index, encoding="utf-8")

    assert list(load_catalog([tmp_path])) == ["some-cause"]
