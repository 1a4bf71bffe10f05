"""Options that commands have in common, and the file that gives their defaults."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from ecr_doctor.errors import UsageError
from ecr_doctor.model.settings import CLIENTS

from .parameters import CONNECT_TO, OneOf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F", bound="Callable[..., Any]")

CONFIG_FILE = "ecr_doctor.config_file"
"""Key of a context's `meta`: the file given with `--config`."""


def option(*names: str, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  click's own
    """An option that can be set by its `ECR_DOCTOR_` variable too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "ECR_DOCTOR_" + long.strip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=False, **settings)


def load_defaults(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Read `ecr-doctor.toml` before the other options, as defaults below flags and variables."""
    from ecr_doctor.config import read_config  # noqa: PLC0415

    from .run import run  # noqa: PLC0415  its options are those that may stand in the file

    path = value or ""
    found = read_config(path, filter(None, map(long_name, run.params)))
    own = {long_name(parameter): parameter for parameter in ctx.command.params}
    defaults = {
        own[name].name: _fitting(own[name], item, path)
        for name, item in found.items()
        if name in own
    }
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    ctx.meta[CONFIG_FILE] = path
    return value


def long_name(parameter: click.Parameter) -> str:
    """The name of an option without the dashes; empty for an argument."""
    return next((name.lstrip("-") for name in parameter.opts if name.startswith("--")), "")


def _fitting(parameter: click.Parameter, value: object, path: str) -> object:
    """A value of the file as click takes it.

    Raises:
        UsageError: it is of another type than the option.

    """
    name = long_name(parameter)
    if isinstance(parameter, click.Option) and parameter.is_flag:
        fits, example = isinstance(value, bool), "true"
    elif parameter.multiple:
        value = value if isinstance(value, list) else [value]
        fits, example = all(isinstance(item, str) for item in value), '["...", "..."]'
    else:
        fits = isinstance(value, str | int | float) and not isinstance(value, bool)
        value, example = str(value), '"..."'
    if fits:
        return value
    from ecr_doctor.config import written_at  # noqa: PLC0415

    raise UsageError(f"{written_at(path, name)}: {name} has the wrong type",
                     f"Write it as {name} = {example}")  # fmt: skip


config_option = click.option(
    "--config",
    envvar="ECR_DOCTOR_CONFIG",
    metavar="FILE",
    is_eager=True,
    callback=load_defaults,
    expose_value=False,
    help="Options as TOML  [default: ecr-doctor.toml]",
)

checks_dir_option = option(
    "--checks-dir",
    "checks_dirs",
    type=click.Path(exists=True, file_okay=False),
    multiple=True,
    metavar="DIR",
    help="Load checks from DIR.",
)

client_option = option(
    "--client",
    type=OneOf(CLIENTS),
    default="docker",
    show_default=True,
    help="The program whose pull failed.",
)

connect_to_option = option(
    "--connect-to",
    type=CONNECT_TO,
    multiple=True,
    metavar="NAME=ADDRESS[:PORT]",
    help="Reach a host at another address, as curl does.",
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
    checks_dir_option,
    option(
        "--fail-on",
        type=OneOf(["fail", "warn"]),
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
    option("-q", "--quiet", is_flag=True, help="One line; not with -v."),
    option("-v", "--verbose", is_flag=True, help="Show the evidence of every check."),
)


def environment(options: Mapping[str, Any]) -> Mapping[str, str]:
    """The variables of this process, with what --profile and --region stand for."""
    env = dict(os.environ)
    if options["profile"]:
        env["AWS_PROFILE"] = options["profile"]
    if options["region"]:
        env["AWS_REGION"] = env["AWS_DEFAULT_REGION"] = options["region"]
    return MappingProxyType(env)


_NEARNESS = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.DEFAULT_MAP)


def loudness(options: Mapping[str, Any]) -> tuple[bool, bool]:
    """`quiet` and `verbose`, of which one at most is true: a flag outdoes a variable or the file.

    Raises:
        UsageError: both were given at the same place.

    """
    quiet, verbose = bool(options["quiet"]), bool(options["verbose"])
    if quiet and verbose:
        place = click.get_current_context().get_parameter_source
        ranks = {n: _NEARNESS.index(place(n)) for n in ("quiet", "verbose")}
        if ranks["quiet"] == ranks["verbose"]:
            raise UsageError("--quiet and --verbose exclude each other", "Leave one of them out.")
        quiet = ranks["quiet"] < ranks["verbose"]
    return quiet, verbose and not quiet


def report_options(command: F) -> F:
    """Add the options that say what is reported, where, and how private it is."""
    for add in reversed(_REPORT):
        command = add(command)
    return command
