"""Archives and journals to be tampered with: made once, changed by whoever knows how they are made."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.cli import main
from runbook.engine.manifest import Manifest, line_of, read_manifest, row_of
from runbook.engine.packing import pack
from runbook.journal import stream_laws
from runbook.journal.codec import canonical, chained, genesis
from runbook.journal.laws import COLUMNS
from runbook.run.events import Event, Recorded
from tests.cli.conftest import Result

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Proofs\n",
    "processes/hall/group.yaml": "title: Hall\nowner: ops\n",
    "processes/hall/clean.yaml": """\
runbook: 1
title: Clean the hall
roles: {operator: {}, boss: {}}
steps:
  - {id: count, title: Count the chairs, shell: echo 42, outputs: {chairs: {from: stdout}}}
  - {id: sweep, title: Sweep, manual: {text: Sweep the hall., fields: {bags: {title: Bags, type: integer, max: 9}}}}
  - {id: mop, title: Mop, manual: Mop the hall.}
  - {id: sign, title: Sign, approval: {role: boss, text: Is it clean?}}
  - {id: lock, title: Lock the door, manual: Lock it.}
""",
    "operations/allowed_signers": "ana ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample\n",
}


@dataclass(frozen=True)
class Hall:
    """A project with two runs, one over and one open, with notes and evidence."""

    root: Path
    ended: str
    open: str

    @property
    def home(self) -> Path:
        """Where its runs are kept."""
        return self.root / ".runbook"

    @property
    def journal(self) -> Path:
        """Its journal."""
        return self.home / "journal.db"

    def cli(self, *words: object) -> Result:
        """One call of the command line, in this process, about this project."""
        return call(*words, "--project", self.root, "--home", self.home)

    def copy(self, target: Path) -> Hall:
        """The same project somewhere else, to be spoiled."""
        shutil.copytree(self.root, target)
        return Hall(target, self.ended, self.open)


def call(*words: object) -> Result:
    """One call of the command line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run([str(word) for word in words])
    return Result(code, out.getvalue(), err.getvalue())


def built(root: Path) -> Hall:
    """The project with its two runs."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    photo = root / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff a clean hall")
    runs = []
    for over in (True, False):
        hall = Hall(root, "", "")
        run: str = hall.cli("run", "hall/clean", "--yes", "--json").last["run"]
        runs.append(run)
        hall.cli("answer", run, "sweep", "done", "-f", "bags=3")
        hall.cli("attach", run, "sweep", photo)
        hall.cli("note", run, "The broom is worn", "--step", "sweep")
        if over:
            hall.cli("answer", run, "mop", "skipped", "--reason", "It is dry")
            hall.cli("approve", run, "sign", "--comment", "Seen")
            hall.cli("answer", run, "lock", "done")
            assert hall.cli("resume", run, "--json").code == 0
    return Hall(root, *runs)


# -- archives ---------------------------------------------------------------------------------------


def members_of(archive: Path) -> dict[str, bytes]:
    """The members of an archive, in their order, read by somebody else's program."""
    with zipfile.ZipFile(archive) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist()}


def repacked(archive: Path, members: dict[str, bytes], **told: Any) -> None:
    """An archive of these members as whoever knows the form would write it, with a manifest that fits them."""
    old = read_manifest(members["manifest.json"])
    rest = {name: content for name, content in sorted(members.items()) if name != "manifest.json"}
    listed = {name: {"size": len(each), "sha256": hashlib.sha256(each).hexdigest()} for name, each in rest.items()}
    fields = {
        "run": old.run, "process": old.process, "definition": old.definition, "head_seq": old.head_seq,
        "head_hash": old.head_hash, "written_by": old.written_by, "members": listed, **told,
    }  # fmt: skip
    rest["manifest.json"] = Manifest(**fields).text()
    with open(archive, "w+b") as stream:
        pack(stream, [(name, [content]) for name, content in rest.items()])


def rows_of(events: bytes) -> list[list[Any]]:
    """The events of an archive, as rows that can be changed."""
    return [list(row_of(line)) for line in events.splitlines(keepends=True)]


def lines_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as the events of an archive."""
    return b"".join(line_of(row) for row in rows)


def rechained(run: str, definition: str, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The rows with every hash made anew: a chain that is sound in itself."""
    last, made = genesis(run, definition), []
    for seq, row in enumerate(rows, 1):
        entry = dict(zip(COLUMNS, row, strict=True))
        event = Event(entry["type"], entry["step"], entry["attempt"], json.loads(entry["body"]))
        recorded = Recorded(seq, entry["at"], entry["actor"], event, entry["place"])
        body = canonical(event.data)
        hash = chained(last, run, entry["epoch"], recorded, body)
        entry |= {"seq": seq, "body": body, "prev": last, "hash": hash}
        made.append([entry[name] for name in COLUMNS])
        last = hash
    return made


def anew(stream: str, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows of a stream with every hash made anew: a chain that is sound in itself."""
    last, made = stream_laws.genesis(stream), []
    for seq, row in enumerate(rows, 1):
        entry = dict(zip(COLUMNS, row, strict=True))
        recorded = Recorded(seq, entry["at"], entry["actor"], Event(entry["type"]), entry["place"])
        hash = chained(last, stream, 0, recorded, entry["body"])
        entry |= {"seq": seq, "prev": last, "hash": hash}
        made.append([entry[name] for name in COLUMNS])
        last = hash
    return made


# -- journals ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def unguarded(journal: Path) -> Iterator[sqlite3.Connection]:
    """The journal as somebody with a pair of pliers sees it; its guards are back when the block ends."""
    db = sqlite3.connect(journal, isolation_level=None)
    guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        db.execute(f'DROP TRIGGER "{name}"')
    try:
        yield db
    finally:
        for _, sql in guards:
            db.execute(sql)
        db.close()


def rewritten(journal: Path, run: str, change: Callable[[list[Any]], None]) -> None:
    """The run with a change in each of its events and every hash made anew, down to its entry."""
    with unguarded(journal) as db:
        columns = ", ".join(COLUMNS)
        rows = [list(row) for row in db.execute(f"SELECT {columns} FROM event WHERE run = ? ORDER BY seq", (run,))]
        for row in rows:
            change(row)
        definition = db.execute("SELECT definition FROM run WHERE run = ?", (run,)).fetchone()[0]
        rows = rechained(run, definition, rows)
        db.execute("DELETE FROM event WHERE run = ?", (run,))
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        db.executemany(f"INSERT INTO event (run, {columns}) VALUES ({marks})", [(run, *row) for row in rows])
        db.execute("UPDATE run SET head_seq = ?, head_hash = ? WHERE run = ?", (len(rows), rows[-1][-1], run))


def content(journal: Path) -> list[object]:
    """What a journal says; how often a run was taken up, and when its entry was made to the second, say nothing."""
    db = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        queries = (
            "SELECT hash, body FROM definition ORDER BY 1",
            "SELECT run, process, definition, head_seq, head_hash, status, started_by, ended_at FROM run ORDER BY 1",
            "SELECT * FROM event ORDER BY run, seq",
            "SELECT * FROM attempt ORDER BY run, step",
            "SELECT * FROM lock ORDER BY run, place",
        )
        return [db.execute(query).fetchall() for query in queries]
    finally:
        db.close()
