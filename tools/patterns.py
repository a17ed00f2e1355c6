"""The page about the workflow patterns, made from the cases of the conformance suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

PEERS = (
    ("YAWL", "31", "3 in part"),
    ("BPMN 2.0", "24", "9 in part"),
    ("SpiffWorkflow (its Python classes)", "41", ""),
)
"""How many of the control-flow patterns others have, as it is published of them: directly, and otherwise."""

_SAID = {"native": "yes", "equivalent": "in another way", "refused": "refused"}


def page(patterns: Sequence[Any]) -> Iterator[str]:
    """The lines of the page."""
    flow = [each for each in patterns if each.id.startswith("WCP")]
    trouble = [each for each in patterns if each.id.startswith("EH")]
    yield "# Workflow patterns"
    yield "\nThis page is generated from the conformance suite, `tests/patterns`. There each control-flow pattern of"
    yield "the catalogue of [Workflow Patterns](http://www.workflowpatterns.com), WCP-01 to WCP-43, and each case of"
    yield "exception handling is a process with what is to come of it. The suite carries all of them out twice: once as"
    yield "they are, and once by an engine that before every turn knows only what the journal holds. Those in which"
    yield "programs are killed, or engines, are carried out with real ones too."
    yield "\n## In figures\n"
    yield from _table(("", "as it is", "in another way", "refused", "in all"), (_figures(flow, trouble)))
    yield "\n*In another way*: what the pattern is for can be written, and a test carries it out. *Refused*:"
    yield "`runbook validate` says so, names the line and what to write instead."
    counts = _verdicts(flow)
    rows = [("runbook", str(counts["native"]), f"{counts['equivalent']} in another way"), *PEERS]
    yield "\nOf the 43 control-flow patterns, others have, as it is published of them:\n"
    yield from _table(("", "directly", "otherwise"), rows)
    yield "\n## Control flow\n"
    yield from _patterns(flow)
    yield "\n## When something goes wrong\n"
    yield from _patterns(trouble)
    yield "\n## Instead\n"
    yield "What is not written as the pattern has it, and why.\n"
    yield from (f"- **{each.id} {each.name}**: {each.instead}" for each in patterns if each.instead)
    yield "\n## The cases\n"
    rows = [(f"{each.id} {case.name}", case.story + (f" (not yet: {case.pending})" if case.pending else ""))
            for each in patterns for case in each.cases]  # fmt: skip
    yield from _table(("Case", "What happens"), rows)


def _figures(flow: Sequence[Any], trouble: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    yield _row("control-flow patterns", _verdicts(flow))
    yield _row("their cases", Counter(_verdict(case) for each in flow for case in each.cases))
    yield _row("cases of exception handling", _verdicts(trouble))


def _row(name: str, counts: Counter[str]) -> tuple[str, ...]:
    return name, *(str(counts[verdict]) for verdict in _SAID), str(counts.total())


def _verdicts(patterns: Iterable[Any]) -> Counter[str]:
    return Counter("pending" if any(case.pending for case in each.cases) else each.verdict for each in patterns)


def _verdict(case: Any) -> str:
    return "pending" if case.pending else case.verdict


def _patterns(patterns: Iterable[Any]) -> Iterator[str]:
    rows = ((f"{each.id} {each.name}", each.means, each.how, _SAID.get(each.verdict, "")) for each in patterns)
    yield from _table(("Pattern", "What it means", "How it is written here", "Carried out"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
