"""Cleaning a text costs time in proportion to its length, however hostile it is."""

from __future__ import annotations

import time

import pytest

from ecr_doctor.redact import Redactor

SIZE = 200_000
ADVERSARIAL = [
    "a",
    " ",
    "=",
    ":",
    "/",
    "@",
    "-",
    "\\",
    '"',
    "a ",
    "aA1",
    "A1b2",
    "://",
    "http://a?",
    "http://",
    "://a:",
    "://a@",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----a-",
    "eyJ",
    "eyJ.",
    "token=",
    "token: ",
    'password="',
    "password=\\",
    'password="\\"',
    "auth:",
    "authorization: basic ",
    "basic ",
    "basic a ",
    " -p ",
    " -p",
    " -u a:",
    "login -p x ",
    "proxy=",
    "proxy=a:",
    "&a=",
    "token=&a",
    "AKIA",
    "AKIAIOSFODNN7EXAMPLE_",
    "cookie:",
    "x-amz-signature=",
    "?x-amz-signature=",
    "wJalrXUtnFEMI/",
    "aB3/" * 10 + " ",
    "aB3/" * 30 + " ",
    "aws4-hmac-sha256 ",
    "arn:aws:iam::",
    "secret_",
    "IQoJ",
    "a\n",
]


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_hostile_text_is_cleaned_in_linear_time(piece: str) -> None:
    """Four times the text may cost four times the work; a quadratic rule costs sixteen times."""
    once, more = cost_of_cleaning(piece, SIZE), cost_of_cleaning(piece, 4 * SIZE)

    assert more < 8 * once + 0.2


def cost_of_cleaning(piece: str, size: int) -> float:
    """Seconds of processor time, which a busy machine does not change."""
    redactor = Redactor()
    redactor.learn("k" * 64, "another known value")
    began = time.process_time()
    redactor.clean(piece * (size // len(piece)))
    return time.process_time() - began
