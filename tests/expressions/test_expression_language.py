"""The language of values, as an author meets it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.errors import ExpressionError
from runbook.expressions import condition, evaluate, names, parse, parse_template, render, render_text
from runbook.expressions.parse import read, tree_of
from runbook.expressions.tokens import tokens

NAMES = {
    "inputs": {
        "host": "web-1",
        "path": "/var/lib/db.tar",
        "n": 7,
        "half": 2.5,
        "ok": True,
        "no": False,
        "none": None,
        "list": [3, 1, 2],
        "words": ["beta", "alpha", "beta"],
        "empty": [],
        "map": {"a": {"b": [10, {"c": "deep"}]}},
    },
    "steps": {
        "check-space": {"outputs": {"free": 12, "text": " a b "}, "status": "done"},
        "a": {"outputs": {"b": 1}, "status": "skipped"},
    },
    "run": {"id": "r-1"},
}

LIKE_JINJA = [
    "inputs.host",
    "inputs['host']",
    "inputs.map.a.b[1].c",
    "inputs.map.a.b.0",
    "inputs.list[-1]",
    "1 + 2 * 3 - 4",
    "(1 + 2) * 3",
    "7 // 2 + 7 % 4 + 7 / 2",
    "-inputs.n + 3",
    "- inputs.n | abs",
    "2.50 * 2",
    "1e3",
    "inputs.n > 3 and inputs.ok",
    "inputs.n > 3 and not inputs.ok or true",
    "not inputs.ok",
    "not inputs.n in [7]",
    "inputs.n not in [1, 2]",
    "'we' in inputs.host",
    "'a' in inputs.map",
    "inputs.n in (1, 7)",
    "1 < inputs.n <= 7",
    "1 < inputs.n < 5",
    "inputs.host == 'web-1'",
    'inputs.host != "web-1"',
    "'a' < 'b'",
    "inputs.list == [3, 1, 2]",
    "inputs.none is none",
    "inputs.n is not none",
    "inputs.nope is defined",
    "inputs.host is defined and inputs.host == 'web-1'",
    "inputs.nope is not defined",
    "inputs.nope | default('x')",
    "inputs.host | default('x')",
    "'a' ~ inputs.n ~ inputs.half",
    "inputs.host ~ ':' ~ 80",
    "'yes' if inputs.ok else 'no'",
    "1 if inputs.no else 2 if inputs.no else 3",
    "inputs.host | upper | lower",
    "'Ab' | lower ~ 'Cd' | upper",
    "' x ' | trim",
    "inputs.host | length + 1",
    "inputs.list | length",
    "inputs.list | first",
    "inputs.list | last",
    "inputs.list | join(', ')",
    "inputs.list | join",
    "inputs.host | replace('-', '/')",
    "'12' | int + 1",
    "'-12' | int",
    "2.9 | int",
    "'2.5' | float",
    "inputs.n | string",
    "inputs.half | round",
    "3.14159 | round(2)",
    "3.7 | round",
    "inputs.list | min",
    "inputs.list | max",
    "inputs.list | sum",
    "inputs.list | sort",
    "inputs.words | sort | first",
    "inputs.list | tojson",
    "'a\\n\\t\\\\b\\'c'",
    "[1, 'a', [true, none]]",
    "[]",
]


def tried(work: Callable[[], object]) -> object:
    """What comes out: a value or the refusal; any other exception passes."""
    try:
        return work()
    except ExpressionError as error:
        return error


def value_of(source: str) -> object:
    return evaluate(parse(source), NAMES)


@pytest.mark.parametrize("source", LIKE_JINJA)
def test_a_harmless_expression_means_what_it_means_in_jinja(source: str) -> None:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    expected = environment.compile_expression(source, undefined_to_none=False)(**NAMES)

    found = value_of(source)

    assert found == (list(expected) if isinstance(expected, tuple) else expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("steps.check-space.outputs.free", 12),
        ("steps.check-space.outputs.free - 2", 10),
        ("steps.check-space.outputs.free-2", 10),
        ("steps.check-space.status == 'done' and steps.a.status != 'done'", True),
        ("steps['check-space'].outputs.free", 12),
        ("' a b  c' | split", ["a", "b", "c"]),
        ("'a,b,' | split(',')", ["a", "b", ""]),
        ("inputs.words | unique", ["beta", "alpha"]),
        ("[1, true, 1.0, '1'] | unique | length", 3),
        ("inputs.path | basename", "db.tar"),
        ("inputs.path | dirname", "/var/lib"),
        ("inputs.empty | first | default('none left')", "none left"),
        ("inputs.nope.deeper | default('x')", "x"),
        ("inputs.none.deeper | default('x')", "x"),
        ("inputs.none | default('x')", None),
        ("1 == true", False),
        ("[1] == [true]", False),
        ("1 == 1.0", True),
        ("'1' == 1", False),
        ("inputs.ok ~ ''", "true"),
        ("inputs.map.a | tojson", '{"b": [10, {"c": "deep"}]}'),
        ("['<', 'é'] | tojson", '["<", "é"]'),
        ("2.4 | round | string", "2"),
        ("inputs.ok or inputs.nope", True),
        ("inputs.no and inputs.nope", False),
        ("'a b' | regex_search('c') | default('none')", "none"),
        ("'a b' is matches('a')", False),
        ("'a b' is match('a')", True),
        ("inputs.host is not search('[0-9]$')", False),
        ("inputs.nope is defined and inputs.nope is empty", False),
        ("inputs.none is empty", True),
        ("' \t' is empty", True),
        ("inputs.list is not empty", True),
        ("inputs.n is integer and inputs.half is not integer and inputs.half is number", True),
        ("inputs.ok is boolean and inputs.host is text and inputs.map is mapping and inputs.ok is not number", True),
        ("'1.10' is version('> 1.9')", True),
        ("'1.0' is version('1')", True),
        ("'2.0-rc1' is version('>= 2.0')", False),
        ("'v1.2.3+build7' is version('== 1.2.3')", True),
        ("'1.2.3-15-generic' is version('>= 1.2.3-9')", True),
        ("'::1' is in_network('::/64')", True),
        ("'10.0.0.1' is in_network('::/64')", False),
        ("'999.0.0.1' is ipaddress", False),
        ("'2026-02-30' is time", False),
        ("'2026-11-22T10:00+02:00' is after('2026-11-22T09:00')", False),
        ("'2026-11-22T10:00' | minus(60)", "2026-11-22T09:59:00.000Z"),
        ("'2026-02-28' | plus('1d')", "2026-03-01"),
        ("'2026-02-28' | plus('1h')", "2026-02-28T01:00:00.000Z"),
        ("'2026-01-01' | format_time('%A %V %j %%')", "Thursday 01 001 %"),
        ("0 | from_epoch | epoch", 0),
        ("'1.5h' | seconds | duration", "1 h 30 min"),
        ("'12G' | bytes", 12 * 1024**3),
        ("'1.25kB' | bytes", 1250),
        ("'1 TiB' | bytes | human_bytes", "1 TiB"),
        ("'a\nb' | lines | join(',')", "a,b"),
        ("'' | lines | length", 0),
        ("'x1y22' | regex_replace('[0-9]+', '<\\\\0>')", "x<1>y<22>"),
        ("'{{ run.id }}' | b64encode | b64decode", "{{ run.id }}"),
        ("'[1, {\"a\": null}]' | fromjson", [1, {"a": None}]),
        ("['a', 'b'] | union(['b', 'c']) | difference(['a']) | reverse", ["c", "b"]),
        ("'it\\'s' | quote", "'it'\"'\"'s'"),
    ],
)
def test_an_expression_has_its_value(source: str, expected: object) -> None:
    found = value_of(source)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "message", "help", "column"),
    [
        ("inputs.hots", "`inputs.hots` is not defined", "did you mean `inputs.host`?", 0),
        ("1 + steps.chek-space.status", "`steps.chek-space` is not defined", "did you mean `steps.check-space`?", 4),
        ("stepz.a", "`stepz` is not defined", "did you mean `steps`?", 0),
        ("zzz", "`zzz` is not defined", "check the spelling, or give a value with `| default('x')`", 0),
        ("inputs.host.name", "`inputs.host` is text and has no items", "look up items of mappings and lists only", 0),
        ("inputs.list[9]", "`inputs.list` has no item 9", "it has 3 items, from 0 on", 0),
        ("inputs.n + 'x'", "`+` needs a number, got text", "join text with `~`", 0),
        ("inputs.ok + 1", "`+` needs a number, got true or false", "join text with `~`", 0),
        (
            "inputs.n < 'x'",
            "`<` cannot put a number and text in order",
            "make both numbers with `| int` or `| float`",
            0,
        ),
        (
            "not inputs.host",
            "what stands after `not` must be true or false, got text",
            "compare it, such as `x == 'yes'`",
            0,
        ),
        (
            "inputs.none ~ 'x'",
            "none cannot stand inside text",
            "give another value for it, or use `| tojson`",
            0,
        ),
        ("'12x' | int", "`12x` is not a whole number", "use `| float` for a decimal number", 0),
        ("inputs.host | first", "`first` needs a list, got text", "make a list of text with `| split`", 0),
        ("'x' | plus('1h')", "`x` is not a time", "write it as 2026-11-22T08:00:00+01:00", 0),
        ("'big' | bytes", "`big` is not a size", "write it as `10GiB`, `500MB` or `12G`", 0),
        ("'perhaps' | bool", "`perhaps` is neither true nor false", "write yes or no, true or false", 0),
        ("'x' is version('1')", "`x` is not a version", "cut it out first with `| regex_search`", 0),
        ("'a' | regex_search('b')", "nothing matches `b`", "add `| default('x')`, or ask with `is search('x')`", 0),
    ],
)
def test_a_value_that_cannot_be_is_explained(source: str, message: str, help: str, column: int) -> None:
    expression = parse(source)

    with pytest.raises(ExpressionError) as caught:
        evaluate(expression, NAMES)

    assert (str(caught.value), caught.value.help, caught.value.column) == (message, help, column)


@pytest.mark.parametrize(
    ("source", "message", "help", "column"),
    [
        ("", "the expression is empty", "name a value, such as `inputs.host`", 0),
        ("inputs.host | lowr", "there is no filter `lowr`", "did you mean `lower`?", 14),
        ("1 +", "the expression stops too early", "complete it", 3),
        ("a b", "`b` is not expected here", "check what stands before it", 2),
        ("(1 + 2", "`(` is never closed", "add the closing bracket", 0),
        ("1 + 2)", "`)` closes nothing", "remove it, or open it before", 5),
        ("a = 1", "`=` is not an operator here", "compare with `==`", 2),
        ("a && b", "`&&` is not an operator here", "write `and`", 2),
        ("a\n  || b", "`||` is not an operator here", "write `or`", 4),
        ("'abc", "the text is never closed", "add the closing '", 0),
        ("'a\\d'", "`\\d` is not an escape", "for a backslash write `\\\\d`", 2),
        ("x.upper()", "a value cannot be called", "use a filter, such as `name | upper`", 7),
        ("{{ inputs.host }}", "`{{` has no place inside an expression", "leave out the `{{` and `}}`", 0),
        ("x == null", "`null` is not a value here", "write `none`", 5),
        ("x is undefined", "there is no test `is undefined`", "write `is not defined`", 2),
        ("1 if x", "`if` has no `else`", "write `x if y else z`", 0),
        ("2 ** 3", "there is no power", "multiply instead", 2),
        ("010", "`010` is not a number", "write it plainly, such as `12` or `0.5`", 0),
        ("x | replace('a')", "`replace` takes two arguments", "write `| replace('x', 'y')`", 4),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_a_remedy(
    source: str, message: str, help: str, column: int
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)

    assert (str(caught.value), caught.value.help, caught.value.column) == (message, help, column)


def test_a_condition_needs_true_or_false() -> None:
    assert condition(parse("inputs.n == 7"), NAMES) is True

    with pytest.raises(ExpressionError, match=r"^`inputs.host` must be true or false, got text$"):
        condition(parse("inputs.host"), NAMES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("inputs.host", [(("inputs", "host"), False)]),
        ("steps.a-b.outputs.c == inputs.x", [(("steps", "a-b", "outputs", "c"), False), (("inputs", "x"), False)]),
        ("inputs.list.0 + inputs['n']", [(("inputs", "list", "0"), False), (("inputs", "n"), False)]),
        ("inputs.x | default(inputs.y)", [(("inputs", "x"), True), (("inputs", "y"), False)]),
        ("inputs.x is defined", [(("inputs", "x"), True)]),
        ("inputs.x is defined and inputs.x > 1", [(("inputs", "x"), True), (("inputs", "x"), True)]),
        ("inputs.x is not defined or inputs.x.y", [(("inputs", "x"), True), (("inputs", "x", "y"), True)]),
        ("inputs.x is defined or inputs.x", [(("inputs", "x"), True), (("inputs", "x"), False)]),
        ("inputs.x if inputs.x is defined else 1", [(("inputs", "x"), True), (("inputs", "x"), True)]),
        ("1 if inputs.x is defined else inputs.x", [(("inputs", "x"), True), (("inputs", "x"), False)]),
        ("inputs[inputs.key]", [(("inputs",), False), (("inputs", "key"), False)]),
        ("1 < inputs.a < inputs.b", [(("inputs", "a"), False), (("inputs", "b"), False)]),
        ("[inputs.a, 'x'] | join(inputs.b)", [(("inputs", "a"), False), (("inputs", "b"), False)]),
        ("inputs.a is none", [(("inputs", "a"), False)]),
        ("'inputs.a'", []),
    ],
)
def test_the_names_of_an_expression_are_known_before_it_is_evaluated(source: str, expected: object) -> None:
    assert list(names(parse(source).tree)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ inputs.n }}", 7),
        ("{{ inputs.list }}", [3, 1, 2]),
        ("{{ inputs.none }}", None),
        ("{{inputs.n}} of {{ inputs.half }}", "7 of 2.5"),
        ("{{ inputs.ok }}!", "true!"),
        (" {{ inputs.n }}", " 7"),
        ("{{ '{{' }} x {{ '}}' }}", "{{ x }}"),
        ("{{ '}}' ~ \"{{\" }}", "}}{{"),
        ("a } b { c }}", "a } b { c }}"),
        ("{{ inputs.map.a.b | tojson }}.", '[10, {"c": "deep"}].'),
    ],
)
def test_a_template_keeps_the_type_of_a_lone_expression_only(text: str, expected: object) -> None:
    found = render(parse_template(text), NAMES)

    assert found == expected
    assert type(found) is type(expected)


def test_a_template_is_text_where_text_is_needed() -> None:
    assert render_text(parse_template("{{ inputs.n }}"), NAMES) == "7"
    assert render_text(parse_template("{{ inputs.ok }}"), NAMES) == "true"
    with pytest.raises(ExpressionError, match="a list cannot stand inside text"):
        render_text(parse_template("{{ inputs.list }}"), NAMES)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("a {% if x %}", "there are no `{% %}` statements", 2),
        ("a {# x #}", "there are no `{# #}` comments", 2),
        ("a {{ x", "`{{` is never closed", 2),
        ("a {{ }} b", "the expression is empty", 4),
        ("a {{ x y }} b", "`y` is not expected here", 7),
        ("ps --format {{.Names}}", "`.` is not expected here", 14),
        ("{{ {{ x }} }}", "`{{` has no place inside an expression", 3),
    ],
)
def test_a_template_that_cannot_be_read_says_where(text: str, message: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template(text)

    assert (str(caught.value), caught.value.column) == (message, column)
    assert caught.value.help


def test_a_value_is_never_evaluated_again() -> None:
    names = {"inputs": {"x": "{{ run.id }}", "y": "inputs.x"}, "run": {"id": "secret"}}

    assert render(parse_template("{{ inputs.x }}!"), names) == "{{ run.id }}!"
    assert render(parse_template("{{ inputs[inputs.y] | default('no') }}"), names) == "no"


def test_plain_names_need_no_library() -> None:
    code = (
        "import sys; from runbook.expressions import parse, evaluate, parse_template\n"
        "parse('inputs.a == 1'); parse_template('x {{ steps.a-b.outputs.c }}')\n"
        "print('jinja2' in sys.modules); parse('inputs.a + 1'); print('jinja2' in sys.modules)"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["False", "True"]


NAME = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
LITERAL = st.one_of(
    st.sampled_from(["true", "false", "none", "True", "0", "12", "0.5", "1e3", "'x'", '"y z"', "'a\\'b'", "''"]),
    st.integers(0, 10**9).map(str),
)
PATH = st.builds(
    lambda first, rest: ".".join([first, *rest]),
    NAME,
    st.lists(st.one_of(NAME, st.integers(0, 99).map(str)), max_size=4),
)
STEP = st.from_regex(r"steps\.[a-z0-9][a-z0-9-]{0,8}\.outputs\.[a-z]{1,4}", fullmatch=True)
OPERAND = st.one_of(LITERAL, PATH, STEP)
SIMPLE = st.one_of(
    OPERAND,
    st.builds("{} {} {}".format, OPERAND, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), OPERAND),
)


@given(SIMPLE)
@settings(max_examples=300, deadline=None)
def test_the_short_way_and_the_library_read_the_same_tree(source: str) -> None:
    try:
        found, _ = tokens(source)
        expected = read(found, len(source))
    except ExpressionError:
        return

    if "null" not in source:
        assert parse(source).tree == expected


WORDS = [
    "inputs", ".host", ".n", ".list", "steps", ".check-space", ".outputs", "[", "]", "(", ")", "0", "-1", "'a'", '"',
    "+", "-", "*", "/", "//", "%", "~", "|", "default", "join", "sort", "tojson", "replace", "round", "int", ",", "and",
    "or", "not", "in", "is", "if", "else", "defined", "none", "true", "==", "<", ">=", "!=", ".", "{{", "}}", "\n", "é",
    "is", "match('a')", "empty", "lines", "fromjson", "regex_findall('a')", "pluck('a')", "plus('1h')", "bytes", "bool",
    "1e9", "9" * 90, "\\", "=", "{", "}",
]  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
@settings(max_examples=500, deadline=None)
def test_any_text_has_a_value_or_is_refused(source: str) -> None:
    result = tried(lambda: evaluate(parse(source), NAMES))

    if isinstance(result, ExpressionError):
        assert str(result)
        assert 0 <= result.column <= len(source)
    else:
        assert result is None or isinstance(result, bool | int | float | str | list | dict)


@given(st.lists(st.sampled_from([*WORDS, "{{ inputs.n }}", "{%", "{#", "text"]), max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_template_is_rendered_or_refused(text: str) -> None:
    result = tried(lambda: render_text(parse_template(text), NAMES))

    assert isinstance(result, str) or (isinstance(result, ExpressionError) and 0 <= result.column <= len(text))


QUICK = [
    "inputs.host",
    "run.id",
    "inputs.if",
    "inputs.a1_B",
    "steps.check-space.outputs.free",
    "steps.a-.outputs.b",
    "steps.if.answers.not",
    "inputs.n == 7",
    "inputs.n==0",
    "steps.a.outputs.b <= 123456789012345678",
    "steps.a.outputs.b  !=  'web-1: a/b.c_d'",
    "inputs.host == ''",
    "inputs.n > 07",
    "inputs.n > 7 ",
    "inputs.n > 7x",
    "inputs.n > 1.5",
    "inputs.n < 1 < 2",
    "inputs.host == 'a\\'b'",
    "inputs.host == 'a' 'b'",
    "inputs.n = 7",
    "inputs.n > inputs.half",
    "steps.a",
    "steps.A.outputs.b.c",
    "inputs.é",
    "inputs.x" + "y" * 99,
    "inputs.x" + "y" * 9000,
]


@pytest.mark.parametrize("source", QUICK)
def test_the_commonest_expressions_read_at_once_are_read_as_all_others(source):
    def slowly():
        return tree_of(tokens(source)[0], len(source))

    assert outcome(lambda: parse(source).tree) == outcome(slowly)
    assert outcome(lambda: parse_template("{{ " + source + " }}!").parts[0].tree) == outcome(slowly)


def outcome(work):
    """What comes of it: a tree, or the help of an error."""
    try:
        return work()
    except ExpressionError as error:
        return error.help
