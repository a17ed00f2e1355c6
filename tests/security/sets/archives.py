"""Archives of runs and items that were made to do harm, handed to `verify`."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from runbook.journal.codec import canonical
from runbook.journal.laws import COLUMNS
from tests.cli.proofs import anew, lines_of, members_of, repacked, rows_of
from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import HIT, Ground
from tests.security.sets.shown import HOSTILE, RAW

LONGEST = 10.0
"""Seconds."""

Members = dict[str, bytes]


def sound(ground: Ground) -> bytes:
    """A sound archive."""
    if "sound" not in ground.kept:
        ground.project({"processes/a/p.yaml": "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, shell: echo x}]\n"})
        run = json.loads(ground.begun("a/p").out.strip().splitlines()[-1])["run"]
        path = ground.folder / "sound.zip"
        assert ground.cli("export", run, "--output", str(path)).code == 0
        ground.kept["sound"] = path.read_bytes()
        path.unlink()
    content: bytes = ground.kept["sound"]
    return content


def _with(name: str, content: bytes = b"x", attributes: int = 0) -> Callable[[bytes], bytes]:
    """One more member."""

    def made(archive: bytes) -> bytes:
        stream = io.BytesIO(archive)
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as opened:
            member = zipfile.ZipInfo(name)
            member.external_attr = attributes
            member.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(member, content)
        return stream.getvalue()

    return made


def _changed(change: Callable[[Members], None]) -> Callable[[bytes], bytes]:
    """Other members."""

    def made(archive: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = {name: opened.read(name) for name in opened.namelist()}
        change(members)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, content in members.items():
                opened.writestr(name, content)
        return stream.getvalue()

    return made


def _manifest(**said: object) -> Callable[[Members], None]:
    """A list of members that says something else."""

    def change(members: Members) -> None:
        told = json.loads(members["manifest.json"])
        for name, value in said.items():
            if isinstance(value, dict):
                told[name] |= value
            else:
                told[name] = value
        members["manifest.json"] = (json.dumps(told, sort_keys=True, indent=1) + "\n").encode()

    return change


def _text(name: str, text: bytes) -> Callable[[Members], None]:
    return lambda members: members.__setitem__(name, text)


def _many(archive: bytes) -> bytes:
    stream = io.BytesIO(archive)
    with zipfile.ZipFile(stream, "a") as opened:
        for number in range(70_000):
            opened.writestr(zipfile.ZipInfo(f"evidence/{number:064x}"), b"")
    return stream.getvalue()


_LISTED = {"size": 1, "sha256": "0" * 64}
_LINK = 0o120777 << 16
PAYLOADS: Mapping[str, Callable[[bytes], bytes]] = {
    "a member above": _with(f"../{HIT}"),
    "a member far above": _with(f"evidence/../../../{HIT}"),
    "a member from the root": _with(f"/tmp/{HIT}"),
    "a member with backslashes": _with(f"..\\{HIT}"),
    "a member on a drive": _with(f"C:\\{HIT}"),
    "a link": _with(HIT, b"/etc/passwd", _LINK),
    "a link among the evidence": _with("evidence/" + "0" * 64, b"/etc/passwd", _LINK),
    "a folder": _with(f"{HIT}/"),
    "a device": _with(HIT, b"", 0o060666 << 16),
    "a program": _with(HIT, b"#!/bin/sh\ntouch hit\n", 0o104755 << 16),
    "a name that steers the terminal": _with(HOSTILE.replace("\0", "")),
    "a name of several lines": _with("x\nFORGED"),
    "a name without end": _with("x" * 60_000),
    "the same member twice": _with("events.jsonl", b"{}"),
    "a bomb": _with("evidence/" + "a" * 64, b"\0" * 300_000_000),
    "seventy thousand members": _many,
    "something before it": lambda archive: b"#!/bin/sh\ntouch hit\n" + archive,
    "something behind it": lambda archive: archive + b"touch hit\n",
    "half of it": lambda archive: archive[: len(archive) // 2],
    "none at all": lambda archive: b"",
    "no archive": lambda archive: b"PK\x05\x06" + b"\0" * 18,
    "sizes that lie": lambda archive: archive.replace(b"\0" * 8, b"\xff\xff\xff\x7f" * 2, 1),
    "a list that names a file of the machine": _changed(_manifest(members={"../../../../etc/passwd": _LISTED})),
    "a list with a run that is a path": _changed(_manifest(run="../../x")),
    "a list with a run that steers the terminal": _changed(_manifest(run=HOSTILE)),
    "a list of a hundred thousand brackets": _changed(_text("manifest.json", b"[" * 100_000)),
    "a list of endless numbers": _changed(_text("manifest.json", b'{"archive": 1e999, "head": {"seq": NaN}}')),
    "events of a hundred thousand brackets": _changed(_text("events.jsonl", b"[" * 100_000 + b"\n")),
    "events that are none": _changed(_text("events.jsonl", b"null\n" * 10)),
    "a page that was changed": _changed(_text("record.html", b"<script>alert(1)</script>")),
    "signers of somebody else": _changed(_text("allowed_signers", b"* ssh-ed25519 AAAA\n")),
    "a definition that runs something": _changed(_text("definitions/" + "0" * 64 + ".json", b'{"a": "$(touch hit)"}')),
}


Rows = list[list[Any]]


def _said(**data: object) -> Callable[[Rows], None]:
    """The first event says something else."""

    def change(rows: Rows) -> None:
        at = COLUMNS.index("body")
        rows[0][at] = canonical({**json.loads(rows[0][at]), **data})

    return change


def _set(name: str, value: object, row: int = 0) -> Callable[[Rows], None]:
    return lambda rows: rows[row].__setitem__(COLUMNS.index(name), value)


def _attached(**data: object) -> Callable[[Rows], None]:
    """Its second event says that something was attached."""

    def change(rows: Rows) -> None:
        _set("type", "EvidenceAttached", 1)(rows)
        _set("body", canonical(data), 1)(rows)

    return change


OF_ITEMS: Mapping[str, tuple[str, Callable[[Rows], object]]] = {
    "an item that is a path": ("../../x", lambda rows: None),
    "an item that steers the terminal": (HOSTILE, lambda rows: None),
    "an item of several lines": ("INC-1\nFORGED", lambda rows: None),
    "an item of no kind": ("XYZ-1", lambda rows: None),
    "an item that was never opened": ("INC-1", _set("type", "NoteAdded")),
    "an item that was opened twice": ("INC-1", _set("type", "ItemOpened", 1)),
    "an item from no time": ("INC-1", _set("at", "x")),
    "an item from a time that steers the terminal": ("INC-1", _set("at", HOSTILE)),
    "an item from before all times": ("INC-1", _set("at", "0000-00-00T99:99:99.000Z")),
    "policies that are a path": ("INC-1", _said(policies="../../../../etc/passwd")),
    "policies that steer the terminal": ("INC-1", _said(policies=HOSTILE)),
    "policies that are not there": ("INC-1", _said(policies="0" * 64)),
    "evidence that is a path": ("INC-1", _attached(name="x", sha256="../../../../etc/passwd", size=1)),
    "evidence that steers the terminal": ("INC-1", _attached(name=HOSTILE, sha256=HOSTILE, size=HOSTILE)),
    "evidence that is not there": ("INC-1", _attached(name="x", sha256="0" * 64, size=2**80)),
    "an event of a hundred thousand brackets": ("INC-1", _set("body", "[" * 100_000)),
    "an event that is a list": ("INC-1", _set("body", "[]")),
    "a due date that is none": ("INC-1", _said(due={"a": []})),
}
"""What whoever knows the form can say of an item, in an archive that fits it in all else."""


def _of_item(ground: Ground, what: str) -> bytes:
    if "item" not in ground.kept:
        sound(ground)
        assert ground.cli("item", "open", "Mail is down", "--out-of-scope", "--to", "me").code == 0
        path = ground.folder / "item.zip"
        assert ground.cli("export", "INC-1", "--output", str(path)).code == 0
        assert ground.cli("verify", str(path)).code == 0
        ground.kept["item"] = path.read_bytes()
        path.unlink()
    path = Path(ground.file("changed.zip", ground.kept["item"]))
    members = members_of(path)
    item, change = OF_ITEMS[what]
    rows = rows_of(members["events.jsonl"])
    change(rows)
    rows = anew(item, rows)
    members["events.jsonl"] = lines_of(rows)
    repacked(path, members, head_seq=len(rows), head_hash=rows[-1][-1].hex(), stream=item)
    content = path.read_bytes()
    path.unlink()
    return content


def examined(what: str) -> Attempt:
    """The archive is not sound, nothing in it is unpacked or carried out, and it takes neither time nor memory."""

    def work(ground: Ground) -> Outcome:
        given = _of_item(ground, what) if what in OF_ITEMS else PAYLOADS[what](sound(ground))
        path = Path(ground.file("given.zip", given))
        before = set(ground.folder.rglob("*"))
        result = ground.cli("verify", str(path))
        succeeded(set(ground.folder.rglob("*")) - before, "something was unpacked")
        path.unlink()
        succeeded(result.code == 0, "it passes for a sound one")
        succeeded(result.seconds > LONGEST, "it took too long")
        succeeded(RAW.search(result.said) or "\nFORGED" in result.said, "it steers the terminal")
        succeeded("root:" in result.said, "a file of the machine was read")
        return "refused"

    return Attempt("verify, an item" if what in OF_ITEMS else "verify", what, work)


def unpacked(ground: Ground) -> Outcome:
    """The control: a member is written where its name says."""
    path = ground.folder / "unpacked"
    path.mkdir()
    with zipfile.ZipFile(io.BytesIO(PAYLOADS["a member above"](sound(ground)))) as opened:
        for name in opened.namelist():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(opened.read(name))
    succeeded(ground.hits(), "something was unpacked")
    return "harmless"


def believed(ground: Ground) -> Outcome:
    """The control: the sound archive passes, so that what is said of the others is about them."""
    path = ground.file("given.zip", sound(ground))
    succeeded(ground.cli("verify", path).code == 0, "it passes for a sound one")
    return "harmless"


SET = AttackSet(
    name="archives",
    tries="an archive writes files, exhausts the machine, steers the terminal, or passes for a sound one",
    answer="an archive is never unpacked; each member is known, listed and bounded, or named as wrong",
    attempts=tuple(map(examined, (*PAYLOADS, *OF_ITEMS))),
    controls=(Attempt("unpacked by names", "a member above", unpacked), Attempt("unchanged", "sound", believed)),
)
