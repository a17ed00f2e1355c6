"""The ways in: each tries what a case forbids, sees it refused, and sees that the journal is as it was.

What comes back is what was said; whatever lets it through is an `AssertionError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.cli.conftest import Result, ended
from tests.governance.seat import Seat


def by_command(seat: Seat) -> str:
    """The command for it: `answer`, `approve`, `claim`, `jump` and so on."""
    seat.begin()
    if "FORM" in seat.case.command:
        seat.form(tuple(seat.case.paper or ()))
    with seat.changed():
        before = seat.journal()

        result = seat.call(seat.case.command)

        assert (result.code, result.out) == (seat.case.code, "")
        assert seat.journal() == before
    return _said(seat, result, seat.case.commanded)


def by_loop(seat: Seat) -> str:
    """The operator's loop, at a pseudo-terminal."""
    seat.begin()
    before = seat.journal()
    shows = seat.filled(seat.case.shows or seat.case.says)

    terminal = seat.desk.terminal("resume", seat.run)
    for shown, typed in seat.case.typed or ():
        terminal.expect_exact(shown)
        terminal.expect_exact([" > ", "? ", ": "])
        terminal.sendline(seat.filled(typed))
    terminal.expect_exact(shows)
    leaves = bool(seat.case.typed) or seat.case.stays
    if leaves:
        terminal.sendintr()
    terminal.expect_exact("Go on with: runbook resume")

    assert ended(terminal)[0] == (130 if leaves else seat.case.ends)
    assert seat.journal() == before
    return shows


def by_run(seat: Seat) -> str:
    """An answers file of `run`: no run is made, or one in which it was not said."""
    seat.lay_out()
    inputs = [word for name, value in seat.case.inputs.items() for word in ("-i", f"{name}={value}")]
    file = str(seat.answers(with_told=True))

    result = seat.call(("run", seat.process, "--yes", "--answers", file, *inputs, *seat.case.begun))

    return _said_of_a_new_run(seat, result, {}, told=True)


def by_resume(seat: Seat) -> str:
    """An answers file of `resume`."""
    seat.begin()
    before = seat.journal()

    result = seat.call(("resume", seat.run, "--yes", "--answers", str(seat.answers(with_told=False))))

    assert result.code == (2 if seat.case.unfit else seat.case.ends)
    assert seat.journal() == before
    return _said(seat, result, seat.case.unfit)


def by_rerun(seat: Seat) -> str:
    """An answers file of `rerun`, with --from where something was done before."""
    seat.begin()
    if seat.case.since:
        assert seat.desk.cli("cancel", seat.run, "--reason", "Once more").code == 0
        seat.desk.cli("resume", seat.run, "--yes")
    before = seat.journal()
    file = str(seat.answers(with_told=not seat.case.since))
    since = ("--from", seat.case.since) if seat.case.since else ()

    result = seat.call(("rerun", seat.run, "--yes", "--answers", file, *since))

    return _said_of_a_new_run(seat, result, before, told=not seat.case.since)


def by_import(seat: Seat) -> str:
    """A form from paper: no run is made of it."""
    seat.lay_out()
    row = () if seat.case.answer is None else (seat.row(),)
    path = seat.form((*(seat.case.paper or ()), *row))

    result = seat.call(("import-record", str(path)))

    assert (result.code, result.out) == (2, "")
    assert seat.journal() == {}
    return _said(seat, result, seat.case.on_paper)


def alone(seat: Seat) -> str:
    """The machine while nobody looks: neither `resume --yes` nor `tick` takes it for said."""
    seat.begin()
    before = seat.journal()

    resumed = seat.call(("resume", seat.run, "--yes"))
    ticked = seat.call(("tick",))

    assert resumed.code in (4, 1, 0)
    assert ticked.code == 0, ticked.err
    assert seat.journal() == before
    assert not (seat.desk.folder / "executed").exists()
    return ""


def _said(seat: Seat, result: Result, instead: str = "") -> str:
    says = seat.filled(instead or seat.case.says)
    assert says in result.err
    return next(line for line in result.err.splitlines() if says in line).removeprefix("runbook: ").strip()


def _said_of_a_new_run(seat: Seat, result: Result, before: Mapping[str, object], *, told: bool) -> str:
    after = seat.journal()
    assert {run: after[run] for run in before} == before
    new = [events for run, events in after.items() if run not in before]
    if seat.case.unfit or result.code == 2:
        assert (result.code, new) == (2, [])
        return _said(seat, result, seat.case.unfit)
    assert result.code == seat.case.ends
    replies = [event for event in new[0] if "reply" in event["data"] or "confirmed" in event["data"]]
    assert len(replies) == len((seat.case.told if told else None) or {})
    return _said(seat, result)


WAYS: Mapping[str, Callable[[Seat], str]] = {
    "command": by_command,
    "loop": by_loop,
    "run": by_run,
    "resume": by_resume,
    "rerun": by_rerun,
    "import": by_import,
    "alone": alone,
}
"""By the name that the table has for it."""
