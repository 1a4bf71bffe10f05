"""What must hold for every cause of the catalog."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog import Catalog, load_catalog
from ecr_doctor.catalog import __main__ as generator
from ecr_doctor.catalog.__main__ import DOCS, pages
from ecr_doctor.catalog.filling import PLACEHOLDERS, fill
from ecr_doctor.catalog.loader import INDEX
from ecr_doctor.catalog.strict import LAYERS, write_index
from ecr_doctor.catalog.symptoms import GROUPS, MANUAL_LOGIN, NO_BASIC_AUTH, NOT_AUTHORIZED
from ecr_doctor.engine import discover

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.catalog.cause import Symptom

NAMES = sorted(
    f.name.removesuffix(".toml")
    for f in (files("ecr_doctor_checks") / "catalog").iterdir()
    if f.name.endswith(".toml")
)
REBUILD = "run `python -m ecr_doctor.catalog`"
CHECK_ID = re.compile(r"[a-z]+\.[a-z0-9-]+")
KNOWN_FACTS = {*PLACEHOLDERS, "region", "repository", "partition"}
"""Names that every target gives; others come from the text or from a check."""


@pytest.fixture(scope="module")
def check_ids() -> set[str]:
    return {check.id for check in discover(()).checks}


def test_the_index_is_that_of_the_files(folder: Path) -> None:
    assert (folder / INDEX).read_text(encoding="utf-8") == write_index(folder), REBUILD


def test_the_index_gives_the_same_catalog_as_the_files(folder: Path, tmp_path: Path) -> None:
    for file in folder.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())

    assert dict(load_catalog([tmp_path])) == dict(load_catalog([folder]))


def test_the_published_pages_are_those_of_the_files(catalog: Catalog) -> None:
    wanted = pages(catalog)

    assert {f.name for f in DOCS.glob("*.md")} == set(wanted), REBUILD
    for name, text in wanted.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"{name}: {REBUILD}"


def test_there_are_as_many_as_documented(catalog: Catalog) -> None:
    assert len(catalog) >= 169
    assert list(catalog) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_cause_can_be_met_told_and_cured(
    name: str, catalog: Catalog, check_ids: set[str]
) -> None:
    cause = catalog[name]

    assert cause.layer in LAYERS
    assert cause.symptoms or check_ids.intersection(cause.confirm), "nothing leads to it"
    assert cause.fixes
    assert cause.references
    assert all(url.startswith("https://") for url in cause.references)
    assert len(cause.explanation) > 100
    assert not cause.title.endswith(".")
    assert set(cause.groups) <= set(GROUPS)


@pytest.mark.parametrize("name", NAMES)
def test_every_named_check_exists(name: str, catalog: Catalog, check_ids: set[str]) -> None:
    for step in catalog[name].confirm:
        if CHECK_ID.fullmatch(step):
            assert step in check_ids


def test_every_cause_of_a_check_is_in_the_catalog(catalog: Catalog) -> None:
    for check in discover(()).checks:
        assert set(check.causes) <= set(catalog), check.id


@pytest.mark.parametrize("name", NAMES)
def test_causes_of_a_shared_symptom_can_be_told_apart(name: str, catalog: Catalog) -> None:
    cause = catalog[name]
    if NO_BASIC_AUTH in cause.groups:
        assert cause.question or cause.confirm


@pytest.mark.parametrize("name", NAMES)
def test_each_symptom_says_something_that_no_other_of_its_cause_says(
    name: str, catalog: Catalog
) -> None:
    symptoms = catalog[name].symptoms
    idle = [a.example for a in symptoms for b in symptoms if a is not b and covers(b, a)]

    assert not idle


def covers(wide: Symptom, narrow: Symptom) -> bool:
    """Whether the first speaks, at least as loud, wherever the second does."""
    always = not wide.when or (narrow.when and set(narrow.when) <= set(wide.when))
    return bool(
        wide.pattern == narrow.pattern
        and wide.weight >= narrow.weight
        and always
        and set(wide.unless) <= set(narrow.unless)
    )


@pytest.mark.parametrize("name", NAMES)
def test_commands_take_facts_safely(name: str, catalog: Catalog) -> None:
    """A placeholder inside quotes of the shell could not be quoted again."""
    for fix in catalog[name].fixes:
        filled = fill(fix, dict.fromkeys(KNOWN_FACTS, "x; touch /tmp/p $(id) `id` 'q\""))
        assert "$(id)" not in re.sub(
            r"'x; touch /tmp/p \$\(id\) `id` '\"'\"'q\"'", "", filled.command
        )
        assert "touch" not in filled.policy


@pytest.mark.parametrize("name", NAMES)
def test_policies_stay_json_when_filled(name: str, catalog: Catalog) -> None:
    for fix in catalog[name].fixes:
        for facts in ({}, {"arn": "arn:aws:ecr:us-east-1:1:repository/a", "principal": 'a"b'}):
            if fix.policy:
                statement = json.loads(fill(fix, facts).policy)["Statement"]
                assert all(s["Effect"] == "Allow" for s in statement)


def test_no_placeholder_of_a_filled_fix_is_left(catalog: Catalog) -> None:
    for cause in catalog.values():
        for fix in cause.fixes:
            filled = fill(fix, {})
            text = " ".join((filled.title, *filled.steps, filled.command, filled.policy))
            assert not re.search(r"(?<![{$%])\{[a-z_]+\}", text), cause.id
            assert not re.search("%[A-Z]", filled.command), f"{cause.id}: filled a variable of curl"


@pytest.mark.parametrize(
    ("symptom", "at_least", "among"),
    [
        (NO_BASIC_AUTH, 33, "disk-full-hidden"),
        (NO_BASIC_AUTH, 33, "swarm-registry-auth"),
        (NOT_AUTHORIZED, 24, "cross-account-denial-unexplained"),
        (MANUAL_LOGIN, 10, "docker-too-old"),
    ],
)
def test_shared_symptoms_lead_to_all_their_causes(
    catalog: Catalog, symptom: str, at_least: int, among: str
) -> None:
    found = catalog.causes_of(symptom)

    assert len(found) >= at_least
    assert among in found


def test_an_installed_package_has_nothing_to_make_pages_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator, "CATALOG", tmp_path / "catalog")

    with pytest.raises(SystemExit, match="in a checkout of ecr-doctor"):
        generator.main()

    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_the_page_of_the_clock_allows_what_sts_says(catalog: Catalog) -> None:
    told = " ".join(catalog["clock-skew"].explanation.split())

    assert "five to fifteen minutes" in told
    assert "- 15 min." in told
