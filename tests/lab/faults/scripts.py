"""Helpers that are shell scripts: what they print around the answer, and how they lie on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, works
from lab.faults.odd_helpers import real_helper
from lab.requirements import find_program
from lab.world import HELPER

if TYPE_CHECKING:
    from lab.world import Lab

_BROKEN = ("helper-protocol-broken",)
_NOT_RUNNABLE = ("helper-not-runnable",)
_ANY_FAILURE = ("helper-protocol-broken", "helper-fails-silently", "helper-hides-aws-error")
_ONE, _TWO = "/home/dev/one", "/home/dev/two"
_OWN_PATH = {"PATH": f"{_ONE}:{_TWO}"}


def _script(body: str, start: str = "#!/bin/sh\n") -> Injection:
    """Return an injection of a helper that is a script; $REAL is the true one."""
    return lambda lab: lab.install(HELPER, f"{start}REAL={real_helper()}\n{body}\n")


def _printing(form: str) -> Injection:
    """Return an injection of a helper that prints its answer in a strange form."""

    def inject(lab: Lab) -> None:
        token = lab.token()
        answer = {"ServerURL": names.HOST, "Username": "AWS", "Secret": token}
        plain = json.dumps(answer)
        forms = {
            "bom": "\ufeff" + plain,
            "before-text": plain + "\nDone.",
            "small": json.dumps({name.lower(): value for name, value in answer.items()}),
            "indented": json.dumps(answer, indent=4),
            "list": json.dumps([answer]),
            "quoted": json.dumps(plain),
            "shell": f"export DOCKER_PASSWORD={token}",
            "token": token,
            "newline": json.dumps({**answer, "Secret": token + "\n"}),
            "server": json.dumps({**answer, "ServerURL": "https://other.example"}),
        }
        lab.user.write("answer", forms[form].encode())
        lab.install(HELPER, "#!/bin/sh\ncat >/dev/null\ncat /home/dev/answer\n")

    return inject


def _utf16(lab: Lab) -> None:
    answer = {"ServerURL": names.HOST, "Username": "AWS", "Secret": lab.token()}
    lab.user.write("answer", json.dumps(answer).encode("utf-16"))
    lab.install(HELPER, "#!/bin/sh\ncat >/dev/null\ncat /home/dev/answer\n")


def _folder(lab: Lab) -> None:
    (lab.bin / HELPER).unlink()
    (lab.bin / HELPER).mkdir()


def _dead_link(lab: Lab) -> None:
    (lab.bin / HELPER).unlink()
    (lab.bin / HELPER).symlink_to("/opt/homebrew/bin/docker-credential-ecr-login")


def _two_folders(first: str, mode: int = 0o755) -> Injection:
    """Return an injection of two folders on PATH; the first one's helper is `first`."""

    def inject(lab: Lab) -> None:
        lab.user.write(f"one/{HELPER}", first).chmod(mode)
        (lab.user.path / "two").mkdir()
        for name in ("docker", "sh", "cat"):
            (lab.user.path / "two" / name).symlink_to(find_program(name) or "")
        (lab.user.path / "two" / HELPER).symlink_to(real_helper())

    return inject


def _fails(name: str, summary: str, inject: Injection, *accept: str) -> Fault:
    return Fault(name, "helper", summary, inject, accept, says=NO_CREDENTIALS)


FAULTS = (
    _fails("answer-bom", "a byte order mark is before the answer", _printing("bom"), *_BROKEN),
    works("answer-before-text", "a word follows the answer", _printing("before-text")),
    works("answer-small", "the answer's names are in lower case", _printing("small")),
    works("answer-indented", "the answer has many lines", _printing("indented")),
    works("answer-other-server", "the answer names another server", _printing("server")),
    _fails("answer-list", "the answer is a list", _printing("list"), *_BROKEN),
    _fails("answer-quoted", "the answer is a JSON text", _printing("quoted"), *_BROKEN),
    _fails("answer-shell", "the answer is a line of a shell", _printing("shell"), *_BROKEN),
    _fails("answer-token", "the answer is the token alone", _printing("token"), *_BROKEN),
    Fault(
        "answer-newline",
        "token",
        "the secret in the answer ends in a newline",
        _printing("newline"),
        (*_BROKEN, "login-password-wrong", "stored-login-malformed"),
        says="400",
    ),
    _fails("answer-utf16", "the answer is UTF-16", _utf16, *_BROKEN),
    _fails(
        "answer-nothing",
        "the helper prints nothing and exits with 0",
        _script("cat >/dev/null"),
        *_BROKEN,
    ),
    _fails(
        "helper-traced",
        "the helper prints the secret to stderr, and fails",
        _script('answer=$($REAL "$@"); echo "answer is $answer" >&2; exit 1'),
        *_ANY_FAILURE,
    ),
    _fails(
        "helper-usage",
        "the helper wants another command",
        _script("echo 'Unknown command get. Try fetch.'; exit 64"),
        *_ANY_FAILURE,
    ),
    _fails(
        "helper-carriage-return",
        "the script's first line ends in a carriage return",
        _script('exec $REAL "$@"', "#!/bin/sh\r\n"),
        *_NOT_RUNNABLE,
    ),
    _fails(
        "helper-without-first-line",
        "the script does not name its shell",
        _script('exec $REAL "$@"', ""),
        *_NOT_RUNNABLE,
    ),
    _fails(
        "helper-folder",
        "a folder has the helper's name",
        _folder,
        *_NOT_RUNNABLE,
        "helper-not-on-path",
    ),
    _fails(
        "helper-dead-link",
        "the helper is a link to nowhere",
        _dead_link,
        *_NOT_RUNNABLE,
        "helper-not-on-path",
    ),
    works("helper-slow-4s", "the helper takes 4 s", _script('sleep 4; exec $REAL "$@"')),
    works(
        "helper-reads-late",
        "the helper reads its input late",
        _script('sleep 1; host=$(cat); printf "%s" "$host" | $REAL "$@"'),
    ),
    Fault(
        "path-second-folder",
        "none",
        "the first helper on PATH is not executable, the second is",
        _two_folders("#!/bin/sh\nexit 1\n", 0o644),
        pull_works=True,
        env=_OWN_PATH,
    ),
    Fault(
        "path-first-folder",
        "environment",
        "the first helper on PATH fails, the second would not",
        _two_folders("#!/bin/sh\nexit 1\n"),
        ("helper-fails-silently",),
        says=NO_CREDENTIALS,
        env=_OWN_PATH,
    ),
)
