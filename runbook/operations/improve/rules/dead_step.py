"""People leave a step out in most runs.

What it looks at: how often somebody skipped it; what its own condition leaves out does not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Put, Suggestion

NAME = "dead-step"
SUGGESTS = "Make it conditional; the patch asks for it as an input when the run is started."
LIMITS = {"share": Limit(60, "The share of the times that it is skipped, at the least.", percent=True)}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The steps that nobody does."""
    for subject, path, gone in evidence.steps():
        met = [each for _, each in gone if each.how in ("succeeded", "failed") or (each.how == "skipped" and each.by)]
        skipped = sum(each.how == "skipped" for each in met)
        if at_least(skipped, len(met)) > limits["share"]:
            step = subject.step(path)
            change = None
            if step and step.when is None and subject.definition:
                name = f"with_{path.replace('-', '_')}"
                asked = f"{{type: boolean, title: 'Is `{path}` needed?', default: false}}"
                put = (
                    Put(("inputs", name), asked)
                    if subject.definition.inputs
                    else Put(("inputs",), f"{{{name}: {asked}}}")
                )
                change = Change(subject.file, (put, Put((*step.at, "when"), f"inputs.{name}")))
            yield Suggestion(
                NAME,
                f"make `{path}` conditional, or take it out",
                (f"people skipped it {skipped} of {len(met)} times",),
                "one question less in most runs",
                subject.process,
                path,
                "skipped",
                skipped / len(met),
                change=change,
            )
