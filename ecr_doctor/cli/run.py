"""`ecr-doctor run IMAGE`: diagnose a pull and write the report."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ecr_doctor.model import GIB, Outcome, Settings

from .output import Destination, destinations, write_all
from .parameters import CONNECT_TO, PLATFORM, SIZE, TEXT
from .progress import live_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecr_doctor.model import Report

F = TypeVar("F", bound="Callable[..., Any]")

CLIENTS = (
    "docker", "docker-build", "docker-manifest", "docker-py", "skopeo", "podman", "buildah", "oras",
    "crane", "kubelet",
)  # fmt: skip


def _load_defaults(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Read `ecr-doctor.toml` before the other options, as defaults below flags and variables."""
    from ecr_doctor.config import read_config  # noqa: PLC0415

    known = {
        option.lstrip("-"): parameter.name or ""
        for parameter in ctx.command.params
        for option in parameter.opts
        if option.startswith("--")
    }
    found = read_config(value or "", known)
    ctx.default_map = {**(ctx.default_map or {}), **{known[n]: v for n, v in found.items()}}
    return value


def _option(*names: str, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  click's own
    """An option that can be set by its `ECR_DOCTOR_` variable too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "ECR_DOCTOR_" + long.strip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=False, **settings)


@click.command()
@click.argument("image")
@click.option(
    "--config",
    metavar="FILE",
    is_eager=True,
    callback=_load_defaults,
    expose_value=False,
    help="Options as TOML  [default: ecr-doctor.toml]",
)
@_option("--error", "error_text", type=TEXT, help="What the failed pull printed.")
@_option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="Format on stdout: text, json, html, ...  [default: text]",
)
@_option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write the report to FILE; its suffix decides the format. Repeatable.",
)
@_option("--platform", type=PLATFORM, default="", help="Image platform  [default: the engine's]")
@_option("--profile", default="", help="AWS profile, as if AWS_PROFILE were set.")
@_option("--region", default="", help="AWS region, as if AWS_REGION were set.")
@_option("--docker-config", default="", metavar="DIR", help="Folder of docker's config.json.")
@_option(
    "--client",
    type=click.Choice(CLIENTS),
    default="docker",
    show_default=True,
    help="The program whose pull failed.",
)
@_option("--only", multiple=True, metavar="ID", help="Only these checks or stages (globs).")
@_option("--skip", multiple=True, metavar="ID", help="Leave out checks or stages (globs).")
@_option("--checks-dir", "checks_dirs", multiple=True, metavar="DIR", help="Load checks from DIR.")
@_option("--no-pull", is_flag=True, help="Do not let the docker engine pull.")
@_option("--pull-limit", type=SIZE, default=GIB, help="Do not pull larger images  [default: 1GiB]")
@_option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for the whole run.",
)
@_option(
    "--fail-on",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    help="The lowest severity that exits 1.",
)
@_option(
    "--connect-to",
    type=CONNECT_TO,
    multiple=True,
    metavar="NAME=ADDRESS[:PORT]",
    help="Reach a host at another address, as curl does.",
)
@_option("-q", "--quiet", is_flag=True, help="One line.")
@_option("-v", "--verbose", is_flag=True, help="Show the evidence of every check.")
def run(image: str, **options: Any) -> int:  # noqa: ANN401
    """Find out why pulling IMAGE fails."""
    from ecr_doctor.engine import UnknownCheckError, diagnose_image  # noqa: PLC0415

    targets = destinations(options["formats"], options["outputs"])
    settings = _settings(options)
    try:
        with live_progress(wanted=not options["quiet"]) as watch:
            report = diagnose_image(image, settings, watch=watch)
    except UnknownCheckError as error:
        raise click.UsageError(str(error)) from error
    return _finish(report, targets, options)


def _settings(options: Mapping[str, Any]) -> Settings:
    env = dict(os.environ)
    if options["profile"]:
        env["AWS_PROFILE"] = options["profile"]
    if options["region"]:
        env["AWS_REGION"] = env["AWS_DEFAULT_REGION"] = options["region"]
    return Settings(
        env=MappingProxyType(env),
        error_text=options["error_text"] or "",
        pull=not options["no_pull"],
        **{name: options[name] for name in ("profile", "region", "docker_config", "client",
           "platform", "pull_limit", "timeout", "connect_to", "only", "skip", "checks_dirs")},
    )  # fmt: skip


def _finish(report: Report, targets: list[Destination], options: Mapping[str, Any]) -> int:
    """Write every report; one that cannot be written is exit 4, after the others are."""
    failed = write_all(report, targets, quiet=options["quiet"], verbose=options["verbose"])
    return 4 if failed else exit_code(report, fail_on=options["fail_on"])


def exit_code(report: Report, *, fail_on: str) -> int:
    """The exit code of a report."""
    if fail_on == "warn" and report.diagnoses:
        return 1
    return {
        Outcome.HEALTHY: 0,
        Outcome.PROBLEM: 1,
        Outcome.UNDETERMINED: 3,
        Outcome.TOOL_ERROR: 4,
    }[report.outcome]
