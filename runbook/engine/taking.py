"""Takes what a program wrote into files, and what is to be kept as one, for the outputs of its step.

Rule 1: it happens before anybody is told of the end; what can't be taken is said with why, and never made up.
Rule 2: a file that holds a secret of its program is not taken.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from runbook.clauses import Output
from runbook.engine.evidence import Wanted, keep_parts, open_written
from runbook.engine.searching import without_secrets
from runbook.errors import ExpressionError, MachineRefuses, Misuse, Refused
from runbook.kind import Values
from runbook.outcome import Finished, Taken
from runbook.run.commands import Settle
from runbook.run.extracting import PREVIEW, text_of, to_keep
from runbook.run.state import RunState
from runbook.run.values import Names
from runbook.sizes import LARGEST, in_words

LONGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that a value is looked for in."""

_CHUNK = 1 << 20


def with_taken(
    settled: Settle, state: RunState, home: Path, root: Path, secrets: Callable[[], Sequence[bytes]] = tuple
) -> Settle:
    """The same with what its step's outputs need of files; `MachineRefuses` when it could not be kept.

    The program was given those `secrets`, in these forms.
    """
    step = state.steps[settled.step]
    wanted = {name: each for name, each in step.step.outputs.items() if each.kept or each.source == "file"}
    expected = step.step.expect.exit_codes if step.step.expect else (0,)
    if not wanted or settled.finished.error or settled.finished.exit_code not in expected:
        return settled
    since = datetime.datetime.fromisoformat(step.started_at).timestamp()
    values = Names(state, step.siblings.scope)
    taken = {
        name: take(name, each, settled.finished, values, secrets, since=since, home=home, root=root)
        for name, each in wanted.items()
    }
    return replace(settled, taken=taken)


def take(
    name: str,
    output: Output,
    finished: Finished,
    values: Values,
    secrets: Callable[[], Sequence[bytes]] = tuple,
    *,
    since: float,
    home: Path,
    root: Path,
) -> Taken:
    """What one output needs of a file that was written after the instant `since`."""
    try:
        text = ""
        if output.source == "file" and output.path is not None:
            text = _read(values.text(output.path), secrets(), since, home, root, output.kept)
        elif finished.dropped:
            raise Misuse(f"{finished.dropped} bytes of {output.source} were dropped: have the program write a file")
        if not output.kept:
            return Taken(text)
        taken = {name: Taken(text)} if output.source == "file" else {}
        kept = to_keep(name, output, text_of(name, output, finished, taken), values)
        if not kept:
            return Taken()
        file = keep_parts(home, f"{name}.txt", _parts(kept), Wanted(f"output `{name}`", (), output.max_size))
    except (Misuse, Refused, ExpressionError) as error:
        return Taken(why=str(error))
    except OSError as error:
        raise MachineRefuses(f"output `{name}` can't be kept: {error.strerror}", "check free space") from None
    return Taken(file={**asdict(file), "preview": kept[:PREVIEW]})


def _read(path: str, secrets: Sequence[bytes], since: float, home: Path, root: Path, kept: bool) -> str:
    most = LARGEST if kept else LONGEST_FILE
    handle = open_written(home, root, path, since)
    try:
        if os.fstat(handle).st_size > most:
            raise Misuse(f"{path} has more than {in_words(most)}")
        parts, size = [], 0
        for part in without_secrets(iter(lambda: os.read(handle, _CHUNK), b""), secrets, path):
            parts.append(part)
            size += len(part)
            if size > most:
                raise Misuse(f"{path} has more than {in_words(most)}")
    finally:
        os.close(handle)
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError:
        raise Misuse(f"{path} is not text") from None


def _parts(text: str) -> Iterator[bytes]:
    for place in range(0, len(text), _CHUNK):
        yield text[place : place + _CHUNK].encode("utf-8", "replace")
