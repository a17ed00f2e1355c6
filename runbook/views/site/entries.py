"""What the search finds of a process: its title, its people, its tags, and each step with its texts and commands."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.blocks import Block, Choices, Code, Fact, Form, Link, Paragraph
from runbook.definition import Process, Step
from runbook.kind import Kinds
from runbook.views.markdown import anchor
from runbook.views.site.paths import process_page
from runbook.views.site.search import Entry, Part


def process_entry(process: Process, group: str, owner: str, kinds: Kinds) -> Entry:
    """A process as the search finds it; `group` is the title of its group."""
    hazards = (str(each["text"]) for each in process.hazards)
    references = (str(each["title"]) for each in process.references)
    texts = (process.summary, process.description, *process.use_when, *process.prerequisites, *hazards, *references)
    words = (
        process.id,
        owner,
        process.practice,
        process.change,
        *process.tags,
        *process.roles,
        *process.listing.alerts,
    )
    return Entry(
        path=process_page(process.id),
        title=process.title,
        group=group,
        words=tuple(filter(None, words)),
        text="\n".join(filter(None, texts)),
        parts=tuple(_part(step, kinds) for step in process.every_step()),
    )


def _part(step: Step, kinds: Kinds) -> Part:
    blocks = list(kinds[step.kind].describe(step.spec))
    if step.undo:
        blocks += kinds[step.undo.kind].describe(step.undo.spec)
    texts = (step.role, step.why, step.warning, step.caution, step.note, step.by_hand)
    said = (text for block in blocks for text in _texts(block))
    return Part(
        anchor=anchor("step", step.id),
        number=step.number,
        title=step.title,
        text="\n".join(filter(None, (*said, *texts))),
        commands=tuple(block.text for block in blocks if isinstance(block, Code)),
    )


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.text
        case Fact():
            yield f"{block.name} {block.text}"
        case Link():
            yield f"{block.text} {block.process}"
        case Choices():
            yield block.question
            yield from (way.title for way in block.choices)
        case Form():
            yield from (each.title for each in block.fields)
