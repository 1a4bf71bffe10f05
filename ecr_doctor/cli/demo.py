"""`ecr-doctor demo [FAULT]`: an embedded look-alike of ECR, broken as named, and a run at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.errors import UsageError, did_you_mean

from .options import loudness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.demo.faults import Fault


@click.command()
@click.argument("fault", required=False, metavar="[FAULT]")
@click.option("--list", "list_faults", is_flag=True, help="List the faults.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="Format on stdout, as with `run`.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write the report to FILE, as with `run`.",
)
@click.option("--save", default="", metavar="BUNDLE", help="Save what was seen, for `replay`.")
@click.option("--anonymize", is_flag=True, help="Replace what identifies somebody, as with `run`.")
@click.option("--salt", default="", metavar="TEXT", help="For --anonymize, as with `run`.")
@click.option("-q", "--quiet", is_flag=True, help="One line; not with -v.")
@click.option("-v", "--verbose", is_flag=True, help="Show the evidence of every check.")
def demo(fault: str | None, *, list_faults: bool, **options: Any) -> int:  # noqa: ANN401
    """Break an embedded look-alike of Amazon ECR, and diagnose it.

    It needs no AWS account, no docker, no root and no network. What is broken is said on stderr,
    so that the report can be compared with it; the exit code is that of the run.
    """
    from ecr_doctor.demo.faults import FAULTS  # noqa: PLC0415
    from ecr_doctor.demo.play import play  # noqa: PLC0415

    if list_faults:
        _list(FAULTS)
        return 0
    chosen = _find(fault, FAULTS)
    loudness(options)
    click.echo(f"demo {chosen.name}: {chosen.broken}", err=True)
    return play(chosen, _arguments(options))


def _find(name: str | None, faults: Mapping[str, Fault]) -> Fault:
    from ecr_doctor.demo.faults import DEFAULT  # noqa: PLC0415

    name = name or DEFAULT
    if name not in faults:
        hint = did_you_mean(name, faults, "`ecr-doctor demo --list` names them all.")
        raise UsageError(f"there is no fault {name!r}", hint)
    return faults[name]


def _list(faults: Mapping[str, Fault]) -> None:
    width = max(map(len, faults))
    for fault in faults.values():
        click.echo(f"{fault.name:<{width}}  {fault.broken}")


def _arguments(options: Mapping[str, Any]) -> list[str]:
    """The options of `run` that are passed on."""
    arguments = [f"--format={name}" for name in options["formats"]]
    arguments += [f"--output={path}" for path in options["outputs"]]
    arguments += [f"--{name}={options[name]}" for name in ("save", "salt") if options[name]]
    return arguments + [f"--{n}" for n in ("anonymize", "quiet", "verbose") if options[n]]
