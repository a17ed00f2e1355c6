"""What a program leaves as evidence in a test: the streams that it wrote, and files that the test says are there."""

from __future__ import annotations

from hashlib import sha256

from runbook.clauses import Evidence
from runbook.errors import Refused
from runbook.kept import check_file
from runbook.outcome import Finished
from runbook.run.commands import Attach
from runbook.run.progress import StepState
from runbook.testing.files import given_file
from runbook.testing.programs import Canned


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
