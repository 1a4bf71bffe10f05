"""Options that commands have in common, and the file that gives their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

CONFIG_FILE = "ecr_doctor.config_file"
"""Key of a context's `meta`: the file given with `--config`."""


def option(*names: str, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  click's own
    """An option that can be set by its `ECR_DOCTOR_` variable too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "ECR_DOCTOR_" + long.strip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=False, **settings)


def _load_defaults(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Read `ecr-doctor.toml` before the other options, as defaults below flags and variables."""
    from ecr_doctor.config import read_config  # noqa: PLC0415

    from .run import run  # noqa: PLC0415  its options are those that may stand in the file

    found = read_config(value or "", _by_option(run))
    own = _by_option(ctx.command)
    defaults = {own[name]: item for name, item in found.items() if name in own}
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    ctx.meta[CONFIG_FILE] = value or ""
    return value


def _by_option(command: click.Command) -> dict[str, str]:
    """The parameters of a command by their long options, without the dashes."""
    return {
        name.lstrip("-"): parameter.name or ""
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--")
    }


config_option = click.option(
    "--config",
    envvar="ECR_DOCTOR_CONFIG",
    metavar="FILE",
    is_eager=True,
    callback=_load_defaults,
    expose_value=False,
    help="Options as TOML  [default: ecr-doctor.toml]",
)

_REPORT = (
    option(
        "--format",
        "formats",
        multiple=True,
        metavar="NAME",
        help="Format on stdout: text, json, html, ...  [default: text]",
    ),
    option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FILE",
        help="Write the report to FILE; its suffix decides the format. Repeatable.",
    ),
    option(
        "--checks-dir",
        "checks_dirs",
        type=click.Path(exists=True, file_okay=False),
        multiple=True,
        metavar="DIR",
        help="Load checks from DIR.",
    ),
    option(
        "--fail-on",
        type=click.Choice(["fail", "warn"]),
        default="fail",
        show_default=True,
        help="The lowest severity that exits 1.",
    ),
    option(
        "--baseline",
        default="",
        metavar="FILE",
        help="An earlier JSON report: only what it does not hold exits 1.",
    ),
    option(
        "--anonymize",
        is_flag=True,
        help="Replace accounts, ARNs, hosts, users, folders and addresses by stand-ins.",
    ),
    option(
        "--salt",
        default="",
        metavar="TEXT",
        help="A secret by which --anonymize finds the same stand-ins in every report.",
    ),
    option(
        "--redact",
        multiple=True,
        metavar="WORD",
        help="Replace this word too, wherever it stands. Repeatable.",
    ),
    option("-q", "--quiet", is_flag=True, help="One line."),
    option("-v", "--verbose", is_flag=True, help="Show the evidence of every check."),
)


def report_options(command: F) -> F:
    """Add the options that say what is reported, where, and how private it is."""
    for add in reversed(_REPORT):
        command = add(command)
    return command
