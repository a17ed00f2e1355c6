"""Whether a document has the shape of a JSON Schema: yes or no, fast, by a function written out from the schema.

Rule 1: it knows exactly the keywords below and refuses every other; where it says no, `shape.py` finds out why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runbook.outcome import Json

_TYPES = {
    "object": "type({0}) is dict",
    "array": "type({0}) is list",
    "string": "type({0}) is str",
    "boolean": "type({0}) is bool",
    "null": "{0} is None",
    "number": "(type({0}) is int or type({0}) is float)",
    "integer": "(type({0}) is int or type({0}) is float and {0}.is_integer())",
}
_ANNOTATIONS = frozenset(
    ("title", "description", "default", "examples", "$schema", "$defs", "patternErrorMessage", "$comment")
)
_OF_TEXT = ("minLength", "maxLength", "pattern")
_OF_NUMBERS = ("minimum", "maximum")
_OF_LISTS = ("minItems", "maxItems", "items")
_OF_MAPPINGS = ("minProperties", "maxProperties", "required", "propertyNames", "properties", "additionalProperties")
_OF_ALL = ("type", "enum", "const", "anyOf", "oneOf", "$ref", "x-kinds")
_KNOWN = frozenset((*_OF_TEXT, *_OF_NUMBERS, *_OF_LISTS, *_OF_MAPPINGS, *_OF_ALL))

Schema = Mapping[str, Any]


def compile_verdict(schema: Schema) -> Callable[[Json], bool]:
    """A function that says whether a document has this shape; `ValueError` for a keyword it does not know."""
    writer = _Writer(schema)
    first = writer.function(schema)
    namespace: dict[str, Any] = dict(writer.constants)
    exec(compile("\n".join(writer.lines), "<verdict>", "exec"), namespace)
    for name, properties in writer.tables.items():
        namespace[name].update({key: namespace[function] for key, function in properties.items()})
    verdict: Callable[[Json], bool] = namespace[first]
    return verdict


def python_pattern(pattern: str) -> str:
    """A pattern of JSON Schema for Python's `re`, where `$` would let a line break pass."""
    return pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern


def one_kind(step: Mapping[str, Any], kinds: Mapping[str, Any]) -> bool:
    """Whether a step has exactly one kind, or an acting one and `manual` as text."""
    acting = [key for key in kinds["acting"] if key in step]
    others = [key for key in kinds["others"] if key in step]
    if len(acting) + len(others) == 1:
        return True
    return len(acting) == 1 and others == ["manual"] and isinstance(step["manual"], str)


