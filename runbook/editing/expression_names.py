"""What the names, filters and tests of expressions mean, in the words that an editor shows."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "inputs": "The values that the run was started with.",
    "steps": "The steps that are over: `steps.ID.outputs.NAME`, `steps.ID.status`.",
    "run": "The run: its `id`, `process`, `started_by` and `started_at`.",
}
"""What every expression sees."""

OF_STEP: Mapping[str, str] = {
    "outputs": "What the step handed on, by name.",
    "answers": "What was filled in at the step, by name.",
    "status": "How the step ended: `succeeded`, `failed`, `skipped` ...",
    "passes": "How often the step was begun, ways back included.",
}
"""What an expression sees of a step."""

OF_RUN: Mapping[str, str] = {
    "id": "The id of the run.",
    "process": "The id of the process.",
    "started_by": "Who started the run.",
    "started_at": "When the run was started.",
}
"""What an expression sees of the run."""

OF_FAILURE: Mapping[str, str] = {
    "step": "The path of the step that has failed.",
    "reason": "Why it has failed.",
    "exit_code": "The exit code of its program.",
}
"""What an expression about a failure sees of it."""

OF_RESULT: Mapping[str, str] = {
    "outputs": "The outputs of this step.",
    "exit_code": "The exit code of this step.",
    "stdout": "What this step printed.",
    "stderr": "What this step printed as errors.",
}
"""What an expression about the result of its own step sees."""

IN_TURNS: Mapping[str, str] = {
    "item": "What this turn is for.",
    "last": "The outputs of the turn before, by name.",
    "turn": "The number of this turn.",
    "failure": "What has failed: its `step`, `reason` and `exit_code`.",
}
"""What an expression inside of turns, or about a failure, sees."""

FILTERS: Mapping[str, str] = {
    "default": "The value in brackets when there is none.",
    "lower": "Small letters.",
    "upper": "Capital letters.",
    "trim": "Without the white space around.",
    "length": "How many characters, items or keys.",
    "first": "The first item.",
    "last": "The last item.",
    "join": "The items as one text.",
    "replace": "Each of the first text as the second.",
    "split": "A list of parts; without a separator at white space.",
    "int": "A whole number.",
    "float": "A number.",
    "string": "Text.",
    "round": "Rounded to so many digits after the point.",
    "abs": "Without its sign.",
    "min": "The least item.",
    "max": "The greatest item.",
    "sum": "The items added up.",
    "sort": "The items in order.",
    "unique": "Each item once.",
    "tojson": "As JSON.",
    "basename": "The last part of a path.",
    "dirname": "A path without its last part.",
}
"""What each filter gives."""

TESTS: Mapping[str, str] = {
    "defined": "True when the value is there.",
    "none": "True when the value is nothing.",
}
"""What each test behind `is` asks."""
