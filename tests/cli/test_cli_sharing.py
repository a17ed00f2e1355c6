"""Several people, each with a login of their own, at one folder of runs: real system users."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.people import GROUP, People, Person
from tests.waiting import until

Make = Callable[..., People]

TYPED = """
import sys; from pathlib import Path; from runbook.engine.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]), sys.argv[2]); print(drafts.of("s")); drafts.keep("s", "n", sys.argv[3])
"""
LONG = """\
runbook: 1
title: Long
owner: o
steps:
- {id: sleep, title: Sleep, shell: '%s'}
- {id: look, title: Look, manual: Look}
"""


def long(people: Make, script: str) -> People:
    return people({"runbook.yaml": "runbook: 1\ntitle: Made\n", "processes/g/long.yaml": LONG % script})


def left_running(people: People) -> None:
    """Ana begins the run of a program and is gone while that runs on."""
    begun = people.as_user("ana").background("run", "g/long", "--yes", "--json")
    until(lambda: any(b"spawned" in each.read_bytes() for each in people.home.glob("supervisors/*/log")))
    begun.kill()
    begun.wait()


def found(home: Path) -> dict[str, tuple[int, int]]:
    """Mode and group of everything in a folder."""
    paths = [path for path in home.rglob("*") if not path.is_symlink()]
    return {str(path.relative_to(home)): (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) for path in paths}


@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000], ids=["077", "022", "000"])
def test_what_one_member_begins_another_one_takes_further(people_at_terminals: Make, umask: int) -> None:
    people = people_at_terminals(umask=umask)
    ana, bo = people.as_user("ana"), people.as_user("bo")

    run = ana.begin("desk/pump", flag="x")
    first = next(step for step in ana.status(run)["steps"] if step["status"] == "waiting")["id"]
    note = bo.cli("note", run, "I am here too")
    terminal = bo.terminal("resume", run)
    terminal.expect_exact("?")
    terminal.close(force=True)
    photo = bo.own / "photo.txt"
    photo.write_text("seen")
    attached = bo.cli("attach", run, first, photo)

    assert (note.code, attached.code) == (0, 0), note.err + attached.err
    assert {event["by"] for event in bo.events(run)} == {"uid2001", "uid2002"}
    for path, (mode, group) in found(people.home).items():
        assert not mode & 0o007, path
        private = path.startswith("drafts/") or path == ".gitignore"
        assert private or (group == GROUP and mode & 0o040), path
    assert stat.S_IMODE(people.home.stat().st_mode) == 0o2770


def test_who_is_not_in_the_group_is_kept_out(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    run = people.as_user("ana").begin("desk/hello")
    eve = people.as_user("eve", member=False)

    for words in (("runs",), ("status", run), ("answer", run, "greet", "done"), ("run", "desk/hello", "--yes")):
        refused = eve.cli(*words)
        assert refused.code == 7, words
        assert f"is shared with the group `{GROUP}`, and you are not in it" in refused.err


@pytest.mark.parametrize("mode", [0o2775, 0o2777, 0o770, 0o3770, 0o2700], ids=oct)
def test_any_other_shape_is_refused(people_at_terminals: Make, mode: int) -> None:
    people = people_at_terminals()
    people.as_user("ana").begin("desk/hello")
    people.home.chmod(mode)

    refused = people.as_user("bo").cli("runs")

    assert refused.code == 7
    assert "belongs to another user" in refused.err


def test_a_folder_above_that_everybody_can_write_is_refused(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    people.as_user("ana").begin("desk/hello")
    people.home.parent.chmod(0o777)

    refused = people.as_user("bo").cli("runs")

    assert refused.code == 7
    assert "can be written by other users" in refused.err
    people.home.parent.chmod(0o1777)
    assert people.as_user("bo").cli("runs").code == 0


def test_drafts_stay_with_who_types_them(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    run = ana.begin("desk/pump", flag="x")

    def typed(person: Person, text: str) -> str:
        return person.call("-c", TYPED, people.home, run, text).stdout.decode().strip()

    assert (typed(ana, "of ana"), typed(bo, "of bo"), typed(ana, "more")) == ("{}", "{}", "{'n': 'of ana'}")
    for person in (ana, bo):
        folder = people.home / "drafts" / str(person.user)
        assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o700
        assert stat.S_IMODE((folder / f"{run}.json").stat().st_mode) == 0o600


def test_a_folder_that_a_member_has_put_there_gets_no_drafts(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    run = ana.begin("desk/pump", flag="x")
    trap = people.home / "drafts" / str(bo.user)
    assert ana.call("-c", f"import os; os.mkdir({str(trap)!r}); os.chmod({str(trap)!r}, 0o777)").returncode == 0

    done = bo.call("-c", TYPED, people.home, run, "secret")

    assert (done.returncode, list(trap.iterdir())) == (0, [])


def test_what_a_member_left_running_is_adopted_by_another(people_at_terminals: Make) -> None:
    people = long(people_at_terminals, "echo begun; sleep 1; echo slept")
    left_running(people)
    bo = people.as_user("bo")

    resumed = bo.cli("resume", "last", "--yes")

    assert resumed.code == 4, resumed.err
    assert bo.step("sleep")["status"] == "succeeded"
    assert "slept" in str(bo.events())
    until(lambda: not list((people.home / "supervisors").iterdir()))  # it ends as soon as it sees that all is over


def test_a_process_of_another_user_can_not_be_taken_over_and_that_is_said(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    run = ana.begin("desk/pump", flag="x")
    terminal = ana.terminal("resume", run)
    terminal.expect_exact("?")

    held = bo.cli("resume", run, "--yes")
    refused = bo.cli("resume", run, "--take-over", "--yes")

    assert (held.code, refused.code) == (5, 5)
    assert f"run {run} is being carried out by uid2001" in held.err
    assert f"run {run} is held by uid2001" in refused.err
    assert "a process of another user is theirs to end" in refused.err
    assert "ask uid2001 to end it there, or root: kill -KILL" in refused.err
    assert terminal.isalive()


def test_a_program_of_another_user_that_has_to_end_is_told_of(people_at_terminals: Make) -> None:
    people = long(people_at_terminals, "exec sleep 4")
    left_running(people)
    bo = people.as_user("bo")

    cancelled = bo.cli("cancel", "last", "--reason", "enough")

    assert "`sleep` is carried out by a process of uid2001, which only they or root can end" in cancelled.err
    assert bo.status()["status"] == "cancelled"


def test_two_people_at_two_terminals_answer_one_step_and_one_of_them_is_told(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana = people.as_user("ana")
    people.as_user("bo")

    for _ in range(10):
        run = ana.begin("desk/pump", flag="x")
        call = ("answer", run, "look", "done", "--field", "pressure=2", "--field", "lamp=green")
        calls = dict.fromkeys(("ana", "bo"), call)
        codes = sorted(code for code, _ in people.race(calls).values())
        assert codes[0] == 0
        assert codes[1] in (2, 5)


def test_a_working_copy_of_somebody_else_can_be_read(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    os.chown(people.folder, ana.user, ana.user)
    (people.folder / ".runbook").mkdir(mode=0o700)
    os.chown(people.folder / ".runbook", ana.user, ana.user)
    own = {"env": {name: text for name, text in bo.environment.items() if name != "RUNBOOK_HOME"}}

    for words in (("list",), ("validate",), ("show", "desk/hello"), ("render", "desk/hello")):
        assert bo.process(*words, **own).returncode == 0, words
    refused = bo.process("run", "desk/hello", "--yes", **own)
    assert (refused.returncode, b"belongs to another user" in refused.stderr) == (7, True)


def test_sharing_is_for_who_owns_the_folder_and_with_a_group_of_theirs(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")

    theirs = bo.cli("share", GROUP)
    unknown = ana.cli("share", "no-such-group")
    foreign = ana.cli("share", 2)

    assert (theirs.code, unknown.code, foreign.code) == (7, 2, 2)
    assert "belongs to another user" in theirs.err
    assert "there is no system group `no-such-group`" in unknown.err
    assert "you are not in the group `2`" in foreign.err


def test_a_folder_in_use_is_shared_with_all_that_is_in_it(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    people.home.mkdir(mode=0o700)
    ana = people.as_user("ana")
    os.chown(people.home, ana.user, ana.user)
    run = ana.begin("desk/pump", flag="x")
    (people.home / "drafts").mkdir(mode=0o700)
    (people.home / "drafts" / "r.json").write_text('{"s": {"n": "typed"}}')
    for path in (people.home / "drafts", people.home / "drafts" / "r.json"):
        os.chown(path, ana.user, ana.user)
    (people.home / "evil").symlink_to("/etc/passwd")
    before = os.stat("/etc/passwd")

    shared = ana.cli("share", GROUP, "--json")

    assert shared.json == {
        "home": str(people.home), "group": str(GROUP), "projects": [str(people.folder)], "closed": [],
    }  # fmt: skip
    assert people.as_user("bo").status(run)["run"] == run
    modes = found(people.home)
    assert modes["journal.db"] == (0o660, GROUP)
    assert modes["leases"] == (0o2770, GROUP)
    assert (people.home / "drafts" / str(ana.user) / "r.json").exists()
    assert (os.stat("/etc/passwd").st_mode, os.stat("/etc/passwd").st_gid) == (before.st_mode, before.st_gid)


def own_copy(people: People, person: Person) -> Path:
    """A copy of the project that is the person's own, and says otherwise what is to be done."""
    copy = person.own / "project"
    shutil.copytree(people.folder, copy)
    process = copy / "processes/desk/pump.yaml"
    process.write_text(process.read_text().replace("title: ", "title: My own ", 1))
    for path in (copy, *copy.rglob("*")):
        os.chown(path, person.user, person.user)
    return copy


