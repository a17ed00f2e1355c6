"""Runs whose programs people carry out: what they are shown to copy, and what becomes of what they paste back.

Rule 1: what is pasted is concluded as a program's end is: the same expectations, outputs, attempts and record.
Rule 2: that nothing of a run is executed is decided at its beginning, and stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.blocks import Field
from runbook.definition import Step
from runbook.errors import ExpressionError, Refused
from runbook.expressions import names
from runbook.form import LONGEST_ANSWER, checked, filled
from runbook.instants import between
from runbook.outcome import Act, Done, Failed, Finished, Json, Outcome, Taken, Waiting, WaitsFor
from runbook.phrases import Phrase
from runbook.run.events import Status
from runbook.run.progress import NOTHING, StepState
from runbook.run.results import conclude, result_of, stated_outputs
from runbook.run.state import RunState
from runbook.run.values import Names
from runbook.run.verifying import performed

if TYPE_CHECKING:
    from runbook.run.commands import Answer
    from runbook.run.turn import Turn

EXIT_CODE = Field("exit_code", Phrase("Exit code"), "integer", required=False, minimum=0, maximum=255, default="0")
COMMAND = Field("command", "Command that was run, if it was another one", "text", required=False)
AS_EXPECTED = Field("as_expected", Phrase("What it wrote is as expected"), "boolean")
_STREAMS = {
    "stdout": Field("stdout", "What it wrote", "text", required=False),
    "stderr": Field("stderr", "What it wrote as errors", "text", required=False),
}
STREAMS = tuple(_STREAMS)
"""The boxes into which output is pasted."""


def put(state: RunState, step: StepState) -> Outcome:
    """What a person is asked to do at a step that the machine would carry out."""
    try:
        outcome = state.plan.kinds[step.step.kind].perform(step.step.spec, Names(state, step.siblings.scope))
    except ExpressionError as error:
        return Failed(str(error))
    if not isinstance(outcome, Act):
        return outcome
    prompt: dict[str, Json] = {"command": outcome.shown}
    if outcome.cwd not in ("", "."):
        prompt["folder"] = outcome.cwd
    if env := {name: value for name, value in outcome.env.items() if not name.startswith("RB_")}:
        prompt["env"] = env  # the others are values of the script, and stand in the command
    if outcome.stdin:
        prompt["stdin"] = outcome.stdin
    if step.step.by_hand:
        prompt["text"] = step.step.by_hand
    streams = [stream for stream in STREAMS if stream in streams_needed(step.step)]
    if wanted := [*streams, *files_needed(step.step)]:
        prompt["fields"] = wanted
    return Waiting(WaitsFor.PERSON, prompt)


def is_put(step: StepState) -> bool:
    """True when a person is asked to carry out what the machine would."""
    asked = step.status is Status.WAITING and step.waits_for == WaitsFor.PERSON.value
    return asked and "command" in step.prompt and not step.performed


def streams_needed(step: Step) -> frozenset[str]:
    """The streams without which nobody can tell whether the step is done, or what it gives."""
    needed = {output.source for output in step.outputs.values()}
    if step.expect:
        if step.expect.contains or step.expect.matches or step.expect.json:
            needed.add("stdout")
        needed |= {path[0] for each in step.expect.that for path, _ in names(each.tree)}
    return frozenset(needed) & frozenset(STREAMS)


def files_needed(step: Step) -> tuple[str, ...]:
    """The outputs that come from files, whose content is pasted as well."""
    return tuple(name for name, output in step.outputs.items() if output.source == "file")


def boxes(step: Step) -> tuple[Field, ...]:
    """What can be pasted and typed at the step: its exit code, what it wrote, another command."""
    files = (
        Field(name, f"What it wrote to {output.path.source}", "text", required=False)
        for name, output in step.outputs.items()
        if output.source == "file" and output.path
    )
    return (EXIT_CODE, *(_STREAMS[name] for name in STREAMS if name in streams_needed(step)), *files, COMMAND)


def boxes_on_paper(step: Step) -> tuple[Field, ...]:
    """The same on paper, where nobody pastes: what the step gives, and whether what it wrote is as expected."""
    given = (
        Field(name, name.replace("_", " ").capitalize(), _TYPES.get(output.type, "text"))
        for name, output in step.outputs.items()
        if output.source != "exit_code"
    )
    return (EXIT_CODE, *given, *((AS_EXPECTED,) if _judged(step) else ()), COMMAND)


_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}


def _judged(step: Step) -> bool:
    """True when something is expected of what the step writes that only somebody who has seen it can tell."""
    expect = step.expect
    return bool(expect and (expect.contains or expect.matches or expect.json or unseen(step)))


def unseen(step: Step) -> bool:
    """True when a condition of the step looks at what it wrote."""
    that = step.expect.that if step.expect else ()
    return any(path[0] in STREAMS for each in that for path, _ in names(each.tree))


# -- what a person says -----------------------------------------------------------------------------


def changed_command(step: StepState, command: Answer) -> str:
    """The command that a person says they ran instead of the one that was shown; empty when it was that one."""
    shown, ran = _shown(step), command.fields.get("command")
    if not shown or "command" in step.step.outputs or not isinstance(ran, str) or ran.strip() == shown.strip():
        return ""
    return ran.strip()


def _shown(step: StepState) -> str:
    return str(step.prompt.get("command") or step.act.get("shown", ""))


def with_deviation(step: StepState, command: Answer, reply: dict[str, Json]) -> dict[str, Json]:
    """The reply with what it says of another command than the one that was shown."""
    ran = changed_command(step, command)
    if not ran:
        return reply
    if not command.reason:
        raise Refused(f"another command than the one shown at `{step.path}` needs a reason", "say why it was changed")
    deviation = {"kind": "changed-command", "reason": command.reason, "command": ran, "shown": _shown(step)}
    return {**reply, "deviation": deviation}


def take(
    turn: Turn, step: StepState, command: Answer, reply: Mapping[str, Json], authority: Mapping[str, Json]
) -> None:
    """The end of what a person was asked to carry out, as they tell it, and by whose `authority` it was another one."""
    seconds = between(step.started_at, turn.now)
    stated: Mapping[str, Json] | None = None
    taken: Mapping[str, Taken] = NOTHING
    match command.outcome:
        case "done" if turn.state.transcribed and not set(STREAMS) & command.fields.keys():
            finished, stated = _written_down(step.step, command.fields, seconds)
        case "done":
            taken = _files(step.step, command.fields)
            finished = _pasted(step.step, command.fields, seconds)
        case "failed":
            finished = Finished(None, error=command.reason, seconds=seconds)
        case _:
            raise Refused(
                f"`{step.path}` can't be answered with `{command.outcome}`", "answer `done`, `failed` or `skipped`"
            )
    result = result_of(finished)
    match conclude(step.step, finished, turn.state, step.siblings.scope, stated, taken):
        case Done(outputs):
            performed(turn, step, outputs, {}, reply, result=result, **authority)
        case Failed(reason):
            from runbook.run.settling import attempt_failed  # what follows is much, and paper needs none of it

            attempt_failed(
                turn, step, reason, finished.exit_code, attended=command.attended, result=result, reply=reply,
                **authority,
            )  # fmt: skip


def _pasted(step: Step, fields: Mapping[str, Json], seconds: float) -> Finished:
    """A program's end, by what a person has pasted; `Refused` where something is missing or can't be right."""
    known = {each.name for each in (EXIT_CODE, *_STREAMS.values(), COMMAND)} | set(files_needed(step))
    if others := [name for name in fields if name not in known]:
        listed = ", ".join(f"`{each.name}`" for each in boxes(step))
        raise Refused(f"`{others[0]}` is not a box of `{step.id}`", f"its boxes are {listed}")
    code = _exit_code(fields)
    expected = step.expect.exit_codes if step.expect else (0,)
    texts = {name: _text(name, fields[name]) for name in STREAMS if name in fields}
    for name in STREAMS:
        if name in streams_needed(step) and name not in texts and code in expected:
            raise Refused(f"`{name}` of `{step.id}` is needed to tell how it ended", "paste what it wrote")
    for name in files_needed(step):
        if code in expected and not fields.get(name):
            raise Refused(f"`{name}` of `{step.id}` is needed to tell how it ended", "paste what it wrote to the file")
    return Finished(code, stdout=texts.get("stdout", ""), stderr=texts.get("stderr", ""), seconds=seconds)


def _files(step: Step, fields: Mapping[str, Json]) -> dict[str, Taken]:
    """What somebody has pasted of the files that a program wrote."""
    return {name: Taken(_text(name, fields[name])) for name in files_needed(step) if fields.get(name)}


def _exit_code(fields: Mapping[str, Json]) -> int:
    given = fields.get("exit_code")
    code = 0 if given is None or given == "" else checked(EXIT_CODE, given)
    assert isinstance(code, int)
    return code


def _text(name: str, value: Json) -> str:
    if not isinstance(value, str):
        raise Refused(f"`{name}` is not a text", "put it in quotes")
    if len(value) > LONGEST_ANSWER:
        help = "paste the part that matters, and attach the rest as a file"
        raise Refused(f"`{name}` is longer than {LONGEST_ANSWER} characters", help)
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _written_down(step: Step, fields: Mapping[str, Json], seconds: float) -> tuple[Finished, dict[str, Json]]:
    """A program's end and what it gave, by what somebody has written down on paper."""
    code = _exit_code(fields)
    expected = step.expect.exit_codes if step.expect else (0,)
    if code not in expected:
        return Finished(code, seconds=seconds), {}
    answers = filled(boxes_on_paper(step), fields)
    if answers.get("as_expected") is False:
        return Finished(code, error="what it wrote was not as expected", seconds=seconds), {}
    stated = {name: value for name, value in answers.items() if name in step.outputs}
    return Finished(code, seconds=seconds), stated_outputs(step, stated)


def done_by_hand(state: RunState, step: StepState, fields: Mapping[str, Json]) -> dict[str, Json]:
    """What is known of a step that a person declares done: its outputs as they state them, or as they pasted them."""
    outputs = step.step.outputs
    own = {EXIT_CODE.name, COMMAND.name, *STREAMS} - outputs.keys()
    pasted = {name: value for name, value in fields.items() if name in own}
    stated = {name: value for name, value in fields.items() if name not in own}
    if not pasted.keys() - {COMMAND.name}:
        return {"outputs": stated_outputs(step.step, stated)}
    files = {name: stated.pop(name) for name in files_needed(step.step) if name in stated}
    finished = _pasted(step.step, {**pasted, **files}, 0.0)
    match conclude(step.step, finished, state, step.siblings.scope, taken=_files(step.step, files)):
        case Done(found):
            given = {**found, **stated_outputs(step.step, stated)}
            return {"outputs": given, "result": result_of(finished)}
        case Failed(reason):
            raise Refused(
                f"what was pasted does not show that `{step.path}` is done: {reason}", "answer `failed`, or `redo` it"
            )
