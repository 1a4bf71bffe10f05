"""What goes wrong is told on stderr, and never holds what was typed or met by mistake."""

from __future__ import annotations

from contextlib import suppress

import click

_LONGEST = 1500
"""Characters of an error that are shown."""
_READ = 20_000
"""Characters that are cleaned: half a secret, at a cut, no longer looks like one."""


def tell(text: str) -> None:
    """Tell one thing that went wrong."""
    with suppress(OSError):  # where stderr takes nothing either, the exit code says it
        click.echo(f"ecr-doctor: {safe(text)}", err=True)


def safe(text: str) -> str:
    """A text without secrets, a terminal's codes, and more than a screen holds."""
    from ecr_doctor.redact import clean_shapes  # noqa: PLC0415  compiles its patterns
    from ecr_doctor.report.plain import harmless  # noqa: PLC0415

    return harmless(clean_shapes(harmless(text, _READ)), _LONGEST)
