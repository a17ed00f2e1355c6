"""One finding for each mistake in the shape of a file, in the words of its author."""

from __future__ import annotations

import functools
import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runbook.diagnostics import Diagnostic, closest, found, suggestion
from runbook.outcome import Json
from runbook.reading.foreign import instead_of_field, instead_of_value, other_forms, stands_for_a_kind
from runbook.reading.scalars import WORDS, number, short
from runbook.reading.schema_words import MEANINGS
from runbook.reading.shape_problems import (
    BAD_FORM,
    BAD_NAME,
    MISSING_FIELD,
    NO_KIND,
    OUT_OF_BOUNDS,
    SEVERAL_KINDS,
    UNKNOWN_FIELD,
    UNKNOWN_WORD,
    WRONG_TYPE,
)
from runbook.reading.tree import Tree
from runbook.source import Path, Place

_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_YES_NO = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_MOST_LISTED = 12
_PLAIN_ITEM = re.compile(r"[A-Za-z/.-][\w/.=+-]*", re.ASCII)
_STEPS = ("checks", "steps", "finally", "on_failure", "on_cancel", "do", "before")
_BOUNDS = {
    "minLength": "has fewer characters than {0}",
    "maxLength": "has more characters than {0}",
    "minimum": "is less than {0}",
    "maximum": "is more than {0}",
    "minItems": "has fewer items than {0}",
    "maxItems": "has more items than {0}",
    "minProperties": "has fewer fields than {0}",
    "maxProperties": "has more fields than {0}",
}


