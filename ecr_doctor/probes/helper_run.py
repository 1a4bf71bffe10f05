"""A real run of a credential helper, bounded, with a private copy of its cache."""

from __future__ import annotations

import base64
import re
import shutil
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.token import looks_like_ecr, token_expiry
from ecr_doctor.clients.helper_answer import PROGRAM_PREFIX, HelperStatus, read_reply
from ecr_doctor.clients.machine import NO_SECRET, HelperReply
from ecr_doctor.leavings import removed_at_end
from ecr_doctor.redact import Secret

from .base import Probe
from .helper_log import cache_folder, last_error, read_log
from .lookup import find_program
from .process import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ecr_doctor.redact import Redactor

    from .base import Scene
    from .process import Finished

__all__ = ["HelperReplyProbe", "HelperRun", "HelperRunProbe", "HelperStatus", "RawRun"]

RUN_LIMIT = 5.5
"""Seconds; docker itself waits without end."""
_MOST_CACHE = 1 << 20
_MOST_TEXT = 2000
_PANIC = re.compile(r"^(?:panic: |fatal error: |runtime: ).*", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRun:
    """One run of `docker-credential-NAME`, as it came."""

    reply: HelperReply
    signal: int = 0
    log: tuple[str, ...] = ()
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class HelperReplyProbe(Probe[RawRun]):
    """Runs a helper once: `get` for a server, or `list`."""

    name: str
    server: str
    verb: str = "get"
    relative_path: bool = False
    """Whether it is found in relative folders of PATH, as docker-py does."""
    limit: ClassVar[float] = 7.0

    def look(self, scene: Scene) -> RawRun:
        """Run it as docker does: the server on stdin without a newline, the client's environment.

        Nothing of the user's is written: the run has a copy of the Go helper's cache in a private
        folder, which is removed afterwards. Helpers of other makers may not know the variable that
        names it.
        """
        path = find_program(PROGRAM_PREFIX + self.name, scene.env, relative=self.relative_path)
        if not path:
            problem = f"{PROGRAM_PREFIX}{self.name}: executable file not found in $PATH"
            return RawRun(reply=HelperReply(started=False, problem=problem))
        with private_cache(scene.env) as folder:
            finished = run(
                path,
                [PROGRAM_PREFIX + self.name, self.verb],
                env={**scene.env, "AWS_ECR_CACHE_DIR": str(folder)},
                limit=max(0.3, min(RUN_LIMIT, scene.time_left() - 0.3)),
                stdin=self.server.encode(),
            )
            log = read_log(folder)
        reply = _reply(finished, scene.redactor)
        return RawRun(
            reply=reply,
            signal=finished.signal,
            log=tuple(scene.redactor.clean(line) for line in log),
            took=finished.took,
        )


def _reply(finished: Finished, redactor: Redactor) -> HelperReply:
    stdout = Secret(finished.stdout.decode("utf-8", errors="replace"))
    reply = HelperReply(
        started=not finished.problem,
        problem=finished.problem,
        exit_code=finished.exit_code,
        timed_out=finished.timed_out,
        stdout=stdout,
    )
    answer = read_reply(reply)
    if answer.secret:
        pair = f"{answer.user}:{answer.secret.reveal()}".encode()
        redactor.learn(answer.secret, base64.b64encode(pair).decode())
    for found in _SECRET_FIELD.findall(stdout.reveal()):
        redactor.learn(found)
    text = finished.stderr.decode("utf-8", errors="replace")
    return HelperReply(
        started=reply.started,
        problem=reply.problem,
        exit_code=reply.exit_code,
        timed_out=reply.timed_out,
        stdout=stdout,
        stderr=redactor.clean(text),
    )


_SECRET_FIELD = re.compile(r'"(?:secret|password)"\s*:\s*"([^"]{1,20000})"', re.IGNORECASE)
"""Secrets in output that docker does not take for an answer: a warning before the JSON."""


@contextmanager
def private_cache(env: Mapping[str, str]) -> Iterator[Path]:
    """A folder of mode 0700 with a copy of the user's `cache.json`, removed in the end."""
    make = partial(tempfile.mkdtemp, prefix="ecr-doctor-")
    remove = partial(shutil.rmtree, ignore_errors=True)
    with removed_at_end(make, remove) as name:
        folder = Path(name)
        try:
            theirs = cache_folder(env)
            if theirs is not None:
                _copy_cache(theirs / "cache.json", folder / "cache.json")
            yield folder
        finally:
            remove(folder)


def _copy_cache(source: Path, copy: Path) -> None:
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_CACHE:
            return
        data = source.read_bytes()[:_MOST_CACHE]
        copy.touch(mode=0o600)
        copy.write_bytes(data)
    except (OSError, ValueError):
        copy.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperRun:
    """What one run of `docker-credential-NAME get` said. Texts are cleaned of secrets."""

    name: str
    server: str
    status: HelperStatus
    user: str = ""
    secret: Secret = NO_SECRET
    expires: datetime | None = None
    """End of the ECR token that was answered; None when it does not say."""
    ecr_token: bool = False
    """Whether the secret has the shape of an ECR token."""
    line_break: bool = False
    """Whether the secret holds a line break, which no ECR token does."""
    exit_code: int | None = None
    signal: int = 0
    message: str = ""
    """The beginning of stdout where it is not a credential."""
    stderr: str = ""
    panic: str = ""
    """First line of a Go panic."""
    log: tuple[str, ...] = ()
    """What this run wrote to the helper's log."""
    log_error: str = ""
    """The last error of the log: what the helper keeps to itself."""
    problem: str = ""
    """Why it did not start."""
    took: float = 0.0
    """Seconds."""

    @property
    def falls_back(self) -> bool:
        """Whether docker takes the `auths` entry of the same file instead."""
        return self.status in {HelperStatus.FAILED, HelperStatus.BROKEN, HelperStatus.NOT_STARTED}

    @property
    def said(self) -> str:
        """The most telling thing it said: its log, a panic, stderr, stdout."""
        return self.log_error or self.panic or self.stderr.strip() or self.message


@dataclass(frozen=True, slots=True)
class HelperRunProbe(Probe[HelperRun]):
    """Asks a helper for the credential of a server, as docker does."""

    name: str
    server: str
    limit: ClassVar[float] = 7.0

    def look(self, scene: Scene) -> HelperRun:
        """Take the reply as docker takes it."""
        raw = scene.observe(HelperReplyProbe(self.name, self.server))
        answer = read_reply(raw.reply)
        secret = answer.secret.reveal()
        panic = _PANIC.search(raw.reply.stderr)
        return HelperRun(
            name=self.name,
            server=self.server,
            status=answer.status,
            user=scene.redactor.clean(answer.user)[:_MOST_TEXT],
            secret=answer.secret,
            expires=token_expiry(secret),
            ecr_token=looks_like_ecr(secret),
            line_break="\n" in secret or "\r" in secret,
            exit_code=raw.reply.exit_code,
            signal=raw.signal,
            message=scene.redactor.clean(answer.message)[:_MOST_TEXT],
            stderr=raw.reply.stderr[:_MOST_TEXT],
            panic=panic.group(0)[:_MOST_TEXT] if panic else "",
            log=raw.log,
            log_error=last_error(raw.log)[:_MOST_TEXT],
            problem=raw.reply.problem,
            took=raw.took,
        )
