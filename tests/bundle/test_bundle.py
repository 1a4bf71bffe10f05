from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bundle.weather import all_windows, looking
from ecr_doctor.bundle import BundleError, plugin_packages, read_bundle, record, replay
from ecr_doctor.engine import Registry, examine
from ecr_doctor.model import ConnectTo, Report, Settings, Status
from ecr_doctor.testing import IMAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENV = {
    "AWS_PROFILE": "work",
    "AWS_SECRET_ACCESS_KEY": "never-in-a-bundle",
    "HTTPS_PROXY": "http://me:hunter2-proxy@proxy.example:3128",
    "NOBODY_ASKS": "for this",
}
SETTINGS = Settings(
    env=ENV,
    error_text="no basic auth credentials",
    connect_to=(ConnectTo("a.example", "::1", 443), ConnectTo("b.example", "10.0.0.1")),
    only=("host",),
)


@pytest.fixture
def registry() -> Registry:
    return all_windows()


@pytest.fixture
def run(registry: Registry, tmp_path: Path) -> tuple[Report, Path]:
    """A report, and the bundle that was saved with it."""
    report, observer = examine(IMAGE, SETTINGS, registry=registry)
    path = tmp_path / "seen.bundle"
    path.write_text(record(report, observer, plugins=plugin_packages(registry)))
    return report, path


def test_the_report_of_a_replay_is_that_of_the_run(
    run: tuple[Report, Path], registry: Registry
) -> None:
    report, path = run

    again, _ = replay(read_bundle(str(path)), registry)

    assert again == report
    statuses = {r.check_id: r.status for r in report.results}
    assert statuses == {
        "host.north": Status.PASS,
        "host.shuttered": Status.INCONCLUSIVE,
        "host.broken": Status.ERROR,
        "host.frozen": Status.INCONCLUSIVE,
    }


def test_of_the_environment_only_what_is_asked_for_is_saved(run: tuple[Report, Path]) -> None:
    text = run[1].read_text()

    assert "AWS_PROFILE" in text
    assert "never-in-a-bundle" not in text
    assert "NOBODY_ASKS" not in text
    assert "hunter2-proxy" not in text


def test_the_settings_come_back(run: tuple[Report, Path]) -> None:
    settings = read_bundle(str(run[1])).settings

    assert replace(settings, env={}) == replace(SETTINGS, env={})


def test_a_check_that_asks_for_more_is_inconclusive(run: tuple[Report, Path]) -> None:
    newer = Registry(checks=(looking("north"), looking("south")), catalogs=())

    report, _ = replay(read_bundle(str(run[1])), newer)

    north, south = report.results
    assert north.status is Status.PASS
    assert south.status is Status.INCONCLUSIVE
    assert "not in this bundle" in south.verdict.summary


def test_an_error_text_can_be_given_later(run: tuple[Report, Path], registry: Registry) -> None:
    _, scene = replay(read_bundle(str(run[1])), registry, error_text="toomanyrequests")

    assert scene.settings.error_text == "toomanyrequests"


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> str:
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found))
    return str(path)


def test_an_observation_that_cannot_be_read_costs_its_check_alone(
    run: tuple[Report, Path], registry: Registry
) -> None:
    def damage(found: dict[str, Any]) -> None:
        look = next(look for look in found["looks"] if look["probe"]["window"] == "north")
        look["saw"] = {"$": "os:system", "is": "true"}

    report, _ = replay(read_bundle(changed(run[1], damage)), registry)

    north = next(r for r in report.results if r.check_id == "host.north")
    assert north.status is Status.INCONCLUSIVE
    assert "could not be read" in report.problems[0].what
    assert "Weather" in report.problems[0].detail


def test_a_probe_that_is_gone_is_named(run: tuple[Report, Path], registry: Registry) -> None:
    def rename(found: dict[str, Any]) -> None:
        found["looks"][0]["probe"]["$"] = "ecr_doctor.probes.dns:OldProbe"

    report, _ = replay(read_bundle(changed(run[1], rename)), registry)

    assert "this version has no OldProbe" in report.problems[0].detail


