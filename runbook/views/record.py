"""The record of a run: what was done, by whom, when, what they were shown and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runbook.durations import in_words
from runbook.instants import between
from runbook.outcome import Json
from runbook.run.events import Recorded
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import machine
from runbook.views.markdown import Markdown, bullets, code, fence, plain, table
from runbook.views.prose import prose


def as_json(state: RunState, events: Sequence[Recorded]) -> dict[str, Any]:
    """The record for programs: the status object, the definition's hash, and every event."""
    record = machine.status(state)
    record["definition"] = state.definition
    record["events"] = [machine.event(each) for each in events]
    return record


def as_markdown(state: RunState, events: Sequence[Recorded]) -> str:
    """The record for people, as Markdown."""
    return "\n\n".join(part for part in _parts(state, events) if part) + "\n"


def _parts(state: RunState, events: Sequence[Recorded]) -> Iterator[str]:
    process = state.plan.process
    yield f"# Record: {plain(process.title)}"
    yield str(table(("", ""), _facts(state)))
    if state.scopes and state.scopes[""].inputs:
        yield "## Inputs"
        yield str(
            table(("Name", "Value"), [(code(name), _value(value)) for name, value in state.scopes[""].inputs.items()])
        )
    deviations = list(_deviations(events))
    if deviations:
        yield "## Deviations"
        yield str(bullets(deviations))
    notes = list(_notes(event for event in events if not event.event.step))
    if notes:
        yield "## Notes"
        yield str(bullets(notes))
    yield "## Steps"
    numbers: dict[str, str] = {}
    happened: dict[str, list[Recorded]] = {}
    for each in events:
        happened.setdefault(each.event.step or "", []).append(each)
    for path, step in state.plan.every_path():
        owner = path.rpartition("/")[0]
        numbers[path] = f"{numbers[owner]}.{step.number}" if owner else step.number
        found = state.steps.get(path)
        if found is None:
            continue
        yield f"### {plain(numbers[path])} {plain(step.title)}"
        yield from _step(found, happened.get(path, []))
    if state.outputs:
        yield "## Outputs"
        yield str(table(("Name", "Value"), [(code(name), _value(value)) for name, value in state.outputs.items()]))


def _facts(state: RunState) -> Iterator[tuple[Any, Any]]:
    yield plain("Run"), code(state.run)
    yield plain("Process"), code(state.plan.root)
    yield plain("Status"), plain(state.status + (f": {state.reason}" if state.reason else ""))
    yield plain("Started"), plain(f"{state.started_at} by {state.started_by}")
    if state.ended_at:
        yield plain("Ended"), plain(f"{state.ended_at}, after {in_words(between(state.started_at, state.ended_at))}")
    steps = machine.status(state)["steps"]
    over = sum(1 for step in steps if step["status"] in machine.OVER)
    yield plain("Steps"), plain(f"{over} of {len(steps)} over")
    for role, people in state.played.items():
        if role and people:
            yield plain(role.capitalize()), plain(", ".join(sorted(people)))
    yield plain("Definition"), code(state.definition)


def _deviations(events: Sequence[Recorded]) -> Iterator[Any]:
    """What did not go by the book, from the journal: skips by people, repeats, doubts, cancellation."""
    doubtful: set[str | None] = set()
    for each in events:
        event, reason = each.event, each.event.data.get("reason", "")
        by = event.data["reply"]["by"] if "reply" in event.data else ""
        match event.type:
            case "CancelRequested":
                yield plain(f"The run was cancelled by {each.by}: {reason}")
            case "StepSkipped" if by:
                yield plain(f"{event.step} was skipped by {by}: {reason}")
            case "StepInDoubt":
                doubtful.add(event.step)
                yield plain(f"{event.step} was in doubt after a crash at {each.at}")
            case "StepWaiting" if event.data["for"] == "decision":
                doubtful.add(event.step)
                yield plain(f"{event.step} failed at {each.at}: {reason}")
            case "StepReopened" if event.step == event.data["to"]:
                yield plain(f"{each.by} went back to {event.step}: {reason}")
            case "AttemptAbandoned":
                yield plain(f"{event.step} was repeated: {reason}")
            case "StepSucceeded" | "StepFailed" if by and event.step in doubtful:
                word = "done" if event.type == "StepSucceeded" else "failed"
                yield plain(f"{event.step} was declared {word} by {by}: {reason}")


def _notes(events: Iterable[Recorded]) -> Iterator[Any]:
    """What people noted, attached, and left to those who went on."""
    for each in events:
        data = each.event.data
        match each.event.type:
            case "NoteAdded":
                yield plain(f"{each.at} {each.by}: {data['text']}")
            case "EvidenceAttached":
                yield Markdown(f"{plain(f'{each.at} {each.by} attached')} {_file(data)}")
            case "RunHandedOver":
                to = data["to"] or "whoever goes on"
                yield plain(f"{each.at} {each.by} handed over to {to}" + (f": {data['text']}" if data["text"] else ""))


def _file(data: Mapping[str, Json]) -> str:
    return f"{code(data['name'])} ({data['size']} bytes, SHA-256 {code(data['sha256'])})"


def _step(step: StepState, events: Sequence[Recorded]) -> Iterator[str]:
    facts = [
        Markdown(f"Step: {code(step.path)}"),
        plain(f"Status: {step.status.value}" + (f" ({step.reason})" if step.reason else "")),
    ]
    if step.by:
        facts.append(plain(f"By: {step.by}"))
    if step.first_started_at:
        # what was adopted had ended before its end was recorded
        adopted = step.result.get("seconds") if step.result.get("adopted") else None
        seconds = between(step.first_started_at, step.ended_at) if step.ended_at and adopted is None else adopted
        took = f", took {in_words(seconds)}" if seconds is not None else ""
        facts.append(plain(f"Started: {step.first_started_at}{took}"))
    if step.attempt > 1:
        facts.append(plain(f"Attempts: {step.attempt}"))
    yield str(bullets(facts))
    if step.prompt.get("text"):
        yield "Shown:"
        yield "\n".join(f"> {line}".rstrip() for line in str(prose(step.prompt["text"])).splitlines())
    for each in events:
        reply = each.event.data.get("reply")
        if reply:
            yield _reply(each, reply)
    if notes := list(_notes(events)):
        yield str(bullets(notes))
    if step.act.get("shown"):
        yield "Carried out:"
        yield str(fence(str(step.act["shown"]), "sh"))
    written = "\n".join(str(step.result.get(name, "")).rstrip() for name in ("stdout", "stderr")).strip()
    if written:
        cut = step.result.get("stdout_cut", 0) + step.result.get("stderr_cut", 0)
        yield "Output:" if not cut else f"Output (its end; {cut} characters before it are left out):"
        yield str(fence(written, "console"))
    if step.outputs:
        yield str(table(("Value", "Is"), [(code(name), _value(value)) for name, value in step.outputs.items()]))


def _reply(recorded: Recorded, reply: Json) -> str:
    words = {"choose": f"chose `{reply.get('choose', '')}`", "approve": "approved", "reject": "rejected"}
    said = words.get(reply["outcome"], reply["outcome"])
    stated = f" (as stated by {reply['stated_by']})" if "stated_by" in reply else ""
    reason = f": {reply['reason']}" if reply.get("reason") else ""
    return str(plain(f"{recorded.at} {reply['by']}{stated}: {said}{reason}"))


def _value(value: Json) -> Any:
    return code(value if isinstance(value, str) else machine.line(value))
