"""What people do with steps besides answering them, at the command line: what is printed, refused, and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from runbook.app import Workspace
from runbook.cli.commands import cli
from runbook.engine import identity
from runbook.engine.identity import system_user
from tests.cli.conftest import Desk, Result, answer, ended

ME = system_user().name
TEAMS = """
teams:
  infra: {title: Infrastructure, lead: ivan, members: [ana, bo, cy]}
  desk: {title: Service desk, members: [dee]}
"""
PEOPLE = {
    "ana": "name: Ana Silva\ncapabilities: {postgres: 3}\nwip: 2\n",
    "bo": "name: Bo\nusers: [bsmith]\ncapabilities: {postgres: 1}\n",
    "cy": "name: Cy\nleave: [{from: '2030-12-20', to: '2030-12-31'}]\n",
    "dee": "name: Dee\n",
    "ivan": "name: Ivan\nroles: [change-approver]\n",
}
WORK = """
runbook: 1
title: Make an account
roles: {operator: {}, engineer: {team: infra}, lead: {people: [ivan]}}
inputs: {who: {type: string, default: kim}}
steps:
  - id: create
    title: Create the account
    role: engineer
    manual: {text: "Create it for {{ inputs.who }}.", fields: {quota: {type: integer, min: 1, max: 9}}}
  - {id: tell, title: Tell them, role: engineer, manual: Tell them.}
"""
SECRET = """
runbook: 1
title: Let somebody go
roles: {operator: {}, engineer: {team: infra}}
steps:
  - id: leave
    role: engineer
    performer: {confidential: true}
    manual: {text: Close the accounts of Kim., fields: {accounts: {}}}
"""
DUE = """
runbook: 1
title: Do it soon
roles: {operator: {}, engineer: {team: infra}}
steps:
  - {id: work, role: engineer, due: 1s, manual: Do it.}
