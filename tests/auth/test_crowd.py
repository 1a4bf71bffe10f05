"""Hundreds of `get` at once, of several identities and registries, whatever the cache is like."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from auth.crowd import ACCOUNTS, KEY_OF_ROLE, Told, ask_at_once, wishes
from auth.small_disk import can_mount, small_disk
from ecr_doctor.auth import cached

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

PAIRS = 3 * len(ACCOUNTS)
ALL = pytest.param(200, marks=pytest.mark.lab)
"""As many real processes take two processors half a minute: the laboratory's runs have the time."""


GIVING_WAY = ("nice", "-n", "19")
"""So that AWS, which is this very process here, can answer all who ask for themselves in time."""


def called(aws: FakeAws) -> Counter[str]:
    return Counter(action for _, action, _ in aws.calls)


def assert_served(told: list[Told]) -> None:
    """Everybody has a token, in silence, fetched as who he is and for what he asked."""
    assert Counter((one.code, one.err) for one in told) == {(0, ""): len(told)}
    for one in told:
        key, account, _ = one.payload
        assert key.startswith(one.wish.key)
        assert account == one.wish.account


def assert_each_asked(told: list[Told], aws: FakeAws) -> None:
    """Where nothing can be kept each asks for itself, and no more than that."""
    assert_served(told)
    roles = sum(one.wish.key == KEY_OF_ROLE for one in told)
    assert called(aws) == {"GetAuthorizationToken": len(told), "AssumeRole": roles}


def assert_tidy(folder: Path) -> None:
    """The cache holds them all, and nothing lies beside it."""
    document = json.loads((folder / "cache.json").read_text())
    entries = document["Registries"].values()
    assert len(entries) == PAIRS
    assert all(cached.entry_of(entry, time.time()) for entry in entries)
    assert [path.name for path in folder.iterdir()] == ["cache.json"]


@pytest.mark.parametrize("number", [2 * PAIRS, ALL])
@pytest.mark.parametrize("content", [b"", b'{"Registries": {"us-east-1-'])
def test_one_call_in_all(helper: Helper, aws: FakeAws, number: int, content: bytes) -> None:
    """For each identity and registry, from the cold start on, also over a corrupt file."""
    aws.delay = 0.2
    if content:
        helper.cache.parent.mkdir()
        helper.cache.write_bytes(content)
    wanted = wishes(helper, aws, number)

    told = ask_at_once(helper, wanted)
    told += ask_at_once(helper, wanted[:PAIRS])

    assert_served(told)
    assert called(aws) == {"GetAuthorizationToken": PAIRS, "AssumeRole": len(ACCOUNTS)}
    assert len({one.secret for one in told}) == PAIRS
    assert_tidy(helper.cache.parent)


@pytest.fixture
def closed(helper: Helper) -> Iterator[Path]:
    """A cache folder that may not be written, not even by root, who has no privileges here."""
    folder = helper.cache.parent
    folder.mkdir()
    folder.chmod(0o500)
    unprivileged = ("setpriv", "--bounding-set=-all") if os.geteuid() == 0 else ()
    helper.through = (*GIVING_WAY, *unprivileged)
    yield folder
    folder.chmod(0o700)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
@pytest.mark.parametrize("number", [PAIRS, ALL])
def test_a_closed_folder(helper: Helper, aws: FakeAws, closed: Path, number: int) -> None:
    assert_each_asked(ask_at_once(helper, wishes(helper, aws, number)), aws)

    assert not list(closed.iterdir())


@pytest.mark.skipif(not can_mount(), reason="needs a mount namespace")
@pytest.mark.parametrize(
    ("options", "number"),
    [
        ("size=64k", PAIRS),
        ("size=64k,nr_inodes=2", PAIRS),
        pytest.param("size=64k", 200, marks=pytest.mark.lab),
    ],
)
def test_a_full_disk(helper: Helper, aws: FakeAws, options: str, number: int) -> None:
    """No byte is free, or no name."""
    helper.cache.parent.mkdir()
    with small_disk(helper.cache.parent, options) as disk:
        disk.fill()
        helper.through = (*GIVING_WAY, *disk.through)
        assert_each_asked(ask_at_once(helper, wishes(helper, aws, number)), aws)
        assert [path.name for path in disk.seen.iterdir()] == ["filling"]
