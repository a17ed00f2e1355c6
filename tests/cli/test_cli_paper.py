"""From the checklist on paper to a run: printing, and forms that are taken, and all those that are refused."""

from __future__ import annotations

import csv
import getpass
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Desk, Result

Project = Callable[[Mapping[str, str]], Desk]

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Tried\n",
    "processes/web/group.yaml": "title: Web\nowner: web\n",
    "processes/web/change.yaml": """\
runbook: 1
title: Change the web server
inputs:
  host: {type: string, pattern: '^[a-z0-9]+$'}
roles:
  operator: {summary: Changes it}
  approver: {summary: Agrees, not: operator}
steps:
  - id: look
    title: Look at it
    manual:
      text: Look.
      fields:
        pressure: {type: number, unit: bar, min: 1, max: 6}
        lamp: {type: choice, options: [green, red]}
  - id: count
    title: Count the files
    shell: touch executed; ls {{ inputs.host }} | wc -l
    outputs: {n: {type: integer}}
    expect: {limits: {n: {min: 1, max: 9}}, contains: [files]}
    retry: {attempts: 2}
  - id: agree
    title: Agree
    approval: {role: approver, quorum: 2, not: starter, deadline: 4h}
  - id: way
    title: Which way
    decision:
      options: [{id: on, title: On, goto: rest}, {id: off, title: Off, goto: leave}]
  - {id: leave, title: Leave it, needs: [way], end: succeeded}
  - {id: rest, title: Let it rest, needs: [way], wait: 10m}
  - {id: change, title: Change it, needs: [rest], command: [echo, "{{ steps.count.outputs.n }}"]}
  - {id: end, title: End it, needs: [change], manual: Sweep.}
""",
    "processes/web/keys.yaml": """\
runbook: 1
title: Turn a key
roles:
  keeper: {people: [maria, jonas]}
steps:
  - {id: turn, title: Turn it, manual: Turn it.}
""",
    "processes/web/signal.yaml": """\
runbook: 1
title: Wait for a signal
steps:
  - {id: come, title: It comes, wait: {signal: go}}
  - {id: beside, title: Beside, process: {use: web/keys, detach: true}}
""",
}

FILES["processes/web/shown.yaml"] = """\
runbook: 1
title: Show it
roles: {operator: {people: [ana]}}
steps:
  - id: swap
    title: Swap the disk
    manual: Swap it.
    evidence:
      bay-photo: {title: A photo of the bay, types: [image]}
"""
FILES["processes/web/pair.yaml"] = """\
runbook: 1
title: Two people
roles:
  operator: {summary: Does it}
  second: {summary: Looks, binds: start, not: operator}
steps:
  - {id: cut, title: Cut it, verifier: second, manual: Cut.}
"""

ROWS: list[dict[str, Any]] = [
    {"step": "look", "answer": "done", "by": "ana", "at": "08:10", "fields": {"pressure": 2.4, "lamp": "green"}},
    {"step": "count", "answer": "done", "by": "ana", "at": "08:20", "fields": {"n": 5, "as_expected": True}},
    {"step": "agree", "answer": "approve", "by": "bo", "at": "08:30"},
    {"step": "agree", "answer": "approve", "by": "eva", "at": "08:31"},
    {"step": "way", "answer": "on", "by": "ana", "at": "08:40"},
    {"step": "rest", "answer": "done", "by": "ana", "at": "08:50"},
    {"step": "change", "answer": "done", "by": "ana", "at": "08:55", "fields": {"exit_code": 0}},
    {"step": "end", "answer": "done", "by": "ana", "at": "09:00"},
]


@pytest.fixture
def desk(project: Project) -> Desk:
    return project(FILES)


