"""Where a run stands, on a screen: how far it is, every step with its time and its people, what it waits for.

Rule 1: it needs no library beyond Python's own, since looking at a run has to be instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from runbook.durations import in_words
from runbook.instants import between
from runbook.run.events import Status
from runbook.run.evidence import missing
from runbook.run.progress import StepState
from runbook.run.shown import OVER, Shown, shown
from runbook.run.state import RunState
from runbook.run.visibility import without_reasons
from runbook.views.awaited import Rivals, awaited, in_time, nobody, way_on
from runbook.views.chosen import chosen
from runbook.views.evidence import attached, file, piece
from runbook.views.lines import columns, minute, shortened, wrapped
from runbook.views.origin import manner, origin
from runbook.views.style import Style
from runbook.views.visible import visible

_LONGEST_REASON = 300
_MOST_TURNS = 10
"""Turns of one step that are all shown; of more, only those that failed, run or wait."""
_MOST_OF_MANY = 20
"""So many of these, too."""
_QUIET = frozenset({"succeeded", "skipped", "cancelled", "pending", "undone"})


def status(
    state: RunState,
    style: Style,
    width: int,
    holder: str = "",
    rivals: Rivals = nobody,
    now: str = "",
    hidden: Collection[str] = (),
) -> Iterator[str]:
    """A run on a screen as it is `now`; `holder` carries it out, `rivals` are the runs that have a key it waits for.

    Of the steps in `hidden`, only how they stand.
    """
    rows = list(shown(state))
    yield from (style.bold(line) for line in wrapped(visible(state.plan.process.title), width))
    yield f"{state.run}  {state.plan.root}"
    over = sum(1 for row in rows if row.status in OVER)
    took = f", took {in_words(between(state.started_at, state.ended_at))}" if state.ended_at else ""
    yield f"{style.state(state.status)}, {over} of {len(rows)} steps over{took}"
    started = f"started {minute(state.started_at)} by {visible(state.started_by)}{_people(state)}"
    yield from wrapped(started, width, "", "  ")
    reason = without_reasons(state.reason, hidden)
    for text in (origin(state), manner(state), reason, _failures(state), _paused(state), _undoing(state)):
        if text:
            yield from wrapped(visible(text), width, "", "  ")
    yield ""
    kept = list(_kept_rows(rows))
    room = max((2 * row.depth + len(_name(row)) for row in kept if isinstance(row, Shown)), default=0)
    for row in kept:
        if isinstance(row, str):
            yield from wrapped(row, width, " " * 12, " " * 14)
            continue
        yield from _step(row, state, room, style, width, now, row.path in hidden)
        if row.found and row.path not in hidden:
            yield from to_copy(row.found)
            yield from _kept(row.found, width)
    yield from _notes(state, width)
    found = list(way_on(state) if state.ended else awaited(state, holder, rivals, now, hidden))
    if found:
        yield ""
    for what, command in found:
        yield from _next(what, command, width)


def _failures(state: RunState) -> str:
    """The steps that failed in a run that succeeded."""
    listed = ", ".join(f"`{path}`" for path in state.failures)
    return f"failed, and dealt with: {listed}" if listed else ""


def _paused(state: RunState) -> str:
    paused = state.paused
    reason = f": {paused['reason']}" if paused.get("reason") else ""
    return f"paused {minute(str(paused['at']))} by {paused['by']}{reason}" if paused else ""


def _undoing(state: RunState) -> str:
    """Who has the run undone, while it is."""
    asked = state.undo_asked
    return f"being undone since {minute(str(asked['at']))} by {asked['by']}: {asked['reason']}" if state.undoing else ""


def _kept_rows(rows: list[Shown]) -> Iterator[Shown | str]:
    """The rows that are shown; for the turns of a step that has many of them, their counts first."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row.turn:
            counts.setdefault(_container(row), Counter())[row.status] += 1
    loud: Counter[str] = Counter()
    hidden = 0
    """How deep the turn stands whose steps are not shown; 0 for none."""
    for row in rows:
        if hidden and row.depth > hidden:
            continue
        hidden = 0
        if row.turn:
            counted = counts[_container(row)]
            many = sum(counted.values()) > _MOST_TURNS
            if many and row.turn == 1:
                yield _counted(counted, row.turns)
            loud[_container(row)] += row.status not in _QUIET
            if many and (row.status in _QUIET or loud[_container(row)] > _MOST_OF_MANY):
                hidden = row.depth
                continue
        yield row


def _container(row: Shown) -> str:
    return row.path.rpartition(".")[0]


