"""One examination: a fault is injected, the tool looks, its answer is judged."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.faults import Fault
    from lab.world import Lab

TOOL = (sys.executable, "-m", "ecr_doctor")
LIMIT = 30.0
PROMISED = 10.0  # seconds that no run exceeds, whatever is broken


@dataclass(frozen=True)
class Finding:
    """What the tool answered to one fault, and what is wrong with that answer."""

    fault: Fault
    exit: int
    seconds: float
    output: str
    errors: str
    report: dict[str, Any] = field(default_factory=dict)
    leaked: int = 0

    @property
    def causes(self) -> list[str]:
        """Return the causes in their order; those of warnings in brackets."""
        return [
            one["cause"] if one.get("severity") == "fail" else f"({one['cause']})"
            for one in self.report.get("diagnoses", [])
        ]

    @property
    def first(self) -> str:
        """Return the first cause."""
        return next(iter(self.causes), "-")

    def complaints(self) -> list[str]:
        """Return everything that is wrong; nothing where the answer is right."""
        found = [*self._wrong_verdict()]
        if not self.report:
            found.append(f"no JSON on stdout: {self.output[-300:]!r} {self.errors[-600:]!r}")
        if "Traceback" in self.output + self.errors:
            found.append("a traceback was printed")
        if self.leaked:
            found.append(f"{self.leaked} secrets were printed")
        if self.seconds > PROMISED:
            found.append(f"took {self.seconds:.1f} s")
        return found

    def _wrong_verdict(self) -> list[str]:
        if self.fault.pull_works:
            failing = [cause for cause in self.causes if not cause.startswith("(")]
            failing += self._failed_checks()
            return [
                *([f"exit {self.exit}, not 0"] if self.exit else []),
                *([f"a working pull was called broken: {failing}"] if failing else []),
            ]
        second = self.fault.also and not set(self.fault.also).intersection(
            cause.strip("()") for cause in self.causes
        )
        return [
            *([f"exit {self.exit}, not 1"] if self.exit != 1 else []),
            *([] if self.first in self.fault.accept else [f"{self.first} is not in {self.wanted}"]),
            *([f"none of {self.fault.also} is in {self.causes}"] if second else []),
        ]

    def _failed_checks(self) -> list[str]:
        """Return the checks that failed or broke: none may where the pull works."""
        checks = self.report.get("checks", [])
        return [one["id"] for one in checks if one["status"] in {"fail", "error"}]

    @property
    def wanted(self) -> str:
        """Return the accepted causes as one text."""
        return " | ".join(self.fault.accept) or "no diagnosis"


def examine(lab: Lab, fault: Fault, tool: Sequence[str] = TOOL) -> Finding:
    """Break the laboratory in one way, run the tool in it, and return what it found."""
    lab.reset()
    fault.inject(lab)
    if fault.slow:
        lab.distrust_daemon()
    started = time.perf_counter()
    argv = [*tool, "run", fault.image, "--format", "json", *fault.args]
    if fault.client != "docker":
        argv += ["--client", fault.client]
    done = lab.run(argv, {**fault.env, **_coverage()}, fault.uid, timeout=LIMIT + 5)
    seconds = time.perf_counter() - started
    text = done.stdout + done.stderr
    leaked = sum(secret in text for secret in lab.secrets())
    report = _parse(done.stdout)
    return Finding(fault, done.returncode, seconds, done.stdout, done.stderr, report, leaked)


def _coverage() -> dict[str, str]:
    """Let the measuring of coverage reach the tool's process."""
    name = "COVERAGE_PROCESS_START"
    return {name: os.environ[name]} if name in os.environ else {}


def _parse(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
