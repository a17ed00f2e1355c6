"""People write the same comment in many runs: something has to be done that the process does not say.

What it looks at: what was noted at a step, without case and punctuation, by the share of the runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Insert, Suggestion
from runbook.operations.subject import first

NAME = "missing-step"
SUGGESTS = "Make it a step; the patch inserts it after the one it is noted at."
LIMITS = {
    "runs": Limit(5, "How many runs there are at least."),
    "share": Limit(30, "The share of the runs in which the same is noted, at the least.", percent=True),
}
_WORD = re.compile(r"\w+")
_LONGEST = 120


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """What people note again and again."""
    for subject, path, gone in evidence.steps():
        runs = {run.run for run, _ in gone}
        said: dict[str, dict[str, str]] = {}
        for run, each in gone:
            for comment in each.comments:
                if key := plain(comment):
                    said.setdefault(key, {}).setdefault(run.run, comment)
        for noted in said.values():
            if len(runs) >= limits["runs"] and at_least(len(noted), len(runs)) > limits["share"]:
                words = " ".join(next(iter(noted.values())).split())[:_LONGEST]
                step = subject.step(path)
                yield Suggestion(
                    NAME,
                    f"make a step after `{path}` of what people note there: {words}",
                    (f"the same was noted in {len(noted)} of {len(runs)} runs: {first(sorted(noted))}",),
                    f"nobody has to think of it: {percent(1 - len(noted) / len(runs))} of runs are without it",
                    subject.process,
                    f"{path}: {plain(words)}",
                    "comments",
                    len(noted) / len(runs),
                    change=Change(subject.file, (Insert(step.at, _lines(words), after=True),)) if step else None,
                )


def plain(text: str) -> str:
    """A comment without case, punctuation and numbers, as it is compared."""
    return " ".join(word for word in _WORD.findall(text.casefold()) if not word.isdecimal())


def _lines(words: str) -> tuple[str, ...]:
    id = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:30].strip("-") or "noted"
    text = words.replace("'", "''").replace("{{", "{ {")
    return (f"id: {id}", f"title: '{text[:1].upper()}{text[1:60]}'", f"manual: '{text}'")
