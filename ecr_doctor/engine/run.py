"""One run from an image to a report.

The checks, and all that judges, are imported while the first looks are under way: it takes as long
as two requests to AWS, and nothing else would happen in that time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ecr_doctor.errors import DefectError, EcrDoctorError
from ecr_doctor.model import parse_target

from .observe import Observer
from .warm_up import warm_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.model import Report, Settings
    from ecr_doctor.model.progress import Step

    from .registry import Registry


def diagnose_image(
    image: str,
    settings: Settings,
    *,
    registry: Registry | None = None,
    watch: Callable[[Step], None] | None = None,
) -> Report:
    """Diagnose the pull of an image; nothing is printed and nothing on the machine is changed.

    Raises:
        UnknownCheckError: `settings.only` or `settings.skip` names no check.

    """
    return examine(image, settings, registry=registry, watch=watch)[0]


def examine(
    image: str,
    settings: Settings,
    *,
    registry: Registry | Callable[[], Registry] | None = None,
    watch: Callable[[Step], None] | None = None,
) -> tuple[Report, Observer]:
    """Do the same as `diagnose_image`, and hand out what was seen too: for a bundle.

    Args:
        image: as the user names it.
        settings: of the run.
        registry: the checks, or what finds them while the first looks are under way.
        watch: is told what is being done.

    Raises:
        UnknownCheckError: `settings.only` or `settings.skip` names no check.
        DefectError: this tool is broken.

    """
    clock = time.monotonic()
    target = parse_target(image, platform=settings.platform)
    observer = Observer(target, settings, watch=watch)
    try:
        if registry is None or callable(registry):
            warm_up(observer)
        report = _judge(observer, registry)
    except EcrDoctorError:
        raise
    except Exception as error:
        # Only here it is known which secrets the run has met.
        raise DefectError.of(error, observer.redactor.clean) from error
    return replace(report, took=timedelta(seconds=time.monotonic() - clock)), observer


def _judge(observer: Observer, registry: Registry | Callable[[], Registry] | None) -> Report:
    from .environment import describe_environment  # noqa: PLC0415  see the top
    from .judging import judge  # noqa: PLC0415
    from .registry import discover  # noqa: PLC0415

    if registry is None:
        registry = discover(observer.settings.checks_dirs)
    elif callable(registry):
        registry = registry()
    return judge(observer, registry, lambda: describe_environment(observer))
