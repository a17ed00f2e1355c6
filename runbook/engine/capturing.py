"""Takes what a program has left as evidence of its step, before anybody is told that it has ended.

Rule 1: what a program left is kept, also when it failed. What can't be kept is said with why, and never made up.
Rule 2: a file that holds a secret of its program is not kept.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from runbook.clauses import Evidence
from runbook.engine.evidence import Kept, Wanted, keep_parts, keep_written
from runbook.errors import ExpressionError, MachineRefuses, Misuse, Refused
from runbook.outcome import Finished
from runbook.run.commands import Attach, Settle
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.run.values import Names

_CHUNK = 1 << 20


def with_evidence(
    settled: Settle, state: RunState, home: Path, root: Path, secrets: Callable[[], Sequence[bytes]] = tuple
) -> Settle:
    """The same with the evidence that its step wants to be taken from the program, which was given those `secrets`.

    `MachineRefuses` when it could not be kept: the end of the program is not told then, and looked at again later.
    """
    step = state.steps[settled.step]
    pieces = [piece for piece in step.step.evidence if piece.source]
    if not pieces:
        return settled
    taken: list[Attach] = []
    missed: dict[str, str] = {}
    for piece in pieces:
        try:
            found = _taken(piece, settled.finished, state, step, home=home, root=root, secrets=secrets)
        except (Misuse, Refused, ExpressionError) as error:
            missed[piece.id] = str(error)
        except OSError as error:
            raise MachineRefuses(
                f"evidence `{piece.id}` of `{step.path}` can't be kept: {error.strerror}", "check free space"
            ) from None
        else:
            taken.append(Attach(step.path, found.name, found.sha256, found.size, found.type, piece.id))
    return replace(settled, evidence=tuple(taken), uncaptured=missed)


def _taken(
    piece: Evidence,
    finished: Finished,
    state: RunState,
    step: StepState,
    *,
    home: Path,
    root: Path,
    secrets: Callable[[], Sequence[bytes]],
) -> Kept:
    if piece.source == "file" and piece.path is not None:
        path = Names(state, step.siblings.scope).text(piece.path)
        since = datetime.datetime.fromisoformat(step.started_at).timestamp()
        return keep_written(home, root, path, since, Wanted(path, piece.types, piece.max_size, secrets()))
    text = finished.stderr if piece.source == "stderr" else finished.stdout
    if finished.dropped:
        raise Misuse(f"{finished.dropped} bytes of the output were dropped", "have the program write a file")
    if "\ufffd" in text:
        raise Misuse(f"{piece.source} is not text", "have the program write a file")
    name = f"{step.step.id}.{piece.source}.txt"
    return keep_parts(home, name, _parts(text), Wanted(piece.source, piece.types, piece.max_size))


def _parts(text: str) -> Iterator[bytes]:
    for place in range(0, len(text), _CHUNK):
        yield text[place : place + _CHUNK].encode()
