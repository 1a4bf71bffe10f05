"""Cases for the tests of remedies, made from the texts of files."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.cure.case import Ailment, Case, ConfigSeen, HelperSeen
from ecr_doctor.model import parse_registry
from ecr_doctor.testing import HOST, NOON

PATH = "/home/dev/.docker/config.json"
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DUAL = "123456789012.dkr-ecr.us-east-1.on.aws"
WORKS = HelperSeen(name="ecr-login", path="/usr/bin/x", runnable=True, answers=True)
FAILS = HelperSeen(name="ecr-login", runnable=True, answers=False, said="NoCredentialProviders")
GONE = HelperSeen(name="ecr-login")
OURS = HelperSeen(name="ecr-doctor", path="/usr/bin/y", runnable=True, answers=True)
OURS_FAILS = HelperSeen(name="ecr-doctor", runnable=True, answers=False, said="no keys")


def token(hours: float) -> str:
    """An ECR token that is good for so long."""
    expires = int((NOON + timedelta(hours=hours)).timestamp())
    fields = {"payload": "p", "datakey": "k", "version": "2", "expiration": expires}
    return base64.b64encode(json.dumps(fields).encode()).decode()


def login(password: str, user: str = "AWS") -> dict[str, str]:
    """What `docker login` writes."""
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def case(
    content: dict[str, Any] | str | bytes | None = None,
    *helpers: HelperSeen,
    host: str = HOST,
    env: dict[str, str] | None = None,
    **seen: Any,
) -> Case:
    """A case with this configuration; None for none."""
    data = json.dumps(content) if isinstance(content, dict) else content or b""
    raw = data.encode() if isinstance(data, str) else data
    parsed = parse_config(raw)
    state = "missing" if content is None else "ok"
    if parsed.problem and not parsed.unordered:
        state = "invalid"
    fields = {"state": state, "data": raw, "config": parsed, "problem": parsed.problem, **seen}
    return Case(
        host=host,
        registry=parse_registry(host),
        config=ConfigSeen(path=PATH, **fields),
        now=NOON,
        helpers=helpers,
        env=env or {},
        uid=1000,
        user="dev",
        system="ubuntu debian",
    )


def ailment(cause: str, **facts: str) -> Ailment:
    """A cause with facts."""
    return Ailment(cause=cause, title=cause, facts=facts)
