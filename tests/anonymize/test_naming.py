from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.anonymize import naming
from ecr_doctor.anonymize.naming import Kind, Namer

if TYPE_CHECKING:
    import pytest


def test_two_things_never_share_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_DIGITS", 1)
    namer = Namer("salt")
    users = [f"user{number}" for number in range(16)]

    made = [namer.name(Kind.USER, user) for user in users]

    assert len(set(made)) == 16  # all that one digit can tell apart
    assert [namer.name(Kind.USER, user.upper()) for user in users] == made
