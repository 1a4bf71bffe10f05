"""Makes a bundle of what a run saw."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.engine.environment import VARIABLES
from ecr_doctor.errors import raised_at
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.version import VERSION

from .codec import Encoder
from .document import KIND, SCHEMA, settings_as_json
from .kinds import CodecError, Kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecr_doctor.engine.observe import Look, Observer
    from ecr_doctor.model import Report
    from ecr_doctor.probes.base import Probe

LARGEST: Final = 16 << 20
"""Bytes of all observations together; the largest ones are left out beyond that."""
_END: Final = 1 << 20
"""Characters at each end of a text that the user gave, a whole log perhaps, that are saved."""
_ENV: Final = (*VARIABLES, "AWS_EC2_METADATA_DISABLED", "no_proxy", "https_proxy")
"""Variables that are saved, for the checks that read them; none of these holds a secret."""


def record(
    report: Report,
    observer: Observer,
    *,
    plugins: frozenset[str] = frozenset(),
    rename: Callable[[str], str] | None = None,
) -> str:
    """Return the bundle as text: what was seen, without secrets, and bounded in size.

    Args:
        report: of the same run, already as it is shown; its times and environment are kept.
        observer: of the run.
        plugins: packages whose own values may be in the bundle.
        rename: applied to every text after the redactor, for `--anonymize`.

    """

    def clean(text: str) -> str:
        text = observer.redactor.clean(text)
        return rename(text) if rename else text

    looks = _bounded(_looks(observer, Encoder(Kinds(plugins), clean)))
    env = {name: clean(observer.env[name]) for name in _ENV if observer.env.get(name)}
    settings = _cleaned(settings_as_json(observer.settings, env), clean)
    document = {
        "kind": KIND,
        "schema": SCHEMA,
        "tool": {"name": "ecr-doctor", "version": VERSION},
        "started": report.started.astimezone(UTC).isoformat(),
        "image": clean(observer.target.image),
        "settings": settings,
        "environment": [[e.what, e.value, e.source] for e in report.environment],
        "timings": {
            "took": report.took.total_seconds(),
            "checks": {
                r.check_id: [r.began.total_seconds(), r.took.total_seconds()]
                for r in report.results
            },
        },
        "redactions": [[r.what, r.count] for r in report.redactions],
        "looks": looks,
    }
    return json.dumps(document, indent=1) + "\n"


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:  # noqa: ANN401  JSON
    if isinstance(value, str):
        text = clean(value)
        return text if len(text) <= 2 * _END else text[:_END] + "\n...\n" + text[-_END:]
    if isinstance(value, (list, tuple)):
        return [_cleaned(item, clean) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item, clean) for name, item in value.items()}
    return value


def _looks(observer: Observer, encoder: Encoder) -> list[dict[str, Any]]:
    """Every look, in an order that does not depend on which thread was first."""
    looks = sorted(observer.looks().items(), key=lambda item: repr(item[0]))
    return list(filter(None, (_look(probe, look, encoder) for probe, look in looks)))


def _look(probe: Probe[Any], look: Look, encoder: Encoder) -> dict[str, Any] | None:
    try:
        asked = encoder.encode(probe)
    except CodecError:
        return None  # of a folder of checks that is on this machine alone
    try:
        return {"probe": asked, "took": round(look.took, 3), **_outcome(probe, look, encoder)}
    except CodecError as error:
        return {"probe": asked, "error": _error(encoder, f"this was not saved: {error}")}


def _outcome(probe: Probe[Any], look: Look, encoder: Encoder) -> dict[str, Any]:
    if not look.done.is_set():
        text = f"{type(probe).__name__} gave no answer within {probe.limit:.1f} s"
        return {"error": _error(encoder, text)}
    if look.error is None:
        return {"saw": encoder.encode(look.seen)}
    if isinstance(look.error, ProbeError):
        return {"error": _error(encoder, look.error.reason, hint=look.error.hint)}
    name, place = type(look.error).__name__, raised_at(look.error)
    return {"error": _error(encoder, str(look.error), name=name, place=place)}


def _error(encoder: Encoder, text: str, **more: str) -> dict[str, Any]:
    return {name: encoder.encode(value) for name, value in {"text": text, **more}.items()}


def _bounded(looks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The looks, without the observations of the largest ones where all are too large."""
    sizes = [len(json.dumps(look, indent=1)) for look in looks]
    for at in _largest_first(sizes):
        if sum(sizes) <= LARGEST:
            break
        reason = f"this was not saved: it is too large ({sizes[at]} bytes)"
        looks[at] = {"probe": looks[at]["probe"], "error": {"text": reason}}
        sizes[at] = 0
    return looks


def _largest_first(sizes: list[int]) -> Iterable[int]:
    return sorted(range(len(sizes)), key=lambda at: -sizes[at])
