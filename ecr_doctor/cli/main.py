"""The command `ecr-doctor`: a group of commands, and the one place that turns errors into exits."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ecr_doctor import __version__
from ecr_doctor.errors import (
    DefectError,
    EcrDoctorError,
    StoppedError,
    UsageError,
    did_you_mean,
    raised_at,
)
from ecr_doctor.leavings import sweep

from .telling import tell

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
_ECHO = click.echo.__code__
"""What writes to stdout."""

_COMMANDS = {
    "causes": "ecr_doctor.cli.causes:causes",
    "checks": "ecr_doctor.cli.checks:checks",
    "demo": "ecr_doctor.cli.demo:demo",
    "explain": "ecr_doctor.cli.explain:explain",
    "fix": "ecr_doctor.cli.fix:fix",
    "policy": "ecr_doctor.cli.policy:policy",
    "replay": "ecr_doctor.cli.replay:replay",
    "run": "ecr_doctor.cli.run:run",
    "which": "ecr_doctor.cli.which:which",
}
"""Each command is imported when it is called: `--version` must not pay for `run`."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands."""
        return sorted(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names.

        Raises:
            UsageError: there is none of this name.

        """
        if args[0] not in _COMMANDS:
            hint = did_you_mean(args[0], _COMMANDS, "A pull is diagnosed by: ecr-doctor run IMAGE")
            raise UsageError(f"there is no command {args[0]!r}", hint)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command; None when there is no such command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        # Docstrings are raw (D301), so that click's mark for "do not fold" is two letters in them.
        command.help = (command.help or "").replace("\\b\n", "\b\n")
        return command


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="ecr-doctor")
def cli() -> None:
    """Name the one reason why pulling an image from Amazon ECR fails, and the cure.

    Exit codes: 0 nothing wrong found, 1 a cause was found, 2 wrong usage, 3 could not tell,
    4 the tool itself failed, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave the process with its exit code; never a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _stop)
    threading.excepthook = _thread_broke
    code = _invoke(sys.argv[1:] if arguments is None else arguments)
    _flush()
    sweep()  # the last thing: a thread that goes on could start more
    # Probes that hang in a system call sit in daemon threads: do not wait for them.
    os._exit(code)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    raise StoppedError(number)


def _thread_broke(broken: threading.ExceptHookArgs) -> None:
    """Tell where, and no more: what the run would take out of the message is not known here."""
    place = raised_at(broken.exc_value) if broken.exc_value else "?"
    tell(f"a defect of this tool: {broken.exc_type.__name__} at {place}")


def _invoke(arguments: list[str]) -> int:
    try:
        result: Any = cli.main(
            args=arguments or ["--help"], prog_name="ecr-doctor", standalone_mode=False
        )
    except click.ClickException as error:
        from .refusal import in_our_words  # noqa: PLC0415

        return _failed(in_our_words(error, next(iter(arguments), "")))
    except (click.Abort, KeyboardInterrupt, StoppedError) as error:
        with suppress(OSError):
            click.echo("interrupted", err=True)
        return error.code if isinstance(error, StoppedError) else INTERRUPTED
    except EcrDoctorError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  a defect of ours must not show a traceback
        return _crashed(error)
    return result if isinstance(result, int) else 0


def _failed(error: EcrDoctorError) -> int:
    tell(error.diagnostics())
    return error.exit_code


def _crashed(error: Exception) -> int:
    if isinstance(error, OSError) and _wrote(error):
        what = f"cannot write to stdout: {error.strerror}"
        return _failed(EcrDoctorError(what, "Choose another place for the output, or -o FILE."))
    return _failed(DefectError.of(error))


def _wrote(error: Exception) -> bool:
    return any(frame.f_code is _ECHO for frame, _ in walk_tb(error.__traceback__))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue


if __name__ == "__main__":
    main()
