"""What is wrong with a file of tests besides its shape: it names steps, or inputs, that its process does not have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step, walk
from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.source import Path, Place

if TYPE_CHECKING:
    from runbook.reading.tree import Tree

UNKNOWN_STEP = Problem(
    "RB285",
    "unknown-test-step",
    """\
A test names a step that its process does not have, so what it says of that step would never be looked at.

    # processes/backup/restore-file.test.yaml
    programs: {copy-fle: 0}

Write the path of the step: its id, `child/step` for one of a process that is used, `step.undo` for its way back.
""",
)
UNKNOWN_INPUT = Problem(
    "RB286",
    "unknown-test-input",
    """\
A test gives an input, or expects an output, that its process does not have.

    inputs: {databse: shop}

Write the name as the process has it.
""",
)
ORPHAN = Problem(
    "RB287",
    "orphan-test",
    """\
A file of tests has no process: it stands beside the process of the same name.

    processes/backup/restore-file.yaml
    processes/backup/restore-file.test.yaml

Rename it, or remove it.
""",
)

PROBLEMS = (UNKNOWN_STEP, UNKNOWN_INPUT, ORPHAN)

AT_STEPS = ("back", "jump", "stop", "complete", "add", "revoke", "breaks_off", "claim", "unclaim", "start", "delegate",
            "accept", "decline", "assign", "suspend", "continue", "assist")  # fmt: skip
"""The acts that name a step; `undo` does too, when it is not of `all`."""

Find = Callable[[str], "Process | None"]
"""Gives the process with an id; None for one that is not there, or broken."""


def entries(path: Any) -> list[tuple[str, str]]:
    """The steps of an expected `path` with their statuses: `copy failed` is `(copy, failed)`."""
    listed = path.split(",") if isinstance(path, str) else path
    parted = (each.strip().partition(" ") for each in listed if each.strip())
    return [(step, " ".join(status.split()) or "succeeded") for step, _, status in parted]


def check_tests(tree: Tree, process: Process, find: Find) -> Iterator[Diagnostic]:
    """What the tests in a file, which is of the right shape, say of their process that can't be."""
    data: Mapping[str, Any] = tree.data
    parts: list[tuple[Path, Mapping[str, Any]]] = [(("shared",), data.get("shared", {}))]
    parts += [(("tests", name), test) for name, test in data["tests"].items()]
    names = [step.id for step in process.every_step()]
    for at, part in parts:
        for place, key, path in _named(at, part):
            if wrong := unknown(process, path, find):
                help = suggestion(wrong, names, f"its steps are listed by `runbook show {process.id}`")
                yield found(UNKNOWN_STEP, f"`{path}` is not a step of {process.id}", help, tree.place(place, key=key))
        yield from _others(tree, at, part, process)


def _others(tree: Tree, at: Path, part: Mapping[str, Any], process: Process) -> Iterator[Diagnostic]:
    expected = part.get("expect", {}).get("outputs", {})
    groups: tuple[tuple[Path, str, Iterable[str], Iterable[str]], ...] = (
        ((*at, "inputs"), "an input", part.get("inputs", ()), process.inputs),
        ((*at, "expect", "outputs"), "an output", expected, process.outputs),
        ((*at, "roles"), "a role", part.get("roles", ()), process.roles),
    )
    for where, what, given, known in groups:
        for name in given:
            if name not in known:
                listed = ", ".join(f"`{each}`" for each in known) or "none"
                help = suggestion(name, known, f"it has {listed}")
                message = f"`{name}` is not {what} of {process.id}"
                yield found(UNKNOWN_INPUT, message, help, tree.place((*where, name), key=True))


def _named(at: Path, part: Mapping[str, Any]) -> Iterator[tuple[Path, bool, str]]:
    """Every path of a step that a part of the file names: its place, whether it is a key there, the path."""
    for word in ("programs", "answers"):
        yield from (((*at, word, path), True, path) for path in part.get(word, ()))
    for place, act in enumerate(part.get("acts", ())):
        yield from (((*at, "acts", place, word), False, act[word]) for word in AT_STEPS if word in act)
        if act.get("undo", "all") != "all":
            yield (*at, "acts", place, "undo"), False, act["undo"]
    expect = part.get("expect", {})
    for word in ("steps", "evidence"):
        yield from (((*at, "expect", word, path), True, path) for path in expect.get(word, ()))
    for word in ("waiting", "never", "undone"):
        yield from (((*at, "expect", word, place), False, path) for place, path in enumerate(expect.get(word, ())))
    for place, message in enumerate(expect.get("messages", ())):
        if "step" in message:
            yield (*at, "expect", "messages", place, "step"), False, message["step"]
    path = expect.get("path", [])
    for number, (step, _) in enumerate(entries(path)):
        yield (*at, "expect", "path", *(() if isinstance(path, str) else (number,))), False, step


def unknown(process: Process, path: str, find: Find) -> str:
    """The part of a path that no step is called; empty when there is such a step, or none can be looked up."""
    steps: list[Step] = list(process.every_step())
    for part in path.split("/"):
        id = part.partition(".")[0]
        step = next((each for each in steps if each.id == id), None)
        if step is None or not _has(step, part):
            return part
        if step.use:
            child = find(step.use)
            if child is None:
                return ""
            steps = list(child.every_step())
        else:
            inner = step.flow.body.steps if step.flow.body else ()
            steps = list(walk((*step.steps, *inner)))
    return ""


def _has(step: Step, part: str) -> bool:
    """True when the marks after the id of a step mean something there: turns and its way back."""
    for mark in part.split(".")[1:]:
        if not (step.undo if mark == "undo" else step.flow.body and re.fullmatch("[1-9][0-9]*", mark)):
            return False
    return True


def orphan(path: str) -> Diagnostic:
    """The finding for tests without a process."""
    process = path.replace(".test.yaml", ".yaml")
    return found(
        ORPHAN, f"there is no process `{process}` for these tests", "rename them, or remove them", _start(path)
    )


def _start(path: str) -> Place:
    return Place(path, 1, 1, 1, 1)
