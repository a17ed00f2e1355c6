"""A test is carried out by the real decider: what programs and people do is as the test says, and so is the time."""

from __future__ import annotations

import pytest

from .conftest import Try, mismatches

COPY = """
- {id: look, title: Look, shell: du -s ., outputs: {size: {regex: "[0-9]+", type: integer}}}
- {id: copy, title: Copy, shell: "cp -r a b", retry: {attempts: 2, delay: 10s}, timeout: 1m, undo: {shell: rm -r b}}
- {id: tell, title: Tell, manual: Call them.}
"""

PASSES = {
    "all goes well": """
        tests:
          t:
            programs: {look: "12", copy: 0}
            answers: {tell: done}
            expect:
              status: succeeded
              path: look, copy, tell
              steps: {look: {outputs: {size: 12}}, copy: {status: succeeded, shown: cp -r a b, attempts: 1}}
              lasts: 0s
        """,
    "the second attempt works": """
        tests:
          t:
            programs: {look: {outputs: {size: 3}}, copy: [{exit_code: 5, stderr: busy}, 0]}
            answers: {tell: done}
            expect: {status: succeeded, steps: {copy: {attempts: 2}}, lasts: 10s}
        """,
    "a program takes too long": """
        tests:
          t:
            programs: {look: "3", copy: {takes: 2m}}
            expect: {status: failed, reason: timed out after 60 s, path: [look, copy failed], lasts: 130s}
        """,
    "a program can't be started": """
        tests:
          t:
            programs: {look: {error: there is no du}}
            expect: {status: failed, reason: there is no du, never: [copy]}
        """,
    "it waits for people": """
        tests:
          t:
            programs: {look: "3", copy: 0}
            expect: {status: waiting, waiting: [tell], path: look, copy}
        """.replace("path: look, copy", "path: [look, copy]"),
    "it is undone after its end": """
        tests:
          t:
            programs: {look: "3", copy: 0, copy.undo: 0}
            answers: {tell: done}
            acts: [{undo: all, reason: wrong place}]
            expect: {status: undone, undone: [copy], path: "look, copy, tell, copy undone"}
        """,
    "somebody cancels it meanwhile": """
        tests:
          t:
            programs: {look: "3", copy: 0}
            acts: [{at: 2h, cancel: no longer wanted, by: bo}]
            expect: {status: cancelled, reason: no longer wanted, steps: {tell: cancelled}, lasts: 2h}
        """,
    "a run that failed goes on": """
        tests:
          t:
            programs: {look: ["nonsense", "3"], copy: 0}
            answers: {tell: done}
            acts: [{retry: it is mended}]
            expect: {status: succeeded, path: "look failed, look, copy, tell"}
        """,
    "the machine dies while a program runs": """
        tests:
          t:
            programs: {look: "3", copy: {takes: 30s}}
            answers: {copy: {outcome: done, reason: it is there}, tell: {outcome: done, after: 1h}}
            acts: [{at: 10s, breaks_off: copy}]
            expect: {status: succeeded, lasts: 3610s}
        """,
}


@pytest.mark.parametrize("tests", PASSES.values(), ids=PASSES.keys())
def test_test_passes_when_all_is_as_it_says(tried: Try, tests: str) -> None:
    found = tried(COPY, tests)

    assert mismatches(found) == []
    assert [each.passed for each in found.verdicts] == [True]


