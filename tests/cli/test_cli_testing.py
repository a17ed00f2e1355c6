"""`runbook test`: what passes and what does not, what was never tried, and tests that are written for you."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.cli.conftest import Desk

GOOD = """\
runbook: 1
tests:
  straight:
    title: All of it
    answers: {sweep: done, mop: done, shine: done}
    expect: {status: succeeded, path: "sweep, mop, shine"}
"""
BAD = """\
runbook: 1
tests:
  straight:
    answers: {sweep: done, mop: done, shine: done}
    expect:
      status: succeeded
      path: sweep, shine
"""


@pytest.fixture
def bench(desk: Desk, tmp_path: Path) -> Desk:
    """The project in a copy of its own, since tests are written into it."""
    folder = tmp_path / "bench"
    shutil.copytree(desk.folder, folder)
    return replace(desk, folder=folder, opened=[])


def say(bench: Desk, text: str, process: str = "desk/chores") -> Path:
    """Write a file of tests."""
    path = bench.folder / "processes" / f"{process}.test.yaml"
    path.write_text(text)
    return path


def call(bench: Desk, *words: object) -> tuple[int, str, str]:
    """One call of `runbook test`."""
    done = bench.process("test", *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_test_that_passes_is_counted_with_what_it_tried(bench: Desk) -> None:
    say(bench, GOOD)

    code, out, _ = call(bench, "desk/chores")

    assert code == 0
    assert out.startswith("+ desk/chores  1 test  75 %  (3 of 3 steps, 0 of 1 ways)\n")
    assert "    what follows a failure of `shine` was never tried\n" in out
    assert "1 test, all passed; 75 % of steps and ways tried" in out


def test_test_that_fails_is_shown_as_a_difference_with_its_line(bench: Desk) -> None:
    say(bench, BAD)

    code, out, _ = call(bench, "desk/chores")

    assert code == 1
    assert "FAILED desk/chores straight\n" in out
    assert "processes/desk/chores.test.yaml:7: the path is another one\n" in out
    assert "        sweep\n      + mop\n        shine\n" in out


@pytest.mark.parametrize(
    "word",
    ["desk", "desk/chores", "processes/desk", "processes/desk/chores.yaml", "processes/desk/chores.test.yaml", "."],
)
def test_process_is_named_in_any_way(bench: Desk, word: str) -> None:
    say(bench, GOOD)

    code, out, _ = call(bench, word)

    assert (code, "desk/chores  1 test" in out) == (0, True)


def test_process_that_is_not_there_is_misuse_with_a_suggestion(bench: Desk) -> None:
    code, _, err = call(bench, "desk/chore")

    assert (code, "did you mean `desk/chores`?" in err) == (2, True)


def test_too_little_tried_fails(bench: Desk) -> None:
    say(bench, GOOD)

    assert call(bench, "desk/chores", "--fail-under", "75")[0] == 0
    code, out, _ = call(bench, "desk/chores", "--fail-under", "76")
    assert (code, "Less than 76 % was tried of desk/chores (75 %)." in out) == (1, True)


def test_results_are_there_for_programs(bench: Desk, tmp_path: Path) -> None:
    say(bench, BAD)
    say(bench, GOOD.replace("sweep, mop, shine", "look"), "desk/hello")

    done = bench.process("test", "desk", "--json", "--junit", tmp_path / "out.xml")

    report = yaml.safe_load(done.stdout)
    assert (done.returncode, report["passed"]) == (1, False)
    assert (report["tests"][0]["process"], report["tests"][0]["name"]) == ("desk/chores", "straight")
    assert report["tests"][0]["mismatches"][0]["line"] == 7
    assert report["coverage"][0].keys() == {"process", "percent", "steps", "ways", "missing"}
    assert "desk/gauge" in report["untested"]
    suites = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "2")
    failure = suites.find("testsuite/testcase/failure")
    assert failure is not None
    assert (failure.get("message"), "+ mop" in str(failure.text)) == ("the path is another one", True)


def test_title_with_the_marks_of_xml_and_of_terminals_is_harmless(bench: Desk, tmp_path: Path) -> None:
    say(bench, BAD.replace("  straight:\n", '  straight:\n    title: "<b> & \\"\\e[31m\\u0001 ]]>"\n'))

    _, out, _ = call(bench, "desk/chores", "--junit", tmp_path / "out.xml")

    assert "\x1b[31m" not in out
    ElementTree.parse(tmp_path / "out.xml")


def test_processes_tried_together_come_to_the_same_as_one_by_one(bench: Desk) -> None:
    for process in ("chores", "hello", "gauge"):
        bench.cli("--project", bench.folder, "test", "--init", f"desk/{process}")

    one = yaml.safe_load(bench.process("test", "--json", "-n", "1").stdout)
    several = yaml.safe_load(bench.process("test", "--json", "-n", "3").stdout)

    for report in (one, several):
        for each in (report, *report["tests"]):
            del each["seconds"]
    assert several == one
    assert [each["passed"] for each in one["tests"]] == [True, False, False]


def test_nothing_is_executed_and_no_time_passes(bench: Desk) -> None:
    process = bench.folder / "processes" / "desk" / "away.yaml"
    process.write_text(
        "runbook: 1\ntitle: Away\nsteps:\n- {id: rest, title: Rest, wait: 90d}\n"
        f"- {{id: touch, title: Touch, shell: touch '{bench.folder}/touched'}}\n"
    )
    say(bench, "runbook: 1\ntests: {t: {programs: {touch: 0}, expect: {status: succeeded, lasts: 90d}}}\n", "desk/away")

    began = time.monotonic()
    code, out, _ = call(bench, "desk/away")

    assert (code, time.monotonic() - began < 30) == (0, True), out
    assert not (bench.folder / "touched").exists()
    assert not (bench.folder / ".runbook" / "journal.db").exists()


def test_broken_process_fails_with_its_findings(bench: Desk) -> None:
    process = bench.folder / "processes" / "desk" / "chores.yaml"
    process.write_text(process.read_text().replace("manual: Mop", "manul: Mop"))
    say(bench, GOOD)

    code, out, _ = call(bench, "desk/chores")

    assert (code, "processes/desk/chores.yaml:5: there is no field `manul`" in out) == (1, True)


def test_validate_looks_at_tests_as_well(bench: Desk) -> None:
    path = say(bench, GOOD.replace("mop: done", "moop: done"))

    done = bench.process("validate", "--format", "json")

    found = yaml.safe_load(done.stdout)
    assert [(each["rule"], each["line"], each["help"]) for each in found] == [
        ("unknown-test-step", 5, "did you mean `mop`?")
    ]
    path.write_text(GOOD)
    assert bench.process("validate").returncode == 0
    path.write_text(GOOD.replace("sweep: done", "swep: done"))
    assert bench.process("validate").returncode == 1
    assert bench.process("validate", "processes/desk/chores.test.yaml").returncode == 1


def test_first_test_says_what_is_still_to_be_written(bench: Desk) -> None:
    done = bench.process("test", "--init", "desk/hello")

    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "Wrote processes/desk/hello.test.yaml\nIt fails until this is written:\n" in out
    code, told, _ = call(bench, "desk/hello")
    assert (code, "is still to be written" in told) == (1, True)
    assert bench.process("validate").returncode == 0


GIVEN = """\
runbook: 1
title: Given
inputs:
  host: {type: string, pattern: '^[a-z]+[0-9]$'}
  size: {type: string, enum: [small, large]}
  count: {type: integer, minimum: 7}
  hosts: {type: array, items: {type: string, minLength: 6}}
  sure: {type: boolean}
  own: {type: string, default: x}
