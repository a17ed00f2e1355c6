"""Which values an expression looks up, so that a misspelt one is found before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.outcome import Json

Path = tuple[str, ...]


def names(tree: Json) -> Iterator[tuple[Path, bool]]:
    """Every path looked up, and whether it may be missing (`default`, `is defined`)."""
    yield from _walk(tree, False, ())


def path_of(tree: Json) -> Path | None:
    """The path of a plain look-up such as `steps.a.outputs.b`; None for anything else."""
    parts: list[str] = []
    while tree[0] == "item" and tree[2][0] == "const":
        parts.append(str(tree[2][1]))
        tree = tree[1]
    return (tree[1], *reversed(parts)) if tree[0] == "name" else None


def parts_of(tree: Json) -> Iterator[Json]:
    """The trees right below one."""
    match tree:
        case ["const" | "name", *_]:
            return
        case ["filter", _, operand, arguments]:
            yield from (operand, *arguments)
        case ["test", _, *operands]:
            yield from operands
        case ["chain", first, *rest]:
            yield from (first, *(operand for _, operand in rest))
        case _:
            yield from tree[1:]


def _walk(tree: Json, optional: bool, proven: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    path = path_of(tree)
    if path is not None:
        yield path, optional or any(path[: len(known)] == known for known in proven)
        return
    match tree:
        case ["const", _]:
            return
        case ["filter", "default", operand, arguments]:
            yield from _walk(operand, True, proven)
            parts, later = arguments, proven
        case ["test", "defined", operand]:
            yield from _walk(operand, True, proven)
            return
        case ["and" | "or" as joined, left, right]:
            yield from _walk(left, optional, proven)
            parts, later = [right], proven + _proven(left, joined == "and")
        case ["if", test, then, otherwise]:
            yield from _walk(test, optional, proven)
            yield from _walk(then, optional, proven + _proven(test, True))
            parts, later = [otherwise], proven + _proven(test, False)
        case ["filter", _, operand, arguments]:
            parts, later = [operand, *arguments], proven
        case ["test", _, *operands]:
            parts, later = operands, proven
        case ["chain", first, *rest]:
            parts, later = [first, *(operand for _, operand in rest)], proven
        case _:
            parts, later = tree[1:], proven
    for part in parts:
        yield from _walk(part, optional, later)


def _proven(tree: Json, outcome: bool) -> tuple[Path, ...]:
    """The paths that are surely there once `tree` has come out as `outcome`."""
    match tree:
        case ["test", "defined", operand]:
            path = path_of(operand)
            return (path,) if outcome and path else ()
        case ["not", operand]:
            return _proven(operand, not outcome)
        case ["and", left, right] if outcome:
            return _proven(left, True) + _proven(right, True)
        case ["or", left, right] if not outcome:
            return _proven(left, False) + _proven(right, False)
    return ()
