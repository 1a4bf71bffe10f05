"""What the checks make of a scene, and the report on it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecr_doctor import __version__
from ecr_doctor.catalog import Catalog, load_catalog
from ecr_doctor.model import Outcome, Report, Stage, Status, ToolProblem
from ecr_doctor.model.texts import map_texts

from .diagnose import diagnose
from .differential import differential
from .plan import make_plan
from .proof import proven_stages, soften
from .runner import run_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecr_doctor.model import CheckResult, Diagnosis, Evidence, Settings, Target
    from ecr_doctor.probes.base import Scene

    from .registry import Registry

_NEEDED_FOR_A_PULL = frozenset(Stage) - {Stage.HOST}


def judge(
    scene: Scene, registry: Registry, environment: Callable[[], tuple[Evidence, ...]]
) -> Report:
    """Let the checks look through a scene, which may be a recorded one, and name the causes.

    The caller knows how long it took: `took` is 0 here.

    Args:
        scene: what the checks see.
        registry: the checks, and where the causes are described.
        environment: gives the facts about the machine when the checks are done.

    Raises:
        UnknownCheckError: `settings.only` or `settings.skip` names no check.

    """
    settings = scene.settings
    plan = make_plan(registry.checks, only=settings.only, skip=settings.skip)
    catalog, problems = _load(registry)
    results = soften(run_checks(plan, scene))
    works = proven_stages(results) >= _NEEDED_FOR_A_PULL
    texts = _texts(settings, results)
    # docker-build and docker-py are docker's.
    facts = target_facts(scene.target) | {"client": settings.client.partition("-")[0]}
    diagnoses = diagnose(results, catalog, texts, facts, works=works)
    report = Report(
        tool_version=__version__,
        plugins=registry.plugins,
        started=scene.started,
        took=timedelta(0),
        target=scene.target,
        outcome=_outcome(results, diagnoses, works=works),
        results=results,
        diagnoses=diagnoses,
        differential=differential(texts, catalog, plan.checks, results, diagnoses),
        problems=(*registry.problems, *plan.problems, *problems),
        environment=environment(),
    )
    # The second belt: what a plugin's check took from a secret's value must not leave either.
    return map_texts(report, scene.redactor.clean)


def _load(registry: Registry) -> tuple[Catalog, tuple[ToolProblem, ...]]:
    """The catalog; a plugin's broken one is a problem, and the others are loaded all the same."""
    try:
        return load_catalog(registry.catalogs), ()
    except ValueError as error:
        built_in = load_catalog(registry.catalogs[:1])
        return built_in, (ToolProblem("a catalog of causes does not load", str(error)),)


def _texts(settings: Settings, results: Sequence[CheckResult]) -> tuple[str, ...]:
    """What failed pulls printed: the one the user gave, and what our own met."""
    met = (r.verdict.symptom for r in results if r.status is Status.FAIL and r.verdict.symptom)
    return tuple(dict.fromkeys(filter(None, (settings.error_text, *met))))


def target_facts(target: Target) -> dict[str, str]:
    """The named parts of the target, for the templates of fixes; only what is known."""
    facts, arn = target.facts(), target.repository_arn
    if arn:
        facts["arn"] = arn
    if target.account:
        facts["registry_arn"] = arn.rpartition("repository/")[0] + "repository/*"
    return facts


def _outcome(
    results: Sequence[CheckResult], diagnoses: Sequence[Diagnosis], *, works: bool
) -> Outcome:
    if any(d.severity == "fail" for d in diagnoses):
        return Outcome.PROBLEM
    ran = [r for r in results if r.status is not Status.NOT_APPLICABLE]
    if not ran or all(r.status is Status.ERROR for r in ran):
        return Outcome.TOOL_ERROR
    undecided = {Status.FAIL, Status.INCONCLUSIVE, Status.ERROR, Status.BLOCKED}
    if works or not any(r.status in undecided for r in ran):
        return Outcome.HEALTHY
    return Outcome.UNDETERMINED
