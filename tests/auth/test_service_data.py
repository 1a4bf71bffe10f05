from __future__ import annotations

import os

import pytest
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

from ecr_doctor.auth.session import AwsSession
from ecr_doctor.model import Settings


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> AwsSession:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return AwsSession(Settings(env=dict(os.environ)))


@pytest.mark.parametrize("service", ["ecr", "ecr-public", "iam", "sts", "sso", "sso-oidc"])
def test_a_client_is_made_without_a_walk_through_all_services(
    session: AwsSession, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    walks: list[str] = []
    monkeypatch.setattr(Loader, "list_available_services", lambda _, name: walks.append(name))

    assert session.client(service, "us-east-1").meta.service_model.service_name == service
    assert walks == []


def test_a_service_that_does_not_exist(session: AwsSession) -> None:
    with pytest.raises(DataNotFoundError, match="no-such-service"):
        session.client("no-such-service", "us-east-1")
