"""`ecr-doctor replay BUNDLE`: judge what another run saw, offline."""

from __future__ import annotations

from typing import Any

import click

from .delivery import Delivery
from .options import config_option, option, report_options
from .parameters import TEXT


@click.command(short_help="Judge again what `run --save` saw.")
@click.argument("bundle")
@config_option
@option("--error", "error_text", type=TEXT, help="What the failed pull printed.")
@report_options
def replay(bundle: str, **options: Any) -> int:  # noqa: ANN401
    """Judge BUNDLE again: what `run --save` saw, on this machine and with this version.

    Nothing is looked at but the file: no network, no docker, no AWS.
    """
    from ecr_doctor.bundle import BundleError, read_bundle  # noqa: PLC0415
    from ecr_doctor.bundle import replay as judge_again  # noqa: PLC0415
    from ecr_doctor.engine import UnknownCheckError, discover  # noqa: PLC0415

    delivery = Delivery.of(options)
    saved = read_bundle(bundle)
    registry = discover(options["checks_dirs"])
    try:
        report, scene = judge_again(saved, registry, error_text=options["error_text"] or "")
    except UnknownCheckError as error:
        raise BundleError(
            f"{bundle} was saved with --only or --skip of checks that are not installed: {error}",
            "Install the package that brings them, or give its folder with --checks-dir.",
        ) from error
    return delivery.deliver(report, saved.settings, seen=scene.seen.values())
