from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


def test_every_check_has_its_station() -> None:
    ids = [check for station in stations(samples.healthy()) for check in station.checks]

    assert sorted(ids) == sorted(material.CHECKS)
