"""The texts that the pages say, read from the code, the templates and the scripts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2
from jinja2 import nodes

from runbook.run.events import Status
from runbook.run.usage import Freshness

ROOT = Path(__file__).resolve().parents[2] / "runbook"

_IN_SCRIPT = re.compile(r'\b(say|count)\(((?:[^"()]*,\s*)?)("(?:[^"\\\n]|\\.)*")(?:\s*,\s*("(?:[^"\\\n]|\\.)*"))?')


def texts() -> dict[str, str]:
    """Every text that is said, with a place where it is."""
    found = {each.value: "its value" for each in (*Status, *Freshness)}
    for path in sorted(ROOT.rglob("*.py")):
        views = path.is_relative_to(ROOT / "views")
        note(found, path, in_code(path.read_text(encoding="utf-8"), views))
    for path in sorted((ROOT / "views").rglob("templates/**/*")):
        if path.is_file():
            note(found, path, in_template(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "views").rglob("*.js")):
        note(found, path, in_script(path.read_text(encoding="utf-8")))
    return found


def note(found: dict[str, str], path: Path, said: Iterator[str]) -> None:
    """Add what is said in a file to what was found before."""
    for text in said:
        found.setdefault(text, str(path.relative_to(ROOT)))


def in_code(source: str, views: bool) -> Iterator[str]:
    """What a module says: by `say` and `count` in the views, everywhere by a `Phrase` and a kind's summary; a table
    of the views called `WORDS` is said whole.
    """
    tree = ast.parse(source)
    tables = dict(_tables(tree))
    if views and isinstance(glossary := tables.get("WORDS"), ast.Dict):
        yield from (each.value for each in (*glossary.keys, *glossary.values) if isinstance(each, ast.Constant))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "Phrase" or (views and name == "say"):
            yield from _constants(node.args[0], tables)
        elif views and name == "count" and len(node.args) == 3:
            yield from (text for each in node.args[1:] for text in _constants(each, tables))
        elif name == "StepKind":
            summaries = (each.value for each in node.keywords if each.arg == "summary")
            yield from (text for each in summaries for text in _constants(each, tables))


def _tables(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _constants(node: ast.expr, tables: Mapping[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression can come to: written out, one of two, or looked up in a table of the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_constants(body, tables), *_constants(orelse, tables))
        case ast.Subscript(value=ast.Name(id=name)) if name in tables:
            yield from _values(tables[name])
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, *usual]) if name in tables:
            yield from _values(tables[name])
            yield from (text for each in usual for text in _constants(each, tables))


def _values(table: ast.expr) -> Iterator[str]:
    values = table.values if isinstance(table, ast.Dict) else getattr(table, "elts", ())
    yield from (each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str))


def in_template(source: str) -> Iterator[str]:
    """What is said in a template: `say("...")` or `t(...)`, `"..." | say`, `count(n, "...", "...")` or `n(...)`."""
    tree = jinja2.Environment().parse(source)
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "name", None) or getattr(call.node, "attr", None)
        if name in ("say", "t"):
            yield from _parts(call.args[0])
        elif name in ("count", "n"):
            yield from (text for each in call.args[1:3] for text in _parts(each))
    for used in tree.find_all(nodes.Filter):
        if used.name == "say" and used.node is not None:
            yield from _parts(used.node)


def _parts(node: nodes.Expr) -> Iterator[str]:
    if isinstance(node, nodes.CondExpr):
        yield from (*_parts(node.expr1), *(_parts(node.expr2) if node.expr2 else ()))
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value


def in_script(source: str) -> Iterator[str]:
    """What is said in a script of a page."""
    for name, before, *found in _IN_SCRIPT.findall(source):
        if bool(before.strip()) == (name == "count"):
            yield from (json.loads(text) for text in found[: 2 if name == "count" else 1] if text)
