"""Anchors: the head of the chain of a run or a stream, written down where nobody who can rewrite the journal comes.

Rule 1: a chain that was made anew from its beginning is sound in itself. Only what was noted elsewhere shows it.
Rule 2: a run goes on after it was anchored: what was its head then has to be in it for ever, at the same number.
Rule 3: a form of line that was written once is read for ever; that of streams has joined that of runs.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from runbook.errors import Conflict, MachineRefuses, Misuse
from runbook.journal.codec import canonical
from runbook.journal.laws import Chain, Finding

_LARGEST = 64 * 2**20
_GIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a run's chain at some time."""

    run: str
    seq: int
    """The number of the newest event."""
    hash: str
    """The hash of that event, in hex, which hangs on all before it."""
    definition: str
    at: str

    @property
    def of(self) -> tuple[str, bool]:
        """The id of what it is of, and whether that is a stream."""
        return self.run, False

    def line(self) -> str:
        """The anchor as one line of text."""
        return canonical(asdict(self))


@dataclass(frozen=True, slots=True)
class StreamAnchor:
    """The head of the stream of a work item, or of the department's, at some time."""

    stream: str
    seq: int
    hash: str
    at: str

    @property
    def of(self) -> tuple[str, bool]:
        """The id of what it is of, and whether that is a stream."""
        return self.stream, True

    def line(self) -> str:
        """The anchor as one line of text."""
        return canonical(asdict(self))


AnyAnchor = Anchor | StreamAnchor


@dataclass(frozen=True, slots=True)
class Anchors:
    """Anchors that were read somewhere, and the lines there that are none."""

    where: str
    anchors: tuple[AnyAnchor, ...]
    findings: tuple[Finding, ...] = ()


def append(file: Path, anchors: Iterable[AnyAnchor]) -> None:
    """Add lines to a file of anchors, durable when this returns; what is in it stays."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise MachineRefuses(f"{file} can't be written: {error.strerror}", "name another file with --file") from None
    with os.fdopen(handle, "r+b", buffering=0) as stream:
        size = stream.seek(0, os.SEEK_END)
        broken = size and os.pread(stream.fileno(), 1, size - 1) != b"\n"
        lines = "".join(f"{anchor.line()}\n" for anchor in anchors).encode("utf-8")
        stream.write((b"\n" if broken else b"") + lines)
        os.fsync(stream.fileno())


def read(file: Path) -> Anchors:
    """The anchors in a file; `Misuse` when there is none of that name."""
    try:
        with open(file, "rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError as error:
        raise Misuse(f"{file} can't be read: {error.strerror}", "name a file that `runbook anchor` wrote") from None
    if len(text) > _LARGEST:
        raise Misuse(f"{file} has more than {_LARGEST // 2**20} MiB", "name a file that `runbook anchor` wrote")
    return _parsed(str(file), text.decode("utf-8", "replace").splitlines())


def _parsed(where: str, lines: Iterable[str]) -> Anchors:
    anchors, findings = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        anchor = _anchor(line)
        if anchor is not None:
            anchors.append(anchor)
        else:
            findings.append(Finding(where, f"line {number} is no anchor"))
    return Anchors(where, tuple(anchors), tuple(findings))


def _anchor(line: str) -> AnyAnchor | None:
    try:
        told = json.loads(line)
        anchor: AnyAnchor
        if "stream" in told:
            anchor = StreamAnchor(told["stream"], told["seq"], told["hash"], told["at"])
        else:
            anchor = Anchor(told["run"], told["seq"], told["hash"], told["definition"], told["at"])
        bytes.fromhex(anchor.hash)
        right = isinstance(anchor.of[0], str) and type(anchor.seq) is int and anchor.seq > 0
        return anchor if right and anchor.line() == line.strip() else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def tag(root: Path, name: str, title: str, anchors: Iterable[AnyAnchor]) -> None:
    """Write the anchors into an annotated tag of the project's git repository, below that title."""
    reference = f"refs/tags/{name}"
    if name.startswith("-") or _git(root, "check-ref-format", reference).returncode:
        raise Misuse(f"`{name}` can't be the name of a git tag", "write it like `run/NAME`")
    if not _git(root, "rev-parse", "--verify", "--quiet", reference).returncode:
        raise Conflict(f"there is a git tag `{name}` already", "name another one; what is anchored stays anchored")
    message = f"{title}\n\n" + "".join(f"{anchor.line()}\n" for anchor in anchors)
    made = _git(root, "tag", "--annotate", "--file=-", "--cleanup=verbatim", name, given=message)
    if made.returncode:
        raise MachineRefuses(f"git does not write the tag: {_said(made)}", "see that `git tag -a` works in the project")


def tagged(root: Path, name: str) -> Anchors:
    """The anchors in an annotated tag of the project's git repository; `Misuse` when there is no such tag."""
    reference = f"refs/tags/{name}"
    found = _git(root, "cat-file", "tag", reference)
    if name.startswith("-") or found.returncode:
        raise Misuse(f"there is no annotated git tag `{name}` in {root}", "see `git tag --list`")
    lines = found.stdout.decode("utf-8", "replace").partition("\n\n")[2].splitlines()
    anchors = tuple(anchor for line in lines if (anchor := _anchor(line)) is not None)
    where = f"git tag {name}"
    return Anchors(where, anchors, () if anchors else (Finding(where, "the tag has no anchor"),))


def _git(root: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[bytes]:
    call = ["git", "-C", str(root), *words]
    try:
        return subprocess.run(call, input=given.encode(), capture_output=True, check=False, timeout=_GIT_SECONDS)
    except FileNotFoundError:
        raise MachineRefuses("there is no git on this machine", "anchor into a file: --file FILE") from None
    except subprocess.TimeoutExpired:
        raise MachineRefuses("git does not answer", "anchor into a file: --file FILE") from None


def _said(ended: subprocess.CompletedProcess[bytes]) -> str:
    lines = [line for line in ended.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[0].removeprefix("fatal: ") if lines else f"exit code {ended.returncode}"


Noted = Mapping[tuple[str, bool], Sequence[tuple[AnyAnchor, str]]]
"""By what they are of: the anchors, each with where it was found."""


def by_chain(found: Iterable[Anchors]) -> Noted:
    """The anchors that were found, by what they are of."""
    noted: dict[tuple[str, bool], list[tuple[AnyAnchor, str]]] = {}
    for each in found:
        for anchor in each.anchors:
            noted.setdefault(anchor.of, []).append((anchor, each.where))
    return noted


def compared(chain: Chain, definition: str, noted: Noted) -> Iterator[Finding | None]:
    """For each anchor of this run, or this stream: None when the chain still has it, else what is wrong."""
    for anchor, where in noted.get((chain.run, chain.is_stream), ()):
        beyond = chain.findings and anchor.seq > len(chain.hashes)  # the break before it has been told
        if not beyond:
            yield _compared(chain, definition, anchor, where)


def _compared(chain: Chain, definition: str, anchor: AnyAnchor, where: str) -> Finding | None:
    since = f"which {where} has had since {anchor.at}"
    if anchor.seq > len(chain.hashes):
        return chain.found(f"event {anchor.seq}, {since}, is missing", anchor.seq)
    if chain.hashes[anchor.seq - 1].hex() != anchor.hash:
        return chain.found(f"event {anchor.seq} is not the one {since}: the chain was written anew", anchor.seq)
    if isinstance(anchor, Anchor) and anchor.definition != definition:
        return chain.found(f"its definition is not the one {since}", 1)
    return None
