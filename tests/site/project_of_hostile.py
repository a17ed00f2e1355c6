"""A project in which every text that reaches a page is hostile."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any

from runbook import app
from runbook.operations import commands as c
from runbook.operations.seconds import seconds
from runbook.run.events import Event
from tests.site.hostile import HOSTILE

_AT_ONCE = 8
"""Hostile texts that share a process."""


def written(root: Path) -> int:
    """Write the project; how many processes it has."""
    settings = {
        "title": HOSTILE[0],
        "summary": HOSTILE[1],
        "docs": {
            "pages": "docs",
            "glossary": {_one_line(each)[:60].strip(): each for each in HOSTILE[:60]},
            "source": "https://git.example/{file}",
            "board": True,
        },
    }
    _write(root / "runbook.yaml", {"runbook": 1, **settings})
    count = 0
    for number, at in enumerate(range(0, len(HOSTILE), _AT_ONCE)):
        texts = HOSTILE[at : at + _AT_ONCE]
        group = root / "processes" / f"g{number % 3}"
        _write(group / "group.yaml", _group(HOSTILE[number % len(HOSTILE)]))
        listed = {"service": f"s{number}", "alerts": [f"Down.{number}", f"Slow_{number // 2}"]}
        _write(group / f"p{number}.yaml", {**_process(texts), **listed})
        _write_page(root / "docs" / f"part-{number % 3}" / f"page-{number}.md", texts)
        count += 1
    _write_department(root, count)
    return count


def _write_department(root: Path, count: int) -> None:
    """What the department offers, and its boards, in texts that are hostile wherever one can stand."""
    operations = root / "operations"
    texts = iter(itertools.cycle(HOSTILE))
    for number in range(count):
        service = {"title": next(texts), "summary": next(texts), "owner": f"p{number}", "scope": [next(texts)]}
        _write(operations / f"services/s{number}.yaml", {**service, "depends_on": [f"s{number - 1}"][:number]})
    columns = [{"id": each, "title": next(texts), "state": each, "wip": 3} for each in ("new", "active", "finished")]
    limits = {"person": {"default": 1}, "class": {"standard": {"wip": 1}}, "board": 1}
    board = {"title": next(texts), "teams": ["t0"], "columns": columns, "limits": limits}
    _write(operations / "boards/hostile.yaml", board)
    _write(operations / "boards/index.yaml", {"title": next(texts), "teams": ["t1"], "columns": columns})
    out = [{"what": next(texts), "route_to": "others"}, *itertools.islice(texts, 40)]
    charter = {
        "id": "it", "charter": next(texts), "owner": "p0", "relationship_manager": "p1",
        "customers": ["shop"], "in_scope": [*HOSTILE], "out_of_scope": out,
    }  # fmt: skip
    _write(operations / "department.yaml", charter)


def worked(workspace: app.Workspace) -> int:
    """Open items whose every text is hostile, in every state that a board shows; how many there are.

    Nobody is described there: anybody can be accountable, whatever they are called.
    """
    work = app.worklist(workspace)
    for number, text in enumerate(HOSTILE):
        opened = app.open_item(workspace, c.Open(
            "incident", text, description=text, requester=text, to=text, reason=text,
            team="t0" if number % 4 else "t1", process=f"g{number % 3}/p{number % 3}", service="s0",
            item_class=("standard", "expedite", "intangible")[number % 3],
        ))  # fmt: skip
        done = [
            c.Move("active", override=text), c.RaiseConcern(text), c.AddNote(text), c.SendUpdate(text, text),
            c.Await(text, text, seconds(workspace.clock()) + 3_600),
        ]  # fmt: skip
        work.ask(opened.id, *done[: 1 + number % len(done)])
        if number % 3:  # the boards know their reasons; a journal from elsewhere may hold any
            blocked = {"reason": text, "party": text, "note": text}
            work.record(opened.id, [Event("ItemBlocked", None, None, blocked)])
    return len(HOSTILE)


def _write_page(path: Path, texts: tuple[str, ...]) -> None:
    """A free page: the texts as headings, paragraphs, items, cells, boxes, alone and in its front matter."""
    front = f"---\ntitle: {json.dumps(texts[0])}\norder: {len(texts)}\n---\n"
    several = "\n".join(map(_told, texts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(front + several, "utf-8")


def _told(text: str) -> str:
    line = _one_line(text)
    return (
        f"# {line}\n\n{text}\n\n- [ ] {text}\n\n> [!WARNING]\n> {text}\n\n{text}\n\n"
        f'| a |\n| - |\n| {line} |\n\n```console\n$ {text}\n{text}\n```\n\n<a id="{text}"></a>\n'
    )


def committed(root: Path) -> None:
    """The project as commits whose authors and subjects are hostile too."""
    git = ["git", "-C", str(root), "-c", "commit.gpgsign=false"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    for text in HOSTILE[:12]:
        name = _one_line(text).replace("<", "«").replace(">", "»") or "x"
        who = ["-c", f"user.name={name}", "-c", "user.email=x@example.org"]
        subprocess.run([*git, *who, "commit", "-q", "--allow-empty", "-m", _one_line(text)], check=True)


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), "utf-8")  # JSON is YAML, and keeps every character


def _one_line(text: str) -> str:
    return " ".join("".join(each for each in text if each.isprintable() or each.isspace()).split())[:80].strip()


def _group(text: str) -> dict[str, Any]:
    return {"title": text, "summary": text, "description": text, "owner": text, "scope": {"in": [text], "out": [text]}}


def _process(texts: tuple[str, ...]) -> dict[str, Any]:
    a, b, c, d, *_ = [*texts, *texts]
    steps: list[dict[str, Any]] = []
    for number, text in enumerate(texts):
        steps += [
            {
                "id": f"do-{number}", "title": text, "role": "op", "why": text, "warning": text, "caution": text,
                "note": text, "manual": {"text": text, "fields": {"f": {"title": text, "default": text}}},
                "undo": text, "evidence": {"e": {"title": text}},
            },
            {
                "id": f"run-{number}", "title": text, "command": ["printf", "%s", text], "manual": text,
                "expect": {"contains": [text]}, "when": "inputs.v != 'x'",
            },
            {
                "id": f"way-{number}", "title": text,
                "decision": {"question": text, "options": [
                    {"id": "a", "title": text, "goto": f"end-{number}"}, {"id": "b", "title": text},
                ]},
            },
            {"id": f"end-{number}", "title": text, "manual": f"{{{{ inputs.v }}}} {text}"},
        ]  # fmt: skip
    return {
        "runbook": 1, "title": a, "summary": b, "description": "\n\n".join(texts), "owner": c,
        "use_when": list(texts), "prerequisites": list(texts),
        "hazards": [{"text": text, "step": f"do-{at}"} for at, text in enumerate(texts)],
        "references": [{"title": text, "url": f"https://example.org/{at}"} for at, text in enumerate(texts)],
        "roles": {"op": {"summary": a, "team": b}},
        "inputs": {"v": {"type": "string", "title": a, "description": b, "default": c},
                   "w": {"type": "string", "title": c, "enum": sorted({c, d}), "default": c}},
        "steps": steps, "outputs": {"o": a},
    }  # fmt: skip
