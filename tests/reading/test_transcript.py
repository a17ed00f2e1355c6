"""Forms that were filled in from paper: what they say, and how each mistake is named by its line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.errors import Misuse
from runbook.reading.transcript import read_transcript
from runbook.transcript import guarded, unguarded

HASH = "5c1e" * 16
HEAD = f"""\
form: 1
process: web/change
definition: "{HASH}"
zone: +01:00
started_by: ana
started_at: 2026-11-22 08:00
ended_at:
inputs:
  host: web1
"""
ROW = """\
rows:
  - step: look
    answer: done
    by: ana
    at: 08:10
    reason:
    fields:
      pressure: 2.4
      remark:
"""
TABLE = f"""\
step,what,value,by,at,reason,title,takes
,form,1,,,,,
,process,web/change,,,,,
,definition,{HASH},,,,,
,zone,UTC,,,,,
,started_by,ana,,,,,
,started_at,2026-11-22 08:00,,,,,
,input host,web1,,,,,
look,answer,done,ana,08:10,,1 Look,
look,pressure,2.4,,,,,
look,remark,,,,,,
rest,answer,,,,,2 Rest,
rest,note,It rained,bo,08:20,,,
"""


def read(text: str, name: str = "form.yaml"):
    return read_transcript(name, text.encode())


def test_a_form_in_yaml_is_read_with_its_lines() -> None:
    form = read(HEAD + ROW + "notes:\n  - {at: 08:20, by: bo, step: look, text: It rained}\n")

    (entry,) = form.entries
    assert (entry.step, entry.answer, entry.by, entry.at, entry.line) == (
        "look", "done", "ana", "2026-11-22T07:10:00.000Z", 11,
    )  # fmt: skip
    assert entry.fields == {"pressure": 2.4}
    assert form.started_at == "2026-11-22T07:00:00.000Z"
    assert form.inputs == {"host": "web1"}
    (remark,) = form.remarks
    assert (remark.text, remark.by, remark.step) == ("It rained", "bo", "look")
    assert form.lines["definition"] == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";"),
    ],
    ids=["plain", "byte order mark", "line ends", "semicolons"],
)
def test_a_form_in_csv_is_read_as_spreadsheets_write_it(change: Callable[[str], str]) -> None:
    form = read(change(TABLE), "form.csv")

    (entry,) = form.entries
    assert (entry.step, entry.answer, entry.at, entry.line) == ("look", "done", "2026-11-22T08:10:00.000Z", 9)
    assert entry.fields == {"pressure": "2.4"}
    assert form.as_text
    assert [each.text for each in form.remarks] == ["It rained"]
    assert form.lines["step rest"] == 12


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("form: 2\n", 1, "not a form of version 1"),
        (HEAD.replace("started_by: ana", "started_by:"), 5, "`started_by` is missing"),
        (HEAD.replace(HASH, "abc"), 3, "`definition` is no hash"),
        (HEAD.replace("+01:00", "Berlin"), 4, "`Berlin` is not a zone"),
        (HEAD.replace("2026-11-22 08:00", "yesterday"), 6, "`started_at` is no time"),
        (HEAD.replace("2026-11-22 08:00", "2026-11-22"), 6, "`started_at` is no time"),
        (HEAD.replace("2026-11-22 08:00", "08:00"), 6, "`started_at` is no time"),
        (HEAD + ROW.replace("08:10", "25:10"), 11, "`at` is no time"),
        (HEAD + ROW.replace("by: ana", "by:"), 11, "`look` does not say who: `by` is empty"),
        (HEAD + ROW.replace("at: 08:10", "at:"), 11, "`look` does not say when"),
        (HEAD + ROW.replace("answer: done", "answer:"), 11, "`look` has `by` and no answer"),
        (HEAD + ROW.replace("step: look", "step:"), 11, "a row without a step"),
        (HEAD + ROW.replace("reason:", "initials:"), 15, "`initials` is not part of a row"),
        (HEAD + "weather: fine\n", 10, "`weather` is not part of a form"),
        (HEAD + "rows: many\n", 10, "this is not a list"),
        (HEAD + "rows:\n  - look\n", 11, "a row is not a mapping"),
        (HEAD + "notes:\n  - {text: It rained, at: 08:10}\n", 11, "a note without `by`"),
        (HEAD + "  host: twice\n", 10, "host"),
        ("- a\n- b\n", 1, "a form is a mapping"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(Misuse) as refused:
        read(text)

    assert str(refused.value).startswith(f"form.yaml:{line}: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a,b\n1,2\n", 1, "the first line names the columns"),
        (TABLE.replace("look,answer", "look,answered"), 9, "the field `answered` has no answer of `look` above it"),
        (TABLE.replace(",zone,", ",zones,"), 5, "`zones` is not part of a form"),
        (TABLE.replace("done,ana,", "done,,"), 9, "`look` does not say who"),
        (TABLE.replace("rest,answer,,", "rest,answer,,bo"), 12, "`rest` has `by` and no answer"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(Misuse) as refused:
        read(text, "form.csv")

    assert str(refused.value).startswith(f"form.csv:{line}: ")
    assert message in str(refused.value)


def test_a_table_that_is_not_utf_8_says_so_with_its_line() -> None:
    with pytest.raises(Misuse, match=r"form\.csv:2: this is not UTF-8 text"):
        read_transcript("form.csv", b"step,what\n\xe4\n")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-5", "@x", "plain", "'=quoted"])
def test_no_cell_is_taken_for_a_formula_and_each_comes_back_as_it_was(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(cell)) == cell


@given(st.binary(max_size=300), st.sampled_from(["form.yaml", "form.csv"]))
def test_whatever_a_file_holds_it_is_read_or_refused(content: bytes, name: str) -> None:
    with pytest.raises(Misuse):
        read_transcript(name, content)


@given(st.data(), st.sampled_from([("form.yaml", HEAD + ROW), ("form.csv", TABLE)]))
def test_a_form_with_any_byte_changed_is_read_or_refused(data: st.DataObject, form: tuple[str, str]) -> None:
    name, text = form
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    with suppress(Misuse):
        assert read_transcript(name, bytes(content)).name == name