class Form:
    """The form of a process, to be filled in."""

    def __init__(self, desk: Desk, process: str = "web/change") -> None:
        self.desk = desk
        printed = desk.cli("print", process, "--form", "yaml")
        assert printed.code == 0, printed.err
        self.head: dict[str, Any] = {
            **yaml.safe_load(printed.out.partition("rows:")[0]),
            "started_by": "ana",
            "started_at": "2026-11-22 08:00",
        }
        if process == "web/change":
            self.head["inputs"] = {"host": "web1"}
        self.rows: list[dict[str, Any]] = json.loads(json.dumps(ROWS)) if process == "web/change" else []
        self.path = desk.folder / "form.yaml"

    def row(self, step: str, **words: Any) -> Form:
        """The row of a step, changed."""
        found = next(row for row in self.rows if row["step"] == step)
        found.update(words)
        return self

    def line(self, step: str) -> int:
        """The line in which the last row of the step stands."""
        lines = self.path.read_text().splitlines()
        return max(number for number, line in enumerate(lines, 1) if line.startswith(f"- step: {step}"))

    def handed_in(self, *words: object) -> Result:
        """What becomes of it."""
        rows = yaml.safe_dump(self.rows, sort_keys=False)
        self.path.write_text(yaml.safe_dump(self.head, sort_keys=False) + f"rows:\n{rows}")
        return self.desk.cli("import-record", self.path, *words)


def runs(desk: Desk) -> list[Any]:
    return list(desk.cli("runs", "--json").json)


def test_a_message_over_several_channels_is_printed_with_a_part_for_each(project: Project) -> None:
    tell = "{channels: {mail: 'mailto://m.example.org', desk: 'jsons://d.example.org'}, text: It is over.}"
    steps = f"steps:\n  - {{id: tell, title: Tell everybody, notify: {tell}}}\n"
    desk = project({**FILES, "processes/web/told.yaml": f"runbook: 1\ntitle: Told\n{steps}"})

    printed = desk.cli("print", "web/told")

    assert printed.code == 0, printed.err
    assert [name for name in ("mail", "desk") if f"Tell everybody ({name})" in printed.out] == ["mail", "desk"]


# -- what is taken ----------------------------------------------------------------------------------


def test_a_form_becomes_a_run_of_its_own_marked_as_transcribed(desk: Desk) -> None:
    form = Form(desk)
    scan = desk.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7 signed")

    result = form.handed_in("--evidence", scan)

    assert result.code == 0, result.err
    assert "Transcribed from paper by" in result.out
    status = desk.status()
    assert (status["status"], status["by"], status["instructions"]) == ("succeeded", "ana", True)
    assert status["transcribed"]["sha256"] == hashlib.sha256(form.path.read_bytes()).hexdigest()
    assert [each["name"] for each in status["evidence"]] == ["form.yaml", "scan.pdf"]
    assert desk.step("count")["outputs"] == {"n": 5}
    assert desk.step("look")["started_at"] == "2026-11-22T08:00:00.000Z"
    assert not (desk.folder / "executed").exists()
    for each in status["evidence"]:
        kept = (desk.home / "evidence" / each["sha256"]).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == each["sha256"]


def test_each_answer_has_who_is_on_the_paper_who_transcribed_it_and_both_times(desk: Desk) -> None:
    Form(desk).handed_in()
    me = desk.status()["transcribed"]["by"]

    events = desk.events()
    replies = [(event, event["data"]["reply"]) for event in events if "reply" in event["data"]]
    assert [reply["by"] for _, reply in replies] == ["ana", "ana", "bo", "eva", "ana", "ana", "ana"]
    assert {reply["stated_by"] for _, reply in replies} == {me}
    assert replies[0][0]["data"]["written_at"] == "2026-11-22T08:10:00.000Z"
    assert replies[0][0]["at"] > "2026-11-22T08:10:00.000Z"
    assert events[0]["data"]["by"] == "ana"
    assert events[0]["data"]["stated_by"] == me
    record = desk.cli("record", "last").out
    assert f"2026-11-22T08:10:00.000Z ana (as stated by {me} at " in record
    assert "Transcribed from paper by" in record


