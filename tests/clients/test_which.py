from __future__ import annotations

import pytest

from clients.paper_machine import CONFIG, HOST, PaperMachine, auth
from ecr_doctor.clients.which import NAMES, Client, resolve


@pytest.mark.parametrize("client", NAMES)
def test_every_client_finds_a_plain_login_and_says_where(client: str) -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: auth("AWS", "secret-token")}}})
    found = resolve(Client(client), machine, HOST, "team/app")

    assert (found.client, found.login.user, found.login.source.path) == (client, "AWS", CONFIG)
    assert found.login.source.key == HOST
    assert "secret-token" not in repr(found)


@pytest.mark.parametrize("client", NAMES)
def test_no_client_finds_what_is_not_there(client: str) -> None:
    found = resolve(Client(client), PaperMachine(), HOST, "team/app")

    assert (found.outcome, found.login.user) == ("anonymous", "")


def test_an_unknown_client() -> None:
    with pytest.raises(KeyError):
        resolve(Client("no-such-client"), PaperMachine(), HOST, "team/app")
