from __future__ import annotations

from dataclasses import replace
from typing import cast

from ecr_doctor.model import Evidence
from ecr_doctor.redact import Secret
from ecr_doctor.report.json_format import JsonFormat
from ecr_doctor.report.tidy import tidied

from .rough import hostile
from .samples import client_fault, iam_fault


def test_an_ordinary_report_is_not_touched() -> None:
    assert tidied(client_fault()) == client_fault()
    assert tidied(iam_fault()) == iam_fault()


def test_a_hostile_report_is_bounded() -> None:
    assert len(repr(tidied(hostile()))) < 1_500_000


def test_the_diagnosis_is_cut_last() -> None:
    text = "word " * 700
    made = hostile()
    made = replace(made, diagnoses=(replace(made.diagnoses[0], explanation=text, evidence=()),))

    assert tidied(made).diagnoses[0].explanation == text


def test_secrets_of_a_plugin_go() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    long = "x " * 1990 + secret  # cut off in the middle of the secret, were it still there
    made = replace(iam_fault(), environment=(Evidence(secret, long, f"key={secret}"),))

    shown = repr(tidied(made))

    assert secret[:12] not in shown
    assert secret[12:] not in shown


def test_a_secret_that_a_check_hands_out_stays_one() -> None:
    careless = Evidence("password", cast("str", Secret("hunter2")), "a check")
    made = replace(iam_fault(), environment=(careless,))

    assert tidied(made).environment[0].value == "Secret([redacted])"
    assert "hunter2" not in JsonFormat().render(made)
