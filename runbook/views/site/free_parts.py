"""What a free page says, heading by heading, for the search: texts, and the commands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.views.site import markup, search
from runbook.views.site.console import typed
from runbook.views.site.constructs import safe_anchor
from runbook.views.site.free import FreePage
from runbook.views.site.search import Entry

if TYPE_CHECKING:
    from markdown_it.token import Token

_COMMANDS = ("sh", "bash", "shell", "console")


@dataclass(slots=True)
class Part:
    """A part of a page: its anchor, its heading, what it says, and the commands in it."""

    anchor: str
    title: str
    texts: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


def parts(page: FreePage) -> list[Part]:
    """The parts of a page; the first one is what stands before the others, and has no anchor."""
    tokens = markup.page_tokens(page.body)
    headings = iter(markup.page_headings(tokens))
    found = [Part("", page.title)]
    heading = False
    for token in tokens:
        if token.type == "heading_open":
            level, anchor, title = next(headings)
            heading = True
            if level > 1:
                found.append(Part(safe_anchor(anchor), title))
        elif token.type == "heading_close":
            heading = False
        elif token.type == "inline" and not heading:
            found[-1].texts.append("".join(_said(token.children or ())))
        elif token.type in ("fence", "code_block"):
            _add_code(found[-1], token)
    return found


def _add_code(part: Part, token: Token) -> None:
    language = (token.info.split() or [""])[0]
    if language == "console":
        part.commands.extend(each.command for each in typed(token.content) if each.command)
    elif language in _COMMANDS:
        part.commands.append(token.content)
    else:
        part.texts.append(token.content)


def _said(tokens: Sequence[Token]) -> Iterator[str]:
    for each in tokens:
        if each.type in ("text", "code_inline", "image"):
            yield each.content
        elif each.type in ("softbreak", "hardbreak"):
            yield " "


def page_entry(page: FreePage, section: str) -> Entry:
    """A free page as the search finds it; `section` is the title of its section."""
    first, *others = parts(page)
    return Entry(
        path=page.path,
        title=page.title,
        group=section,
        words=(page.file,),
        text="\n".join((*first.texts, *first.commands)),
        parts=tuple(
            search.Part(each.anchor, "", each.title, "\n".join(each.texts), tuple(each.commands)) for each in others
        ),
    )
