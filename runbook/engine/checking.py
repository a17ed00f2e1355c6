"""Checks an archive of a run or of a work item offline: its form, its list, each member, and what its events tell.

Rule 1: an archive comes from anybody. It is read where it stands, in parts, within limits; nothing of it is unpacked.
Rule 2: it is checked from the outside inwards, and whatever can't be trusted is not looked into any further.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from runbook import __version__
from runbook.engine.item_story import told_by_item
from runbook.engine.manifest import (
    DEFINITIONS,
    EVENTS,
    EVIDENCE,
    MANIFEST,
    RECORD,
    SIGNERS,
    Manifest,
    is_hash,
    lines,
    read_manifest,
    row_of,
)
from runbook.engine.packing import Packed, Spoiled
from runbook.engine.retelling import retold
from runbook.errors import JournalDamaged, Misuse, RunbookError
from runbook.journal import stream_laws
from runbook.journal.laws import Chain, Finding, definitions_of, followed, possible
from runbook.run.events import Recorded
from runbook.run.plan import Plan
from runbook.run.state import RunState

_LARGEST_TEXT = 256 * 2**20
"""Bytes that a definition, the events, or the record of an archive may have."""
_LARGEST_MANIFEST = 16 * 2**20
_LONGEST_LINE = 64 * 2**20
_SENSELESS = (
    RunbookError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What comes of events and definitions that were made up."""
_MOST_STEPS = 1_000_000
"""Steps on paper up to which a record is written from an archive to compare it."""
_TOP = (EVENTS, RECORD, SIGNERS)

Render = Callable[[RunState, Sequence[Recorded]], str]
"""Writes the record of a run as a page."""


@dataclass(slots=True)
class Checked:
    """What was found in an archive, and how much of it was looked at."""

    findings: list[Finding] = field(default_factory=list)
    manifest: Manifest | None = None
    chain: Chain | None = None
    """Its events; None when they could not be read."""
    evidence: int = 0
    signers: bytes | None = None
    texts: dict[str, str] = field(default_factory=dict)
    """The texts that the run goes by, by hash."""
    notes: list[str] = field(default_factory=list)


