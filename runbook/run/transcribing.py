"""A run that was carried out on paper, decided row by row as it would have been here, at the times that were written.

Rule 1: the decider that runs go through decides. What it refuses, the form is refused for, and no run is made.
Rule 2: the clock is that of the paper, so that deadlines, waits and orders are kept or missed as they were there.
"""

from __future__ import annotations

from collections.abc import Sequence

from runbook.definition import Step
from runbook.errors import Misuse, Refused, RunbookError
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import WaitsFor
from runbook.run.answers import OUTCOMES, written_at
from runbook.run.commands import Answer, Attach, Begin, Command, Note, Signal, Tick
from runbook.run.decide import decide
from runbook.run.events import Recorded, Status
from runbook.run.locks import grantable
from runbook.run.paths import step_at
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.transcript import Entry, Remark, Transcript

_WORDS = {"approved": "approve", "rejected": "reject", "yes": "approve", "no": "reject"}
"""What else is written beside an approval."""


def transcribed(
    plan: Plan,
    begin: Begin,
    form: Transcript,
    attached: Sequence[Attach],
    by: str,
    now: str,
    where: str = "",
    organisation: Organisation = NOBODY,
) -> tuple[RunState, list[Recorded]]:
    """The run that a form tells of, and its events at the times that are written; `Refused` names the line.

    `by` is who transcribes it `now`; `attached` are the form itself and what was scanned; `organisation` says who there
    is, by whose hash the run begins.
    """
    paper = _Paper(RunState(plan, organisations=lambda hash: organisation), form, by, where)
    paper.turn("started_by", form.started_at, [begin, *(each for each in attached if not each.step)])
    for each in attached:
        if each.step:
            paper.keep(each)
    written: list[Entry | Remark] = [*form.entries, *form.remarks]
    for row in sorted(written, key=lambda row: row.at):
        paper.take(row, now)
    if form.ended_at:
        paper.check_time(form.lines["ended_at"], form.ended_at, now)
        paper.check_last(form.lines["ended_at"], form.ended_at)
        paper.turn("ended_at", form.ended_at, [])
    paper.check_finished()
    return paper.state, paper.events


