"""A tree as the text of an expression again, for messages that point to a part of one."""

from __future__ import annotations

from typing import Any

from runbook.expressions.names import path_of

_WORDS = {True: "true", False: "false", None: "none"}


def written(tree: Any) -> str:
    """The expression that the tree stands for."""
    path = path_of(tree)
    if path:
        return ".".join(path)
    match tree:
        case ["const", bool() | None as value]:
            return _WORDS[value]
        case ["const", str() as value]:
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
        case ["const", value]:
            return str(value)
        case ["item", holder, key]:
            return f"{_inner(holder)}[{written(key)}]"
        case ["list", *parts]:
            return f"[{', '.join(map(written, parts))}]"
        case ["filter", name, operand, arguments]:
            return f"{_inner(operand)} | {name}{_arguments(arguments)}"
        case ["test", name, operand, *arguments]:
            return f"{_inner(operand)} is {name}{_arguments(arguments)}"
        case ["if", test, then, otherwise]:
            return f"{_inner(then)} if {_inner(test)} else {_inner(otherwise)}"
        case ["chain", first, *rest]:
            return " ".join([_inner(first), *(f"{sign} {_inner(operand)}" for sign, operand in rest)])
        case ["~", *parts]:
            return " ~ ".join(map(_inner, parts))
        case ["not" | "neg" | "pos" as sign, operand]:
            return {"not": "not ", "neg": "-", "pos": "+"}[sign] + _inner(operand)
    sign, left, right = tree
    return f"{_inner(left)} {sign} {_inner(right)}"


def _inner(tree: Any) -> str:
    shown = written(tree)
    plain = path_of(tree) or tree[0] in ("const", "list", "filter", "item")
    return shown if plain else f"({shown})"


def _arguments(arguments: list[Any]) -> str:
    return f"({', '.join(map(written, arguments))})" if arguments else ""
