"""A project in which every text that reaches a page is hostile."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

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
            "glossary": {_one_line(each): each for each in HOSTILE[:60]},
            "source": "https://git.example/{file}",
        },
    }
    _write(root / "runbook.yaml", {"runbook": 1, **settings})
    count = 0
    for number, at in enumerate(range(0, len(HOSTILE), _AT_ONCE)):
        texts = HOSTILE[at : at + _AT_ONCE]
        group = root / "processes" / f"g{number % 3}"
        _write(group / "group.yaml", _group(HOSTILE[number % len(HOSTILE)]))
        _write(group / f"p{number}.yaml", _process(texts))
        _write_page(root / "docs" / f"part-{number % 3}" / f"page-{number}.md", texts)
        count += 1
    return count


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
    return " ".join("".join(each for each in text if each.isprintable() or each.isspace()).split())[:80]


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
