"""`ecr-doctor checks [ID]`: the list of checks, or the page of one."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from ecr_doctor.errors import UsageError, did_you_mean

from .options import checks_dir_option
from .telling import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.engine.registry import Registry
    from ecr_doctor.sdk import Check


@click.command()
@click.argument("check_id", required=False, metavar="[ID]")
@checks_dir_option
@click.option("--markdown", is_flag=True, help="All pages as one Markdown document.")
@click.option("--coverage", is_flag=True, help="Which causes are confirmed, by which checks.")
def checks(
    check_id: str | None, checks_dirs: tuple[str, ...], *, markdown: bool, coverage: bool
) -> int:
    """List the checks, or show the page of one."""
    from ecr_doctor.engine import discover  # noqa: PLC0415

    if sum((check_id is not None, markdown, coverage)) > 1:
        raise UsageError(
            "checks takes one of ID, --markdown and --coverage", "Leave the others out."
        )
    registry = discover(checks_dirs)
    for problem in registry.problems:
        click.echo(f"warning: {safe(problem.what)}: {safe(problem.detail)}", err=True)
    known = {check.id: check for check in registry.checks}
    if coverage:
        click.echo(coverage_page(registry), nl=False)
        return 0
    if markdown:
        click.echo(document(registry.checks), nl=False)
        return 0
    if check_id is None:
        width = max(len(name) for name in known)
        for name in sorted(known, key=lambda name: (known[name].stage().position, name)):
            click.echo(f"{name:<{width}}  {known[name].title}")
        return 0
    if check_id not in known:
        hint = did_you_mean(check_id, known, "`ecr-doctor checks` lists them.")
        raise UsageError(f"there is no check {check_id!r}", hint)
    click.echo(page(known[check_id]))
    return 0


def coverage_page(registry: Registry) -> str:
    """What can be seen of each cause, as Markdown."""
    from ecr_doctor.catalog import load_catalog  # noqa: PLC0415  not for a list of checks
    from ecr_doctor.engine.coverage import coverage, document  # noqa: PLC0415

    return document(coverage(registry.checks, load_catalog(registry.catalogs)))


def document(checks: Iterable[Check]) -> str:
    """The pages of all checks, in the order of a pull."""
    ordered = sorted(checks, key=lambda check: (check.stage().position, check.id))
    head = (
        "# The checks\n\nWhat `ecr-doctor run` looks at. Made by `ecr-doctor checks --markdown`.\n"
    )
    pages = (page(check).replace("\n## ", "\n### ") for check in ordered)
    return head + "".join(f"\n#{text}\n" for text in pages)


def page(check: Check) -> str:
    """The check's page as Markdown, from its docstring."""
    head, _, body = inspect.cleandoc(type(check).__doc__ or "").partition("\n")
    lines = [f"# {check.id}", "", f"**{check.title}.** {head}", ""]
    for line in body.strip().splitlines():
        heading = line.endswith(":") and not line.startswith(" ")
        lines.append(f"## {line[:-1]}\n" if heading else line.strip())
    if check.requires:
        lines += ["", "## Requires", "", *(f"- `{name}`" for name in check.requires)]
    if check.causes:
        lines += [
            "",
            "## Causes it can name",
            "",
            *(f"- `{name}`" for name in sorted(check.causes)),
        ]
    return "\n".join(lines).rstrip()
