"""What is wrong with a definition, where it stands and what to do: values, never raised."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from runbook.source import Place


class Severity(enum.Enum):
    """How much a finding weighs: errors keep a process from running, warnings and advice do not."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One sort of finding: its stable code, its name, and the page `runbook explain` prints."""

    code: str
    rule: str
    explanation: str
    severity: Severity = Severity.ERROR
    dispensable: bool = False
    """True for an error that no run depends on, so that a project may lower it, or allow it in a place."""

    @property
    def allowable(self) -> bool:
        """True when a project may live with it."""
        return self.dispensable or self.severity is not Severity.ERROR


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a message that stands alone, one thing to do about it, and its place."""

    code: str
    rule: str
    severity: Severity
    message: str
    help: str
    place: Place


def found(problem: Problem, message: str, help: str, place: Place) -> Diagnostic:
    """A finding of that sort at that place."""
    return Diagnostic(problem.code, problem.rule, problem.severity, message, help, place)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that `word` was probably meant to be; None when none, or several, are close."""
    from difflib import SequenceMatcher

    ratios = sorted(
        ((SequenceMatcher(None, word.lower(), other.lower()).ratio(), other) for other in known),
        reverse=True,
    )[:2]
    if not ratios or ratios[0][0] < 0.7:
        return None
    if len(ratios) == 2 and ratios[1][0] == ratios[0][0]:
        return None
    return ratios[0][1]


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """The help line for a word nobody knows: `did you mean ...?` when one is close, else `otherwise`."""
    close = closest(word, known)
    return f"did you mean `{close}`?" if close else otherwise
