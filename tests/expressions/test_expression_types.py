"""Types that are known before a run: what they say of an expression holds for whatever it gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.errors import ExpressionError
from runbook.expressions import FILTERS, PREDICATES, evaluate, parse
from runbook.expressions.types import ANY, faults, type_of
from runbook.expressions.values import kind_of
from runbook.expressions.written import written

NAMES: dict[str, Any] = {
    "t": "10.0.0.1", "when": "2026-11-22", "n": 7, "ok": True, "list": ["b", "a"], "numbers": [3, 1], "map": {"a": 1},
    "rows": [{"a": 1}], "none": None,
}  # fmt: skip
KINDS = {name: kind_of(value) for name, value in NAMES.items()}
ARGUMENTS = {"text": "'1'", "a number": "4", "a list": "['a']", "": "'a'"}


def known(path: tuple[str, ...]) -> str:
    return KINDS.get(path[0], ANY) if len(path) == 1 else ANY


def call(name: str, signature: Any) -> str:
    written = {"format_time": "'%Y'", "plus": "'1h'", "minus": "'1h'", "pluck": "'a'", "where": "'a', 1"}
    arguments = ", ".join(ARGUMENTS[each] for each in signature.arguments)
    return name + (f"({written.get(name, arguments)})" if signature.arguments else "")


CALLS = [f"| {call(name, each)}" for name, each in FILTERS.items()] + [
    f"is {call(name, each)}" for name, each in PREDICATES.items()
]
OPERAND = st.sampled_from([*NAMES, "'x'", "3", "true", "['a', 'b']", "none", "missing"])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "in", "and", "or"])
    return st.one_of(
        st.builds("({} {})".format, inner, st.sampled_from(CALLS)),
        st.builds("({} {} {})".format, inner, signs, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
    )


EXPRESSIONS = st.recursive(OPERAND, longer, max_leaves=5)


@given(EXPRESSIONS)
def test_a_value_has_the_type_that_was_known_before(source: str) -> None:
    try:
        tree = parse(source).tree
        value = evaluate(parse(source), NAMES)
    except ExpressionError:
        return

    assert type_of(tree, known) in (ANY, kind_of(value))


def nothing_lazy(tree: Any) -> bool:
    """True when every part is worked out: nothing stands behind an `and`, an `or`, an `if`, a `default`."""
    return not isinstance(tree, list) or (
        tree[:1] not in (["and"], ["or"], ["if"], ["chain"])
        and tree[:2] != ["filter", "default"]
        and tree[:2] != ["test", "defined"]
        and all(map(nothing_lazy, tree))
    )


@given(EXPRESSIONS)
def test_what_is_called_a_fault_has_no_value_or_is_never_the_same(source: str) -> None:
    try:
        tree = parse(source).tree
        value = evaluate(parse(source), NAMES)
    except ExpressionError:
        return

    found = [] if not nothing_lazy(tree) else [each for each in faults(tree, known) if "never" not in each.what]
    assert not found, (value, found)


@given(EXPRESSIONS)
def test_a_tree_is_written_as_an_expression_that_reads_the_same(source: str) -> None:
    try:
        tree = parse(source).tree
    except ExpressionError:
        return

    assert parse(written(tree)).tree == tree


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("t + 1", "is text, and `+` calculates"),
        ("-t", "is text, and `-` calculates"),
        ("n | upper", "is a number, and `| upper` needs text"),
        ("t | join(',')", "is text, and `| join` needs a list"),
        ("list | join(1)", "is a number, and `| join` takes text there"),
        ("t | length | upper", "is a number, and `| upper` needs text"),
        ("map < map", "is a mapping, and `<` puts numbers or texts in order"),
        ("1 < t", "is text and can't be compared with a number"),
        ("1 < n < t", "is a number and can't be compared with text"),
        ("n in t", "is a number and never in text"),
        ("t in n", "is a number, and `in` looks in a list, text or mapping"),
        ("ok and t", "is text, and `and` joins true and false"),
        ("not n", "is a number, and `not` turns round true and false"),
        ("1 if t else 2", "is text, and what stands after `if` is true or false"),
        ("'a' ~ list", "is a list and can't stand inside text"),
        ("n is startswith('a')", "is a number, and `is startswith` needs text"),
        ("t | upper == 3", "is text and is never the same as a number"),
        ("(n if ok else t) | upper", ""),
        ("missing + t ~ n", "is text, and `+` calculates"),
        ("t | default(n) + 1", ""),
        ("none == t", ""),
        ("map | length > 1 and rows | pluck('a') | sum == 1", ""),
    ],
)
def test_a_fault_says_what_is_wrong(source: str, what: str) -> None:
    assert [each.what for each in faults(parse(source).tree, known)] == ([what] if what else [])
