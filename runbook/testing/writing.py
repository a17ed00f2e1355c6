"""Writes tests: a first one of a process, or one that is what a run was. What it writes is tried before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.clauses import Output
from runbook.definition import Step
from runbook.errors import ExpressionError
from runbook.instants import between
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import Finished, Json, Taken
from runbook.run.events import Recorded
from runbook.run.extracting import output_of
from runbook.run.plan import Plan
from runbook.run.state import RunState
from runbook.run.values import Names
from runbook.testing.answering import answer_to, inputs_for
from runbook.testing.case import Case, cases_of
from runbook.testing.programs import example_outputs, printed, written
from runbook.testing.told import path_of, shortfalls, written_path
from runbook.testing.trial import Noticed, Trial

Data = dict[str, Any]

_PAUSE = 1.0
"""Seconds that are worth saying."""
_WIDTH = 88
"""Characters of a mapping or a list that stands on one line."""
_ORDER = ("title", "inputs", "programs", "answers", "expect")
_MOST = 60
"""Rounds in which a first test learns what else has to be answered."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A test that was written: the data of its file, and what is still to be done before it passes."""

    data: Data
    left: tuple[str, ...]


def first_draft(plan: Plan, answers: Mapping[str, Json] | None, organisation: Organisation = NOBODY) -> Draft:
    """The straight way through a process, with the answers of its answers file and what is known of its programs."""
    test: Data = {"title": "All goes well", "inputs": inputs_for(plan.process.inputs), "answers": dict(answers or {})}
    test["expect"] = {"status": "succeeded"}
    trial = _trial(plan, test, organisation, sketching=True)
    for _ in range(_MOST):
        asked = [trial.state.steps[path] for path in trial.state.waiting if path not in test["answers"]]
        fresh = {step.path: reply for step in asked if (reply := answer_to(step, trial.state)) is not None}
        if not fresh or trial.state.ended:
            break
        test["answers"].update(fresh)
        trial = _trial(plan, test, organisation, sketching=True)
    programs: Data = {}
    for path in trial.made_up:
        step = trial.state.steps[path].step
        known = not step.outputs and (step.expect is None or not _reads(step.expect))
        programs[path] = 0 if known else {"todo": f"what does `{path}` write?", **_skeleton(step)}
    used = {path for path in test["answers"] if path not in {unused for unused, _ in trial.script.unused()}}
    test["answers"] = {path: value for path, value in test["answers"].items() if path in used}
    guessed = any(isinstance(each, dict) for each in programs.values())
    if not guessed and trial.state.steps:
        test["expect"] = _expected(trial)
    test = {name: programs if name == "programs" else test[name] for name in _ORDER}
    return _draft(plan, "happy-path", test, organisation)


def _skeleton(step: Step) -> Data:
    """What is to be filled in for a program: its outputs where they say all, else what it writes."""
    outputs = example_outputs(step)
    return {"outputs": outputs} if outputs and printed(step, outputs) else {"stdout": ""}


def _reads(expect: Any) -> bool:
    return bool(expect.contains or expect.matches or expect.json or expect.limits or expect.that)


def draft_of_run(plan: Plan, state: RunState, events: Sequence[Recorded], organisation: Organisation = NOBODY) -> Draft:
    """What a run was, as a test: its inputs, what its programs left, what people said and when, and its path."""
    begun = events[0].event.data
    test: Data = {"title": f"As the run {state.run} went", "by": state.started_by, "start": state.started_at}
    given = {name: value for name, value in begun["inputs"].items() if value != plan.process.inputs[name].default}
    test |= {name: value for name, value in (("inputs", given), ("roles", begun.get("roles"))) if value}
    programs, answers, acts = _programs(state, events), _answers(state, events), list(_acts(state, events))
    test |= {name: value for name, value in (("programs", programs), ("answers", answers), ("acts", acts)) if value}
    told = _Told(plan, state, events)
    test["expect"] = _expected(told)
    tried = path_of(_trial(plan, test, organisation))
    if tried and sorted(tried) == sorted(
        path_of(told)
    ):  # steps side by side: their order hung on who took the run up when
        test["expect"]["path"] = ", ".join(written_path(tried))
    name = state.run.lower()[:63]
    return _draft(plan, name, test, organisation, was=True)


class _Told(Trial):
    """A run that was, looked at as a test."""

    def __init__(self, plan: Plan, state: RunState, events: Sequence[Recorded]) -> None:
        super().__init__(plan, Case("", ()))
        self.state, self.events = state, list(events)


