"""The page about what is refused, made from the cases that are tried through every way in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WAYS: Mapping[str, str] = {
    "command": "the command for it: `answer`, `approve`, `confirm`, `claim`, `jump` and so on",
    "loop": "the operator's loop, at a terminal",
    "run": "`run --yes --answers FILE`",
    "resume": "`resume --yes --answers FILE`",
    "rerun": "`rerun --yes --answers FILE`, with `--from` where something was done before",
    "import": "`import-record`, of a form from paper",
    "alone": "`resume --yes` and `tick`, while nobody says anything",
}
"""The ways in, by the names that the cases have for them."""


def page(parts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the page."""
    cases = [case for part in parts.values() for case in part.values()]
    tried = sum(len(case.ways()) for case in cases)
    yield "# What is refused"
    yield "\nThis page is generated from the cases in `tests/governance`. Each row is something that is forbidden, the"
    yield "field that forbids it, and what is said. `make governance` tries every row through every way in that can"
    yield "say it, shows the table with how each went, and fails when one lets it through. What is refused leaves the"
    yield "journal as it was."
    yield f"\nThere are {len(cases)} rows, tried {tried} times. The ways in:\n"
    yield from _table(("way", "what it is"), ((name, WAYS[name]) for name in WAYS))
    yield "\n*alone* is no attempt of a person: it shows that nothing goes on by itself where somebody has to speak. On"
    yield "paper those are named who signed there, so that whoever transcribes a form speaks for others; such a run is"
    yield "marked, is never carried on, and no yes is carried over from it."
    for title, part in parts.items():
        yield f"\n## {title}\n"
        yield from _table(("what", "field", "what is said", "ways"), (_row(name, case) for name, case in part.items()))
    yield "\n## Two at once"
    yield "\nTwo people at two terminals want one thing at the same instant, 200 times in `make governance`: one gets"
    yield "it, with exit code 0, and the other is told who has it, with exit code 5. So it is for two claims, for the"
    yield "last yes of a quorum, for a claim and an answer. Whoever did a step does not confirm it, however quick."


def _row(name: str, case: Any) -> tuple[str, ...]:
    said = case.says.replace("ME", "somebody")
    return f"{name[:1].upper()}{name[1:]}", _code(case.field), said, ", ".join(case.ways())


def _code(field: str) -> str:
    return ", ".join(f"`{each}`" for each in field.split(", "))


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
