from __future__ import annotations

import pytest

from ecr_doctor.cli.output import Destination, destinations
from ecr_doctor.errors import UsageError


@pytest.mark.parametrize(
    ("names", "paths", "expected"),
    [
        pytest.param([], [], [Destination("text")], id="text on stdout"),
        pytest.param(["json"], [], [Destination("json")], id="a format on stdout"),
        pytest.param([], ["r.html", "r.json"],
                     [Destination("html", "r.html"), Destination("json", "r.json")], id="files"),
        pytest.param(["text"], ["r.html"],
                     [Destination("html", "r.html"), Destination("text")], id="a file and stdout"),
        pytest.param(["json"], ["report"], [Destination("json", "report")],
                     id="a file without a suffix takes the format"),
        pytest.param(["json"], ["r.json"], [Destination("json", "r.json")],
                     id="a format that a file has is not on stdout too"),
    ],
)  # fmt: skip
def test_where_reports_go(names: list[str], paths: list[str], expected: list[Destination]) -> None:
    assert destinations(names, paths) == expected


@pytest.mark.parametrize(
    ("names", "paths", "says"),
    [
        (["pdf"], [], "no format 'pdf'"),
        ([], ["report"], "report"),
        (["json", "html"], [], "only one format"),
    ],
)
def test_what_is_refused(names: list[str], paths: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        destinations(names, paths)