def _draft(plan: Plan, name: str, test: Data, organisation: Organisation, was: bool = False) -> Draft:
    """The test, tried; `was`: a run was so, hence what is missing comes of where the two part."""
    trial = _trial(plan, test, organisation)
    short: Sequence[Noticed] = tuple(shortfalls(trial)) if was or not trial.made_up else ()
    noticed = [*short, *trial.noticed] if was else [*trial.noticed, *short]
    left = tuple("\n".join((each.text, *(f"  {line}" for line in each.more))) for each in noticed)
    return Draft({"runbook": 1, "tests": {name: {key: each for key, each in test.items() if each}}}, left)


def together(drafts: Sequence[Draft]) -> Draft:
    """Several tests of one process in one file."""
    tests = {name: test for draft in drafts for name, test in draft.data["tests"].items()}
    return Draft({"runbook": 1, "tests": tests}, tuple(left for draft in drafts for left in draft.left))


def _trial(plan: Plan, test: Data, organisation: Organisation, sketching: bool = False) -> Trial:
    case = next(iter(cases_of({"tests": {"test": test}})))
    if not isinstance(case, Case):
        raise case[1]
    return Trial(plan, case, organisation, sketching).tell()


def _expected(trial: Trial) -> Data:
    state = trial.state
    found: Data = {"status": state.status}
    if state.ended and state.status in ("failed", "cancelled") and state.reason:
        found["reason"] = state.reason
    if not state.ended and (waits := [*state.waiting, *state.in_doubt]):
        found["waiting"] = waits
    if path := written_path(path_of(trial)):
        found["path"] = ", ".join(path)
    if state.outputs:
        found["outputs"] = dict(state.outputs)
    return found


# -- what a run was -----------------------------------------------------------------------------------


def _programs(state: RunState, events: Sequence[Recorded]) -> Data:
    found: dict[str, list[Any]] = {}
    for recorded in events:
        data = recorded.event.data
        if recorded.event.step and "result" in data:
            found.setdefault(recorded.event.step, []).append(_end(state, recorded))
    return {path: ends[0] if all(each == ends[0] for each in ends) else ends for path, ends in found.items()}


def _end(state: RunState, recorded: Recorded) -> Any:
    result, data = recorded.event.data["result"], recorded.event.data
    step = state.steps[recorded.event.step or ""].step
    end: Data = {}
    code = result.get("exit_code")
    if code is None:
        end |= {"error": data["reason"]} if data.get("reason") else {"signal": result.get("signal", 15)}
    elif code:
        end["exit_code"] = code
    stdout = result.get("stdout", "")
    outputs = data.get("outputs") or {}
    if not _is_read(step):
        pass
    elif "stdout_cut" in result and outputs:
        end["outputs"] = dict(outputs)
    elif "stdout_cut" in result:
        end |= {"stdout": stdout, "todo": f"`{step.id}` wrote more than a run keeps"}
    elif (parsed := _parsed(stdout)) is not None:
        end["json"] = parsed
    elif stdout:
        end["stdout"] = stdout
    if "outputs" not in end and (
        filed := {name: outputs[name] for name in step.outputs if _is_filed(step, name, outputs)}
    ):
        end["outputs"] = filed
        names = Names(state, state.steps[recorded.event.step or ""].siblings.scope)
        if unknown := [
            f"`{name}`" for name, value in filed.items() if not _tells(name, step.outputs[name], value, names)
        ]:
            end["todo"] = f"what was in the file of {', '.join(unknown)}?"
    if result.get("stderr"):
        end["stderr"] = result["stderr"]
    if result.get("seconds", 0) >= _PAUSE:
        end["takes"] = f"{result['seconds']:.0f}s"
    return end or 0


def _is_filed(step: Step, name: str, outputs: Mapping[str, Json]) -> bool:
    return step.outputs[name].source == "file" and name in outputs


def _tells(name: str, output: Output, value: Json, names: Names) -> bool:
    """True when the value of an output says all that a test has to know of its file."""
    if isinstance(value, dict) and output.kept:
        return bool(value.get("size") == len(str(value.get("preview", "")).encode()))
    try:
        found = output_of(name, output, Finished(0), names, {name: Taken(written(output, value))})
    except ExpressionError:
        return False
    return bool(found == value)


def _is_read(step: Step) -> bool:
    """True when something hangs on what its program writes."""
    expected = step.expect is not None and _reads(step.expect)
    return bool(step.outputs) or expected or any(piece.source == "stdout" for piece in step.evidence)


