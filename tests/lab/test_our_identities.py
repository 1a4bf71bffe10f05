"""One docker, two accounts: each registry is pulled from with the identity of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.examination import TOOL
from lab.test_our_helper import use_ours

if TYPE_CHECKING:
    from lab.world import Lab

THEIRS = f"{names.OTHER_ACCOUNT_HOST}/shared/app:latest"
TABLE = ".config/ecr-doctor/ecr-doctor.toml"


def prepare(lab: Lab) -> None:
    use_ours(lab, names.HOST, names.OTHER_ACCOUNT_HOST)
    partner = (
        f"[partner]\naws_access_key_id = {state.OTHER_KEY_ID}\n"
        f"aws_secret_access_key = {state.OTHER_SECRET_KEY}\n"
    )
    credentials = lab.user.path / ".aws/credentials"
    lab.user.write(".aws/credentials", credentials.read_text(encoding="utf-8") + partner)


def test_a_profile_for_another_account(lab: Lab) -> None:
    prepare(lab)
    assert lab.pull(THEIRS).returncode != 0

    lab.user.write(TABLE, f'[registries.{names.OTHER_ACCOUNT}]\nprofile = "partner"\n')

    both = [lab.pull(THEIRS), lab.pull()]
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]


def test_a_role_for_a_registry_and_what_the_diagnosis_says_of_it(lab: Lab) -> None:
    prepare(lab)
    lab.state["principals"][state.USER_ARN]["policies"] = []
    lab.save()
    assert lab.pull().returncode != 0

    lab.user.write(TABLE, f'[registries."{names.HOST}"]\nrole_arn = "{state.ROLE_ARN}"\n')

    assert lab.pull().returncode == 0
    done = lab.run([*TOOL, "run", "--format", "json", names.IMAGE])
    assert done.returncode == 0, done.stdout
    assert "assumed-role/lab-puller/ecr-doctor" in done.stdout
