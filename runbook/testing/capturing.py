"""What a program leaves as evidence in a test: the streams that it wrote, and files that the test says are there."""

from __future__ import annotations

from hashlib import sha256

from runbook.clauses import Evidence, Output
from runbook.errors import ExpressionError, Refused
from runbook.kept import check_file
from runbook.kind import Values
from runbook.outcome import Finished, Taken
from runbook.run.commands import Attach
from runbook.run.extracting import PREVIEW, text_of, to_keep
from runbook.run.progress import StepState
from runbook.sizes import in_words
from runbook.testing.files import given_file
from runbook.testing.programs import Canned, written


def captured(step: StepState, finished: Finished, canned: Canned) -> tuple[tuple[Attach, ...], dict[str, str]]:
    """What is taken from a program as evidence; and the pieces that can't be, each with why."""
    taken: list[Attach] = []
    missed: dict[str, str] = {}
    for piece in step.step.evidence:
        if not piece.source:
            continue
        found = _file(step, piece, canned) if piece.source == "file" else _stream(step, piece, finished)
        if isinstance(found, str):
            missed[piece.id] = found
            continue
        try:
            check_file(f"`{piece.id}`", found.size, found.type, piece.types, piece.max_size)
        except Refused as error:
            missed[piece.id] = str(error)
        else:
            taken.append(found)
    return tuple(taken), missed


def taken(step: StepState, finished: Finished, canned: Canned, values: Values) -> dict[str, Taken]:
    """What its outputs need of files: those that the test speaks of, and streams that are to be kept."""
    expected = step.step.expect.exit_codes if step.step.expect else (0,)
    if finished.error or finished.exit_code not in expected:
        return {}
    wanted = {name: each for name, each in step.step.outputs.items() if each.kept or each.source == "file"}
    return {name: _taken(name, each, finished, canned, values) for name, each in wanted.items()}


def _taken(name: str, output: Output, finished: Finished, canned: Canned, values: Values) -> Taken:
    given: dict[str, Taken] = {}
    if output.source == "file":
        if canned.outputs is None or name not in canned.outputs:
            return Taken(why="the test does not say what is in the file: write it below `outputs` of the program")
        given = {name: Taken(written(output, canned.outputs[name]))}
    if not output.kept:
        return given[name]
    try:
        text = to_keep(name, output, text_of(name, output, finished, given), values)
    except ExpressionError as error:
        return Taken(why=str(error))
    content = text.encode("utf-8", "replace")
    if len(content) > output.max_size:
        return Taken(why=f"it has more than {in_words(output.max_size)}")
    about = {"name": f"{name}.txt", "sha256": sha256(content).hexdigest(), "size": len(content), "type": "text/plain"}
    return Taken(file={**about, "preview": text[:PREVIEW]}) if text else Taken()


def _file(step: StepState, piece: Evidence, canned: Canned) -> Attach | str:
    """The file that is said to be there; one that nobody speaks of is, and of a type that fits."""
    fits = piece.types[0] if piece.types and "/" in piece.types[0] else "text/plain"
    given = canned.files.get(piece.id, given_file({"name": piece.id, "type": fits}))
    if given is None:
        return "the file is not there"
    return Attach(step.path, given.name, given.sha256, given.size, given.type, piece.id)


def _stream(step: StepState, piece: Evidence, finished: Finished) -> Attach | str:
    text = finished.stderr if piece.source == "stderr" else finished.stdout
    if not text:
        return f"{piece.source} is empty"
    content = text.encode()
    name = f"{step.step.id}.{piece.source}.txt"
    return Attach(step.path, name, sha256(content).hexdigest(), len(content), "text/plain", piece.id)
