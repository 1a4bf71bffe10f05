"""Prints what is diagnosed: the causes that checks confirm, and the laboratory's table of faults.

`PYTHONPATH=tests:. python -m bench.diagnosis [GLOB]` in a checkout (docs/bench.md).
"""

from __future__ import annotations

import statistics
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ecr_doctor.catalog import load_catalog
from ecr_doctor.engine import discover
from ecr_doctor.engine.coverage import Coverage, coverage
from lab import faults
from lab.examination import PROMISED, TOOL, examine
from lab.world import Lab

if TYPE_CHECKING:
    from lab.examination import Finding

MEDIAN_GOAL = 1.5
"""Seconds that the median of all runs should stay under."""


def main(pattern: str = "*") -> int:
    """Print both; 1 where an answer is wrong."""
    _print_coverage()
    findings = _examined(pattern)
    if not findings:
        print(f"no fault is called {pattern}")
        return 1
    wrong = sum(bool(finding.complaints()) for finding in findings)
    seconds = sorted(finding.seconds for finding in findings)
    print(f"{len(findings) - wrong} of {len(findings)} faults right", end=", ")
    print(f"median {statistics.median(seconds):.1f} s (goal {MEDIAN_GOAL})", end=", ")
    print(f"longest {seconds[-1]:.1f} s (goal {PROMISED:.0f})")
    return 1 if wrong else 0


def _print_coverage() -> None:
    registry = discover()
    rows = coverage(registry.checks, load_catalog(registry.catalogs))
    confirmed = sum(row.coverage is Coverage.CONFIRMED for row in rows)
    print(f"{confirmed} of {len(rows)} causes can be confirmed by a check")


def _examined(pattern: str) -> list[Finding]:
    found = []
    print(f"{'fault':36} {'seconds':>7}  {'':5}  {'first cause':36} last line of docker")
    with Lab() as lab:
        for fault in faults.ALL:
            if fault.impossible() or not fnmatchcase(fault.name, pattern):
                continue
            finding = examine(lab, fault, TOOL)
            found.append(finding)
            verdict = "WRONG" if finding.complaints() else "right"
            line = f"{fault.name:36} {finding.seconds:7.1f}  {verdict:5}  {finding.first:36}"
            print(f"{line} {_docker(lab, fault)[:160]}", flush=True)
    return found


def _docker(lab: Lab, fault: faults.Fault) -> str:
    """What docker itself ends with; not asked where it would wait for minutes."""
    if fault.slow:
        return f"(after minutes) {fault.says}"
    lines = lab.pull(fault.image, fault.env, fault.uid).stderr.strip().splitlines()
    return lines[-1] if lines else "(the pull works)"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
