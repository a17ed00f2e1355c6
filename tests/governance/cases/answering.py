"""Answers that a step does not take, and those that lack their reason."""

from __future__ import annotations

from typing import Any

from tests.governance.case import Case, answered, approve, mine


def _reasonless(outcome: str, reason: str, key: str, typed: str) -> Case:
    """An outcome that needs a reason, without one."""
    said: Any = {"outcome": outcome, "reason": reason} if reason else outcome
    words = ("--reason", reason) if reason else ()
    return Case(
        "reason", "needs a reason", "sweep", said, answered("sweep", outcome, *words),
        (("enter", key), ("Why", typed)), "a reason is needed", "desk/chores", unfit="needs a reason",
    )  # fmt: skip


KEYS = "type one of the keys or words"
CASES = {
    "a skip without a reason": _reasonless("skipped", "", "s", ""),
    "a skip with a blank reason": _reasonless("skipped", "  ", "s", "   "),
    "a failure without a reason": _reasonless("failed", "", "f", ""),
    "an approval of work": Case(
        "manual", "can't be answered with `approve`", "sweep", {"approve": True}, approve("sweep"),
        (("enter", "approve"),), KEYS, "desk/chores", unfit="can't be answered with `approve`",
        on_paper="`approve` is no answer to `sweep`",
    ),
    "skipping a decision": Case(
        "decision", "can't be skipped", "way", {"outcome": "skipped", "reason": "In a hurry"},
        answered("way", "skipped", "--reason", "In a hurry"), (("1 left, 2 right", "skip"),), KEYS, "desk/ways",
        unfit="can't be answered with `skipped`",
    ),
    "a way that is not there": Case(
        "decision.options", "`straight` is not an option", "way", {"choose": "straight"},
        answered("way", "--choose", "straight"), (("1 left, 2 right", "straight"),), KEYS, "desk/ways",
    ),
    "another answer to a step that is over": Case(
        "steps", "is over already (succeeded", "sweep", command=answered("sweep", "failed", "--reason", "It was not"),
        process="desk/chores", before=(mine(*answered("sweep", "done")),), code=5,
    ),
    "an answer before its turn": Case(
        "needs", "does not wait for a person: it is pending", "mop", command=answered("mop", "done"),
        process="desk/chores",
    ),
    "an answer in nobody's name": Case(
        "by", "the name of the person is blank", "sweep", {"by": " "}, answered("sweep", "done", "--by", " "),
        process="desk/chores", unfit="`by` of the answer of `sweep` is blank", on_paper="`by` is empty",
    ),
}  # fmt: skip
