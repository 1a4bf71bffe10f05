"""Rows of a credential helper that asks AWS, in the laboratory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench import table
from bench.place import aws, go_helper
from lab import names, state
from lab.servers.metadata import INSTANCE

if TYPE_CHECKING:
    from bench.stage import Stage
    from bench.table import Row

_DELAY = 0.02
"""Seconds that ECR's API takes where its distance matters."""
_SILENT_ROUNDS = 2
_CHANGING_KEYS = 2000
_KEY = "ASIALABCHANGING{:05}"
_NEXT_KEY = """#!/bin/sh
number=$(($(cat /home/dev/number) + 1))
echo $number > /home/dev/number
printf '{"Version": 1, "AccessKeyId": "ASIALABCHANGING%05d", "SecretAccessKey": "SECRET",' $number
echo '"SessionToken": "TOKEN", "Expiration": "2040-01-01T00:00:00Z"}'
"""


def fetched(stage: Stage) -> list[Row]:
    """Compare a `get` with nothing in the cache."""
    stage.reset()
    cold = [stage.without_token]
    ours, go = (stage.get(program, cold) for program in (stage.project.helper, go_helper()))
    cli = stage.job((aws(), "ecr", "get-login-password"), holds="ey")
    one, two, three = stage.measure([ours, go, cli])
    return [
        table.versus("get, fetched over TLS : aws", one, three, 0.6),
        table.versus("get, fetched over TLS : Go helper", one, two),
        table.memory("get, fetched: peak memory : aws", one, three),
    ]


def changing_keys(stage: Stage) -> list[Row]:
    """Compare the second `get` of one whose keys change at each call, as a role's do."""
    stage.reset(http=[{"host": names.API_HOST, "delay": _DELAY}])
    _change_keys(stage)
    jobs = [stage.get(program) for program in (stage.project.helper, go_helper())]
    for job in jobs:
        stage.once(job)
    ours, go = (stage.requests_of(job) for job in jobs)
    one, two = stage.measure(jobs)
    return [
        table.count("get again, changing keys: requests : Go helper", ours, go, 0),
        table.versus("get again, changing keys : Go helper", one, two, 0.5),
    ]


def silent_metadata(stage: Stage) -> list[Row]:
    """Compare a `get` without credentials where the metadata service never answers."""
    stage.reset(metadata="hangs")
    stage.lab.add_address(INSTANCE)
    (stage.lab.user.path / ".aws/credentials").unlink()
    ours = stage.get(stage.project.helper, code=1, holds="metadata")
    go = stage.get(go_helper(), code=1, holds="not found")
    one, two = stage.measure([ours, go], _SILENT_ROUNDS, 0)
    return [
        table.versus("get, metadata service silent : Go helper", one, two),
        table.within("get, metadata service silent, naming it", one.median, 1.5),
    ]


TOPICS = {
    "get, fetched over TLS": fetched,
    "get again, changing keys": changing_keys,
    "get, metadata service silent": silent_metadata,
}


def _change_keys(stage: Stage) -> None:
    """Give the user a `credential_process` with a new key at each call, all known to AWS."""
    key = {**state.default()["keys"][state.SESSION_KEY_ID]}
    stage.lab.state["keys"] |= {_KEY.format(n): key for n in range(_CHANGING_KEYS)}
    stage.lab.save()
    secrets = {"SECRET": state.SESSION_SECRET_KEY, "TOKEN": state.SESSION_TOKEN}
    script = _NEXT_KEY
    for name, value in secrets.items():
        script = script.replace(f'"{name}"', json.dumps(value))
    program = stage.lab.install("next-key", script)
    user = stage.lab.user
    user.write("number", "0")
    user.write(
        ".aws/config", f"[default]\nregion = {names.REGION}\ncredential_process = {program}\n"
    )
    (user.path / ".aws/credentials").unlink()