class _Writer:
    """Writes one function for each schema inside of a schema; tables hold the functions of properties."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"one_kind": one_kind}
        self.tables: dict[str, dict[str, str]] = {}
        self.names: dict[str, str] = {}

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def function(self, schema: Schema) -> str:
        """The name of the function for a schema, written if it was not before."""
        meaning = repr({word: value for word, value in schema.items() if word not in _ANNOTATIONS})
        if meaning not in self.names:
            self.names[meaning] = name = f"f{len(self.names)}"
            body = list(self.body(schema))
            self.lines += [f"def {name}(v):", *("    " + line for line in body), "    return True"]
        return self.names[meaning]

    def test(self, schema: Schema, value: str) -> str:
        """An expression that says whether a value has the shape."""
        words = {word for word in schema if word not in _ANNOTATIONS}
        if not words:
            return "True"
        if words == {"type"}:
            return _type_test(schema["type"], value)
        if words == {"$ref"}:
            return f"{self.function(self.referred(schema['$ref']))}({value})"
        return f"{self.function(schema)}({value})"

    def referred(self, reference: str) -> Schema:
        if not reference.startswith("#/$defs/"):
            raise ValueError(f"unsupported reference {reference}")
        found: Schema = self.root["$defs"][reference.removeprefix("#/$defs/")]
        return found

    def body(self, schema: Schema) -> list[str]:
        unknown = sorted(set(schema) - _KNOWN - _ANNOTATIONS)
        if unknown:
            raise ValueError(f"unsupported keywords in a schema: {', '.join(unknown)}")
        lines = [f"if not {self.general(word, schema)}: return False" for word in _OF_ALL if word in schema]
        for kind, words, write in (
            ("str", _OF_TEXT, self.of_text),
            ("(int, float)", _OF_NUMBERS, self.of_numbers),
            ("list", _OF_LISTS, self.of_lists),
            ("dict", _OF_MAPPINGS, self.of_mappings),
        ):
            if any(word in schema for word in words):
                test = f"type(v) in {kind}" if kind.startswith("(") else f"type(v) is {kind}"
                lines += [f"if {test}:", *("    " + line for line in write(schema))]
        return lines

    def general(self, word: str, schema: Schema) -> str:
        value = schema[word]
        match word:
            case "type":
                return f"({_type_test(value, 'v')})"
            case "enum" if all(isinstance(each, str) for each in value):
                return f"(type(v) is str and v in {self.constant(frozenset(value))})"
            case "const" if isinstance(value, str | int | float | None):
                same = "is" if isinstance(value, bool) else "is not"
                return f"(v == {self.constant(value)} and type(v) {same} bool)"
            case "anyOf":
                return "(" + " or ".join(self.test(each, "v") for each in value) + ")"
            case "oneOf":
                return "(" + " + ".join(f"bool({self.test(each, 'v')})" for each in value) + " == 1)"
            case "$ref":
                return f"{self.function(self.referred(value))}(v)"
            case "x-kinds":
                return f"(type(v) is not dict or one_kind(v, {self.constant(value)}))"
        raise ValueError(f"unsupported value of {word} in a schema: {value}")

    def of_text(self, schema: Schema) -> list[str]:
        lines = []
        if "minLength" in schema:
            lines.append(f"if len(v) < {int(schema['minLength'])}: return False")
        if "maxLength" in schema:
            lines.append(f"if len(v) > {int(schema['maxLength'])}: return False")
        if "pattern" in schema:
            search = self.constant(re.compile(python_pattern(schema["pattern"])).search)
            lines.append(f"if {search}(v) is None: return False")
        return lines

    def of_numbers(self, schema: Schema) -> list[str]:
        lines = []
        if "minimum" in schema:
            lines.append(f"if v < {self.constant(schema['minimum'])}: return False")
        if "maximum" in schema:
            lines.append(f"if v > {self.constant(schema['maximum'])}: return False")
        return lines

    def of_lists(self, schema: Schema) -> list[str]:
        lines = []
        if "minItems" in schema:
            lines.append(f"if len(v) < {int(schema['minItems'])}: return False")
        if "maxItems" in schema:
            lines.append(f"if len(v) > {int(schema['maxItems'])}: return False")
        if "items" in schema:
            lines += ["for x in v:", f"    if not ({self.test(schema['items'], 'x')}): return False"]
        return lines

    def of_mappings(self, schema: Schema) -> list[str]:
        lines = []
        if "minProperties" in schema:
            lines.append(f"if len(v) < {int(schema['minProperties'])}: return False")
        if "maxProperties" in schema:
            lines.append(f"if len(v) > {int(schema['maxProperties'])}: return False")
        lines += [f"if {name!r} not in v: return False" for name in schema.get("required", ())]
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        names = schema.get("propertyNames", True)
        if properties or others is not True or names is not True:
            table = self.constant({})
            self.tables[table] = {key: self.function(each) for key, each in properties.items()}
            lines += ["for k, x in v.items():", *("    " + line for line in self.item(table, others, names))]
        return lines

    def item(self, table: str, others: Any, names: Any) -> list[str]:
        lines = [] if names is True else [f"if not {self.function(names)}(k): return False"]
        test = str(others) if isinstance(others, bool) else self.test(others, "x")
        return [*lines, f"check = {table}.get(k)", f"if not (check(x) if check else {test}): return False"]


def _type_test(types: str | list[str], value: str) -> str:
    listed = [types] if isinstance(types, str) else types
    return " or ".join(_TYPES[each].format(value) for each in listed)