def check(path: Path, render: Render) -> Checked:
    """Everything that is wrong with the archive in that file; `Misuse` when there is no such file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Misuse(f"{path} can't be read: {error.strerror}", "name a file that `runbook export` wrote") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Misuse(f"{path} is not a file", "name a file that `runbook export` wrote")
    with os.fdopen(handle, "rb") as stream:
        return _Check(stream, render).done()


class _Check:
    """One archive, and what has been found in it so far."""

    def __init__(self, stream: BinaryIO, render: Render) -> None:
        self._stream = stream
        self._render = render
        self._checked = Checked()

    def done(self) -> Checked:
        """All that can be said of it."""
        try:
            packed = Packed(self._stream)
            self._checked.manifest = manifest = self._manifest(packed)
            self._members(packed, manifest)
            if not self._checked.findings:  # what was changed is named above; what it says is not worth a look
                (self._of_stream if manifest.stream else self._story)(packed, manifest)
        except Spoiled as error:
            self._found(error.member or "archive", str(error))
        except ValueError as error:
            self._found(MANIFEST, str(error))
        return self._checked

    def _found(self, where: str, what: str, run: str = "", seq: int = 0) -> None:
        self._checked.findings.append(Finding(where, what, run, seq))

    def _manifest(self, packed: Packed) -> Manifest:
        if MANIFEST not in packed.members:
            raise Spoiled(f"it has no `{MANIFEST}`", MANIFEST)
        return read_manifest(packed.text(MANIFEST, _LARGEST_MANIFEST))

    def _members(self, packed: Packed, manifest: Manifest) -> None:
        """Whether the members are those of the manifest, in their order, each with the content it says."""
        kept = [name for name in packed.members if name != MANIFEST]
        for name in kept:
            if name not in manifest.members:
                self._found(name, f"`{name}` is not in the manifest")
            elif not _is_known(name):
                self._found(name, f"`{name}` is nothing that an export writes")
        for name in manifest.members:
            if name not in packed.members:
                self._found(name, f"`{name}` is missing")
            else:
                self._content(packed, name, manifest.members[name])
        for name in (EVENTS,) if manifest.stream else (EVENTS, RECORD):
            if name not in manifest.members:
                self._found(name, f"`{name}` is missing")
        if list(packed.members) != [*sorted(kept), MANIFEST]:
            self._found("directory", "its members do not stand in the order in which an export writes them")

    def _content(self, packed: Packed, name: str, listed: object) -> None:
        """Whether a member has the content that the manifest, its check sum and its name say."""
        digest, size, wrong = hashlib.sha256(), 0, ""
        try:
            for part in packed.parts(name):
                digest.update(part)
                size += len(part)
        except Spoiled as error:
            wrong = str(error)
        folder, _, last = name.partition("/")
        if listed != {"size": size, "sha256": digest.hexdigest()}:
            wrong = f"`{name}` is not what was exported"
        elif folder in (DEFINITIONS, EVIDENCE) and last.removesuffix(".json") != digest.hexdigest():
            wrong = f"`{name}` has not the content that its name says"
        if wrong:
            self._found(name, wrong)
        self._checked.evidence += folder == EVIDENCE

    def _story(self, packed: Packed, manifest: Manifest) -> None:
        """Whether the events follow one from the other, could happen, and are all there is."""
        run = manifest.run
        self._checked.chain = chain = followed(run, manifest.definition, self._rows(packed), EVENTS)
        self._checked.findings += chain.findings
        if self._checked.findings:
            return
        self._checked.findings += possible(chain)
        if chain.head != (manifest.head_seq, bytes.fromhex(manifest.head_hash)):
            self._found(EVENTS, "its newest event is not the one that the manifest names", run, len(chain.events))
        if not chain.events:
            return
        told = chain.events[0].event.data
        if [told.get(name) for name in ("run", "process", "definition")] != [
            run,
            manifest.process,
            manifest.definition,
        ]:
            self._found(MANIFEST, "the manifest names another beginning than the first event", run, 1)
        self._named(packed, chain, manifest)
        if SIGNERS in packed.members:
            self._checked.signers = packed.text(SIGNERS, _LARGEST_TEXT)
        if not self._checked.findings:
            self._told(packed, chain, manifest)

    def _of_stream(self, packed: Packed, manifest: Manifest) -> None:
        """The same of a work item: its events, the policies and the evidence they name, and nothing else."""
        self._checked.chain = chain = stream_laws.followed(manifest.stream, self._rows(packed), EVENTS)
        self._checked.findings += chain.findings
        if self._checked.findings:
            return
        if chain.head != (manifest.head_seq, bytes.fromhex(manifest.head_hash)):
            what = "its newest event is not the one that the manifest names"
            self._checked.findings.append(chain.found(what, len(chain.events)))
        self._checked.findings += told_by_item(chain)
        self._there(packed, chain, stream_laws.policies_of(chain.events), (EVENTS, MANIFEST))

    def _rows(self, packed: Packed) -> Iterator[tuple[object, ...]]:
        if packed.members[EVENTS].size > _LARGEST_TEXT:
            raise Spoiled(f"`{EVENTS}` has more than {_LARGEST_TEXT // 2**20} MiB", EVENTS)
        number = 0
        try:
            for line in lines(packed.parts(EVENTS), _LONGEST_LINE):
                number += 1
                yield row_of(line)
        except ValueError as error:
            self._found(EVENTS, f"line {number} can't be read: {error}", seq=number)

    def _named(self, packed: Packed, chain: Chain, manifest: Manifest) -> None:
        """Whether what the events name is there, and nothing else."""
        self._there(packed, chain, definitions_of(manifest.definition, chain.events), (*_TOP, MANIFEST))

    def _there(self, packed: Packed, chain: Chain, texts: Mapping[str, int], besides: Collection[str]) -> None:
        named = {f"{DEFINITIONS}/{hash}.json": seq for hash, seq in texts.items()}
        for name, size, seq in evidence_of(chain.events):
            member = f"{EVIDENCE}/{name}"
            named[member] = seq
            if member in packed.members and packed.members[member].size != size:
                what = f"`{member}` has not the size that event {seq} says"
                self._checked.findings.append(chain.at(member, what, seq))
        for member, seq in named.items():
            if member not in packed.members:
                what = f"`{member}`, which event {seq} names, is missing"
                self._checked.findings.append(chain.at(member, what, seq))
        for name in packed.members:
            if name not in named and name not in besides:
                self._found(name, f"`{name}` is named by no event")

    def _told(self, packed: Packed, chain: Chain, manifest: Manifest) -> None:
        """Whether the events make sense by their definition, and give the record that lies beside them."""
        try:
            hashes = definitions_of(manifest.definition, chain.events)
            self._checked.texts = {hash: _text(packed, hash) for hash in hashes}
            state = retold(chain.run, manifest.process, manifest.definition, chain.events, partial(_text, packed))
            if (steps := _steps_of(state.plan)) > _MOST_STEPS:
                self._found(RECORD, f"its definition comes to {steps} steps, which is more than anybody can look at")
                return
            page = self._render(state, chain.events)
        except (
            RunbookError,
            ArithmeticError,
            LookupError,
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            self._found(EVENTS, f"its events can't be understood: {error}", chain.run)
            return
        if manifest.written_by != __version__:
            by = manifest.written_by
            self._checked.notes.append(f"{RECORD} was laid out by runbook {by}, not {__version__}: it was not compared")
        elif page.encode("utf-8") != packed.text(RECORD, _LARGEST_TEXT):
            self._found(RECORD, f"`{RECORD}` does not say what the events say", chain.run)


def _text(packed: Packed, hash: str) -> str:
    """A text that the run goes by; `JournalDamaged` when it is missing."""
    name = f"{DEFINITIONS}/{hash}.json"
    if name not in packed.members:
        raise JournalDamaged(f"definition {hash[:12]} is missing")
    return packed.text(name, _LARGEST_TEXT).decode("utf-8", "surrogatepass")


def _steps_of(plan: Plan) -> int:
    """How many steps there are on paper, with those of each process wherever it is used: it may be used very often."""
    sizes: dict[str, int] = {}

    def size(id: str) -> int:
        if id not in sizes:
            sizes[id] = 0  # for a process inside of itself, which is shown once
            used = [step.use for step in plan.processes[id].every_step()]
            sizes[id] = len(used) + sum(size(one) for one in used if one)
        return sizes[id]

    return size(plan.root)


def evidence_of(events: Sequence[Recorded]) -> Iterator[tuple[str, int, int]]:
    """What was attached in a run: the SHA-256 and the size, and the number of the event that says so.

    What is no SHA-256, or no size, is spelled so that it can't be found.
    """
    for each in events:
        if each.event.type == "EvidenceAttached":
            digest, size = each.event.data.get("sha256"), each.event.data.get("size")
            yield str(digest) if is_hash(digest) else "unreadable", size if isinstance(size, int) else -1, each.seq


def _is_known(name: str) -> bool:
    """True for a name that an export gives to a member."""
    folder, _, last = name.partition("/")
    if folder == DEFINITIONS:
        return last.endswith(".json") and is_hash(last.removesuffix(".json"))
    return is_hash(last) if folder == EVIDENCE else name in _TOP
