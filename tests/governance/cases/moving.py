"""What takes a run off its way: without a reason, without the privilege for it, over what can't be passed over."""

from __future__ import annotations

from typing import Any

from tests.governance.case import RUN, Call, Case, answered, mine

STEPS = "- {id: first, manual: Begin}\n- {id: items, foreach: [a, b], manual: Do one}\n- {id: last, manual: End it}\n"
LEFT = "privileges: {{{}: lead}}\nroles: {{operator: {{}}, lead: {{people: [ivan]}}}}\nsteps:\n"
FAILED = "- {id: first, manual: Begin, undo: {manual: Take it back}}\n- {id: try, shell: 'false'}\n"
LED = "roles: {operator: {}, lead: {people: [ivan]}}\nsteps:\n"
FAILED_OF_ANA = (
    "- {id: first, performer: {people: [ana]}, manual: Begin, undo: Take it back}\n- {id: try, shell: 'false'}\n"
    "on_failure: undo\n"
)
DONE = mine(*answered("first", "done"))


def _reason(says: str, *words: str, before: tuple[Call, ...] = (), text: str = STEPS, **more: Any) -> Case:
    call = (words[0], RUN, *words[1:], "--reason", " ")
    return Case("reason", says, "first", command=call, text=text, before=before, **more)


def _left(what: str, step: str, *words: str, before: tuple[Call, ...] = (DONE,), **more: Any) -> Case:
    """What is left to a role, by somebody who plays another one."""
    more = {"command": (words[0], RUN, *words[1:], "--reason", "It is late"), **more}
    text = LEFT.format(what) + STEPS
    says = "bo may not act as `lead`"
    return Case(f"privileges.{what}", says, step, text=text, people="team", before=before, **more)


CASES = {
    "going back without a reason": _reason("needs a reason", "back", "first", before=(DONE,)),
    "jumping without a reason": _reason("needs a reason", "jump", "last"),
    "withdrawing a step without a reason": _reason("needs a reason", "cancel", "first"),
    "cancelling without a reason": _reason("cancelling needs a reason", "cancel"),
    "calling turns enough without a reason": _reason("needs a reason", "complete", "items", before=(DONE,)),
    "retrying without a reason": _reason(
        "a retry needs a reason", "retry", before=(DONE, mine("resume", RUN, "--yes")), text=FAILED, without=("alone",)
    ),
    "undoing without a reason": _reason(
        "needs a reason", "undo", "--yes", before=(DONE, mine("resume", RUN, "--yes")), text=FAILED,
        without=("alone",),
    ),
    "skipping what is left to others": Case(
        "privileges.skip", "bo may not act as `lead`", "first", {"outcome": "skipped", "reason": "It is late"},
        answered("first", "skipped", "--reason", "It is late"), (("enter", "s"), ("Why", "It is late")),
        text=LEFT.format("skip") + STEPS, people="team",
    ),
    "jumping over what is left to others": _left("skip", "last", "jump", "last", before=()),
    "withdrawing what is left to others": _left("skip", "items", "cancel", "items"),
    "calling turns enough that are left to others": _left("skip", "items", "complete", "items"),
    "going back to what is left to others": _left("redo", "first", "back", "first"),
    "skipping inside of a section that is left to others": Case(
        "privileges.skip", "bo may not act as `lead`", "first", {"outcome": "skipped", "reason": "It is late"},
        answered("first", "skipped", "--reason", "It is late"), (("enter", "s"), ("Why", "It is late")),
        text=LED + "- {id: part, privileges: {skip: lead}, section: {steps: [{id: first, manual: Begin}]}}\n",
        people="team",
    ),
    "an undo by whom the step does not name": Case(
        "performer.people", "the step is for others", "first.undo", "done", answered("first.undo", "done"),
        text="steps:\n" + FAILED_OF_ANA, people="team",
        before=(("ana", *answered("first", "done")), mine("resume", RUN, "--yes")), paper=None,
    ),
    "undoing what can't be undone": Case(
        "irreversible", "can't be undone", "wipe", command=("undo", RUN, "--yes", "--reason", "It was wrong"),
        text="- {id: make, shell: 'true', undo: {shell: 'true'}}\n- {id: wipe, shell: 'true', irreversible: true}\n",
        without=("alone",),
    ),
    "undoing a run that is not over": Case(
        "undo", "is not over", "first", command=("undo", RUN, "--yes", "--reason", "It was wrong"), text=STEPS
    ),
    "retrying a run that is not over": Case(
        "retry", "is not over", "first", command=("retry", RUN, "--yes", "--reason", "Once more"), text=STEPS
    ),
}  # fmt: skip
