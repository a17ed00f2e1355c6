"""What is told about the word under the cursor, as Markdown: a field, a step, an input, a rule that found something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbook.editing import expression_names as known
from runbook.editing.checking import found_in
from runbook.editing.desk import Desk
from runbook.editing.fields import described, fields
from runbook.editing.finding import definitions
from runbook.editing.index import Index, Mention, is_condition, way_of
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, scalar_text
from runbook.editing.vocabulary import Sort
from runbook.editing.words import regions, typing_at

_LONGEST = 40
"""Lines of the author's own text that are shown."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!])")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, and about which stretch of the text."""

    text: str
    span: Span


def hover(desk: Desk, path: str, offset: int) -> Told | None:
    """What is told about an offset of a file; None when there is nothing to tell."""
    index = desk.index(path)
    parts: list[tuple[str, Span]] = []
    if mention := index.mention_at(offset):
        parts.append(("\n\n".join(_of_mention(desk, index, mention)), mention.span))
    elif told := _of_word(desk, index, offset) or _of_field(desk, index, offset):
        parts.append(told)
    for found in found_in(desk, path):
        if offset in found.span:
            each = found.diagnostic
            page = desk.problems[each.code].explanation if each.code in desk.problems else ""
            parts.append((f"**{each.code} {each.rule}**: {plain(each.message)}\n\n{page}".strip(), found.span))
    parts = [(text, span) for text, span in parts if text]
    if not parts:
        return None
    return Told("\n\n---\n\n".join(text for text, _ in parts), parts[0][1])


def plain(text: str) -> str:
    """A text as Markdown that shows it and does nothing else."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _of_mention(desk: Desk, index: Index, mention: Mention) -> Iterator[str]:
    match mention.sort:
        case Sort.STEP:
            if step := index.step(mention.name):
                yield f"**{plain(step.word(index.text, 'title') or step.id)}**"
                summary = desk.kinds[step.kind].summary if step.kind in desk.kinds.by_key else ""
                yield f"step `{step.id}`, {step.kind or 'without a kind'}" + (f": {plain(summary)}" if summary else "")
                if why := step.word(index.text, "why"):
                    yield plain(why)
        case Sort.PROCESS:
            if each := desk.interfaces.get(mention.name):
                yield f"**{plain(each.title)}**"
                yield f"process `{each.id}`, {each.steps} steps, {each.automated} of them by machine"
                yield plain(each.summary)
                yield "\n".join(
                    f"- `{name}`: {schema.get('type', 'any')}{', required' if schema.get('required') else ''}"
                    for name, schema in each.inputs.items()
                )
        case Sort.PERSON:
            if person := desk.organisation.people.get(mention.name):
                yield f"**{plain(person.name)}**"
                yield ", ".join(f"`{team}`" for team in person.teams)
        case Sort.TEAM:
            if team := desk.organisation.teams.get(mention.name):
                yield f"**{plain(team.title)}**"
                yield f"led by `{team.lead}`" if team.lead else ""
        case Sort.OUTPUT | Sort.INPUT | Sort.ROLE:
            yield f"{mention.sort.value} `{mention.name}`" + (f" of `{mention.of}`" if mention.of else "")
            for place in definitions(desk, index.path, mention)[:1]:
                yield _excerpt(desk.index(place.path), place.span)


def _excerpt(index: Index, span: Span) -> str:
    """What stands at a definition, as it is written."""
    found: Node | None = index.top.around(span.start)
    while found is not None and found.key is None:
        found = found.parent
    if found is None:
        return ""
    line = index.lines.line_of(found.whole.start)
    lead = found.whole.start - index.lines.starts[line]
    if found.flow:
        lines = [index.text[found.whole.start : found.whole.end]]
    else:
        raw = " " * lead + index.text[found.whole.start : found.whole.end]
        lines = [each[lead:] if not each[:lead].strip() else each for each in raw.split("\n")]
    text = "\n".join(lines[:_LONGEST]).replace("```", "'''")
    return f"```yaml\n{text}\n```"


def _of_word(desk: Desk, index: Index, offset: int) -> tuple[str, Span] | None:
    """A name, filter or test of an expression."""
    guide, node = desk.guide(index.path), index.top.around(offset)
    if guide is None:
        return None
    ways, way = way_of(guide, node.path)
    for region in regions(index.text, node, is_condition(ways, way)):
        if offset in region:
            end = re.compile(r"\w*", re.ASCII).match(index.text, offset)
            typing = typing_at(index.text, region, end.end() if end else offset, node.style)
            word = index.text[typing.span.start : typing.span.end]
            meanings = {"|": known.FILTERS, "is": known.TESTS, "is not": known.TESTS}.get(typing.after)
            if meanings is None:
                meanings = {
                    (): {**known.IN_TURNS, **known.OF_RESULT, **known.NAMES},
                    ("run",): known.OF_RUN,
                    ("failure",): known.OF_FAILURE,
                }.get(typing.before, known.OF_STEP if typing.before[:1] == ("steps",) else {})
            if word in meanings:
                return f"`{word}`: {meanings[word]}", typing.span
    return None


def _of_field(desk: Desk, index: Index, offset: int) -> tuple[str, Span] | None:
    guide = desk.guide(index.path)
    node: Node = index.top.around(offset)
    if guide is None:
        return None
    if node.key is not None and offset in node.key and node.parent is not None:
        ways, _ = way_of(guide, node.parent.path)
        field = fields(ways).get(str(node.name))
        if field is None:
            return None
        sort = "kind of step" if field.kind else "required field" if field.required else "field"
        summary = desk.kinds[field.name].summary if field.kind else ""
        told = (f"`{field.name}` ({sort})", f"{summary}." if summary else "", field.description)
        return "\n\n".join(filter(None, told)), node.key
    ways, _ = way_of(guide, node.path)
    text = described(ways)
    return (text, node.span) if text and scalar_text(index.text, node) else None
