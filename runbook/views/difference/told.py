"""One difference after the other as a sentence that names the step, the field, and both values."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.comparing import NOTHING, Leaf, StepChange, full, given, process_leaves, step_changes
from runbook.definition import Process, Step
from runbook.graph import parts
from runbook.weakening import is_weaker, weakens

_WORDING = frozenset(
    (
        "title", "why", "warning", "caution", "note", "description", "summary", "text", "question", "manual", "tags",
        "use_when", "prerequisites", "hazards", "references", "practice", "review", "sample",
    )
)  # fmt: skip
_TOLD = frozenset(("text", "question", "title", "summary", "description"))
_DURATION = re.compile(r"\d+(?:\.\d+)?[smhdw]\Z")
_LONGEST = 60
"""Characters of a value inside of a sentence; longer ones are shown line by line below it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One difference: in which process and step (empty: the process itself), of what sort, and in words."""

    process: str
    step: str
    field: str
    sort: str
    """`new`, `gone`, `changed`, or `text` where only words for people differ."""
    weaker: bool
    text: str
    before: Any = None
    after: Any = None
    detail: tuple[str, ...] = ()
    """Lines that are gone and new, of a text that is too long for a sentence."""


def told(before: Process, after: Process) -> list[Told]:
    """Every difference of two versions, those of the process itself first."""
    found = [_leaf(after.id, "", leaf, weakens(leaf)) for leaf in process_leaves(before, after)]
    for change in step_changes(before, after):
        found += _of_step(before, after, change)
    return found


def _of_step(before: Process, after: Process, change: StepChange) -> Iterator[Told]:
    id, old, new = change.id, change.old, change.new
    weaker = is_weaker(change)
    if new is None:
        assert old is not None
        yield Told(after.id, id, "", "gone", weaker, f"{_named(old)} is gone; it stood {_place(before, old)}")
        return
    if old is None:
        yield Told(after.id, id, "", "new", False, f"{_named(new)} is new, {_place(after, new)}{_holds_up(after, new)}")
        return
    if change.moved or _was_moved(before, after, id):
        yield Told(after.id, id, "", "changed", False, f"`{id}` stands {_place(after, new)} now")
    if change.needs and ("needs" in given(before, old) or "needs" in given(after, new)):
        yield _needs(after, old, new)
    if old.kind != new.kind:
        text = f"`{id}` is {_a(new.kind)} now, not {_a(old.kind)}"
        yield Told(
            after.id, id, new.kind, "changed", weaker, text, old.kind, new.kind, _script(before, after, old, new)
        )
    for leaf in change.leaves:
        if old.kind == new.kind or leaf.path[0] not in (old.kind, new.kind):
            gate = new.kind in ("approval", "verify") or bool(new.verifier)
            yield _leaf(after.id, id, leaf, weakens(leaf, gate), new.kind)


def _was_moved(before: Process, after: Process, id: str) -> bool:
    """True when a step changed its place among those that both versions have."""
    old, new = ([step.id for step in each.every_step()] for each in (before, after))
    both = set(old) & set(new)
    old, new = [each for each in old if each in both], [each for each in new if each in both]
    match = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {each for block in match for each in old[block.a : block.a + block.size]}
    return id not in kept


def _named(step: Step) -> str:
    what = {"approval": "the approval", "verify": "the proof", "decision": "the decision"}.get(step.kind, "step")
    return f"{what} `{step.id}`"


def _list_of(process: Process, step: Step) -> tuple[str, tuple[Step, ...]]:
    for name, steps in parts(process).items():
        if any(each.id == step.id for each in steps):
            return name, steps
    return "", ()


def _neighbour(process: Process, step: Step) -> str:
    _, steps = _list_of(process, step)
    ids = [each.id for each in steps]
    at = ids.index(step.id) if step.id in ids else -1
    return ids[at + 1] if 0 <= at < len(ids) - 1 else ""


def _place(process: Process, step: Step) -> str:
    """Where a step stands, for people: before the next one, else after the one before it."""
    name, steps = _list_of(process, step)
    ids = [each.id for each in steps]
    owner, _, part = name.partition(":")
    inside = f" in `{owner}`" if owner else "" if part == "steps" else f" in `{part}`"
    if following := _neighbour(process, step):
        return f"before `{following}`{inside}"
    at = ids.index(step.id) if step.id in ids else 0
    return f"after `{ids[at - 1]}`{inside}" if at else f"alone{inside or ' among the steps'}"


def _holds_up(process: Process, step: Step) -> str:
    """What a new approval means to what comes behind it."""
    if step.kind != "approval":
        return ""
    own = full(step, given(process, step))["approval"]
    roles = own.get("roles") or [own.get("role", "")]
    _, steps = _list_of(process, step)
    behind = [f"`{each.id}`" for each in steps if step.id in each.needs]
    many = f"{own['quorum']} of " if "quorum" in own else ""
    who = " and ".join(f"`{role}`" for role in roles)
    have = "have" if len(behind) > 1 else "has"
    return f": {_and(behind)} now {have} to be approved by {many}{who}" if behind else f", by {many}{who}"


def _needs(after: Process, old: Step, new: Step) -> Told:
    lost = [f"`{id}`" for id in old.needs if id not in new.needs]
    won = [f"`{id}`" for id in new.needs if id not in old.needs]
    said = " and ".join(
        [*([f"waits for {_and(won)} now"] if won else []), *([f"no longer waits for {_and(lost)}"] if lost else [])]
    )
    gates = [
        step for step in after.every_step() if step.id in set(old.needs) - set(new.needs) and step.kind == "approval"
    ]
    text = f"`{new.id}` {said or 'waits for the same steps in another order'}"
    return Told(after.id, new.id, "needs", "changed", bool(gates), text, list(old.needs), list(new.needs))


def _leaf(process: str, step: str, leaf: Leaf, weaker: bool, kind: str = "") -> Told:
    names = leaf.path[1:] if leaf.path[0] == kind and len(leaf.path) > 1 else leaf.path
    field = ".".join(leaf.path)
    told_inside = leaf.path[0] in (kind, "inputs", "roles", "evidence") and leaf.path[-1] in _TOLD
    wording = leaf.path[0] in _WORDING or told_inside
    sort = "text" if wording else "changed"
    detail: tuple[str, ...] = ()
    if _long(leaf.before) or _long(leaf.after):
        detail = _lines(leaf.before, leaf.after)
    text = _sentence(step, names, leaf, bool(detail))
    return Told(process, step, field, sort, weaker, text, _plain(leaf.before), _plain(leaf.after), detail)


def _sentence(step: str, names: tuple[str, ...], leaf: Leaf, long: bool) -> str:
    if not long and (special := _special(step, leaf)):
        return special
    before, after = _shown(leaf.before), _shown(leaf.after)
    whole = _whole(step, names)
    if long:
        return f"{whole} {'is new' if leaf.before is NOTHING else 'is gone' if leaf.after is NOTHING else 'changed'}:"
    if leaf.before is NOTHING:
        return f"{whole} is new: {after}"
    if leaf.after is NOTHING:
        return f"{whole} is gone; it was {before}"
    if isinstance(leaf.before, list) and isinstance(leaf.after, list):
        won = [_shown(each) for each in leaf.after if each not in leaf.before]
        lost = [_shown(each) for each in leaf.before if each not in leaf.after]
        if won or lost:
            gained = [f"now has {_and(won)}"] if won else []
            return f"{whole} {' and '.join([*gained, *([f'no longer has {_and(lost)}'] if lost else [])])}"
    return f"{whole} went from {before} to {after}"


def _special(step: str, leaf: Leaf) -> str:
    """A sentence of its own for what readers look for first; empty for everything else."""
    before, after = _shown(leaf.before), _shown(leaf.after)
    new, gone = leaf.before is NOTHING, leaf.after is NOTHING
    match leaf.path:
        case ("when",) if gone:
            return f"`{step}` is always done now, not only when {before}"
        case ("when",):
            return f"`{step}` is only done when {after} now" + ("" if new else f", not when {before}")
        case ("role",) if step and not new and not gone:
            return f"`{step}` is done by {after} now, not by {before}"
        case ("verifier",) if gone:
            return f"`{step}` no longer has to be confirmed by a second person, {before}"
        case ("verifier",):
            return f"`{step}` now has to be confirmed by a second person, {after}" + ("" if new else f", not {before}")
        case ("approval", "quorum"):
            return f"`{step}` needs {'1' if gone else after} to approve now, not {'1' if new else before}"
        case ("approval", "role") if not new and not gone:
            return f"`{step}` has to be approved by {after} now, not by {before}"
        case ("approval", "not") | ("roles", _, "not"):
            what = f"approve `{step}`" if step else f"play `{leaf.path[1]}`"
            lost = [_shown(each) for each in _many(leaf.before) if each not in _many(leaf.after)]
            won = [_shown(each) for each in _many(leaf.after) if each not in _many(leaf.before)]
            said = [f"{_and(lost)} may {what} now"] if lost else []
            return ", and ".join([*said, *([f"{_and(won)} may no longer {what}"] if won else [])])
        case ("decision", "options", way, field):
            return _way(step, way, field, leaf)
        case ("irreversible",) if new or gone or isinstance(leaf.after, bool):
            asked = leaf.after is True
            return f"`{step}` {'now asks' if asked else 'no longer asks'} for an extra yes before it starts"
    return ""


_WAYS = {
    "when": ("is taken", "when {}", "otherwise"),
    "signal": ("is taken", "at the signal {}", "without a signal"),
    "after": ("is taken", "after {}", "without a wait"),
    "goto": ("leads", "to {}", "on to the next step"),
}
"""What each field of a way on from a decision says, with it and without it."""


def _way(step: str, way: str, field: str, leaf: Leaf) -> str:
    if field not in _WAYS:
        return ""
    verb, words, without = _WAYS[field]
    before, after = (without if each is NOTHING else words.format(_shown(each)) for each in (leaf.before, leaf.after))
    return f"`{way}` of `{step}` {verb} {after} now, not {before}"


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is NOTHING else [value]


_NAMED = {"inputs": "input", "roles": "role", "outputs": "output", "evidence": "evidence", "privileges": "privilege"}
_SPOKEN = {"expect": "what is expected", "run": "script", "argv": "command", "not": "exclusion"}


def _whole(step: str, names: tuple[str, ...]) -> str:
    """What is different, for people: the timeout of a step, the pattern of an input."""
    of = f" of `{step}`" if step else ""
    if names[0] in _NAMED and len(names) > 1:
        thing = f"the {_NAMED[names[0]]} `{names[1]}`{of}"
        return f"{_field(names[2:])} of {thing}" if len(names) > 2 else thing
    return f"{_field(names)}{of or ' of the process'}"


def _field(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        word = _SPOKEN.get(names[0], names[0].replace("_", " "))
        return word if " is " in word else f"the {word}"
    return f"`{'.'.join(names)}`"


def _long(value: Any) -> bool:
    return isinstance(value, str) and ("\n" in value or len(value) > _LONGEST)


def _lines(before: Any, after: Any) -> tuple[str, ...]:
    one, other = ("" if each is NOTHING else str(each) for each in (before, after))
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=1)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _script(before: Process, after: Process, old: Step, new: Step) -> tuple[str, ...]:
    one, other = (full(step, given(process, step)).get(step.kind) for process, step in ((before, old), (after, new)))
    return _lines(json.dumps(one, indent=1, ensure_ascii=False), json.dumps(other, indent=1, ensure_ascii=False))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value if _DURATION.match(value) else f"`{value}`"
    text = json.dumps(_plain(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(value: Any) -> Any:
    return None if value is NOTHING else value


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} `{kind}` step"
