"""`runbook item`, as people use it: an item from its beginning to its end, what is refused, and what is kept."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

BOARD = """\
columns:
  - {id: inbox, state: new}
  - {id: doing, state: active, wip: 1, wip_mode: hard}
  - {id: verify, state: active, exit: [verified_by_other]}
  - {id: done, state: finished}
"""


@pytest.fixture
def opened(desk):
    """An item of the project."""
    desk.cli("item", "open", "Mail is down", "--severity", "critical")
    return desk


def test_an_item_is_opened_worked_on_and_resolved(desk):
    made = desk.cli("item", "open", "Mail is down", "--severity", "critical", "--json")
    assert (made.code, made.json["id"], made.json["priority"], made.json["column"]) == (0, "INC-1", "P1", "inbox")
    for words in (("assign", "INC-1", "me"), ("move", "INC-1", "doing"), ("update", "INC-1", "we look at it")):
        assert desk.cli("item", *words).code == 0
    done = desk.cli("item", "resolve", "INC-1", "restarted", "--proof", "a mail came", "--json")

    assert (done.json["status"], done.json["proof"]) == ("resolved", "a mail came")
    assert done.json["first_response_at"]
    assert "There are no items." in desk.cli("item", "list").out
    assert "INC-1" in desk.cli("item", "list", "--all").out
    log = desk.cli("item", "log", "INC-1", "--json").out.splitlines()
    assert [json.loads(line)["seq"] for line in log] == list(range(1, len(log) + 1))
    assert desk.cli("verify", "--all").code == 0


def test_the_log_tells_in_words_by_the_clock_of_the_office_what_happened(opened):
    calendars = opened.folder / "operations" / "calendars"
    calendars.mkdir(parents=True)
    (calendars / "office.yaml").write_text("timezone: Asia/Tokyo\nhours: {mon-fri: ['09:00-17:00']}\n")
    opened.cli("item", "assign", "INC-1", "me")
    opened.cli("item", "flag", "INC-1", "the spare\npart is missing", "--severity", "major")

    lines = opened.cli("item", "log", "INC-1").out.splitlines()

    told = [json.loads(line) for line in opened.cli("item", "log", "INC-1", "--json").out.splitlines()]
    tokyo = [datetime.fromisoformat(each["at"]).astimezone(ZoneInfo("Asia/Tokyo")) for each in told]
    assert [line[:16] for line in lines] == [f"{at:%Y-%m-%d %H:%M}" for at in tokyo]
    assert "opened the incident `Mail is down` (critical, P1)" in lines[0]
    assert lines[1].endswith("  took it")
    assert lines[2].endswith("raised the concern c1 (major): the spare part is missing")


REFUSED = {
    "resolving without a proof": (("resolve", "INC-1", "done"), "nothing proves that INC-1 is done"),
    "a pause without a reason": (("wait", "INC-1", "--party", "olga", "--resume-by", "2d"), "only for a reason"),
    "a pause without somebody": (("wait", "INC-1", "--reason", "r", "--resume-by", "2d"), "only for somebody"),
    "a pause without an end": (("wait", "INC-1", "--reason", "r", "--party", "p"), "does not stand still for ever"),
    "moving what nobody has": (("move", "INC-1", "doing"), "nobody is accountable for INC-1"),
    "moving it to the end": (("move", "INC-1", "done"), "has to be resolved"),
    "an item that is not there": (("show", "INC-9"), "there is no item INC-9"),
    "the department's own stream": (("show", "department"), "there is no item department"),
    "a time that is none": (("promise", "INC-1", "--due", "soon"), "`soon` is no time"),
    "a process that is not there": (("open", "x", "--process", "g/none"), "there is no process `g/none`"),
    "a task of nothing": (("open", "x", "--kind", "project_task"), "a task belongs to a project"),
    "expediting without a reason": (("classify", "INC-1", "--class", "expedite"), "needs a reason"),
    "a file that is not there": (("attach", "INC-1", "none.log"), "none.log can't be read"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_can_not_be_is_refused_and_changes_nothing(opened, what):
    words, why = REFUSED[what]
    before = opened.cli("item", "log", "INC-1", "--json").out

    found = opened.cli("item", *words)

    assert found.code
    assert why in found.err
    assert opened.cli("item", "log", "INC-1", "--json").out == before


def test_a_hard_limit_of_the_board_refuses_the_second_item(project):
    opened = project({"runbook.yaml": "runbook: 1\ntitle: T\n", "operations/boards/infra.yaml": BOARD})
    opened.cli("item", "open", "Mail is down")
    opened.cli("item", "open", "Printer jams")
    for item in ("INC-1", "INC-2"):
        opened.cli("item", "assign", item, "me")
    assert opened.cli("item", "move", "INC-1", "doing").code == 0

    found = opened.cli("item", "move", "INC-2", "doing")

    assert found.code == 2
    assert "column doing would have 2 of 1" in found.err
    assert "somebody else has to verify" in opened.cli("item", "resolve", "INC-1", "x", "--proof", "y").err


def test_a_soft_limit_warns_and_is_recorded(opened):
    opened.cli("item", "open", "a", "--class", "expedite", "--reason", "r")

    second = opened.cli("item", "open", "b", "--class", "expedite", "--reason", "r")

    assert "over the limit: class expedite has 2 of 1" in second.out
    assert "went over a limit: class expedite has 2 of 1" in opened.cli("item", "log", "INC-3").out


def test_a_file_is_kept_and_proves_the_work(opened, tmp_path):
    (tmp_path / "mail.log").write_text("250 ok\n")

    assert opened.cli("item", "attach", "INC-1", tmp_path / "mail.log").code == 0
    assert opened.cli("item", "resolve", "INC-1", "restarted").code == 0


def test_what_an_item_waited_for_lets_it_go_on_when_it_ends(opened):
    opened.cli("item", "open", "Patch", "--kind", "change")
    assert opened.cli("item", "block", "INC-1", "dependency", "--item", "CHG-1").code == 0
    assert "blocked" in opened.cli("item", "list", "--blocked").out

    opened.cli("item", "resolve", "CHG-1", "patched", "--proof", "uname")

    assert opened.cli("item", "show", "INC-1", "--json").json["blocked"] is None


def test_a_title_can_do_nothing_to_the_terminal(desk):
    desk.cli("item", "open", "\x1b[2Jboo\u202e")

    for words in (("list",), ("show", "INC-1"), ("log", "INC-1"), ("show", "INC-1", "--json")):
        out = desk.cli("item", *words).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_looking_leaves_no_trace(desk):
    desk.cli("item", "list")
    assert not (desk.home / "journal.db").exists()


CATALOGUE = {
    "runbook.yaml": "runbook: 1\ntitle: T\n",
    "operations/department.yaml": (
        "id: it\ncharter: Runs the servers\nowner: ana\nin_scope: [mail]\nout_of_scope: [{what: shop}]\n"
        "out_of_scope_policy: accept_with_owner\n"
    ),
    "operations/services/mail.yaml": "title: Mail\nowner: ana\n",
    "operations/people/ana.yaml": "name: Ana\n",
    "processes/access/group.yaml": "title: Access\nowner: ana\n",
    "processes/access/grant.yaml": (
        "runbook: 1\ntitle: Grant access\nowner: ana\nkind: request\nservice: mail\n"
        "intake:\n  mailbox: {title: Whose mailbox}\n  days: {type: integer, min: 1, max: 90, default: 30}\n"
        "steps:\n  - {id: grant, title: Grant it, manual: Grant it}\n"
    ),
}


def test_an_item_of_a_process_is_what_its_process_says_and_takes_its_form(project):
    desk = project(CATALOGUE)

    made = desk.cli("item", "open", "Mailbox", "--process", "access/grant", "-f", "mailbox=olga", "--json").json

    assert (made["id"], made["kind"], made["service"]) == ("REQ-1", "request", "mail")
    assert made["fields"] == {"mailbox": "olga", "days": 30}
    refused = {
        (): "`mailbox`",
        ("-f", "mailbox=olga", "-f", "days=900"): "`days`",
        ("-f", "mailbox=olga", "-f", "colour=red"): "colour",
    }
    for words, why in refused.items():
        found = desk.cli("item", "open", "Mailbox", "--process", "access/grant", *words)
        assert found.code
        assert why in found.err


def test_work_belongs_to_the_catalogue_or_says_that_it_does_not(project):
    desk = project(CATALOGUE)

    assert "nothing says what of the catalogue this belongs to" in desk.cli("item", "open", "Help").err
    assert "there is no service `mial`" in desk.cli("item", "open", "Help", "--service", "mial").err
    assert "needs somebody who answers for it" in desk.cli("item", "open", "Shop", "--out-of-scope").err
    assert desk.cli("item", "open", "Shop", "--out-of-scope", "--to", "ana").code == 0
    assert desk.cli("item", "open", "Help", "--service", "mail").code == 0
    assert desk.cli("item", "open", "A question", "--kind", "question").code == 0


def test_an_item_is_given_to_another_team_and_refused_to_one_that_is_not_there(project):
    desk = project({
        "runbook.yaml": "runbook: 1\ntitle: T\n",
        "operations/people/ana.yaml": "name: Ana\n",
        "operations/teams.yaml": "teams: {desk: {}, infra: {}}\n",
        **{f"operations/boards/{team}.yaml": f"teams: [{team}]\n{BOARD}" for team in ("desk", "infra")},
    })  # fmt: skip
    desk.cli("item", "open", "Disk full", "--team", "desk")

    refused = desk.cli("item", "classify", "INC-1", "--team", "infar")
    given = desk.cli("item", "classify", "INC-1", "--team", "infra", "--reason", "the disks are theirs", "--json")

    assert (refused.code, "there is no team `infar`" in refused.err) == (2, True)
    assert [given.json[name] for name in ("team", "board", "column")] == ["infra", "infra", "inbox"]
    assert "INC-1" in desk.cli("board", "--board", "infra").out
    assert "INC-1" not in desk.cli("board", "--board", "desk").out


def test_a_project_has_tasks_milestones_and_a_budget(desk):
    desk.cli("item", "open", "Move the racks", "--kind", "project", "--budget", "3")
    desk.cli("item", "milestone", "PRJ-1", "moved", "--due", "2999-01-01")
    for title in ("Order labels", "Carry"):
        desk.cli("item", "open", title, "--kind", "project_task", "--parent", "PRJ-1", "--milestone", "moved")
    desk.cli("item", "resolve", "TSK-1", "ordered", "--proof", "mail")

    told = desk.cli("report", "project", "PRJ-1", "--json").json
    shown = desk.cli("report", "project", "PRJ-1").out

    assert (told["done"], told["left"], told["stages"][0]["done"]) == (1, 1, 1)
    assert "1 of 2 tasks done, 1 left" in shown
    assert "of 3 days used" in shown
    assert "TSK-2" in shown
    assert "is no project" in desk.cli("report", "project", "TSK-1").err
    assert "can't be its parent" in desk.cli("item", "open", "x", "--kind", "project_task", "--parent", "PRJ-9").err