def test_the_same_form_as_csv(desk: Desk) -> None:
    text = desk.cli("print", "web/change", "--form", "csv", "-i", "host=web1").out
    table = list(csv.reader(io.StringIO(text)))
    head = {"started_by": "ana", "started_at": "2026-11-22 08:00"}
    left = [dict(row) for row in ROWS]
    current: dict[str, Any] = {}
    for cells in table[1:]:
        step, what = cells[:2]
        if not step:
            cells[2] = head.get(what, cells[2])
        elif what == "answer":
            current = left.pop(0)
            assert current["step"] == step
            cells[2:5] = [current["answer"], current["by"], current["at"]]
        else:
            cells[2] = str(
                {True: "yes"}.get(value, value) if (value := current.get("fields", {}).get(what, "")) is True else value
            )
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(table)
    path = desk.folder / "form.csv"
    path.write_text(made.getvalue(), "utf-8-sig")

    result = desk.cli("import-record", path, "--json")

    assert result.code == 0, result.err
    assert result.json["status"] == "succeeded"
    assert desk.step("look")["outputs"] == {"pressure": 2.4, "lamp": "green"}


def test_what_was_left_out_and_done_again_on_paper(desk: Desk) -> None:
    form = Form(desk)
    again = {"step": "count", "answer": "done", "by": "ana", "at": "08:15", "fields": {"exit_code": 1}}
    form.rows.insert(1, again)
    form.row("change", answer="skipped", reason="Not today", fields={})
    form.head["notes"] = [{"at": "08:12", "by": "bo", "step": "look", "text": "It smells"}]

    assert form.handed_in().code == 0
    assert desk.step("count")["attempts"] == 2
    record = desk.cli("record", "last").out
    assert "change was skipped by ana: Not today" in record.partition("## Steps")[0]
    assert "bo on paper: It smells" in record


def test_another_command_on_paper_is_a_deviation(desk: Desk) -> None:
    form = Form(desk).row("change", reason="echo is broken", fields={"command": "printf 5"})

    assert form.handed_in().code == 0
    assert "ran another command than the one shown: echo is broken" in desk.cli("record", "last").out


def test_a_run_that_failed_on_paper_is_one_that_failed(desk: Desk) -> None:
    form = Form(desk).row("look", answer="failed", reason="It leaks", fields={})
    form.rows = form.rows[:1]

    assert form.handed_in().code == 0
    assert desk.status()["status"] == "failed"


def test_a_deadline_that_was_missed_on_paper_was_missed(desk: Desk) -> None:
    form = Form(desk)
    form.rows = form.rows[:2]
    form.head["ended_at"] = "12:21"

    assert form.handed_in().code == 0
    assert desk.step("agree")["reason"] == "nobody decided before the deadline"


def test_a_signal_that_came_on_paper(desk: Desk) -> None:
    files = {**FILES, "processes/web/signal.yaml": FILES["processes/web/signal.yaml"].rpartition("  - {id: beside")[0]}
    (desk.folder / "processes/web/signal.yaml").write_text(files["processes/web/signal.yaml"])
    form = Form(desk, "web/signal")
    form.rows = [{"step": "come", "answer": "done", "by": "ana", "at": "08:10"}]

    assert form.handed_in().code == 0
    assert desk.status()["status"] == "succeeded"


def test_the_history_takes_the_times_on_the_paper(desk: Desk) -> None:
    Form(desk).handed_in()

    history = desk.cli("history", "web/change", "--json").json

    assert history["summary"]["median_seconds"] == 3600.0


# -- the version it was printed from ----------------------------------------------------------------


def changed(desk: Desk) -> None:
    path = desk.folder / "processes/web/change.yaml"
    path.write_text(path.read_text().replace("Sweep.", "Sweep the floor."))


def test_a_form_of_another_version_is_refused(desk: Desk) -> None:
    form = Form(desk)
    changed(desk)

    result = form.handed_in()

    assert result.code == 2
    assert "form.yaml:3: the definition" in result.err
    assert "is not that of web/change today, and no run has it" in result.err
    assert runs(desk) == []


def test_a_form_of_an_earlier_version_that_a_run_has_is_taken(desk: Desk) -> None:
    form = Form(desk)
    desk.begin("web/change", "--instructions", host="web9")
    changed(desk)

    assert form.handed_in().code == 0
    assert desk.status()["status"] == "succeeded"


