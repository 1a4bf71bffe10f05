"""Judges a saved run again: the checks see what was seen then, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ecr_doctor.engine import judge
from ecr_doctor.model import ToolProblem, parse_target
from ecr_doctor.probes.base import Probe, ProbeError, RecordedError
from ecr_doctor.redact import Redactor

from .codec import Decoder
from .kinds import CodecError, Kinds, fits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ecr_doctor.engine import Registry
    from ecr_doctor.model import CheckResult, Report, Settings, Target
    from ecr_doctor.model.progress import Step

    from .document import Bundle

T = TypeVar("T")

_SECONDS = 60.0
_MOST_NAMED = 5
"""Observations that could not be read, of which the report names each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedScene:
    """A scene in which everything was seen already; nobody looks again."""

    target: Target
    settings: Settings
    started: datetime
    seen: Mapping[Probe[Any], Any]
    """What was seen, or the error that was raised instead."""
    redactor: Redactor = field(default_factory=Redactor)

    @property
    def env(self) -> Mapping[str, str]:
        """The variables that were saved."""
        return self.settings.env

    def now(self) -> datetime:
        """The time at which the run began."""
        return self.started

    def time_left(self) -> float:
        """Ample time, whatever the run had: nobody looks, and judging takes moments."""
        return _SECONDS

    def progress(self, step: Step) -> None:
        """Nobody watches: it is over in a moment."""

    def observe(self, probe: Probe[T]) -> T:
        """What the probe saw then.

        Raises:
            ProbeError: it could not look, or the bundle does not hold it.

        """
        if probe not in self.seen:
            raise ProbeError(
                f"{type(probe).__name__} is not in this bundle",
                "The run that saved it did not look there; run this version on that machine.",
            )
        seen = self.seen[probe]
        if isinstance(seen, Exception):
            raise seen
        return cast("T", seen)


def replay(
    bundle: Bundle, registry: Registry, *, error_text: str = ""
) -> tuple[Report, RecordedScene]:
    """Return the report of a saved run as this version judges it, and what it judged.

    Args:
        bundle: what was saved.
        registry: the checks that judge.
        error_text: what the failed pull printed, where it was not known then.

    Raises:
        ecr_doctor.engine.UnknownCheckError: it was run with `--only` or `--skip` of a check that
            is not installed here.

    """
    settings = replace(bundle.settings, error_text=error_text or bundle.settings.error_text)
    seen, problems = _decoded(bundle, Kinds(plugin_packages(registry)))
    scene = RecordedScene(
        target=parse_target(bundle.image, platform=settings.platform),
        settings=settings,
        started=bundle.started,
        seen=seen,
    )
    report = judge(scene, registry, lambda: bundle.environment)
    report = replace(
        report,
        took=bundle.took,
        results=tuple(_timed(result, bundle) for result in report.results),
        problems=(*report.problems, *problems),
        redactions=bundle.redactions,
    )
    return report, scene


def plugin_packages(registry: Registry) -> frozenset[str]:
    """The packages of the checks that are installed here."""
    return frozenset(type(check).__module__.partition(".")[0] for check in registry.checks)


def _timed(result: CheckResult, bundle: Bundle) -> CheckResult:
    zero = timedelta(0)
    began, took = bundle.timings.get(result.check_id, (zero, zero))
    return replace(result, began=began, took=took)


def _decoded(bundle: Bundle, kinds: Kinds) -> tuple[dict[Probe[Any], Any], tuple[ToolProblem, ...]]:
    """The observations by probe; one that cannot be read costs the checks that need it alone."""
    decoder = Decoder(kinds)
    seen: dict[Probe[Any], Any] = {}
    lost: list[str] = []
    for look in bundle.looks:
        try:
            probe = _probe(look, decoder)
        except CodecError as error:
            lost.append(str(error))
            continue
        try:
            seen[probe] = _outcome(probe, look, decoder)
        except CodecError as error:
            lost.append(f"{type(probe).__name__}: {error}")
            seen[probe] = ProbeError(f"what {type(probe).__name__} saw cannot be read: {error}")
    return seen, _problems(lost, bundle)


def _probe(look: dict[str, Any], decoder: Decoder) -> Probe[Any]:
    probe = decoder.decode(look.get("probe"))
    if not isinstance(probe, Probe):
        raise CodecError("an observation does not say who saw it")
    try:
        hash(probe)
    except TypeError as error:
        raise CodecError(f"{type(probe).__name__} is damaged") from error
    return probe


def _outcome(probe: Probe[Any], look: dict[str, Any], decoder: Decoder) -> Any:  # noqa: ANN401  any observation
    if "error" not in look:
        return _observation(probe, decoder.decode(look["saw"])) if "saw" in look else _nothing()
    error = look["error"]
    if not isinstance(error, dict) or not all(isinstance(v, str) for v in error.values()):
        return _nothing()
    text = error.get("text", "")
    if "name" in error:
        return RecordedError(error["name"], text, error.get("place", "?"))
    return ProbeError(text, error.get("hint", ""))


def _observation(probe: Probe[Any], seen: Any) -> Any:  # noqa: ANN401  any observation
    if not fits(seen, type(probe).look.__annotations__.get("return")):
        raise CodecError("it is of another kind")
    return seen


def _nothing() -> ProbeError:
    return ProbeError("what was seen is not in this bundle")


def _problems(lost: Sequence[str], bundle: Bundle) -> tuple[ToolProblem, ...]:
    if not lost:
        return ()
    what = f"parts of the bundle, written by version {bundle.tool_version}, could not be read"
    more = len(lost) - _MOST_NAMED
    told = "; ".join(lost[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return (ToolProblem(what, told),)
