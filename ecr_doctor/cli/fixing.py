"""Looks at what a cure may be made from: docker's configuration, helpers, the causes found."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.auth.token import USER
from ecr_doctor.clients.helper_answer import PROGRAM_PREFIX
from ecr_doctor.clients.places import config_place
from ecr_doctor.cure.case import ECR_DOCTOR, ECR_LOGIN, Ailment, Case, ConfigSeen, HelperSeen
from ecr_doctor.engine.judging import target_facts
from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Severity, Status
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.docker_config import DockerConfigProbe, load_config
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.probes.local_machine import LocalMachine
from ecr_doctor.report.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.model import Diagnosis, Report, Settings, Target

_OS_RELEASE = Path("/etc/os-release")
_LONGEST = 1000
"""Characters of what a helper said: the reason comes last in the errors of AWS's SDK for Go."""
_AMAZON_LINUX_2 = ("amzn", "2")


def look(target: Target, settings: Settings) -> Case:
    """What there is on this machine; the helpers of Amazon ECR are really asked for a login."""
    observer = Observer(target, settings)
    return Case(
        host=target.host,
        registry=target.registry,
        config=_config(observer),
        now=observer.now(),
        helpers=_helpers(observer),
        env=settings.env,
        uid=os.geteuid(),
        user=_user_name(os.geteuid()),
        system=_system(),
    )


def look_at_all(targets: Sequence[Target], settings: Settings) -> tuple[Case, ...]:
    """One look for several registries; helpers are asked once for each form of host."""
    asked: dict[tuple[bool, ...], Case] = {}
    cases: list[Case] = []
    for target in targets:
        registry = target.registry
        form = (bool(registry and registry.dual_stack), bool(registry and registry.is_public))
        if form not in asked:
            asked[form] = look(target, settings)
        cases.append(replace(asked[form], host=target.host, registry=registry))
    first = cases[0].config
    return tuple(replace(case, config=first) for case in cases)


def config_path(settings: Settings) -> str:
    """The `config.json` that docker reads."""
    return config_place(LocalMachine(settings.env), settings.docker_config).path


def ailments(report: Report) -> tuple[Ailment, ...]:
    """The causes that break the pull, with the facts that the checks gave."""
    failing = (d for d in report.diagnoses if d.severity is Severity.FAIL)
    return tuple(Ailment(cause=d.cause, title=d.title, facts=facts_of(report, d)) for d in failing)


def facts_of(report: Report, diagnosis: Diagnosis) -> dict[str, str]:
    """Everything known by name about one diagnosis."""
    facts = dict(target_facts(report.target))
    for result in report.results:
        judged = result.status in {Status.FAIL, Status.WARN}
        if judged and result.verdict.cause == diagnosis.cause:
            facts.update(result.verdict.facts)
    return facts


def _config(observer: Observer) -> ConfigSeen:
    """Docker's configuration, read once: the plan is made from these very bytes."""
    loaded = load_config(observer)
    path = loaded.place.path
    file = observer.observe(DockerConfigProbe())
    seen = ConfigSeen(path=path, reason=file.reason, state=str(file.state), config=loaded.config,
                      problem=file.problem, place=file.place,
                      has_folder=os.path.isdir(os.path.dirname(path)))  # fmt: skip
    if loaded.path != path:
        return replace(seen, state="missing", legacy=loaded.path)
    link = os.readlink(path) if os.path.islink(path) else ""
    real = os.path.realpath(path)
    seen = replace(
        seen,
        data=loaded.read.data,
        link=link,
        state="dangling" if link and not os.path.exists(path) else seen.state,
        target_folder=os.path.isdir(os.path.dirname(real)) and not os.path.islink(real),
        empty_folder=_is_empty_folder(path),
    )
    return _with_owner(seen)


def _with_owner(seen: ConfigSeen) -> ConfigSeen:
    closed = _closed(seen.path) if seen.state == "unreadable" else ""
    try:
        status = os.stat(closed or seen.path)
    except OSError:
        return replace(seen, closed=closed, owner=-1)
    return replace(
        seen,
        closed=closed,
        owner=status.st_uid,
        owner_name=_user_name(status.st_uid),
        mode=stat.S_IMODE(status.st_mode),
    )


def _closed(path: str) -> str:
    """The first folder on the way that may not be entered, or else the file."""
    real = os.path.realpath(path)
    for folder in (*reversed(Path(path).parents), *reversed(Path(real).parents)):
        if not os.access(folder, os.X_OK):
            return str(folder)
    return path


def _is_empty_folder(path: str) -> bool:
    try:
        return not os.path.islink(path) and not os.listdir(path)
    except OSError:
        return False


def _helpers(observer: Observer) -> tuple[HelperSeen, ...]:
    """Amazon ECR's helper first; ours is asked only where that one gives no login."""
    found: list[HelperSeen] = []
    for name in (ECR_LOGIN, ECR_DOCTOR):
        with suppress(ProbeError):
            program = observer.observe(HelperProbe(name))
            seen = HelperSeen(
                name=name,
                path=program.path,
                runnable=program.runnable,
                elsewhere=next(iter(program.elsewhere), "") or _beside_us(name, program.path),
            )
            served = any(helper.answers for helper in found)
            found.append(_asked(observer, seen) if not served else seen)
    return tuple(found)


def _beside_us(name: str, found: str) -> str:
    """Our helper is installed with this program, in a folder that PATH may not have."""
    path = os.path.join(os.path.dirname(sys.executable), f"{PROGRAM_PREFIX}{name}")
    return path if name == ECR_DOCTOR and not found and os.access(path, os.X_OK) else ""


def _asked(observer: Observer, helper: HelperSeen) -> HelperSeen:
    if not helper.runnable or observer.target.registry is None:
        return helper
    try:
        run = observer.observe(HelperRunProbe(helper.name, observer.target.host))
    except ProbeError as error:
        return replace(helper, answers=False, said=error.reason)
    if run.line_break:
        return replace(helper, answers=False, said="its password holds a line break")
    expired = run.expires is not None and run.expires <= observer.now()
    good = run.status is HelperStatus.ANSWERED and run.user == USER and not expired
    said = "" if good else one_line(observer.redactor.clean(run.said), _LONGEST) or str(run.status)
    return replace(helper, answers=good, said=said)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def _system() -> str:
    """ID and ID_LIKE of /etc/os-release."""
    if os.uname().sysname == "Darwin":
        return "macos"
    fields: dict[str, str] = {}
    with suppress(OSError, UnicodeError):
        for line in _OS_RELEASE.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            fields[name] = value.strip("\"'")
    if (fields.get("ID"), fields.get("VERSION_ID")) == _AMAZON_LINUX_2:
        return "amzn-2"
    return f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".strip()
