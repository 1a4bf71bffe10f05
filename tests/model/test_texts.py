from __future__ import annotations

from ecr_doctor.model import Evidence, Plugin, Status, Verdict
from ecr_doctor.model.texts import map_texts

VERDICT = Verdict.failed("a-cause", "it fails", Evidence("what", "value", "where"))


def test_every_text_is_changed_and_nothing_else() -> None:
    loud = map_texts(VERDICT, str.upper)

    assert (loud.summary, loud.cause) == ("IT FAILS", "A-CAUSE")
    assert loud.evidence == (Evidence("WHAT", "VALUE", "WHERE"),)
    assert loud.status is Status.FAIL


def test_fields_that_are_kept_stay() -> None:
    assert map_texts(VERDICT, str.upper, keep=("cause", "evidence")).cause == "a-cause"


def test_tuples_can_be_cut() -> None:
    many = tuple(Plugin(str(n), "1") for n in range(9))

    assert map_texts(many, str, cut=lambda items: items[:2]) == many[:2]


def test_other_values_can_count_as_texts() -> None:
    changed = map_texts((1, "a", None), lambda text: f"<{text}>", kinds=(str, int))

    assert repr(changed) == "('<1>', '<a>', None)"
