"""An image, for commands that can do nothing with a name that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from ecr_doctor.model import Target


def readable_target(image: str) -> Target:
    """The image.

    Raises:
        UsageError: it cannot be read; the hint is what was probably meant.

    """
    from ecr_doctor.model import parse_target  # noqa: PLC0415  help needs none

    target = parse_target(image)
    error = target.reference_error
    if error is None:
        return target
    better = bool(error.hint) and parse_target(error.hint).reference_error is None
    hint = f"Did you mean {error.hint}?" if better else "Write it as HOST/REPOSITORY:TAG."
    raise UsageError(f"{image[:200]!r} is no image: {error}", hint)
