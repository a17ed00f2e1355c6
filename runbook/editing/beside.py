"""Where the files beside processes name their steps: answers files (`deploy.2/check: done`) and files of tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.editing.desk import Desk
from runbook.editing.index import Index
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape, scalar_text
from runbook.reading.layout import is_process_id, process_file

ANSWERS, TESTS = ".answers.yaml", ".test.yaml"
_KEYED = (
    ("shared", "programs"),
    ("shared", "answers"),
    ("tests", "*", "programs"),
    ("tests", "*", "answers"),
    ("tests", "*", "expect", "steps"),
    ("tests", "*", "expect", "evidence"),
)
"""The mappings of a file of tests whose keys are paths of steps."""
_EXPECTED = ("path", "waiting", "never", "undone")
"""What a test expects as a list of paths of steps, or as one text with commas between them."""
_ACTS = frozenset(
    {
        *("undo", "back", "jump", "stop", "complete", "add", "revoke", "breaks_off"),
        *("claim", "unclaim", "start", "delegate", "accept", "decline", "assign", "suspend", "continue", "assist"),
    }
)
"""What happens to a step in a test, by the word it stands under."""
_PATH = re.compile(r"(?:^|,)\s*([^\s,]+)")


def mentions_beside(desk: Desk, process: str, step: str) -> Iterator[tuple[str, Span]]:
    """Every place in a file of answers or tests where that step of that process is named."""
    for ending in (ANSWERS, TESTS):
        for path in sorted(desk.beside(ending)):
            home = path.removeprefix("processes/").removesuffix(ending)
            if not is_process_id(home) or step.encode() not in desk.files[path]:
                continue
            index = desk.index(path)
            for start, text in _in_answers(index) if ending == ANSWERS else _in_tests(index):
                for at, named in steps_on(desk, text, home):
                    if named == (process, step):
                        yield path, Span(start + at, start + at + len(step))


def _in_answers(index: Index) -> Iterator[tuple[int, str]]:
    for node in index.top.children:
        yield from _key(index, node)


def _key(index: Index, node: Node) -> Iterator[tuple[int, str]]:
    if node.key is not None and node.colon:
        yield node.key.start + (index.text[node.key.start] in "'\""), str(node.name)


def _in_tests(index: Index) -> Iterator[tuple[int, str]]:
    for node in index.top.every():
        path = node.path
        way = ("tests", "*", *path[2:]) if path[:1] == ("tests",) else path
        if way[:-1] in _KEYED:
            yield from _key(index, node)
        elif node.shape is Shape.SCALAR and node.style in ("", "'", '"') and _names_steps(way):
            inside = bool(node.style)
            text = index.text[node.start + inside : node.end - inside]
            for found in _PATH.finditer(text) if "path" in way else re.finditer(r"(.+)", text):
                yield node.start + inside + found.start(1), found[1]


def _names_steps(way: tuple[str | int, ...]) -> bool:
    names = [part for part in way[2:] if isinstance(part, str)]
    if names[:1] == ["acts"]:
        return len(names) == 2 and names[1] in _ACTS
    return names in [["expect", each] for each in _EXPECTED] or names == ["expect", "messages", "step"]


def steps_on(desk: Desk, path: str, home: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """The steps on the way of a path such as `child.2/check`: where each stands in it, its process and its id."""
    at, process = 0, home
    for part in path.split("/"):
        id = part.partition(".")[0]
        yield at, (process, id)
        file = process_file(process)
        found = desk.index(file).step(id) if file in desk.files else None
        if found is None:
            return
        if found.kind == "process":
            own = found.node.get("process")
            used = own if own is not None and own.shape is Shape.SCALAR else own.get("use") if own else None
            process = scalar_text(desk.index(file).text, used) if used else ""
        at += len(part) + 1
