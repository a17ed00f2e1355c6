"""From an author's expression to a tree of lists, such as `["==", ["name", "x"], ["const", 1]]`.

Rule 1: only what is listed here gets into a tree. Jinja2 reads the grammar; it never compiles or folds anything.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from runbook.clauses import Expression
from runbook.diagnostics import suggestion
from runbook.errors import ExpressionError
from runbook.expressions.asked import PREDICATES
from runbook.expressions.filters import FILTERS
from runbook.expressions.signatures import Signature
from runbook.expressions.tokens import KEYWORDS, MAX_DEPTH, Token, tokens
from runbook.outcome import Json

if TYPE_CHECKING:  # an optional weight: only expressions beyond the simplest load the library
    from jinja2 import Environment
    from jinja2.nodes import Node

_CONSTANTS: dict[str, Json] = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}
_ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "And": "and", "Or": "or"}
_UNARY = {"Not": "not", "Neg": "neg", "Pos": "pos"}
_SIMPLE_COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
_PLAIN = r"((?:inputs|run)\.[a-z]\w{0,99}|steps\.[a-z][a-z0-9-]{0,99}\.[a-z]{1,9}\.[a-z]\w{0,99})"
_ALONE = re.compile(
    rf"{_PLAIN}(?:\s{{0,9}}(==|!=|<=|>=|<|>)\s{{0,9}}(?:(0|[1-9]\d{{0,17}})|'([\w .:/-]{{0,99}})'))?", re.ASCII
)
_EMBEDDED = re.compile(rf"\{{\{{\s{{0,99}}{_PLAIN}\s{{0,99}}\}}\}}", re.ASCII)
_ELSEWHERE = {
    "Call": ("a value cannot be called", "use a filter, such as `name | upper`"),
    "Slice": ("lists cannot be sliced", "use `| first`, `| last` or an index such as `[0]`"),
}


def parse(source: str) -> Expression:
    """The bare expression, read."""
    if alone := _ALONE.fullmatch(source):
        name, sign, number, text = alone.groups()
        if sign is None:
            return Expression(source, _plain(name))
        return Expression(source, [sign, _plain(name), ["const", text if number is None else int(number)]])
    found, _ = tokens(source)
    return Expression(source, tree_of(found, len(source)))


def embedded(text: str, at: int) -> tuple[Expression, int]:
    """The expression of the `{{ ... }}` that opens at `at`, and where its `}}` ends."""
    if plain := _EMBEDDED.match(text, at):
        return Expression(plain[1], _plain(plain[1])), plain.end()
    found, end = tokens(text, at + 2, braces=True)
    return Expression(text[at + 2 : end].strip(), tree_of(found, end)), end + 2


def _plain(source: str) -> Json:
    """The tree of the commonest expressions, names with points between them, without a look at their tokens."""
    first, *rest = source.split(".")
    tree: Json = ["name", first]
    for name in rest:
        tree = ["item", tree, ["const", name]]
    return tree


def tree_of(found: list[Token], end: int) -> Json:
    """The tree of these tokens; `end` is the column after the last."""
    for token in found:
        if token.sort == "name" and token.text == "null":
            raise ExpressionError("`null` is not a value here", "write `none`", token.column)
    return _simple(found) or read(found, end)


def _simple(found: list[Token]) -> Json:
    """The tree of a name, a literal, or one comparison of the two; None for anything else."""
    left, at = _operand(found, 0)
    if left is None or at == len(found):
        return left
    sign = found[at]
    if sign.sort != "sign" or sign.text not in _SIMPLE_COMPARISONS:
        return None
    right, at = _operand(found, at + 1)
    return [sign.text, left, right] if right is not None and at == len(found) else None


def _operand(found: list[Token], at: int) -> tuple[Json, int]:
    if at == len(found) or found[at].sort not in ("literal", "name") or found[at].text in KEYWORDS:
        return None, at
    first = found[at]
    at += 1
    if first.sort == "literal":
        return ["const", first.value], at
    if first.text in _CONSTANTS:
        return ["const", _CONSTANTS[first.text]], at
    tree: Json = ["name", first.text]
    begin = at
    while at + 1 < len(found) and found[at].text == "." and found[at].sort == "sign" and found[at + 1].sort == "item":
        tree = ["item", tree, ["const", found[at + 1].value]]
        at += 2
    return (tree, at) if at - begin < MAX_DEPTH else (None, at)


def read(found: list[Token], end: int) -> Json:
    """The tree of these tokens by Jinja2's grammar.

    Every token gets a line of its own, so that the library's line numbers are token numbers; every
    literal is handed over as its number in a list, so that the library decodes none.
    """
    from jinja2 import TemplateSyntaxError

    literals: list[Json] = []
    lines: list[str] = []
    for token in found:
        if token.sort == "item":
            lines[-1] = "["
        if token.sort in ("item", "literal"):
            literals.append(token.value)
            lines.append(f"'{len(literals) - 1}'" + ("]" if token.sort == "item" else ""))
        else:
            lines.append(token.text)
    try:
        template = _library().parse("{{\n" + "\n".join(lines) + "\n}}")
        return _Reader(literals, [token.column for token in found]).tree(template.body[0].nodes[0])  # type: ignore[attr-defined]  # one `{{ }}` is one Output
    except TemplateSyntaxError as error:
        place = error.lineno - 2
        if place >= len(found):
            raise ExpressionError("the expression stops too early", "complete it", end) from None
        token = found[max(place, 0)]
        raise ExpressionError(
            f"`{token.text}` is not expected here", "check what stands before it", token.column
        ) from None
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply", "split it over several steps") from None


@functools.cache
def _library() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=False)  # it only parses


class _Reader:
    """Turns the library's nodes into our tree, refusing every node it does not name."""

    def __init__(self, literals: list[Json], columns: list[int]) -> None:
        self.literals = literals
        self.columns = columns

    def tree(self, node: Node, depth: int = 1) -> Json:
        """The tree of one node and what is below it."""
        if depth > MAX_DEPTH:
            raise self.error(node, "the expression is nested too deeply", "split it over several steps")
        name = type(node).__name__
        below = functools.partial(self.tree, depth=depth + 1)
        if name in _ARITHMETIC:
            return [_ARITHMETIC[name], below(node.left), below(node.right)]  # type: ignore[attr-defined]  # a BinExpr
        if name in _UNARY:
            return [_UNARY[name], below(node.node)]  # type: ignore[attr-defined]  # a UnaryExpr
        special: Callable[[Node, Callable[[Node], Json]], Json] | None = getattr(self, f"_{name.lower()}", None)
        if special is None:
            raise self.error(node, *_ELSEWHERE.get(name, ("this is not part of the language", "use a simpler form")))
        return special(node, below)

    def error(self, node: Node, message: str, help: str) -> ExpressionError:
        """What is wrong with that node, at its column."""
        at = min(max(node.lineno - 2, 0), len(self.columns) - 1)
        return ExpressionError(message, help, self.columns[at])

    def _const(self, node: Node, below: Callable[[Node], Json]) -> Json:
        value = node.value  # type: ignore[attr-defined]  # a Const
        return ["const", self.literals[int(value)] if isinstance(value, str) else value]

    def _name(self, node: Node, below: Callable[[Node], Json]) -> Json:
        return ["name", node.name]  # type: ignore[attr-defined]  # a Name

    def _getitem(self, node: Node, below: Callable[[Node], Json]) -> Json:
        return ["item", below(node.node), below(node.arg)]  # type: ignore[attr-defined]  # a Getitem

    def _list(self, node: Node, below: Callable[[Node], Json]) -> Json:
        return ["list", *map(below, node.items)]  # type: ignore[attr-defined]  # a List

    _tuple = _list

    def _concat(self, node: Node, below: Callable[[Node], Json]) -> Json:
        return ["~", *map(below, node.nodes)]  # type: ignore[attr-defined]  # a Concat

    def _condexpr(self, node: Node, below: Callable[[Node], Json]) -> Json:
        if node.expr2 is None:  # type: ignore[attr-defined]  # a CondExpr
            raise self.error(node, "`if` has no `else`", "write `x if y else z`")
        return ["if", *map(below, (node.test, node.expr1, node.expr2))]  # type: ignore[attr-defined]  # a CondExpr

    def _compare(self, node: Node, below: Callable[[Node], Json]) -> Json:
        first = below(node.expr)  # type: ignore[attr-defined]  # a Compare
        rest = [[_COMPARISONS[operand.op], below(operand.expr)] for operand in node.ops]  # type: ignore[attr-defined]
        return [rest[0][0], first, rest[0][1]] if len(rest) == 1 else ["chain", first, *rest]

    def _filter(self, node: Node, below: Callable[[Node], Json]) -> Json:
        name = node.name  # type: ignore[attr-defined]  # a Filter
        if name not in FILTERS:
            raise self.error(node, f"there is no filter `{name}`", suggestion(name, FILTERS, "see the list of filters"))
        arguments = self._arguments(node, name, f"| {name}", FILTERS[name], below)
        return ["filter", name, below(node.node), arguments]  # type: ignore[attr-defined]

    def _test(self, node: Node, below: Callable[[Node], Json]) -> Json:
        name = node.name  # type: ignore[attr-defined]  # a Test
        if name not in PREDICATES:
            instead = {"undefined": "write `is not defined`", "in": "write `x in y`, without `is`"}
            help = instead.get(name) or suggestion(name, PREDICATES, "see the list of tests, or compare with `==`")
            raise self.error(node, f"there is no test `is {name}`", help)
        arguments = self._arguments(node, f"is {name}", f"is {name}", PREDICATES[name], below)
        return ["test", name, below(node.node), *arguments]  # type: ignore[attr-defined]

    def _arguments(
        self, node: Node, name: str, call: str, signature: Signature, below: Callable[[Node], Json]
    ) -> list[Json]:
        """The trees of the arguments, as many as it takes; what only an author may say is text that stands there."""
        given = node.args or ()  # type: ignore[attr-defined]  # a Filter or a Test
        least, most = signature.least, len(signature.arguments)
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not least <= len(given) <= most:  # type: ignore[attr-defined]
            wanted = {0: "no argument", 1: "one argument", 2: "two arguments"}[most]
            if least != most:
                wanted = f"at most {wanted}"
            raise self.error(node, f"`{name}` takes {wanted}", f"write `{call}{_CALLS[most]}`")
        trees = [below(each) for each in given]
        for place, wrong_with in signature.written.items():
            tree = trees[place]
            if tree[0] != "const" or not isinstance(tree[1], str):
                raise self.error(node, f"`{name}` needs its text written down", f"write `{call}{_CALLS[most]}`")
            flaw = wrong_with(tree[1])
            if flaw:
                raise self.error(node, *flaw)
        return trees


_CALLS = {0: "", 1: "('x')", 2: "('x', 'y')"}
