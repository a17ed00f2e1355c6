"""What can happen in a test besides answers and the ends of programs, by its word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runbook.run.commands import (
    AddItems,
    Cancel,
    Complete,
    Jump,
    Pause,
    Reopen,
    Resume,
    Retry,
    Revoke,
    Signal,
    StopStep,
    Undo,
    Work,
)

if TYPE_CHECKING:
    from runbook.testing.trial import Trial

Act = Callable[["Trial", Mapping[str, Any]], object]

_WHY = "the test says so"


def _by(trial: Trial, act: Mapping[str, Any]) -> str:
    return trial.user_of(act["by"]) if "by" in act else ""


def _why(act: Mapping[str, Any]) -> str:
    return str(act.get("reason", _WHY))


def _asked(make: Callable[[Mapping[str, Any]], Any]) -> Act:
    return lambda trial, act: trial.ask(make(act), by=_by(trial, act))


def _resume(trial: Trial, act: Mapping[str, Any]) -> None:
    trial.ask(Resume(), by=_by(trial, act))
    trial.by = _by(trial, act) or trial.by


def _break_off(trial: Trial, act: Mapping[str, Any]) -> None:
    trial.at_work.pop(act["breaks_off"], None)
    trial.breaks_off(act["breaks_off"])


def _work(word: str) -> Act:
    verb = {"assist": "help"}.get(word, word)
    return _asked(lambda act: Work(act[word], verb, to=act.get("to", ""), reason=act.get("reason", "")))


_WORK = ("claim", "unclaim", "start", "delegate", "accept", "decline", "assign", "suspend", "continue", "assist")

ACTS: Mapping[str, Act] = {
    "signal": _asked(lambda act: Signal(act["signal"])),
    "cancel": _asked(lambda act: Cancel(act["cancel"])),
    "undo": _asked(lambda act: Undo(_why(act), "" if act["undo"] == "all" else act["undo"], act.get("across", False))),
    "retry": _asked(lambda act: Retry(act["retry"])),
    "back": _asked(lambda act: Reopen(act["back"], _why(act))),
    "jump": _asked(lambda act: Jump(act["jump"], _why(act))),
    "stop": _asked(lambda act: StopStep(act["stop"], _why(act))),
    "complete": _asked(lambda act: Complete(act["complete"], _why(act))),
    "add": _asked(lambda act: AddItems(act["add"], tuple(act.get("items", ())), _why(act))),
    "pause": _asked(lambda act: Pause(act["pause"])),
    "resume": _resume,
    "revoke": _asked(lambda act: Revoke(act["revoke"], _why(act))),
    "breaks_off": _break_off,
    **{word: _work(word) for word in _WORK},
}
"""How each of the acts is done; the words stand in the schema of tests as well."""
