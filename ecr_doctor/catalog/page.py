"""The page of a cause as Markdown: docs/causes/ID.md, and what `ecr-doctor causes ID` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .filling import fill, fill_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecr_doctor.model import Fix

    from .cause import Cause

CAUSE_URL: Final = "https://github.com/ecr-doctor/ecr-doctor/blob/main/docs/causes/{id}.md"


_STRONG: Final = 75
"""From this weight on a text speaks for its cause (see `cause.Symptom`)."""


def cause_url(cause_id: str) -> str:
    """Where the page of a cause is published."""
    return CAUSE_URL.format(id=cause_id)


def page(cause: Cause, *, links: bool = True) -> str:
    """The page of a cause; without `links`, which are noise on a terminal, names and addresses."""
    return "\n".join(_lines(cause, links=links)) + "\n"


def _lines(cause: Cause, *, links: bool) -> Iterator[str]:
    yield f"# {cause.title}"
    yield from ("", f"`{cause.id}` · {cause.layer}", "", cause.explanation.strip())
    yield from _seen(cause)
    yield from _confirm(cause)
    yield from _confusions(cause, links=links)
    yield from ("", "## How to fix it")
    for fix in cause.fixes:
        yield from _fix(fill(fix, {}))
    if cause.references:
        yield from ("", "## Where this was read", "")
        yield from (f"- <{url}>" if links else f"- {url}" for url in cause.references)


def _seen(cause: Cause) -> Iterator[str]:
    own = _examples(cause, strong=True)
    others = [text for text in _examples(cause, strong=False) if text not in own]
    if not own and not others and not cause.groups:
        return
    yield from ("", "## What you see")
    if own:
        yield from ("", "Texts that speak for it:", "", *(f"- {_code(text)}" for text in own))
    if others:
        lead = "Texts that other causes print too:"
        yield from ("", lead, "", *(f"- {_code(text)}" for text in others))
    if cause.groups:
        shared = ", ".join(f"*{group}*" for group in cause.groups)
        yield from ("", f"It is one of the many causes of {shared}.")


def _examples(cause: Cause, *, strong: bool) -> list[str]:
    """The symptoms as people read them, each once."""
    from .template import readable  # noqa: PLC0415  `explain` needs the address of pages only

    found = (s for s in cause.symptoms if (s.weight >= _STRONG) is strong)
    return list(dict.fromkeys(readable(symptom.example) for symptom in found))


def _confirm(cause: Cause) -> Iterator[str]:
    if not cause.confirm and not cause.question:
        return
    yield from ("", "## How to be sure", "")
    if cause.question:
        yield from (fill_text(cause.question, {}), "")
    yield from (f"- {_code(fill_text(step, {}))}" for step in cause.confirm)


def _confusions(cause: Cause, *, links: bool) -> Iterator[str]:
    if cause.confused_with:
        yield from ("", "## What it is confused with", "")
    for other in cause.confused_with:
        name = f"[{other.cause}]({other.cause}.md)" if links else other.cause
        yield f"- {name}: {other.difference}"


def _fix(fix: Fix) -> Iterator[str]:
    yield from ("", f"### {fix.title}")
    if fix.steps:
        yield ""
        yield from (f"{number}. {step}" for number, step in enumerate(fix.steps, 1))
    if fix.command:
        yield from ("", "```sh", fix.command.strip(), "```")
    if fix.policy:
        yield from ("", "```json", fix.policy.strip(), "```")


def _code(text: str) -> str:
    """Inline code, whatever back-ticks the text holds."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"
