"""What happens in a run besides steps that begin and end, as it happens: turns, handling, undo, pauses, locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.phrases import Phrase
from runbook.run.events import WORK, Recorded
from runbook.run.progress import StepState
from runbook.views.lines import minute, shortened
from runbook.views.style import Style
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.outcome import Json

HANDLES = {
    "on_failure": Phrase("its steps for a failure begin"),
    "on_cancel": Phrase("its steps for a cancellation begin"),
    "before_retry": Phrase("its steps before another attempt begin"),
    "undo": Phrase("what was done is undone"),
}
"""What is done about something that happened to a step, by the name it has in the event."""


def told(recorded: Recorded, step: StepState | None, style: Style) -> Iterator[str]:
    """The lines for one such event."""
    event, by = recorded.event, visible(recorded.by)
    data, path = event.data, event.step or ""
    name = f"{path}  {step.step.title}" if step else path
    reason = f": {visible(str(data['reason']))}" if data.get("reason") else ""
    match event.type:
        case "OrganisationAdopted":
            yield "Who there is has changed since; from now on that counts"
        case "RoleAssigned":
            yield f"{visible(' and '.join(data['people']))} plays `{visible(str(data['role']))}` from now on{reason}"
        case "ApprovalLapsed":
            yield f"The approval `{path}` no longer counts, it is {data['state']}{reason}"
        case "StepPerformed":
            done = visible(str(data["reply"]["by"]))
            yield line(
                "waiting", name, style, f"done by {done}; a second person as {data['awaits']['verifier']} confirms it"
            )
        case "VerificationRefused":
            said = data["reply"]
            yield line("waiting", name, style, f"sent back by {visible(said['by'])}: {visible(said['reason'])}")
        case _ if event.type in WORK:
            yield _taken(recorded, reason)
        case "RunPaused":
            yield f"Paused by {by}{reason}"
        case "DefinitionAdopted":
            yield f"{by} has the run go on with another version of its process{reason}"
            yield from (f"    {visible(change)}" for change in data.get("changes", ()))
        case "RunReopened":
            yield f"{by} has the run go on{reason}"
        case "TurnStarted":
            item = f": {shortened(data['item'])}" if "item" in data else ""
            of = f" of {len(step.turns.items)}" if step and step.turns and step.turns.items else ""
            yield line("running", f"{path}.{data['turn']}", style, f"{data['turn']}{of}{item}")
        case "TurnsPaused":
            yield line("waiting", name, style, f"the next turns begin at {minute(str(data['until']))}")
        case "ItemsAdded":
            yield f"{by} gave `{path}` {items_in_words(len(data['items']))} more{reason}"
        case "EnoughDone":
            rest = "; the rest is withdrawn" if data.get("rest") == "cancelled" else ""
            yield f"`{path}` has had enough turns{rest}{reason}"
        case "StepOverdue":
            yield f"`{path}` is overdue{_offered(step)}"
        case "StopRequested":
            yield f"`{path}` has to end{reason}"
        case "HandlingStarted":
            what = "is cancelled" if data["for"] == "on_cancel" else "has failed"
            yield f"`{path}` {what}, and {HANDLES[data['for']]}: {visible(str(data['failure']['reason']))}"
        case "LockAwaited":
            yield f"{_place(data)} goes on when nobody else is inside of `{visible(str(data['key']))}`"
        case "LockLost":
            yield f"{_place(data)} is no more alone inside, and waits again{reason}"
        case "UndoRequested":
            listed = ", ".join(f"`{each}`" for each in data["steps"])
            refused = f": {data['refused'].partition(': ')[2]}" if data.get("refused") else reason
            yield f"To be undone, in this order: {listed}{reason}" if listed else f"Nothing is undone{refused}"
        case "UndoStopped":
            yield f"The way back ends here{reason}"
        case "StepUndone":
            yield line("undone", name, style)


TOLD = frozenset(
    {
        *WORK, "OrganisationAdopted", "RoleAssigned", "ApprovalLapsed", "StepPerformed", "VerificationRefused",
        "DefinitionAdopted", "RunPaused", "RunReopened", "TurnStarted", "TurnsPaused", "ItemsAdded", "EnoughDone",
        "StepOverdue",
        "StopRequested", "HandlingStarted", "LockAwaited", "LockLost", "UndoRequested", "UndoStopped",
        "StepUndone",
    }
)  # fmt: skip
"""The event types that `told` has lines for."""


_TAKEN = {
    "WorkClaimed": "{by} has claimed {step}",
    "WorkReleased": "{by} gives {step} back",
    "WorkAssigned": "{step} is given to {to}",
    "WorkDelegated": "{by} offers {step} to {to}",
    "WorkAccepted": "{by} takes {step}",
    "WorkDeclined": "{by} does not take {step}",
    "WorkStarted": "{holder} begins {step}",
    "WorkSuspended": "{by} lets {step} rest",
    "WorkResumed": "{by} goes on with {step}",
    "HelperJoined": "{by} helps with {step}",
}
"""What each event about who has a step says."""


def _taken(recorded: Recorded, reason: str) -> str:
    data, type = recorded.event.data, recorded.event.type
    why = reason or (f": {visible(str(data['work']['reason']))}" if data["work"].get("reason") else "")
    rule = f" (by {data['rule']})" if data.get("rule") else ""
    to = visible(str(data.get("to", "")))
    holder = visible(str(data["work"].get("by", "")))
    return (
        _TAKEN[type].format(by=visible(recorded.by), holder=holder, step=f"`{recorded.event.step}`", to=to) + rule + why
    )


def items_in_words(count: int) -> Phrase:
    """How many items: `1 item`, `5 items`."""
    return Phrase("{number} item" if count == 1 else "{number} items", number=count)


def _offered(step: StepState | None) -> str:
    due = step.step.flow.due if step else None
    return f"; the {due.role} may do it as well now" if due and due.role else ""


def _place(data: Mapping[str, Json]) -> str:
    """What wants to be alone inside: a step, or a process."""
    at = str(data["at"])
    return f"`{at.removesuffix('/:').removesuffix(':')}`" if at.strip(":") else "The run"


def line(status: str, name: str, style: Style, extra: str = "") -> str:
    """A step and its state, with what else is to be said of it."""
    text = f"{style.state(status, 9)} {visible(name)}"
    return f"{text}  ({extra})" if extra else text
