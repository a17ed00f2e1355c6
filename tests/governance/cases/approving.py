"""Approvals: how many, in which order, until when, by whom at once, and what takes them back."""

from __future__ import annotations

from typing import Any

from tests.governance.case import PASS, RUN, Call, Case, answered, approve, mine

BEGIN = "roles: {operator: {}, boss: {role: on-call}, first: {people: [ana]}, chief: {role: it-manager}}\nsteps:\n"
YES = {"approve": True}
SAID = ({"step": "gate", "answer": "approve"},)


def _gate(by: str, says: str, words: str, *before: Call, **more: Any) -> Case:
    text = f"{BEGIN}- {{id: gate, approval: {{{words}}}}}\n- {{id: last, manual: End it}}\n"
    more = {"answer": YES, "command": approve(), "typed": (), "text": text, **more}
    return Case(by, says, "gate", people="team", before=before, **more)


def _again(by: str, words: str) -> Case:
    """The same person says yes once more."""
    return _gate(by, "bo has approved already", words, mine(*approve()), told={"gate": YES}, paper=SAID)


def _command(by: str, says: str, words: str, *call: str, before: tuple[Call, ...] = (), **more: Any) -> Case:
    """What no answers file, and no key, says."""
    return _gate(by, says, words, *before, answer=None, command=call, typed=None, **more)