def test_a_form_of_a_process_that_is_gone_is_taken_when_a_run_has_it(desk: Desk) -> None:
    form = Form(desk)
    desk.begin("web/change", "--instructions", host="web9")
    (desk.folder / "processes/web/change.yaml").unlink()

    assert form.handed_in().code == 0


# -- what is refused --------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Callable[[Form], Any], str, str]] = {
    "a missing field": (
        lambda form: form.row("look", fields={"lamp": "red"}),
        "look",
        "`pressure` (Pressure) must be filled in",
    ),
    "out of limits": (
        lambda form: form.row("look", fields={"pressure": 9, "lamp": "red"}),
        "look",
        "outside its limits",
    ),
    "no choice of the field": (
        lambda form: form.row("look", fields={"pressure": 2, "lamp": "blue"}),
        "look",
        "`lamp` can't be `blue`",
    ),
    "a field that is none": (lambda form: form.row("look", fields={"weight": 2}), "look", "`weight` is not a field"),
    "a missing output": (
        lambda form: form.row("count", fields={"as_expected": True}),
        "count",
        "`n` (N) must be filled in",
    ),
    "an output of another type": (
        lambda form: form.row("count", fields={"n": "many", "as_expected": True}),
        "count",
        "`n` can't be `many`",
    ),
    "no judgement": (lambda form: form.row("count", fields={"n": 5}), "count", "`as_expected`"),
    "the starter approves": (lambda form: form.row("agree", by="ana"), "agree", "ana started this run"),
    "one person twice": (lambda form: form.rows[3].update(by="bo"), "agree", "one person counts once"),
    "a performer approves": (
        lambda form: (form.row("look", by="kim"), form.rows[3].update(by="kim")),
        "agree",
        "may not act as `approver`",
    ),
    "an approver performs": (lambda form: form.row("change", by="bo"), "change", "may not act as `operator`"),
    "a skip without a reason": (lambda form: form.row("look", answer="skipped"), "look", "`skipped` needs a reason"),
    "a failure without a reason": (lambda form: form.row("look", answer="failed"), "look", "`failed` needs a reason"),
    "a rejection without a reason": (
        lambda form: form.row("agree", answer="reject"),
        "agree",
        "`reject` needs a reason",
    ),
    "an approval that is skipped": (
        lambda form: form.row("agree", answer="skipped", reason="late"),
        "agree",
        "`skipped` is no answer to `agree`",
    ),
    "a decision that is skipped": (
        lambda form: form.row("way", answer="skipped", reason="late"),
        "way",
        "can't be skipped",
    ),
    "no way of the decision": (lambda form: form.row("way", answer="up"), "way", "`up` is not an option"),
    "another word": (lambda form: form.row("look", answer="ok"), "look", "`ok` is no answer to `look`"),
    "another command without a reason": (
        lambda form: form.row("change", fields={"command": "printf"}),
        "change",
        "needs a reason",
    ),
    "a step that there is not": (
        lambda form: form.rows[-1].update(step="ending"),
        "ending",
        "`ending` is not a step of web/change",
    ),
    "out of order": (lambda form: form.row("agree", at="08:05"), "agree", "`agree` is out of order"),
    "before the beginning": (lambda form: form.row("look", at="07:10"), "look", "before the run began"),
    "in the future": (lambda form: form.row("end", at="2999-01-01 08:00"), "end", "lies in the future"),
    "after the deadline": (
        lambda form: (form.row("agree", at="12:30"), form.rows.__delitem__(slice(3, None))),
        "agree",
        "after the run had ended",
    ),
    "a wait that was too short": (
        lambda form: (form.row("rest", at="08:45"), form.row("change", at="08:46")),
        "rest",
        "`rest` was not over then: it lasts until 2026-11-22 08:50 UTC",
    ),
    "twice the same step": (
        lambda form: form.rows.insert(1, {**form.rows[0], "at": "08:11"}),
        "look",
        "was over already then",
    ),
    "after the end": (
        lambda form: form.rows.append({**form.rows[-1], "at": "09:30"}),
        "end",
        "after the run had ended",
    ),
    "no name": (lambda form: form.row("look", by=""), "look", "does not say who"),
    "no time": (lambda form: form.row("look", at=""), "look", "does not say when"),
}