steps:
- {id: look, title: Look, manual: Look at it.}
"""


def test_first_test_gives_every_input_something_that_fits(bench: Desk) -> None:
    process = bench.folder / "processes" / "desk" / "given.yaml"
    process.write_text(GIVEN)

    out = bench.process("test", "--init", "desk/given").stdout.decode()

    written = yaml.safe_load(process.with_suffix(".test.yaml").read_text())["tests"]["happy-path"]
    assert "It passes." in out
    assert written["inputs"] == {
        "host": "web1", "size": "small", "count": 7, "hosts": ["web1.example.org"], "sure": True,
    }  # fmt: skip


def test_first_test_of_people_alone_passes_at_once(bench: Desk) -> None:
    out = bench.process("test", "--init", "desk/chores").stdout.decode()

    assert "It passes. Try it: runbook test desk/chores\n" in out
    assert call(bench, "desk/chores")[0] == 0


@pytest.mark.parametrize("words", [["--init", "desk/chores"], ["--from-run", "last"]], ids=["init", "from run"])
def test_tests_that_are_there_are_never_written_over_unasked(bench: Desk, words: list[str]) -> None:
    path = say(bench, GOOD)
    answers = bench.answers({"sweep": "done", "mop": "done", "shine": "done"})
    assert bench.process("run", "desk/chores", "--yes", "--answers", answers).returncode == 0

    refused = bench.process("test", *words)

    assert (refused.returncode, path.read_text()) == (2, GOOD)
    assert b"processes/desk/chores.test.yaml is there already" in refused.stderr
    assert bench.process("test", *words, "--force").returncode == 0
    assert path.read_text() != GOOD
    assert call(bench, "desk/chores")[0] == 0


def test_test_from_a_run_is_what_the_run_was(bench: Desk) -> None:
    bench.process("run", "desk/hello", "--yes", "-i", "name=ada")

    done = bench.process("test", "--from-run", "last", "--json")

    written = yaml.safe_load(done.stdout)
    assert written == {"file": "processes/desk/hello.test.yaml", "passes": True, "left": []}
    tests = yaml.safe_load((bench.folder / written["file"]).read_text())["tests"]
    test = next(iter(tests.values()))
    assert test["inputs"] == {"name": "ada"}
    assert "ada" in str(test["programs"])
    assert call(bench, "desk/hello")[0] == 0


def test_test_from_a_run_that_failed_expects_the_failure(bench: Desk) -> None:
    bench.process("run", "desk/breaks", "--yes")

    bench.process("test", "--from-run", "last")

    test = next(iter(yaml.safe_load((bench.folder / "processes/desk/breaks.test.yaml").read_text())["tests"].values()))
    assert test["programs"]["crack"] == {"exit_code": 3, "stderr": "it is broken\n"}
    assert test["expect"]["status"] == "failed"
    assert "it is broken" in test["expect"]["reason"]
    assert call(bench, "desk/breaks")[0] == 0


LAG = """\
runbook: 1
title: Lag
inputs: {lag: {type: integer}}
steps:
- id: write
  title: Write
  shell: echo "lag={{ inputs.lag }} s" > lag.txt
  outputs: {lag: {from: file, path: lag.txt, regex: 'lag=(\\d+) s', type: integer}}
