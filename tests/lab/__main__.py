"""The laboratory on the command line, with PYTHONPATH=tests:

python -m lab list                        the faults
python -m lab table [-k GLOB] [--cmd …]   run faults through the tool, one line each
python -m lab shell FAULT -- CMD …        inject one fault and run a command in it
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from lab import faults
from lab.examination import TOOL, Finding, examine
from lab.requirements import missing
from lab.world import Lab

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    options, rest = _parse(list(sys.argv[1:] if argv is None else argv))
    if options.command == "list":
        return _list(options.k)
    reason = missing()
    if reason:
        _say(f"lab: {reason}", sys.stderr)
        return 2
    # A terminated laboratory must clean up as an interrupted one does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _table(options) if options.command == "table" else _shell(options, rest)
    except KeyboardInterrupt:
        return 130


def _parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the arguments; what follows `--` is a command, not an option."""
    rest: list[str] = []
    if "--" in argv:
        cut = argv.index("--")
        argv, rest = argv[:cut], argv[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python -m lab", description="The laboratory.")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="list the faults")
    table = commands.add_parser("table", help="run faults through the tool")
    table.add_argument("--cmd", help="the tool, instead of this Python's `-m ecr_doctor`")
    table.add_argument("--json", type=Path, metavar="DIR", help="keep each report in this folder")
    table.add_argument("-x", "--wrong", action="store_true", help="show the wrong ones only")
    table.add_argument("-p", "--pull", action="store_true", help="see what docker itself does, too")
    table.add_argument("-v", "--verbose", action="store_true", help="print what is wrong at length")
    for one in (listing, table):
        one.add_argument("-k", default="*", metavar="GLOB", help="names or layers, comma-separated")
    shell = commands.add_parser("shell", help="run a command in one fault")
    shell.add_argument("fault")
    shell.add_argument("-t", "--timeout", type=float, default=0, help="seconds; else no limit")
    return parser.parse_args(argv), rest


def _chosen(patterns: str) -> list[faults.Fault]:
    """Return the faults whose name or layer matches one of the globs."""
    globs = [glob if "*" in glob else f"*{glob}*" for glob in patterns.split(",")]
    return [
        fault
        for fault in faults.ALL
        if any(fnmatchcase(fault.name, glob) or fnmatchcase(fault.layer, glob) for glob in globs)
    ]


def _list(patterns: str) -> int:
    for fault in _chosen(patterns):
        verdict = "works" if fault.pull_works else "fails"
        accepted = " | ".join(fault.accept) or "-"
        _say(f"{fault.name:34} {verdict:6} {accepted:60} {fault.summary}")
    return 0


def _table(options: argparse.Namespace) -> int:
    """Examine every chosen fault and count the right answers."""
    tool = shlex.split(options.cmd) if options.cmd else TOOL
    chosen = [fault for fault in _chosen(options.k) if not fault.impossible()]
    right, seconds = 0, 0.0
    with Lab(_exposed(tool)) as lab:
        for fault in chosen:
            finding = examine(lab, fault, tool)
            right += not finding.complaints()
            seconds += finding.seconds
            _show(finding, options)
            if options.pull:
                _pull(lab, fault)
    mean = seconds / max(1, len(chosen))
    _say(f"{right} of {len(chosen)} right, {len(chosen) - right} wrong, {mean:.1f} s on average")
    return 0 if right == len(chosen) else 1


def _show(finding: Finding, options: argparse.Namespace) -> None:
    """Print one line, and whatever else was asked for."""
    complaints, fault = finding.complaints(), finding.fault
    if options.json:
        options.json.mkdir(parents=True, exist_ok=True)
        text = json.dumps(finding.report, indent=2) if finding.report else finding.output
        (options.json / f"{fault.name}.json").write_text(text + "\n" + finding.errors)
    if options.wrong and not complaints:
        return
    verdict = "WRONG" if complaints else "OK"
    start = f"{fault.name:34} {finding.exit:3} {finding.seconds:5.1f} s  {verdict:6}"
    _say(f"{start} {finding.first:34} {finding.wanted}")
    for complaint in complaints if options.verbose else ():
        _say(f"    {complaint}")


def _pull(lab: Lab, fault: faults.Fault) -> None:
    """Say where docker does otherwise than the fault's table says."""
    done = lab.pull(fault.image, fault.env, fault.uid, timeout=20, client=fault.client)
    works, said = done.returncode == 0, (done.stdout + done.stderr).strip()
    if works != fault.pull_works or fault.says not in said:
        _say(f"    docker: exit {done.returncode}: {said[-600:]}")


def _shell(options: argparse.Namespace, rest: list[str]) -> int:
    """Inject one fault and run a command in it, on this terminal."""
    fault = faults.by_name(options.fault)
    command = rest or ["/bin/sh"]
    with Lab(_exposed(command)) as lab:
        lab.reset()
        fault.inject(lab)
        _say(f"lab: {fault.summary}; image {fault.image}", sys.stderr)
        terminal = {name: os.environ[name] for name in ("TERM",) if name in os.environ}
        environment = {**terminal, "IMAGE": fault.image, **fault.env}
        started = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own command
            lab.command(command, environment, fault.uid),
            check=False,
            timeout=options.timeout or None,
        )
        seconds = time.perf_counter() - started
        _say(f"lab: exit {done.returncode} after {seconds:.2f} s", sys.stderr)
        return done.returncode


def _say(text: str, stream: TextIO = sys.stdout) -> None:
    """Print a line at once, also into a pipe."""
    stream.write(text + "\n")
    stream.flush()


def _exposed(command: Sequence[str]) -> list[Path]:
    """Return the folders above a tool's program, in case it lies below a home folder."""
    program = Path(command[0])
    return [program.parent.parent.absolute()] if program.is_absolute() else []


if __name__ == "__main__":
    sys.exit(main())
