"""What a check of a run, an item, a journal or an archive came to: as lines, or as data for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.journal.laws import Finding
from runbook.journal.verdict import Verdict
from runbook.views.style import Style
from runbook.views.visible import visible

UNANCHORED = "no anchor was compared: a journal that somebody wrote anew from its beginning would pass"
"""What a check can't know without an anchor."""


def told(verdict: Verdict, style: Style) -> Iterator[str]:
    """The lines: what is wrong, each with its place, then how much was looked at."""
    for finding in verdict.findings:
        yield style.paint("x", "31") + f" {_line(finding)}"
    if verdict.unreadable:
        yield style.paint("x", "31") + f" {visible(verdict.unreadable)}"
    name = visible(f"{verdict.what} {verdict.name}")
    if verdict.sound:
        yield style.paint("+", "32") + f" {name} is as it was written"
    else:
        count = len(verdict.findings) + bool(verdict.unreadable)
        yield style.paint("x", "31") + f" {name}: {many(count, 'finding')}"
    looked = [many(verdict.events, "event")]
    if verdict.what == "journal":
        looked.insert(0, many(verdict.runs, "run"))
        if verdict.streams:
            looked.insert(1, many(verdict.streams, "stream"))
    if verdict.evidence:
        looked.append(many(verdict.evidence, "file") + " of evidence")
    if verdict.signatures:
        looked.append(many(verdict.signatures, "signature"))
    if verdict.anchors:
        looked.append(many(verdict.anchors, "anchor"))
    yield f"  looked at: {', '.join(looked)}"
    if verdict.head[0]:
        yield f"  newest event: {verdict.head[0]}, {verdict.head[1]}"
    yield from (f"  {visible(note)}" for note in notes(verdict))


def notes(verdict: Verdict) -> Iterator[str]:
    """What was not looked at, or can't be known."""
    yield from verdict.notes
    if not verdict.anchors:
        yield UNANCHORED


def _line(finding: Finding) -> str:
    return visible(f"{finding.where}: {finding}").replace("\n", "\u240a")


def many(count: int, word: str) -> str:
    """So many of them: `1 run`, `2 runs`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as `verify --json` prints it (docs/reference/json.md)."""
    entry: dict[str, Any] = {
        "what": verdict.what,
        "name": verdict.name,
        "sound": verdict.sound,
        "findings": [
            {"where": each.where, "run": each.run, "stream": each.stream, "event": each.seq, "what": each.what}
            for each in verdict.findings
        ],
        "runs": verdict.runs,
        "streams": verdict.streams,
        "events": verdict.events,
        "evidence": verdict.evidence,
        "signatures": verdict.signatures,
        "anchors": verdict.anchors,
        "notes": list(notes(verdict)),
    }
    if verdict.head[0]:
        entry["head"] = {"seq": verdict.head[0], "hash": verdict.head[1]}
        if verdict.definition:
            entry["definition"] = verdict.definition
    if verdict.unreadable:
        entry["unreadable"] = verdict.unreadable
    return entry
