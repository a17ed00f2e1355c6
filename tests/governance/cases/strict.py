"""A process by the book: whoever deviates from it has to have the authority, and nobody lends theirs."""

from __future__ import annotations

from typing import Any

from tests.governance.case import RUN, Call, Case, answered, mine

DONE = mine(*answered("first", "done", "-f", "pressure=2"))
ROLES = "roles: {operator: {}, lead: {people: [maria]}}\n"
STRICT = f"mode: strict\nauthority: lead\n{ROLES}steps:\n"
SKIP = {"outcome": "skipped", "reason": "No time"}
SKIPPED = (("enter", "s"), ("Why", "No time"))


def _takes(what: str) -> str:
    return f"{what} takes the authority of `lead`"


def _move(what: str, *words: str, before: tuple[Call, ...] = (DONE,), **more: Any) -> Case:
    call = (words[0], RUN, *words[1:], "--reason", "x")
    return Case("mode: strict", _takes(what), "first", command=call, process="desk/strict", before=before, **more)


HAND = "- {id: count, shell: ls}\n"
BROKE = (DONE, mine(*answered("items.1", "failed", "--reason", "It broke")), mine("resume", RUN, "--yes"))
LATER = f"{STRICT}- {{id: first, manual: Begin}}\n- {{id: last, manual: End it at last}}\n"
BESIDE = (
    "mode: strict\nauthority: {}\nprivileges: {{skip: {}, redo: {}}}\n"
    "roles: {{operator: {{}}, mine: {{people: [bo]}}, theirs: {{people: [ivan]}}}}\n"
    "steps:\n- {{id: first, manual: Begin}}\n- {{id: last, manual: End it}}\n"
)
GATED = (
    "roles: {operator: {}, boss: {people: [ana, cy, ivan]}, chief: {people: [ana, cy, ivan]}}\n"
    "steps:\n- {id: first, manual: Begin}\n"
    "- {id: gate, approval: {role: boss, quorum: 2}}\n"
    "- {id: last, role: boss, verifier: boss, evidence: {photo: {title: A photo}}, manual: End it}\n"
)


SHORT = GATED.replace("{role: boss, quorum: 2}", "boss")
LISTED = GATED.replace("{role: boss, quorum: 2}", "{roles: [boss, chief], not: [starter, author]}")


def _without(by: str, says: str, was: str, becomes: str, text: str = GATED) -> Case:
    """A run goes on by a version that drops or weakens one of its gates, by somebody who could not pass that."""
    assert was in text
    return Case(by, says, "first", command=("migrate", RUN, "--reason", "A better way"), text=text, people="team",
                later=text.replace(was, becomes))  # fmt: skip


