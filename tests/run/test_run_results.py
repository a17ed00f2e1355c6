"""From what a program printed to outputs and to whether its step counts as done."""

from __future__ import annotations

import pytest

from runbook.errors import Refused
from runbook.journal.codec import canonical


def ended(tell, words, **finished):
    story = tell(f"- {{id: a, command: [a], {words}}}").start()
    story.claim()
    story.ends("a", **finished)
    canonical([each.event.data for each in story.events])  # what is recorded can be written
    return story.state.steps["a"]


@pytest.mark.parametrize(
    ("output", "stdout", "value"),
    [
        ("stdout", "  two words \n", "two words"),
        ("lines", "a\nb\n", ["a", "b"]),
        ("lines", "", []),
        ("json", '{"a": [1, null, true]}', {"a": [1, None, True]}),
        ("exit_code", "", 0),
        ("{type: integer}", " -7\n", -7),
        ("{type: number}", "2.50", 2.5),
        ("{type: boolean}", "Yes", True),
        ("{type: boolean}", "0", False),
        ("{json: items.1.name}", '{"items": [{}, {"name": "x"}]}', "x"),
        ("{json: items.1.name, type: integer}", '{"items": [{}, {"name": "12"}]}', 12),
        ("{regex: 'version (\\\\S+)'}", "tool version 1.2 of today", "1.2"),
        ("{regex: '^b.*'}", "a\nbc\n", "bc"),
        ("{regex: 'v(?P<major>[0-9]+)[.]([0-9]+)', group: 2, type: integer}", "v1.22", 22),
        ("{regex: '([0-9]+)[.](?P<minor>[0-9]+)', group: minor}", "v1.22", "22"),
        ("{regex: '[0-9]+', all: true, type: integer}", "1, 22\n3", [1, 22, 3]),
        ("{regex: '[0-9]+', all: true}", "none", []),
        ("{regex: '[{].*?[}]', all: true, type: json}", 'a {"b": 1} {"b": 2}', [{"b": 1}, {"b": 2}]),
        ("{json: 'items[*].n', type: text}", '{"items": [{"n": 1}, {"n": "2"}, {}]}', ["1", "2"]),
        ("{json: 'items[*]', type: integer}", '{"items": ["1", 2]}', [1, 2]),
        ("{json: a, type: list}", '{"a": [1]}', [1]),
        ("{json: a, type: mapping}", '{"a": {}}', {}),
        ("{type: list}", "[1]", [1]),
        ("{from: exit_code, type: boolean}", "", False),
        ("{max_size: 200kB}", "x" * 100_000, "x" * 100_000),
        ("{from: stderr}", "out", "err"),
        ("json", '"\\ud800 and \\ud83d\\ude00"', "? and 😀"),
    ],
)
def test_an_output_is_cut_out_and_typed(tell, output, stdout, value):
    step = ended(tell, f"outputs: {{v: {output}}}".replace("\\\\", "\\"), stdout=stdout, stderr="err")

    assert (step.status.value, step.outputs) == ("succeeded", {"v": value})


_LARGE = "output `v` has 65.5 kB, and the journal keeps at most 64 KiB of it: take a part, or write `keep: evidence`"