@pytest.mark.parametrize(("spoil", "step", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_form_is_refused_whole_with_its_line(
    desk: Desk, spoil: Callable[[Form], Any], step: str, message: str
) -> None:
    form = Form(desk)
    spoil(form)

    result = form.handed_in()

    assert result.code == 2
    assert message in result.err
    named = re.match(r"runbook: form\.yaml:(\d+): ", result.err)
    assert named, result.err
    lines = form.path.read_text().splitlines()
    assert lines[int(named[1]) - 1].startswith(f"- step: {step}")
    assert not desk.home.exists() or runs(desk) == []
    assert not list((desk.home / "evidence").glob("*"))


@pytest.mark.parametrize("left", range(len(ROWS)))
def test_an_unfinished_form_is_refused_and_says_where_it_ends(desk: Desk, left: int) -> None:
    form = Form(desk)
    for row in form.rows[left:]:
        row.update(answer="", by="", at="", fields={})

    result = form.handed_in()

    assert result.code == 2
    assert "the form is not finished" in result.err
    assert f"`{form.rows[left]['step']}`" in result.err
    assert not desk.home.exists() or runs(desk) == []


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"inputs": {}}, "input `host` of web/change is missing"),
        ({"inputs": {"host": "WEB!"}}, "does not match"),
        ({"inputs": {"host": "web1", "port": 1}}, "`port` is not an input"),
        ({"started_by": ""}, "`started_by` is missing"),
        ({"definition": "0" * 64}, "is not that of web/change today"),
        ({"process": "web/keys"}, "is not that of web/keys today"),
        ({"process": "web/nothing"}, "is not that of web/nothing today"),
        ({"ended_at": "08:55"}, "the end lies before the last row"),
    ],
)
def test_a_head_that_can_not_be_right_is_refused(desk: Desk, head: dict[str, Any], message: str) -> None:
    form = Form(desk)
    form.head.update(head)

    result = form.handed_in()

    assert result.code == 2
    assert message in result.err
    assert re.match(r"runbook: form\.yaml:\d+: ", result.err)
    assert not desk.home.exists() or runs(desk) == []


def test_whoever_transcribes_says_what_people_have_signed_on_paper_and_the_record_names_both(desk: Desk) -> None:
    form = Form(desk, "web/keys")
    form.rows = [{"step": "turn", "answer": "done", "by": "maria", "at": "08:10"}]

    assert form.handed_in().code == 0

    assert desk.step("turn")["by"] == "maria"
    reply = next(event["data"]["reply"] for event in desk.events() if "reply" in event["data"])
    assert (reply["by"], reply["stated_by"]) == ("maria", getpass.getuser())


def test_a_role_that_names_its_people_takes_nobody_else_on_paper_either(desk: Desk) -> None:
    form = Form(desk, "web/keys")
    form.rows = [{"step": "turn", "answer": "done", "by": "zoe", "at": "08:10"}]

    result = form.handed_in()

    assert result.code == 2
    assert "zoe may not act as" in result.err


def test_a_process_left_to_itself_is_no_part_of_a_form(desk: Desk) -> None:
    form = Form(desk, "web/signal")
    form.rows = [{"step": "come", "answer": "done", "by": "ana", "at": "08:10"}]

    result = form.handed_in()

    assert result.code == 2
    assert "leaves web/keys to itself, and a form tells of one run" in result.err
    assert not desk.home.exists() or runs(desk) == []


def pair(desk: Desk) -> Form:
    form = Form(desk, "web/pair")
    assert form.head["roles"] == {"second": None}
    me = getpass.getuser()  # a verifier speaks for themselves, so it is they who transcribe the form
    form.head["roles"] = {"second": me}
    form.rows = [
        {"step": "cut", "answer": "done", "by": "ana", "at": "08:10"},
        {"step": "cut", "answer": "confirm", "by": me, "at": "08:20"},
    ]
    return form


