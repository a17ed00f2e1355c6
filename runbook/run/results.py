"""From what a program left to how its step ended: expectations checked, outputs cut out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runbook.clauses import Expect, Output
from runbook.definition import Step
from runbook.errors import ExpressionError, Refused
from runbook.expressions import names
from runbook.inputs import finite
from runbook.matching import search
from runbook.outcome import Done, Failed, Finished, Json
from runbook.run.progress import Scope
from runbook.run.state import RunState
from runbook.run.values import Names

LONGEST_OUTPUT = 65_536
"""Characters of one named output."""

DEEPEST_OUTPUT = 64
"""Levels of lists and mappings in output that is read as JSON."""

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
    step: Step, finished: Finished, state: RunState, scope: Scope, stated: Mapping[str, Json] | None = None
) -> Done | Failed:
    """How the step ended, by its `expect` and `outputs`.

    `stated` are outputs as somebody wrote them down, who has judged what the program wrote: it is not there any more.
    """
    expect = step.expect or _SUCCESS
    if finished.error:
        return Failed(finished.error)
    if finished.exit_code not in expect.exit_codes:
        return Failed(_ended(finished))
    try:
        outputs = {
            name: stated[name] if stated and name in stated else _output(name, output, finished)
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
            return f"the output does not contain `{text}`"
    for pattern in expect.matches:
        if not search(pattern, finished.stdout, re.M):
            return f"the output does not match `{pattern}`"
    for path, wanted in expect.json.items():
        found = _at(path, _parsed(finished.stdout))
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
        "stdout": finished.stdout[:LONGEST_OUTPUT],
        "stderr": finished.stderr[:LONGEST_OUTPUT],
    }
    values = Names(state, scope, seen)
    for expression in expect.that:
        if not values.holds(expression):
            return f"`{expression.source.strip()}` does not hold"
    return ""


def _output(name: str, output: Output, finished: Finished) -> Json:
    if output.source == "exit_code":
        return finished.exit_code
    text = finished.stderr if output.source == "stderr" else finished.stdout
    if output.regex is not None:
        match = search(output.regex, text, re.M)
        if match is None:
            raise ExpressionError(f"output `{name}`: nothing in {output.source} matches `{output.regex}`")
        text = (match.group(1) if match.re.groups else match.group()) or ""
    if output.json is not None:
        found = _at(output.json, _parsed(text))
        value = found if output.type == "json" else typed(name, found, output.type)
    else:
        value = typed(name, text.strip(), output.type)
    if len(value if isinstance(value, str) else json.dumps(value)) > LONGEST_OUTPUT:
        raise ExpressionError(f"output `{name}` is longer than {LONGEST_OUTPUT} characters")
    return value


def stated_outputs(step: Step, given: Mapping[str, Json]) -> dict[str, Json]:
    """The outputs that a person states for a program whose end nobody saw; `Refused` when one can't be right."""
    for name in given:
        if name not in step.outputs:
            listed = ", ".join(f"`{known}`" for known in step.outputs) or "none"
            raise Refused(f"`{name}` is not an output of `{step.id}`", f"its outputs are {listed}")
    try:
        return {name: typed(name, value, step.outputs[name].type) for name, value in given.items()}
    except ExpressionError as error:
        raise Refused(str(error), "give a value of that type") from None


def typed(name: str, value: Json, type: str) -> Json:
    """A value as the type its author named; an error names the output."""
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        match type:
            case "integer" | "number" if "_" in text:  # Python's way to group digits, and nobody else's
                raise ValueError
            case "integer":
                return int(text)
            case "number":
                return finite(text)
            case "boolean":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
            case "lines":
                return text.splitlines()
            case "json":
                return _parsed(text)
    except (ValueError, KeyError):
        shown = text if len(text) <= 60 else text[:57] + "..."
        raise ExpressionError(f"output `{name}` is `{shown}`, which is not of type {type}") from None
    return text


def _parsed(text: str) -> Json:
    try:
        value = json.loads(text, parse_constant=finite, parse_float=finite)
    except (ValueError, RecursionError):
        raise ExpressionError("the output is not JSON") from None
    if "\\ud" in text.lower():  # half a character can't be written anywhere: as in other output, it is replaced
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if not _shallow(value):
        raise ExpressionError(f"the output is JSON of more than {DEEPEST_OUTPUT} levels")
    return value


def _shallow(value: Json) -> bool:
    level = [value]
    for _ in range(DEEPEST_OUTPUT):
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list)))
        level = [each for several in inner for each in several]
        if not level:
            return True
    return False


def _at(path: str, value: Any) -> Json:
    """The item at a dotted path, `items.0.name`; a leading `$.` is allowed."""
    for word in path.removeprefix("$").strip(".").split(".") if path.strip("$.") else ():
        if isinstance(value, dict) and word in value:
            value = value[word]
        elif isinstance(value, list) and word.isdigit() and int(word) < len(value):
            value = value[int(word)]
        else:
            raise ExpressionError(f"the output has no `{path}`")
    return value
