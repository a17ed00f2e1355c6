"""The page about what could be better, made from the rules of improvement and from what they measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook.operations.improve.measures import MEASURES
from runbook.operations.improve.rule import Rule

_INTRODUCTION = """# What could be better

This page is generated from the rules of improvement. `runbook improve` asks all of them of the last 90 days; how to go
on from there is told in [improve a process](../how-to/improve-a-process.md).

## What always holds

1. A rule speaks only of a signal or of a rate that is surely over its limit. A signal is a value outside of the natural
   limits of its XmR chart (the mean of the first ten values, 2.66 times their mean moving range around it), or eight
   values in a row on one side of the mean. A rate is surely over a limit when the lower bound of its 95 % interval
   (Wilson) is. What comes back in a fixed number (the same incident, the same work out of scope) is a count, and needs
   neither.
2. Every suggestion tells its evidence in numbers.
3. A patch is offered only when the project has no error with it that it does not have without. Comments stay; what was
   laid out by `runbook fmt` is again.
4. A patch is written only into a file that is as it was when the patch was suggested, and that is committed as it is.
   Nothing is committed.
5. What an accepted suggestion has to move is recorded with its value. A share has moved when the 95 % interval of what
   came after leaves out what was before; anything else when it is better by a tenth. With fewer than ten cases it is
   too early to say, unless a share has moved already.
6. What is confidential in a run, and not for you, is no evidence for you.
7. The time that people are at a step counts within the hours in which they work, by their calendar or that of the
   office; a night in between is no work. What was done wholly outside of these hours, or where nobody has written them,
   counts by the clock on the wall.
"""


def page(rules: Iterable[Rule]) -> Iterator[str]:
    """The lines of the page."""
    known = tuple(rules)
    yield _INTRODUCTION
    yield "## The rules\n"
    yield "| rule | what it finds | what it suggests |"
    yield "| --- | --- | --- |"
    for rule in known:
        yield f"| [`{rule.name}`](#{rule.name}) | {_line(rule.finds)} | {rule.suggests} |"
    yield "\nLimits are set in `operations/policies/improve.yaml`; `off: true` turns a rule off:\n"
    yield "```yaml"
    yield "# operations/policies/improve.yaml"
    yield "window: 90d"
    yield "rules:"
    yield "  rework: {share: 20%}"
    yield "  bus-factor: {off: true}"
    yield "```"
    for rule in known:
        yield f"\n### {rule.name}\n"
        yield rule.doc.strip() + "\n"
        yield "| limit | meaning | as shipped |"
        yield "| --- | --- | --- |"
        for name, limit in rule.limits.items():
            yield f"| `{name}` | {limit.meaning} | {limit.shown} |"
    yield "\n## What is measured\n"
    yield "What has to move after a suggestion was accepted, by the word that the journal has for it:\n"
    yield "| measure | meaning | better is |"
    yield "| --- | --- | --- |"
    for name, measure in sorted(MEASURES.items()):
        yield f"| `{name}` | {measure.words} | {'more' if measure.more_is_better else 'less'} |"


def _line(text: str) -> str:
    return " ".join(text.split())
