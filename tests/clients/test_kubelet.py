"""kubelet: the node's file, then its credential providers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clients.paper_machine import HOST, PaperMachine, auth
from ecr_doctor.clients.kubelet import resolve
from ecr_doctor.clients.kubelet_url import matches
from ecr_doctor.clients.resolution import Event, Outcome, Resolution

NODE = "/var/lib/kubelet/config.json"
PROVIDERS = "/etc/kubernetes/providers.yaml"
ECR = "*.dkr.ecr.*.amazonaws.com"


def providers(*pairs: tuple[str, str]) -> str:
    listed = [{"name": name, "matchImages": [pattern]} for name, pattern in pairs]
    return json.dumps({"kind": "CredentialProviderConfig", "providers": listed})


def look(files: dict[str, Any], provided: dict[str, Any] | None = None, **more: Any) -> Resolution:
    machine = PaperMachine(files, provided=provided or {}, **more)
    return resolve(machine, HOST, "team/app", auth_file=PROVIDERS if PROVIDERS in files else "")


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        (HOST, True),
        (f"{HOST}/team", True),
        (f"{HOST}/tea", True),  # a prefix of the text, not of the path's parts
        (f"{HOST}/team/other", False),
        (f"https://{HOST}", True),
        (f"https://{HOST}/v2/", True),
        (f"https://{HOST}/v1/team/app", True),
        (f"{HOST}/", True),
        (f"{HOST}:443", False),
        (ECR, True),
        ("*.amazonaws.com", False),
        ("*.*.*.*.com", False),
        ("*.*.*.*.*.com", True),
        ("*.*.*.*.*.*", True),
        ("1234*.dkr.ecr.us-east-?.amazonaws.com", False),  # a URL's query begins there
        (HOST.upper(), False),
        ("[", False),
    ],
)
def test_patterns(pattern: str, *, fits: bool) -> None:
    assert matches(pattern, f"{HOST}/team/app") is fits


def test_the_nodes_file_comes_before_the_providers() -> None:
    files = {
        NODE: {"auths": {HOST: auth("u-node", "p"), ECR: auth("u-glob", "p")}},
        PROVIDERS: providers(("ecr", ECR), ("gcr", "*.gcr.io")),
    }
    found = look(files, {"ecr": {ECR: {"username": "AWS", "password": "t"}}})

    assert (found.outcome, found.login.user) == (Outcome.CREDENTIAL, "u-node")
    assert [source.key or source.helper for source in found.shadowed] == [ECR, ECR]
    assert [(f.event, f.login.user) for f in found.fallbacks] == [(Event.REFUSED, "u-glob")]


def test_a_provider_is_asked_for_the_image() -> None:
    machine = PaperMachine(
        {PROVIDERS: providers(("ecr", ECR))}, provided={"ecr": {HOST: {"username": "AWS"}}}
    )
    found = resolve(machine, HOST, "team/app", auth_file=PROVIDERS)

    assert machine.asked == [("ecr", f"{HOST}/team/app")]
    assert (found.login.user, found.login.source.helper) == ("AWS", "ecr")


def test_offline_it_depends() -> None:
    found = look({PROVIDERS: providers(("ecr", ECR))}, offline=True)

    assert found.outcome is Outcome.DEPENDS
    assert [(f.event, f.outcome) for f in found.fallbacks] == [
        (Event.FAILURE, Outcome.ANONYMOUS),
        (Event.REFUSED, Outcome.ERROR),
    ]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({PROVIDERS: "["}, "no YAML"),
        ({PROVIDERS: "kind: Pod"}, "no CredentialProviderConfig"),
        ({PROVIDERS: providers(("ecr", "*.gcr.io"))}, "no provider has a pattern"),
        ({PROVIDERS: providers(("gone", ECR))}, "not found in $PATH"),
        ({NODE: "{"}, "passed over"),
        ({NODE: {"auths": {HOST: {"auth": "!!!"}}}}, "not base64"),
        ({NODE: {"auths": {HOST: {"auth": "bm9jb2xvbg=="}}}}, "not user:password"),
        ({NODE: {"auths": {HOST: 1}}}, "wrong type"),
        ({NODE: {"credHelpers": {HOST: "x"}}}, "has nothing for the image"),
    ],
)
def test_what_does_not_work_is_said(files: dict[str, Any], says: str) -> None:
    found = look(files)

    assert found.outcome is Outcome.ANONYMOUS
    assert any(says in step.result for step in found.lookups), found.lookups


def test_the_first_file_that_can_be_read_is_the_only_one() -> None:
    files = {NODE: "{", "/.docker/config.json": {"auths": {HOST: auth("u-root", "p")}}}

    assert look(files).login.user == "u-root"
    assert look({**files, "/config.json": {}}).outcome is Outcome.ANONYMOUS


def test_user_and_password_without_auth_and_base64_without_padding() -> None:
    plain = {"username": "u", "password": "p"}
    bare = {"auth": auth("u", "pass")["auth"].rstrip("=")}

    assert look({NODE: {"auths": {HOST: plain}}}).login.user == "u"
    assert look({NODE: {"auths": {HOST: bare}}}).login.secret.reveal() == "pass"
    assert look({"/var/lib/kubelet/.dockercfg": {HOST: plain}}).login.user == "u"