- {id: small, title: Small, when: steps.write.outputs.lag < 5, manual: It is small}
"""


def test_several_runs_become_tests_of_one_file_and_what_was_in_files_is_kept(bench: Desk) -> None:
    (bench.folder / "processes/desk/lag.yaml").write_text(LAG)
    runs = []
    for lag in (3, 7):
        bench.process("run", "desk/lag", "--yes", "-i", f"lag={lag}")
        runs.append(yaml.safe_load(bench.process("status", "last", "--json").stdout)["run"])

    done = bench.process("test", "--from-run", runs[0], "--from-run", runs[1])

    assert done.stdout.decode().splitlines()[1:] == ["It passes. Try it: runbook test desk/lag"]
    tests = yaml.safe_load((bench.folder / "processes/desk/lag.test.yaml").read_text())["tests"]
    assert list(tests) == runs
    assert [each["programs"] for each in tests.values()] == [{"write": {"outputs": {"lag": lag}}} for lag in (3, 7)]
    assert [each["expect"]["status"] for each in tests.values()] == ["waiting", "succeeded"]
    assert "2 tests, all passed" in call(bench, "desk/lag")[1]


def test_first_tests_of_several_processes_are_written_in_one_go(bench: Desk) -> None:
    done = bench.process("test", "--init", "desk/chores", "--init", "desk/hello", "--json")

    written = yaml.safe_load(done.stdout)
    assert [each["file"] for each in written] == ["processes/desk/chores.test.yaml", "processes/desk/hello.test.yaml"]
    assert all((bench.folder / each["file"]).is_file() for each in written)


@pytest.mark.parametrize(
    "words",
    [["--init", "desk/chores", "--from-run", "last"], ["--init", "desk/chores", "desk/hello"], ["--force"]],
    ids=["both", "writing and trying", "force alone"],
)
def test_words_that_do_not_go_together_are_misuse(bench: Desk, words: list[str]) -> None:
    assert bench.process("test", *words).returncode == 2


def test_project_without_tests_says_how_to_begin(bench: Desk) -> None:
    code, out, _ = call(bench)

    assert (code, "no tests; write the first one with `runbook test --init PROCESS`" in out) == (0, True)


def test_the_hosts_of_the_project_are_known_to_its_tests(bench: Desk) -> None:
    (bench.folder / "operations").mkdir(exist_ok=True)
    (bench.folder / "operations/hosts.yaml").write_text("hosts: {web1: {}, web2: {}}\ngroups: {web: [web1, web2]}\n")
    patch = "{id: patch, title: Patch, ssh: {hosts: {group: web}, run: 'true'}}"
    (bench.folder / "processes/desk/patch.yaml").write_text(f"runbook: 1\ntitle: Patch\nsteps:\n  - {patch}\n")
    say(bench, "runbook: 1\ntests: {all: {programs: {patch: 0}, expect: {path: 'patch.1, patch.2'}}}\n", "desk/patch")

    code, out, _ = call(bench, "desk/patch")

    assert code == 0, out


TOLD = """\
runbook: 1
title: Tell
inputs: {host: {type: string, default: web1}}
steps:
- id: tell
  title: Tell
  notify:
    channels: {mail: "mailtos://mail.example.org?to=it@example.org", desk: "jsons://desk.example.org/hook"}
    title: "{{ inputs.host }} is back"
    text: The service is up again.
"""
MESSAGES = """\
runbook: 1
shared: {programs: {tell.1: 0, tell.2: 0}}
tests:
  told:
    expect: {status: succeeded, messages: [{step: tell.1, says: web1 is back}, {says: "To desk:"}]}
  told-otherwise:
    expect: {messages: [{step: tell.1, says: web2 is back}, {says: "To desk:"}]}
  told-more:
    expect: {messages: [{}, {}, {}]}
"""


def test_what_is_told_is_expected_channel_by_channel(bench: Desk) -> None:
    (bench.folder / "processes" / "desk" / "tell.yaml").write_text(TOLD)
    say(bench, MESSAGES, "desk/tell")

    code, out, _ = call(bench, "desk/tell")

    assert (code, "3 tests, 2 failed" in out) == (1, True), out
    assert "FAILED desk/tell told-otherwise" in out
    assert "      - tell.1: web2 is back\n" in out
    assert "      + tell.1: To mail: web1 is back The service is up again.\n" in out
