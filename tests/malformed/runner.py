"""Runs the corpus through a reader, in a process that has little memory and little time.

    python tests/malformed/runner.py MODULE:FUNCTION [SEED COUNT]

FUNCTION takes a path and the bytes of a file and returns its findings. One line of JSON is printed for a case: its
name, the seconds of processor time it took, and what is wrong with the answer (an exception, no finding, a place
outside of the file). With a seed, the cases are so many random changes of a good file, which need not be refused.
A case that takes more than two such seconds ends the process by a signal.
"""

from __future__ import annotations

import functools
import importlib
import json
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

MEMORY = 500 * 1024 * 1024
SECONDS = 2.0

sys.path.insert(0, str(Path(__file__).parents[1]))

from malformed.corpus import GOOD, corpus  # noqa: E402  # found by the line above

Check = Callable[[str, bytes], Any]


PROJECT = {
    "runbook.yaml": b"runbook: 1\ntitle: P\n",
    "processes/demo/group.yaml": b"title: D\nowner: team\n",
}


def read_and_check(path: str, content: bytes) -> tuple[Any, ...]:
    """What `runbook validate` finds in a process file: in its text, its shape, and its meaning."""
    from runbook.reading.library import read_library

    real = "processes/demo/case.yaml"
    found = read_library({**PROJECT, real: content}, _kinds()).diagnostics
    return tuple(replace(each, place=replace(each.place, file=path)) for each in found if each.place.file == real)


@functools.cache
def _kinds() -> Any:
    from runbook.kinds import builtin

    return builtin()


def problem(check: Check, content: bytes, refused: bool = True) -> str:
    """What is wrong with the answer to one file; empty when nothing is."""
    try:
        findings = check("case.yaml", content)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    if refused and not findings:
        return "there is no finding"
    lines = content.decode("utf-8", "replace").split("\n")
    for finding in findings:
        place = finding.place
        if place.file != "case.yaml" or not 1 <= place.line <= place.end_line <= max(len(lines), 1):
            return f"a place is outside of the file: {place}"
        if not 1 <= place.column <= len(lines[place.line - 1]) + 1:
            return f"a column is outside of its line: {place}"
        if not finding.message or not finding.help or "\n" in finding.message:
            return f"a message is not one line with a help: {finding}"
    return ""


def mutants(seed: int, count: int, good: bytes = GOOD.encode()) -> Iterator[tuple[str, bytes]]:
    """Random changes of a good file: bytes flipped, cut, repeated, moved, and pieces of YAML put in."""
    dice = random.Random(seed)
    pieces = [
        b"\t",
        b"\n",
        b" ",
        b": ",
        b"- ",
        b"[",
        b"]",
        b"{",
        b"}",
        b"'",
        b'"',
        b"&a ",
        b"*a",
        b"!x ",
        b"|\n",
        b"\x00",
    ]
    pieces += [
        b"\xff",
        b"#",
        b"? ",
        b"%",
        b"---\n",
        b"<<: ",
        b"~",
        b"0755",
        b"{{ x }}",
        b"\\",
        "é\u202e".encode(),
        b"\r",
    ]
    for number in range(count):
        content = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            at, length = dice.randrange(len(content) + 1), dice.randint(1, 12)
            match dice.randrange(5):
                case 0:
                    content[at:at] = dice.choice(pieces)
                case 1:
                    del content[at : at + length]
                case 2:
                    content[at:at] = content[at : at + length] * dice.randint(1, 4)
                case 3 if content:
                    content[at % len(content)] = dice.randrange(256)
                case _:
                    moved = content[at : at + length]
                    del content[at : at + length]
                    to = dice.randrange(len(content) + 1)
                    content[to:to] = moved
        yield f"mutant {seed}/{number}", bytes(content)


def main(function: str, seed: str = "", count: str = "") -> None:
    """Prints one line for each case."""
    module, _, name = function.partition(":")
    check: Check = getattr(importlib.import_module(module), name)
    check("case.yaml", GOOD.replace("shell", "shel").encode())  # imports count as start-up
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for case, content in mutants(int(seed), int(count)) if seed else corpus().items():
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        start = time.process_time()
        wrong = problem(check, content, refused=not seed)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps([case, round(time.process_time() - start, 4), wrong]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
