"""The answers file: scripted replies of people, by step, in the words the prompt and `answer` use too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.errors import Misuse
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.run.paths import step_at
from runbook.run.plan import Plan
from runbook.run.state import RunState

OUTCOMES = ("done", "failed", "skipped", "redo")
_TAKEN = {"approval": ("approve", "reject"), "decision": ("choose", "failed"), "wait": ("skipped",)}
"""What steps of some kinds may be answered with; others that people do, and programs, take outcomes."""
_WORDS = {"outcome", "reason", "fields", "choose", "approve", "by", "comment"}
_FORMS = "`done`, `{outcome: ..., reason: ..., fields: {...}}`, `{choose: ...}` or `{approve: true, by: ...}`"


def answers_of(data: Json, plan: Plan) -> dict[str, tuple[Answer, ...]]:
    """The replies by step path; `Misuse` names what can't be one."""
    if not isinstance(data, Mapping):
        raise Misuse("an answers file is a mapping of step to answer", f"an answer is {_FORMS}")
    answers = {}
    for step, value in data.items():
        found = step_at(plan, step) if isinstance(step, str) else None
        if found is None:
            paths = dict(plan.every_path())
            listed = f"its steps are listed by `runbook show {plan.root}`"
            raise Misuse(f"`{step}` of the answers is not a step of {plan.root}", suggestion(step, paths, listed))
        several = value if isinstance(value, list) else [value]
        answers[step] = tuple(answer_of(step, each) for each in several)
        for each in answers[step]:
            _check_fitting(plan, found, each)
    return answers


def _check_fitting(plan: Plan, step: Step, answer: Answer) -> None:
    """Nothing when a step of that kind may be answered like this; `Misuse` when it never can."""
    kind, reason = plan.kinds[step.kind], answer.reason.strip()
    taken = _TAKEN.get(kind.key) or (OUTCOMES if kind.acts else OUTCOMES[:3] if kind.answer else ())
    if not taken:
        raise Misuse(f"`{answer.step}` of the answers never asks: it is a `{kind.key}` step", "leave it out")
    if answer.outcome not in taken:
        listed = " or ".join(f"`{each}`" for each in taken)
        message = f"`{answer.step}` is a `{kind.key}` step and can't be answered with `{answer.outcome}`"
        raise Misuse(message, f"it takes {listed}")
    if not reason and (answer.outcome in ("failed", "skipped", "reject", "redo")):
        raise Misuse(f"`{answer.outcome}` needs a reason, and the answer of `{answer.step}` has none", "say why")


def answer_of(step: str, value: Json) -> Answer:
    """One reply; `Misuse` says what an answer looks like."""
    if value in OUTCOMES:
        return Answer(step, value)
    if not isinstance(value, Mapping) or not value or not _WORDS.issuperset(value):
        raise Misuse(f"the answer of `{step}` can't be read", f"an answer is {_FORMS}")
    by, reason = _text(step, value, "by"), _text(step, value, "reason") or _text(step, value, "comment")
    if "approve" in value:
        if not isinstance(value["approve"], bool):
            raise Misuse(f"`approve` of `{step}` is neither true nor false", "write true or false")
        return Answer(step, "approve" if value["approve"] else "reject", reason=reason, stated_by=by)
    if "choose" in value:
        return Answer(step, "choose", choose=_text(step, value, "choose"), reason=reason, stated_by=by)
    outcome = value.get("outcome", "done")
    fields = value.get("fields", {})
    if outcome not in OUTCOMES or not isinstance(fields, Mapping):
        raise Misuse(f"the answer of `{step}` can't be read", f"an answer is {_FORMS}")
    return Answer(step, outcome, fields=dict(fields), reason=reason, stated_by=by)


def _text(step: str, value: Mapping[str, Any], name: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise Misuse(f"`{name}` of the answer of `{step}` is not a text", "put it in quotes")
    if name == "by" and found and not found.strip():
        raise Misuse(f"`by` of the answer of `{step}` is blank", "name the person, or leave it out")
    return found


class Script:
    """Answers at hand, each given once, when its step waits."""

    def __init__(self, answers: Mapping[str, Sequence[Answer]]) -> None:
        self._left = {step: list(each) for step, each in answers.items()}

    def replies(self, state: RunState) -> list[Answer]:
        """The next answer of each step that waits, or is in doubt, now."""
        ready = []
        for path in (*state.waiting, *state.in_doubt):
            if self._left.get(path):
                ready.append(self._left[path].pop(0))
        return ready
