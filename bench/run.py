"""Rows of a whole diagnosis in which nothing is wrong, in the laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import table
from bench.place import aws, go_helper
from lab import names

if TYPE_CHECKING:
    from bench.measure import Job
    from bench.stage import Command, Stage
    from bench.table import Row

_LATENCY = 0.1
"""Seconds that each request takes in the rows of latency."""
_CHAIN = ("GetCallerIdentity", "GetAuthorizationToken", "manifest", "blob", "S3")
"""The requests that follow from each other: the shortest time that a diagnosis can take."""
_BY_HAND = """set -e
{aws} sts get-caller-identity
{aws} ecr get-login-password
{aws} ecr batch-get-image --repository-name team/app --image-ids imageTag=latest
echo {host} | {helper} get
{docker} pull -q {image}
"""


def healthy(stage: Stage) -> list[Row]:
    """Compare all checks, the pull included, with what one types by hand to the same end."""
    stage.reset()
    ours, other = stage.measure([_run(stage), _by_hand(stage)])
    return [
        table.versus("run, healthy, with a pull : by hand", ours, other, 0.6),
        table.memory("run: peak memory : by hand", ours, other, 90),
    ]


def latency(stage: Stage) -> list[Row]:
    """Compare a diagnosis with the requests in it that cannot be made at the same time."""
    stage.reset(http=[{"host": "*", "delay": _LATENCY}])
    cold = (stage.without_token, stage.without_image)
    pull = stage.job((stage.docker, "pull", "-q", names.IMAGE), cold)
    short, whole, other = stage.measure([_run(stage, "--no-pull"), _run(stage), pull])
    floor = _LATENCY * len(_CHAIN)
    return [
        table.beside("run --no-pull, 100 ms : critical path", short, floor, 1.5),
        table.versus("run, 100 ms : docker pull alone", whole, other, 1.5),
    ]


TOPICS = {"run, healthy": healthy, "run, 100 ms to every endpoint": latency}


def _run(stage: Stage, *options: str) -> Job:
    argv: Command = (stage.project.doctor, "run", names.IMAGE, "--format", "json", *options)
    return stage.job(argv, (stage.without_token, stage.without_image), holds='"healthy"')


def _by_hand(stage: Stage) -> Job:
    script = _BY_HAND.format(
        aws=aws(), helper=go_helper(), docker=stage.docker, host=names.HOST, image=names.IMAGE
    )
    argv = (stage.lab.bin / "sh", "-c", script)
    return stage.job(argv, (stage.without_token, stage.without_image), holds='"Secret"')
