"""Helpers that answer in strange ways, and those that only look broken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.home import auths
from lab.requirements import find_program
from lab.world import HELPER

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST


def real_helper() -> str:
    return str(Path(find_program(HELPER) or "").resolve())


def _wrapper(body: str) -> Injection:
    """Return an injection of a wrapper around the real helper, named $REAL in it."""
    return lambda lab: lab.install(HELPER, f"#!/bin/sh\nREAL={real_helper()}\n{body}\n")


def _broken_beside_login(lab: Lab) -> None:
    lab.install(HELPER, "#!/bin/sh\nexit 1\n")
    lab.user.write_config({**auths(lab.token()), "credHelpers": {_HOST: "ecr-login"}})


def _panic(lab: Lab) -> None:
    lab.install(
        HELPER,
        "#!/bin/sh\nprintf 'panic: %s\\n\\ngoroutine 1 [running]:\\n"
        "main.main()\\n\\t/src/main.go:1\\n' 'runtime error: invalid memory address' >&2\n"
        "exit 2\n",
    )


FAULTS = (
    Fault(
        "helper-slow",
        "none",
        "the helper takes 3 s",
        _wrapper('sleep 3; exec $REAL "$@"'),
        pull_works=True,
    ),
    Fault(
        "helper-noisy",
        "none",
        "the helper prints warnings to stderr",
        _wrapper('echo "warning: config is deprecated" >&2; exec $REAL "$@"'),
        pull_works=True,
    ),
    Fault(
        "helper-very-noisy",
        "none",
        "the helper prints 2 MB to stderr",
        _wrapper('/usr/bin/head -c 2000000 /dev/zero | /usr/bin/tr "\\0" x >&2; exec $REAL "$@"'),
        pull_works=True,
    ),
    Fault(
        "helper-leaves-child",
        "none",
        "the helper leaves a child that keeps its stderr open",
        _wrapper('sleep 2 >/dev/null & exec $REAL "$@"'),
        pull_works=True,
    ),
    Fault(
        "helper-good-json-bad-exit",
        "helper",
        "the helper prints good JSON and exits with 2",
        _wrapper('$REAL "$@"; exit 2'),
        ("helper-protocol-broken", "helper-fails-silently", "helper-hides-aws-error"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-panics",
        "helper",
        "the helper panics",
        _panic,
        (
            "helper-protocol-broken",
            "helper-fails-silently",
            "helper-outdated",
            "helper-hides-aws-error",
        ),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-killed",
        "helper",
        "the helper is killed (out of memory)",
        _wrapper("kill -9 $$"),
        ("helper-fails-silently", "helper-not-runnable", "helper-protocol-broken"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-floods",
        "helper",
        "the helper prints 100 MB that are no JSON",
        _wrapper("/usr/bin/head -c 100000000 /dev/zero | /usr/bin/tr '\\0' x"),
        ("helper-protocol-broken",),
    ),
    Fault(
        "helper-never-ends",
        "helper",
        "the helper prints for ever",
        _wrapper("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"),
        ("helper-protocol-broken", "helper-hangs"),
        slow=True,
    ),
    Fault(
        "helper-child-keeps-stdout",
        "helper",
        "a child of the helper keeps stdout open",
        _wrapper('sleep 600 & exec $REAL "$@"'),
        ("helper-hangs",),
        slow=True,
    ),
    Fault(
        "helper-needs-terminal",
        "helper",
        "the helper asks a question on the terminal",
        _wrapper('printf "MFA code: " >/dev/tty && read code </dev/tty && exec $REAL "$@"'),
        (
            "helper-fails-silently",
            "helper-protocol-broken",
            "helper-hangs",
            "helper-hides-aws-error",
        ),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-other-user",
        "helper",
        "the helper answers with another user name",
        _wrapper('cat >/dev/null; echo \'{"ServerURL":"x","Username":"me","Secret":"secret"}\''),
        ("helper-protocol-broken", "login-password-wrong", "stored-login-wrong-user"),
    ),
    Fault(
        "helper-fails-beside-login",
        "helper",
        "the helper fails silently beside a good login",
        _broken_beside_login,
        ("helper-fails-silently",),
        pull_works=True,
    ),
    Fault(
        "helper-text-error",
        "helper",
        "the helper fails with a text of its own",
        _wrapper("echo 'vault: permission denied'; exit 1"),
        ("helper-protocol-broken", "helper-fails-silently", "helper-hides-aws-error"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-list-only",
        "helper",
        "a script that knows no get",
        _wrapper('echo "Usage: $0 list" >&2; exit 1'),
        ("helper-protocol-broken", "helper-fails-silently", "helper-hides-aws-error"),
        says=NO_CREDENTIALS,
    ),
)
