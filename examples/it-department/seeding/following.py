"""How people follow the procedures: step by step, with what they skip, note, attach, and decide.

What is in here on purpose, so that `runbook improve` has something to say: a step that nobody does, an approval that is
always given and long in coming, a step that sometimes takes five times as long, one person who does nearly all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runbook.operations import commands as c
from seeding.crew import Crew, Job, Off, Work
from seeding.stage import HOUR, Stage


def known(process: str) -> bool:
    """True for a process that is followed in a run."""
    return process in _WAYS


def follow(stage: Stage, crew: Crew, id: str, process: str, person: str, hours: float) -> Job:
    """Follow the process of an item in a run, which is its proof."""
    run = stage.begin(person, process)
    stage.ask(person, id, c.Connect("handles", "run", run))
    yield from _WAYS[process](stage, crew, id, run, person, hours)


def _step(stage: Stage, run: str, person: str, step: str, hours: float, **fields: object) -> Job:
    stage.take(person, run, step)
    yield Work(hours)
    stage.answer(person, run, step, **fields)


def _password(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "identity", hours * 0.6, called_back=True)
    yield from _step(stage, run, person, "reset", hours * 0.4)


def _restore_file(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    day = stage.wall(stage.now - 4 * 86400).date().isoformat()
    yield from _step(stage, run, person, "find", hours * 0.5, day=day)
    yield from _step(stage, run, person, "restore", hours * 0.5)


def _lost_laptop(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "lock", hours * 0.3)
    yield from _step(stage, run, person, "replace", hours * 0.7)


def _new_starter(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "account", hours * 0.2)
    stage.take(person, run, "computer")
    yield Work(hours * 0.6)
    stage.attach(person, run, "computer", "picture", f"login as the new user, run {run}\n")
    stage.answer(person, run, "computer")
    if stage.happens(0.9):
        stage.answer(person, run, "phone", "skipped", "they have no desk phones any more")
    else:
        yield from _step(stage, run, person, "phone", 0.2)
    yield from _step(stage, run, person, "welcome", hours * 0.2)


def _leaver(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "close", hours * 0.7)
    other = "emil" if person == "dora" else "dora"
    while not crew.there(other, stage.now):
        yield Off(crew.opens(stage.now + HOUR))
    stage.take(other, run, "look-again")
    yield Work(hours * 0.3)
    stage.answer(other, run, "look-again")


def _new_server(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "create", hours * 0.5)
    yield from _step(stage, run, person, "backup", hours * 0.3)
    stage.take(person, run, "hand-over")
    yield Work(hours * 0.2)
    stage.attach(person, run, "hand-over", "letter", f"the new server of run {run} is ready\n")
    stage.answer(person, run, "hand-over")


def _patch(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "snapshot", hours * 0.2)
    if stage.happens(0.92):
        stage.answer(person, run, "tell-users", "skipped", "Atlas reads the announcement")
    else:
        yield from _step(stage, run, person, "tell-users", 0.5)
    yield from _approved(stage, crew, id, run, person)
    stage.take(person, run, "install")
    yield Work(hours * 0.6)
    if stage.happens(0.6):
        stage.note(person, run, "install", "Made room in /boot first")
    stage.answer(person, run, "install")
    yield from _step(stage, run, person, "check", hours * 0.2, works=True)


def _firewall(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "write", hours * 0.4)
    yield from _approved(stage, crew, id, run, person)
    yield from _step(stage, run, person, "apply", hours * 0.6, works=True)


def _approved(stage: Stage, crew: Crew, id: str, run: str, person: str) -> Job:
    """The item is blocked until whoever approves changes has looked: hours, and always with the same answer."""
    stage.ask(person, id, c.Hinder("approval", "change-approver", "sent to Ivan"))
    yield Off(stage.now + int(stage.about(14, 0.4) * HOUR))
    approver = "ana" if person != "ana" and crew.there("ana", stage.now) and stage.happens(0.3) else "ivan"
    stage.answer(approver, run, "approve", "approve")
    stage.ask(person, id, c.Unblock())


def _backup_check(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "report", hours * 0.7)
    yield from _step(stage, run, person, "failed", hours * 0.3, failed=1 if stage.happens(0.1) else 0)


def _restore_test(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "restore", hours * 0.4)
    stage.take(person, run, "compare")
    yield Work(hours * (1.9 if stage.happens(0.3) else 0.3))
    stage.attach(person, run, "compare", "comparison", f"1204 files, none differs, run {run}\n")
    stage.answer(person, run, "compare")
    yield from _step(stage, run, person, "report", hours * 0.2)


def _service_review(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "numbers", hours * 0.3)
    yield from _step(stage, run, person, "meet", hours * 0.5)
    yield from _step(stage, run, person, "decisions", hours * 0.2, decisions=stage.chance.randint(1, 4))


def _access_review(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "lists", hours * 0.4)
    yield from _step(stage, run, person, "take-away", hours * 0.6)


def _incident_review(stage: Stage, crew: Crew, id: str, run: str, person: str, hours: float) -> Job:
    yield from _step(stage, run, person, "timeline", hours * 0.6)
    yield from _step(stage, run, person, "actions", hours * 0.4, actions=stage.chance.randint(1, 3))


def major(stage: Stage, id: str, person: str) -> str:
    """Begin the run of a major incident."""
    run = stage.begin(person, "incidents/major-incident")
    stage.ask(person, id, c.Connect("handles", "run", run))
    stage.take(person, run, "call")
    stage.answer(person, run, "call")
    stage.take(person, run, "repair")
    return run


def major_over(stage: Stage, run: str, person: str, hours: float) -> None:
    """End it."""
    stage.answer(person, run, "repair")
    stage.take(person, run, "told")
    stage.answer(person, run, "told", minutes=int(hours * 60))


_WAYS: Mapping[str, Callable[[Stage, Crew, str, str, str, float], Job]] = {
    "desk/password-reset": _password,
    "desk/lost-laptop": _lost_laptop,
    "desk/new-starter": _new_starter,
    "desk/leaver": _leaver,
    "backup/restore-file": _restore_file,
    "backup/backup-check": _backup_check,
    "backup/restore-test": _restore_test,
    "servers/new-server": _new_server,
    "servers/patch-server": _patch,
    "network/firewall-change": _firewall,
    "management/service-review": _service_review,
    "management/access-review": _access_review,
    "incidents/incident-review": _incident_review,
}
