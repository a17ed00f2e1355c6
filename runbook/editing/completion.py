"""What may be written at the cursor: fields, kinds, fixed words, and the names that a field takes."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.editing import expression_completion
from runbook.editing.desk import Desk
from runbook.editing.fields import Field, Ways, defined_as, described, fields, takes, words
from runbook.editing.index import Index, is_condition, way_of
from runbook.editing.items import Item, What
from runbook.editing.positions import Span
from runbook.editing.scanning import sketch
from runbook.editing.sketch import Node, Shape, scalar_text
from runbook.editing.vocabulary import CHILD_INPUTS, FIXED, NAMES, Sort, Way
from runbook.editing.words import regions, typing_at
from runbook.outcome import Json

_MARK = "\ue000"
"""Put where the cursor is, so that there is always a word; a character that no text of a person holds."""


def complete(desk: Desk, path: str, offset: int) -> list[Item]:
    """What may be written at an offset of a file."""
    guide = desk.guide(path)
    if guide is None:
        return []
    index = desk.index(path)
    text = index.text.replace(_MARK, "?")
    marked = text[:offset] + _MARK + text[offset:]
    node = sketch(marked).around(offset)
    if _in_comment(marked, offset, node):
        return []
    on_key = node.key is not None and offset in node.key and not (node.shape is Shape.SCALAR and offset in node.span)
    if on_key and node.key:
        return list(_keys(desk, index, node, Span(node.key.start, node.key.end - 1), marked))
    ways, way = way_of(guide, node.path)
    if node.shape is not Shape.SCALAR:
        return []
    for region in regions(marked, node, is_condition(ways, way)):
        if offset in region:
            typing = typing_at(text, Span(region.start, region.end - 1), offset, node.style)
            return list(expression_completion.items(desk, index, typing, node.path))
    return list(_values(desk, index, node, ways, way, marked))


def _in_comment(marked: str, offset: int, node: Node) -> bool:
    if node.shape is Shape.SCALAR and offset in node.span:
        return False
    line = marked[marked.rfind("\n", 0, offset) + 1 : offset]
    return line.lstrip().startswith("#") or " #" in line


def _keys(desk: Desk, index: Index, node: Node, span: Span, marked: str) -> Iterator[Item]:
    """The fields that the mapping around a key may still have."""
    guide, outer = desk.guide(index.path), node.parent
    if guide is None or outer is None:
        return
    ways, way = way_of(guide, outer.path)
    present = {each.name for each in outer.children if each is not node}
    if (*way, "*") == CHILD_INPUTS:
        yield from _child_inputs(desk, outer, present, span, marked)
    yield from _fields(desk, ways, present, span, node)


def _fields(desk: Desk, ways: Ways, present: set[str | int | None], span: Span, node: Node) -> Iterator[Item]:
    known = fields(ways)
    kinds = [name for name, each in known.items() if each.kind]
    taken = [name for name in kinds if name in present]
    acting = [name for name in kinds if desk.kinds[name].acts]
    for place, field in enumerate(known.values()):
        if field.name in present:
            continue
        if field.kind:
            beside = [field.name == "manual" and other in acting for other in taken]
            if taken and beside != [True] and not (taken == ["manual"] and field.name in acting):
                continue
            meaning = f"{desk.kinds[field.name].summary}.\n\n{field.description}"
            yield Item(field.name, What.KIND, span, _key_text(field, node), "kind of step", meaning, 100 + place)
        else:
            detail = "required" if field.required else "field"
            yield Item(
                field.name, What.FIELD, span, _key_text(field, node), detail, field.description,
                place if field.required else 200 + place,
            )  # fmt: skip


def _key_text(field: Field, node: Node) -> str:
    if node.colon and node.key is not None:
        return field.name
    return f"{field.name}: " if node.flow or not _only_blocks(field) else f"{field.name}:"


def _only_blocks(field: Field) -> bool:
    """True for a field whose value never stands in its own line."""
    return takes((field.schema,), "object") and not takes((field.schema,), "string")


def _child_inputs(desk: Desk, outer: Node, present: set[str | int | None], span: Span, marked: str) -> Iterator[Item]:
    """The inputs of the process beside whose `use` the mapping stands."""
    use = outer.parent.get("use") if outer.parent else None
    child = desk.interfaces.get(scalar_text(marked, use)) if use else None
    for name, schema in child.inputs.items() if child else ():
        if name not in present:
            detail = "required input" if schema.get("required") else "input"
            yield Item(name, What.INPUT, span, f"{name}: ", detail, str(schema.get("description", "")))


def _values(desk: Desk, index: Index, node: Node, ways: Ways, way: Way, marked: str) -> Iterator[Item]:
    """What a scalar may be: the names and words its field takes, and fields where it may become a mapping."""
    quoted = node.style in ("'", '"')
    closed = quoted and node.end - node.start > 2 and marked[node.end - 1] == node.style
    span = Span(node.start + quoted, node.end - 1 - closed)
    if node.style in ("|", ">") or "\n" in marked[node.start : node.end]:
        return
    role = index.entry.role
    for name in FIXED.get(way, ()):
        yield Item(name, What.WORD, span, name, "word")
    if sort := NAMES.get(role, {}).get(way):
        yield from _names(desk, index, sort, span, node)
    elif not defined_as(ways, "step"):
        for place, word in enumerate(words(ways)):
            yield Item(word, What.WORD, span, word, "word", described(ways), place)
    if not quoted and _may_be_mapping(node, marked):
        yield from _fields(desk, ways, set(), span, Node(0, 0, colon=False))
        if (*way, "*") == CHILD_INPUTS:
            yield from _child_inputs(desk, node, set(), span, marked)


def _may_be_mapping(node: Node, marked: str) -> bool:
    """True when a key may be written there: in a line of its own, or behind a `-`."""
    if node.flow or node.parent is None:
        return node.parent is None
    if node.parent.shape is Shape.LIST:
        return True
    return node.key is not None and "\n" in marked[node.key.end : node.start]


def _names(desk: Desk, index: Index, sort: Sort, span: Span, node: Node) -> Iterator[Item]:
    match sort:
        case Sort.STEP:
            beside = {scalar_text(index.text, each) for each in node.parent.children} if node.parent else set()
            own = _own_step(index, node)
            for place, step in enumerate(index.steps):
                if step.id and step.id != own and step.id not in beside:
                    title = step.word(index.text, "title")
                    yield Item(step.id, What.STEP, span, step.id, step.kind, title, place)
        case Sort.ROLE:
            for mention in index.definitions(Sort.ROLE):
                summary = mention.node.get("summary") if mention.node else None
                meaning = scalar_text(index.text, summary) if summary else ""
                yield Item(mention.name, What.ROLE, span, mention.name, "role", meaning)
        case Sort.PROCESS:
            for id, each in desk.interfaces.items():
                yield Item(id, What.PROCESS, span, id, each.title, each.summary)
        case Sort.TEAM:
            for id, team in desk.organisation.teams.items():
                yield Item(id, What.TEAM, span, id, team.title)
            for owner in _owners(desk, set(desk.organisation.teams)):
                yield Item(owner, What.TEAM, span, owner, "an owner", place=1)
        case Sort.PERSON:
            for id, person in desk.organisation.people.items():
                yield Item(id, What.PERSON, span, id, person.name, ", ".join(person.teams))


def _owners(desk: Desk, known: set[str]) -> list[Json]:
    return sorted({each.owner for each in desk.interfaces.values() if each.owner} - known)


def _own_step(index: Index, node: Node) -> str:
    """The id of the step that the cursor is in: it can't name itself."""
    path = node.path
    inside = [step for step in index.steps if path[: len(step.node.path)] == step.node.path]
    return inside[-1].id if inside else ""
