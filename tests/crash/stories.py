"""Runs of every sort, each a few commands long, that are carried out again and again with a death at another point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .project import Trial, acting, process, twelve_steps

Driver = Callable[..., tuple[int, int]]
CONFIRM = {"id": "confirm", "title": "Confirm", "manual": "Look at it"}
DONE, BUG, WAITS, REFUSED = 0, 3, 4, 7
OTHERWISE = ("supervisor", "failing", "signalled")
"""Where a command is hurt without dying: it ends otherwise than it would have."""
ANSWERS = "{confirm: done}"


@dataclass(frozen=True, slots=True)
class Told:
    """A command somebody gives: `RUN` stands for the run; `leaves` is the event that shows that it took effect."""

    words: tuple[str, ...]
    leaves: str = ""
    code: int = DONE

    @property
    def carries_out(self) -> bool:
        """True for a command that goes on with the run, so that `resume` does as well in its place."""
        return self.words[0] in ("run", "resume")


RUN = Told(("run", "trial/steps", "--yes", "--no-wait", "--answers", "given.yaml"), "RunStarted", WAITS)
THROUGH = Told(RUN.words, "RunStarted")
RESUME = Told(("resume", "RUN", "--yes", "--answers", "given.yaml"))
RESUME_UNTIL_IT_WAITS = Told(("resume", "RUN", "--yes", "--no-wait", "--answers", "given.yaml"), code=WAITS)


@dataclass(frozen=True, slots=True)
class Story:
    """A process, the commands given to a run of it in order, and what they may need."""

    definition: Mapping[str, Any]
    commands: tuple[Told, ...]
    others: Mapping[str, Any] = field(default_factory=dict)
    answers: str = "{}"


def _said(*words: str, leaves: str, code: int = DONE) -> Told:
    return Told((words[0], "RUN", *words[1:]), leaves, code)


_FLAKY = 'test -e effects/tried || { echo x > effects/tried; exit 3; }; echo "$RUNBOOK_ATTEMPT" >> effects/flaky'
_PART = {
    **process(
        [
            acting("first", within="part/"),
            {"id": "agree", "title": "Agree", "approval": "boss"},
            acting("last", within="part/"),
        ]
    ),
    "roles": {"operator": {}, "boss": {}},
}

STORIES: Mapping[str, Story] = {
    "retry": Story(
        process(
            [
                acting("first"),
                {"id": "flaky", "title": "Twice", "shell": _FLAKY, "retry": {"attempts": 3, "delay": 0.02}},
                acting("last"),
            ]
        ),
        (Told(RUN.words[:3] + RUN.words[4:], "RunStarted"),),
    ),
    "branches": Story(twelve_steps(0.0), (Told(RUN.words[:3] + RUN.words[4:], "RunStarted"),), answers=ANSWERS),
    "part": Story(
        process([acting("before"), {"id": "part", "title": "A part", "process": "trial/part"}, acting("after")]),
        (RUN, _said("approve", "part/agree", leaves="StepSucceeded part/agree"), RESUME),
        {"part": _PART},
    ),
    "waits": Story(
        process(
            [
                acting("first"),
                {"id": "pause", "title": "Wait", "wait": 0.05},
                acting("second"),
                {"id": "go", "title": "Wait for it", "wait": {"signal": "go"}},
                acting("third"),
            ]
        ),
        (RUN, _said("signal", "go", leaves="SignalReceived"), RESUME),
    ),
    "cancel": Story(
        process([acting("first"), CONFIRM, acting("never")], [acting("clean-up"), acting("tell")]),
        (RUN, _said("cancel", "--reason", "enough", leaves="CancelRequested")),
    ),
    "moves": Story(
        process(
            [
                acting("first"),
                {"id": "look", "title": "Look", "manual": "Look"},
                acting("second"),
                {"id": "check", "title": "Check", "manual": "Check"},
                {"id": "skipped", "title": "Skip me", "manual": "Not needed"},
                acting("last"),
            ]
        ),
        (
            RUN,
            _said("answer", "look", "done", leaves="StepSucceeded look"),
            RESUME_UNTIL_IT_WAITS,
            _said("back", "second", "--reason", "It was wrong", leaves="StepReopened second"),
            RESUME_UNTIL_IT_WAITS,
            _said("answer", "check", "done", leaves="StepSucceeded check"),
            _said("jump", "last", "--reason", "Not needed", leaves="StepSkipped skipped"),
            RESUME,
        ),
    ),
    "captured": Story(
        process([acting("first", evidence={"effect": {"from": "file", "path": "effects/first", "required": False}})]),
        (THROUGH,),
    ),
    "evidence": Story(
        process([acting("first"), CONFIRM, acting("last")]),
        (
            RUN,
            _said("attach", "confirm", "given.yaml", leaves="EvidenceAttached"),
            _said("note", "It took long", leaves="NoteAdded"),
            _said("hand-over", "--to", "maria", "--text", "Look twice", leaves="RunHandedOver"),
            _said("answer", "confirm", "done", leaves="StepSucceeded confirm"),
            RESUME,
        ),
    ),
}


def begun(story: Story, make: Callable[..., Trial]) -> Trial:
    """A project for the story; no command was given yet."""
    trial = make(story.definition, **story.others)
    (trial.folder / "given.yaml").write_text(story.answers)
    return trial


def tell(
    story: Story,
    trial: Trial,
    driver: Driver,
    at: tuple[int, int] = (-1, 0),
    then: tuple[int, ...] = (),
    check: Callable[[Trial], None] = lambda _: None,
    **death: str,
) -> list[int]:
    """Give all commands, the one of the number `at[0]` dying at the point `at[1]`; how many points each passed.

    Whoever gave the command that died looks whether it took effect, as the record has it, and gives it again if not;
    what is given then dies at the points `then`, one after the other. A command that died counts no points.
    """
    passed = []
    for number, told in enumerate(story.commands):
        before = _left(trial, told)
        point = at[1] if number == at[0] else 0
        code, points = driver(trial, *_words(told, trial), point=point, **death)
        check(trial)
        passed.append(0 if code == -9 else points)
        assert code != BUG, trial.said()
        if death.get("grain") == "failing":
            assert code in (told.code, WAITS, REFUSED), f"{told.words} ended with {code}: {trial.said()}"
        # the death of a supervisor is none of the command: that may end as it should, or with something in doubt
        hurt = code == -9 or (point and (code != told.code or "StepInDoubt" in trial.standing().values()))
        if not hurt:
            assert code == told.code, f"{told.words} ended with {code}: {trial.said()}"
            continue
        assert code == -9 or death.get("grain") in OTHERWISE, f"{told.words} ended with {code}: {trial.said()}"
        _again(told, trial, driver, before, list(then), check, death.get("plant", ""))
    return passed


def _again(
    told: Told,
    trial: Trial,
    driver: Driver,
    before: int,
    then: list[int],
    check: Callable[[Trial], None],
    plant: str,
) -> None:
    for _ in range(5 + len(then)):
        trial.remember()
        words = told.words
        if told.carries_out and trial.run():
            words = ("resume", "RUN", *told.words[2:])
        elif _left(trial, told) != before and told.words[0] != "cancel":
            return
        code, _ = driver(trial, *_words(Told(words), trial), point=then.pop(0) if then else 0, plant=plant)
        check(trial)
        if code == -9:
            continue
        if code == told.code and "StepInDoubt" not in trial.standing().values():
            return
        if told.words[0] == "cancel" and trial.is_over():
            return
        assert code == WAITS, f"{words} ended with {code}: {trial.said()}"
        trial.answer_doubts(lambda *words: driver(trial, *words)[0])
    raise AssertionError(f"nothing brings the run forward: {trial.standing()}")


def _words(told: Told, trial: Trial) -> tuple[str, ...]:
    return tuple(trial.run() if word == "RUN" else word for word in told.words)


def _left(trial: Trial, told: Told) -> int:
    """How often what the command leaves is in the record."""
    type, _, step = told.leaves.partition(" ")
    return sum(row[4] == type and step in ("", row[5]) for row in trial.events())