REVOKE = ("revoke", RUN, "gate", "--reason")
ANA_SAID = (("ana", *approve()),)
SOON = "- {id: gate, critical: false, approval: {role: boss, deadline: 1s}}\n"
HELD = "- {id: gate, approval: {role: boss, expires: 1s}}\n- {id: hold, needs: [], manual: Hold it}\n"
CASES = {
    "a rejection without a reason": Case(
        "reason", "needs a reason", "plain", {"approve": False}, ("reject", RUN, "plain", "--reason", ""),
        (("approve, n reject", "n"), ("Why", "")), "a reason is needed", "desk/sign", unfit="needs a reason",
    ),
    "skipping an approval": Case(
        "approval", "can't be skipped", "plain", {"outcome": "skipped", "reason": "In a hurry"},
        answered("plain", "skipped", "--reason", "In a hurry"), (("approve, n reject", "skip"),),
        "type one of the keys or words", "desk/sign", unfit="can't be answered with `skipped`",
        on_paper="`skipped` is no answer to `plain`",
    ),
    "done at an approval": Case(
        "approval", "this step is an approval", "plain", "done", answered("plain", "done"),
        (("approve, n reject", "done"),), "type one of the keys or words", "desk/sign",
        unfit="can't be answered with `done`", on_paper="`done` is no answer to `plain`",
    ),
    "jumping over an approval": _command(
        "approval", "can't be left out", "role: boss", "jump", RUN, "last", "--reason", "In a hurry"
    ),
    "withdrawing an approval": _command(
        "approval", "can't be left out", "role: boss", "cancel", RUN, "gate", "--reason", "In a hurry"
    ),
    "claiming an approval": _command("approval", "is decided, not claimed", "role: boss", "claim", RUN, "gate"),
    "a yes by who may not": _gate("approval.role", "bo may not act as `chief`", "role: chief"),
    "one person twice": Case(
        "approval.quorum", "has approved already", "two", YES, approve("two"), (), "(1 of 2 so far)", "desk/sign",
        inputs={"rule": "two"}, before=(mine(*approve("two")),), told={"two": YES},
        paper=({"step": "two", "answer": "approve"},),
    ),
    "one person for half of those who may": _again("approval.quorum", "role: boss, quorum: 50%"),
    "one person for all who may": _again("approval.quorum", "role: boss, quorum: all"),
    "one person in two roles": _again("approval.roles", "roles: [boss, operator]"),
    "whom a substitute stands in for, once more": _gate(
        "approval.quorum", "eli has approved already", "role: keyed, quorum: 2", ("eli", *approve()),
        text="roles: {operator: {}, keyed: {role: signer}}\nsteps:\n"
        "- {id: gate, approval: {role: keyed, quorum: 2}}\n",
        paper=({"step": "gate", "answer": "approve", "by": "eli"},),
    ),
    "a role before its turn": _gate(
        "approval.order", "bo may not act as `first`", "roles: [first, boss], order: sequential"
    ),
    "a yes to something else than was shown": _command(
        "approval.covers", "has changed since bo saw it", "role: boss", *approve("gate", "--seen", "0" * 64)
    ),
    "a no to something else than was shown": _command(
        "approval.covers", "has changed since bo saw it", "role: boss",
        "reject", RUN, "gate", "--reason", "Not so", "--seen", "0" * 64,
    ),
    "work after its approval has run out": Case(
        "approval.expires", "does not wait for a person: it is pending", "gate", command=answered("work", "done"),
        text=f"{BEGIN}{HELD}- {{id: work, needs: [gate, hold], manual: Do it}}\n", people="team",
        before=(("ana", *approve()), ("", PASS, "1.2"), ("ana", *answered("hold", "done"))), without=("alone",),
    ),
    "a yes after the deadline": _gate(
        "approval.deadline", "comes too late: nobody decided before the deadline", "", ("", PASS, "1.2"),
        ("", "resume", RUN, "--yes"), code=5, answer=None, typed=None,
        text=f"{BEGIN}{SOON}- {{id: last, manual: End it}}\n",
    ),
    "a yes of who decides only after the deadline": _gate(
        "approval.escalate_to", "bo may not act as `first`",
        "role: first, deadline: 4h, on_timeout: escalate, escalate_to: boss", stays=True,
    ),
    "an emergency by who may not say so": _gate(
        "approval.emergency", "bo may not act as `chief`", "role: boss, emergency: {role: chief, within: 1h}",
        answer={**YES, "emergency": True, "reason": "It burns"}, paper=None, typed=None,
        command=approve("gate", "--emergency", "--comment", "It burns"),
    ),
    "an emergency without a reason": _gate(
        "approval.emergency", "a yes in an emergency needs a reason",
        "role: boss, emergency: {role: boss, within: 1h}", answer={**YES, "emergency": True}, paper=None, typed=None,
        command=approve("gate", "--emergency"),
    ),
    "an emergency where there is no way for one": _gate(
        "approval.emergency", "has no way for emergencies", "role: boss",
        answer={**YES, "emergency": True, "reason": "It burns"}, paper=None, typed=None,
        command=approve("gate", "--emergency", "--comment", "It burns"),
    ),
    "a yes taken back by who may not decide": _command(
        "approval.role", "bo may not act as `chief`", "role: chief", *REVOKE, "Changed my mind",
        before=(("ivan", *approve()),),
    ),
    "a yes taken back without a reason": _command(
        "reason", "taking back the yes at `gate` needs a reason", "role: boss", *REVOKE, " ", before=ANA_SAID
    ),
    "a yes taken back that was not given": _command(
        "approval", "was not approved", "role: boss", *REVOKE, "Changed my mind"
    ),
    "changes wanted without a reason": _command(
        "approval.send_back_to", "wanting changes needs a reason", "role: boss, send_back_to: plan",
        "reject", RUN, "gate", "--send-back", "--reason", " ", before=(mine(*answered("plan", "done")),),
        text=f"{BEGIN}- {{id: plan, manual: Plan it}}\n- {{id: gate, approval: {{role: boss, send_back_to: plan}}}}\n",
    ),
    "changes wanted where nothing is done anew": _command(
        "approval.send_back_to", "has no step that it could be sent back to", "role: boss",
        "reject", RUN, "gate", "--send-back", "--reason", "Not yet",
    ),
    "changes wanted by who may not decide": _command(
        "approval.send_back_to", "bo may not act as `chief`", "", "reject", RUN, "gate", "--send-back", "--reason",
        "Not yet", before=(mine(*answered("plan", "done")),),
        text=f"{BEGIN}- {{id: plan, manual: Plan it}}\n- {{id: gate, approval: {{role: chief, send_back_to: plan}}}}\n",
    ),
}  # fmt: skip
