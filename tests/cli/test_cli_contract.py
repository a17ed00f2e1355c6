"""What others script against: the shapes of the JSON, the exit codes, where a project and its runs are looked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Desk

MANIFEST = "runbook: 1\ntitle: Made\n"
GROUP = "title: Group\nowner: ops\n"
GOOD = "runbook: 1\ntitle: Good\nsteps:\n  - {id: one, title: One, shell: echo one}\n"
BAD = "runbook: 1\ntitle: Bad\nsteps:\n  - {id: one, title: One, shel: echo one}\n"
Make = Callable[[Mapping[str, str]], Desk]


def _project(make: Make, **processes: str) -> Desk:
    files = {f"processes/group/{name}.yaml": text for name, text in processes.items()}
    return make({"runbook.yaml": MANIFEST, "processes/group/group.yaml": GROUP, **files})


def test_list_says_what_there_is(desk: Desk) -> None:
    entries = {entry["id"]: entry for entry in desk.cli("list", "--json").json}

    assert entries["desk/gauge"].items() >= {
        "id": "desk/gauge", "group": "desk", "title": "Read a gauge", "owner": "operations", "steps": 2, "automated": 1,
    }.items()  # fmt: skip
    assert len(entries) == 19


MIXED = """\
runbook: 1
title: Mixed
checks: [{id: look, title: Look, shell: date}]
steps:
  - {id: rest, title: Rest, wait: 1s}
  - {id: way, title: Way, decision: {options: [{id: a, when: "true"}, {id: b}]}}
  - {id: part, title: Part, section: {steps: [{id: one, manual: Do it.}, {id: two, shell: date}]}}
  - {id: other, title: Other, process: group/good}
