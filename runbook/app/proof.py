"""What proves a run: its archive, its anchors, and the check of a run, of the whole journal, or of an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.seeing import check_sees_all
from runbook.app.workspace import Workspace, now
from runbook.errors import JournalDamaged, Misuse

if TYPE_CHECKING:
    from runbook.engine.anchors import Anchor, Anchors
    from runbook.journal.laws import Chain
    from runbook.journal.verdict import Verdict
    from runbook.run.events import Recorded

ANCHORS = "operations/anchors.jsonl"
"""The file of the project in which anchors are kept when no other is named."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An archive that was written."""

    file: Path
    run: str
    members: int
    size: int
    sha256: str
    head_seq: int
    head_hash: str


def export(workspace: Workspace, run: str, file: Path) -> Exported:
    """Write the archive of a run as far as it has come; `JournalDamaged` when something is not as it was recorded.

    `Refused` when not all of it is for who calls: what is left out would break the chain.
    """
    from runbook.engine.archive import Contents, write
    from runbook.engine.checking import evidence_of
    from runbook.engine.evidence import kept
    from runbook.engine.examining import sha256_of
    from runbook.engine.look import look, stored_definition
    from runbook.engine.retelling import retold
    from runbook.journal.laws import definitions_of
    from runbook.views.record import as_page

    process, definition, rows, chain = _chain(workspace, run)
    check_sees_all(workspace, look(workspace.journal, run), "the archive")
    texts = {hash: stored_definition(workspace.journal, hash) for hash in definitions_of(definition, chain.events)}
    state = retold(run, process, definition, chain.events, texts.__getitem__)
    evidence = {digest: kept(workspace.home, digest) for digest, _, _ in evidence_of(chain.events)}
    page = as_page(state, chain.events)
    contents = Contents(run, process, definition, rows, texts, evidence, page, _signers(workspace, chain.events))
    manifest = write(file, contents)
    return Exported(
        file,
        run,
        len(manifest.members) + 1,
        file.stat().st_size,
        sha256_of(file),
        manifest.head_seq,
        manifest.head_hash,
    )


def _chain(workspace: Workspace, run: str) -> tuple[str, str, list[tuple[object, ...]], Chain]:
    """The process and the definition of a run, its events as they are kept, and as a chain, which is whole."""
    from runbook.journal.laws import followed

    row = workspace.journal.row(run)
    if row is None:
        raise Misuse(f"there is no run `{run}`", "see `runbook runs`")
    rows = workspace.journal.rows(run)
    chain = followed(run, row.definition, rows, "event")
    if chain.findings or not chain.events:
        what = chain.findings[0].what if chain.findings else "it has no events"
        raise JournalDamaged(f"run {run}: {what}", f"`runbook verify {run}` names all that is wrong")
    return row.process, row.definition, rows, chain


def anchor(workspace: Workspace, run: str, file: Path | None = None, tag: str | None = None) -> tuple[Anchor, str]:
    """Write down the head of a run's chain, in a file or in a git tag of the project; the anchor, and where it is."""
    from runbook.engine import anchors

    _, definition, _, chain = _chain(workspace, run)
    seq, hash = chain.head
    made = anchors.Anchor(run, seq, hash.hex(), definition, now())
    if tag is not None:
        anchors.tag(workspace.root, tag, made)
        return made, f"git tag {tag}"
    target = file or workspace.root / ANCHORS
    anchors.append(target, made)
    return made, str(file or ANCHORS)


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


def verify_journal(workspace: Workspace, anchors: Sequence[Anchors], run: str = "") -> Verdict:
    """Check one run of the journal, or all of it, with the evidence of what is checked."""
    from runbook.engine.examining import Examination
    from runbook.journal.verify import checked

    path = workspace.home / "journal.db"
    if not path.exists():
        raise Misuse(f"there is no journal in {workspace.home}", "name where runs are kept with --home")
    examination = Examination(
        workspace.home, lambda: workspace.journal, workspace.kinds, partial(_signers, workspace), anchors
    )
    unreadable = ""
    try:
        for finding, chain in checked(path, (run,) if run else None):
            if finding is not None:
                examination.found(finding)
            elif chain is not None:
                examination.take(chain)
    except JournalDamaged as error:
        unreadable = str(error)
    if not run and not unreadable:
        examination.miss()
    return examination.verdict("run" if run else "journal", run or str(path), unreadable)


def verify_archive(workspace: Workspace, file: Path, anchors: Sequence[Anchors]) -> Verdict:
    """Check an archive, wherever it comes from; nothing besides it is needed, and the kinds of its steps."""
    from runbook.engine.anchors import compared
    from runbook.engine.checking import check
    from runbook.engine.signed_answers import signature_findings, signed, unfolded
    from runbook.journal.verdict import Verdict
    from runbook.views.record import as_page

    checked = check(file, as_page)
    findings, notes, compared_with = [*checked.findings], [*checked.notes], 0
    manifest, chain = checked.manifest, checked.chain
    findings += [finding for each in anchors for finding in each.findings]
    if chain is None or manifest is None:
        return Verdict("archive", str(file), tuple(findings), evidence=checked.evidence, notes=tuple(notes))
    for finding in compared(chain, manifest.definition, anchors):
        compared_with += 1
        findings += [finding] if finding else []
    state = None
    if not findings:
        state = unfolded(manifest.definition, checked.texts.__getitem__, workspace.kinds)
    findings += signature_findings(chain.run, chain.events, checked.signers, state)
    signatures = sum(1 for _ in signed(chain.events))
    return Verdict(
        "archive", str(file), tuple(findings), 1, len(chain.events), checked.evidence, compared_with,
        signatures, (manifest.head_seq, manifest.head_hash), manifest.definition, tuple(notes),
    )  # fmt: skip


def _signers(workspace: Workspace, events: Sequence[Recorded]) -> bytes | None:
    """The file of the run's project that says whose keys sign for whom; None where there is none."""
    from runbook.engine.files import SIGNERS, read_file

    root = str(events[0].event.data.get("root") or "")
    try:
        return read_file(Path(root) if root else workspace.root, SIGNERS)
    except Misuse:
        return None
