"""The record as one HTML page that needs nothing besides itself: to be read, printed with page numbers, and kept.

Rule 1: whatever comes from a run is text. It is escaped on its way in, and nothing is loaded from anywhere.
"""

from __future__ import annotations

from typing import Any

from runbook.durations import in_words
from runbook.views.record.facts import about, answered, came, decided, facts, sized, value, who
from runbook.views.record.model import Record
from runbook.views.visible import visible


def page(record: Record) -> str:
    """The whole page."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("runbook.views"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
        finalize=_shown,
    )
    environment.filters.update(
        about=about,
        answered=answered,
        came=came,
        sized=sized,
        decided=decided,
        who=who,
        value=value,
        seconds=in_words,
        in_style=in_style,
    )
    return environment.get_template("record.html").render(record=record, facts=list(facts(record)))


def _shown(given: Any) -> Any:
    """Control characters are shown, never obeyed; also those that half of a character would leave behind."""
    return visible(given.encode("utf-8", "replace").decode("utf-8")) if type(given) is str else given


def in_style(text: str) -> str:
    """A text inside a string of a style sheet: every character but letters and digits spelled out."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in text)