def test_a_second_person_confirms_on_paper(desk: Desk) -> None:
    assert pair(desk).handed_in().code == 0
    assert desk.status()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda form: form.rows[1].update(by="ana"), "ana"),
        (lambda form: form.rows[1].update(by="bo"), "bo"),
        (lambda form: form.rows.pop(), "the form is not finished"),
        (lambda form: form.rows[1].update(answer="send-back"), "needs a reason"),
        (lambda form: form.head.update(roles={}), "who plays `second` has to be named"),
        (lambda form: form.head.update(roles={"third": "bo"}), "third"),
    ],
    ids=[
        "nobody confirms themselves",
        "nobody is spoken for",
        "nobody has confirmed",
        "sent back without a reason",
        "nobody named",
        "no role",
    ],
)
def test_two_people_are_two_people_on_paper(desk: Desk, spoil: Callable[[Form], Any], message: str) -> None:
    form = pair(desk)
    spoil(form)

    result = form.handed_in()

    assert result.code == 2
    assert message in result.err
    assert re.match(r"runbook: form\.yaml:\d+: ", result.err)
    assert not desk.home.exists() or runs(desk) == []


def test_the_same_form_is_transcribed_once(desk: Desk) -> None:
    form = Form(desk)
    assert form.handed_in().code == 0

    result = form.handed_in()

    assert result.code == 5
    assert "was transcribed before: it is run change-" in result.err
    assert len(runs(desk)) == 1


@pytest.mark.parametrize("scan", ["nowhere.pdf", ".", "empty.pdf"])
def test_a_scan_that_can_not_be_kept_makes_no_run(desk: Desk, scan: str) -> None:
    (desk.folder / "empty.pdf").write_bytes(b"")

    result = Form(desk).handed_in("--evidence", desk.folder / scan)

    assert result.code == 2
    assert runs(desk) == []


@pytest.mark.parametrize("file", ["nowhere.yaml", ".", "processes/web/change.yaml"])
def test_what_is_no_form_is_refused(desk: Desk, file: str) -> None:
    assert desk.cli("import-record", desk.folder / file).code == 2


# -- what a transcribed run never is ----------------------------------------------------------------


def test_a_transcribed_run_is_never_carried_on(desk: Desk) -> None:
    form = Form(desk).row("change", answer="failed", reason="It broke", fields={})
    form.rows = form.rows[:-1]
    assert form.handed_in().code == 0
    before = desk.cli("events", "last", "--json").out

    assert desk.cli("retry", "last", "--reason", "again", "--yes").code == 2
    assert (
        "was transcribed from paper and is never carried on" in desk.cli("retry", "last", "--reason", "x", "--yes").err
    )
    assert "was transcribed from paper" in desk.cli("undo", "last", "--reason", "x", "--yes").err
    for words in (
        ["answer", "last", "end", "done"],
        ["back", "last", "look", "--reason", "x"],
        ["jump", "last", "end", "--reason", "x"],
    ):
        assert desk.cli(*words).code in (2, 5)
    desk.cli("resume", "last", "--yes")
    desk.cli("tick")

    assert desk.cli("events", "last", "--json").out == before
    assert not (desk.folder / "executed").exists()


def test_a_rerun_carries_no_approval_over_from_paper(desk: Desk) -> None:
    assert Form(desk).handed_in().code == 0

    result = desk.cli("rerun", "last", "--from", "change", "--yes")

    assert result.code == 2
    assert "`agree` was approved on paper" in result.err
    assert len(runs(desk)) == 1


def test_a_rerun_asks_for_the_approval_anew_and_executes_nothing(desk: Desk) -> None:
    assert Form(desk).handed_in().code == 0

    desk.cli("rerun", "last", "--from", "count", "--yes")

    status = desk.status()
    assert status["instructions"] is True
    assert "transcribed" not in status
    assert [each["step"] for each in status["waiting"]] == ["count"]
    assert not (desk.folder / "executed").exists()


def test_a_rerun_of_what_stood_on_paper_knows_who_there_is(project: Project) -> None:
    people = {f"operations/people/{name}.yaml": "name: One of them\n" for name in ("ana", "bo", "eva", "ida")}
    desk = project({**FILES, **people})
    assert Form(desk).handed_in().code == 0

    desk.cli("rerun", "last", "--yes")

    begun = desk.events()[0]["data"]
    assert begun["root"] == str(desk.folder)
    assert begun["organisation"]


