"""The page about the workflow resource patterns, made from the cases of their conformance suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_SAID = {"native": "native", "equivalent": "in another way", "refused": "refused"}
_PRIORITIES = {"M": "needed from the start", "S": "needed", "L": "not now", "-": "not wanted"}


def page(patterns: Sequence[Any]) -> Iterator[str]:
    """The lines of the page."""
    yield "# Workflow resource patterns"
    yield "\nThis page is generated from the conformance suite, `tests/resources`. There each of the 43 resource"
    yield "patterns of the [Workflow Patterns](http://www.workflowpatterns.com/patterns/resource/) catalogue is a story"
    yield "of several people: who gets a step, who may do it, who sees it, and what is refused. The suite tells all of"
    yield "them twice, the second time with a program that knows before each act only what the journal holds."
    yield "\n## In figures\n"
    yield from _table(("", *_SAID.values(), "in all", "cases"), _figures(patterns))
    yield "\n*Refused*: it is not offered, and a case shows by which name it is refused; the reason stands with it."
    yield "\n## The patterns\n"
    yield from _table(("Number", "Pattern", "Verdict", "How it is written here", "Language"), map(_row, patterns))
    yield "\n## One by one\n"
    yield "Each pattern as it is carried out, with its cases. A process that is a list stands for one with those"
    yield "steps. In all cases Ana, Bo and Cy are in the team `infra`, which Ivan leads; Dee and Eli are at the service"
    yield "`desk`; Zoe is Ivan's manager; Ada starts the runs."
    for each in patterns:
        yield from _one(each)


def _figures(patterns: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    for priority, words in _PRIORITIES.items():
        found = [each for each in patterns if each.priority == priority]
        yield _figure(words, found)
    yield _figure("all", patterns)


def _figure(words: str, patterns: Sequence[Any]) -> tuple[str, ...]:
    counts = Counter(each.verdict for each in patterns)
    cases = sum(len(each.cases) for each in patterns)
    return words, *(str(counts[verdict]) for verdict in _SAID), str(len(patterns)), str(cases)


def _row(pattern: Any) -> tuple[str, ...]:
    number = pattern.id.partition("-")[2]
    section = pattern.see.replace("-", " ")
    link = f"[{section}](language.md#{pattern.see})"
    return number, f"[{pattern.name}](#{_anchor(pattern)})", _SAID[pattern.verdict], pattern.how, link


def _one(pattern: Any) -> Iterator[str]:
    yield f"\n### {pattern.id} {pattern.name}\n\n{pattern.means}"
    if pattern.reason:
        yield f"\n*{_SAID[pattern.verdict].capitalize()}.* {pattern.reason}"
    shown: Mapping[str, str] = {}
    for case in pattern.cases:
        if case.written != shown:
            shown = case.written
            yield from _processes(shown)
        refused = f": `{case.refused['code']}`" if case.refused else ""
        yield f"- **{case.name}**: {case.story}{refused}"
        for act in case.acts:
            if "refused" in act:
                yield f"    - refused: {_told(act)} (*{act['refused']}*)"


def _told(act: Mapping[str, Any]) -> str:
    """An act in a few words: `bo: claim work`."""
    verb = next(name for name in act if name not in ("at", "by", "refused"))
    to = f" to {act['to']}" if "to" in act else ""
    value = "" if isinstance(act[verb], list) else f" {act[verb]}"
    return f"{act.get('by', 'ada')}: {verb.replace('_', ' ')}{value}{to}"


def _processes(texts: Mapping[str, str]) -> Iterator[str]:
    for id, text in texts.items():
        note = "" if len(texts) == 1 else f"# {id}\n"
        yield f"\n```yml\n{note}{text.rstrip()}\n```"  # checked by the suite; `yaml` is checked as an example
    yield ""


def _anchor(pattern: Any) -> str:
    name = f"{pattern.id} {pattern.name}".lower()
    return "".join(letter for letter in name if letter.isalnum() or letter in " -").replace(" ", "-")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
