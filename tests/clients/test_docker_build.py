"""What a classic `docker build` sends: each row was measured with the real client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients.docker_build import resolve
from ecr_doctor.clients.docker_manifest import resolve as resolve_manifest
from ecr_doctor.clients.resolution import Outcome, SourceKind

FILE = auth("u-file", "p-file")
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def user(machine: PaperMachine, version: str = "28.2.2") -> str | None:
    found = resolve(machine, HOST, version=version)
    return found.login.user if found.outcome is Outcome.CREDENTIAL else None


@pytest.mark.parametrize("key", [HOST, f"https://{HOST}", f"{HOST}/", f"{HOST}/team/app"])
def test_helpers_keys_match_by_their_host(key: str) -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {key: "x"}}}, {"x": "ok"})

    assert user(machine) == "u-helper"
    assert machine.asked == [("x", key)]


@pytest.mark.parametrize(
    ("version", "sent"), [("20.10.24", None), ("23.0.0", "u-file"), ("28.2.2", "u-file")]
)
def test_another_registrys_broken_helper(version: str, sent: str | None) -> None:
    config = {"credHelpers": {EU: "gone"}, "auths": {HOST: FILE}}

    assert user(PaperMachine({CONFIG: config}), version) == sent


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("ok", "u-helper"), ("notfound", None), ("error", None), ("missing", None)],
)
def test_the_store_lists_what_it_has(kind: str, sent: str | None) -> None:
    config = {"credsStore": "s", "auths": {HOST: FILE}}
    machine = PaperMachine({CONFIG: config}, {"s": kind})

    assert user(machine) == sent
    assert machine.asked[0] == ("s", "list")


def test_a_store_that_fails_loses_the_helpers_too() -> None:
    config = {"credsStore": "s", "credHelpers": {HOST: "x"}}

    assert user(PaperMachine({CONFIG: config}, {"s": "error", "x": "ok"})) is None


def test_a_store_that_does_not_list_the_host() -> None:
    machine = PaperMachine({CONFIG: {"credsStore": "s"}}, {"s": "ok"}, lists={"s": {EU: "AWS"}})

    assert user(machine) is None


def test_a_switched_off_helper_leaves_the_stored_login() -> None:
    config: dict[str, Any] = {"credHelpers": {HOST: ""}, "credsStore": "s", "auths": {HOST: FILE}}
    machine = PaperMachine({CONFIG: config}, {"s": "ok"}, lists={"s": {}})

    assert user(machine) == "u-file"


def test_a_switched_off_helper_hides_what_the_store_has() -> None:
    config = {"credHelpers": {HOST: ""}, "credsStore": "s"}

    assert user(PaperMachine({CONFIG: config}, {"s": "ok"})) is None


def test_offline_it_depends() -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}}}, offline=True)

    assert resolve(machine, HOST).outcome is Outcome.DEPENDS


def test_manifest_inspect_searches_as_pull_does() -> None:
    config = {"credHelpers": {f"https://{HOST}": "x"}, "auths": {HOST: FILE}}
    found = resolve_manifest(PaperMachine({CONFIG: config}, {"x": "ok"}), HOST)

    assert (found.client, found.login.user) == ("docker-manifest", "u-file")


@pytest.mark.parametrize(("version", "sent"), [("28.2.2", None), ("28.5.2", "u-helper")])
def test_beside_the_variable_a_store_may_fail(version: str, sent: str | None) -> None:
    config = {"credsStore": "s", "credHelpers": {HOST: "x"}}
    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": '{"auths": {}}'}

    assert user(PaperMachine({CONFIG: config}, {"s": "error", "x": "ok"}, env=env), version) == sent


def test_a_broken_variable_saves_nothing() -> None:
    config = {"credsStore": "s", "credHelpers": {HOST: "x"}}
    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": "{"}

    assert (
        user(PaperMachine({CONFIG: config}, {"s": "error", "x": "ok"}, env=env), "28.5.2") is None
    )


def test_the_variable_keeps_a_helper_of_its_key_from_being_asked() -> None:
    value = json.dumps({"auths": {HOST: auth("u-variable", "p")}})
    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": value}
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}}}, {"x": "ok"}, env=env)

    assert user(machine, "28.5.2") == "u-variable"
    assert machine.asked == []


@pytest.mark.parametrize(
    ("config", "helpers", "where", "says"),
    [
        ({"auths": {}}, {}, SourceKind.AUTHS, f"has nothing for {HOST}"),
        ({"auths": {HOST: {}}}, {}, SourceKind.AUTHS, "an entry without user and password"),
        ({"credsStore": "s"}, {"s": "ok"}, SourceKind.STORE, f"has nothing for {HOST}"),
        ({"credHelpers": {EU: "x"}}, {"x": "ok"}, SourceKind.AUTHS, f"has nothing for {HOST}"),
        ({"credHelpers": {HOST: "x"}}, {"x": "notfound"}, SourceKind.HELPER, "not-found"),
    ],
)
def test_why_nothing_is_sent(
    config: dict[str, Any], helpers: dict[str, str], where: SourceKind, says: str
) -> None:
    found = resolve(PaperMachine({CONFIG: config}, helpers, lists={"s": {EU: "AWS"}}), HOST)

    assert found.outcome is Outcome.ANONYMOUS
    assert (found.lookups[-1].source.kind, found.lookups[-1].result) == (where, says)
