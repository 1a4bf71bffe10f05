"""The page before axe-core, which knows what screen readers and keyboards need.

axe-core is Deque's (MPL-2.0) and comes in the package axe-selenium-python-nhsuk.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from . import rough

if TYPE_CHECKING:
    from pathlib import Path

    from .chromium import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PACKAGE = "axe_selenium_python"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"width": 1280, "dark": False},
    "dark": {"width": 1280, "dark": True},
    "narrow": {"width": 390, "dark": False},
}
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(done, error => done(String(error)));
"""
UNFOLD = "document.querySelectorAll('details').forEach(d => d.open = true)"


@pytest.fixture(scope="module")
def axe() -> str:
    """The script, as its authors publish it."""
    pytest.importorskip(PACKAGE, reason="axe-core is in the dependency group `test`")
    file = resources.files(PACKAGE) / "node_modules" / "axe-core" / "axe.min.js"
    return file.read_text(encoding="utf-8")


def violations(browser: Browser, axe: str) -> list[tuple[str, Any]]:
    """The rules that the open page breaks, each with the elements that break it."""
    browser.run(axe)
    found = browser.wait_for(RUN, seconds=150)
    assert isinstance(found, dict), found
    assert len(found["passes"]) > 20
    return [(v["id"], [node["html"] for node in v["nodes"]]) for v in found["violations"]]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["client", "iam", "healthy", "accepted", "many"])
def test_axe_finds_nothing(
    browser: Browser, pages: dict[str, Path], axe: str, name: str, look: str
) -> None:
    browser.show(pages[name], **LOOKS[look])
    browser.run(UNFOLD)

    assert violations(browser, axe) == []


def test_not_even_in_hostile_evidence(browser: Browser, pages: dict[str, Path], axe: str) -> None:
    browser.show(pages["hostile"])

    assert violations(browser, axe) == []


def test_axe_would_find_something(browser: Browser, pages: dict[str, Path], axe: str) -> None:
    browser.show(pages["healthy"])
    browser.run("document.documentElement.removeAttribute('lang')")
    browser.run("document.querySelector('.hint').style.color = '#ccc'")

    assert [rule for rule, _ in violations(browser, axe)] == ["color-contrast", "html-has-lang"]


def test_it_has_500_checks() -> None:
    assert len(rough.ALL["many"]().results) == 500
