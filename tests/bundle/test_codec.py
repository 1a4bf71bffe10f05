from __future__ import annotations

import dataclasses
import json
import math
import pkgutil
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.bundle.codec import LONGEST_TEXT, Decoder, Encoder
from ecr_doctor.bundle.kinds import PACKAGES, CodecError, Kinds, fields_of, fits, tag_of
from ecr_doctor.model import Evidence, Stage, Status, Verdict
from ecr_doctor.probes.dns import DnsAnswer, DnsProbe, DnsState
from ecr_doctor.redact import MASK, Redactor, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def through_json(value: Any, clean: Callable[[str], str] = str) -> Any:
    encoded = Encoder(Kinds(), clean).encode(value)
    return Decoder(Kinds()).decode(json.loads(json.dumps(encoded)))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param(True, id="a truth"),
        pytest.param(0, id="zero"),
        pytest.param(1.0, id="a float stays one"),
        pytest.param(math.inf, id="infinite"),
        pytest.param("ü \ud800 \x00", id="any text"),
        pytest.param(b"\x00\xff\xfe text", id="bytes that are no UTF-8"),
        pytest.param((), id="no parts"),
        pytest.param((1, ("a", None)), id="parts in parts"),
        pytest.param(frozenset({"a", "b"}), id="a set"),
        pytest.param({"a": (1,)}, id="a mapping"),
        pytest.param(NOON, id="a time"),
        pytest.param(timedelta(seconds=-1.5), id="a duration"),
        pytest.param(Status.PASS, id="a word of a list"),
        pytest.param(Verdict.passed("x", Evidence("a", "b"), proves=(Stage.TLS,)), id="a value"),
        pytest.param(DnsProbe("a.example"), id="a probe"),
    ],
)
def test_it_comes_back_as_it_was(value: Any) -> None:
    back = through_json(value)

    assert (back, type(back)) == (value, type(value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
        | st.binary(),
        lambda parts: st.lists(parts).map(tuple) | st.dictionaries(st.text(), parts),
    )
)  # fmt: skip
def test_any_plain_value_comes_back(value: Any) -> None:
    assert through_json(value) == value


def test_secrets_are_not_written_but_equal_ones_stay_equal() -> None:
    first, again, other, empty = through_json(
        (Secret("hunter2-one"), Secret("hunter2-one"), Secret("hunter2-two"), Secret(""))
    )

    assert first == again != other
    assert not empty
    assert first.reveal().startswith(MASK)


def test_texts_and_bytes_are_cleaned() -> None:
    redactor = Redactor()
    redactor.learn("correct-horse-battery")

    back = through_json(("a correct-horse-battery", b"\xff correct-horse-battery"), redactor.clean)

    assert back == (f"a {MASK}", b"\xff " + MASK.encode())


def test_texts_are_bounded() -> None:
    assert len(through_json("x" * (LONGEST_TEXT + 1))) == LONGEST_TEXT


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="any object"),
        pytest.param(Redactor(), id="an object of ours"),
        pytest.param(print, id="a function"),
        pytest.param(DnsProbe, id="a class"),
    ],
)
def test_nothing_else_is_written(value: Any) -> None:
    with pytest.raises(CodecError):
        Encoder(Kinds(), str).encode(value)


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"$": "os:system", "is": "true"}, id="a function"),
        pytest.param({"$": "subprocess:Popen", "args": "true"}, id="a class of Python"),
        pytest.param({"$": "ecr_doctor.cli.main:LazyGroup"}, id="a class of another package"),
        pytest.param({"$": "ecr_doctor.probes.name_servers:_Talk"}, id="a private class"),
        pytest.param({"$": "ecr_doctor.auth.session:AwsSession"}, id="no plain value"),
        pytest.param({"$": "ecr_doctor.probes.dns:socket"}, id="a name that it imports"),
        pytest.param({"$": "ecr_doctor.probes.dns:DnsProbe.look"}, id="a method"),
        pytest.param({"$": "ecr_doctor.probes.no_such:Thing"}, id="a module that is not there"),
        pytest.param({"$": "ecr_doctor.probes..dns:DnsProbe"}, id="no name"),
        pytest.param({"$": "ecr_doctor.probes.dns:DnsProbe"}, id="a part is missing"),
        pytest.param({"$": "ecr_doctor.probes.dns:DnsProbe", "host": 1}, id="a part of no use"),
        pytest.param({"$": "ecr_doctor.probes.dns:DnsState", "is": "x"}, id="an unknown word"),
        pytest.param({"$": "datetime", "is": "2026-06-15T12:00:00"}, id="a time without a zone"),
        pytest.param({"$": "datetime", "is": 7}, id="no time"),
        pytest.param({"$": "timedelta", "is": 1e300}, id="a duration that is too long"),
        pytest.param({"$": "bytes", "is": "?"}, id="no base64"),
        pytest.param({"$": "dict", "is": [[["x"], 1], [{"$": "dict", "is": []}, 1]]}, id="keys"),
        pytest.param({"$": ["x"]}, id="a kind that is no text"),
        pytest.param({"host": "x"}, id="no kind"),
        pytest.param(nested(900), id="nested too deeply"),
    ],
)
def test_what_is_damaged_or_foreign_is_refused(value: Any) -> None:
    with pytest.raises(CodecError):
        Decoder(Kinds()).decode(nested_again(value))


def nested_again(value: Any) -> Any:
    """Beyond what Python's own recursion takes, where the value is nested already."""
    for _ in range(20_000 if isinstance(value, list) else 0):
        value = [value]
    return value


def test_an_older_version_lacks_fields_and_a_newer_one_has_more() -> None:
    tag = "ecr_doctor.model.verdict:Evidence"

    back = Decoder(Kinds()).decode({"$": tag, "what": "a", "value": "b", "colour": "red"})

    assert back == Evidence("a", "b")


def test_every_observation_that_is_saved_can_be_read() -> None:
    answer = DnsAnswer(host="a.example", state=DnsState.RESOLVED, addresses=("10.0.0.1",))

    assert through_json(answer) == answer


def plain_values() -> list[type]:
    """Every frozen value of the packages that may be in a bundle."""
    names = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
    ]
    found = (cls for name in names for cls in vars(import_module(name)).values())
    return sorted(
        {c for c in found if isinstance(c, type) and dataclasses.is_dataclass(c)}, key=tag_of
    )


def test_a_default_fits_into_its_own_field() -> None:
    """An annotation by another name (`Version` for a tuple) would make every bundle damaged."""
    refused = [
        f"{tag_of(cls)}.{field.name}: {field.type}"
        for cls in plain_values()
        for field in fields_of(cls)
        if field.default is not dataclasses.MISSING
        and not callable(field.default)
        and not fits(field.default, field.type)
    ]

    assert len(plain_values()) > 50
    assert refused == []
