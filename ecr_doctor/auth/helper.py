"""`docker-credential-ecr-doctor`: docker's credential helper for Amazon ECR, one that says why.

A cached answer is given with next to no imports (see `cached`); all else is in `docker_protocol`.
"""

from __future__ import annotations

import gc
import os
import sys
import time

from ecr_doctor.auth import cached
from ecr_doctor.auth.identity import known_keys
from ecr_doctor.auth.mapping import NotPlainError, plain_identity

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` costs more than all that is done here
    from typing import NoReturn

LONGEST_INPUT = 64 << 10
"""Bytes of stdin that are read; docker writes a host, or a small JSON object."""
INTERRUPTED = 130


def command() -> NoReturn:
    """Answer one request of docker's and leave at once: taking Python down costs more than it."""
    if None in {sys.stdin, sys.stdout, sys.stderr}:
        from ecr_doctor.streams import open_closed_streams  # noqa: PLC0415 - hardly ever needed

        open_closed_streams()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


def main() -> int:
    """Answer one request of docker's; the exit code."""
    try:
        return _answer(sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


def _answer(arguments: list[str]) -> int:
    if arguments == ["get"]:
        server = _read_input()
        answer = cached_answer(server, time.time())
        if answer:
            return _write(answer)
        return _protocol("get", server)
    takes_input = arguments in (["store"], ["erase"])
    command = arguments[0] if len(arguments) == 1 else ""
    return _protocol(command, _read_input() if takes_input else "")


def cached_answer(server: str, now: float) -> str:
    """The JSON for docker out of the cache; empty where there is no fresh token for this key."""
    host = cached.host_of(server)
    place = cached.place_of(host)
    folder = cached.cache_folder(os.environ) if place else ""
    if not (place and folder):
        return ""
    try:
        keys = known_keys(place, os.environ, plain_identity(host, os.environ))
    except NotPlainError:
        return ""
    found = cached.pick(cached.load(folder), place, keys, now)
    return cached.answer(server.strip(), found) if found and found.is_fresh else ""


def _protocol(command: str, text: str) -> int:
    gc.disable()  # thousands of objects of botocore are made, and none of them is ever freed
    from ecr_doctor.auth.docker_protocol import serve  # noqa: PLC0415 - costs more than the rest

    return serve(command, text)


def _read_input() -> str:
    parts = b""
    while len(parts) < LONGEST_INPUT and (part := os.read(0, LONGEST_INPUT)):
        parts += part
    return parts.decode("utf-8", "replace")


def _write(answer: str) -> int:
    os.write(1, answer.encode())
    return 0
