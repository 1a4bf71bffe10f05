from __future__ import annotations

from dataclasses import replace

from ecr_doctor.anonymize import (
    Anonymizer,
    anonymized,
    count_redactions,
    learn_observations,
    learn_report,
    learn_settings,
)
from ecr_doctor.model import Evidence, Redaction, Settings
from ecr_doctor.probes.ecr_repository import Repositories
from ecr_doctor.report.json_format import JsonFormat
from report import samples
from report.material import HOST

ACCOUNT = HOST.partition(".")[0]


def test_a_report_is_anonymous_and_its_ids_stay() -> None:
    report = samples.iam_fault()
    anonymizer = Anonymizer(salt="s")
    learn_report(anonymizer, report)

    clean = anonymized(report, anonymizer)

    assert ACCOUNT not in JsonFormat().render(clean)
    assert clean.target.account.startswith("0000")
    assert [d.cause for d in clean.diagnoses] == [d.cause for d in report.diagnoses]
    assert [r.check_id for r in clean.results] == [r.check_id for r in report.results]
    assert [d.url for d in clean.diagnoses] == [d.url for d in report.diagnoses]


def test_who_the_user_is_comes_from_the_environment() -> None:
    anonymizer = Anonymizer()
    env = {
        "USER": "carol",
        "HOME": "/srv/carol",
        "HOSTNAME": "buildbox7",
        "AWS_PROFILE": "acme-live",
        "HTTPS_PROXY": "http://dave:x@gate:3128",
    }
    learn_settings(anonymizer, Settings(env=env, error_text="lookup vault.acme: no such host"))

    clean = anonymizer.clean("carol /srv/carol/x buildbox7 acme-live dave gate vault.acme")

    assert not any(name in clean for name in ("carol", "buildbox7", "acme", "dave", "gate"))


def test_other_repositories_have_names_too() -> None:
    anonymizer = Anonymizer()
    learn_observations(anonymizer, [None, Repositories(names=("payments/ledger",), complete=True)])

    assert "payments" not in anonymizer.clean("did you mean payments/ledger?")


def test_the_report_says_what_it_does_not_say() -> None:
    report = replace(samples.healthy(), environment=(Evidence("a", "[redacted] [redacted]"),))
    anonymizer = Anonymizer()
    anonymizer.clean("123456789012")

    counted = count_redactions(report, anonymizer)

    assert counted.redactions == (Redaction("secret", 2), Redaction("AWS account id", 1))
    assert counted.environment == report.environment


def test_where_nothing_is_left_out_nothing_is_said() -> None:
    report = replace(samples.healthy(), environment=())

    assert count_redactions(report) == report
