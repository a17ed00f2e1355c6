"""What a step gives in a simulation: its sample, its usual values, what can be worked out; and what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping

from runbook.definition import Process, Step
from runbook.form import as_text, checked
from runbook.graph import parts
from runbook.outcome import Json
from runbook.run.foresight import inputs_of
from runbook.run.knowing import Knowledge, Sources, Where, expressions_in, uses_of
from runbook.run.progress import Scope

Given = dict[str, tuple[Json, str]]
"""By output, its value and where that is from: `sample`, `default` or `worked out`."""


def given_by(known: Knowledge, where: Where, step: Step, path: str, chosen: str) -> tuple[Given, dict[str, Sources]]:
    """The outputs that are known, each with where it is from, and the others with what they hang on."""
    if step.kind == "decision":
        name, value = ("choices", chosen.split(",")) if step.spec.several else ("choice", chosen)
        return {name: (value, "")}, {}
    if step.kind == "set":
        values, hidden = known.worked_out(where, step.spec.values)
        return {name: (value, "worked out") for name, value in values.items()}, hidden
    if step.kind == "approval":
        return {"approved": (True, "")}, {"by": (path,)}
    found, hidden = _sampled(step, path)
    if step.use and step.spec.detached:
        hidden["run"] = (path,)
    return found, hidden


def _sampled(step: Step, path: str) -> tuple[Given, dict[str, Sources]]:
    """What the author of a form or a program says that it gives."""
    found: Given = {}
    hidden: dict[str, Sources] = {}
    fields = {field.name: field for field in getattr(step.spec, "fields", ())}
    for name in (*fields, *step.outputs):
        if name in step.sample:
            value = step.sample[name]
            if name in fields and fields[name].type not in ("file", "signature"):
                value = checked(fields[name], as_text(value))
            found[name] = (value, "sample")
        elif name in fields and fields[name].default is not None:
            found[name] = (checked(fields[name], fields[name].default), "default")
        elif name not in fields or fields[name].required:
            hidden[name] = (path,)
    return found, hidden


def learn(known: Knowledge, where: Where, step: Step, path: str, found: Given, hidden: Mapping[str, Sources]) -> None:
    """What the step gives is known from now on; an `ExpressionError` or `Misuse` when its process gives none."""
    flow = step.flow
    outputs: dict[str, Json] = {name: value for name, (value, _) in found.items()}
    if flow.foreach:
        known.learn(where.scope, step, {}, dict.fromkeys(("items", "done", "failed"), (path,)))
        return
    if step.use and not step.spec.detached:
        outputs, hidden = _of_process(known, where, step, path)
    if flow.repeat:
        hidden = {**hidden, "turns": (path,)}
    known.learn(where.scope, step, outputs, hidden)
    if _supposed(known, where, step, path, found):
        known.suppose(path)


def _supposed(known: Knowledge, where: Where, step: Step, path: str, found: Given) -> bool:
    """True when what the step gives rests on a sample."""
    if step.use and not step.spec.detached and step.flow.body is None:
        process = known.state.plan.processes[step.use]
        inside = Where(Scope(f"{path}/", process, {}, None), {}, {}, "yes")
        return bool(known.rests(inside, expressions_in(process.outputs)))
    if step.kind == "set":
        return bool(known.rests(where, expressions_in(step.spec.values)))
    return any(source in ("sample", "default") for _, source in found.values())


def _of_process(known: Knowledge, where: Where, step: Step, path: str) -> tuple[dict[str, Json], dict[str, Sources]]:
    process: Process = known.state.plan.processes[step.use or ""]
    if step.flow.body is not None:
        return {}, dict.fromkeys(process.outputs, (path,))
    given = inputs_of(known, where, step, process)
    inside = Where(Scope(f"{path}/", process, given, None), parts(process), uses_of(process), "yes")
    return known.worked_out(inside, process.outputs)
