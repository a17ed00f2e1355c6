"""The page about every field of every file, made from their schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

INTRODUCTION = """# Every field

This page is generated from the schemas that files are checked by, and that
[editors](../how-to/set-up-your-editor.md) complete from. What the fields do together, with examples, is told in
[the language](language.md). The keys of the kinds of steps are in [kinds of steps](kinds.md), the file of tests in
[its own page](test-file.md)."""

_FILES = {
    "project": "`runbook.yaml`: the project",
    "group": "`processes/GROUP/group.yaml`: a group",
    "process": "`processes/GROUP/PROCESS.yaml`: a process",
    "person": "`operations/people/PERSON.yaml`: a person",
    "teams": "`operations/teams.yaml`: the teams",
    "hosts": "`operations/hosts.yaml`: the hosts",
}
_PARTS = {
    "step": "A step",
    "input": "An input",
    "role": "A role",
    "secret": "A secret",
    "output": "An output",
    "field": "A field of a form",
    "evidence": "A piece of evidence",
    "expect": "What is expected",
    "retry": "Further attempts",
    "concurrency": "One at a time",
    "privileges": "Who may do what",
}
"""The parts of a process that have a table of their own."""
_NOUNS = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "nothing",
}
_PLAIN = {
    "id": "id",
    "name": "name",
    "duration": "duration",
    "condition": "expression",
    "env": "mapping of variable to text",
    "roles": "role, or list of roles",
    "texts": "list of text",
    "steps": "list of [steps](#a-step)",
    "form": "mapping of name to [field](#a-field-of-a-form)",
}
_DEEPEST = 3


def page(schemas: Mapping[str, Schema], kinds: frozenset[str]) -> Iterator[str]:
    """The lines of the page, from the schemas by the names of their files; `kinds` are told elsewhere."""
    yield INTRODUCTION
    for name, title in _FILES.items():
        yield f"\n## {title}\n"
        yield from _table(schemas[name], kinds)
    yield "\n## The parts of a process"
    parts = schemas["process"]["$defs"]
    for name, title in _PARTS.items():
        yield f"\n### {title}\n"
        yield from _table(parts[name], kinds)


def _table(schema: Schema, kinds: frozenset[str]) -> Iterator[str]:
    rows = list(_rows(schema, "", kinds, 0))
    yield "| field | takes | needed | meaning |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _rows(schema: Schema, above: str, kinds: frozenset[str], depth: int) -> Iterator[tuple[str, str, str, str]]:
    """The fields of a mapping, and of the mappings in it, each with its path."""
    seen: set[str] = set()
    for form in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        for name, field in form.get("properties", {}).items():
            if name in seen or (not above and name in kinds):
                continue
            seen.add(name)
            needed = "yes" if name in form.get("required", ()) else ""
            yield f"`{above}{name}`", _taken(field), needed, _cell(field.get("description", ""))
            if depth < _DEEPEST:
                yield from _inside(field, f"{above}{name}", kinds, depth + 1)
        others = form.get("additionalProperties")
        if isinstance(others, Mapping) and "$ref" not in others and depth < _DEEPEST:
            yield from _rows(others, f"{above}NAME.", kinds, depth + 1)


def _inside(field: Schema, path: str, kinds: frozenset[str], depth: int) -> Iterator[tuple[str, str, str, str]]:
    mappings = [each for each in field.get("anyOf", ()) if each.get("type") == "object"]
    yield from _rows({**field, "anyOf": mappings}, f"{path}.", kinds, depth)
    for each in (field, *field.get("anyOf", ())):
        items = each.get("items")
        if isinstance(items, Mapping) and "$ref" not in items:
            yield from _rows(items, f"{path}[].", kinds, depth)


def _taken(field: Schema) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return _PLAIN.get(name) or f"[{_PARTS[name][:1].lower()}{_PARTS[name][1:]}](#{_anchor(_PARTS[name])})"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(
            f"`{_cell(str(word).lower() if isinstance(word, bool) else str(word))}`" for word in field["enum"]
        )
    forms = field.get("anyOf") or field.get("oneOf")
    if forms:
        return " or ".join(dict.fromkeys(_taken(form) for form in forms))
    types = field.get("type", "value")
    several = types if isinstance(types, list) else [types]
    words = " or ".join(_NOUNS.get(each, each) for each in several)
    items, others = field.get("items"), field.get("additionalProperties")
    if words == "list" and isinstance(items, Mapping):
        return f"list of {_taken(items)}"
    if words == "mapping" and isinstance(others, Mapping) and not field.get("properties"):
        return f"mapping of name to {_taken(others)}"
    return words


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
