"""Where a run stands, on a screen: how far it is, every step with its time and its people, what it waits for.

Rule 1: it needs no library beyond Python's own, since looking at a run has to be instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.definition import Process, Step
from runbook.durations import in_words
from runbook.instants import between
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import machine
from runbook.views.awaited import awaited
from runbook.views.lines import columns, shortened, wrapped
from runbook.views.style import SIGNS, Style
from runbook.views.visible import visible

_LONGEST_REASON = 300


def status(state: RunState, style: Style, width: int, holder: str = "") -> Iterator[str]:
    """A run on a screen; `holder` carries it out right now."""
    found = machine.status(state)
    entries = {entry["id"]: entry for entry in found["steps"]}
    yield from (style.bold(line) for line in wrapped(visible(state.plan.process.title), width))
    yield f"{state.run}  {state.plan.root}"
    over = sum(1 for entry in entries.values() if entry["status"] in machine.OVER)
    took = f", took {in_words(between(state.started_at, state.ended_at))}" if state.ended_at else ""
    yield f"{style.state(state.status)}, {over} of {len(entries)} steps over{took}"
    started = f"started {minute(state.started_at)} by {visible(state.started_by)}{_people(state)}"
    yield from wrapped(started, width, "", "  ")
    if state.reason:
        yield from wrapped(visible(state.reason), width, "", "  ")
    yield ""
    rows = list(_rows(state.plan.process, state, "", 0))
    room = max((2 * depth + len(step.id) for _, step, depth in rows), default=0)
    for path, step, depth in rows:
        entry, known = entries[path], state.steps.get(path)
        if known and not known.reply and entry.get("by") == state.started_by:
            entry["by"] = ""  # the machine did it in their name, which goes without saying
        yield from _step(entry, step, depth, room, style, width)
        yield from _kept(known, width) if known else ()
    yield from _notes(state, width)
    if not state.ended:
        yield ""
        for what, command in awaited(state, holder):
            yield from _next(what, command, width)


def minute(at: str) -> str:
    """An instant for people: `2026-11-22 09:00`."""
    return at[:16].replace("T", " ")


def _people(state: RunState) -> str:
    """Who has played which part so far; the starter is named already."""
    parts = [f"{role} {visible(', '.join(sorted(people)))}" for role, people in state.played.items() if role and people]
    return f" ({'; '.join(parts)})" if parts else ""


def _rows(process: Process, state: RunState, prefix: str, depth: int) -> Iterator[tuple[str, Step, int]]:
    """Every step with its path and how deep it stands: below its section, or the step that runs its process."""

    def below(steps: tuple[Step, ...], depth: int) -> Iterator[tuple[str, Step, int]]:
        for step in steps:
            yield prefix + step.id, step, depth
            yield from below(step.steps, depth + 1)
            if step.use:
                yield from _rows(state.plan.processes[step.use], state, f"{prefix}{step.id}/", depth + 1)

    for part in (process.checks, process.steps, process.finally_):
        yield from below(part, depth)


def _step(entry: dict[str, Any], step: Step, depth: int, room: int, style: Style, width: int) -> Iterator[str]:
    """A step in one line, or on several below each other where the width is too small."""
    sign, code = SIGNS[entry["status"]]
    name = "  " * depth + step.id
    mark = style.paint(f"{sign} {entry['status']:<9}", code)
    text = visible(entry["title"]) + _told(entry)
    if 12 + room + 2 + 24 <= width:
        first, *more = wrapped(text, width - 14 - room) or [""]
        yield f"{mark} {name:<{room}}  {first}"
        yield from (f"{' ' * (14 + room)}{line}" for line in more)
    else:
        yield f"{mark} {name}"
        yield from wrapped(text, width, " " * (14 + 2 * depth))


def _told(entry: dict[str, Any]) -> str:
    """How long it took, how often it was tried, who did it, and why it ended as it did."""
    parts = []
    if entry["started_at"] and entry["ended_at"]:
        seconds = between(entry["started_at"], entry["ended_at"])
        parts += [in_words(seconds)] if seconds >= 0.05 else []
    elif entry["started_at"] and entry["status"] not in machine.OVER:
        parts.append(f"since {minute(entry['started_at'])}")
    if entry["attempts"] > 1:
        parts.append(f"{entry['attempts']} attempts")
    if entry.get("by"):
        parts.append(f"by {visible(entry['by'])}")
    words = ", ".join(parts)
    reason = shortened(entry["reason"], _LONGEST_REASON) if entry.get("reason") else ""
    told = ": ".join(each for each in (words, reason) if each)
    return f"  ({told})" if told else ""


def _kept(step: StepState, width: int) -> Iterator[str]:
    """What people noted about the step, and attached to it."""
    for note in step.notes:
        yield from wrapped(f"note by {visible(note['by'])}: {visible(note['text'])}", width, " " * 14, " " * 16)
    for file in step.evidence:
        words = f"attached by {visible(file['by'])}: {visible(file['name'])} ({file['size']} bytes)"
        yield from wrapped(words, width, " " * 14, " " * 16)


def _notes(state: RunState, width: int) -> Iterator[str]:
    """What people noted about the run as a whole, and what was left to whoever goes on."""
    left = state.handed_over
    if state.notes or left:
        yield ""
    for note in state.notes:
        words = f"Note by {visible(note['by'])}, {minute(note['at'])}: {visible(note['text'])}"
        yield from wrapped(words, width, "", "  ")
    if left:
        to = visible(str(left["to"])) or "whoever goes on"
        text = f": {visible(str(left['text']))}" if left["text"] else ""
        words = f"Handed over by {visible(str(left['by']))} to {to}, {minute(str(left['at']))}{text}"
        yield from wrapped(words, width, "", "  ")


def _next(what: str, command: str, width: int) -> Iterator[str]:
    line = f"{what}: {command}" if command else what
    if columns(line) <= width:
        yield line
    else:
        yield f"{what}:"
        yield f"  {command}"
