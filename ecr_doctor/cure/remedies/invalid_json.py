"""Docker cannot parse its configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.clients.resolution import SourceKind
from ecr_doctor.cure.changes import RepairJson
from ecr_doctor.cure.json_text import parse
from ecr_doctor.cure.repair import repair
from ecr_doctor.cure.serving import serve
from ecr_doctor.cure.step import Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case


def propose(case: Case, ailment: Ailment) -> Step:
    """Repair the text if it can have been meant in one way alone; then see what is missing."""
    repaired = repair(case.config.data)
    if repaired is None and not _is_json(case.config.data):
        return Step(ailment, say=_by_hand(case))
    data = repaired.data if repaired else case.config.data
    said = f"Wrong in it: {'; '.join(repaired.faults)}." if repaired else "A field is of no use."
    first = (RepairJson(),) if repaired else ()
    config = parse_config(data)
    if config.route(case.host).kind is not SourceKind.NONE and repaired:
        return Step(ailment, first, (said,))
    seen = replace(case.config, data=data, config=config)
    more = serve(replace(case, config=seen), ailment, intended=True)
    return Step(ailment, (*first, *more.changes), (said, *more.say))


def _is_json(data: bytes) -> bool:
    try:
        return parse(data.decode("utf-8", "surrogateescape")) is not None
    except ValueError:
        return False


def _by_hand(case: Case) -> tuple[str, ...]:
    return (
        f"{case.config.place or case.config.path}: {case.config.problem}",
        "There is more than one way to repair this: please do it in an editor.",
    )


REMEDY = Remedy(frozenset({"config-json-invalid"}), propose)
