"""The pages of the documentation and what stands in them: code blocks, headings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(
    r"^(?P<margin> *)(?P<fence>`{3,})(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=margin)(?P=fence)$", re.M | re.S
)
_LINK = re.compile(r"(?<!\\)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?P<target>[^()\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block: the words after its fence, its text, and where the text stands in the page."""

    page: Path
    info: tuple[str, ...]
    text: str
    start: int
    line: int

    @property
    def name(self) -> str:
        """Where the block is, for the name of a test."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def path(self) -> str:
        """The file that the block is, as its first line says (`# processes/web/restart.yaml`); empty for none."""
        found = re.match(r"(?:# |<!-- |\{# )(\S+\.(?:ya?ml|md|html))(?: -->| #\})?\n", self.text)
        return found[1] if found else ""


def blocks(page: Path, language: str = "") -> Iterator[Block]:
    """The fenced blocks of a page, all of them or those of one language."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        info = tuple(found["info"].split())
        if not language or info[:1] == (language,):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, info, found["text"], found.start("text"), line)


def links(page: Path) -> Iterator[str]:
    """The targets of the links of a page."""
    for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "`code`", _BLOCK.sub("", page.read_text("utf-8")))):
        yield found["target"]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them, and those set by hand."""
    text = _BLOCK.sub("", page.read_text("utf-8"))
    found: set[str] = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")
        number, each = 0, slug
        while each in found:
            number += 1
            each = f"{slug}-{number}"
        found.add(each)
    return found