def _counted(counted: Counter[str], turns: int) -> str:
    begun = sum(counted.values())
    of = f" of {turns}" if turns else ""
    return f"{begun}{of} turns begun: " + ", ".join(f"{count} {status}" for status, count in counted.most_common())


def _name(row: Shown) -> str:
    """What a row is called beside its sign: the id of the step, with its turn, or as the way back of one."""
    if row.turn:
        return f"{row.step.id}.{row.turn}"
    return f"{row.step.id}.undo" if row.path.endswith(".undo") else row.step.id


def _title(row: Shown) -> str:
    if not row.turn:
        return row.step.title
    return f"{shortened(row.item)} ({row.turn} of {row.turns})" if row.turns else f"turn {row.turn}"


def _people(state: RunState) -> str:
    """Who has played which part so far; the starter is named already."""
    parts = [f"{role} {visible(', '.join(sorted(people)))}" for role, people in state.played.items() if role and people]
    return f" ({'; '.join(parts)})" if parts else ""


def _step(
    row: Shown, state: RunState, room: int, style: Style, width: int, now: str, hidden: bool = False
) -> Iterator[str]:
    """A step in one line, or on several below each other where the width is too small."""
    name = "  " * row.depth + _name(row)
    mark = style.state(row.status, 9)
    text = visible(_title(row)) + _told(row, state, now, hidden)
    if 12 + room + 2 + 24 <= width:
        first, *more = wrapped(text, width - 14 - room) or [""]
        yield f"{mark} {name:<{room}}  {first}"
        yield from (f"{' ' * (14 + room)}{line}" for line in more)
    else:
        yield f"{mark} {name}"
        yield from wrapped(text, width, " " * (14 + 2 * row.depth))


def _told(row: Shown, state: RunState, now: str, hidden: bool) -> str:
    """How long it took, how often it was tried, who did it, when it is due, and why it ended as it did.

    Of a `hidden` one neither what was chosen nor why.
    """
    found = row.found
    if found is None:
        return ""
    parts: list[str] = []
    started, over = found.first_started_at, row.status in OVER
    if started and row.ended_at:
        seconds = between(started, row.ended_at)
        parts += [in_words(seconds)] if seconds >= 0.05 else []
    elif started and not over:
        parts.append(f"since {minute(started)}")
    if not over:
        until = found.until if row.status == "waiting" else ""
        parts += [said] if (said := in_time(found.overdue_at, until, found.overdue, "", now)) else []
    if found.passes:
        parts.append(f"pass {found.passes + 1}")
    if found.attempts > 1:
        parts.append(f"{found.attempts} attempts")
    if found.by and (found.reply or found.by != state.started_by):
        parts.append(f"by {visible(found.by)}")  # what the machine did in the starter's name goes without saying
    parts += [way] if not hidden and (way := chosen(found)) else []
    parts += ["confidential"] if hidden else []
    words = ", ".join(parts)
    reason = "" if hidden else shortened(found.reason, _LONGEST_REASON)
    told = ": ".join(each for each in (words, reason) if each)
    return f"  ({told})" if told else ""


def to_copy(step: StepState) -> Iterator[str]:
    """The command that a person is asked to run, a line each; none for a step that asks for something else."""
    asked = step.status is Status.WAITING and not (step.undecided or step.performed)
    if asked and step.prompt.get("command"):
        first, *more = visible(str(step.prompt["command"])).rstrip("\n").split("\n")
        yield f"    $ {first}"
        yield from (f"      {line}" for line in more)


def _kept(step: StepState, width: int) -> Iterator[str]:
    """What people noted about the step, and attached to it."""
    for note in step.notes:
        yield from wrapped(f"note by {visible(note['by'])}: {visible(note['text'])}", width, " " * 14, " " * 16)
    for each in step.evidence:
        words = f"{attached(each).lower()} by {visible(each['by'])}: {file(each)}"
        yield from wrapped(words, width, " " * 14, " " * 16)
    if step.step.evidence and (step.undecided or (step.status is Status.WAITING and step.waits_for == "person")):
        for lacking in missing(step):
            yield from wrapped(f"missing: {piece(lacking)}", width, " " * 14, " " * 16)


def _notes(state: RunState, width: int) -> Iterator[str]:
    """What people noted about the run as a whole, and what was left to whoever goes on."""
    left = state.handed_over
    if state.notes or left or state.evidence:
        yield ""
    for note in state.notes:
        words = f"Note by {visible(note['by'])}, {minute(note['at'])}: {visible(note['text'])}"
        yield from wrapped(words, width, "", "  ")
    for each in state.evidence:
        words = f"Attached by {visible(each['by'])}, {minute(each['at'])}: {file(each)}"
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