finally: [{id: last, title: Last, approval: boss}]
roles: {boss: {}}
"""


def test_the_list_counts_steps_as_the_process_itself_is_shown(project: Make) -> None:
    made = _project(project, good=GOOD, mixed=MIXED)

    listed = {entry["id"]: (entry["steps"], entry["automated"]) for entry in made.cli("list", "--json").json}
    shown = made.cli("show", "group/mixed", "--json").json

    assert listed["group/mixed"] == (shown["steps"], shown["automated"]) == (7, 4)


def test_list_takes_a_group(desk: Desk) -> None:
    assert {entry["group"] for entry in desk.cli("list", "deep", "--json").json} == {"deep"}


def test_list_of_an_unknown_group_is_a_misuse(desk: Desk) -> None:
    result = desk.cli("list", "dep")

    assert (result.code, result.out) == (2, "")
    assert "did you mean `deep`?" in result.err


def test_list_of_a_group_without_processes_says_so(project: Make) -> None:
    made = _project(project)

    assert made.cli("list", "group").out == "The process group `group` has no processes yet.\n"
    assert made.cli("list", "group", "--json").json == []
    assert made.cli("list", "grup").code == 2


def test_list_marks_a_process_with_errors(project: Make) -> None:
    made = _project(project, good=GOOD, bad=BAD)

    assert "group/bad" in made.cli("list").out
    assert "has errors, see `runbook validate`" in made.cli("list").out
    assert "(; " not in _project(project, none="runbook: 1\nsteps: 5\n").cli("list").out


def test_a_project_without_processes_says_where_they_go(project: Make) -> None:
    made = project({"runbook.yaml": MANIFEST})

    assert "processes/GROUP/NAME.yaml" in made.cli("list").out
    assert made.cli("list", "--json").json == []
    checked = made.cli("validate")
    assert (checked.code, checked.err) == (0, "")
    assert "processes/GROUP/NAME.yaml" in checked.out


@pytest.mark.parametrize("command", [["list"], ["validate"], ["run", "a/b"], ["show", "a/b"], ["docs", "build"]])
def test_without_a_project_the_remedy_is_named(
    command: list[str], desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = desk.cli(*command)

    assert (result.code, result.out) == (2, "")
    assert "no `runbook.yaml`" in result.err
    assert "--project" in result.err


@pytest.mark.parametrize("before", [True, False], ids=["before the command", "after it"])
@pytest.mark.parametrize("command", ["list", "runs", "status", "validate", "inbox"])
def test_project_and_home_may_stand_before_or_after_the_command(
    command: str, before: bool, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.begin("desk/hello")
    monkeypatch.delenv("RUNBOOK_HOME")
    monkeypatch.chdir(tmp_path)
    words = [command, "last"] if command == "status" else [command]
    where = ["--project", desk.folder, "--home", desk.home]

    result = desk.cli(*where, *words) if before else desk.cli(*words, *where)

    assert (result.code, result.err) == (0, "")
    assert result.out


def test_runs_are_looked_at_from_anywhere_with_the_home_alone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.begin("desk/chores")
    monkeypatch.chdir(tmp_path)

    assert [entry["run"] for entry in desk.cli("runs", "--json").json] == [run]
    assert desk.cli("answer", run, "sweep", "done").code == 0
    assert desk.cli("resume", run, "--yes").code == 4


def test_validate_gives_each_finding_as_an_object(project: Make) -> None:
    made = _project(project, good=GOOD, bad=BAD)

    result = made.cli("validate", "--format", "json")

    assert result.code == 1
    assert result.json
    for finding in result.json:
        assert finding.keys() >= {"code", "rule", "severity", "message", "help", "file", "line", "column"}
        assert (finding["severity"], finding["file"], finding["line"]) == ("error", "processes/group/bad.yaml", 4)


def test_validate_speaks_to_machines_in_their_formats(project: Make) -> None:
    made = _project(project, bad=BAD)

    log = made.cli("validate", "--format", "sarif").json
    notes = made.cli("validate", "--format", "github").out

    driver = log["runs"][0]["tool"]["driver"]
    assert log["version"] == "2.1.0"
    assert driver["version"]
    assert all(rule["help"]["text"] for rule in driver["rules"])
    assert notes.startswith("::error file=processes/group/bad.yaml,line=4,col=")


def test_validate_without_findings(project: Make) -> None:
    made = _project(project, good=GOOD)

    assert made.cli("validate").out == "1 process checked: no problems\n"
    assert made.cli("validate", "--format", "json").json == made.cli("validate", "--json").json == []
    assert made.cli("validate", "--format", "github").out == ""
    assert made.cli("validate", "--format", "sarif").json["runs"][0]["results"] == []


def test_validate_takes_files_and_folders(project: Make) -> None:
    made = _project(project, good=GOOD, bad=BAD)

    assert made.cli("validate", "processes/group/good.yaml").out == "1 process checked: no problems\n"
    assert "2 processes checked" in made.cli("validate", "processes").out
    (made.folder / "processes/group/notes.txt").write_text("x")
    assert made.cli("validate", "processes/group/notes.txt").code == 2
    assert made.cli("validate", "processes/group/good.yaml", "processes/group").code == 1
    assert made.cli("validate", "processes/group/other.yaml").code == 2
    assert made.cli("validate", "/").code == 2


@pytest.mark.parametrize("command", ["run", "show", "render", "graph"])
def test_a_process_with_errors_is_not_used(command: str, project: Make) -> None:
    made = _project(project, bad=BAD)

    result = made.cli(command, "group/bad")

    assert (result.code, result.out) == (1, "")
    assert "processes/group/bad.yaml:4:" in result.err
    assert "= help:" in result.err
    assert made.cli("runs", "--json").json == []


def test_an_unknown_process_is_a_misuse_with_a_guess(desk: Desk) -> None:
    result = desk.cli("run", "desk/helo")

    assert (result.code, result.out) == (2, "")
    assert "did you mean `desk/hello`?" in result.err


def test_run_prints_the_status_object_last(desk: Desk) -> None:
    result = desk.cli("run", "desk/hello", "-i", "name=bob", "--json")

    assert result.code == 0
    status = result.last
    assert status.keys() >= {"run", "process", "status", "steps", "waiting"}
    assert (status["process"], status["status"], status["waiting"]) == ("desk/hello", "succeeded", [])
    (step,) = status["steps"]
    assert step.keys() >= {"id", "status", "attempts", "started_at", "ended_at", "outputs"}
    assert (step["id"], step["status"], step["attempts"]) == ("greet", "succeeded", 1)
    assert step["outputs"] == {"words": "hello bob 1"}
    assert status == desk.status(status["run"])


def test_resume_prints_the_status_object_last(desk: Desk) -> None:
    run = desk.begin("desk/chores")

    result = desk.cli("resume", run, "--json", "--answers", desk.answers({"sweep": "done"}))

    assert result.code == 4
    assert result.last == desk.status(run)
    assert result.last["waiting"][0]["step"] == "mop"


@pytest.mark.parametrize("rule", ["plain", "not-starter", "key"])
def test_status_and_run_say_the_same_role(desk: Desk, rule: str) -> None:
    ran = desk.cli("run", "desk/sign", "--yes", "--json", "-i", f"rule={rule}").last

    assert ran["waiting"][0]["role"] == ("keeper" if rule == "key" else "boss")
    assert desk.status(ran["run"]) == ran


def test_status_lists_the_steps_as_the_definition_has_them(desk: Desk) -> None:
    run = desk.begin("desk/side-by-side")

    steps = desk.status(run)["steps"]

    assert [step["id"] for step in steps] == ["person", "first", "second", "third", "both"]
    assert [step["status"] for step in steps] == ["waiting", "succeeded", "succeeded", "succeeded", "pending"]


def test_what_waits_is_said_with_all_that_an_answer_needs(desk: Desk) -> None:
    form = desk.status(desk.begin("desk/gauge"))["waiting"][0]
    choice = desk.status(desk.begin("desk/ways"))["waiting"][0]

    assert (form["step"], form["kind"], form["for"]) == ("gauge", "manual", "person")
    assert list(form["fields"]) == ["pressure", "colour", "code", "again"]
    assert form["fields"]["pressure"]["unit"] == "bar"
    assert form["text"] == "Read the gauge **twice**."
    assert [option["id"] for option in choice["options"]] == ["left", "right"]


def test_events_are_one_object_a_line(desk: Desk) -> None:
    run = desk.begin("desk/hello")

    lines = desk.cli("events", run, "--json").out.splitlines()

    events = [json.loads(line) for line in lines]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert event.keys() >= {"seq", "at", "type", "by", "data"}
    assert [event["type"] for event in events] == ["RunStarted", "StepStarted", "StepSucceeded", "RunSucceeded"]
    assert [(event.get("step"), event.get("attempt")) for event in events[1:3]] == [("greet", 1)] * 2
    assert desk.cli("events", run, "--json", "--after", 3).out.splitlines() == lines[3:]


def test_runs_are_listed_newest_first(desk: Desk) -> None:
    older, newer = desk.begin("desk/hello"), desk.begin("desk/chores")

    entries = desk.cli("runs", "--json").json

    assert [entry["run"] for entry in entries] == [newer, older]
    assert all(entry.keys() == {"run", "process", "status", "started_at", "ended_at", "by"} for entry in entries)
    assert [entry["run"] for entry in desk.cli("runs", "--json", "--status", "waiting").json] == [newer]
    assert [entry["run"] for entry in desk.cli("runs", "--json", "--process", "desk/hello").json] == [older]
    assert desk.cli("runs", "--status", "asleep").code == 2


def test_inbox_lists_what_waits_for_people(desk: Desk) -> None:
    first, second = desk.begin("desk/chores"), desk.begin("desk/sign", rule="plain")
    desk.begin("desk/patient", "--no-wait")

    rows = desk.cli("inbox", "--json").json

    assert [(row["run"], row["step"], row["role"]) for row in rows] == [(first, "sweep", ""), (second, "plain", "boss")]
    assert first in desk.cli("inbox").out


def test_looking_at_runs_before_there_are_any_leaves_no_trace(desk: Desk) -> None:
    assert desk.cli("runs", "--json").json == []
    assert desk.cli("inbox", "--json").json == []
    assert desk.cli("status", "last").code == 2
    assert not (desk.home / "journal.db").exists()


def test_a_run_is_named_by_its_id_a_beginning_of_it_or_last(desk: Desk) -> None:
    run, other = desk.begin("desk/chores"), desk.begin("desk/hello")

    assert desk.status(run[:8])["run"] == run
    assert desk.status("last")["run"] == other
    assert desk.cli("status", "chorez").code == 2


def test_an_ambiguous_beginning_is_refused_with_the_candidates(desk: Desk) -> None:
    first, second = desk.begin("desk/hello"), desk.begin("desk/hello")

    for command in (["status"], ["resume"], ["answer"], ["record"], ["cancel", "--reason", "x"]):
        words = [*command, "hello", *(["greet", "done"] if command == ["answer"] else [])]
        result = desk.cli(*words)

        assert (result.code, result.out) == (2, "")
        assert first in result.err
        assert second in result.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", "desk/hello"], 0),
        (["run", "desk/breaks"], 1),
        (["run", "desk/nothing"], 2),
        (["run", "desk/hello", "--speed"], 2),
        (["run", "desk/chores", "--yes"], 4),
        (["resume", "nothing"], 2),
        (["fly"], 2),
        ([], 0),
        (["--version"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_process_ends_with_the_exit_code(desk: Desk, words: list[str], code: int) -> None:
    assert desk.process(*words).returncode == code


def test_answering_says_how_to_go_on(desk: Desk) -> None:
    run = desk.begin("desk/ways")

    result = desk.cli("answer", run, "way", "--choose", "left")

    assert result.code == 0
    assert f"Go on with: runbook resume {run}" in result.out
    assert desk.cli("resume", run).code == 0
    assert desk.step("go-right", run)["status"] == "skipped"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["answer", "last", "sweep", "done"], "waiting"),
        (["cancel", "last", "--reason", "Enough"], "status"),
        (["record", "last"], "events"),
        (["show", "desk/gauge"], "outline"),
        (["explain", "RB201"], "explanation"),
        (["docs", "build", "-o", "{home}/site"], "pages"),
        (["status", "last"], "steps"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_a_program_might_read_is_json(desk: Desk, words: list[str], key: str) -> None:
    desk.begin("desk/chores")

    result = desk.cli(*(word.format(home=desk.home) for word in words), "--json")

    assert key in result.last if words[0] in ("answer", "cancel", "docs") else key in result.json


def test_approve_and_reject_answer_in_json(desk: Desk) -> None:
    first, second = desk.begin("desk/sign", rule="plain"), desk.begin("desk/sign", rule="plain")

    assert desk.cli("approve", first, "plain", "--comment", "Seen", "--json").json["status"] == "succeeded"
    assert desk.cli("reject", second, "plain", "--reason", "No", "--json").json["status"] == "failed"


def test_the_record_tells_who_did_what(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    desk.cli("answer", run, "sweep", "skipped", "--reason", "It is clean")
    desk.cli("answer", run, "mop", "done", "--by", "maria")

    text = desk.cli("record", run).out
    found = desk.cli("record", run, "--json").json

    assert "sweep was skipped by" in text
    assert "maria" in text
    assert "as stated by" in text
    assert found["definition"]
    assert found["events"][0]["type"] == "RunStarted"


def test_schemas_are_printed_and_written(desk: Desk, tmp_path: Path) -> None:
    process = desk.cli("schema").json

    assert process["title"] or process["$id"]
    assert desk.cli("schema", "--write", tmp_path / "schemas").code == 0
    assert json.loads((tmp_path / "schemas" / "process.schema.json").read_text()) == process


def test_a_process_is_rendered_and_drawn(desk: Desk, tmp_path: Path) -> None:
    assert "# Pick a way" in desk.cli("render", "desk/ways").out
    assert desk.cli("render", "desk/ways", "-o", tmp_path / "ways.md").code == 0
    assert "# Pick a way" in (tmp_path / "ways.md").read_text()
    assert desk.cli("graph", "desk/ways").out.startswith("flowchart")
    assert desk.cli("graph", "desk/ways", "--format", "dot").out.startswith("digraph")
    drawn = ElementTree.fromstring(desk.cli("graph", "desk/ways", "--format", "svg").out.encode())
    assert [each.text for each in drawn.findall("{*}title")] == ["Pick a way"]
    assert desk.cli("graph", "desk/ways", "--format", "png").code == 2


def test_show_says_what_a_step_takes(desk: Desk) -> None:
    shown = desk.cli("show", "desk/gauge").out

    assert "_ pressure: Pressure (a number from 1 to 6 bar)" in shown
    assert "! WARNING " in shown
    assert "The pipe is hot." in shown
