"""Files that people hand in: kept first, then named in what they say.

Rule 1: a form takes files from here alone. What names a kept file without handing it in is refused.
Rule 2: what names a file is tried before the file is kept, so that of a refused answer nothing stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace, here
from runbook.errors import MachineRefuses, Misuse, Refused

if TYPE_CHECKING:
    from runbook.blocks import Field
    from runbook.outcome import Json
    from runbook.run.commands import Answer, Attach


def keep_evidence(workspace: Workspace, run: str, step: str, file: Path, piece: str = "") -> Attach:
    """Keep a copy of a file as evidence of a step, as the `piece` it asks for; the command that has it recorded."""
    from runbook.engine.evidence import ANY, Wanted, described, keep
    from runbook.run.commands import Attach
    from runbook.run.evidence import meant

    found = workspace.book.state(run).steps.get(step)
    if step and found is None:
        raise Misuse(f"run {run} has not reached a step `{step}`", f"see `runbook status {run}`")
    asked = meant(found, piece) if found else None
    wanted = Wanted(f"`{asked.id}`", asked.types, asked.max_size) if asked else ANY
    with _written(file):
        seen = described(file, wanted)
        if seen.size:
            tried = Attach(step, seen.name, seen.sha256, seen.size, seen.type, asked.id if asked else "")
            workspace.book.check(run, [tried], workspace.actor)
        kept = keep(workspace.home, file, wanted)
    return Attach(step, kept.name, kept.sha256, kept.size, kept.type, asked.id if asked else "")


def with_files(workspace: Workspace, run: str, reply: Answer, folder: Path | None = None) -> Answer:
    """The reply with each file of its form kept, where its path led; paths begin in `folder`."""
    from runbook.engine.evidence import Wanted, described, keep

    given: dict[str, Json] = dict(reply.fields)
    wanted: dict[str, tuple[Path, Wanted]] = {}
    for name, field in file_fields(workspace, run, reply.step).items():
        path = given.get(name)
        if path is None or path == "" or reply.outcome != "done":
            continue
        if not isinstance(path, str):
            raise Refused(f"`{name}` is a file, and this names none", "give the path of a file")
        file = (folder or here()) / Path(path).expanduser()
        wanted[name] = file, Wanted(f"`{name}`", field.types, field.max_size)
        with _written(file):
            given[name] = asdict(described(*wanted[name]))
    if wanted and all(given[name]["size"] for name in wanted):  # an empty file is refused as it is kept
        workspace.book.check(run, [replace(reply, fields=given)], workspace.actor)
    for name, (file, each) in wanted.items():
        with _written(file):
            given[name] = asdict(keep(workspace.home, file, each))
    return replace(reply, fields=given)


def file_fields(workspace: Workspace, run: str, step: str) -> dict[str, Field]:
    """The fields of a step's form that are files; none where the step waits for no form."""
    found = workspace.book.state(run).steps.get(step)
    if found is None or found.undecided:
        return {}
    return {field.name: field for field in getattr(found.step.spec, "fields", ()) if field.type == "file"}


@contextmanager
def _written(file: Path) -> Iterator[None]:
    """What goes wrong with the machine while a file is kept."""
    try:
        yield
    except OSError as error:
        raise MachineRefuses(f"{file} can't be kept: {error.strerror}", "check free space and permissions") from None
