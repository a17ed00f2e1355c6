"""The files that belong to a step: what is still missing, what may be attached, what its program has to leave.

Rule 1: a required piece that is missing keeps a step from being done, whoever says that it is.
Rule 2: what was attached before a step was reopened does not count for doing it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.run.progress import StepState

if TYPE_CHECKING:
    from runbook.clauses import Evidence
    from runbook.outcome import Json
    from runbook.run.commands import Attach, Settle
    from runbook.run.turn import Turn


def missing(step: StepState, every: bool = False) -> tuple[Evidence, ...]:
    """The required pieces that a person has to attach and that are not there yet; `every`: also those they may.

    What is taken from a program is theirs to attach when they have to say how it ended, or carry it out themselves.
    """
    if not step.step.evidence:
        return ()
    there = {each.get("evidence") for each in step.evidence if each.get("pass", 0) == step.passes}
    by_hand = step.undecided or "command" in step.prompt
    theirs = (each for each in step.step.evidence if by_hand or not each.source)
    return tuple(each for each in theirs if (each.required or every) and each.id not in there)


def check_complete(run: str, step: StepState) -> None:
    """Nothing when all required evidence is there; `Refused` names the first piece that is missing."""
    for each in missing(step):
        raise Refused(
            f"`{each.id}` ({each.title}) is missing at `{step.path}`",
            f"attach it: runbook attach {run} {step.path} FILE --as {each.id}",
        )


def meant(step: StepState, id: str) -> Evidence | None:
    """The piece that a file is attached as: the one named, or the only one missing; None for a file beside them."""
    known = {each.id: each for each in step.step.evidence}
    listed = ", ".join(f"`{each}`" for each in known) or "no evidence"
    if id and id not in known:
        raise Refused(f"`{step.path}` asks for no evidence `{id}`", f"it asks for {listed}")
    if id:
        return known[id]
    left = missing(step)
    if len(left) > 1:
        names = " or ".join(f"--as {each.id}" for each in left)
        raise Refused(f"`{step.path}` lacks several pieces of evidence", f"say which one it is: {names}")
    return left[0] if left else None


def attach(turn: Turn, step: StepState, command: Attach) -> None:
    """A file was kept, and a person says what it belongs to."""
    piece = meant(step, command.evidence)
    if piece is not None:
        from runbook.kept import check_file

        check_file(f"`{piece.id}`", command.size, command.type, piece.types, piece.max_size)
    _emit(turn, step, command, piece.id if piece else "")


def attach_to_run(turn: Turn, command: Attach) -> None:
    """A file was kept with the run as a whole."""
    if command.evidence:
        raise Refused("a run as a whole asks for no evidence", "name the step that does")
    _emit(turn, None, command, "")


def attach_fields(turn: Turn, step: StepState, answers: Mapping[str, Json]) -> None:
    """The files that were given in a form are evidence like all others, each with the name of its field."""
    for field in getattr(step.step.spec, "fields", ()):
        if field.type == "file" and field.name in answers:
            turn.emit("EvidenceAttached", step, **answers[field.name], field=field.name)


def take_in(turn: Turn, step: StepState, settled: Settle) -> None:
    """What was taken from the step's program is recorded, however it ended."""
    for each in settled.evidence:
        _emit(turn, step, each, each.evidence, **{"from": _source(step, each.evidence)})
    for name, found in settled.taken.items():
        if found.file:
            file = {key: value for key, value in found.file.items() if key != "preview"}
            turn.emit("EvidenceAttached", step, **file, output=name, **{"from": step.step.outputs[name].source})


def lacking(step: StepState, settled: Settle) -> str:
    """Why the step is not done although its program is: a required piece could not be taken; empty when all could."""
    taken = {each.evidence for each in settled.evidence}
    for piece in step.step.evidence:
        if piece.source and piece.required and piece.id not in taken:
            why = settled.uncaptured.get(piece.id, "nobody has taken it from the program")
            return f"evidence `{piece.id}` is missing: {why}"
    return ""


def _source(step: StepState, id: str) -> str:
    return next((each.source for each in step.step.evidence if each.id == id), "")


def _emit(turn: Turn, step: StepState | None, command: Attach, id: str, **more: Json) -> None:
    from runbook.file_names import safe_name
    from runbook.kept import SHAPE

    data: dict[str, Json] = {name: getattr(command, name) for name in SHAPE}
    data["name"] = safe_name(command.name)
    if not command.type:
        del data["type"]
    turn.emit("EvidenceAttached", step, **data, **({"evidence": id} if id else {}), **more)