WRONG = {
    "the status": (
        "{programs: {look: '3', copy: 1}, expect: {status: succeeded}}",
        "3: the run is failed: step `copy` failed: exit code 1 (after 2 attempts); expected succeeded",
    ),
    "the reason": (
        "{programs: {look: '3', copy: 1}, expect: {reason: no room}}",
        "3: the reason is `step `copy` failed: exit code 1 (after 2 attempts)`; expected to say `no room`",
    ),
    "the path": ("{programs: {look: '3', copy: 0}, expect: {path: look}}", "3: the path is another one"),
    "what it waits for": (
        "{programs: {look: '3', copy: 0}, expect: {waiting: []}}",
        "3: the run waits for other steps",
    ),
    "an output": (
        "{programs: {look: '3', copy: 0}, expect: {steps: {look: {outputs: {size: 4}}}}}",
        "3: output `size` of `look` is 3; expected 4",
    ),
    "a step": (
        "{programs: {look: '3', copy: 0}, expect: {steps: {copy: failed}}}",
        "3: `copy` is succeeded; expected failed",
    ),
    "how often": (
        "{programs: {look: '3', copy: [1, 0]}, expect: {steps: {copy: {attempts: 1}}}}",
        "3: `copy` was begun 2 times; expected 1",
    ),
    "what was to be left out": (
        "{programs: {look: '3', copy: 0}, expect: {never: [copy]}}",
        "3: `copy` has begun, and never should",
    ),
    "how long it takes": (
        "{programs: {look: {stdout: '3', takes: 1m}, copy: 0}, answers: {tell: done}, expect: {lasts: 2m}}",
        "3: the run takes 1 min; expected 2 min",
    ),
    "a program that nobody speaks of": (
        "{programs: {look: '3'}, expect: {status: waiting}}",
        "3: the test does not say how the program of `copy` ends",
    ),
    "a program that never runs": (
        "{programs: {look: '3', copy: 1, copy.undo: 0}, expect: {status: failed}}",
        "3: the program of `copy.undo` was never started",
    ),
    "an answer that nobody asks for": (
        "{programs: {look: '3', copy: 1}, answers: {tell: done}, expect: {status: failed}}",
        "3: `tell` never asked for this answer",
    ),
    "an act that is refused": (
        "{programs: {look: '3', copy: 0}, acts: [{undo: all}], expect: {status: waiting}}",
        "3: `undo` was refused: run story is not over: it is waiting",
    ),
    "an act that should have been refused": (
        "{programs: {look: '3', copy: 0}, acts: [{cancel: so, refused: you may not}], expect: {status: cancelled}}",
        "3: `cancel` was not refused, and should have been: you may not",
    ),
    "what is still to be written": (
        "{programs: {look: {stdout: '3', todo: how large is it}, copy: 0}, expect: {status: waiting}}",
        "3: how the program of `look` ends is still to be written: how large is it",
    ),
    "outputs that are not whole": (
        "{programs: {look: {outputs: {}}, copy: 0}, expect: {}}".replace("expect: {}", "expect: {never: [tell]}"),
        "3: what `look` writes can't be told from these outputs: `size` is missing",
    ),
}


