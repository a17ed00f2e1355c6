"""What people know from other tools and write here: each word with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

from runbook.outcome import Json
from runbook.source import Path

_ITEMS = "use `foreach`, with the items, at the step"
_AGAIN = "use `repeat: {while}` or `repeat: {until}`"
_BESIDE = "write `needs: []` at each step that begins at once; steps that need the same one run side by side"
_FAILED = "use `on_failure`, with steps under `do`"
_LATE = "use `timeout` for a program, `due` for a person, or an option with `after` in a `decision`"
_SCRIPT = "use `shell` for a script, `command` for one program"

FOR_A_KIND: Mapping[str, str] = {
    "run": _SCRIPT,
    "script": _SCRIPT,
    "exec": _SCRIPT,
    "cmd": _SCRIPT,
    "block": "use `section: {steps}`",
    "parallel": _BESIDE,
    "call": "use `process: {use: GROUP/PROCESS}`",
    "include": "use `process: {use: GROUP/PROCESS}`",
    "switch": "use `decision`, with a `when` at each of its options",
    "sleep": "use `wait`, such as `wait: 5m`",
    "pause": "use `wait` for a time, `manual` for a person",
    "on_signal": "use `wait: {signal}`, or an option with `signal` in a `decision`",
    "merge": "name the steps that meet in the `needs` of the step after them, with `join` for how many are waited for",
}
"""Words that stand where a step of ours says its kind."""

FOR_A_FIELD: Mapping[str, str] = {
    "name": "use `title`, and `id` for the name that others call it by",
    "loop": f"{_ITEMS}; or `repeat`, to do it again until a condition holds",
    "with_items": _ITEMS,
    "for_each": _ITEMS,
    "for": _ITEMS,
    "matrix": _ITEMS,
    "while": _AGAIN,
    "until": _AGAIN,
    "if": "use `when`",
    "unless": "use `when: not (...)`",
    "then": "write `needs` at the step that follows; for ways that part, use a `decision`",
    "else": "use a `decision`, or a step with the opposite `when`",
    "next": "write `needs` at the step that follows, or use a `decision` with `goto`",
    "depends_on": "use `needs`",
    "rescue": _FAILED,
    "catch": _FAILED,
    "on_error": _FAILED,
    "ignore_errors": "use `on_failure: continue`, or `critical: false`",
    "continue_on_error": "use `on_failure: continue`, or `critical: false`",
    "always": "use `finally`, at the top of the process",
    "rollback": "use `undo` at the step, and `on_failure: undo` where it is to be carried out",
    "compensate": "use `undo` at the step, and `on_failure: undo` where it is to be carried out",
    "on_timeout": _LATE,
    "escalate": "use `due: {after, offer_to, do}`",
    "tasks": "use `steps`",
    "jobs": "use `steps`",
    "vars": "use `inputs` at the top of the process, or a step with `set`",
    "approvers": "use `approval: {role}`, with the people in `roles`",
}
"""Words that stand where a step or a process of ours has a field."""

_WORDS: Mapping[tuple[str, str], str] = {
    ("on_failure", "rollback"): "write `undo`",
    ("on_failure", "retry"): "use the field `retry`: `retry: {attempts: 3}`",
    ("on_failure", "ignore"): "write `continue`, or `critical: false`",
    ("on_failure", "fail"): "write `stop`",
    ("then", "rollback"): "write `undo`",
    ("then", "retry"): "use the field `retry` of the step; steps before another attempt stand in its `before`",
    ("then", "goto"): "write `goto: STEP` instead of `then`",
    ("then", "fail"): "write `stop`",
}
_OTHERWISE = {
    "on_failure": "write one of them, steps, or a mapping with `do`, `then` or `goto`",
    "join": "write one of them, a number, or a mapping with `count` and `rest`",
}


def instead_of_field(word: str) -> str:
    """What to write instead of a field of another tool; empty when nobody knows the word."""
    known = word.lower().replace("-", "_")
    return FOR_A_KIND.get(known) or FOR_A_FIELD.get(known, "")


def stands_for_a_kind(word: str) -> bool:
    """True when another tool says with that word what a step does."""
    return word.lower().replace("-", "_") in FOR_A_KIND


def instead_of_value(path: Path, value: Json) -> str:
    """What to write instead of a value of another tool, or of one that is worked out; empty when nobody knows it."""
    field = str(path[-1]) if path else ""
    if not isinstance(value, str):
        return ""
    if "{{" in value and field in ("join", "count"):
        if "foreach" in path:
            return "write a number; while it goes on, people change it with `runbook complete` and `runbook add`"
        return "write a number; it can't be worked out"
    return _WORDS.get((field, value.lower()), "")


def other_forms(path: Path) -> str:
    """What a field takes besides the words that are listed."""
    return _OTHERWISE.get(str(path[-1]) if path else "", "write one of them")
