"""`ecr-doctor fix`: cure what can be cured in the user's own docker configuration."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.errors import UsageError
from ecr_doctor.model import GIB, Settings

from .options import option
from .parameters import CONNECT_TO

if TYPE_CHECKING:
    from collections.abc import Mapping


def _load_defaults(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Take from `ecr-doctor.toml` the options that `run` and `fix` have in common."""
    from ecr_doctor.config import read_config  # noqa: PLC0415

    from .run import run  # noqa: PLC0415

    options = [o.lstrip("-") for p in run.params for o in p.opts if o.startswith("--")]
    found = read_config(value or "", options)
    own = {o.lstrip("-"): p.name or "" for p in ctx.command.params for o in p.opts}
    shared = {own[name]: item for name, item in found.items() if name in own}
    ctx.default_map = {**(ctx.default_map or {}), **shared}
    return value


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]")
@click.option(
    "--registry",
    "registries",
    multiple=True,
    metavar="HOST...",
    help="Set docker up for these registries, without an image. Repeatable.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be changed, change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--undo", is_flag=True, help="Take back the latest change of `fix`, to the byte.")
@click.option(
    "--config",
    metavar="FILE",
    is_eager=True,
    callback=_load_defaults,
    expose_value=False,
    help="Options as TOML  [default: ecr-doctor.toml]",
)
@option("--docker-config", default="", metavar="DIR", help="Folder of docker's config.json.")
@option("--profile", default="", help="AWS profile, as if AWS_PROFILE were set.")
@option("--region", default="", help="AWS region, as if AWS_REGION were set.")
@option("--client", default="docker", show_default=True, help="The program whose pull failed.")
@option("--no-pull", is_flag=True, help="Do not let the docker engine pull.")
@option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for each look.",
)
@option(
    "--connect-to",
    type=CONNECT_TO,
    multiple=True,
    metavar="NAME=ADDRESS[:PORT]",
    help="Reach a host at another address, as curl does.",
)
def fix(
    images: tuple[str, ...],
    *,
    registries: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    undo: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    r"""Cure what keeps IMAGE from being pulled, as far as your docker configuration goes.

    It shows each change as a diff and asks, keeps what was there before, and then runs the checks
    again. Nothing of AWS, of other registries or outside docker's configuration is touched; what
    others must do is said in words that can be sent to them.

    \b
        ecr-doctor fix IMAGE
        ecr-doctor fix --registry HOST HOST HOST
        ecr-doctor fix --undo

    Exit codes: 0 cured or nothing to do, 1 a cause remains, 2 wrong usage, 3 could not tell,
    4 failure, 130 interrupted.
    """
    from .fix_flow import Manner, cure_image, set_up_registries, take_back  # noqa: PLC0415

    settings = _settings(options)
    manner = Manner(dry_run=dry_run, yes=yes)
    if undo:
        if images or registries:
            raise click.UsageError("--undo takes no image: it takes back the latest change")
        return take_back(settings, manner)
    if registries:
        return set_up_registries(_hosts([*registries, *images]), settings, manner)
    if len(images) != 1:
        raise click.UsageError("name one IMAGE, or registries with --registry HOST...")
    return cure_image(images[0], settings, manner)


def _hosts(words: list[str]) -> list[str]:
    """The registries' hosts, as docker writes them in an image's name.

    Raises:
        UsageError: one is no registry of Amazon ECR.

    """
    from ecr_doctor.model import RegistryHostError, parse_registry  # noqa: PLC0415

    hosts: list[str] = []
    for word in (part for given in words for part in given.split(",") if part):
        host = word.rpartition("://")[2].partition("/")[0]
        try:
            registry = parse_registry(host)
        except RegistryHostError as error:
            hint = f"Did you mean {error.likely}?" if error.likely else ""
            raise UsageError(f"{host}: {error}", hint) from error
        if registry is None:
            raise UsageError(
                f"{host} is no registry of Amazon ECR",
                "Docker knows no wildcards: name each registry.",
            )
        hosts.append(host)
    return list(dict.fromkeys(hosts))


def _settings(options: Mapping[str, Any]) -> Settings:
    env = dict(os.environ)
    if options["profile"]:
        env["AWS_PROFILE"] = options["profile"]
    if options["region"]:
        env["AWS_REGION"] = env["AWS_DEFAULT_REGION"] = options["region"]
    return Settings(
        env=MappingProxyType(env),
        pull=not options["no_pull"],
        pull_limit=GIB,
        **{name: options[name] for name in ("profile", "region", "docker_config", "client",
           "timeout", "connect_to")},
    )  # fmt: skip
