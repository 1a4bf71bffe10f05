from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients.masked import offline
from ecr_doctor.clients.resolution import Event, Outcome
from ecr_doctor.clients.which import NAMES, Client, explain, resolve

if TYPE_CHECKING:
    from ecr_doctor.clients.resolution import Resolution, Source

FILE = auth("u-file", "p-file")
RUN = "/run/containers/1000/auth.json"
OWN = f"{HOME}/.config/containers/auth.json"
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
PROGRAMS = [name for name in NAMES if name != "kubelet"]


def looked(machine: PaperMachine, client: str, version: str = "", flag: str = "") -> Resolution:
    return explain(Client(client, version, flag), machine, HOST, "team/app")


def places(found: Resolution) -> list[str]:
    return [_short(source) for source in found.shadowed]


def _short(source: Source) -> str:
    return f"{source.kind}:{source.helper or source.key.replace(HOST, 'H')}"


@pytest.mark.parametrize("client", PROGRAMS)
def test_every_client_finds_a_plain_login_and_says_where(client: str) -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: auth("AWS", "secret-token")}}})
    found = resolve(Client(client), machine, HOST, "team/app")

    assert (found.client, found.login.user, found.login.source.path) == (client, "AWS", CONFIG)
    assert found.login.source.key == HOST
    assert "secret-token" not in repr(found)


@pytest.mark.parametrize("client", NAMES)
def test_no_client_finds_what_is_not_there(client: str) -> None:
    found = explain(Client(client), PaperMachine(), HOST, "team/app")

    assert (found.outcome, found.login.user) == ("anonymous", "")
    assert (found.shadowed, found.fallbacks) == ((), ())


def test_an_unknown_client() -> None:
    with pytest.raises(KeyError):
        resolve(Client("no-such-client"), PaperMachine(), HOST, "team/app")


EVERYTHING: dict[str, Any] = {
    "credsStore": "st",
    "credHelpers": {HOST: "x", EU: "y"},
    "auths": {HOST: FILE, f"https://{HOST}/v1/": auth("u-v1", "p")},
}


@pytest.mark.parametrize(
    ("client", "wins", "hides"),
    [
        ("docker", "helper:x", ["store:st", "auths:H", "auths:https://H/v1/"]),
        ("docker-manifest", "helper:x", ["store:st", "auths:H", "auths:https://H/v1/"]),
        ("docker-build", "helper:x", ["store:st", "auths:H", "auths:https://H/v1/"]),
        ("docker-py", "helper:x", ["store:st", "auths:H", "auths:https://H/v1/"]),
        ("skopeo", "helper:x", ["auths:H", "auths:https://H/v1/"]),
        ("podman", "helper:x", ["auths:H", "auths:https://H/v1/"]),
        ("buildah", "helper:x", ["auths:H", "auths:https://H/v1/"]),
        ("oras", "helper:x", ["store:st", "auths:H", "auths:https://H/v1/"]),
        ("crane", "store:st", ["helper:x", "auths:H", "auths:https://H/v1/"]),
    ],
)
def test_what_the_winner_hides(client: str, wins: str, hides: list[str]) -> None:
    machine = PaperMachine({CONFIG: EVERYTHING}, {"x": "ok", "y": "ok", "st": "ok"}, offline=True)
    found = looked(machine, client)

    assert (found.outcome, _short(found.login.source)) == (Outcome.DEPENDS, wins)
    assert places(found) == hides


def test_the_variable_hides_all_of_the_file() -> None:
    value = '{"auths": {"%s": {"auth": "%s"}}}' % (HOST, FILE["auth"])  # noqa: UP031
    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": value}
    machine = PaperMachine({CONFIG: EVERYTHING}, {"x": "ok", "st": "ok"}, env=env)

    assert places(looked(machine, "docker", "28.5.2")) == [
        "helper:x", "store:st", "auths:H", "auths:https://H/v1/",
    ]  # fmt: skip
    assert machine.asked == []


def test_a_file_that_a_variable_keeps_from_being_read() -> None:
    files = {"/other/config.json": {"auths": {HOST: FILE}}, CONFIG: {"auths": {HOST: FILE}}}
    found = looked(PaperMachine(files, env={"HOME": HOME, "DOCKER_CONFIG": "/other"}), "docker")

    assert found.login.source.path == "/other/config.json"
    assert [source.path for source in found.shadowed] == [CONFIG]


