"""`ecr-doctor causes [ID]`: the list of causes, the page of one, or a search."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ecr_doctor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog, Cause

_NOT_FOUND = 3


@click.command()
@click.argument("cause_id", required=False, metavar="[ID]")
@click.option("--search", metavar="WORDS", help="Causes whose page holds all of these words.")
@click.option("--symptom", metavar="TEXT", help="All causes of a symptom that many share.")
def causes(cause_id: str | None, search: str | None, symptom: str | None) -> int:
    r"""List the causes of failed pulls, or show the page of one.

    \b
        ecr-doctor causes
        ecr-doctor causes stored-login-expired
        ecr-doctor causes --search proxy
        ecr-doctor causes --symptom 'no basic auth credentials'
    """
    from .catalogs import open_catalog  # noqa: PLC0415  help needs no catalog

    if sum(given is not None for given in (cause_id, search, symptom)) > 1:
        raise UsageError("causes takes one of ID, --search and --symptom", "Leave the others out.")
    catalog = open_catalog()
    if cause_id is not None:
        click.echo(_page(catalog, cause_id), nl=False)
        return 0
    if search is not None:
        return _list(_search(catalog, search), f"no cause's page holds {search[:80]!r}")
    if symptom is not None:
        return _list(_of_symptom(catalog, symptom), f"no known symptom is in {symptom[:80]!r}")
    _by_layer(catalog)
    return 0


def _page(catalog: Catalog, cause_id: str) -> str:
    from ecr_doctor.catalog import page  # noqa: PLC0415

    cause = catalog.get(cause_id.strip().lower())
    if cause is None:
        hint = did_you_mean(cause_id, catalog, "`ecr-doctor causes` lists them.")
        raise UsageError(f"there is no cause {cause_id!r}", hint)
    return page(cause, links=not sys.stdout.isatty())


def _search(catalog: Catalog, words: str) -> list[Cause]:
    """Causes whose page holds every word; those with a word in id or title first."""
    from ecr_doctor.catalog import page  # noqa: PLC0415

    wanted = words.lower().split()
    found = []
    for cause in catalog.values():
        text = page(cause).lower()
        if wanted and all(word in text for word in wanted):
            head = f"{cause.id} {cause.title}".lower()
            found.append((-sum(word in head for word in wanted), cause.id))
    return [catalog[name] for _, name in sorted(found)]


def _of_symptom(catalog: Catalog, text: str) -> list[Cause]:
    from ecr_doctor.catalog.matcher import shared  # noqa: PLC0415

    lower = text.strip().lower()
    if not lower:
        return []
    names = [n for n in catalog.symptoms if n.lower() in lower or lower in n.lower()]
    names = names or list(shared(lower))
    return [catalog[cause] for name in names for cause in catalog.causes_of(name)]


def _list(found: list[Cause], nothing: str) -> int:
    if not found:
        click.echo(nothing, err=True)
        return _NOT_FOUND
    width = max(len(cause.id) for cause in found)
    for cause in found:
        click.echo(f"{cause.id:<{width}}  {cause.title}")
    return 0


def _by_layer(catalog: Catalog) -> None:
    from ecr_doctor.catalog.strict import LAYERS  # noqa: PLC0415

    width = max(len(name) for name in catalog)
    every = list(catalog.values())
    for layer in LAYERS:
        members = [cause for cause in every if cause.layer == layer]
        if members:
            click.echo(f"\n{layer}")
        for cause in members:
            click.echo(f"  {cause.id:<{width}}  {cause.title}")
