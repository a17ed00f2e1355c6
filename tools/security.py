"""The page about what was attacked, made from the sets of attempts that are tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

INTRODUCTION = """
This page is generated from the sets in `tests/security`. Each attempt is hostile data on one way into the
program, really carried out, with a trace that only a success would leave: a file that appears, a character
that steers a terminal, an element of a page that does something, a path outside of the project. It ends
*refused*, with a message, or *harmless*: taken for the data that it is. `make security` tries all of them,
shows how many of each set ended how, and fails when one succeeds. Each set has controls, which are the same
data where nothing answers them: they have to succeed, so that it is known that a success is seen.
[Threats and answers](../explanation/security.md) says what they are about.
"""


def page(sets: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the page."""
    total = sum(len(each.attempts) for each in sets.values())
    yield "# What was attacked"
    yield INTRODUCTION
    yield "| set | attempts | controls | what would happen | what answers it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, each in sets.items():
        counts = f"{len(each.attempts):,} | {len(each.controls)}"
        yield f"| [{name}](#{_anchor(name)}) | {counts} | {each.tries} | {each.answer} |"
    yield f"| all | {total:,} | {sum(len(each.controls) for each in sets.values())} | | |"
    for name, each in sets.items():
        ways = Counter(attempt.way for attempt in each.attempts)
        yield f"\n## {name[:1].upper()}{name[1:]}\n"
        yield each.about.strip().splitlines()[0] + "\n"
        yield "| way | attempts |"
        yield "| --- | --- |"
        for way, count in ways.items():
            yield f"| {way} | {count} |"


def _anchor(name: str) -> str:
    return name.lower().replace(" ", "-")
