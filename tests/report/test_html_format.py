from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from ecr_doctor.report.html_format import HtmlFormat

from . import rough, samples

VOID = {"meta", "link", "br", "img", "input"}


class Page(HTMLParser):
    """Reads a page strictly: every tag closed in order, and what it holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        for name, value in attrs:
            if name in {"href", "src", "action", "data"}:
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(params=rough.ALL, ids=str)
def page(request: pytest.FixtureRequest) -> tuple[str, Page]:
    text = HtmlFormat().render(rough.ALL[request.param]())
    return text, Page(text)


def test_nothing_in_it_acts_or_asks(page: tuple[str, Page]) -> None:
    _, read = page

    assert not read.tags & {"script", "iframe", "object", "embed", "form", "img", "base", "audio"}
    assert not [name for name in read.attributes if name.startswith("on") or name == "style"]
    assert all(link.startswith(("https://github.com/", "#", "data:,")) for link in read.links)
    assert len(read.ids) == len(set(read.ids))


def test_its_policy_lets_its_own_style_act_alone(page: tuple[str, Page]) -> None:
    text, _ = page
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()

    assert len(style) == 1
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:" in text
    assert "url(" not in style[0]
    assert "@import" not in style[0]


@pytest.mark.parametrize("name", samples.ORDINARY)
def test_it_is_small(name: str) -> None:
    assert len(HtmlFormat().render(rough.ALL[name]()).encode()) < 300_000


@pytest.mark.parametrize("name", ["many", "hostile"])
def test_even_the_largest_is_bounded(name: str) -> None:
    assert len(HtmlFormat().render(rough.ALL[name]()).encode()) < 2_500_000


@pytest.mark.parametrize("name", ["client", "iam", "network"])
def test_it_tells_all(name: str) -> None:
    report = rough.ALL[name]()
    text = re.sub(r"<[^>]+>", "", HtmlFormat().render(report))
    for plain, written in (
        ("'", "&#39;"),
        ('"', "&#34;"),
        (">", "&gt;"),
        ("<", "&lt;"),
        ("&", "&amp;"),
    ):
        text = text.replace(written, plain)

    for diagnosis in report.diagnoses:
        assert diagnosis.title in text
        for fix in diagnosis.fixes:
            assert fix.command in text
            assert fix.policy in text
    for result in report.results:
        assert result.check_id in text
        assert result.verdict.summary in text
    for entry in report.differential:
        assert entry.cause in text


def test_the_administrators_part_stands_apart() -> None:
    text = HtmlFormat().render(samples.iam_fault())
    you, admin = text.index("<h3>You</h3>"), text.index("<h3>An administrator")

    assert you < text.index('<span class="word">get-caller-identity') < admin
    assert admin < text.index("PullTeamApp")
