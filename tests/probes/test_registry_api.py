from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.model import ConnectTo, parse_target
from ecr_doctor.probes import registry_api
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.probes.http import HttpProblem, RawAnswer
from ecr_doctor.probes.registry_api import (
    BestLoginProbe,
    LoginProbe,
    Whose,
    read_challenge,
    registry_answer,
    registry_peer,
)
from ecr_doctor.redact import Secret
from ecr_doctor.testing import NOON
from probes.network_machine import AUTHORITY, LOOPBACK, Reply, Site, serving, stage, trusting
from probes.registry_site import API, Cloud, basic, docker_has, running

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC = "public.ecr.aws"
DENIED = (
    b'{"message": "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: '
    b'ecr:BatchGetImage on resource: *"}'
)


def fetched(password: str) -> dict[Any, Any]:
    token = AuthorizationToken(user="AWS", secret=Secret(password), expires=NOON)
    return {EcrTokenProbe(): EcrToken(token=token)}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)


@pytest.mark.parametrize(
    ("header", "scheme", "parameters"),
    [
        ('Basic realm="https://h/",service="ecr.amazonaws.com"', "basic",
         {"realm": "https://h/", "service": "ecr.amazonaws.com"}),
        ('Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"',
         "bearer", {"realm": "https://public.ecr.aws/token/", "service": "public.ecr.aws",
                    "scope": "aws"}),
        ("", "", {}),
    ],
)  # fmt: skip
def test_challenges(header: str, scheme: str, parameters: dict[str, str]) -> None:
    assert read_challenge(header) == (scheme, parameters)


@pytest.mark.parametrize(
    ("raw", "ok", "foreign"),
    [
        (RawAnswer(status=200, headers=API), True, False),
        (RawAnswer(status=200, headers={"content-type": "text/html"}), False, True),
        (RawAnswer(status=200, body=b" <!DOCTYPE html>"), False, True),
        (RawAnswer(status=403, body=b"<html>blocked"), False, True),
        (RawAnswer(status=503, body=b"<html>busy"), False, False),
        (RawAnswer(status=302, headers={"location": "https://portal.example/?q=1"}), False, True),
        (RawAnswer(status=200, problem=HttpProblem.STALLED), False, False),
        (RawAnswer(status=401, body=b"Not Authorized"), False, False),
        (RawAnswer(status=403, body=b"Access Denied"), False, True),
        (RawAnswer(status=403, body=b"Access Denied", headers=API), False, False),
        (RawAnswer(status=403, body=b'{"error": "blocked"}'), False, True),
        (RawAnswer(status=403, body=b'{"message": "blocked"}'), False, True),
        (RawAnswer(status=403, body=b'{"errors": [{"code": "DENIED"}]}'), False, False),
        (RawAnswer(status=403, body=DENIED), False, False),
        (RawAnswer(status=400, body=b'{"__type": "X"}'), False, False),
        (RawAnswer(status=403, body=b"<Error><Code>AccessDenied</Code></Error>"), False, False),
        (RawAnswer(status=403), False, False),
        (RawAnswer(status=500, body=b"oops"), False, False),
        (RawAnswer(status=511), False, True),
    ],
)
def test_who_answers(raw: RawAnswer, *, ok: bool, foreign: bool) -> None:
    headers = {name.lower(): value for name, value in raw.headers.items()}
    raw = RawAnswer(status=raw.status, headers=headers, body=raw.body, problem=raw.problem)

    answer = registry_answer(stage(), raw)

    assert (answer.ok, answer.is_foreign) == (ok, foreign)


def test_only_the_host_of_a_redirect_is_kept() -> None:
    headers = {"location": "https://bucket.example/x?X-Amz-Signature=s3cret"}

    answer = registry_answer(stage(), RawAnswer(status=307, headers=headers))

    assert answer.redirect_host == "bucket.example"
    assert "s3cret" not in repr(answer)


@pytest.mark.parametrize(
    ("image", "peer"),
    [
        ("r.example/a", ("r.example", 443)),
        ("r.example:443/a", ("r.example", 443)),
        ("r.example:5000/a", ("r.example", 5000)),
    ],
)
def test_host_and_port(image: str, peer: tuple[str, int]) -> None:
    assert registry_peer(parse_target(image)) == peer


