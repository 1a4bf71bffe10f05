from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.model import Stage
from ecr_doctor.report.path import State, stations

from . import material, samples

if TYPE_CHECKING:
    from ecr_doctor.model import Report

F, B, D = State.FINE, State.BROKEN, State.DOUBTFUL
W, U, N = State.WAITING, State.UNKNOWN, State.UNUSED


@pytest.mark.parametrize(
    ("report", "states", "root"),
    [
        pytest.param(samples.healthy(), (F, F, F, F, F, F, F), "", id="healthy"),
        pytest.param(samples.client_fault(), (F, B, F, F, W, F, W), "helper", id="client"),
        pytest.param(samples.iam_fault(), (F, F, F, F, B, W, W), "registry", id="iam"),
        pytest.param(samples.network_fault(), (F, D, F, F, B, W, W), "registry", id="network"),
        pytest.param(samples.undetermined(), (F, F, U, F, U, U, N), "", id="undetermined"),
    ],
)
def test_stations(report: Report, states: tuple[State, ...], root: str) -> None:
    found = stations(report)

    assert tuple(s.state for s in found) == states
    assert [s.name for s in found if s.root] == ([root] if root else [])


def test_who_looks_back_at_a_refusal_blames_the_station_that_met_it() -> None:
    made = samples.iam_fault()
    policies = replace(made.results[-1], check_id="auth.policies", stage=Stage.AUTH)
    because = ("auth.policies", *made.diagnoses[0].because)
    diagnosis = replace(made.diagnoses[0], because=because)
    report = replace(made, results=(*made.results, policies), diagnoses=(diagnosis,))

    assert tuple(s.state for s in stations(report)) == (F, F, F, F, B, W, W)
    assert [s.name for s in stations(report) if s.root] == ["registry"]


def test_every_check_has_its_station() -> None:
    ids = [check for station in stations(samples.healthy()) for check in station.checks]

    assert sorted(ids) == sorted(material.CHECKS)