"""


@dataclass
class Office:
    """A project with people in it, at whose commands one can be each of them."""

    desk: Desk
    patch: pytest.MonkeyPatch

    def as_(self, user: str, *words: object) -> Result:
        """One call by the system user of that name."""
        with self.patch.context() as patch:
            patch.setattr(identity, "user_name", lambda number: user)
            return self.desk.cli(*words)

    def begin(self, process: str = "desk/account", *words: object, by: str = "ada") -> str:
        """A run of that process; its id."""
        run: str = self.as_(by, "run", process, "--yes", "--json", *words).last["run"]
        return run

    def work(self, run: str, step: str = "create") -> Any:
        """Who has a step."""
        waiting = self.desk.cli("status", run, "--json").json["waiting"]
        return next(each.get("work", {}) for each in waiting if each["step"] == step)


@pytest.fixture
def office(project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("COLUMNS", "100")
    return Office(project(files()), monkeypatch)


def files(**more: str) -> dict[str, str]:
    people = {f"operations/people/{id}.yaml": text for id, text in PEOPLE.items()}
    return {
        "runbook.yaml": "runbook: 1\ntitle: The office\n",
        "operations/teams.yaml": TEAMS,
        "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
        "processes/desk/account.yaml": WORK,
        "processes/desk/leaver.yaml": SECRET,
        "processes/desk/soon.yaml": DUE,
        **people,
        **more,
    }


# -- who somebody is, and who there is --------------------------------------------------------------


def test_me_shows_who_somebody_is_and_what_is_theirs(office: Office) -> None:
    run = office.begin()
    office.as_("ana", "claim", run, "create")

    ana, bo, dee = (office.as_(user, "me") for user in ("ana", "bsmith", "dee"))
    nobody, found = office.as_("zed", "me"), office.as_("ana", "me", "--json").json

    assert "ana: Ana Silva" in ana.out
    assert "teams: infra" in ana.out
    assert "can: postgres 3" in ana.out
    assert f"Yours:\n  {run}  create  Create the account" in ana.out
    assert f"Coming to you:\n  {run}  tell  Tell them" in ana.out
    assert bo.out.startswith("bo: Bo\n")
    assert "Yours" not in bo.out + dee.out
    assert "Nothing waits for you." in dee.out
    assert "Nobody in `operations/people` has this login" in nobody.out
    assert (found["id"], found["known"], found["teams"]) == ("ana", True, ["infra"])
    assert [each["step"] for each in found["claimed"]] == ["create"]
    assert [each["step"] for each in found["coming"]] == ["tell"]
    assert found["mentions"] == []


def test_me_shows_who_named_somebody_until_they_answer(office: Office) -> None:
    run = office.begin()
    office.as_("bsmith", "note", run, "@ana, is the quota right?", "--step", "create")
    office.as_("bsmith", "note", run, "@infra: the host is slow")
    office.as_("ana", "note", run, "@dee, a word")

    other = office.begin()
    office.as_("bsmith", "note", other, "@ana, @dee: look here")
    dee, ana, bo = (office.as_(user, "me") for user in ("dee", "ana", "bsmith"))
    rows = office.as_("ana", "inbox", "--json").json

    assert "Somebody named you:" in dee.out
    assert [line.strip().split("  ")[0] for line in dee.out.splitlines() if "bo, " in line or "ana, " in line] == [
        other,
        run,
    ]
    assert "the host is slow" not in dee.out
    assert [note["text"] for note in office.as_("ana", "me", "--json").json["mentions"]] == ["@ana, @dee: look here"]
    assert "Somebody named you" in ana.out
    assert "Somebody named you" not in bo.out
    assert {row["run"]: [note["text"] for note in row["mentions"]] for row in rows} == {
        run: [],
        other: ["@ana, @dee: look here"],
    }


def test_who_lists_people_by_what_they_can_do_and_whether_they_are_there(office: Office) -> None:
    office.as_("ana", "claim", office.begin(), "create")

    everybody = office.desk.cli("who").out
    able = office.desk.cli("who", "--can", "postgres:2", "--json").json
    team = office.desk.cli("who", "--team", "infra", "--at", "2030-12-24", "--json").json
    office_ = office.desk.cli("who", "--role", "change-approver").out

    assert "ana   Ana Silva, can postgres 3, 1 claimed" in everybody
    assert "dee   Dee" in everybody
    assert [(each["id"], each["claimed"], each["away"]) for each in able] == [("ana", 1, False)]
    assert {each["id"]: each["away"] for each in team} == {"ana": False, "bo": False, "cy": True, "ivan": False}
    assert office_ == "ivan  Ivan\n"
    assert office.desk.cli("who", "--can", "postgres:3", "--team", "desk").out == "Nobody.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--can", "postgers"), "nobody has the capability `postgers`"),
        (("--can", "postgres:9"), "`postgres:9` is no capability with its level"),
        (("--team", "infar"), "nobody has the team `infar`"),
        (("--role", "king"), "nobody has the role in the organisation `king`"),
        (("--at", "soon"), "`soon` is no day"),
        (("last",), "a run and a step belong together"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_who_refuses_what_nobody_can_be(office: Office, words: tuple[str, ...], says: str) -> None:
    office.begin()

    refused = office.desk.cli("who", *words)

    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err


def test_who_says_who_may_act_at_a_step_and_why_the_others_may_not(office: Office) -> None:
    run = office.begin()
    office.as_("ana", "claim", run, "create")

    told = {each["id"]: each for each in office.desk.cli("who", run, "create", "--json").json}

    assert told["ana"]["may"]
    assert "is claimed by ana" in told["bo"]["why"]
    assert "not in the team `infra`" in told["dee"]["why"]
    assert "may not: dee may not act as `engineer`" in " ".join(office.desk.cli("who", run, "create").out.split())


# -- who has a step ---------------------------------------------------------------------------------


def test_taking_giving_back_resting_and_helping(office: Office) -> None:
    run = office.begin()

    said = [
        office.as_("ana", "claim", run, "create"),
        office.as_("ana", "unclaim", run, "create"),
        office.as_("bsmith", "start", run, "create"),
        office.as_("bsmith", "suspend", run, "create", "--reason", "the disk is full"),
        office.as_("bsmith", "continue", run, "create"),
        office.as_("cy", "assist", run, "create"),
    ]
    found = office.as_("bsmith", "status", run, "--json").json

    assert [each.code for each in said] == [0] * 6
    assert [each.out.splitlines()[0] for each in said] == [
        "ana has claimed `create`",
        "ana gives `create` back",
        "bo has claimed `create`",
        "bo lets `create` rest: the disk is full",
        "bo goes on with `create`",
        "cy helps with `create`",
    ]
    assert found["waiting"][0]["work"] | {"since": ""} == {
        "state": "started",
        "by": "bo",
        "since": "",
        "helpers": ["cy"],
    }
    assert "started by bo" in office.desk.cli("status", run).out


@pytest.mark.parametrize(
    ("user", "words", "code", "says"),
    [
        ("dee", ("claim", "RUN", "create"), 2, "dee may not act as `engineer`"),
        ("bsmith", ("claim", "RUN", "create"), 5, "`create` is begun by ana since"),
        ("bsmith", ("start", "RUN", "create"), 5, "`create` is begun by ana since"),
        ("bsmith", ("suspend", "RUN", "create", "--reason", "x"), 5, "`create` is begun by ana since"),
        ("ana", ("suspend", "RUN", "create", "--reason", " "), 2, "letting `create` rest needs a reason"),
        ("ana", ("continue", "RUN", "create"), 2, "`create` is started"),
        ("ana", ("unclaim", "RUN", "create"), 2, "giving it back needs a reason"),
        ("ana", ("unclaim", "RUN", "tell"), 2, "`tell` can't be taken on: it is pending"),
        ("ana", ("decline", "RUN", "create"), 2, "`create` was not offered to ana"),
        ("bsmith", ("accept", "RUN", "create"), 2, "`create` was not offered to bo"),
        ("ana", ("delegate", "RUN", "create", "dee"), 2, "dee may not act as `engineer`"),
        ("ana", ("delegate", "RUN", "create", "ana"), 2, "a step is delegated to somebody else"),
        ("dee", ("assist", "RUN", "create"), 2, "dee may not act as `engineer`"),
        ("ana", ("assign", "RUN", "create", "--to", "bo"), 2, "giving it to somebody else needs a note"),
        ("ana", ("assign", "RUN", "create", "--to", "bo", "--to", "cy"), 2, "a step is given to one person"),
        ("ana", ("assign", "RUN", "--to", "bo"), 2, "either a step is given to somebody, or a role"),
        ("ana", ("assign", "RUN", "creat", "--to", "bo"), 2, "has no step `creat`"),
        ("bsmith", ("answer", "RUN", "create", "done", "-f", "quota=3"), 5, "`create` is begun by ana since"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_what_is_refused_leaves_no_trace(
    office: Office, user: str, words: tuple[str, ...], code: int, says: str
) -> None:
    run = office.begin()
    office.as_("ana", "claim", run, "create", "--start")
    before = office.desk.events(run)

    refused = office.as_(user, *(run if word == "RUN" else word for word in words))

    assert (refused.code, refused.out) == (code, "")
    assert says in refused.err
    assert office.desk.events(run) == before


def test_what_is_offered_to_somebody_is_theirs_once_they_take_it(office: Office) -> None:
    run = office.begin()
    office.as_("ana", "claim", run, "create")

    office.as_("ana", "delegate", run, "create", "bo", "--reason", "You are on site")
    offered = office.as_("bsmith", "me").out
    declined = office.as_("bsmith", "decline", run, "create", "--reason", "No time")
    after = office.work(run)
    office.as_("ana", "delegate", run, "create", "bo")
    accepted = office.as_("bsmith", "accept", run, "create", "--json")

    assert f"Delegated to you:\n  {run}  create" in offered
    assert declined.out.startswith("bo does not take `create`: No time")
    assert (after["by"], "offered" in after) == ("ana", False)
    assert accepted.json["waiting"][0]["work"]["by"] == "bo"


def test_a_role_is_given_to_people_who_can_play_it(office: Office) -> None:
    run = office.begin()

    given = office.as_("ada", "assign", run, "--role", "engineer", "--to", "bo")
    again = office.as_("ada", "assign", run, "--role", "engineer", "--to", "cy")
    wrong = office.as_("ada", "assign", run, "--role", "engineer", "--to", "dee", "--reason", "x")
    unknown = office.as_("ada", "assign", run, "--role", "enginer", "--to", "bo")

    assert (given.code, given.out.splitlines()[0]) == (0, "bo plays `engineer` from now on")
    assert (again.code, again.err.splitlines()[0]) == (2, "runbook: `engineer` is given to others already")
    assert "dee may not play `engineer`: not in the team `infra`" in wrong.err
    assert "the process has no role `enginer`" in unknown.err
    assert "in this run that is bo" in office.as_("ana", "claim", run, "create").err
    assert office.as_("bsmith", "claim", run, "create").code == 0


def test_a_run_names_who_plays_its_roles(office: Office) -> None:
    wrong = office.as_("ada", "run", "desk/account", "--yes", "--role", "engineer=dee")
    odd = office.as_("ada", "run", "desk/account", "--yes", "--role", "engineer")
    run = office.begin("desk/account", "--role", "engineer=cy")

    assert (wrong.code, odd.code) == (2, 2)
    assert "dee may not play `engineer`" in wrong.err
    assert "`engineer` is not ROLE=PERSON" in odd.err
    assert "in this run that is cy" in office.as_("ana", "answer", run, "create", "done", "-f", "quota=1").err
    assert office.as_("cy", "answer", run, "create", "done", "-f", "quota=1").code == 0
    assert len(list(office.desk.cli("runs", "--json").json)) == 1


# -- what waits, and in which order -----------------------------------------------------------------


def test_the_inbox_has_an_order_and_shows_its_key(office: Office) -> None:
    plain, soon = office.begin(), office.begin("desk/soon")

    rows = office.as_("ana", "inbox", "--json").json

    assert [row["run"] for row in rows] == [soon, plain]
    assert rows[0]["order"] == {"overdue": rows[0]["overdue"], "by": rows[0]["due"], "since": rows[0]["since"]}
    assert rows[1]["order"] == {"overdue": False, "by": "", "since": rows[1]["since"]}
    assert {row["matches"] for row in rows} == {True}
    assert office.as_("ana", "claim", "--next").out.startswith("ana has claimed `work`")


def test_a_filter_never_hides_what_is_overdue(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, soon, late = office.begin(), office.begin("desk/soon"), office.begin("desk/soon")
    _all_is_late(monkeypatch)

    shown = office.as_("ana", "inbox", "--process", "desk/account")
    none = office.as_("ana", "inbox", "--kind", "approval")
    limited = office.as_("ana", "inbox", "--limit", "1")
    rows = office.as_("ana", "inbox", "--role", "lead", "--json").json

    assert [line.split()[0] for line in shown.out.splitlines()[:3]] == [soon, late, plain]
    assert shown.out.endswith("2 overdue ones are shown although they do not match.\n")
    assert "Nothing of that waits for you.\n2 overdue ones are shown" in none.out
    assert limited.out.endswith("and 1 more\n")
    assert [row["matches"] for row in rows] == [False, False]


def _all_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is due in this century is overdue now."""
    made = Workspace.__init__

    def init(self: Workspace, *given: Any, **named: Any) -> None:
        made(self, *given, **{**named, "clock": lambda: "2999-01-01T00:00:00.000Z"})

    monkeypatch.setattr(Workspace, "__init__", init)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--kind", "aproval"), "there is no kind `aproval`"),
        (("--team", "infar"), "there is no team `infar`"),
        (("--process", "desk/acount"), "there is no process `desk/acount`"),
        (("--group", "deks"), "there is no process group `deks`"),
        (("--limit", "0"), "`--limit`"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_filter_that_nothing_can_match_is_refused(office: Office, words: tuple[str, ...], says: str) -> None:
    office.begin()

    refused = office.as_("ana", "inbox", *words)

    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err


def test_in_a_strict_team_no_way_leads_around_the_order(
    project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = TEAMS.replace("lead: ivan", "pull: strict, lead: ivan")
    office = Office(project(files(**{"operations/teams.yaml": strict})), monkeypatch)
    first, second = office.begin(), office.begin()
    before = office.desk.events(second)
    told = office.desk.answers({"create": {"fields": {"quota": 2}}})
    piled = office.desk.home / "piled.yaml"
    piled.write_text(f"{second}: {{fields: {{quota: 2}}}}\n")

    ways = [
        ("claim", second, "create"),
        ("start", second, "create"),
        ("answer", second, "create", "done", "-f", "quota=2"),
        ("assign", second, "create", "--to", "ana"),
        ("resume", second, "--yes", "--answers", told),
        ("pile", "desk/account", "create", "--answers", piled),
    ]
    said = [office.as_("ana", *words) for words in ways]

    for each in said:
        assert each.code in (1, 2, 4)
        assert f"`create` of run {first} comes first" in " ".join((each.out + each.err).split())
    assert office.desk.events(second) == before
    assert office.as_("ana", "claim", "--next").code == 0
    assert office.work(first)["by"] == "ana"
    assert office.as_("bsmith", "answer", second, "create", "done", "-f", "quota=2").code == 0


# -- many runs in one go, and one run on ------------------------------------------------------------


def test_a_pile_is_answered_in_all_runs_and_each_is_refused_by_itself(office: Office) -> None:
    runs = [office.begin() for _ in range(4)]
    office.as_("bsmith", "claim", runs[1], "create")
    answers = office.desk.answers(
        {runs[0]: {"fields": {"quota": 5}}, runs[2]: {"fields": {"quota": 99}}, runs[3]: "done"}
    )

    done = office.as_("ana", "pile", "desk/account", "create", "--answers", answers)
    again = office.as_("ana", "pile", "desk/account", "create", "-f", "quota=3", "--json")

    assert done.code == 1
    assert f"{runs[2]} create refused: `quota`" in " ".join(done.out.split())
    assert done.out.splitlines()[-1] == "1 answered, 2 refused"
    assert again.json["runs"] == [
        {"run": runs[2], "step": "create", "outcome": "answered"},
        {"run": runs[3], "step": "create", "outcome": "answered"},
    ]
    assert (again.code, again.json["answered"], again.json["refused"]) == (0, 2, 0)
    assert office.desk.step("create", runs[0])["outputs"] == {"quota": 5}
    assert office.desk.step("create", runs[3])["outputs"] == {"quota": 3}
    assert office.desk.step("create", runs[1])["status"] == "waiting"
    assert office.as_("ana", "pile", "desk/account", "create", "done").out == "Nothing of that waits for you.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("desk/account", "create"), "nobody can be asked here"),
        (("desk/account", "creat", "done"), "desk/account has no step `creat`"),
        (("desk/acount", "create", "done"), "there is no process `desk/acount`"),
        (("desk/account", "create", "done", "--choose", "x"), "an outcome or a choice, not both"),
        (("desk/account", "create", "--answers", "ANSWERS", "-f", "quota=1"), "the answers are in the file, or"),
        (("desk/account", "create", "--answers", "ANSWERS"), "in the run `nobody` of the answers that step does not"),
        (("desk/account", "create", "-f", "quota"), "`quota` is not NAME=VALUE"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_pile_that_can_not_be_meant_is_refused_as_a_whole(office: Office, words: tuple[str, ...], says: str) -> None:
    run = office.begin()
    answers = str(office.desk.answers({"nobody": "done", run: {"fields": {"quota": 1}}}))

    refused = office.as_("ana", "pile", *(answers if word == "ANSWERS" else word for word in words))

    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err
    assert office.desk.step("create", run)["status"] == "waiting"


def test_a_pile_at_a_terminal_asks_at_one_run_after_the_other(
    project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = {"operations/people/ana.yaml": f"name: Ana\nusers: [{ME}]\n"}
    office = Office(project(files(**me)), monkeypatch)
    runs = [office.begin("desk/account", "-i", f"who=p{number}") for number in range(3)]
    terminal = office.desk.terminal("pile", "desk/account", "create")

    terminal.expect_exact(f"Run {runs[0]} (1 of 3)")
    terminal.expect_exact("Create it for p0.")
    answer(terminal, "? help > ", "done")
    answer(terminal, "Quota (", "12")
    terminal.expect_exact(":deviate takes it")
    answer(terminal, "Quota (", "4")
    terminal.expect_exact(f"Run {runs[1]} (2 of 3)")
    answer(terminal, "? help > ", "later")
    terminal.expect_exact("Create it for p2.")
    answer(terminal, "? help > ", "skip")
    answer(terminal, "Why is it skipped: ", "They have one")
    code, rest = ended(terminal)

    assert code == 4
    assert "2 answered, 1 left" in rest
    assert office.desk.step("create", runs[0])["outputs"] == {"quota": 4}
    assert [office.desk.step("create", run)["status"] for run in runs] == ["succeeded", "waiting", "skipped"]


def test_an_answer_leads_on_to_the_next_step_of_the_same_person(
    project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = {"operations/people/ana.yaml": f"name: Ana\nusers: [{ME}]\n"}
    office = Office(project(files(**me)), monkeypatch)
    run = office.begin()
    refused = office.as_(ME, "answer", run, "create", "done", "-f", "quota=4", "--next")
    terminal = office.desk.terminal("answer", run, "create", "done", "-f", "quota=4", "--next")

    terminal.expect_exact("Tell them (tell; 1 of 2 steps over)")
    answer(terminal, "? help > ", "done")
    code, rest = ended(terminal)

    assert (refused.code, refused.out) == (2, "")
    assert "nobody can be asked here for the next step" in refused.err
    assert (code, "succeeded" in rest) == (0, True)


# -- who sees what ----------------------------------------------------------------------------------


def test_what_is_confidential_is_shown_to_those_who_may_do_it(office: Office) -> None:
    run = office.begin("desk/leaver")

    ana, dee = (office.as_(user, "status", run, "--json").json for user in ("ana", "dee"))
    told = {user: office.as_(user, "status", run).out for user in ("ana", "dee", "ada")}

    assert ana["waiting"][0]["text"] == "Close the accounts of Kim."
    assert set(dee["waiting"][0]) == {"step", "title", "kind", "for", "since", "role", "confidential"}
    assert f"runbook answer {run} leave done -f accounts=..." in told["ana"]
    for user in ("dee", "ada"):
        assert "accounts" not in told[user]
        assert "`leave` waits for others" in told[user]
    assert [row["run"] for row in office.as_("ana", "inbox", "--all", "--json").json] == [run]
    for words in (("inbox", "--all"), ("inbox",), ("me",), ()):
        assert "leave" not in office.as_("dee", *words).out.replace("desk/leaver", "").replace(run, "")

    office.as_("ana", "answer", run, "leave", "done", "-f", "accounts=kim, kim-admin")
    after = {user: office.as_(user, "status", run, "--json").json["steps"][0] for user in ("ana", "dee")}

    assert after["ana"]["outputs"] == {"accounts": "kim, kim-admin"}
    assert "outputs" not in after["dee"]
    assert (after["dee"]["status"], after["dee"]["by"], after["dee"]["confidential"]) == ("succeeded", "ana", True)
    assert "kim" not in office.as_("dee", "status", run).out


# -- completion -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "typed", "offered"),
    [
        (("assign", "RUN", "create", "--to"), "", ["ana", "bo", "cy", "dee", "ivan"]),
        (("assign", "RUN", "create", "--to"), "i", ["ivan"]),
        (("assign", "RUN", "--role"), "", ["operator", "engineer", "lead"]),
        (("delegate", "RUN", "create"), "d", ["dee"]),
        (("answer", "RUN", "create", "--by"), "b", ["bo"]),
        (("approve", "RUN", "create", "--by"), "c", ["cy"]),
        (("reject", "RUN", "create", "--by"), "c", ["cy"]),
        (("hand-over", "RUN", "--to"), "a", ["ana"]),
        (("run", "desk/account", "--role"), "lead", ["lead=ivan"]),
        (("who", "--can"), "post", ["postgres", "postgres:1", "postgres:2", "postgres:3"]),
        (("who", "--team"), "", ["desk", "infra"]),
        (("who", "--role"), "", ["change-approver"]),
        (("inbox", "--team"), "in", ["infra"]),
        (("inbox", "--process"), "desk/a", ["desk/account"]),
        (("pile",), "desk/a", ["desk/account"]),
        (("pile", "desk/account"), "", ["create", "tell"]),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_names_are_completed(office: Office, words: tuple[str, ...], typed: str, offered: list[str]) -> None:
    from click.shell_completion import ShellComplete

    run = office.begin()
    complete = ShellComplete(cli, {}, "runbook", "_RUNBOOK_COMPLETE")

    found = complete.get_completions([run if word == "RUN" else word for word in words], typed)

    assert [each.value for each in found] == offered
