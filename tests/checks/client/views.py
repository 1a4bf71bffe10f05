"""Observations for the tests of the client checks, made from the texts of files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.probes.base import Probe
from ecr_doctor.probes.docker_config import (
    ConfigState,
    DockerConfigFile,
    StoredLogin,
)
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProgram
from ecr_doctor.probes.helper_run import HelperRun, HelperStatus
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST, NOON

Seen = dict[Probe[Any], Any]
"""Probes and what they saw."""

PATH = "/home/dev/.docker/config.json"
DUAL = "123456789012.dkr-ecr.us-east-1.on.aws"
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
OTHER = "210987654321.dkr.ecr.us-east-1.amazonaws.com"
SOON, LATE = NOON + timedelta(hours=1), NOON - timedelta(hours=1)


def config(content: dict[str, Any] | str | None = None, **fields: Any) -> DockerConfigFile:
    """A configuration file with this content; None for a missing one."""
    if content is None:
        file = DockerConfigFile(path=PATH, reason="HOME", state=ConfigState.MISSING)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        parsed = parse_config(text)
        broken = parsed.problem and not parsed.unordered
        file = DockerConfigFile(
            path=PATH,
            reason="HOME",
            state=ConfigState.INVALID if broken else ConfigState.OK,
            config=parsed,
            problem=parsed.problem,
            line=parsed.line,
            column=parsed.column,
        )
    return replace(file, **fields)


def helper(name: str = "ecr-login", host: str = HOST) -> dict[str, Any]:
    """A configuration with a helper for a host."""
    return {"credHelpers": {host: name}}


def stored(**fields: Any) -> StoredLogin:
    """A good login, or one with these faults."""
    good = StoredLogin(key=HOST, user="AWS", password_kind="ecr-token", expires=SOON, used=True)
    return replace(good, **fields)


def program(state: ProgramState = ProgramState.RUNNABLE, **fields: Any) -> HelperProgram:
    """The helper's program in a state."""
    path = "" if state is ProgramState.MISSING else "/usr/bin/docker-credential-ecr-login"
    found = HelperProgram(
        name="ecr-login",
        program="docker-credential-ecr-login",
        path=path,
        state=state,
        search_path=("/usr/bin", "/bin"),
    )
    return replace(found, **fields)


def answered(status: HelperStatus = HelperStatus.ANSWERED, **fields: Any) -> HelperRun:
    """A run of the helper that ended so."""
    run = HelperRun(name="ecr-login", server=HOST, status=status)
    if status is HelperStatus.ANSWERED:
        run = replace(run, user="AWS", secret=Secret("planted"), expires=SOON, ecr_token=True)
    return replace(run, **fields)
