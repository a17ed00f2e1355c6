"""The page about the workflow patterns, made from the cases of the conformance suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    yield "\n## One by one\n"
    yield "Each pattern as it is carried out, with its cases. A process that is a list stands for one with those steps."
    for each in (*flow, *trouble):
        yield from _one(each)


def _one(pattern: Any) -> Iterator[str]:
    yield f"\n### {pattern.id} {pattern.name}\n\n{pattern.means}"
    if pattern.instead:
        yield f"\n*{_SAID[pattern.verdict].capitalize()}.* {pattern.instead}"
    shown: Mapping[str, str] = {}
    for case in pattern.cases:
        if case.written != shown:
            shown = case.written
            yield from _processes(shown)
        pending = f" (not yet: {case.pending})" if case.pending else ""
        refused = f": `{case.refused['code']}`, {case.refused['says']}" if case.refused else ""
        yield f"- **{case.name}**: {case.story}{refused}{pending}"


def _processes(texts: Mapping[str, str]) -> Iterator[str]:
    for id, text in texts.items():
        note = "" if len(texts) == 1 else f"# {id}\n"
        yield f"\n```yml\n{note}{text.rstrip()}\n```"  # checked by the suite; `yaml` is checked as an example
    yield ""


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
    rows = ((_link(each), each.how, _SAID[each.verdict]) for each in patterns)
    yield from _table(("Pattern", "How it is written here", "Carried out"), rows)


def _link(pattern: Any) -> str:
    name = f"{pattern.id} {pattern.name}"
    anchor = "".join(letter for letter in name.lower() if letter.isalnum() or letter in " -").replace(" ", "-")
    return f"[{name}](#{anchor})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
