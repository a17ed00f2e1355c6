"""What the record says of a run besides its steps: what did not go by the book, and what happened beside the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook.outcome import Json
from runbook.run.events import Recorded
from runbook.run.history import by_itself
from runbook.views.evidence import out_of_limits
from runbook.views.markdown import Markdown, plain
from runbook.views.telling import HANDLES, items_in_words


def deviations(events: Sequence[Recorded]) -> Iterator[Markdown]:
    """What did not go by the book, from the journal: skips by people, ways back, doubts, what was stopped or undone."""
    doubtful: set[str | None] = set()
    for each in events:
        yield from (plain(text) for text in _deviation(each, doubtful))


def _deviation(each: Recorded, doubtful: set[str | None]) -> Iterator[str]:
    event, reason = each.event, each.event.data.get("reason", "")
    data, path = event.data, event.step
    yield from _departed(path, data.get("reply", {}))
    by = data["reply"]["by"] if "reply" in data else ""
    why = f": {reason}" if reason else ""
    match event.type:
        case "CancelRequested":
            yield f"The run was cancelled by {each.by}: {reason}"
        case "RunPaused":
            yield f"The run was paused by {each.by} at {each.at}{why}"
        case "RunReopened":
            yield f"{each.by} had the run go on after its end: {reason}"
        case "DefinitionAdopted":
            yield f"{each.by} had the run go on with another version of its process{why}"
            for change in data.get("changes", ()):
                yield f"In that version, {change}"
        case "UndoRequested" if not path and "prefix" not in data:
            yield f"{each.by} had the run undone: {reason}"
            for left in data.get("across", ()):
                yield f"{left} was not undone: it can't be"
        case "UndoRequested" if data.get("refused"):
            yield f"After a failure {data['refused']}"
        case "UndoRequested":
            yield f"What was done was undone after a failure: {', '.join(data['steps']) or 'nothing'}"
        case "UndoStopped":
            yield f"The way back ended early: {reason}"
        case "StopRequested" if not by_itself(event):
            yield f"{path} was stopped by {each.by}: {reason}"
        case "EnoughDone" if not by_itself(event):
            yield f"{each.by} said that {path} has had enough turns: {reason}"
        case "ItemsAdded":
            yield f"{each.by} gave {path} {items_in_words(len(data['items']))} more{why}"
        case "LockLost":
            yield f"{path or 'The run'} was no more alone inside: {reason}"
        case "StepOverdue":
            yield f"{path} was overdue at {each.at}"
        case "HandlingStarted" if data["for"] in ("on_failure", "undo"):
            yield f"{path} failed at {each.at}, and {HANDLES[data['for']]}: {data['failure']['reason']}"
        case "StepSkipped" if by:
            yield f"{path} was skipped by {by}: {reason}"
        case "StepInDoubt":
            doubtful.add(path)
            yield f"{path} was in doubt after a crash at {each.at}"
        case "StepWaiting" if data["for"] == "decision":
            doubtful.add(path)
            yield f"{path} failed at {each.at}: {reason}"
        case "StepReopened" if path == data["to"]:
            yield f"{data.get('by', each.by) or 'The run'} went back to {path}: {reason}"
        case "AttemptAbandoned":
            yield f"{path} was repeated: {reason}"
        case "StepSucceeded" if by and (deviation := data["reply"].get("deviation")):
            for name, value in deviation.get("fields", {}).items():
                yield f"{path}: {by} took {name} = {out_of_limits(value)}: {deviation['reason']}"
        case "StepSucceeded" | "StepFailed" if by and path in doubtful:
            word = "done" if event.type == "StepSucceeded" else "failed"
            yield f"{path} was declared {word} by {by}: {reason}"


def _departed(path: str | None, reply: Mapping[str, Json]) -> Iterator[str]:
    """What a reply says of its own departure from the step."""
    departure = reply.get("deviation", {})
    if departure.get("kind") == "changed-command":
        yield (
            f"At {path} {reply['by']} ran another command than the one shown: {departure['reason']}."
            f" Shown: {departure['shown']}; run: {departure['command']}"
        )


def besides(events: Sequence[Recorded]) -> Iterator[str]:
    """What happened to one step beside the way, in words, with its time."""
    for each in events:
        event, data = each.event, each.event.data
        why = f": {data['reason']}" if data.get("reason") else ""
        match event.type:
            case "HandlingStarted":
                yield f"{each.at} {HANDLES[data['for']]}: {data['failure']['reason']}"
            case "TurnsPaused":
                yield f"{each.at} the turns rested until {data['until']}"
            case "ItemsAdded":
                yield f"{each.at} {each.by} gave it {items_in_words(len(data['items']))} more{why}"
            case "EnoughDone":
                yield f"{each.at} it had enough turns{why}"
            case "StepOverdue":
                yield f"{each.at} it was overdue"
            case "StopRequested":
                yield f"{each.at} it had to end{why}"
            case "LockAwaited":
                yield f"{each.at} it waited until it might go on with key {data['key']}"
            case "LockTaken":
                yield f"{each.at} it was let in"
            case "LockLost":
                yield f"{each.at} it was let in no more{why}"
            case "StepTakenUp":
                yield f"{each.at} {each.by} had it go on{why}"
            case "StepUndone":
                yield f"{each.at} it was undone"
