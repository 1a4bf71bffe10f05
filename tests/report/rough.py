"""Reports that no real run gives, to try what a format bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ecr_doctor.model import (
    DifferentialEntry,
    DifferentialState,
    Evidence,
    Fix,
    Plugin,
    Report,
    ToolProblem,
    parse_target,
)

from .samples import SAMPLES, client_fault, iam_fault

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><!-- ]]> ${{ secrets.X }} {{ 7*7 }}"
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\link\x9b1m\x00\x07\x08\x7f"
    "\u202egpj.exe\u202c\u2066\u200b\ufeff\ud800\udfff\u2028 ::error::x ##[error] `code` |pipe| "
    "[a](javascript:alert(3)) z" + "\u0336" * 400 + "\r\n-->&lt;/details></details></svg></style>"
)


def hostile() -> Report:
    made = iam_fault()
    mass = "A" * 5_000_000
    seen = (
        Evidence(HOSTILE, HOSTILE, HOSTILE),
        Evidence("megabytes", mass, "a log"),
        Evidence("wide", "W" * 3000, "x" * 3000),
        Evidence(
            "secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "file"
        ),
        *(Evidence(f"line {n}", HOSTILE * 50) for n in range(60)),
    )
    fix = Fix(title=HOSTILE, steps=(HOSTILE, mass), command=HOSTILE, policy=HOSTILE)
    diagnosis = replace(
        made.diagnoses[0],
        title=HOSTILE,
        explanation=HOSTILE,
        because=(HOSTILE,),
        evidence=seen,
        fixes=(fix, fix),
        url="javascript:alert(4)",
    )
    broken = tuple(
        replace(r, title=HOSTILE, verdict=replace(r.verdict, summary=HOSTILE, evidence=seen))
        for r in made.results
    )
    return replace(
        made,
        target=parse_target(HOSTILE),
        diagnoses=(diagnosis,),
        results=broken,
        differential=(
            *made.differential,
            DifferentialEntry(
                symptom=HOSTILE, cause=HOSTILE, state=DifferentialState.POSSIBLE, by=(HOSTILE,)
            ),
        ),
        problems=(ToolProblem(HOSTILE, mass),),
        environment=seen,
        plugins=(Plugin(HOSTILE, HOSTILE),),
        tool_version=HOSTILE,
    )


def many() -> Report:
    """500 checks, as a company with many plugins has them."""
    made = client_fault()
    more = tuple(
        replace(
            r,
            check_id=f"{r.check_id}-{n}",
            title=f"{r.title} ({n})",
            began=r.began + timedelta(milliseconds=40 * n),
        )
        for n in range(1, 18)
        for r in made.results
    )
    return replace(made, results=(*made.results, *more)[:500])


ALL = {**SAMPLES, "hostile": hostile, "many": many}