def test_files_after_the_one_that_wins() -> None:
    files = {path: {"auths": {HOST: FILE}} for path in (RUN, OWN, CONFIG)}
    found = looked(PaperMachine(files), "podman")

    assert [source.path for source in found.shadowed] == [OWN, CONFIG]


def test_files_after_the_one_that_is_named() -> None:
    files = {path: {"auths": {HOST: FILE}} for path in (RUN, "/af.json")}
    found = looked(PaperMachine(files), "skopeo", "1.22.0", "/af.json")

    assert found.login.source.path == "/af.json"
    assert [source.path for source in found.shadowed] == [RUN]


def test_a_helper_that_was_asked_in_vain_hides_nothing_and_is_not_hidden() -> None:
    config = {"credHelpers": {HOST: "x"}, "auths": {HOST: FILE}}
    found = looked(PaperMachine({CONFIG: config}, {"x": "error"}), "docker")

    assert (found.login.user, found.fell_back, places(found)) == ("u-file", True, [])


def test_random_choices_are_not_hidden_by_each_other() -> None:
    auths = {f"https://{HOST}": FILE, f"https://{HOST}/v2/": auth("u-v2", "p")}
    found = looked(PaperMachine({CONFIG: {"auths": auths}}), "docker")

    assert (found.random, places(found)) == (True, [])


def test_hiding_the_last_entry_wakes_no_default_store() -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: FILE}}}, {"pass": "ok"}, ("pass",))

    assert places(looked(machine, "docker")) == []


def test_the_default_store_has_no_file() -> None:
    found = looked(PaperMachine({}, {"pass": "ok"}, ("pass",)), "docker")

    assert (found.login.source.path, found.login.source.helper) == ("", "pass")


@pytest.mark.parametrize(
    ("client", "not_found", "failure"),
    [
        ("docker", None, "u-file"),
        ("docker-py", "u-file", "error"),
        ("skopeo", None, "error"),
        ("oras", None, "error"),
        ("crane", None, "error"),
        ("docker-build", None, "u-file"),
    ],
)
def test_what_happens_when_the_helper_fails(
    client: str, not_found: str | None, failure: str
) -> None:
    config = {"credHelpers": {HOST: "x"}, "auths": {HOST: FILE}}
    machine = PaperMachine({CONFIG: config}, {"x": "ok"}, offline=True)
    after = {then.event: then for then in looked(machine, client).fallbacks}

    assert (after[Event.NOT_FOUND].login.user or None) == not_found
    sent = after[Event.FAILURE]
    assert (sent.login.user if sent.outcome is Outcome.CREDENTIAL else str(sent.outcome)) == failure
    assert after[Event.REFUSED].outcome is Outcome.ERROR


def test_offline_a_helper_that_is_not_installed_is_known_to_fail() -> None:
    config = {"credHelpers": {HOST: "gone"}, "auths": {HOST: FILE}}
    machine = offline(PaperMachine({CONFIG: config}))

    assert resolve(Client("docker"), machine, HOST, "team/app").login.user == "u-file"
    assert resolve(Client("oras"), machine, HOST, "team/app").outcome is Outcome.ERROR


def test_offline_a_helper_that_the_system_cannot_execute_is_known_to_fail() -> None:
    class Unable(PaperMachine):
        def can_start(self, name: str) -> bool:
            return not name

    machine = Unable({CONFIG: {"credHelpers": {HOST: "x"}, "auths": {HOST: FILE}}}, {"x": "ok"})
    found = explain(Client("docker"), offline(machine), HOST, "team/app")

    assert (found.login.user, found.fell_back) == ("u-file", True)
    assert "docker-credential-x cannot be started" in found.note


def test_masking_keeps_doubled_keys_and_what_follows_the_object() -> None:
    entries = '"auths": {"%s": {"auth": "%s"}}' % (HOST, FILE["auth"])  # noqa: UP031
    text = f'{{"credHelpers": {{"{HOST}": "x"}}, "credHelpers": {{}}, {entries}}} garbage'
    machine = PaperMachine({CONFIG: text}, {"x": "ok"}, offline=True)

    assert places(looked(machine, "docker")) == ["auths:H"]


def test_docker_build_with_a_store_beside_the_helper() -> None:
    machine = PaperMachine({CONFIG: EVERYTHING}, {"x": "ok", "y": "ok", "st": "ok"}, offline=True)
    after = {then.event: then for then in looked(machine, "docker-build").fallbacks}

    assert after[Event.NOT_FOUND].outcome is Outcome.ANONYMOUS
    assert after[Event.FAILURE].login.source.helper == "st"