@pytest.mark.parametrize(
    ("password", "user", "status"), [("good", "AWS", 200), ("bad", "AWS", 401), ("good", "me", 401)]
)
def test_dockers_credential(password: str, user: str, status: int) -> None:
    with running(Cloud()) as cloud:
        login = cloud.stage(docker_has(password, user)).observe(LoginProbe(Whose.DOCKER))

    assert login.answer.status == status
    assert login.accepted is (status == 200)
    assert login.user == user
    assert cloud.registry.paths == ["/v2/"]
    assert basic(password, user) not in repr(login)


def test_docker_has_none() -> None:
    with pytest.raises(ProbeError, match="docker has no credential"):
        Cloud().stage(docker_has(None)).observe(LoginProbe(Whose.DOCKER))


@pytest.mark.parametrize(
    ("docker", "aws", "best"),
    [
        (docker_has("good"), {}, Whose.DOCKER),
        (docker_has("old"), fetched("good"), Whose.FETCHED),
        (docker_has(None), fetched("good"), Whose.FETCHED),
    ],
)
def test_the_best_login(docker: dict[Any, Any], aws: dict[Any, Any], best: Whose) -> None:
    with running(Cloud()) as cloud:
        assert cloud.stage({**docker, **aws}).observe(BestLoginProbe()).whose is best


def test_no_login_is_accepted() -> None:
    with (
        running(Cloud()) as cloud,
        pytest.raises(ProbeError, match="401 Not Authorized"),
    ):
        cloud.stage({**docker_has("old"), **fetched("bad")}).observe(BestLoginProbe())


class PublicSite(Site):
    """ECR Public: a token for everybody, and one for those who log in."""

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        said = headers.get("authorization", "")
        if path.startswith("/token/"):
            stale = said and said != basic("good")
            return Reply(403, b"Not Authorized") if stale else Reply(200, b'{"token":"t0ken-abc"}')
        if said == "Bearer t0ken-abc":
            return Reply(200, b"{}", API)
        realm = f'Bearer realm="https://{PUBLIC}/token/",service="{PUBLIC}",scope="aws"'
        return Reply(401, b'{"errors":[{"code":"DENIED"}]}', {"Www-Authenticate": realm})


@pytest.mark.parametrize(
    ("docker", "whose", "accepted"),
    [
        (docker_has(None), Whose.NONE, True),
        (docker_has("good"), Whose.DOCKER, True),
        (docker_has("old"), Whose.DOCKER, False),
    ],
)
def test_the_public_registry(docker: dict[Any, Any], whose: Whose, *, accepted: bool) -> None:
    with serving(PublicSite(), PUBLIC) as site:
        scene = stage(
            ConnectTo(PUBLIC, LOOPBACK, site.port),
            given=docker,
            target=parse_target(f"{PUBLIC}/nginx/nginx:latest"),
        )
        login = scene.observe(LoginProbe(whose))

    assert login.accepted is accepted
    assert login.at_token_server is not accepted
    assert "/token/?service=public.ecr.aws&scope=aws" in site.paths


class Thief(Site):
    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        realm = 'Bearer realm="https://thief.example/token"'
        return Reply(401, b"", {"Www-Authenticate": realm})


def test_a_login_is_not_sent_wherever_the_challenge_says() -> None:
    with running(Cloud(registry=Thief())) as cloud, pytest.raises(ProbeError, match="another host"):
        cloud.stage().observe(LoginProbe(Whose.DOCKER))


def test_reads_a_compressed_answer_as_go_does(monkeypatch: pytest.MonkeyPatch) -> None:
    body = gzip.compress(b'{"errors":[{"code":"DENIED","message":"no"}]}' + b" " * (4 << 20))
    packed = RawAnswer(status=403, body=body, headers={"content-encoding": "gzip"})
    monkeypatch.setattr(registry_api, "exchange", lambda *_: packed)

    raw = registry_api.ask(stage(), "/v2/", None, most=4096)

    assert registry_answer(stage(), raw).code == "DENIED"
    assert len(raw.body) <= 4096
