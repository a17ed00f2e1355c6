"""The record of a run: what was done, by whom, when, what they were shown and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runbook.durations import in_words
from runbook.instants import between
from runbook.outcome import Json
from runbook.run.events import Recorded, as_written
from runbook.run.progress import StepState
from runbook.run.shown import Shown, shown
from runbook.run.state import RunState
from runbook.views import machine
from runbook.views.chosen import chosen
from runbook.views.deviations import besides, deviations
from runbook.views.evidence import as_shown
from runbook.views.lines import sentence
from runbook.views.markdown import Markdown, bullets, code, fence, plain, table
from runbook.views.origin import manner, origin
from runbook.views.prose import prose
from runbook.views.standing import progress


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
    written = [as_written(event) for event in events]
    out_of_line = list(deviations(written))
    if out_of_line:
        yield "## Deviations"
        yield str(bullets(out_of_line))
    notes = list(_notes(event for event in written if not event.event.step))
    if notes:
        yield "## Notes"
        yield str(bullets(notes))
    yield "## Steps"
    happened: dict[str, list[Recorded]] = {}
    for event in events:
        happened.setdefault(event.event.step or "", []).append(event)
    for each in shown(state):
        if each.found is None:
            continue
        yield f"### {plain(each.number)} {plain(each.step.title)}"
        yield from _step(each, each.found, happened.get(each.path, []))
    if state.outputs:
        yield "## Outputs"
        yield str(table(("Name", "Value"), [(code(name), _value(value)) for name, value in state.outputs.items()]))


def _facts(state: RunState) -> Iterator[tuple[Any, Any]]:
    yield plain("Run"), code(state.run)
    yield plain("Process"), code(state.plan.root)
    yield plain("Status"), plain(state.status + (f": {state.reason}" if state.reason else ""))
    yield plain("Started"), plain(f"{state.started_at} by {state.started_by}")
    if manner(state):
        yield plain("Manner"), plain(manner(state))
    if state.transcribed:
        yield plain("Form"), Markdown(f"SHA-256 {code(state.transcribed['sha256'])}")
    if origin(state):
        yield plain("Origin"), plain(origin(state))
    if state.ended_at:
        yield plain("Ended"), plain(f"{state.ended_at}, after {in_words(between(state.started_at, state.ended_at))}")
    over, total = progress(state)
    yield plain("Steps"), plain(f"{over} of {total} over")
    if state.failures:
        yield plain("Failed"), plain(f"{', '.join(state.failures)}; dealt with")
    for role, people in state.played.items():
        if role and people:
            yield plain(role.capitalize()), plain(", ".join(sorted(people)))
    yield plain("Definition"), code(state.definition)


def _notes(events: Iterable[Recorded]) -> Iterator[Any]:
    """What people noted, attached, and left to those who went on."""
    for each in events:
        data = each.event.data
        match each.event.type:
            case "NoteAdded":
                yield plain(f"{each.at} {each.by}: {data['text']}")
            case "EvidenceAttached":
                did = f"taken from its {data['from']}:" if data.get("from") else f"{each.by} attached"
                yield Markdown(f"{plain(f'{each.at} {did}')} {_file(data)}")
            case "RunHandedOver":
                to = data["to"] or "whoever goes on"
                yield plain(f"{each.at} {each.by} handed over to {to}" + (f": {data['text']}" if data["text"] else ""))


def _file(data: Mapping[str, Json]) -> str:
    belongs = data.get("evidence") or data.get("field")
    about = [f"{data['size']} bytes", f"SHA-256 {code(data['sha256'])}"]
    kind = [str(plain(data["type"]))] if data.get("type") else []
    return f"{code(data['name'])}{f' as {code(belongs)}' if belongs else ''} ({', '.join((*kind, *about))})"


def _step(row: Shown, step: StepState, events: Sequence[Recorded]) -> Iterator[str]:
    facts = [
        Markdown(f"Step: {code(step.path)}"),
        plain(f"Status: {step.status.value}" + (f" ({step.reason})" if step.reason else "")),
    ]
    if row.turn:
        facts.append(Markdown(f"Turn: {row.turn}" + (f" of {row.turns}, for {_value(row.item)}" if row.turns else "")))
    if step.by:
        facts.append(plain(f"By: {step.by}"))
    if way := chosen(step):
        facts.append(plain(sentence(way)))
    if step.first_started_at:
        # what was adopted had ended before its end was recorded
        adopted = step.result.get("seconds") if step.result.get("adopted") else None
        seconds = between(step.first_started_at, step.ended_at) if step.ended_at and adopted is None else adopted
        took = f", took {in_words(seconds)}" if seconds is not None else ""
        facts.append(plain(f"Started: {step.first_started_at}{took}"))
    if step.attempt > 1:
        facts.append(plain(f"Attempts: {step.attempt}"))
    if step.passes:
        facts.append(plain(f"Passes: {step.passes + 1}"))
    facts += [plain(text) for text in besides([as_written(event) for event in events])]
    yield str(bullets(facts))
    if step.prompt.get("text"):
        yield "Shown:"
        yield "\n".join(f"> {line}".rstrip() for line in str(prose(step.prompt["text"])).splitlines())
    for event in events:
        reply = event.event.data.get("reply")
        if reply:
            yield _reply(event, reply)
    if notes := list(_notes(events)):
        yield str(bullets(notes))
    if step.act.get("shown"):
        yield "Carried out:"
        yield str(fence(str(step.act["shown"]), "sh"))
    elif step.prompt.get("command"):
        yield "Shown to be carried out by a person:"
        yield str(fence(str(step.prompt["command"]), "sh"))
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
    at = as_written(recorded).at
    entered = f" at {recorded.at}" if at != recorded.at else ""
    stated = f" (as stated by {reply['stated_by']}{entered})" if "stated_by" in reply else ""
    reason = f": {reply['reason']}" if reply.get("reason") else ""
    signed = f" (signed with the key {reply['signature']['fingerprint']})" if "signature" in reply else ""
    return str(plain(f"{at} {reply['by']}{stated}: {said}{reason}{signed}"))


def _value(value: Json) -> Any:
    value = as_shown(value)
    return code(value if isinstance(value, str) else machine.line(value))
