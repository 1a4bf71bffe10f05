"""Faults of the credential helper as a program."""

from __future__ import annotations

from pathlib import Path

from lab import names
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection
from lab.home import HELPER as CONFIG
from lab.home import auths
from lab.requirements import find_program
from lab.world import HELPER, Lab

_E_MACHINE = slice(18, 20)  # where an ELF file names its processor
_AARCH64 = b"\xb7\x00"


def _real() -> Path:
    return Path(find_program(HELPER) or "")


def _script(body: str) -> Injection:
    """Return an injection that puts a shell script in the helper's place."""
    return lambda lab: lab.install(HELPER, f"#!/bin/sh\n{body}\n")


def _off_path(lab: Lab) -> None:
    (lab.bin / HELPER).rename(lab.user.path / HELPER)


def _not_executable(lab: Lab) -> None:
    lab.install(HELPER, _real().read_bytes()).chmod(0o644)


def _wrong_arch(lab: Lab) -> None:
    program = bytearray(_real().read_bytes())
    program[_E_MACHINE] = _AARCH64
    lab.install(HELPER, bytes(program))


def _missing_beside_stale_login(lab: Lab) -> None:
    (lab.bin / HELPER).unlink()
    lab.user.write_config({**auths(lab.token(expired=True)), **CONFIG})


def _failing_beside_stale_login(lab: Lab) -> None:
    lab.user.write_config({**auths(lab.token(expired=True)), **CONFIG})
    lab.user.write_keys("AKIALABLABLABLABLAB1", "notTheRightSecret/abcdefghijklmnopqrstuv")


def _dual_stack(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {names.DUAL_STACK_HOST: "ecr-login"}})


def _bad_interpreter(lab: Lab) -> None:
    lab.install(HELPER, "#!/opt/none/bin/python3\nprint('hello')\n")


def _empty_program(lab: Lab) -> None:
    lab.install(HELPER, b"")


def _nothing_to_break(lab: Lab) -> None:
    """The home folder belongs to root, so the fault's user cannot write there."""
    del lab


FAULTS = (
    Fault(
        "helper-not-on-path",
        "helper",
        "the helper is installed in a folder that is not on PATH",
        _off_path,
        ("helper-not-on-path",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-not-executable",
        "helper",
        "the helper's file has no x bit",
        _not_executable,
        ("helper-not-runnable", "helper-not-on-path"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-wrong-arch",
        "helper",
        "the helper is built for another processor",
        _wrong_arch,
        ("helper-not-runnable",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-empty",
        "helper",
        "the helper is an empty executable file",
        _empty_program,
        ("helper-not-runnable", "helper-protocol-broken"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-bad-interpreter",
        "helper",
        "the helper is a script whose interpreter is missing",
        _bad_interpreter,
        ("helper-not-runnable",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-hangs",
        "helper",
        "the helper never answers",
        _script("sleep 600"),
        ("helper-hangs",),
        slow=True,
    ),
    Fault(
        "helper-garbage",
        "helper",
        "the helper prints text that is not JSON",
        _script("echo Welcome to ACME corporation"),
        ("helper-protocol-broken",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-warning-before-json",
        "helper",
        "a wrapper prints a warning to stdout before the JSON",
        _script(f"echo 'WARNING: this wrapper is deprecated'\nexec {_real()} \"$@\""),
        ("helper-protocol-broken",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-empty-secret",
        "helper",
        "the helper answers with an empty user and secret",
        _script("""echo '{"ServerURL":"","Username":"","Secret":""}'"""),
        ("helper-protocol-broken",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-silent-failure",
        "helper",
        "the helper exits with 1 and says nothing",
        _script("exit 1"),
        ("helper-fails-silently",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-cache-stale",
        "helper",
        "the helper's cache and log folders cannot be written",
        _nothing_to_break,
        ("helper-cache-unwritable",),
        pull_works=True,
        uid=65534,
    ),
    Fault(
        "dualstack-host-old-helper",
        "helper",
        "the helper is too old to know dual-stack host names",
        _dual_stack,
        ("helper-outdated", "helper-rejects-host"),
        says=NO_CREDENTIALS,
        image=f"{names.DUAL_STACK_HOST}/team/app:latest",
    ),
    Fault(
        "helper-fails-stale-auths-ignored",
        "helper",
        "the helper fails for a wrong secret key; docker does not look at the stale login",
        _failing_beside_stale_login,
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "helper-missing-stale-auths-used",
        "helper",
        "the helper is missing, docker silently uses the stale login",
        _missing_beside_stale_login,
        ("helper-not-on-path", "stored-login-expired"),
        says=EXPIRED,
    ),
)
