"""The record as one HTML page that needs nothing besides itself: to be read, printed with page numbers, and kept.

Rule 1: whatever comes from a run is text. It is escaped on its way in, and nothing is loaded from anywhere.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.phrases import Phrase, Say, said
from runbook.views.language import ENGLISH, Language
from runbook.views.lines import sentence
from runbook.views.prose import prose
from runbook.views.record.facts import (
    about,
    answers,
    bound_to,
    came,
    course,
    decided,
    doers,
    recorded,
    roles,
    seen_at,
    sized,
    spoken,
    value,
    who,
)
from runbook.views.record.model import Approval, Record
from runbook.views.visible import visible

if TYPE_CHECKING:
    import jinja2
    from jinja2.runtime import Context
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
"""A time as the journal has it."""
_LINKS = ["link", "reference", "autolink", "image", "html_block", "html_inline"]
"""What an author's text could load, or lead to: it is shown as it was written."""


def page(record: Record, language: Language = ENGLISH) -> str:
    """The whole page."""
    departed: dict[str, list[str]] = {}
    for each in record.deviations:
        departed.setdefault(each.step, []).append(each.text)
    template = _templates().get_template("record.html")
    return template.render(
        say=language.say,
        language=language.code,
        pages=_page_number(language.say),
        record=record,
        course=list(course(record)),
        roles=list(roles(record)),
        bound_to=list(bound_to(record)),
        gates=list(_gates(record)),
        departed=departed,
        gated={approval.step for approval in record.approvals},
    )


def _gates(record: Record) -> Iterator[tuple[Approval, list[Approval]]]:
    """The decisions of each round of an approval, which were about the same text, under the first of them."""
    for _, found in groupby(record.approvals, lambda each: (each.step, each.round, each.shown, each.said.seen)):
        decisions = list(found)
        yield decisions[0], decisions


@functools.cache
def _templates() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("runbook.views"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
        finalize=jinja2.pass_context(_shown),
    )
    environment.filters.update(
        about=about,
        answers=answers,
        came=came,
        decided=decided,
        doers=doers,
        capital=jinja2.pass_context(_capital),
        moments=jinja2.pass_context(_moments),
        prose=_as_html,
        recorded=recorded,
        seen_at=seen_at,
        sized=sized,
        spoken=spoken,
        who=who,
        value=value,
        seconds=in_words,
        in_style=in_style,
    )
    return environment


def _said(context: Context, given: Any) -> Any:
    """The text in the language of the page."""
    return said(given, context["say"]) if isinstance(given, Phrase) else given


def _shown(context: Context, given: Any) -> Any:
    """Control characters are shown, never obeyed; also those that half of a character would leave behind."""
    text = _said(context, given)
    return visible(_whole(text)) if type(text) is str else text


def _moments(context: Context, given: str) -> str:
    return moments(_said(context, given))


def _capital(context: Context, given: str) -> str:
    return sentence(_said(context, given))


def _page_number(say: Say) -> Markup:
    """What CSS writes at the foot of each page."""
    from markupsafe import Markup

    words = say("Page {number} of {total}", number='" counter(page) "', total='" counter(pages) "')
    return Markup(f'"{words}"'.removesuffix(' ""').removeprefix('"" '))


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _as_html(text: str) -> Markup:
    """An author's text, with the values of the run in it: its Markdown is laid out, all else in it is text."""
    from markupsafe import Markup

    return Markup(_parser().render(str(prose(_whole(text)))))


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(_LINKS)


def moments(text: str) -> str:
    """The text with each time as people write it, to the second: `2026-11-22 09:00:00`."""
    return _INSTANT.sub(r"\1 \2", text)


def in_style(text: str) -> str:
    """A text inside a string of a style sheet: every character but letters and digits spelled out."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in text)
