"""A process in the terminal: what it is for, what it needs, and its steps in plain lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import indent
from typing import Any

from runbook.blocks import Block, Choices, Code, Fact, Form, Link, Paragraph
from runbook.definition import Process, Project, Step
from runbook.durations import in_words
from runbook.form import expected
from runbook.inputs import described
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.share import share
from runbook.views.visible import visible


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


def as_text(process: Process, project: Project, kinds: Kinds) -> str:
    """The process for people."""
    return "\n".join(line.rstrip() for line in _lines(process, kinds)).rstrip()


def _lines(process: Process, kinds: Kinds) -> Iterator[str]:
    yield f"{visible(process.title)}  ({process.id})"
    if process.summary:
        yield visible(process.summary)
    yield ""
    counted = share((*process.checks, *process.steps, *process.finally_), kinds)
    yield f"Owner: {visible(process.owner)}. {counted.automated} of {counted.total} steps are automated."
    for title, texts in (("Use when", process.use_when), ("Before you start", process.prerequisites)):
        if texts:
            yield f"\n{title}:"
            yield from (f"  - {visible(text)}" for text in texts)
    if process.hazards:
        yield "\nHazards:"
        yield from (f"  ! {visible(each['text'])}" for each in process.hazards)
    if process.inputs:
        yield "\nInputs:"
        for each in process.inputs.values():
            tail = "required" if each.required else f"default {json.dumps(each.default, ensure_ascii=False)}"
            yield f"  {each.name}: {visible(each.title)} ({visible(described(each))}; {visible(tail)})"
    for title, steps in (
        ("Checks", process.checks),
        ("Steps", process.steps),
        ("At the end, always", process.finally_),
    ):
        if steps:
            yield f"\n{title}:"
            yield from _steps(steps, kinds, "")


def _steps(steps: tuple[Step, ...], kinds: Kinds, margin: str) -> Iterator[str]:
    for step in steps:
        yield f"\n{margin}{step.number:>4}  {visible(step.title)}  [{step.id}: {kinds[step.kind].summary}]"
        inner = margin + "      "
        for word in ("warning", "caution", "note"):
            if getattr(step, word):
                yield indent(f"{word.upper()}: {visible(getattr(step, word)).rstrip()}", inner)
        if step.when:
            yield f"{inner}only when {visible(step.when.source)}"
        if step.timeout is not None:
            yield f"{inner}ends after {in_words(step.timeout)}"
        if step.irreversible:
            yield f"{inner}CAUTION: This can't be undone."
        for block in kinds[step.kind].describe(step.spec):
            yield from (inner + line for line in _block(block))
        if step.by_hand:
            yield indent(f"By hand: {visible(step.by_hand).rstrip()}", inner)
        if step.undo:
            yield f"{inner}To undo it:"
            for block in kinds[step.undo.kind].describe(step.undo.spec):
                yield from (f"{inner}  {line}" for line in _block(block))
        yield from _steps(step.steps, kinds, margin + "    ")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from visible(text).rstrip().splitlines()
        case Code(text, _):
            yield from (f"$ {line}" if not number else f"  {line}" for number, line in enumerate(_code(text)))
        case Form(fields):
            for field in fields:
                yield f"{field.name}: {visible(field.title)} ({visible(expected(field))})"
        case Choices(question, choices):
            yield from visible(question).rstrip().splitlines()
            for choice in choices:
                when = f", when {visible(choice.when)}" if choice.when else ""
                goto = f", goes on with {choice.goto}" if choice.goto else ""
                yield f"- {choice.id}: {visible(choice.title)}{when}{goto}"
        case Fact(name, text):
            yield f"{visible(name)}: {visible(text)}"
        case Link(process, text):
            yield f"runs {process}" + (f" ({visible(text)})" if text else "")


def _code(text: str) -> list[str]:
    return visible(text).rstrip().splitlines()
