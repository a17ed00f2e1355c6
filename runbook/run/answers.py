"""The answers file: scripted replies of people, by step, in the words the prompt and `answer` use too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.errors import Misuse
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.run.paths import step_at
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.signing import Signature
from runbook.run.state import RunState

OUTCOMES = ("done", "failed", "skipped", "redo")
_TAKEN = {"approval": ("approve", "reject"), "decision": ("choose", "failed"), "wait": ("skipped",)}
"""What steps of some kinds may be answered with; others that people do, and programs, take outcomes."""
_WORDS = {"outcome", "reason", "fields", "choose", "approve", "confirm", "emergency", "by", "comment", "signature"}
_FORMS = "`done`, `{outcome: ..., reason: ..., fields: {...}}`, `{choose: ...}` or `{approve: true, by: ...}`"


def answers_of(data: Json, plan: Plan) -> dict[str, tuple[Answer, ...]]:
    """The replies by step path; `Misuse` names what can't be one."""
    if not isinstance(data, Mapping):
        raise Misuse("an answers file is a mapping of step to answer", f"an answer is {_FORMS}")
    answers = {}
    for path, value in data.items():
        step = step_at(plan, str(path))
        if step is None:
            listed = f"its steps are listed by `runbook show {plan.root}`"
            known = (known for known, _ in plan.every_path())
            raise Misuse(f"`{path}` of the answers is not a step of {plan.root}", suggestion(path, known, listed))
        several = value if isinstance(value, list) else [value]
        answers[path] = tuple(answer_of(path, each) for each in several)
        for each in answers[path]:
            _check_fitting(plan, step, each)
    return answers


def written_at(step: StepState) -> str:
    """The path of a step without the numbers of turns in it, and as its section's steps are named."""
    owner = step.siblings.scope.whole.owner
    above = f"{written_at(owner)}/" if owner else ""
    return f"{above}{step.step.id}{'.undo' if step.siblings.undoes else ''}"


def _check_fitting(plan: Plan, step: Step, answer: Answer) -> None:
    """Nothing when a step of that kind may be answered like this; `Misuse` when it never can."""
    kind, reason = plan.kinds[step.kind], answer.reason.strip()
    if answer.outcome in ("confirm", "send-back") and step.verifier:
        return
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
    """One reply, with the signature that was made of it before, if any; `Misuse` says what an answer looks like."""
    answer = _unsigned(step, value)
    signature = _text(step, value, "signature") if isinstance(value, Mapping) else ""
    return replace(answer, signature=Signature(signature)) if signature else answer


def _unsigned(step: str, value: Json) -> Answer:
    if value in OUTCOMES:
        return Answer(step, value)
    if not isinstance(value, Mapping) or not value or not _WORDS.issuperset(value):
        raise Misuse(f"the answer of `{step}` can't be read", f"an answer is {_FORMS}")
    by, reason = _text(step, value, "by"), _text(step, value, "reason") or _text(step, value, "comment")
    if "approve" in value:
        if not isinstance(value["approve"], bool):
            raise Misuse(f"`approve` of `{step}` is neither true nor false", "write true or false")
        emergency = value.get("emergency", False) is True
        return Answer(
            step, "approve" if value["approve"] else "reject", reason=reason, stated_by=by, emergency=emergency
        )
    if "confirm" in value:
        if not isinstance(value["confirm"], bool):
            raise Misuse(f"`confirm` of `{step}` is neither true nor false", "write true or false")
        return Answer(step, "confirm" if value["confirm"] else "send-back", reason=reason, stated_by=by)
    if "choose" in value:
        return Answer(step, "choose", choose=_choice(step, value["choose"]), reason=reason, stated_by=by)
    outcome = value.get("outcome", "done")
    fields = value.get("fields", {})
    if outcome not in OUTCOMES or not isinstance(fields, Mapping):
        raise Misuse(f"the answer of `{step}` can't be read", f"an answer is {_FORMS}")
    return Answer(step, outcome, fields=dict(fields), reason=reason, stated_by=by)


def _choice(step: str, value: Json) -> str:
    """One option, or several of them, as the decision takes them."""
    chosen = value if isinstance(value, list) else [value]
    if not chosen or not all(isinstance(each, str) for each in chosen):
        raise Misuse(f"`choose` of `{step}` is neither an option nor a list of options", "put each in quotes")
    return ",".join(chosen)


def _text(step: str, value: Mapping[str, Any], name: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise Misuse(f"`{name}` of the answer of `{step}` is not a text", "put it in quotes")
    if name == "by" and found and not found.strip():
        raise Misuse(f"`by` of the answer of `{step}` is blank", "name the person, or leave it out")
    return found


class Script:
    """Answers at hand, each given once, when its step waits.

    One that is for every turn of a step is given in each of them; several are given one after the other, in order.
    """

    def __init__(self, answers: Mapping[str, Sequence[Answer]]) -> None:
        self._left = {path: list(each) for path, each in answers.items()}
        self._for_all = {path: each[0] for path, each in answers.items() if len(each) == 1}
        self._given: set[str] = set()
        """The steps that got an answer that is for every turn."""

    def replies(self, state: RunState) -> list[Answer]:
        """The next answer of each step that waits, or is in doubt, now."""
        ready = (self._next(state.steps[path]) for path in (*state.waiting, *state.in_doubt))
        return [reply for reply in ready if reply is not None]

    def _next(self, step: StepState) -> Answer | None:
        if self._left.get(step.path):
            return self._left[step.path].pop(0)
        written = written_at(step)
        if written == step.path:
            return None
        if reply := self._for_all.get(written):
            if step.path in self._given:
                return None
            self._given.add(step.path)
            return replace(reply, step=step.path)
        return replace(self._left[written].pop(0), step=step.path) if self._left.get(written) else None
