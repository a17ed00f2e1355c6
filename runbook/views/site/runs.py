"""The pages of runs: what was done, when and by whom, from their records; and the list that leads to them.

Rule 1: a page tells how a run went: no value that was filled in, no output, no file; what is confidential is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.run.tally import PastRun
from runbook.views.record.facts import decided, doers, roles, who
from runbook.views.record.model import Done, Record
from runbook.views.site import paths
from runbook.views.site.page import Page
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.views.site.model import Site

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
_GOOD = ("succeeded", "succeeded with failures")
_BAD = ("failed", "cancelled", "in doubt", "skipped")


@dataclass(frozen=True, slots=True)
class Kept:
    """A run whose record is a page: which process it is of, what stands for all that happened in it, and its record."""

    run: PastRun
    process: str
    key: str
    record: Callable[[], Record]
    """The record for everybody: what is confidential is not in it."""


def run_html(kept: Kept, site: Site) -> str:
    """The page of a run."""
    say, record = site.language.say, kept.record()
    card = site.cards.get(kept.process)
    above = [(say("Home"), paths.HOME), (say("Runs"), paths.RUNS)]
    title = say("Run {run}", run=record.run)
    page = Page(
        site, paths.run_page(record.run), title, "run", group=kept.process.rpartition("/")[0], trail=tuple(above)
    )
    return page.rendered(
        "run.html",
        {
            "title": visible(record.title),
            "process": card.page if card else "",
            "changed": card is not None and card.definition != record.definition,
            "status": record.status,
            "sort": sort_of(record.status),
            "reason": _text(record.reason),
            "facts": tuple(_facts(record, site)),
            "deviations": tuple((_at(each.at), visible(each.by), _text(each.text)) for each in record.deviations),
            "steps": tuple(_step(each) for each in record.steps),
            "approvals": tuple(
                {
                    "title": visible(each.title),
                    "who": visible(who(each.said)),
                    "role": each.role,
                    "decided": _text(decided(each.said)),
                    "at": _at(each.said.at),
                    "lapsed": _text(each.lapsed),
                }
                for each in record.approvals
            ),
            "evidence": tuple(
                {
                    "step": each.step,
                    "requirement": visible(each.requirement),
                    "name": visible(each.name),
                    "type": visible(each.type),
                    "size": each.size,
                    "by": visible(each.by),
                    "at": _at(each.at),
                    "sha256": each.sha256,
                }
                for each in record.evidence
            ),
        },
    )


def runs_html(site: Site) -> str:
    """The list of the runs that have pages: those under way first, then the newest."""
    say = site.language.say
    page = Page(site, paths.RUNS, say("Runs"), "runs", trail=((say("Home"), paths.HOME),))
    return page.rendered("runs.html", {"rows": tuple(run_rows(site))})


def run_rows(site: Site) -> Iterator[dict[str, Any]]:
    """The rows of the list of runs."""
    ordered = sorted(site.runs, key=lambda each: (each.run.started_at, each.run.run), reverse=True)
    for each in sorted(ordered, key=lambda each: bool(each.run.ended_at)):
        card = site.cards.get(each.process)
        yield {
            "run": each.run.run,
            "page": paths.run_page(each.run.run),
            "title": card.title if card else each.process,
            "process": card.page if card else "",
            "started": _at(each.run.started_at)[:16],
            "by": visible(each.run.by),
            "status": each.run.status,
            "sort": sort_of(each.run.status),
            "seconds": each.run.seconds if each.run.seconds is not None else "",
            "took": in_words(each.run.seconds) if each.run.seconds is not None else "",
        }


def sort_of(status: str) -> str:
    """The class of a status: `good`, `bad`, or empty for what is under way."""
    return "good" if status in _GOOD else "bad" if status in _BAD else ""


def _facts(record: Record, site: Site) -> Iterator[tuple[str, str, bool]]:
    """Each fact: its name, what it is, and whether that is set as code."""
    say = site.language.say
    yield say("Run"), record.run, True
    yield say("Begun"), say("{at} by {who}", at=_at(record.started_at), who=visible(record.started_by)), False
    if record.origin:
        yield say("Origin"), visible(record.origin), False
    if record.seconds is not None:
        yield say("Ended"), _at(record.ended_at), False
        yield say("Took"), in_words(record.seconds), False
    yield say("Steps"), say("{over} of {total} over", over=record.over, total=record.total), False
    if record.transcribed:
        yield say("Manner"), say("Written down from paper: nothing of it was executed."), False
    elif record.instructions:
        yield say("Manner"), say("By instructions: people carried it all out."), False
    if record.failures:
        yield say("Failed and dealt with"), visible(", ".join(record.failures)), False
    for role, people in roles(record):
        yield visible(role), visible(people), False
    for before in record.adopted:
        yield say("Definition before"), before, True
    yield say("Definition"), record.definition, True


def _step(step: Done) -> dict[str, Any]:
    return {
        "number": step.number,
        "title": visible(step.title),
        "path": step.path,
        "by": visible(doers(step)),
        "started": _at(step.started_at),
        "seconds": step.seconds,
        "status": step.status,
        "sort": sort_of(step.status),
        "reason": _text(step.reason),
        "attempts": step.attempt,
    }


def _text(text: str) -> str:
    """A text of a run, its times as people write them."""
    return _INSTANT.sub(r"\1 \2", visible(text))


def _at(instant: str) -> str:
    return instant[:19].replace("T", " ")
