"""The checklist of an exported page as Markdown: what our site writes for paper, for generators that know of no paper.

It holds what ours holds: the values to write down at the top, what is needed before, inputs, roles, each step with its
warnings, its text, its command and room for time and initials, the tables of deviations and of the end. It is no
heading of its own that a step begins with, so that nobody has to find anchors or sections in it; and what only
explains is left out, as it is on ours.
"""

from __future__ import annotations

import re
from pathlib import Path

NAME = ".checklist.md"
"""How the name of a checklist ends."""

_STEP = re.compile(r"^#{3,} (?P<number>[\d.]+) (?P<title>.*?) \{: #[^}]*\}\n\n(?P<who>[^\n]*)\n", re.MULTILINE)
_ROLE = re.compile(r"\*\*[^*]+\*\*")
_WHY = re.compile(r"^\*\*Why:\*\*.*\n\n", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(#[^)]*\)")
_PARTS = ("Hazards", "Before you start", "Roles", "Start it", "Steps")
_HEAD = """\
| Begun: date, time | Ended: date, time | Begun by | Number of the ticket or change |
| --- | --- | --- | --- |
| ______ | ______ | ______ | ______ |

Tick each step when it is done, write the time and your initials beside it, and write whatever was done otherwise into
the table of deviations.
"""
_END = """\
## Deviations

Whatever was skipped, repeated, changed or done out of order, and every command that was not the one printed.

| # | Step | What was done otherwise, and why | Time | Initials |
| --- | --- | --- | --- | --- |
| 1 | | | | |
| 2 | | | | |
| 3 | | | | |
| 4 | | | | |
| 5 | | | | |
| 6 | | | | |

## End

| Result | Name | Signature | Date, time |
| --- | --- | --- | --- |
| ☐ done ☐ failed ☐ cancelled | | | |
"""


def add_checklists(folder: Path) -> None:
    """Put beside each procedure of an exported site its checklist, and on its page a link to it, as on our site."""
    for file in sorted(folder.glob("docs/*/procedure-*.md")):
        page = file.read_text("utf-8")
        name = f"{file.stem}{NAME}"
        file.with_name(name).write_text(checklist(page, file.name), "utf-8")
        file.write_text(page.replace("\n## ", f"\n[Checklist to print]({name})\n\n## ", 1), "utf-8")
    settings = folder / "mkdocs.yml"
    settings.write_text(f"{settings.read_text('utf-8')}not_in_nav: '*{NAME}'\n", "utf-8")


def checklist(page: str, name: str) -> str:
    """The checklist of a page that stands under that name; Zensical is told not to search it, MkDocs can't be."""
    title = next(line for line in page.splitlines() if line.startswith("# "))
    found = {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in page.split("\n## ")[1:]}
    parts = [found[each] for each in _PARTS if each in found]
    text = _STEP.sub(_row, _WHY.sub("", "\n".join(parts)))
    front = "---\nsearch:\n  exclude: true\n---\n"
    return "\n".join([f"{front}[{title[2:]}]({name})\n\n{title}\n", _HEAD, _LINK.sub(r"\1", text), _END])


def _row(step: re.Match[str]) -> str:
    role = _ROLE.match(step["who"])
    who = f" · {role[0]}" if role else ""
    return f"☐ **{step['number']} {step['title']}**{who} · time ______ · initials ______\n"