def test_runs_of_another_project_than_it_is_shared_for_are_refused_whichever_way(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    run = ana.begin("desk/pump", flag="x")
    copy = own_copy(people, bo)
    form = bo.own / "form.yaml"
    form.write_text(bo.cli("print", "desk/hello", "--form", "yaml").out)
    before = len(ana.cli("runs", "--json").json)

    refused = [
        bo.cli("--project", copy, "run", "desk/pump", "--yes", "-i", "flag=x"),
        bo.process("run", "desk/pump", "--yes", "--json", "-i", "flag=x", cwd=copy),
        bo.process("migrate", run, "--reason", "mine is better", cwd=copy),
        bo.process("import-record", form, cwd=copy),
        bo.process("import-record", form, cwd=bo.own),
    ]

    assert [getattr(each, "code", getattr(each, "returncode", 0)) for each in refused] == [2] * 5
    told = refused[0].err
    assert f"the runs in {people.home} are shared, for the project in {people.folder}" in told
    assert f"; not for the one in {copy}" in told
    assert f"let uid2001, who owns the runs, allow it: runbook --home {people.home} --project {copy} share" in told
    assert b"not for what is in no project" in refused[-1].stderr
    assert len(ana.cli("runs", "--json").json) == before
    assert bo.cli("run", "desk/hello", "--yes").code == 0


def test_the_owner_of_a_shared_folder_allows_one_more_project_and_takes_that_back(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    copy = own_copy(people, bo)
    bo.own.chmod(0o755)

    own_word = bo.cli("--project", copy, "share", GROUP)
    allowed = ana.cli("--project", copy, "share", GROUP, "--json")
    begun = bo.cli("--project", copy, "run", "desk/hello", "--yes", "--json")
    run = begun.last["run"]
    taken = ana.cli("share", GROUP, "--no-longer-for", copy)
    again = bo.cli("--project", copy, "run", "desk/hello", "--yes")
    anew = bo.cli("rerun", run, "--yes")

    assert (own_word.code, allowed.code, begun.code, taken.code) == (7, 0, 0, 0), own_word.err + allowed.err + begun.err
    assert allowed.json["projects"] == sorted(map(str, (people.folder, copy)))
    assert (again.code, anew.code) == (2, 2)
    assert "not for the one in" in anew.err
    assert ana.cli("share", GROUP, "--no-longer-for", copy).code == 2


def test_a_list_of_projects_that_a_member_has_put_there_allows_none(people_at_terminals: Make) -> None:
    people = people_at_terminals()
    ana, bo = people.as_user("ana"), people.as_user("bo")
    copy, listed = own_copy(people, bo), people.home / "projects.json"

    listed.unlink()
    missing = ana.cli("run", "desk/hello", "--yes")
    listed.write_text(f'{{"projects": ["{copy}"]}}')
    os.chown(listed, bo.user, GROUP)
    forged = bo.cli("--project", copy, "run", "desk/hello", "--yes")
    mended = ana.cli("share", GROUP, "--json")

    assert (missing.code, forged.code) == (2, 2)
    assert f"{people.home} is shared for no project" in forged.err
    assert mended.json["projects"] == [str(people.folder)]
    assert ana.cli("run", "desk/hello", "--yes").code == 0