def test_the_journal_of_a_transcribed_run_is_whole(desk: Desk) -> None:
    assert Form(desk).handed_in().code == 0
    run = desk.status()["run"]

    from runbook import app
    from runbook.run.state import RunState

    workspace = app.Workspace(desk.folder, home_folder=desk.home)
    state = workspace.book.state(run)
    again = RunState(state.plan)
    for recorded in workspace.journal.events(run):
        again.apply(recorded)
    assert again.status == "succeeded"
    assert {path: (step.status, step.ended_at) for path, step in again.steps.items()} == {
        path: (step.status, step.ended_at) for path, step in state.steps.items()
    }


# -- printing ---------------------------------------------------------------------------------------


def test_a_checklist_is_printed_as_html_and_pdf(desk: Desk) -> None:
    html = desk.cli("print", "web/change", "-i", "host=web7")
    assert html.code == 0
    assert "ls web7 | wc -l" in html.out
    definition = Form(desk).head["definition"]
    assert definition in html.out

    result = desk.cli("print", "web/change", "--format", "pdf", "--output", desk.folder / "a.pdf")

    assert result.code == 0
    assert (desk.folder / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert not desk.home.exists() or runs(desk) == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["web/nothing"], 2, "there is no process"),
        (["web/change", "-i", "port=1"], 2, "`port` is not an input"),
        (["web/change", "-i", "host=WEB!"], 2, "does not match"),
        (["web/change", "--format", "pdf", "--form", "csv"], 2, "leave one of them out"),
        (["web/change", "--output", "/nowhere/a.html"], 7, "can't be written"),
        ([], 2, "the process is not named"),
    ],
)
def test_what_can_not_be_printed_is_refused(desk: Desk, words: list[str], code: int, message: str) -> None:
    result = desk.cli("print", *words)

    assert result.code == code
    assert message in result.err


def test_a_pdf_is_nothing_for_a_terminal(desk: Desk) -> None:
    terminal = desk.terminal("print", "web/change", "--format", "pdf")
    terminal.expect_exact("a PDF is nothing for a terminal")


def test_without_the_library_a_pdf_says_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)

    result = desk.cli("print", "web/change", "--format", "pdf", "--output", desk.folder / "a.pdf")

    assert result.code == 2
    assert "a PDF needs WeasyPrint, which is not installed" in result.err
    assert "runbook-toolkit[pdf]" in result.err
    assert not Path(desk.folder / "a.pdf").exists()


def test_what_a_step_asks_for_is_handed_in_with_the_form_and_missed_without(desk: Desk) -> None:
    form = Form(desk, "web/shown")
    form.rows = [{"step": "swap", "answer": "done", "by": "ana", "at": "08:10"}]
    photo, text = desk.folder / "bay.png", desk.folder / "bay.txt"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    text.write_text("a photo, honestly")
    assert "bay-photo: A photo of the bay" in desk.cli("print", "web/shown").out

    missing = form.handed_in()
    assert (missing.code, "`bay-photo` (A photo of the bay) is missing" in missing.err) == (2, True)
    wrong = form.handed_in("--evidence", f"swap:bay-photo={text}")
    assert (wrong.code, "`bay-photo`" in wrong.err) == (2, True)
    unknown = form.handed_in("--evidence", f"swap:bay={photo}")
    assert (unknown.code, "asks for no evidence `bay`" in unknown.err) == (2, True)
    nowhere = form.handed_in("--evidence", f"swip:bay-photo={photo}")
    assert (nowhere.code, "`swip` is not a step" in nowhere.err) == (2, True)
    assert runs(desk) == []

    assert form.handed_in("--evidence", f"swap:bay-photo={photo}").code == 0
    kept = next(event["data"] for event in desk.events() if event["data"].get("evidence") == "bay-photo")
    assert (kept["name"], kept["type"]) == ("bay.png", "image/png")
