"""Notes the heads of chains elsewhere: of one run, of one work item, of the department, or of all there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace, now
from runbook.errors import JournalDamaged, Misuse

if TYPE_CHECKING:
    from runbook.engine.anchors import Anchors, AnyAnchor

ANCHORS = "operations/anchors.jsonl"
"""The file of the project in which anchors are kept when no other is named."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The heads of all chains, and where they are noted."""

    runs: int
    streams: int
    new: int
    """How many of them were not noted there before."""
    where: str


def anchor(workspace: Workspace, run: str, file: Path | None = None, tag: str | None = None) -> tuple[AnyAnchor, str]:
    """Write down the head of a run's chain, in a file or in a git tag of the project; the anchor, and where it is."""
    from runbook.app.proof import whole_run
    from runbook.engine.anchors import Anchor

    _, definition, _, chain = whole_run(workspace, run)
    seq, hash = chain.head
    made = Anchor(run, seq, hash.hex(), definition, now())
    return made, _written(workspace, f"Run {run}, event {seq}", [made], file, tag)


def anchor_stream(
    workspace: Workspace, stream: str, file: Path | None = None, tag: str | None = None
) -> tuple[AnyAnchor, str]:
    """Write down the head of the stream of a work item, or of the department."""
    from runbook.app.proof import whole_stream
    from runbook.engine.anchors import StreamAnchor

    _, chain = whole_stream(workspace, stream)
    seq, hash = chain.head
    made = StreamAnchor(stream, seq, hash.hex(), now())
    return made, _written(workspace, f"{stream}, event {seq}", [made], file, tag)


def anchor_all(workspace: Workspace, file: Path | None = None, tag: str | None = None) -> Noted:
    """Write down the heads of all runs, work items and of the department, those that are new in that place.

    `JournalDamaged` when something is not as it was written: what is noted would pass for sound.
    """
    from runbook.engine import anchors
    from runbook.engine.examining import definition_of
    from runbook.journal.verify import checked

    path = workspace.home / "journal.db"
    if not path.exists():
        raise Misuse(f"there is no journal in {workspace.home}", "name where runs are kept with --home")
    found: list[AnyAnchor] = []
    at = now()
    for finding, chain in checked(path):
        if finding is not None:
            raise JournalDamaged(str(finding), "`runbook verify --all` names all that is wrong")
        if chain is None or not chain.events:
            continue
        seq, hash = chain.head
        if chain.is_stream:
            found.append(anchors.StreamAnchor(chain.run, seq, hash.hex(), at))
        else:
            found.append(anchors.Anchor(chain.run, seq, hash.hex(), definition_of(chain), at))
    target = file or workspace.root / ANCHORS
    before = anchors.read(target).anchors if tag is None and target.is_file() else ()
    known = {(*each.of, each.seq, each.hash) for each in before}
    new = [each for each in found if (*each.of, each.seq, each.hash) not in known]
    where = _written(workspace, f"The journal, {len(found)} heads", new, file, tag)
    streams = sum(each.of[1] for each in found)
    return Noted(len(found) - streams, streams, len(new), where)


def _written(workspace: Workspace, title: str, made: Iterable[AnyAnchor], file: Path | None, tag: str | None) -> str:
    """Write anchors where they were asked for; where that is."""
    from runbook.engine import anchors

    if tag is not None:
        anchors.tag(workspace.root, tag, title, made)
        return f"git tag {tag}"
    anchors.append(file or workspace.root / ANCHORS, made)
    return str(file or ANCHORS)


def kept_anchors(workspace: Workspace, files: Sequence[Path] = (), tags: Sequence[str] = ()) -> list[Anchors]:
    """The anchors in these files and git tags, and those that the project keeps itself."""
    from runbook.engine import anchors

    found = [anchors.read(file) for file in files]
    found += [anchors.tagged(workspace.root, tag) for tag in tags]
    try:
        own = workspace.root / ANCHORS
    except Misuse:  # an archive, and runs in a folder of their own, are checked from anywhere
        return found
    if own.is_file() and own.resolve() not in {file.resolve() for file in files}:
        found.append(anchors.read(own))
    return found
