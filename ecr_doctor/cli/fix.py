"""`ecr-doctor fix`: cure what can be cured in the user's own docker configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.errors import UsageError
from ecr_doctor.model import GIB, Settings

from .options import client_option, config_option, connect_to_option, environment, option
from .parameters import SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command(short_help="Cure what docker's own configuration can cure.")
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
@config_option
@option("--docker-config", default="", metavar="DIR", help="Folder of docker's config.json.")
@option("--profile", default="", help="AWS profile, as if AWS_PROFILE were set.")
@option("--region", default="", help="AWS region, as if AWS_REGION were set.")
@client_option
@option("--no-pull", is_flag=True, help="Do not let the docker engine pull.")
@option(
    "--timeout",
    type=SECONDS,
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for each look.",
)
@connect_to_option
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
            raise UsageError("--undo takes no image", "It takes back the latest change.")
        return take_back(settings, manner)
    if registries:
        return set_up_registries(_hosts([*registries, *images]), settings, manner)
    if len(images) != 1:
        what = f"fix takes one IMAGE, not {len(images)}" if images else "IMAGE is missing"
        raise UsageError(what, "Name one, or registries with --registry HOST...")
    return cure_image(images[0], settings, manner)


def _hosts(words: list[str]) -> list[str]:
    """The registries' hosts, as docker writes them in an image's name.

    Raises:
        UsageError: one is no registry of Amazon ECR, or there is none.

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
    if not hosts:
        raise UsageError("--registry names no host", "Write it as --registry HOST...")
    return list(dict.fromkeys(hosts))


def _settings(options: Mapping[str, Any]) -> Settings:
    return Settings(
        env=environment(options),
        pull=not options["no_pull"],
        pull_limit=GIB,
        **{name: options[name] for name in ("profile", "region", "docker_config", "client",
           "timeout", "connect_to")},
    )  # fmt: skip
