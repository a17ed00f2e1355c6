"""What somebody asks of a run, as imperatives: the decider's only way in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.outcome import Finished, Json, Taken

if TYPE_CHECKING:
    from runbook.run.signing import Signature


@dataclass(frozen=True, slots=True)
class Begin:
    """Start the run with these inputs, checked before."""

    run: str
    inputs: Mapping[str, Json]
    definition: str
    """Content hash of the definition the run is bound to."""
    root: str = ""
    """Folder of the project, in which programs run."""
    carried: Mapping[str, Json] = field(default_factory=dict)
    """What an earlier run has done and this one carries over, by step: `{status, outputs, answers, by}`, with who
    `played` which role in it and who `worked` at it."""
    about: Mapping[str, Json] = field(default_factory=dict)
    """Where the run comes from: the run before (`rerun_of`, `from`), the one that began it (`detached_from`), or a form
    of paper (`transcribed`, with `by` who began it and `stated_by` who transcribes it); `instructions` is true when
    nothing of it is executed."""
    organisation: str = ""
    """Content hash of who there is; empty when nobody is known."""
    people: Mapping[str, Json] = field(default_factory=dict)
    """Who plays which role in the run (`roles`, by name), and who wrote its process (`authors`)."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Somebody takes the run up again."""


@dataclass(frozen=True, slots=True)
class Pause:
    """No program starts any more until somebody resumes the run; what runs ends by itself."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Start up to `slots` ready programs; `runner` names the process that will carry them out."""

    slots: int
    runner: Mapping[str, Json] = field(default_factory=dict)
    held: Collection[str] = ()
    """Steps that a person has not let start yet."""


@dataclass(frozen=True, slots=True)
class Settle:
    """A program has ended; `adopted` when it outlived the one who started it.

    `attended` when a person is there who can say what is to be done about a failure.
    """

    step: str
    attempt: int
    finished: Finished
    adopted: bool = False
    attended: bool = False
    evidence: tuple[Attach, ...] = ()
    """What was kept of it as evidence."""
    uncaptured: Mapping[str, str] = field(default_factory=dict)
    """The pieces of evidence that could not be taken from it, each with why."""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """What was taken of it for outputs that come from files, or are kept as files, by output."""


@dataclass(frozen=True, slots=True)
class NotRun:
    """It is proved that a started attempt never did anything."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt was under way when its supervisor died; `known` is what is known of it."""

    step: str
    attempt: int
    known: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's reply to a waiting step, or to one in doubt, in the words of the answers file."""

    step: str
    outcome: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    choose: str = ""
    reason: str = ""
    stated_by: str = ""
    """The person it is said to come from, when that is not who says it."""
    deviation: str = ""
    """Why values are taken that lie outside of their limits."""
    attended: bool = False
    """True when a person is there who can say what is to be done about a failure."""
    signature: Signature | None = None
    """The signature of who answers, made with a key of their own; checked by the engine, whoever hands it in."""
    emergency: bool = False
    """True for a yes that does not wait for those who usually give it, and is looked at afterwards."""
    seen: str = ""
    """The hash of what the person was shown, when they say it; what is shown now has to be the same."""


@dataclass(frozen=True, slots=True)
class Revoke:
    """A yes that was given is taken back."""

    step: str
    reason: str
    signature: Signature | None = None
    """As that of an `Answer`: of what `as_answer` gives."""

    def as_answer(self) -> Answer:
        """The same as an answer: what is signed is signed alike."""
        return Answer(self.step, "revoke", reason=self.reason.strip(), signature=self.signature)


@dataclass(frozen=True, slots=True)
class Work:
    """Who takes a step on: `claim`, `unclaim`, `start`, `delegate`, `accept`, `decline`, `assign`, `suspend` and so on.

    `load` is how many steps whoever gets it has claimed in all runs; `rule` is what chose them, when nobody did.
    """

    step: str
    act: str
    to: str = ""
    reason: str = ""
    start: bool = False
    load: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Go back to a step that is over: it, and all that depends on it, is done anew."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on with a step that has not begun: what it still waits for is skipped."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about the run, or about one step of it."""

    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Attach:
    """A file that was kept as evidence of a step, or with the run as a whole, by its SHA-256.

    `size` is in bytes, `type` as its content says.
    `evidence` is the id of the piece that the step asks for; empty for the only one missing, or one beside them.
    """

    step: str
    name: str
    sha256: str
    size: int
    type: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Leave the run to somebody else (`to`, nobody in particular when empty), with what they should know."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A named signal for the steps that wait for it; kept until one does.

    `sent_by` is who sent it, where that is told by somebody else: on paper.
    """

    name: str
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: what is due happens."""


@dataclass(frozen=True, slots=True)
class AddItems:
    """More items for a step with `foreach` that is under way."""

    step: str
    items: Sequence[Json]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StopStep:
    """One step is withdrawn, or ended while it runs; the run goes on as if it had been skipped."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Complete:
    """A step with turns has had enough of them: what is under way in it is withdrawn, and it has succeeded."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakeLock:
    """Nobody else is inside any more: what waits at that place may go on."""

    at: str


@dataclass(frozen=True, slots=True)
class LoseLock:
    """Who was inside has died there, and somebody else goes on: it has to wait for its turn again."""

    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undo:
    """What a run that is over has done is undone, the last first, down to the step `to`; all of it when empty.

    `across`: steps that can't be undone are left as they are.
    """

    reason: str
    to: str = ""
    across: bool = False


@dataclass(frozen=True, slots=True)
class Adopt:
    """The run goes on by another version of its process, by the content hash of that definition."""

    definition: str
    reason: str
    authors: tuple[str, ...] = ()
    """Who wrote that version, where an approval keeps them out."""


@dataclass(frozen=True, slots=True)
class AdoptOrganisation:
    """Who there is has changed; by the content hash of the organisation as it is now."""

    organisation: str


@dataclass(frozen=True, slots=True)
class AssignRole:
    """From now on these people play a role in the run, and nobody else."""

    role: str
    people: Sequence[str]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """A run that failed, or was cancelled, goes on: what failed in it, or was cancelled, is done anew."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the run: nothing new starts, what waits is withdrawn, `finally` still runs."""

    reason: str


Command = (
    Begin | Resume | Claim | Settle | NotRun | Doubt | Answer | Signal | Tick | Cancel
    | Work | Revoke | Reopen | Jump | Note | Attach | HandOver | Pause | AddItems | StopStep | Complete
    | TakeLock | LoseLock | Undo | Retry | Adopt | AdoptOrganisation | AssignRole
)  # fmt: skip

BY_ITSELF = (Tick, Settle, NotRun, Doubt, TakeLock, LoseLock, Cancel, Pause, HandOver, Note)
"""What needs no knowledge of who there is: what happens without anybody's word, and what everybody may say."""
