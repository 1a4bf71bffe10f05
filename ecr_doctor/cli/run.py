"""`ecr-doctor run IMAGE`: diagnose a pull and write the report."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.model import GIB, Settings

from .delivery import Delivery, Saving
from .options import (
    client_option,
    config_option,
    connect_to_option,
    environment,
    option,
    report_options,
)
from .parameters import PLATFORM, SECONDS, SIZE, TEXT
from .progress import live_progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.engine import Registry


@click.command()
@click.argument("image")
@config_option
@option("--error", "error_text", type=TEXT, help="What the failed pull printed.")
@option("--platform", type=PLATFORM, default="", help="Image platform  [default: the engine's]")
@option("--profile", default="", help="AWS profile, as if AWS_PROFILE were set.")
@option("--region", default="", help="AWS region, as if AWS_REGION were set.")
@option("--docker-config", default="", metavar="DIR", help="Folder of docker's config.json.")
@client_option
@option("--pull-secret", default="", metavar="FILE", help="A pull secret of Kubernetes (YAML).")
@option(
    "--only", multiple=True, metavar="ID", help="Only these checks or stages (globs). Repeatable."
)
@option(
    "--skip", multiple=True, metavar="ID", help="Leave out checks or stages (globs). Repeatable."
)
@option("--no-pull", is_flag=True, help="Do not let the docker engine pull.")
@option("--pull-limit", type=SIZE, default=GIB, help="Do not pull larger images  [default: 1GiB]")
@option(
    "--timeout",
    type=SECONDS,
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for the whole run.",
)
@connect_to_option
@option("--save", default="", metavar="BUNDLE", help="Save what was seen, for `replay`.")
@report_options
def run(image: str, **options: Any) -> int:  # noqa: ANN401
    """Find out why pulling IMAGE fails."""
    from ecr_doctor.engine import examine  # noqa: PLC0415

    delivery = Delivery.of(options)
    settings = _settings(options)

    @cache  # the checks are found while the first looks are under way, and once
    def registry() -> Registry:
        from ecr_doctor.engine import discover  # noqa: PLC0415

        return discover(settings.checks_dirs)

    with live_progress(wanted=not options["quiet"]) as watch:
        report, observer = examine(image, settings, registry=registry, watch=watch)
    seen = [look.seen for look in observer.looks().values()]
    saving = Saving(observer, registry()) if delivery.save else None
    return delivery.deliver(report, settings, seen=seen, saving=saving)


def _settings(options: Mapping[str, Any]) -> Settings:
    return Settings(
        env=environment(options),
        error_text=options["error_text"] or "",
        pull=not options["no_pull"],
        **{name: options[name] for name in ("profile", "region", "docker_config", "client",
           "pull_secret", "platform", "pull_limit", "timeout", "connect_to", "only", "skip",
           "checks_dirs")},
    )  # fmt: skip
