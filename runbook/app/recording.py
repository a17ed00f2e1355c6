"""A session of commands, run and kept, that becomes the draft of a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse, Refused

if TYPE_CHECKING:
    from runbook.engine.recording import Recorded


def check_draft(workspace: Workspace, file: Path) -> None:
    """Nothing when a draft may be written to that file; `Misuse` before a single command has run."""
    if file.exists() or file.is_symlink():
        raise Misuse(f"`{file}` is there already", "name a new file, or move that one away")
    if file.suffix != ".yaml":
        raise Misuse(f"`{file}` is no name of a process", "name a file that ends in .yaml")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a session became: the text of a process, and what is still wrong with it."""

    text: str
    wrong: str = ""


def draft_of(workspace: Workspace, commands: Sequence[Recorded], title: str, file: Path | None) -> Draft:
    """The draft, laid out and checked; secrets that can be told are hidden. What was run is kept, whatever is wrong."""
    from runbook.engine.files import find_root
    from runbook.reading.formatting import formatted, schema_for
    from runbook.reading.layout import Role
    from runbook.reading.rules.secret_in_text import masked
    from runbook.views.recorded import draft
    from runbook.views.starting import as_title

    title = title or as_title(file.stem if file else "recorded-session")
    owned = file is not None and (file.absolute().parent / "group.yaml").exists() and find_root(file.absolute().parent)
    text = draft(title, "" if owned else workspace.actor.name, commands, masked)
    try:
        text = formatted("the draft", text.encode(), schema_for(Role.PROCESS, workspace.kinds))
    except Refused as error:
        return Draft(text, str(error))
    return Draft(text, _wrong(workspace, text))


def write_draft(file: Path, text: str) -> None:
    """Write the draft into a file that is not there yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)


def _wrong(workspace: Workspace, text: str) -> str:
    """What keeps the draft from being a process that could be run; empty when nothing does."""
    from runbook.diagnostics import Severity
    from runbook.reading.library import read_library

    files = {
        "runbook.yaml": b"runbook: 1\ntitle: x\n",
        "processes/a/group.yaml": b"title: x\nowner: x\n",
        "processes/a/b.yaml": text.encode(),
    }
    found = read_library(files, workspace.kinds).diagnostics
    errors = [each for each in found if each.severity is Severity.ERROR]
    if not errors:
        return ""
    line = text.split("\n")[errors[0].place.line - 1].strip()
    more = f", and {len(errors) - 1} more" if errors[1:] else ""
    return f"{errors[0].message} (`{line}`){more}"
