"""Rows of diagnoses in which something is wrong: how long they take, black holes included."""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from bench import table
from bench.measure import UnmeasuredError
from lab import faults

if TYPE_CHECKING:
    from bench.stage import Command, Stage
    from bench.table import Row
    from lab.faults import Fault

_EVERY = 6
"""Of the faults that docker itself meets at once, every so manyth is enough for a median."""


def worst(stage: Stage) -> list[Row]:
    """Time the faults that make docker itself wait."""
    times = {fault.name: _seconds(stage, fault) for fault in _diagnosed() if fault.slow}
    name = max(times, key=times.__getitem__)
    middle = statistics.median(times.values())
    return [
        table.within(f"run, {len(times)} slow faults: worst ({name})", times[name], 10),
        table.within(f"run, {len(times)} slow faults: median", middle),
    ]


def usual(stage: Stage) -> list[Row]:
    """Time a sample of all other faults."""
    chosen = [fault for fault in _diagnosed() if not fault.slow][::_EVERY]
    times = {fault.name: _seconds(stage, fault) for fault in chosen}
    name = max(times, key=times.__getitem__)
    return [
        table.within(f"run, {len(times)} faults: median", statistics.median(times.values()), 1.5),
        table.within(f"run, {len(times)} faults: worst ({name})", times[name], 10),
    ]


TOPICS = {"run, slow faults": worst, "run, any fault": usual}


def _diagnosed() -> list[Fault]:
    """Return the faults of docker's own pulls, outside of containers, that have a cause."""
    return [
        fault
        for fault in faults.ALL
        if fault.accept and not fault.pull_works and fault.client == "docker"
        if not fault.needs and fault.uid == 0
    ]


def _seconds(stage: Stage, fault: Fault) -> float:
    """How long our program takes for one fault."""
    stage.reset()
    fault.inject(stage.lab)
    argv: Command = (stage.project.doctor, "run", fault.image, "--format", "json", *fault.args)
    job = stage.job(argv, code=1, holds='"diagnoses"')
    try:
        return stage.once(replace(job, env={**job.env, **fault.env})).median
    except UnmeasuredError as error:
        raise UnmeasuredError(f"{fault.name}: {error}") from error
