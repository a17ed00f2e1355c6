"""An archive comes from anybody: whatever it says, checking it ends soon, with findings, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbook.engine import checking, manifest
from runbook.engine.archive import Contents, write
from runbook.engine.checking import check
from runbook.engine.manifest import line_of, read_manifest, row_of
from runbook.engine.plans import stored
from runbook.journal.codec import canonical, chained, content_hash, genesis
from runbook.journal.laws import Finding
from runbook.kinds import builtin
from runbook.run.events import Event, Recorded
from runbook.testing import plan_from
from runbook.views.record import as_page

BODY = stored(plan_from({"g/p": "runbook: 1\ntitle: P\nsteps: [{id: a, manual: A}]\n"}, builtin()))
AT = "2026-11-22T08:00:00.000Z"
Told = list[tuple[str, str | None, int | None, Any]]


def rows(told: Told, definition: str, run: str = "r") -> list[tuple[Any, ...]]:
    """These events, chained as a journal would."""
    made, last = [], genesis(run, definition)
    for seq, (type, step, attempt, data) in enumerate(told, 1):
        body = data if isinstance(data, str) else canonical(data)
        hash = chained(last, run, 0, Recorded(seq, AT, "ada", Event(type, step, attempt, {}), ""), body)
        made.append((seq, AT, type, step, attempt, "ada", "", body, 0, last, hash))
        last = hash
    return made


def begun(definition: str) -> tuple[str, None, None, Any]:
    about = {"run": "r", "process": "g/p", "definition": definition, "inputs": {}, "root": ""}
    return "RunStarted", None, None, about


def archive(path: Path, told: Told | None = None, body: str = BODY) -> Path:
    """An archive of these events, by whoever knows how it is made."""
    definition = content_hash(body)
    kept = rows([begun(definition)] if told is None else told, definition)
    write(path, Contents("r", "g/p", definition, kept, {definition: body}, {}, ""))
    return path


def laid_out(*run: Any) -> str:
    """The record is laid out, and the one in the archive counts as right whatever it is."""
    return as_page(*run)[:0]


def findings(path: Path, render: Callable[..., str] = laid_out) -> list[Finding]:
    found = check(path, render).findings
    assert found
    return found


def test_a_small_sound_archive_passes(tmp_path: Path) -> None:
    found = check(archive(tmp_path / "a.zip"), laid_out)

    assert (found.findings, found.notes) == ([], [])
    assert found.chain is not None
    assert len(found.chain.events) == 1


IMPOSSIBLE: dict[str, Told] = {
    "a step that is not there": [("StepStarted", "nowhere", 1, {})],
    "an end without a beginning": [("StepSucceeded", "a", 1, {}), ("StepSucceeded", "a", 1, {})],
    "an event that nobody knows": [("Invented", None, None, {})],
    "a body that is no mapping": [("NoteAdded", None, None, [])],
    "a body that is no JSON": [("NoteAdded", None, None, "{")],
    "a body that is deep": [("NoteAdded", None, None, "[" * 100_000 + "]" * 100_000)],
    "a body with a huge number": [("NoteAdded", None, None, '{"text":' + "9" * 5000 + "}")],
    "a note without a text": [("NoteAdded", None, None, {})],
    "a reply that is none": [("StepStarted", "a", 1, {}), ("StepSucceeded", "a", 1, {"reply": 3, "outputs": {}})],
    "evidence that is none": [("EvidenceAttached", "a", None, {"name": "x", "sha256": "../../etc", "size": "y"})],
    "a definition that is missing": [("DefinitionAdopted", None, None, {"definition": "ab" * 32, "reason": "x"})],
    "an organisation that is missing": [("OrganisationAdopted", None, None, {"organisation": "ab" * 32})],
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_story_that_can_not_be_is_found(tmp_path: Path, name: str) -> None:
    definition = content_hash(BODY)

    assert findings(archive(tmp_path / "a.zip", [begun(definition), *IMPOSSIBLE[name]]))


@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "nothing", "[" * 100_000, '{"format":1,"root":"g/p","kinds":[],"processes":{"g/p":{}},"links":{}}'],
    ids=["empty", "list", "text", "deep", "hollow"],
)
def test_a_definition_that_is_none_is_found(tmp_path: Path, body: str) -> None:
    assert findings(archive(tmp_path / "a.zip", body=body))


def test_a_definition_that_uses_itself_up_to_a_billion_steps_is_not_laid_out(tmp_path: Path) -> None:
    def process(number: int) -> str:
        used = f"process: g/p{number + 1}" if number < 30 else "manual: A"
        return f"runbook: 1\ntitle: P\nsteps: [{{id: a, {used}}}, {{id: b, {used}}}]\n"

    body = stored(plan_from({"g/p" if not n else f"g/p{n}": process(n) for n in range(31)}, builtin()))

    found = findings(archive(tmp_path / "a.zip", body=body), render=lambda *_: pytest.fail("it was laid out"))

    assert "which is more than anybody can look at" in found[0].what


@pytest.mark.parametrize("limit", ["_LARGEST_TEXT", "_LARGEST_MANIFEST", "_LONGEST_LINE"])
def test_texts_are_read_only_up_to_their_limits(tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [begun(content_hash(BODY)), ("NoteAdded", None, None, {"text": "x" * 5_000_000})]
    monkeypatch.setattr(checking, limit, 100)

    assert "more than" in findings(archive(tmp_path / "a.zip", told))[0].what


def test_an_event_is_the_same_row_after_it_was_a_line() -> None:
    (row,) = rows([("NoteAdded", None, None, {"text": "é\ud800\u2028\n"})], "d")

    assert row_of(line_of(row)) == row
    assert line_of(row).count(b"\n") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace(b'"seq":1', b'"seq":1.0'),
        lambda line: line.replace(b'"seq":1', b'"seq":true'),
        lambda line: line.replace(b'"seq":1', b'"seq": 1'),
        lambda line: line.replace(b'"step":null', b'"step":1'),
        lambda line: line.replace(b'"hash":"', b'"hash":"A'),
        lambda line: line.replace(b'"at":', b'"more":1,"at":'),
        lambda line: line.replace(b'"place":"",', b""),
        lambda line: line.replace(b"\n", b""),
        lambda line: b"[]\n",
        lambda line: b"\xff\n",
        lambda line: b"[" * 100_000 + b"\n",
    ],
)
def test_a_line_has_one_form(change: Callable[[bytes], bytes]) -> None:
    (row,) = rows([("NoteAdded", None, None, {"text": "x"})], "d")

    with pytest.raises(ValueError):
        row_of(change(line_of(row)))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told | {"archive": 2},
        lambda told: told | {"members": []},
        lambda told: told | {"more": 1},
        lambda told: told | {"head": 1},
        lambda told: told | {"run": 5},
        lambda told: told | {"head": {"seq": "1", "hash": "0" * 64}},
        lambda told: [],
        lambda told: {},
    ],
)
def test_a_manifest_has_one_form(tmp_path: Path, change: Callable[[Any], Any]) -> None:
    definition = content_hash(BODY)
    kept = rows([begun(definition)], definition)
    text = write(tmp_path / "a.zip", Contents("r", "g/p", definition, kept, {}, {}, ""))
    told = change(json.loads(text.text()))

    assert read_manifest(text.text()) == text
    with pytest.raises(ValueError):
        read_manifest((json.dumps(told, sort_keys=True, indent=1) + "\n").encode())


def test_lines_are_cut_where_they_end_whatever_the_parts() -> None:
    parts = [b"a\nb", b"b\n\nc", b"c"]

    assert list(manifest.lines(iter(parts), 10)) == [b"a\n", b"bb\n", b"\n", b"cc"]
    with pytest.raises(ValueError, match="a line has more"):
        list(manifest.lines(iter([b"a" * 11]), 10))