CASES = {
    "a skip without authority": Case(
        "mode: strict", _takes("skipping `first`"), "first", SKIP, answered("first", "skipped", "--reason", "No time"),
        SKIPPED, process="desk/strict",
    ),
    "out of limits without authority": Case(
        "mode: strict", _takes("going out of limits at `first`"), "first",
        {"outcome": "done", "fields": {"pressure": "7"}, "deviation": "Hot"},
        answered("first", "done", "-f", "pressure=7", "--deviation", "Hot"),
        (("enter", ""), ("Pressure (", "7"), ("Pressure (", ":deviate"), ("Why is it out", "Hot")),
        process="desk/strict",
    ),
    "another command without authority": Case(
        "mode: strict", _takes("running another command at `count`"), "count",
        {"fields": {"command": "ls -l"}, "reason": "To see more"},
        answered("count", "done", "-f", "command=ls -l", "--reason", "To see more"),
        (("enter", ""), ("Exit code", "0"), ("Command that was run", "ls -l"), ("Why", "To see more")),
        text=STRICT + HAND, begun=("--instructions",),
    ),
    "a jump without authority": _move("jumping to `last`", "jump", "last"),
    "going back without authority": _move("going back to `first`", "back", "first"),
    "withdrawing a step without authority": _move("stopping `items`", "cancel", "items"),
    "calling turns enough without authority": _move("completing `items`", "complete", "items"),
    "more items without authority": _move("adding items to `items`", "add", "items", "c"),
    "retrying without authority": _move("retrying a run", "retry", "--yes", before=BROKE, without=("alone",)),
    "undoing without authority": _move("undoing a run", "undo", "--yes", before=BROKE, without=("alone",)),
    "going on by another definition without authority": Case(
        "mode: strict", _takes("going on by another definition"), "first",
        command=("migrate", RUN, "--reason", "A better way"), later=LATER,
        text=f"{STRICT}- {{id: first, manual: Begin}}\n- {{id: last, manual: End it}}\n",
    ),
    "authority that is passed on": Case(
        "authority", "only passes on what maria says", "first", {**SKIP, "by": "maria"},
        answered("first", "skipped", "--reason", "No time", "--by", "maria"), process="desk/strict", paper=None,
    ),
    "a substitute for something else than authority": Case(
        "substitutes.for", "takes the authority of `lead`, which bo does not have", "first", SKIP,
        answered("first", "skipped", "--reason", "No time"), SKIPPED, people="team",
        text=f"{STRICT.replace('people: [maria]', 'role: keeper')}- {{id: first, manual: Begin}}\n",
    ),
    "authority without the privilege to skip": Case(
        "privileges.skip", "bo may not act as `theirs`", "first", SKIP,
        answered("first", "skipped", "--reason", "No time"), SKIPPED, people="team",
        text=BESIDE.format("mine", "theirs", "theirs"),
    ),
    "the privilege to skip without authority": Case(
        "authority", "takes the authority of `theirs`", "first", SKIP,
        answered("first", "skipped", "--reason", "No time"), SKIPPED, people="team",
        text=BESIDE.format("theirs", "mine", "mine"),
    ),
    "authority without the privilege to redo": Case(
        "privileges.redo", "bo may not act as `theirs`", "first",
        command=("back", RUN, "first", "--reason", "x"), before=(mine(*answered("first", "done")),), people="team",
        text=BESIDE.format("mine", "theirs", "theirs"),
    ),
    "the privilege to redo without authority": Case(
        "authority", "takes the authority of `theirs`", "first",
        command=("back", RUN, "first", "--reason", "x"), before=(mine(*answered("first", "done")),), people="team",
        text=BESIDE.format("theirs", "mine", "mine"),
    ),
    "going on without an approval": _without(
        "approval", "the approval at `gate` of", "- {id: gate, approval: {role: boss, quorum: 2}}\n", ""
    ),
    "going on with fewer who approve": _without(
        "approval.quorum", "the approval at `gate` of", "quorum: 2", "quorum: 1"
    ),
    "going on with somebody else who approves, in the short form": _without(
        "approval", "the approval at `gate` of", "approval: boss", "approval: operator", SHORT
    ),
    "going on with other roles that approve": _without(
        "approval.roles", "the approval at `gate` of", "roles: [boss, chief]", "roles: [operator]", LISTED
    ),
    "going on with others who may not approve": _without(
        "approval.not", "the approval at `gate` of", "not: [starter, author]", "not: [implementer, author]", LISTED
    ),
    "going on with work that no longer needs its approval": _without(
        "needs", "the approval at `gate` of", "{id: last, ", "{id: last, needs: [first], "
    ),
    "going on without a second person": _without(
        "verifier", "the verifier at `last` of", "verifier: boss, ", ""
    ),
    "going on without evidence": _without(
        "evidence", "the evidence at `last` of", "evidence: {photo: {title: A photo}}, ", ""
    ),
    "going on without signatures": Case(
        "signed", "the signature at `last` of", "first", command=("migrate", RUN, "--reason", "A better way"),
        text="- {id: first, manual: Begin}\n- {id: last, signed: true, manual: End it}\n", people="team",
        later="- {id: first, manual: Begin}\n- {id: last, manual: End it}\n",
    ),
}  # fmt: skip
