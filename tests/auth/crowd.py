"""Many real processes of the helper that want tokens at the same moment."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

ACCOUNTS = tuple(f"{n}23456789012" for n in range(1, 6))
KEY_OF_FILE = "AKIAFILE"
KEY_OF_ROLE = "ASIA"
"""With which every access key id begins that AssumeRole gives."""

CONFIG = """\
[profile role]
role_arn = arn:aws:iam::123456789012:role/puller
source_profile = file
region = us-east-1
"""
CREDENTIALS = f"[file]\naws_access_key_id = {KEY_OF_FILE}\naws_secret_access_key = f\n"


@dataclass(frozen=True)
class Wish:
    """What one `get` asks for: a registry, as somebody."""

    account: str
    env: tuple[tuple[str, str], ...]
    key: str
    """With which the access key id begins that its token must have been fetched with."""

    @property
    def host(self) -> str:
        """The registry."""
        return f"{self.account}.dkr.ecr.us-east-1.amazonaws.com"


@dataclass(frozen=True)
class Told:
    """What one `get` said."""

    wish: Wish
    code: int
    out: str
    err: str

    @property
    def secret(self) -> str:
        """The password for docker."""
        return str(json.loads(self.out)["Secret"])

    @property
    def payload(self) -> list[str]:
        """Access key id, account and time of the token, as the API has put them into it."""
        fields = json.loads(base64.b64decode(self.secret))
        return str(fields["payload"]).split()


def wishes(helper: Helper, aws: FakeAws, number: int) -> list[Wish]:
    """So many wishes, in turns over five registries and three kinds of identities.

    A static key of the environment, one of a profile, and a role, which has another access key
    whenever it is assumed.
    """
    (helper.home / ".aws").mkdir()
    (helper.home / ".aws/config").write_text(CONFIG)
    (helper.home / ".aws/credentials").write_text(CREDENTIALS)
    own = next(iter(aws.keys))
    aws.keys[KEY_OF_FILE] = "f"
    identities: list[tuple[tuple[tuple[str, str], ...], str]] = [((), own)]
    identities += [
        ((("AWS_ACCESS_KEY_ID", ""), ("AWS_PROFILE", profile)), key)
        for profile, key in (("file", KEY_OF_FILE), ("role", KEY_OF_ROLE))
    ]
    pairs = [Wish(account, env, key) for env, key in identities for account in ACCOUNTS]
    return [pairs[n % len(pairs)] for n in range(number)]


def ask_at_once(helper: Helper, wanted: list[Wish]) -> list[Told]:
    """Start all, let them go together, wait for all."""
    processes = [helper.start(**dict(wish.env)) for wish in wanted]
    try:
        feed(processes, [wish.host for wish in wanted])
        ends = [(process.communicate(timeout=300), process.returncode) for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [Told(wish, code, *texts) for wish, (texts, code) in zip(wanted, ends, strict=True)]


def feed(processes: list[subprocess.Popen[str]], hosts: list[str]) -> None:
    """Give each process its host."""
    for process, host in zip(processes, hosts, strict=True):
        assert process.stdin is not None
        process.stdin.write(host)
        process.stdin.close()
        process.stdin = None
