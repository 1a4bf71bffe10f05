"""The page in a real Chromium. Pictures are kept in tests/artifacts, to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import rough, samples

if TYPE_CHECKING:
    from .chromium import Browser

pytestmark = pytest.mark.browser
ARTIFACTS = Path(__file__).parents[1] / "artifacts" / "html"
OVERFLOWING = """
const wide = document.documentElement.clientWidth;
const out = box => box.width && (box.right > wide + 1 || box.left < -1);
return [...document.querySelectorAll('body *')]
  .filter(e => out(e.getBoundingClientRect()) && !e.closest('.unseen, .skip, .policy *'))
  .map(e => e.tagName + '.' + e.className);
"""
COVERED = """
const texts = document.querySelectorAll('h1, h2, .lead, .block, .reasons p, .facts td');
const scrolls = e => getComputedStyle(e).overflowX === 'auto';
return [...texts].filter(e => e.scrollWidth > e.clientWidth + 1 && !scrolls(e))
  .map(e => e.className || e.tagName);
"""
CONTRAST = """
const parts = c => c.match(/[\\d.]+/g).map(Number);
const linear = x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
const light = c => {
  const [r, g, b] = parts(c).slice(0, 3).map(x => linear(x / 255));
  return .2126 * r + .7152 * g + .0722 * b;
};
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (parts(c)[3] !== 0) return c;
  }
};
const ratio = e => {
  const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
  return (a + .05) / (b + .05);
};
const speaks = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
return [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => speaks(e) && !e.closest('svg, .unseen') && !(ratio(e) >= LEAST))
  .map(e => [ratio(e), e.className + ' ' + e.tagName]);
"""
STOPS = """
const all = document.querySelectorAll('a, summary, [tabindex]');
return [...all].filter(e => e.tabIndex >= 0).length;
"""
WIDTHS = [
    *((name, width) for name in rough.ALL for width in (390, 1280)),
    ("iam", 820),
    ("iam", 1920),
]


def picture(browser: Browser, name: str) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    browser.picture(ARTIFACTS / f"{name}.png")


@pytest.mark.parametrize(("name", "width"), WIDTHS)
def test_the_layout_holds(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    browser.show(pages[name], width=width)
    picture(browser, f"{name}-{width}")

    assert browser.run(OVERFLOWING) == []
    assert browser.run(COVERED) == []
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.run(OVERFLOWING) == []
    assert browser.complaints() == []
    assert browser.requests() == []


def test_nothing_injected_lives(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["hostile"])

    assert (
        browser.run("return document.querySelectorAll('script, img, a[href^=javascript]').length")
        == 0
    )
    assert browser.run("return document.querySelectorAll('style').length") == 1
    assert browser.run("return document.title.includes('<script>')")
    assert browser.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_text_can_be_read(
    browser: Browser,
    pages: dict[str, Path],
    name: str,
    dark: bool,  # noqa: FBT001
) -> None:
    browser.show(pages[name], dark=dark)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    picture(browser, f"{name}-open-{'dark' if dark else 'light'}")

    assert browser.run("return getComputedStyle(document.body).backgroundColor") == (
        "rgb(19, 21, 23)" if dark else "rgb(247, 246, 243)"
    )
    assert browser.run(CONTRAST.replace("LEAST", "4.5")) == []
    assert browser.run(CONTRAST.replace("LEAST", "22")) != []  # the script does measure


def test_the_answer_is_on_the_first_screen(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["client"], width=1280)

    for element in ("h1", ".sure", ".path svg.wide", ".todo .block"):
        script = f"return document.querySelector('{element}').getBoundingClientRect().bottom"
        assert browser.run(script) < 1000


def test_the_path_is_drawn_for_the_width(browser: Browser, pages: dict[str, Path]) -> None:
    shown = "return [...document.querySelectorAll('.path svg')].map(e => e.checkVisibility())"
    browser.show(pages["client"], width=1280)
    assert browser.run(shown) == [True, False]
    browser.show(pages["client"], width=390)
    assert browser.run(shown) == [False, True]


def test_it_can_be_walked_with_the_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    browser.show(pages["client"])
    stops = browser.run(STOPS)
    folds = browser.run("return document.querySelectorAll('summary').length")

    assert stops >= folds + 3
    browser.run("document.querySelector('.skip').focus()")
    assert browser.run("return document.activeElement.className") == "skip"
    assert browser.run("return document.querySelector('.skip').getBoundingClientRect().left") >= 0


@pytest.mark.parametrize(("paper", "inches"), [("a4", (8.27, 11.69)), ("letter", (8.5, 11.0))])
@pytest.mark.parametrize("name", samples.SAMPLES)
def test_it_prints(
    browser: Browser, pages: dict[str, Path], name: str, paper: str, inches: tuple[float, float]
) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    browser.show(pages[name])
    data = browser.pdf(ARTIFACTS / f"{name}-{paper}.pdf", inches=inches).read_bytes()

    assert data.startswith(b"%PDF")
    assert 1 < data.count(b"/Type /Page\n") < 20