def _parsed(text: str) -> Json:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def _answers(state: RunState, events: Sequence[Recorded]) -> Data:
    found: dict[str, list[Data]] = {}
    since: dict[str, str] = {}
    for recorded in events:
        event = recorded.event
        if event.type in ("StepWaiting", "StepInDoubt", "ReplyRecorded", "StepPerformed"):
            said_at = since.get(event.step or "", recorded.at)
            since[event.step or ""] = recorded.at if event.type in ("StepWaiting", "StepInDoubt") else said_at
        for reply in (event.data.get("reply"), event.data.get("confirmed")):
            if reply and event.step and recorded.event.data.get("written_at") is None:
                said = _said(state, reply, between(since.get(event.step, recorded.at), recorded.at))
                if said not in found.get(event.step, ())[-1:]:
                    found.setdefault(event.step, []).append(said)
    return {path: said[0] if len(said) == 1 else said for path, said in found.items()}


def _said(state: RunState, reply: Mapping[str, Json], after: float) -> Data:
    said: Data = {}
    match reply["outcome"]:
        case "approve" | "reject" as word:
            said["approve"] = word == "approve"
        case "confirm" | "send-back" as word:
            said["confirm"] = word == "confirm"
        case "choose":
            chosen = str(reply["choose"]).split(",")
            said["choose"] = chosen if len(chosen) > 1 else chosen[0]
        case word:
            said["outcome"] = word
    fields = {name: _field(value) for name, value in reply.get("fields", {}).items()}
    said |= {"fields": fields} if fields else {}
    said |= {word: reply[word] for word in ("reason", "emergency") if reply.get(word)}
    deviation = reply.get("deviation")
    if deviation:
        said["deviation"] = deviation.get("reason", "") if isinstance(deviation, dict) else deviation
    if reply.get("signature"):
        said["signed"] = True
    if reply["by"] != state.started_by:
        said["by"] = reply["by"]
    if reply.get("stated_by"):
        said |= {"by": reply["by"], "passed_on_by": reply["stated_by"]}
    if after >= _PAUSE:
        said["after"] = f"{after:.0f}s"
    return said


def _field(value: Json) -> Json:
    """A value of a form, as a person would give it."""
    if isinstance(value, dict) and "sha256" in value:
        return {name: value[name] for name in ("name", "type", "size")}
    if isinstance(value, dict) and "unit" in value:
        return f"{value.get('value')} {value['unit']}"
    return value


def _acts(state: RunState, events: Sequence[Recorded]) -> Iterator[Data]:
    for recorded in events:
        at, data = between(state.started_at, recorded.at), recorded.event.data
        act: Data = {"at": f"{at:.0f}s"} if not state.ended_at or recorded.at < state.ended_at else {}
        match recorded.event.type:
            case "SignalReceived":
                act["signal"] = data["signal"]
            case "CancelRequested":
                act["cancel"] = data["reason"]
            case "RunReopened":
                act["retry"] = data.get("reason") or "once more"
            case "UndoRequested" if recorded.event.step is None and "prefix" not in data:
                act["undo"] = data.get("to") or "all"
            case _:
                continue
        yield act if recorded.by == state.started_by else {**act, "by": recorded.by}


# -- as text ------------------------------------------------------------------------------------------


def as_yaml(data: Data) -> str:
    """The text of a file of tests."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Texts of several lines as blocks, short mappings and lists on one line."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    def mapping(dumper: Any, value: Data) -> Any:
        return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_is_short(value))

    def listed(dumper: Any, value: list[Any]) -> Any:
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value))

    Dumper.add_representer(str, text)
    Dumper.add_representer(dict, mapping)
    Dumper.add_representer(list, listed)
    head = "# yaml-language-server: $schema=../../schemas/test.schema.json\n"
    written = yaml.dump(data, Dumper=Dumper, sort_keys=False, width=110, allow_unicode=True)
    return head + written


def _is_short(value: Any) -> bool:
    """True for what is read at one glance on one line."""
    if isinstance(value, dict) and ("status" in value or "title" in value):
        return not value.keys() - {"status"}
    text = json.dumps(value, ensure_ascii=False)
    return len(text) <= _WIDTH and "\\n" not in text


def checked_text(file: str, data: Data) -> str:
    """The text, read back as strictly as any other file; as JSON, which is YAML as well, where it would be misread."""
    from runbook.reading.tree import read_tree

    text = as_yaml(data)
    tree, found = read_tree(file, text.encode())
    if tree is None or found or tree.data != data:
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return text


__all__ = ["Draft", "as_yaml", "checked_text", "draft_of_run", "first_draft", "together"]
