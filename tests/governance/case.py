"""What one row of the table of refusals is: something forbidden, by which field, and how it is said in each way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ME = "ME"
"""Stands for whoever tries it: the system user of the tests, or the person whose login that is."""
RUN, FORM, HOME, KEYS = "RUN", "FORM", "HOME", "KEYS"
"""Stand for the id of the run, the form filled in from paper, the folder of runs, and the one with ssh keys."""
PASS = "PASS"
"""Instead of a call: so many seconds pass."""
BO = "bo"
"""The person whose login is that of whoever tries it, where people are known."""

Call = tuple[str, ...]
"""Who calls (nobody: whoever tries it), and the words of the call."""
WAYS = ("command", "loop", "run", "resume", "rerun", "import", "alone")
"""The ways in: the command for it, the loop at a terminal, an answers file of `run`, of `resume` and of `rerun`, a form
from paper, and the machine while nobody looks (`resume --yes`, `tick`)."""


@dataclass(frozen=True)
class Case:
    """Something forbidden. What does not apply is left as it is, and that way in is not tried.

    `typed` are (what the terminal shows, what the person types then); after them the person leaves.
    """

    field: str
    """What of the language forbids it."""
    says: str
    """What the refusal says, whichever way it was tried."""
    step: str = ""
    answer: Any = None
    """As an answers file, or a form from paper, says it."""
    command: Call = ()
    typed: tuple[tuple[str, str], ...] | None = None
    """Empty where the loop does not even ask."""
    shows: str = ""
    """What the terminal says, when that is something else."""
    process: str = ""
    text: str = ""
    """A process of this case alone: its fields without `runbook` and `title`, or a list of steps."""
    people: str = ""
    """Who is known: nobody, `team` (`bo` and others), `pull` (they claim in order), `stranger` or `namesake`."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    begun: Call = ()
    """Further words of the call that begins the run."""
    before: tuple[Call, ...] = ()
    """What happens before, and by whom."""
    told: Mapping[str, Any] | None = None
    """The same as answers, where it is this very person who gives them: then a run may begin with them."""
    since: str = ""
    """The step from which a run is done once more that carries over what happened before."""
    paper: tuple[Mapping[str, Any], ...] | None = ()
    """The rows that a form has before; None where no form can say it."""
    head: Mapping[str, Any] = field(default_factory=dict)
    """What the head of a form says otherwise."""
    commanded: str = ""
    """What the command says, when that is something else."""
    on_paper: str = ""
    """What is said of a form, when that is something else."""
    transcribed: bool = False
    """True when the run is one that was transcribed from paper."""
    unfit: str = ""
    """What is said of the answer before anything is done, when no step of that kind can ever be answered so."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What lies beside the answers file, in the folder that `HOME` stands for."""
    later: str = ""
    """What the process is once it has begun."""
    code: int = 2
    """With which code the command ends."""
    ends: int = 4
    """With which code a sitting ends in which the answer was refused."""
    stays: bool = False
    """True when the loop does not end where nothing is asked, because time goes on."""
    without: tuple[str, ...] = ()
    """Ways in that lead elsewhere here."""

    def ways(self) -> tuple[str, ...]:
        """The ways in through which it is tried."""
        by_file = self.answer is not None
        clean = not self.before or self.told is not None
        applies = {
            "command": bool(self.command),
            "loop": self.typed is not None,
            "run": by_file and clean,
            "resume": by_file,
            "rerun": by_file and (clean or bool(self.since)),
            "import": (by_file and self.paper is not None and "deviation" not in str(self.answer)) or bool(self.head),
            "alone": bool(self.step) and not self.transcribed,
        }
        return tuple(way for way in WAYS if applies[way] and way not in self.without)


def answered(step: str, *words: str) -> Call:
    """The call that answers a step."""
    return ("answer", RUN, step, *words)


def mine(*words: str) -> Call:
    """A call of whoever tries it."""
    return ("", *words)


def approve(step: str = "gate", *words: str) -> Call:
    """The call that approves."""
    return ("approve", RUN, step, *words)
