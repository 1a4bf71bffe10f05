from __future__ import annotations

import os
import pwd

import pytest

from ecr_doctor.probes.user_home import homes

ROOT = pwd.getpwuid(0)


@pytest.mark.parametrize(
    ("env", "path", "whose"),
    [
        ({"HOME": "/home/x"}, "/home/x", "HOME"),
        ({"HOME": "/data/x", "SUDO_USER": "ann"}, "/data/ann", "user ann (SUDO_USER)"),
        ({"HOME": "/data/x", "SUDO_USER": "ann"}, "/home/ann", "user ann (SUDO_USER)"),
        ({"SUDO_USER": ROOT.pw_name}, ROOT.pw_dir, f"user {ROOT.pw_name} (SUDO_USER)"),
        ({"DOAS_USER": ROOT.pw_name}, ROOT.pw_dir, f"user {ROOT.pw_name} (DOAS_USER)"),
        ({"PKEXEC_UID": "0"}, ROOT.pw_dir, f"user {ROOT.pw_name} (PKEXEC_UID)"),
    ],
)
def test_whose_homes_are_looked_into(env: dict[str, str], path: str, whose: str) -> None:
    assert (path, whose) in [(home.path, home.whose) for home in homes(env)]


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": "relative", "SUDO_USER": "../../etc"},
        {"PKEXEC_UID": "99999999999999"},
        {"PKEXEC_UID": "x"},
    ],
)
def test_odd_values_do_no_harm(env: dict[str, str]) -> None:
    assert all(home.path.startswith("/") for home in homes(env))
    assert not any("etc" in home.path for home in homes(env))


def test_each_home_once_and_strangers_marked() -> None:
    found = homes({"HOME": f"{ROOT.pw_dir}/"})

    assert len({os.path.normpath(home.path) for home in found}) == len(found)