@pytest.mark.parametrize(("test", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_what_is_not_as_the_test_says_is_told_with_its_line(tried: Try, test: str, wanted: str) -> None:
    found = tried(COPY, f"tests:\n  t: {test}\n")

    assert wanted in mismatches(found)


def test_path_that_is_another_one_is_shown_as_a_difference(tried: Try) -> None:
    found = tried(COPY, "tests:\n  t: {programs: {look: '3', copy: 1}, expect: {path: 'look, copy, tell'}}\n")

    assert found.verdicts[0].mismatches[0].more == ("  look", "- copy", "- tell", "+ copy failed")


GATE = """
- {id: go, title: Agree, approval: {role: owner, not: starter, deadline: 2d}}
- {id: read, title: Read the gauge, manual: {text: Read it., fields: {bar: {type: number, min: 1, max: 4}}}}
"""
ROLES = "roles: {operator: {summary: Works}, owner: {summary: Decides}}\n"


def test_rules_hold_as_in_a_run(tried: Try) -> None:
    found = tried(
        GATE,
        """
        tests:
          themselves:
            answers: {go: [{approve: true, refused: may not}, {approve: true, by: bo}], read: {fields: {bar: 2}}}
            expect: {status: succeeded}
          nobody-expected-the-refusal:
            answers: {go: {approve: true}}
            expect: {waiting: [go]}
          another-refusal:
            answers: {go: {approve: true, refused: it is too late}}
            expect: {waiting: [go]}
          out-of-limits:
            answers: {go: {approve: true, by: bo}, read: {fields: {bar: 7}, refused: outside its limits}}
            expect: {waiting: [read]}
          taken:
            answers: {go: {approve: true, by: bo, refused: never}, read: {fields: {bar: 2}}}
            expect: {status: succeeded}
          with-a-deviation:
            answers: {go: {approve: true, by: bo}, read: {fields: {bar: 7}, deviation: it was just started}}
            expect: {status: succeeded, steps: {read: {answers: {bar: 7}, by: ada}}}
        """,
        ROLES,
    )

    wrong = {each.name: [one.text for one in each.mismatches] for each in found.verdicts if not each.passed}
    assert list(wrong) == ["nobody-expected-the-refusal", "another-refusal", "taken"]
    assert wrong["nobody-expected-the-refusal"][0].startswith("the answer to `go` was refused: ")
    assert wrong["taken"] == ["the answer to `go` was taken, and should have been refused: never"]


def test_deadline_passes_only_with_the_time(tried: Try) -> None:
    found = tried(
        GATE,
        """
        tests:
          nobody-waits: {expect: {status: waiting, waiting: [go]}}
          it-is-watched: {lasts: 3d, expect: {status: failed, reason: nobody decided before the deadline, lasts: 2d}}
          too-late:
            answers: {go: {approve: true, by: bo, after: 3d}}
            expect: {status: failed}
        """,
        ROLES,
    )

    assert [each.name for each in found.verdicts if each.passed] == ["nobody-waits", "it-is-watched"]
    assert mismatches(found) == ["7: `go` never asked for this answer"]


def test_people_are_those_of_the_project(tried: Try) -> None:
    people = {"ana": {"name": "Ana", "users": ["ana1"], "teams": []}, "bo": {"name": "Bo", "roles": ["cab"]}}
    steps = "- {id: go, title: Agree, approval: {role: owner}}\n"
    head = "roles: {operator: {summary: Works}, owner: {summary: Decides, role: cab}}\n"

    found = tried(
        steps,
        """
        tests:
          ana-may-not:
            by: ana
            answers: {go: {approve: true, by: ana, refused: not `cab` in the organisation}}
            expect: {waiting: [go]}
          bo-may: {by: ana, answers: {go: {approve: true, by: bo}}, expect: {status: succeeded, steps: {go: {by: bo}}}}
        """,
        head,
        people,
    )

    assert mismatches(found) == []


EVIDENCE = """
- id: photo
  title: Take a picture
  manual: Take it.
  evidence: {gauge: {title: The gauge, types: [image]}}
- id: report
  title: Report
  shell: report
  evidence: {text: {title: The report, from: stdout}, file: {title: The file, from: file, path: r.csv}}
"""


def test_evidence_is_held_to_its_rules(tried: Try) -> None:
    found = tried(
        EVIDENCE,
        """
        tests:
          all-there:
            programs: {report: {stdout: fine}}
            answers: {photo: {evidence: {gauge: gauge.jpg}}}
            expect: {status: succeeded, evidence: {photo: [gauge], report: [text, file]}}
          none-attached:
            answers: {photo: {outcome: done, refused: is missing}}
            expect: {waiting: [photo]}
          no-picture:
            answers: {photo: {evidence: {gauge: gauge.txt}, refused: gauge}}
            expect: {waiting: [photo]}
          nothing-written:
            programs: {report: {stdout: fine, files: {file: null}}}
            answers: {photo: {evidence: {gauge: {name: gauge.jpg, type: image/png, size: 5MB}}}}
            expect: {status: failed, reason: evidence `file` is missing}
        """,
    )

    assert mismatches(found) == []


def test_turns_and_processes_inside_are_named_by_their_paths(tried: Try) -> None:
    steps = """
    - id: each
      title: Each
      foreach: {items: [a, b]}
      command: [work, "{{ item }}"]
    - {id: child, title: Child, process: web/inner}
    """

    found = tried(
        steps,
        """
        tests:
          t:
            programs: {each: [0, 0], child/inner-work: 0}
            answers: {child/inner-ask: done}
            expect: {status: succeeded, path: "each.1, each.2, child/inner-work, child/inner-ask"}
        """,
        inner="- {id: inner-work, title: Work, shell: work}\n- {id: inner-ask, title: Ask, manual: Ask them.}\n",
    )

    assert mismatches(found) == []


def test_what_all_tests_share_can_be_taken_back(tried: Try) -> None:
    found = tried(
        COPY,
        """
        shared:
          programs: {look: "3", copy: 0}
          answers: {tell: done}
        tests:
          as-it-is: {expect: {status: succeeded}}
          nobody-tells: {answers: {tell: null}, expect: {waiting: [tell]}}
          other: {programs: {copy: 1}, expect: {status: failed}}
        """,
    )

    assert mismatches(found) == []


def test_signals_and_clocks_take_a_decision(tried: Try) -> None:
    steps = """
    - id: which
      title: Which way
      decision: {options: [{id: by-signal, signal: go}, {id: by-clock, after: 1h}]}
    """

    found = tried(
        steps,
        """
        tests:
          signal: {acts: [{at: 10m, signal: go}], expect: {steps: {which: {outputs: {choice: by-signal}}}, lasts: 10m}}
          clock: {expect: {steps: {which: {outputs: {choice: by-clock}}}, lasts: 1h}}
        """,
    )

    assert mismatches(found) == []


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        ("tests: {t: {expect: {statu: failed}}}\n", "2: there is no field `statu` in `expect`"),
        ("tests: {t: {programs: {lok: 0}, expect: {status: failed}}}\n", "2: `lok` is not a step of web/restart"),
        ("tests: {t: {expect: {path: 'look, cpy failed'}}}\n", "2: `cpy` is not a step of web/restart"),
        ("tests: {t: {inputs: {a: 1}, expect: {status: failed}}}\n", "2: `a` is not an input of web/restart"),
        ("tests: {t: {answers: {tell: {outcome: failed}}, expect: {status: failed}}}\n", "2: "),
    ],
)
def test_file_that_is_wrong_says_where(tried: Try, tests: str, wanted: str) -> None:
    found = tried(COPY, tests)

    assert any(each.startswith(wanted) for each in mismatches(found)), mismatches(found)