def test_the_largest_observations_are_left_out(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.modules[record.__module__], "LARGEST", 600)
    report, observer = examine(IMAGE, SETTINGS, registry=registry)
    path = tmp_path / "seen.bundle"
    path.write_text(record(report, observer, plugins=plugin_packages(registry)))

    assert "it is too large" in path.read_text()
    replay(read_bundle(str(path)), registry)


def without(*names: str) -> Callable[[dict[str, Any]], object]:
    return lambda found: [found.pop(name) for name in names]


def having(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda found: found.update(values)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(having(kind="run"), "is no bundle", id="a report"),
        pytest.param(having(schema=2), "Update ecr-doctor", id="of a newer schema"),
        pytest.param(having(schema="1"), "damaged", id="schema is a text"),
        pytest.param(having(schema=0), "damaged", id="schema is no number of ours"),
        pytest.param(without("image"), "damaged", id="no image"),
        pytest.param(having(image=7), "damaged", id="image is no text"),
        pytest.param(having(started="yesterday"), "damaged", id="no time"),
        pytest.param(having(started="2026-06-15T12:00:00"), "damaged", id="no zone"),
        pytest.param(having(settings=[]), "damaged", id="no settings"),
        pytest.param(having(settings={"timeout": "x"}), "damaged", id="a setting of no use"),
        pytest.param(having(settings={"connect_to": ["x"]}), "damaged", id="a rule of no use"),
        pytest.param(having(looks={}), "damaged", id="looks are no list"),
        pytest.param(having(looks=[1]), "damaged", id="a look is no object"),
        pytest.param(having(environment=[["a", 1, "c"]]), "damaged", id="a fact of no use"),
        pytest.param(having(timings={"took": 1e300}), "damaged", id="longer than time"),
        pytest.param(having(timings={"checks": {"a": 1}}), "damaged", id="a time of no use"),
        pytest.param(having(redactions=[["a", "b"]]), "damaged", id="a count of no use"),
    ],
)
def test_a_damaged_bundle_is_refused(
    run: tuple[Report, Path], change: Callable[[dict[str, Any]], object], says: str
) -> None:
    with pytest.raises(BundleError) as refused:
        read_bundle(changed(run[1], change))

    assert says in refused.value.diagnostics()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b"{", "damaged", id="cut off"),
        pytest.param(b"\xff\xfe\x00", "is no bundle", id="binary"),
        pytest.param(b"# Read me", "is no bundle", id="prose"),
        pytest.param(b"[]", "is no bundle", id="another JSON"),
        pytest.param(b'{"a":' * 200_000, "damaged", id="nested without end"),
        pytest.param(b'{"kind": NaN}', "damaged", id="no JSON"),
        pytest.param(b'{"schema": ' + b"9" * 10_000 + b"}", "damaged", id="an endless number"),
        pytest.param(b" " * ((32 << 20) + 1), "larger than any bundle", id="too large"),
    ],
)
def test_any_other_file_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(data)

    with pytest.raises(BundleError) as refused:
        read_bundle(str(file))

    assert says in refused.value.diagnostics()


@pytest.mark.parametrize("path", ["", "no/such", "nul\0"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(BundleError, match="cannot read"):
        read_bundle(str(tmp_path / path))


def test_hostile_values_break_no_more_than_their_checks(
    run: tuple[Report, Path], registry: Registry
) -> None:
    """Whatever stands in the place of an observation, a report comes out."""
    hostile: list[Any] = [
        None, 1, "x", [], {}, {"$": None}, {"$": "dict", "is": 1}, {"$": "secret", "is": "x"},
        {"$": "float", "is": []}, {"$": "frozenset", "is": [{"$": "dict", "is": []}]},
    ]  # fmt: skip
    for value in hostile:
        for part in ("probe", "saw", "error"):

            def put(found: dict[str, Any], part: str = part, value: Any = value) -> None:
                found["looks"] = [{**look, part: value} for look in found["looks"]]

            copy = run[1].with_name("copy")
            copy.write_text(run[1].read_text())
            report, _ = replay(read_bundle(changed(copy, put)), registry)
            assert len(report.results) == 4
