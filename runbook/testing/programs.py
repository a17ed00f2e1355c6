"""How programs end in a test: as the test says, or as the sample and the outputs of their step do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook.clauses import Output
from runbook.definition import Step
from runbook.durations import duration
from runbook.json_path import parse
from runbook.outcome import Finished, Json
from runbook.testing.files import GivenFile, given_file
from runbook.testing.sentences import sentence

_PARSED = ("json", "list", "mapping")
"""The types of what is written as JSON."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One end of a program: what it leaves, after how many seconds, and which files it wrote as evidence."""

    finished: Finished
    takes: float = 0.0
    outputs: Mapping[str, Json] | None = None
    """The outputs of its step, in place of what it writes."""
    files: Mapping[str, GivenFile | None] = field(default_factory=dict)
    todo: str = ""
    """What is still to be found out."""


def canned(value: Any) -> Canned:
    """One end of a program, as a test writes it."""
    if isinstance(value, int):
        return Canned(Finished(value))
    if isinstance(value, str):
        return Canned(Finished(0, stdout=value))
    stdout = json.dumps(value["json"]) + "\n" if "json" in value else value.get("stdout", "")
    ended = "error" in value or "signal" in value
    finished = Finished(
        value.get("exit_code", None if ended else 0),
        value.get("signal"),
        stdout,
        value.get("stderr", ""),
        error=value.get("error"),
    )
    files = {piece: given_file(each) if each is not None else None for piece, each in value.get("files", {}).items()}
    return Canned(finished, duration(value.get("takes", 0)), value.get("outputs"), files, value.get("todo", ""))


def series(value: Any) -> tuple[Canned, ...]:
    """The ends of a program, one after the other; the last one holds for all further attempts."""
    return tuple(canned(each) for each in (value if isinstance(value, list) else [value]))


def printed(step: Step, outputs: Mapping[str, Json]) -> Finished | None:
    """How a program ends that gives these outputs; None when what it writes can't be told from them."""
    code, streams = 0, {"stdout": "", "stderr": ""}
    trees: dict[str, Any] = {}
    if step.expect:
        trees.update({"stdout": _nested(step.expect.json)} if step.expect.json else {})
        code = step.expect.exit_codes[0] if step.expect.exit_codes else 0
    for name, output in step.outputs.items():
        if name not in outputs:
            return None
        value = outputs[name]
        if output.source == "file":
            continue  # `written` says what is in it
        if output.source == "exit_code":
            code = int(value)
        elif output.kept:
            if sum(each.source != "file" for each in step.outputs.values()) > 1:
                return None
            streams[output.source] = _text(value["preview"] if isinstance(value, dict) else value)
        elif output.table is not None or output.all:
            return None
        elif output.regex is not None:
            text = sentence(output, _text(value))
            if len(step.outputs) > 1 or text is None:
                return None
            streams[output.source] = text
        elif output.json is not None or output.type in _PARSED:
            if not output.json:
                trees[output.source] = value
            elif not _put(trees.setdefault(output.source, {}), output.json, value):
                return None
        elif len(step.outputs) == 1:
            streams[output.source] = _text(value)
        else:
            return None
    streams |= {source: json.dumps(tree) for source, tree in trees.items()}
    return Finished(code, stdout=streams["stdout"], stderr=streams["stderr"])


def sample_of(step: Step) -> Canned | None:
    """The end of a program by the `sample` of its step; None when it has none that tells."""
    finished = printed(step, step.sample) if step.sample else None
    return Canned(finished, outputs=step.sample) if finished else None


def written(output: Output, value: Json) -> str:
    """What is in the file of an output that has this value; of a table it is the text itself."""
    if output.json and output.table is None:
        tree: dict[str, Any] = {}
        return json.dumps(tree) if _put(tree, output.json, value) else _text(value)
    if output.kept and isinstance(value, dict):
        return _text(value.get("preview", ""))
    if output.regex is not None and output.table is None and not output.all:
        return sentence(output, _text(value)) or _text(value)
    return json.dumps(value) if output.type in _PARSED and output.table is None else _text(value)


def made_up(step: Step) -> Finished:
    """Some end that fits the outputs of a step, for whoever sketches a test."""
    return printed(step, example_outputs(step)) or Finished(0, stdout="TODO")


def example_outputs(step: Step) -> dict[str, Json]:
    """Some value of the right type for each output of a step."""
    values = {"integer": 1, "number": 1.0, "boolean": True, "lines": ["TODO"], "list": [], "mapping": {}}
    return {name: values.get(output.type, "TODO") for name, output in step.outputs.items()}


def _text(value: Json) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _nested(paths: Mapping[str, Json]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in paths.items():
        _put(tree, path, value)
    return tree


def _put(tree: dict[str, Any], path: str, value: Json) -> bool:
    """Put a value where the path leads to; False for a path into a list."""
    parts = parse(path)
    if not parts or any(part.name is None or part.index is not None for part in parts):
        return False
    names = [part.name or "" for part in parts]
    for name in names[:-1]:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
        tree = inner
    tree[names[-1]] = value
    return True
