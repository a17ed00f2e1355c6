"""What proves a run or a work item: its archive, and the check of it, of the whole journal, or of an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.seeing import check_sees_all
from runbook.app.workspace import Workspace
from runbook.errors import JournalDamaged, Misuse

if TYPE_CHECKING:
    from runbook.engine.anchors import Anchors
    from runbook.journal.laws import Chain
    from runbook.journal.verdict import Verdict
    from runbook.run.events import Recorded


@dataclass(frozen=True, slots=True)
class Exported:
    """An archive that was written."""

    file: Path
    of: str
    """The run, or the work item."""
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

    process, definition, rows, chain = whole_run(workspace, run)
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


def whole_run(workspace: Workspace, run: str) -> tuple[str, str, list[tuple[object, ...]], Chain]:
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


def verify_journal(workspace: Workspace, anchors: Sequence[Anchors], run: str = "", item: str = "") -> Verdict:
    """Check one run of the journal, one work item, or all of it, with the evidence of what is checked."""
    from runbook.engine.examining import Examination
    from runbook.journal.verify import checked

    path = workspace.home / "journal.db"
    if not path.exists():
        raise Misuse(f"there is no journal in {workspace.home}", "name where runs are kept with --home")
    examination = Examination(
        workspace.home, lambda: workspace.journal, workspace.kinds, partial(_signers, workspace), anchors
    )
    if item and workspace.journal.streams.row(item) is None and not _is_anchored(item, anchors):
        raise Misuse(f"there is no item {item}", "see `runbook item list --all`")
    one, unreadable = run or item, ""
    try:
        for finding, chain in checked(path, (one,) if one else None):
            if finding is not None:
                examination.found(finding)
            elif chain is not None:
                examination.take(chain)
    except JournalDamaged as error:
        unreadable = str(error)
    if not run and not unreadable:
        examination.miss((item, True) if item else None)
    what = "run" if run else "item" if item else "journal"
    return examination.verdict(what, one or str(path), unreadable)


def _is_anchored(stream: str, anchors: Sequence[Anchors]) -> bool:
    return any(each.of == (stream, True) for found in anchors for each in found.anchors)


def verify_archive(workspace: Workspace, file: Path, anchors: Sequence[Anchors]) -> Verdict:
    """Check an archive, wherever it comes from; nothing besides it is needed, and the kinds of its steps."""
    from runbook.engine.anchors import by_chain, compared
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
    for finding in compared(chain, manifest.definition, by_chain(anchors)):
        compared_with += 1
        findings += [finding] if finding else []
    if manifest.stream:
        return Verdict(
            "archive", str(file), tuple(findings), 0, 1, len(chain.events), checked.evidence, compared_with,
            head=(manifest.head_seq, manifest.head_hash), notes=tuple(notes),
        )  # fmt: skip
    state = None
    if not findings:
        state = unfolded(manifest.definition, checked.texts.__getitem__, workspace.kinds)
    findings += signature_findings(chain.run, chain.events, checked.signers, state)
    signatures = sum(1 for _ in signed(chain.events))
    return Verdict(
        "archive", str(file), tuple(findings), 1, 0, len(chain.events), checked.evidence, compared_with,
        signatures, (manifest.head_seq, manifest.head_hash), manifest.definition, tuple(notes),
    )  # fmt: skip


def whole_stream(workspace: Workspace, stream: str) -> tuple[list[tuple[object, ...]], Chain]:
    """The events of a work item, or of the department, as they are kept, and as a chain, which is whole."""
    from runbook.journal.stream_laws import followed

    streams = workspace.journal.streams if workspace.existing_journal() else None
    row = streams.row(stream) if streams else None
    if streams is None or row is None:
        raise Misuse(f"there is no item {stream}", "see `runbook item list --all`")
    rows = streams.kept(stream)
    chain = followed(stream, rows, "stream_event")
    if chain.findings or len(chain.hashes) != row.head:
        what = chain.findings[0].what if chain.findings else f"event {len(chain.hashes) + 1} is missing"
        raise JournalDamaged(f"{stream}: {what}", f"`runbook verify {stream}` names all that is wrong")
    return rows, chain


def export_item(workspace: Workspace, item: str, file: Path) -> Exported:
    """Write the archive of a work item as far as it has come: its events, the policies it goes by, its evidence."""
    from runbook.engine.archive import Contents, write
    from runbook.engine.checking import evidence_of
    from runbook.engine.evidence import kept
    from runbook.engine.examining import sha256_of
    from runbook.journal.stream_laws import policies_of

    rows, chain = whole_stream(workspace, item)
    texts = {hash: workspace.journal.streams.definition(hash) for hash in policies_of(chain.events)}
    evidence = {digest: kept(workspace.home, digest) for digest, _, _ in evidence_of(chain.events)}
    manifest = write(file, Contents("", "", "", rows, texts, evidence, stream=item))
    size = file.stat().st_size
    return Exported(
        file, item, len(manifest.members) + 1, size, sha256_of(file), manifest.head_seq, manifest.head_hash
    )  # fmt: skip


def _signers(workspace: Workspace, events: Sequence[Recorded]) -> bytes | None:
    """The file of the run's project that says whose keys sign for whom; None where there is none."""
    from runbook.engine.files import SIGNERS, read_file

    root = str(events[0].event.data.get("root") or "")
    try:
        return read_file(Path(root) if root else workspace.root, SIGNERS)
    except Misuse:
        return None
