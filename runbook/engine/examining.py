"""Checks runs and streams of a journal with all that is around them: evidence, anchors, signatures, what they tell.

Rule 1: it only looks. What is wrong with one of them is told, and the next one is looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from runbook.engine.anchors import Anchors, by_chain, compared
from runbook.engine.checking import evidence_of
from runbook.engine.evidence import kept
from runbook.engine.item_story import told_by_item
from runbook.engine.look import look, stored_definition
from runbook.engine.signed_answers import signature_findings, signed, unfolded
from runbook.errors import JournalDamaged, MachineRefuses, Misuse
from runbook.journal.laws import Chain, Finding
from runbook.journal.store import Store
from runbook.journal.verdict import Verdict
from runbook.kind import Kinds
from runbook.run.events import Recorded

_CHUNK = 1 << 20

Signers = Callable[[Sequence[Recorded]], bytes | None]
"""Gives the keys that may sign in the project of a run."""


class Examination:
    """What is found while the runs and streams of a journal pass by; `store` opens the journal once it is needed."""

    def __init__(
        self, home: Path, store: Callable[[], Store], kinds: Kinds, signers: Signers, anchors: Sequence[Anchors]
    ) -> None:
        self._home, self._store, self._kinds, self._signers, self._noted = (
            home,
            store,
            kinds,
            signers,
            by_chain(anchors),
        )
        self._findings = [finding for each in anchors for finding in each.findings]
        self._last: Chain | None = None
        self._runs: set[str] = set()
        self._streams: set[str] = set()
        self._events = self._compared = self._signatures = 0
        self._evidence: dict[str, tuple[int, str]] = {}
        """What is kept under each SHA-256: its size and its own one, or why it can't be read."""

    def found(self, finding: Finding) -> None:
        """Take note of what somebody else has found."""
        self._findings.append(finding)

    def take(self, chain: Chain) -> None:
        """One run, or stream: its evidence, its anchors, its signatures, and whether its events make sense."""
        self._last = chain
        self._events += len(chain.events)
        self._findings += self._files(chain)
        for finding in compared(chain, definition_of(chain), self._noted):
            self._compared += 1
            self._findings += [finding] if finding else []
        if chain.is_stream:
            self._streams.add(chain.run)
            if chain.run not in {finding.stream for finding in self._findings}:
                self._findings += told_by_item(chain)
            return
        self._runs.add(chain.run)
        if chain.events:
            self._findings += self._signed(chain)
            self._signatures += sum(1 for _ in signed(chain.events))
        if chain.run not in {finding.run for finding in self._findings}:  # what is broken already is not told
            self._findings += self._sense(chain)

    def _files(self, chain: Chain) -> Iterator[Finding]:
        for digest, size, seq in evidence_of(chain.events):
            if what := self._wrong_with(digest, size):
                yield chain.at(f"evidence/{digest}", f"the evidence {digest[:12]} {what}", seq)

    def _wrong_with(self, digest: str, size: int) -> str:
        """What is wrong with a piece of evidence; empty when nothing is."""
        if digest not in self._evidence:
            try:
                file = kept(self._home, digest)
                self._evidence[digest] = (file.stat().st_size, sha256_of(file))
            except FileNotFoundError:
                self._evidence[digest] = (-1, "is missing")
            except OSError as error:
                self._evidence[digest] = (-1, f"can't be read: {error.strerror}")
        found, own = self._evidence[digest]
        if found < 0:
            return own
        return "" if (found, own) == (size, digest) else "is not what was attached"

    def _signed(self, chain: Chain) -> Iterator[Finding]:
        """Whether the signatures hold."""
        try:
            state = unfolded(definition_of(chain), lambda hash: stored_definition(self._store(), hash), self._kinds)
        except (JournalDamaged, LookupError, TypeError, ValueError):
            state = None  # which is told already
        yield from signature_findings(chain.run, chain.events, self._signers(chain.events), state)

    def _sense(self, chain: Chain) -> Iterator[Finding]:
        """Whether the events can be told by their definition."""
        try:
            store = self._store()
            state, row = look(store, chain.run), store.row(chain.run)
            if row is not None and row.status != state.status and not state.locks:  # which others may have granted
                what = f"its entry says `{row.status}`, its events come to `{state.status}`"
                yield Finding("run", what, chain.run, len(chain.events))
        except (JournalDamaged, MachineRefuses, Misuse, RecursionError) as error:
            yield Finding("event", f"its events can't be understood: {error}", chain.run)

    def miss(self, only: tuple[str, bool] | None = None) -> None:
        """Take note of runs and streams that were anchored and are not in the journal any more; of one, or of all."""
        known = {*((run, False) for run in self._runs), *((stream, True) for stream in self._streams)}
        for of, ((anchor, where), *_) in self._noted.items():
            if of not in known and only in (None, of):
                id, is_stream = of
                what = f"it is missing, and {where} has had its event {anchor.seq} since {anchor.at}"
                missing = Chain(id, "stream" if is_stream else "run", is_stream=is_stream)
                self.found(missing.found(what, anchor.seq))

    def verdict(self, what: str, name: str, unreadable: str) -> Verdict:
        """What it came to."""
        one = self._last if what != "journal" else None
        seq, hash = one.head if one else (0, b"")
        return Verdict(
            what, name, tuple(dict.fromkeys(self._findings)), runs=len(self._runs), streams=len(self._streams),
            events=self._events,
            evidence=sum(size >= 0 for size, _ in self._evidence.values()), anchors=self._compared,
            signatures=self._signatures, head=(seq, hash.hex()),
            definition=definition_of(one) if one and not one.is_stream else "",
            unreadable=unreadable,
        )  # fmt: skip


def definition_of(chain: Chain) -> str:
    """The hash of the definition that a run began with, as its first event says."""
    return str(chain.events[0].event.data.get("definition", "")) if chain.events else ""


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, read in parts."""
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while part := stream.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()