class _Paper:
    """The run as the form has told it so far."""

    def __init__(self, state: RunState, form: Transcript, by: str, where: str) -> None:
        self.plan = state.plan
        self.form = form
        self.by = by
        self.where = where
        self.state = state
        self.events: list[Recorded] = []
        self._files: dict[str, list[Attach]] = {}
        """What was kept for steps, and belongs to their next row."""

    def keep(self, attach: Attach) -> None:
        """A file belongs to a step, and is there when its row is taken."""
        if step_at(self.plan, attach.step) is None:
            raise Misuse(f"`{attach.step}` is not a step of {self.plan.root}", f"see `runbook show {self.plan.root}`")
        self._files.setdefault(attach.step, []).append(attach)

    def turn(self, word: str, at: str, commands: Sequence[Command], line: int = 0) -> None:
        """One turn of the decider at that time, after what time has made due; `Refused` names the line."""
        try:
            events = decide(self.state, [Tick(), *commands], self.by, at, self.where)
            while lock := grantable(self.state, lambda key: 0):  # on paper nobody else was inside
                events += decide(self.state, [lock], self.by, at, self.where)
        except RunbookError as error:
            lines = self.form.lines
            named = next(
                (lines[each] for each in lines if each.startswith("role ") and f"`{each[5:]}`" in str(error)), 0
            )
            raise self._wrong(line or named or lines.get(word, 1), str(error), error.help) from None
        for recorded in events:
            if "detached" in recorded.event.data:
                process = recorded.event.data["detached"]["process"]
                why = f"`{recorded.event.step}` leaves {process} to itself, and a form tells of one run"
                raise self._wrong(self._line_of(recorded.event.step or ""), why, "carry that process out here")
        self.events += events

    def take(self, each: Entry | Remark, now: str) -> None:
        """One row, or one note."""
        self.check_time(each.line, each.at, now)
        if isinstance(each, Remark):
            if each.step and step_at(self.plan, each.step) is None:
                raise self._wrong(each.line, f"`{each.step}` is not a step of {self.plan.root}", "leave the step out")
            text = f"{each.by} on paper: {each.text}"
            self.turn("", each.at, [Note(text, each.step)], each.line)
            return
        step = step_at(self.plan, each.step)
        if step is None:
            raise self._wrong(
                each.line, f"`{each.step}` is not a step of {self.plan.root}", f"see `runbook show {self.plan.root}`"
            )
        if step.kind == "wait" and each.answer == "done":
            self._waited(each)
            return
        self.turn("", each.at, [], each.line)
        self._check_turn(each)
        files = self._files.pop(each.step, [])
        self.turn("", each.at, [*files, self._answer(step, each)], each.line)

    def _check_turn(self, each: Entry) -> None:
        """Nothing when the step could be answered then, as far as its turn is concerned."""
        found = self.state.steps.get(each.step)
        if self.state.ended:
            reason = f": {self.state.reason}" if self.state.reason else ""
            message = f"`{each.step}` was answered after the run had ended ({self.state.status}{reason})"
            raise self._wrong(each.line, message, "see which row before it says so")
        if found is None or found.status is Status.PENDING:
            help = "see whether its time is right, and whether the steps before it are filled in"
            raise self._wrong(each.line, f"`{each.step}` is out of order: it had not begun then", help)
        if found.status.is_final:
            by = f" by {found.by}" if found.by else ""
            message = f"`{each.step}` was over already then ({found.status.value}{by})"
            raise self._wrong(each.line, message, "leave one of its rows out, or note it under `notes`")

    def _answer(self, step: Step, each: Entry) -> Answer:
        """The row as the answer that a person gives."""
        outcome = each.answer
        if step.kind == "decision" and not (outcome in ("failed", "skipped") and not _is_option(step, outcome)):
            return Answer(each.step, "choose", choose=outcome, reason=each.reason, stated_by=each.by)
        approves = step.kind == "approval"
        outcome = _WORDS.get(outcome.lower(), outcome.lower()) if approves else outcome
        confirms = ("confirm", "send-back") if step.verifier else ()
        known = ("approve", "reject") if approves else (*OUTCOMES[:3], *confirms)
        if outcome not in known:
            listed = ", ".join(f"`{word}`" for word in known)
            raise self._wrong(each.line, f"`{each.answer}` is no answer to `{each.step}`", f"it takes {listed}")
        return Answer(each.step, outcome, dict(each.fields), reason=each.reason, stated_by=each.by)

    def _waited(self, each: Entry) -> None:
        """The row says that a wait was over: its signal came, or so much time had passed."""
        step = self.state.steps.get(each.step)
        signal = step is not None and step.waits_for == WaitsFor.SIGNAL.value and step.status is Status.WAITING
        self.turn("", each.at, [Signal(step.signals[0], each.by)] if step and signal else [], each.line)
        step = self.state.steps.get(each.step)
        if step is None or not step.status.is_final:
            until = (
                f"it lasts until {step.until[:16].replace('T', ' ')} UTC" if step and step.until else "it had not begun"
            )
            raise self._wrong(each.line, f"`{each.step}` was not over then: {until}", "write when it was, or `skipped`")

    def check_time(self, line: int, at: str, now: str) -> None:
        """Nothing for a time between the beginning and now."""
        if at < self.form.started_at:
            raise self._wrong(line, "this was written before the run began", "write the date beside the time")
        if at > now:
            raise self._wrong(line, "this time lies in the future", "write what the paper says, with its zone")

    def check_last(self, line: int, at: str) -> None:
        """Nothing for a time that no row lies after."""
        if at < self.state.now:
            raise self._wrong(line, "the end lies before the last row", "write when it was over, or leave it empty")

    def check_finished(self) -> None:
        """Nothing when the run has come to its end; what is left on an unfinished form is named."""
        state = self.state
        if state.ended:
            return
        left = next((state.steps[path] for path in (*state.waiting, *state.ready)), None)
        if left is None:
            paused = (step for step in state.steps.values() if step.status is Status.READY)
            left = next(paused, None)
        if left is None:
            raise self._wrong(self.form.lines.get("rows", 1), "the form is not finished", "fill it in to its end")
        raise self._wrong(
            self._line_of(left.path),
            f"the form is not finished: {_awaited(left)}",
            "fill it in to its end; a run that goes on here is begun with `runbook run --instructions`",
        )

    def _line_of(self, path: str) -> int:
        step = self.state.steps.get(path)
        lines = self.form.lines
        written = f"step {written_at(step)}" if step else ""
        return lines.get(f"step {path}", lines.get(written, lines.get("rows", 1)))

    def _wrong(self, line: int, message: str, help: str) -> Refused:
        return Refused(f"{self.form.name}:{line}: {message}", help)


def _is_option(step: Step, word: str) -> bool:
    return any(option.id == word for option in step.spec.options)


def _awaited(step: StepState) -> str:
    if step.status is Status.WAITING and step.waits_for != WaitsFor.PERSON.value:
        return f"`{step.path}` still waits" + (f" until {step.until[:16].replace('T', ' ')} UTC" if step.until else "")
    if step.failures:
        return f"`{step.path}` has failed ({step.reason}), and has another attempt"
    if step.replies:
        return f"`{step.path}` needs more people"
    return f"`{step.path}` is not answered"


def check_form(plan: Plan, form: Transcript) -> None:
    """`Misuse` for a form of another process than the plan's."""
    if form.process != plan.root:
        raise Misuse(
            f"{form.name}:{form.lines['process']}: the form is one of {form.process}, its definition of {plan.root}",
            "leave both as they were printed",
        )
