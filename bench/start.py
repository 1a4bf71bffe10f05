"""Rows that need no server: a cached token, the version, an explanation."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import TYPE_CHECKING

from bench import table
from bench.measure import Job
from bench.place import go_helper

if TYPE_CHECKING:
    from pathlib import Path

    from bench.place import Ground
    from bench.table import Row

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
_MD5_OF_NOTHING = bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")
_ERROR = (
    f"Error response from daemon: Head https://{HOST}/v2/team/app/manifests/latest: "
    "no basic auth credentials"
)


def cached(ground: Ground) -> list[Row]:
    """Compare a `get` out of the cache with the least that Python can do."""
    ours, python = ground.agent.measure([_get(ground), _bare(ground)], ground.rounds)
    return [
        table.versus("get, cached : python -c pass", ours, python, 1.5),
        table.memory("get, cached: peak memory : python", ours, python, 16),
    ]


def cached_beside_go(ground: Ground) -> list[Row]:
    """Compare the same with the Go helper on the same file."""
    jobs = [_get(ground), _get(ground, go_helper()), _bare(ground)]
    ours, go, python = ground.agent.measure(jobs, ground.rounds)
    return [
        table.versus("get, cached : Go helper", ours, go, 1.8),
        table.versus("the floor, python -c pass : Go helper", python, go),
        table.memory("get, cached: peak memory : Go helper", ours, go, 16),
    ]


def commands(ground: Ground) -> list[Row]:
    """Compare the commands that are over at once with the least that Python can do."""
    env, program = _home(ground.folder), ground.project.doctor
    version = Job(argv=(program, "--version"), env=env, holds="ecr-doctor")
    explain = Job(argv=(program, "explain", _ERROR), env=env, holds="credential")
    one, two, python = ground.agent.measure([version, explain, _bare(ground)], ground.rounds)
    return [
        table.versus("ecr-doctor --version : python -c pass", one, python, 4),
        table.versus("ecr-doctor explain TEXT : python -c pass", two, python, 10),
    ]


TOPICS = {
    "get, cached": cached,
    "get, cached : Go helper": cached_beside_go,
    "--version and explain": commands,
}


def _bare(ground: Ground) -> Job:
    return Job(argv=(ground.project.python, "-c", "pass"), env=_home(ground.folder))


def _get(ground: Ground, program: Path | None = None) -> Job:
    env = _home(ground.folder)
    argv = (program or ground.project.helper, "get")
    return Job(argv=argv, env=env, stdin=env["HOME"] + "/host", holds='"Secret"')


def _home(folder: Path) -> dict[str, str]:
    """Write a home with one cached token; the environment of its owner."""
    home = folder / "home"
    (home / ".ecr").mkdir(parents=True, exist_ok=True)
    (home / "host").write_text(HOST, encoding="ascii")
    (home / ".ecr/cache.json").write_text(json.dumps(_cache()), encoding="ascii")
    return {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": _KEY_ID,
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }


def _cache() -> dict[str, object]:
    """A cache file with the keys of both generations of the Go helper (cache/build.go)."""
    entry = {
        "AuthorizationToken": _token(),
        "RequestedAt": _rfc3339(time.time() - 60),
        "ExpiresAt": _rfc3339(time.time() + 43000),
        "ProxyEndpoint": f"https://{HOST}",
        "Service": "ecr",
    }
    checksums = (hashlib.sha256(_KEY_ID.encode()).digest(), _KEY_ID.encode() + _MD5_OF_NOTHING)
    keys = [f"us-east-1-{base64.b64encode(c).decode()}-123456789012" for c in checksums]
    return {"Registries": dict.fromkeys(keys, entry), "Version": "1.0"}


def _token() -> str:
    """A token of the size and shape of ECR's."""
    inner = {"payload": "p" * 1900, "datakey": "k" * 250, "version": "2", "type": "DATA_KEY"}
    text = json.dumps({**inner, "expiration": int(time.time()) + 43000}).encode()
    return base64.b64encode(b"AWS:" + base64.b64encode(text)).decode()


def _rfc3339(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
