"""A process in the terminal: what it is for, who and what it needs, and its steps, laid out for a width."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runbook.definition import Process, Project, Step
from runbook.inputs import described
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.share import share
from runbook.views.figures import due
from runbook.views.flow import alone
from runbook.views.lines import wrapped
from runbook.views.machine import as_written
from runbook.views.markdown_terminal import boxed, lines
from runbook.views.outline_step import step_lines
from runbook.views.step import Place, place_of
from runbook.views.style import Style
from runbook.views.visible import visible

_WIDEST = 100
"""Columns beyond which lines are no pleasure to read."""
_PARTS = ("Checks", "Steps", "When it is about to fail", "When it is cancelled", "Always at the end")


def as_json(process: Process, project: Project, kinds: Kinds) -> dict[str, Any]:
    """The process for programs; steps in the order of the text."""
    counted = share((*process.checks, *process.steps, *process.finally_), kinds)
    return {
        "id": process.id,
        "group": process.group,
        "title": process.title,
        "summary": process.summary,
        "owner": process.owner,
        "steps": counted.total,
        "automated": counted.automated,
        "inputs": [_input(each) for each in process.inputs.values()],
        "outline": [_entry(step) for step in process.every_step()],
    }


def _input(each: Any) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "name": each.name,
        "title": each.title,
        "required": each.required,
        "schema": dict(each.schema),
    }
    return entry if each.required else {**entry, "default": each.default}


def _entry(step: Step) -> dict[str, Json]:
    return {
        "id": step.id,
        "number": step.number,
        "title": step.title,
        "kind": step.kind,
        "needs": list(step.needs),
        "role": step.role or "",
    }


def step_as_json(process: Process, step: Step) -> dict[str, Any]:
    """One step for programs: its entry in the outline, and what its author wrote."""
    return {**_entry(step), "definition": as_written(process.data, step.id)}


def as_text(process: Process, project: Project, kinds: Kinds, style: Style, width: int) -> Iterator[str]:
    """The process for people."""
    width = min(width, _WIDEST)
    place = place_of(process, project, kinds)
    yield from (style.bold(line) for line in wrapped(visible(process.title), width))
    yield process.id
    for text in (process.summary, process.description):
        if text:
            yield ""
            yield from lines(text, width, style.colour)
    yield ""
    yield from _facts(process, kinds, width)
    for title, texts in (("Use it when", process.use_when), ("Before you start", process.prerequisites)):
        if texts:
            yield from _heading(title, style)
            yield from lines("\n".join(f"- {_item(text)}" for text in texts), width, style.colour)
    if process.hazards:
        yield ""
        yield from boxed("HAZARD", "\n".join(_hazards(place)), width, style.colour)
    if process.roles:
        yield from _heading("Roles", style)
        yield from _named(((role.name, [_role(role)]) for role in process.roles.values()), width)
    if process.inputs:
        yield from _heading("Inputs", style)
        yield from _named(((each.name, _taken(each)) for each in process.inputs.values()), width)
    for title, steps in zip(_PARTS, process.lists(), strict=True):
        if steps:
            yield from _heading(title, style)
            for number, step in enumerate(steps):
                yield from ([""] if number else [])
                yield from step_lines(step, place, style, width)
    if process.outputs:
        yield from _heading("Outputs", style)
        yield from _named(((name, [each.source]) for name, each in process.outputs.items()), width)
    if process.references:
        yield from _heading("References", style)
        for each in process.references:
            yield from wrapped(visible(f"{each['title']}: {each['url']}"), width, "  ", "    ")


def _heading(title: str, style: Style) -> Iterator[str]:
    yield ""
    yield style.bold(title.upper())


def _facts(process: Process, kinds: Kinds, width: int) -> Iterator[str]:
    counted = share((*process.checks, *process.steps, *process.finally_), kinds)
    facts = {
        "Owner": process.owner,
        "Practice": process.practice,
        "Change": process.change,
        "Strict": f"only the {process.authority} may deviate from it" if process.mode == "strict" else "",
        "Tags": ", ".join(process.tags),
        "Review": f"due on {due(process)}" if due(process) else "",
        **_listed(process),
        "Automated": f"{counted.automated} of {counted.total} steps" if process.is_written else "",
        "Steps": "" if process.is_written else "not written yet: it is only listed",
    }
    if process.concurrency:
        facts["Alone"] = str(alone(process.concurrency)).replace("`", "")
    if process.undone_on_failure:
        facts["Failure"] = "what was done is undone, the last first"
    for name, text in facts.items():
        if text:
            yield from wrapped(visible(text), width, f"{name + ':':<11}", " " * 11)


def _listed(process: Process) -> dict[str, str]:
    """What the catalogue says of it."""
    listing = process.listing
    due_at = f"{listing.trigger.cron} ({listing.trigger.timezone})" if listing.trigger else ""
    return {
        "Backup": listing.backup_owner,
        "Service": listing.service,
        "Handles": listing.kind,
        "Alerts": ", ".join(listing.alerts),
        "Schedule": due_at,
        "Evidence": f"for {', '.join(listing.controls)}" if listing.controls else "",
    }


def _item(text: str) -> str:
    return text.strip().replace("\n", "\n  ")


def _hazards(place: Place) -> Iterator[str]:
    for each in place.process.hazards:
        step = place.steps.get(str(each.get("step")))
        yield f"- {_item(str(each['text']))}" + (f" (step {step.number})" if step else "")


def _role(role: Any) -> str:
    who = [f"team {role.team}" if role.team else "", " or ".join(role.people)]
    who.append(f"holds {role.held}" if role.held else "")
    can = ", ".join(f"{name} {level}" for name, level in role.capabilities.items())
    who.append(f"can {can}" if can else "")
    who.append(f"manager of {role.manager_of}" if role.manager_of else "")
    who.append(f"not who is {' or '.join(role.excludes)}" if role.excludes else "")
    listed = "; ".join(each for each in who if each)
    return " ".join(part for part in (role.summary, f"({listed})" if listed else "") if part)


def _taken(each: Any) -> list[str]:
    usual = "required" if each.required else f"default {json.dumps(each.default, ensure_ascii=False)}"
    return [each.title, f"{described(each)}; {usual}"]


def _named(rows: Iterator[tuple[str, list[str]]], width: int) -> Iterator[str]:
    """Names with what they mean beside them, below them where names are long for the width."""
    found = list(rows)
    room = max(len(name) for name, _ in found) + 4
    below = room > width // 3
    for name, texts in found:
        first = f"  {visible(name)}"
        if below:
            yield first
        for text in texts:
            if text:
                margin = " " * (6 if below else room)
                yield from wrapped(visible(text), width, margin if below else f"{first:<{room}}", margin)
                first = ""