@pytest.mark.parametrize(
    ("output", "stdout", "reason"),
    [
        ("{type: integer}", "seven", "output `v` is `seven`, which is not of type integer"),
        ("{type: integer}", "1_000", "output `v` is `1_000`, which is not of type integer"),
        ("{type: number}", "nan", "output `v` is `nan`, which is not of type number"),
        ("{type: number}", "1e999", "output `v` is `1e999`, which is not of type number"),
        ("{type: boolean}", "maybe", "output `v` is `maybe`, which is not of type boolean"),
        ("json", "{", "output `v`: it is not JSON; stdout is `{`"),
        ("json", "NaN", "output `v`: it is not JSON; stdout is `NaN`"),
        ("json", "[1e999]", "output `v`: it is not JSON; stdout is `[1e999]`"),
        (
            "json",
            "[" * 100 + "]" * 100,
            f"output `v`: it is JSON of more than 64 levels; stdout begins with `{'[' * 80}...`",
        ),
        ("json", "[" * 100_000, f"output `v`: it is not JSON; stdout begins with `{'[' * 80}...`"),
        ("{json: a.b}", "{}", "output `v`: there is no `a.b`: the whole is an empty mapping; stdout is `{}`"),
        ("{regex: 'version'}", "none", "output `v`: nothing in it matches `version`; stdout is `none`"),
        ("{json: a, type: list}", '{"a": {}}', "output `v` is `{}`, which is not of type list"),
        ("{type: mapping}", "[1]", "output `v` is `[1]`, which is not of type mapping"),
        ("{json: 'a[*]', type: integer}", '{"a": [1, "x"]}', "output `v` is `x`, which is not of type integer"),
        ("{max_size: 10B}", "x" * 11, _LARGE.replace("65.5 kB", "11 bytes").replace("64 KiB", "10 bytes")),
        ("stdout", "x" * 65_537, _LARGE),
        ("{json: a}", '{"a": ["%s"]}' % ("x" * 65_536), _LARGE),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_output_that_is_not_there_or_not_right_fails_the_step(tell, output, stdout, reason):
    step = ended(tell, f"outputs: {{v: {output}}}", stdout=stdout)

    assert (step.status.value, step.reason) == ("failed", reason)


@pytest.mark.parametrize(
    ("expect", "finished", "reason"),
    [
        ("{exit_code: [0, 3]}", {"exit_code": 3}, ""),
        ("{exit_code: 3}", {"exit_code": 0}, "exit code 0"),
        ("{contains: ok}", {"stdout": "all ok"}, ""),
        ("{contains: [all, none]}", {"stdout": "all ok"}, "the output does not contain `none`; it is `all ok`"),
        ("{matches: '^o.$'}", {"stdout": "x\nok\n"}, ""),
        ("{matches: '^n'}", {"stdout": "x\nok\n"}, "the output does not match `^n`; it is `x ok`"),
        ("{json: {a.0: 1}}", {"stdout": '{"a": [1]}'}, ""),
        ("{json: {a.0: 2}}", {"stdout": '{"a": [1]}'}, "`a.0` of the output is 1, not 2"),
        ("{that: \"exit_code == 0 and 'k' in stdout\"}", {"stdout": "ok"}, ""),
        ('{that: ["true", "stderr == \'x\'"]}', {}, "`stderr == 'x'` does not hold"),
        ("{}", {"exit_code": None, "signal": 9}, "the program was ended by signal 9"),
        ("{exit_code: [0, 1]}", {"exit_code": None, "error": "timed out after 1 s"}, "timed out after 1 s"),
    ],
)
def test_an_expectation_holds_or_its_failure_says_which_does_not(tell, expect, finished, reason):
    step = ended(tell, f"expect: {expect}", **finished)

    assert (step.status.value, step.reason) == ("failed" if reason else "succeeded", reason)


@pytest.mark.parametrize(
    ("stdout", "reason"), [("1", ""), ("5", ""), ("0.5", "`n` is 0.5, below 1"), ("6", "`n` is 6.0, above 5")]
)
def test_limits_of_an_output_include_their_ends(tell, stdout, reason):
    step = ended(tell, "outputs: {n: {type: number}}, expect: {limits: {n: {min: 1, max: 5}}}", stdout=stdout)

    assert step.reason == reason


def test_the_journal_keeps_the_end_of_long_output_and_says_how_much_is_missing(tell):
    step = ended(tell, "timeout: 5s", stdout="a" * 5000 + "end", dropped=7)

    assert step.result["stdout"].endswith("end")
    assert (len(step.result["stdout"]), step.result["stdout_cut"], step.result["dropped"]) == (4096, 907, 7)


def test_what_a_form_gives_has_another_name_and_another_type(tell):
    story = tell("""
- id: read
  manual:
    text: Read it.
    fields:
      pressure: {type: reading, unit: bar}
      note: {required: false}
      count: {type: integer}
  outputs:
    inlet: {field: pressure, type: number}
    whole: {field: pressure}
    remark: {field: note}
    number: {field: count, type: text}
- {id: use, command: [use, '{{ steps.read.outputs.inlet + 1 }}']}
""").start()
    story.answer("read", fields={"pressure": "2.5 bar", "count": "7"})

    assert story.state.steps["read"].outputs == {
        "pressure": {"value": 2.5, "unit": "bar"},
        "count": 7,
        "inlet": 2.5,
        "whole": {"value": 2.5, "unit": "bar"},
        "number": "7",
    }
    assert story.claim() == ["use"]


def test_an_answer_that_is_not_of_the_type_that_is_named_is_refused(tell):
    story = tell("""
- id: ask
  ask: {fields: {ports: {}}}
  outputs: {port: {field: ports, type: integer}}
""").start()

    with pytest.raises(Refused, match="output `port` is `many`, which is not of type integer"):
        story.answer("ask", fields={"ports": "many"})
    assert story.state.steps["ask"].status.value == "waiting"