class Explainer:
    """Turns what a validator found in one file into findings."""

    def __init__(self, schema: Mapping[str, Any], tree: Tree) -> None:
        self.root = schema
        self.tree = tree

    def explain(self, error: Any) -> Iterator[Diagnostic]:
        """The findings for one error of the validator; none when another finding says it already."""
        path: Path = tuple(error.absolute_path)
        schema, value = error.schema, error.instance
        if "propertyNames" in error.absolute_schema_path:
            yield self.name(path, str(value), schema)
            return
        match error.validator:
            case "additionalProperties":
                yield from self.unknown(path, value, schema)
            case "required":
                yield from self.missing(path, value, schema, error.validator_value)
            case "x-kinds":
                yield from self.kinds(path, value, schema, error.validator_value)
            case "anyOf" | "oneOf":
                yield from self.branches(path, value, schema, error)
            case "type":
                yield self.mistyped(path, value, [schema])
            case "enum" | "const":
                words = error.validator_value if error.validator == "enum" else [error.validator_value]
                yield self.word(path, value, words)
            case "pattern":
                yield self.form(path, value, schema)
            case bound:
                yield self.bound(path, value, schema, bound)

    def unknown(self, path: Path, value: Mapping[str, Json], schema: Mapping[str, Any]) -> Iterator[Diagnostic]:
        known = schema.get("properties", {})
        for key in value:
            if key in known:
                continue
            where = f" in {self.what(path)}" if path else ""
            otherwise = (
                "correct its name, or delete it" if len(known) > _MOST_LISTED else f"the fields are {_listed(known)}"
            )
            instead = instead_of_field(key) if not path or "x-kinds" in schema else ""
            help = instead or suggestion(key, (word for word in known if word not in value), otherwise)
            place = self.tree.place((*path, key), key=True)
            yield found(UNKNOWN_FIELD, f"there is no field `{short(key)}`{where}", help, place)

    def missing(
        self, path: Path, value: Mapping[str, Json], schema: Mapping[str, Any], names: Iterable[str]
    ) -> Iterator[Diagnostic]:
        properties = schema.get("properties", {})
        for name in names:
            if name in value or self.misspelt(name, value, properties):
                continue
            message = f"{self.what(path)} lacks the field `{name}`"
            meaning = self.resolved(properties.get(name, {})).get("description", "")
            help = f"add `{name}`: {meaning[:1].lower()}{meaning[1:].removesuffix('.')}" if meaning else f"add `{name}`"
            yield found(MISSING_FIELD, message, help, self.first_line(path))

    def misspelt(self, name: str, value: Mapping[str, Json], known: Mapping[str, Any]) -> bool:
        """True when a field that nobody knows was surely meant to be this one, and is reported as such."""
        return any(
            closest(key, (word for word in known if word not in value)) == name for key in value if key not in known
        )

    def kinds(
        self, path: Path, step: Mapping[str, Json], schema: Mapping[str, Any], keys: Mapping[str, list[str]]
    ) -> Iterator[Diagnostic]:
        every = [key for key in schema["properties"] if key in (*keys["acting"], *keys["others"])]
        present = [key for key in step if key in every]
        if not present:
            foreign = any(stands_for_a_kind(key) for key in step if key not in schema["properties"])
            if not foreign and not any(self.misspelt(key, step, schema["properties"]) for key in every):
                message, help = f"{self.what(path)} has no kind", f"say what it does with one of {_listed(every)}"
                yield found(NO_KIND, message, help, self.first_line(path))
            return
        others = [key for key in present if key != "manual"]
        place = self.tree.place((*path, present[-1]), key=True)
        if len(present) == 2 and len(others) == 1 and others[0] in keys["acting"]:
            message = f"beside `{others[0]}`, `manual` is text: how a person does the same by hand"
            yield found(WRONG_TYPE, message, "write the text right after `manual:`", self.tree.place((*path, "manual")))
            return
        message = f"{self.what(path)} has {len(present)} kinds: {' and '.join(f'`{key}`' for key in present)}"
        yield found(SEVERAL_KINDS, message, "keep one of them, and make a step of its own of the other", place)

    def branches(self, path: Path, value: Json, schema: Mapping[str, Any], error: Any) -> Iterator[Diagnostic]:
        """Goes into the branch that the author meant: the one for values of this type with the fewest errors."""
        branches = [self.resolved(branch) for branch in error.validator_value]
        if all(set(branch) == {"required"} for branch in branches):
            if isinstance(value, dict):  # the type of any other value is a mistake of its own
                yield self.one_of(path, value, [name for branch in branches for name in branch["required"]])
            return
        suited = [index for index, branch in enumerate(branches) if self.suits(value, branch)]
        if not suited:
            yield self.mistyped(path, value, branches)
            return
        errors = {index: [each for each in error.context if each.schema_path[0] == index] for index in suited}
        for each in min(errors.values(), key=len):
            yield from self.explain(each)

    def one_of(self, path: Path, value: Mapping[str, Json], names: list[str]) -> Diagnostic:
        present = [name for name in names if name in value]
        if not present:
            message = f"{self.what(path)} needs one of {_listed(names)}"
            return found(MISSING_FIELD, message, "add one of them", self.first_line(path))
        message = f"{self.what(path)} has more than one of {_listed(names)}"
        return found(OUT_OF_BOUNDS, message, "keep one of them", self.tree.place((*path, present[-1]), key=True))

    def suits(self, value: Json, schema: Mapping[str, Any]) -> bool:
        return any(_IS[each](value) for each in self.types(schema))

    def types(self, schema: Mapping[str, Any]) -> list[str]:
        schema = self.resolved(schema)
        if "type" in schema:
            return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
        branches = schema.get("anyOf", ())
        return list(dict.fromkeys(each for branch in branches for each in self.types(branch))) or list(_IS)

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = {**self.root["$defs"][schema["$ref"].removeprefix("#/$defs/")], **_without_ref(schema)}
        return schema

    def mistyped(self, path: Path, value: Json, schemas: Iterable[Mapping[str, Any]]) -> Diagnostic:
        types = [each for schema in schemas for each in self.types(schema) if each != "null"]
        wanted = " or ".join(_NAMES[each] for each in dict.fromkeys(types))
        message = f"{self.what(path)} must be {wanted}; this is {self.seen(path, value)}"
        fields = [name for schema in schemas for name in self.resolved(schema).get("properties", {})]
        return found(WRONG_TYPE, message, self.remedy(path, value, types, fields), self.tree.place(path))

    def remedy(self, path: Path, value: Json, types: list[str], fields: list[str]) -> str:
        """What to write instead of a value of the wrong type."""
        word = self.word_at(path)
        if value is None:
            return self.filled(path)
        if "string" in types and isinstance(value, bool | int | float):
            return f'put it in quotes: `"{word}"`'
        if isinstance(value, str) and "boolean" in types:
            return f"write `{_YES_NO[value.lower()]}`" if value.lower() in _YES_NO else "write `true` or `false`"
        if instead := instead_of_value(path, value):
            return instead
        if isinstance(value, str) and {"number", "integer"} & set(types):
            is_number = value[:1].isdigit() and not isinstance(number(value), str)
            return f"write `{short(value)}` without quotes" if is_number else "write a number, without quotes or unit"
        if "array" in types and not isinstance(value, list | dict):
            words = _words(value) if path[-1] in ("command", "argv") and isinstance(value, str) else [word]
            return f"write it as a list: `[{', '.join(words)}]`"
        if "object" in types and 0 < len(fields) <= _MOST_LISTED:
            return f"its fields are {_listed(fields)}"
        return f"write {' or '.join(_NAMES[each] for each in dict.fromkeys(types))}"

    def filled(self, path: Path) -> str:
        """What to do about nothing, where something may have to be."""
        if path and isinstance(path[-1], int):
            return "write a value, or delete the item"
        return "write a value" if path and path[-1] in self.needed else "write a value, or delete the field"

    @functools.cached_property
    def needed(self) -> set[str]:
        """The names of fields that some mapping can't be without."""
        return set(_required(self.root))

    def word(self, path: Path, value: Json, words: list[Json]) -> Diagnostic:
        wanted = _listed(str(each).lower() if isinstance(each, bool) else str(each) for each in words)
        seen = self.seen(path, value)
        if len(words) == 1:
            message, help = f"{self.what(path)} can only be {wanted}; this is {seen}", f"write {wanted}"
        else:
            message = f"{self.what(path)} is one of {wanted}; this is {seen}"
            help = instead_of_value(path, value) or other_forms(path)
            if isinstance(value, str) and help == other_forms(path):
                help = suggestion(value, map(str, words), help)
        return found(UNKNOWN_WORD, message, help, self.tree.place(path))

    def form(self, path: Path, value: str, schema: Mapping[str, Any]) -> Diagnostic:
        wanted = MEANINGS.get(schema["pattern"], f"text that matches `{schema['pattern']}`")
        message = f"{self.what(path)} can't be `{short(value)}`"
        return found(BAD_FORM, message, f"write {wanted}", self.tree.place(path))

    def name(self, path: Path, key: str, schema: Mapping[str, Any]) -> Diagnostic:
        pattern = schema.get("pattern", "")
        wanted = MEANINGS.get(pattern, f"a name that matches `{pattern}`" if pattern else "a shorter name")
        message = f"`{short(key)}` can't be a name in {self.what(path)}"
        return found(BAD_NAME, message, f"write {wanted}", self.tree.place((*path, key), key=True))

    def bound(self, path: Path, value: Json, schema: Mapping[str, Any], bound: str) -> Diagnostic:
        limit = schema[bound]
        if value in ("", [], {}):
            message, help = f"{self.what(path)} is empty", self.filled(path)
        else:
            unit = _BOUNDS[bound].format(limit)
            message, help = (
                f"{self.what(path)} {unit}",
                f"write at {'least' if bound.startswith('min') else 'most'} {limit}",
            )
        if bound == "maxProperties" and limit == 1 and "properties" in schema:
            message, help = f"{self.what(path)} takes one field", f"keep one of {_listed(schema['properties'])}"
        return found(OUT_OF_BOUNDS, message, help, self.tree.place(path))

    def first_line(self, path: Path) -> Place:
        """Where a mapping begins, to the end of that line."""
        place = self.tree.place(path)
        if place.end_line == place.line:
            return place
        end = len(self.tree.source.line(place.line).rstrip()) + 1
        return Place(place.file, place.line, place.column, place.line, end)

    def what(self, path: Path) -> str:
        """What a value is called: its field, its step, or its number in a list."""
        if not path:
            return "the file"
        if isinstance(path[-1], str):
            return f"`{path[-1]}`"
        value = self.tree.data
        for part in path:
            value = value[part]
        if path[-2:-1] and path[-2] in _STEPS and isinstance(value, dict) and isinstance(value.get("id"), str):
            return f"step `{short(value['id'])}`"
        return f"item {path[-1] + 1} of {self.what(path[:-1])}"

    def seen(self, path: Path, value: Json) -> str:
        """What stands there, in words."""
        match value:
            case None:
                return "nothing"
            case bool():
                return f"`{self.word_at(path)}`"
            case int() | float():
                return f"the number `{self.word_at(path)}`"
            case str():
                return f"the text `{short(value)}`" if value else "empty text"
        return "a list" if isinstance(value, list) else "a mapping"

    def word_at(self, path: Path) -> str:
        """The author's own word for a value: `1.10`, not 1.1."""
        place = self.tree.place(path)
        line = self.tree.source.line(place.line)
        return short(line[place.column - 1 : place.end_column - 1 if place.end_line == place.line else None])


def _required(schema: Any) -> Iterator[str]:
    """The fields that the schema asks for, wherever in it; each kind of step is one."""
    for word, value in schema.items() if isinstance(schema, Mapping) else enumerate(schema):
        if word == "required" and isinstance(value, list):
            yield from value
        elif word == "x-kinds":
            yield from (*value["acting"], *value["others"])
        elif isinstance(value, Mapping | list):
            yield from _required(value)


def _words(line: str) -> list[str]:
    """The words of a command line, as items of a list in YAML."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    return [word if _PLAIN_ITEM.fullmatch(word) and word not in WORDS else json.dumps(word) for word in words]


def _without_ref(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in schema.items() if word != "$ref"}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_IS: dict[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == int(value),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
