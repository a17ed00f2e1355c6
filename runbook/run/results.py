"""From what a program left to how its step ended: expectations checked, outputs cut out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from runbook.clauses import Expect
from runbook.definition import Step
from runbook.errors import ExpressionError
from runbook.expressions import names
from runbook.json_path import find
from runbook.matching import search
from runbook.outcome import Done, Failed, Finished, Json, Taken
from runbook.run.extracting import beginning, output_of, parsed, stated_outputs
from runbook.run.progress import NOTHING, Scope
from runbook.run.state import RunState
from runbook.run.values import Names

LONGEST_SEEN = 65_536
"""Characters of each stream that a condition sees."""

_SUCCESS = Expect()
"""What is expected of a program when its author says nothing."""

PREVIEW = 4_096
"""Characters of each stream that the journal keeps with the step, from its end."""


def result_of(finished: Finished) -> dict[str, Json]:
    """What the journal keeps of a program's end."""
    kept: dict[str, Json] = {"exit_code": finished.exit_code, "seconds": round(finished.seconds, 3)}
    if finished.signal:
        kept["signal"] = finished.signal
    for name, text in (("stdout", finished.stdout), ("stderr", finished.stderr)):
        if text:
            kept[name] = text[-PREVIEW:]
        if len(text) > PREVIEW:
            kept[f"{name}_cut"] = len(text) - PREVIEW
    if finished.dropped:
        kept["dropped"] = finished.dropped
    return kept


def conclude(
    step: Step,
    finished: Finished,
    state: RunState,
    scope: Scope,
    stated: Mapping[str, Json] | None = None,
    taken: Mapping[str, Taken] = NOTHING,
) -> Done | Failed:
    """How the step ended, by its `expect` and `outputs`.

    `stated` are outputs as somebody wrote them down, who has judged what the program wrote: it is not there any more.
    `taken` is what of its outputs was taken from files, or kept as such, before its end was told.
    """
    expect = step.expect or _SUCCESS
    if finished.error:
        return Failed(finished.error)
    if finished.exit_code not in expect.exit_codes:
        return Failed(_ended(finished))
    values = Names(state, scope)
    try:
        outputs = {
            name: stated[name] if stated and name in stated else output_of(name, output, finished, values, taken)
            for name, output in step.outputs.items()
        }
        if stated is not None:
            expect = _to_be_seen(expect)
        reason = _unmet(expect, finished, outputs, state, scope)
    except ExpressionError as error:
        return Failed(str(error))
    return Failed(reason) if reason else Done(outputs)


def _to_be_seen(expect: Expect) -> Expect:
    """What can still be checked when nobody has what the program wrote."""
    that = tuple(
        each for each in expect.that if not any(path[0] in ("stdout", "stderr") for path, _ in names(each.tree))
    )
    return replace(expect, contains=(), matches=(), json={}, that=that)


def _ended(finished: Finished) -> str:
    if finished.exit_code is None:
        return f"the program was ended by signal {finished.signal}"
    last = next((line for line in reversed(finished.stderr.splitlines()) if line.strip()), "")
    return f"exit code {finished.exit_code}" + (f": {last.strip()[:200]}" if last else "")


def _unmet(expect: Expect, finished: Finished, outputs: Mapping[str, Json], state: RunState, scope: Scope) -> str:
    """The first expectation that does not hold, in words; empty when all do."""
    for text in expect.contains:
        if text not in finished.stdout:
            return f"the output does not contain `{text}`; it {beginning(finished.stdout)}"
    for pattern in expect.matches:
        if not search(pattern, finished.stdout, re.M):
            return f"the output does not match `{pattern}`; it {beginning(finished.stdout)}"
    for path, wanted in expect.json.items():
        try:
            found = find(path, parsed(finished.stdout))
        except ExpressionError as error:
            return f"stdout: {error}; it {beginning(finished.stdout)}"
        if found != wanted:
            return f"`{path}` of the output is {json.dumps(found)}, not {json.dumps(wanted)}"
    for name, limits in expect.limits.items():
        value = outputs.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"output `{name}` is not a number, so its limits can't be checked"
        if limits.minimum is not None and value < limits.minimum:
            return f"`{name}` is {value}, below {limits.minimum}"
        if limits.maximum is not None and value > limits.maximum:
            return f"`{name}` is {value}, above {limits.maximum}"
    if not expect.that:
        return ""
    seen = {
        "outputs": outputs,
        "exit_code": finished.exit_code,
        "stdout": finished.stdout[:LONGEST_SEEN],
        "stderr": finished.stderr[:LONGEST_SEEN],
    }
    values = Names(state, scope, seen)
    for expression in expect.that:
        if not values.holds(expression):
            return f"`{expression.source.strip()}` does not hold"
    return ""


__all__ = ["conclude", "result_of", "stated_outputs"]
