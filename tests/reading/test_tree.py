"""Reading YAML strictly: values, places, and each way in which a text is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from malformed.corpus import GOOD, corpus

from runbook.diagnostics import Diagnostic
from runbook.reading import tree as tree_module
from runbook.reading.structure import MAX_ALIASES, MAX_DEPTH, MAX_NODES, MAX_SCALAR
from runbook.reading.text import MAX_BYTES, MAX_FINDINGS, unreadable
from runbook.reading.tree import PROBLEMS, Tree, read_tree
from runbook.source import Place

RICH = (Path(__file__).parent / "rich.yaml").read_bytes()


def read(text: str) -> Tree:
    tree, findings = read_tree("f.yaml", text.encode())
    assert findings == ()
    assert tree is not None
    return tree


def findings_of(text: str | bytes) -> tuple[Diagnostic, ...]:
    return read_tree("f.yaml", text.encode() if isinstance(text, str) else text)[1]


def at(text: str) -> list[tuple[str, int, int]]:
    return [(each.rule, each.place.line, each.place.column) for each in findings_of(text)]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *[
            (word, word)
            for word in ("yes", "no", "on", "off", "y", "n", "1:30", "2026-11-22", "12:30:45", "1.2.3", "10m")
        ],
        *[(word, word) for word in ("0x", "0xg", "1e", "e5", "+", ".", "...a", "--", "=", "nUll", "08:15")],
        *[(word, None) for word in ("null", "Null", "NULL", "~", "")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("0x1F", 31),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("0.0", 0.0),
        ("0e5", 0.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'~'", "~"),
        ('"\\u202e"', "\u202e"),
        ("[]", []),
        ("{}", {}),
        ("[1, [a, {b: c}]]", [1, ["a", {"b": "c"}]]),
        ("|\n  text\n  more\n", "text\nmore\n"),
        (">-\n  text\n  more\n", "text more"),
    ],
)
def test_a_word_has_its_value(word: str, value: object) -> None:
    data = read(f"a: {word}\n").data["a"]

    assert data == value
    assert type(data) is type(value)


@pytest.mark.parametrize("key", ["on", "yes", "no", "1:30", "a b", "'1'", '"true"', "'<<'", "2026-11-22", "-a", "<a"])
def test_text_is_fine_as_a_key(key: str) -> None:
    assert list(read(f"{key}: x\n").data) == [key.strip("'\"")]


@pytest.mark.parametrize(
    ("word", "number", "quoted"),
    [
        ("0755", "`755`", '`"0755"`'),
        ("-007", "`-7`", '`"-007"`'),
        ("1_000", "`1000`", '`"1_000"`'),
        ("0b11", "`3`", '`"0b11"`'),
        ("0o17", "`15`", '`"0o17"`'),
    ],
)
def test_an_ambiguous_number_shows_both_ways_to_write_it(word: str, number: str, quoted: str) -> None:
    (finding,) = findings_of(f"a: 1\nb: {word}\n")

    assert (finding.rule, finding.place.line, finding.place.column) == ("ambiguous-number", 2, 4)
    assert number in finding.help
    assert quoted in finding.help


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("1_", "ambiguous-number"),
        (".inf", "not-a-finite-number"),
        ("-.INF", "not-a-finite-number"),
        (".nan", "not-a-finite-number"),
        ("12e45678", "number-out-of-range"),
        ("1e-999", "number-out-of-range"),
        ("9223372036854775808", "number-out-of-range"),
        ("9" * 390, "number-out-of-range"),
        ("0x" + "f" * 17, "number-out-of-range"),
    ],
)
def test_a_number_that_nothing_can_hold_is_refused(word: str, rule: str) -> None:
    assert at(f"a: {word}\n") == [(rule, 1, 4)]


CASES = [
    ("a: 1\nb:\n\tc: 2\n", "tab-indent", 3, 1),
    ("a: 'x\nb: c\n", "open-quote", 1, 4),
    ("a: 1\nb: c: d\n", "stray-colon", 2, 5),
    ("a: b\n  c: d\n", "stray-colon", 2, 4),
    ("a: [1, 2\nb: 3\n", "open-bracket", 2, 2),
    ("a: {{ x }}\n", "unquoted-text", 1, 5),
    ("a: {{ x }} y\n", "unquoted-text", 1, 5),
    ("a: @x\n", "unquoted-text", 1, 4),
    ("a: `x`\n", "unquoted-text", 1, 4),
    ('a: "\\d"\n', "unknown-escape", 1, 5),
    ("a: !x b\n", "tag", 1, 4),
    ("a: !!python/object/apply:os.system [x]\n", "tag", 1, 4),
    ("%YAML 1.2\n---\na: 1\n", "directive", 1, 1),
    ("a: - b\n", "broken-yaml", 1, 4),
    ("a: 'x' y\n", "broken-yaml", 1, 8),
    ("a:\n  b: c\n d: e\n", "broken-yaml", 3, 2),
    ("a: 'x'\n- b\n", "broken-yaml", 2, 1),
    ("a: | x\n  y\n", "broken-yaml", 1, 6),
    ("", "empty-file", 1, 1),
    ("# only a comment\n", "empty-file", 1, 1),
    ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
    ("1: x\n", "key-not-text", 1, 1),
    ("a:\n  ~: x\n", "key-not-text", 2, 3),
    ("[a]: x\n", "key-not-text", 1, 1),
    ("a: {<<: {b: c}}\n", "merge-key", 1, 5),
    ("a: *b\n", "unknown-alias", 1, 4),
    ("a: &b\n  - *b\n", "recursive-alias", 2, 5),
    ('a: "x\\0"\n', "control-character", 1, 4),
    ("a: \x1b[2J\n", "control-character", 1, 4),
    ("a: 1\rb: 2\n", "control-character", 1, 5),
    ("a: x\u202ey\n", "invisible-character", 1, 5),
    ("a: ж\nb: x\u200dy\n", "invisible-character", 2, 5),
]


@pytest.mark.parametrize(("text", "rule", "line", "column"), CASES, ids=[repr(case[0]) for case in CASES])
def test_a_text_is_refused_at_its_place(text: str, rule: str, line: int, column: int) -> None:
    assert (rule, line, column) in at(text)
    assert len(at(text)) == 1


def test_a_duplicate_key_names_both_lines() -> None:
    (finding,) = findings_of("a: 1\nb: {c: 1}\na: 2\n")

    assert finding.message == "the key `a` stands twice: first at line 1, again at line 3"
    assert (finding.place.line, finding.place.column, finding.place.end_column) == (3, 1, 2)


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert read("a: {b: 1}\nc: {b: 1}\nd: [{b: 1}, {b: 1}]\n").data["c"] == {"b": 1}


def test_all_that_is_wrong_is_told_in_one_reading_in_the_order_of_the_text() -> None:
    text = "a: 0755\nb: !x y\nc: 1\nc: 2\nd: *gone\ne: .inf\nf: 'open\n"

    assert [(rule, line) for rule, line, _ in at(text)] == [
        ("ambiguous-number", 1),
        ("tag", 2),
        ("duplicate-key", 4),
        ("unknown-alias", 5),
        ("not-a-finite-number", 6),
        ("open-quote", 7),
    ]


def test_a_file_that_is_sound_but_for_single_values_has_a_tree_so_that_its_shape_can_be_checked() -> None:
    tree, findings = read_tree("f.yaml", b"a: 010\nb: x\nb: y\n")

    assert len(findings) == 2
    assert tree is not None
    assert tree.data == {"a": 10, "b": "y"}


@pytest.mark.parametrize("text", ["1: x", "a: [", "a: *b", "<<: {a: b}", "a\n---\nb", "", "a: \x00", "{{a}}"])
def test_a_file_of_doubtful_structure_has_no_tree(text: str) -> None:
    assert read_tree("f.yaml", text.encode())[0] is None


@pytest.mark.parametrize(
    ("content", "byte"),
    [
        (b"a: \xff\n", "byte 3 is 0xff"),
        ("ü: ".encode() + b"\xe2\x82", "byte 4 is 0xe2"),
        (b"\xc0\x80", "byte 0 is 0xc0"),
    ],
)
def test_text_that_is_not_utf8_names_the_byte(content: bytes, byte: str) -> None:
    (finding,) = findings_of(content)

    assert finding.rule == "not-utf8"
    assert byte in finding.message


def test_the_place_of_a_broken_byte_counts_lines_and_characters() -> None:
    (finding,) = findings_of("a: ü\nbü: ".encode() + b"\xff\n")

    assert (finding.place.line, finding.place.column) == (2, 5)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named(encoding: str) -> None:
    (finding,) = findings_of(GOOD.encode(encoding))

    assert "UTF-16" in finding.message


def test_a_byte_order_mark_and_dos_line_ends_are_fine() -> None:
    tree, findings = read_tree("f.yaml", b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n")

    assert findings == ()
    assert tree is not None
    assert tree.data == {"a": 1, "b": ["x"]}
    assert tree.place(("b", 0)) == Place("f.yaml", 3, 5, 3, 6)


def test_joiners_inside_of_scripts_and_emoji_are_fine() -> None:
    assert read("a: 👩\u200d💻 می\u200cخواهم\n").data["a"] == "👩\u200d💻 می\u200cخواهم"


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("fine", "too_much", "rule"),
    [
        (nested(MAX_DEPTH), nested(MAX_DEPTH + 1), "too-deep"),
        (
            f"[&a {nested(20)}, {nested(10)[:10]} *a {nested(10)[10:]}]",
            f"[&a {nested(20)}, {'[' * 12}*a {']' * 12}]",
            "too-deep",
        ),
        ("[" + "1," * (MAX_NODES - 1) + "]", "[" + "1," * MAX_NODES + "]", "too-many-values"),
        (
            "[&a x, " + "*a, " * MAX_ALIASES + "]",
            "[&a x, " + "*a, " * (MAX_ALIASES + 1) + "]",
            "too-many-values",
        ),
        (
            f"[&a [{'1,' * 1000}], {'*a,' * 90}]",
            f"[&a [{'1,' * 1000}], {'*a,' * 110}]",
            "too-many-values",
        ),
        (
            f"[&a {'x' * 200_000}, &b [{'*a,' * 10}]]",
            f"[&a {'x' * 200_000}, &b [{'*a,' * 10}], *b, *b]",
            "too-many-values",
        ),
        ("x" * MAX_SCALAR, "x" * (MAX_SCALAR + 1), "too-long-text"),
        ("# " + "x" * (MAX_BYTES - 10) + "\na: 1", "# " + "x" * MAX_BYTES + "\na: 1", "oversized-file"),
    ],
    ids=["depth", "depth by aliases", "values", "aliases", "values by aliases", "text by aliases", "text", "file"],
)
def test_a_limit_lets_the_last_pass_and_refuses_the_next(fine: str, too_much: str, rule: str) -> None:
    assert findings_of(fine) == ()
    assert [each.rule for each in findings_of(too_much)] == [rule]


@pytest.mark.parametrize(
    ("before", "levels"),
    [("", 0), ("a: ", 1), ("a:\n  - ", 2)],
    ids=["alone", "in a mapping", "in a list"],
)
@pytest.mark.parametrize("bracket", ["[", "{"])
def test_the_level_that_is_too_deep_is_marked_however_deep_it_goes_on(before: str, levels: int, bracket: str) -> None:
    (finding,) = findings_of(before + bracket * 5_000)

    *lines, line = before.split("\n")
    assert finding.rule == "too-deep"
    assert (finding.place.line, finding.place.column) == (len(lines) + 1, len(line) + MAX_DEPTH + 1 - levels)


def test_findings_end_when_nobody_would_read_on() -> None:
    assert len(findings_of("".join("a: 01\n" for _ in range(500)))) <= 2 * MAX_FINDINGS
    assert findings_of("a: 1\n" * 500)[-1].message == "there may be more keys that stand twice"
    for text, says in (("a: [" + "01, " * 500 + "]", "there may be more"), ("\x01" * 500, "and 400 more")):
        *shown, last = findings_of(text)
        assert len(shown) == MAX_FINDINGS
        assert (last.rule, last.message[: len(says)]) == ("more-findings", says)


def test_aliases_share_their_data() -> None:
    data = read("a: &x {b: [1]}\nc: *x\nd: [*x, *x]\ne: &t text\nf: *t\n").data

    assert data["c"] is data["a"]
    assert data["d"] == [{"b": [1]}] * 2
    assert data["f"] == "text"


TEXT = """\
# a comment
title: Título
list:
  - one
  - {key: "two words", other: 3}
