"""Answers that have to be signed: without a key, with another one, or passed over."""

from __future__ import annotations

from typing import Any

from tests.governance.case import KEYS, RUN, Case, answered, approve, mine

NO_KEY = "there is no key to sign with"
ANOTHER = "the key is none of theirs"
TEXT = (
    "signed: true\nroles: {operator: {}, boss: {}}\nsteps:\n- {id: look, manual: Look}\n"
    "- {id: items, foreach: [a], manual: Do one}\n- {id: last, signed: false, manual: End it}\n"
)
GATED = "roles: {operator: {}, boss: {}}\nsteps:\n- {id: gate, signed: true, approval: {role: boss}}\n"
WANTED = "an answer to `{}` has to be signed"


def _signed(says: str, step: str, *words: str, text: str = TEXT, **more: Any) -> Case:
    return Case("signed", says, step, command=words, text=text, **more)


def _without_key(step: str, answer: Any, *words: str, typed: tuple[tuple[str, str], ...], text: str = TEXT) -> Case:
    """At the command line it is the key that is missing, in a file the signature."""
    more = {"text": text, "answer": answer, "typed": (*typed, ("Key to sign with", "")), "shows": NO_KEY}
    return _signed(WANTED.format(step), step, *words, commanded=NO_KEY, **more)


def _passed_over(step: str, *words: str) -> Case:
    says = f"can't be signed, and what is answered at `{step}` has to be"
    return _signed(says, "look", *words, "--reason", "In a hurry")


CASES = {
    "an answer without a signature": _without_key(
        "look", "done", *answered("look", "done"), typed=(("enter", ""),)
    ),
    "a failure without a signature": _without_key(
        "look", {"outcome": "failed", "reason": "No"}, *answered("look", "failed", "--reason", "No"),
        typed=(("enter", "f"), ("Why", "No")),
    ),
    "a skip without a signature": _without_key(
        "look", {"outcome": "skipped", "reason": "No"}, *answered("look", "skipped", "--reason", "No"),
        typed=(("enter", "s"), ("Why", "No")),
    ),
    "a yes without a signature": _without_key(
        "gate", {"approve": True}, *approve(), typed=(("approve, n reject", "y"), ("Comment", "")), text=GATED
    ),
    "a key of somebody else": _signed(
        ANOTHER, "look", *answered("look", "done", "--key", f"{KEYS}/eve"),
        typed=(("enter", ""), ("Key to sign with", f"{KEYS}/eve")),
    ),
    "a key of one's own for somebody else's answer": _signed(
        ANOTHER, "look", *answered("look", "done", "--by", "bo", "--key", f"{KEYS}/mine")
    ),
    "a signature that is none": _signed(
        "the signature is not one of", "look", *answered("look", "done", "--signature", f"{KEYS}/mine.pub")
    ),
    "a yes taken back without a signature": _signed(
        NO_KEY, "gate", "revoke", RUN, "gate", "--reason", "Changed my mind",
        text=f"{GATED}- {{id: last, signed: false, manual: End it}}\n",
        before=(mine(*approve("gate", "--key", f"{KEYS}/mine")),),
    ),
    "a yes taken back with the key of somebody else": _signed(
        ANOTHER, "gate", "revoke", RUN, "gate", "--reason", "Changed my mind", "--key", f"{KEYS}/eve",
        text=f"{GATED}- {{id: last, signed: false, manual: End it}}\n",
        before=(mine(*approve("gate", "--key", f"{KEYS}/mine")),),
    ),
    "jumping over a signature": _passed_over("look", "jump", RUN, "items"),
    "withdrawing what is to be signed": _passed_over("look", "cancel", RUN, "look"),
}  # fmt: skip