FILES = """
- id: make
  title: Make
  shell: ./make
  outputs:
    names: {from: file, path: out.json, json: "hosts[*].name"}
    count: {from: file, path: out.json, json: count, type: integer}
    log: {keep: evidence}
    free: {table: {column: Free, where: {Disk: b}}, type: integer}
- {id: use, title: Use, command: [echo, "{{ steps.make.outputs.count }}", "{{ steps.make.outputs.log.size }}"]}
"""


def test_outputs_from_files_tables_and_those_kept_as_files_are_taken_as_in_a_run(tried: Try) -> None:
    found = tried(
        FILES.replace('    names: {from: file, path: out.json, json: "hosts[*].name"}\n', ""),
        """
        tests:
          t:
            programs: {make: {stdout: "Disk Free\\nb 5", outputs: {count: 3}}, use: 0}
            expect: {status: succeeded, steps: {make: {outputs: {count: 3, free: 5}}, use: {shown: echo 3 13}}}
        """,
    )

    assert mismatches(found) == []


def test_a_file_that_the_test_says_nothing_of_was_not_written(tried: Try) -> None:
    found = tried(FILES, "tests:\n  t: {programs: {make: 0}, expect: {status: failed, reason: nothing}}\n")

    assert "the test does not say what is in the file" in str(mismatches(found))


def test_the_sample_of_a_step_says_how_its_program_ends(tried: Try) -> None:
    steps = """
- id: a
  title: A
  shell: ./a
  outputs: {n: {type: integer, json: deep.n}, f: {from: file, path: f.json, json: x}}
  sample: {n: 4, f: 5}
- {id: b, title: B, shell: ./b}
"""
    test = "tests:\n  t: {programs: {b: 0}, expect: {status: succeeded, steps: {a: {outputs: {n: 4, f: 5}}}}}\n"

    assert mismatches(tried(steps, test)) == []