text: |
  first
  second

after:
  deep:
    - - x
empty:
same: &a [1, 2]
again: *a
"""


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        ((), False, (2, 1, 15, 10)),
        (("title",), False, (2, 8, 2, 14)),
        (("title",), True, (2, 1, 2, 6)),
        (("list",), False, (4, 3, 5, 33)),
        (("list", 0), False, (4, 5, 4, 8)),
        (("list", 1, "key"), False, (5, 11, 5, 22)),
        (("list", 1, "other"), True, (5, 24, 5, 29)),
        (("list", 2), False, (4, 3, 5, 33)),
        (("list", 1, "missing"), False, (5, 5, 5, 33)),
        (("list", 1, "missing"), True, (5, 5, 5, 33)),
        (("missing", "more"), False, (2, 1, 15, 10)),
        (("text",), False, (6, 7, 8, 9)),
        (("after", "deep", 0, 0), False, (12, 9, 12, 10)),
        (("after", "deep"), True, (11, 3, 11, 7)),
        (("empty",), True, (13, 1, 13, 6)),
        (("again",), False, (15, 8, 15, 10)),
        (("again", 1), False, (14, 14, 14, 15)),
        (("title", "inside"), False, (2, 8, 2, 14)),
        (("list", "word"), False, (4, 3, 5, 33)),
    ],
)
def test_a_path_has_its_place(path: tuple[str | int, ...], key: bool, place: tuple[int, int, int, int]) -> None:
    assert read(TEXT).place(path, key) == Place("f.yaml", *place)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    yield path, value
    for part, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths(inner, (*path, part))


def test_every_word_of_a_rich_file_stands_at_its_place() -> None:
    tree = read(RICH.decode())
    words = 0
    for path, value in paths(tree.data):
        place = tree.place(path)
        if isinstance(value, str | int) and value is not None and place.line == place.end_line:
            shown = tree.source.line(place.line)[place.column - 1 : place.end_column - 1]
            assert yaml.safe_load(f"- {shown}\n")[0] == value or shown == str(value), path
            words += 1
        if path and isinstance(path[-1], str):
            key = tree.place(path, key=True)
            assert tree.source.line(key.line)[key.column - 1 : key.end_column - 1] == path[-1]
    assert words > 150


SEEN = st.characters(
    exclude_categories=("Cs", "Cc", "Cf", "Cn", "Zl", "Zp"),
    exclude_characters="\u115f\u1160\u3164",
    include_characters='\n\t"\\',
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(SEEN, max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(SEEN, max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_what_json_writes_is_read_back(value: object) -> None:
    text = json.dumps({"value": value}, ensure_ascii=False)

    assert read(text).data == {"value": value}


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=60))
def test_any_text_gives_data_or_findings(text: str) -> None:
    tree, findings = read_tree("f.yaml", text.encode())

    assert findings or tree is not None
    if tree is not None and not findings:
        assert tree.data is not None


def test_the_parser_without_libyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {name: content for name, content in corpus().items() if len(content) < 20_000}
    texts |= {"rich": RICH, "places": TEXT.encode()}
    fast = {name: read_tree("f.yaml", content) for name, content in texts.items()}

    monkeypatch.setattr(tree_module, "EventParser", yaml.SafeLoader)

    differ = set()
    for name, content in texts.items():
        tree, findings = read_tree("f.yaml", content)
        assert bool(findings) == bool(fast[name][1]), name
        if tree is not None and not findings:
            assert tree == fast[name][0]
            assert all(tree.place(path) == fast[name][0].place(path) for path, _ in paths(tree.data))  # type: ignore[union-attr]
        if [each.code for each in findings] != [each.code for each in fast[name][1]]:
            differ.add(name)
    assert differ <= {"escape: half a character", "syntax: escape past unicode", "bomb: nested mappings"}


def test_every_problem_has_a_page_with_an_example() -> None:
    codes = [problem.code for problem in PROBLEMS]

    assert len(set(codes)) == len(codes) == len({problem.rule for problem in PROBLEMS})
    for problem in PROBLEMS:
        lines = problem.explanation.splitlines()
        assert 3 <= len([line for line in lines if line.strip()]) <= 8, problem.code
        assert any(line.startswith("    ") for line in lines) or problem.code == "RB002", problem.code


def test_a_file_that_cannot_be_opened_has_a_finding_too() -> None:
    finding = unreadable("a/b.yaml", "a/b.yaml can't be read: Permission denied")

    assert finding.message == "a/b.yaml can't be read: Permission denied"
    assert finding.place == Place("a/b.yaml", 1, 1, 1, 1)


def test_floats_are_finite() -> None:
    assert math.isfinite(read("a: 1.7976931348623157e308\n").data["a"])
