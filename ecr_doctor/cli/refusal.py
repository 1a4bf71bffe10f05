"""Wrong usage that click finds, in the words of this tool: what, where, and what to do."""

from __future__ import annotations

import click
from click.core import ParameterSource

from ecr_doctor.errors import UsageError, did_you_mean

from .options import CONFIG_FILE, long_name


def in_our_words(error: click.ClickException, command: str = "COMMAND") -> UsageError:
    """The same error as one of ours; the hint is the nearest name, or how the command is called.

    Args:
        error: what click found.
        command: the one that was called; not each of click's errors knows it.

    """
    ctx = getattr(error, "ctx", None)
    what = _plain(error.message)
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        known = _options(ctx) if name.startswith("--") else ()
        return UsageError(
            f"there is no option {name}", did_you_mean(name, known, _usage(ctx, command))
        )
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return UsageError(f"{error.param.human_readable_name} is missing", _usage(ctx, command))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return UsageError(f"{_where(error.param, ctx)}: {what}", _help(ctx, command))
    return UsageError(what, _usage(ctx, command))


def _plain(message: str) -> str:
    """As the middle of a sentence: click begins with a capital and ends with a full stop."""
    text = message.removesuffix(".")
    return text[:1].lower() + text[1:]


def _where(param: click.Parameter, ctx: click.Context | None) -> str:
    """Where the value stands: an option or argument, a variable, or a line of the file."""
    source = ctx.get_parameter_source(param.name or "") if ctx else None
    if source is ParameterSource.ENVIRONMENT:
        return str(param.envvar)
    name = long_name(param)
    if ctx and source is ParameterSource.DEFAULT_MAP:
        from ecr_doctor.config import written_at  # noqa: PLC0415

        return f"{written_at(ctx.meta.get(CONFIG_FILE, ''), name)}: {name}"
    return f"--{name}" if name else param.human_readable_name


def _options(ctx: click.Context | None) -> list[str]:
    return [name for p in ctx.command.params for name in p.opts if name[:2] == "--"] if ctx else []


def _usage(ctx: click.Context | None, command: str) -> str:
    more = _help(ctx, command)
    return f"{ctx.get_usage()}\n{more}" if ctx else more


def _help(ctx: click.Context | None, command: str) -> str:
    return f"`{ctx.command_path if ctx else f'ecr-doctor {command}'} --help` says more."
