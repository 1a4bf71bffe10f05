"""Whole reports: where names are learned from, and which texts are never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import Redaction, parse_target
from ecr_doctor.model.texts import map_texts
from ecr_doctor.probes.ecr_repository import Repositories
from ecr_doctor.redact import MASK

from .naming import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.model import Report, Settings

    from .anonymizer import Anonymizer

_FIXED: Final = frozenset(
    {"blocked_by", "by", "cause", "check_id", "consequences", "plugins", "tool_version", "url"}
)
"""Fields that hold ids of checks and causes, or what the tool says of itself."""
_USERS: Final = ("USER", "LOGNAME", "USERNAME", "SUDO_USER")
_HOSTS: Final = ("HOSTNAME", "COMPUTERNAME")
_FOLDERS: Final = ("HOME", "USERPROFILE")
_PROFILES: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_URLS: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "DOCKER_HOST")


def learn_settings(anonymizer: Anonymizer, settings: Settings) -> None:
    """Learn who and where the user is."""
    env = settings.env
    for name in _USERS:
        anonymizer.learn_name(Kind.USER, env.get(name, ""))
    for name in _HOSTS:
        anonymizer.learn_host(env.get(name, ""))
    for name in _FOLDERS:
        anonymizer.learn_home(env.get(name, ""))
    for profile in (settings.profile, *(env.get(name, "") for name in _PROFILES)):
        anonymizer.learn_name(Kind.PROFILE, profile)
    for name in _URLS:
        anonymizer.learn(env.get(name, ""))
    for rule in settings.connect_to:
        anonymizer.learn_host(rule.name)
    anonymizer.learn(settings.error_text)


def learn_observations(anonymizer: Anonymizer, seen: Iterable[object]) -> None:
    """Learn the names of other repositories: a report offers those that are nearly right."""
    for observation in seen:
        if isinstance(observation, Repositories):
            for name in observation.names:
                anonymizer.learn_repository(name)


def learn_report(anonymizer: Anonymizer, report: Report) -> None:
    """Learn the names in a report's texts."""
    anonymizer.learn_host(report.target.host.partition(":")[0])
    if report.target.registry is not None:
        anonymizer.learn_repository(report.target.repository)
    map_texts(report, anonymizer.learn)


def anonymized(report: Report, anonymizer: Anonymizer) -> Report:
    """The report in which every name is replaced; ids of checks and causes stay."""
    changed = map_texts(report, anonymizer.clean, keep=_FIXED)
    image = anonymizer.clean(report.target.image)
    return replace(changed, target=parse_target(image, platform=report.target.platform))


def count_redactions(report: Report, anonymizer: Anonymizer | None = None) -> Report:
    """The report with what it does not say, as numbers."""
    masked = 0

    def count(text: str) -> str:
        nonlocal masked
        masked += text.count(MASK)
        return text

    map_texts(report, count)
    found = [Redaction("secret", masked)] if masked else []
    if anonymizer is not None:
        found += [Redaction(kind.value, n) for kind, n in anonymizer.counts().items()]
    return replace(report, redactions=tuple(found))
