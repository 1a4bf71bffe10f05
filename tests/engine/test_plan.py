from __future__ import annotations

import pytest

from ecr_doctor.engine.plan import UnknownCheckError, make_plan
from engine.fakes import check

LOGIN = check("registry.login", requires=("network.dns", "client.config"))
DNS = check("network.dns")
CONFIG = check("client.config")
LAYER = check("transfer.layer", requires=("registry.login",))
ALL = (LAYER, LOGIN, DNS, CONFIG)


@pytest.mark.parametrize(
    ("only", "skip", "order"),
    [
        pytest.param((), (), ["client.config", "network.dns", "registry.login", "transfer.layer"],
                     id="everything, in the order of a pull"),
        pytest.param(("registry.login",), (), ["client.config", "network.dns", "registry.login"],
                     id="one check, with what it requires"),
        pytest.param(("client",), (), ["client.config"], id="a stage"),
        pytest.param((), ("transfer.*",), ["client.config", "network.dns", "registry.login"],
                     id="without a glob"),
        pytest.param((), ("network.dns",), ["client.config", "registry.login", "transfer.layer"],
                     id="a skipped requirement blocks nothing"),
    ],
)  # fmt: skip
def test_order(only: tuple[str, ...], skip: tuple[str, ...], order: list[str]) -> None:
    plan = make_plan(ALL, only=only, skip=skip)

    assert list(plan.order) == order
    assert len(plan.order) + len(plan.left_out) == len(ALL)


def test_an_unknown_check_is_refused_with_a_near_name() -> None:
    with pytest.raises(UnknownCheckError, match="no check or stage") as caught:
        make_plan(ALL, only=("registry.logn",), skip=())

    assert "registry.login" in caught.value.hint


def test_checks_that_require_each_other_are_left_out_and_reported() -> None:
    first = check("client.a", requires=("client.b",))
    second = check("client.b", requires=("client.a",))

    plan = make_plan((first, second, DNS), only=(), skip=())

    assert plan.order == ("network.dns",)
    assert {c.id for c in plan.left_out} == {"client.a", "client.b"}
    assert "client.a" in plan.problems[0].detail


def test_a_requirement_that_is_nowhere_blocks_nothing() -> None:
    plan = make_plan((check("client.a", requires=("client.gone",)),), only=(), skip=())

    assert plan.requirements("client.a") == ()


def test_a_selection_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(UnknownCheckError, match="no check is left"):
        make_plan(ALL, only=("client",), skip=("client.*",))
