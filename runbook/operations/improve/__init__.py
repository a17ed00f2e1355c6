"""The improvement loop: rules that look at what happened and suggest what could be better, with evidence."""

from __future__ import annotations

from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.rule import Improvement, Rule, Settings, settings_of
from runbook.operations.improve.rules import builtin
from runbook.operations.improve.suggestion import Suggestion

__all__ = ["Evidence", "Improvement", "Rule", "Settings", "Suggestion", "builtin", "settings_of", "suggestions"]


def suggestions(evidence: Evidence, settings: Settings, process: str = "") -> tuple[Suggestion, ...]:
    """What could be better, by the rules that are on; of one process, when one is named. Most certain gain first."""
    found = [
        each
        for rule in builtin()
        if rule.name not in settings.off
        for each in rule.suggest(evidence, settings.limits(rule))
        if not process or each.process == process
    ]
    return tuple(sorted(found, key=lambda each: (-each.hours, each.rule, each.process, each.about)))
