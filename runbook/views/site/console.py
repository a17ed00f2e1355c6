"""A session at a terminal on a page: each command by itself to be copied, without its prompt and what it printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from runbook.views.site.code import coloured
from runbook.views.visible import visible

_PROMPT = re.compile(r"(\$) (?=\S)")
_FURTHER = "> "
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


@dataclass(frozen=True, slots=True)
class Typed:
    """One command, the prompt before it, and what it printed; no command in what stands before the first one."""

    prompt: str
    command: str
    printed: str


def typed(source: str) -> Iterator[Typed]:
    """The commands of a session; a command goes on after `\\` at the end of its line and `<<END`."""
    printed: list[str] = []
    prompt, command, goes_on, end = "", "", False, ""
    for line in source.rstrip("\n").split("\n"):
        begun = _PROMPT.match(line)
        if end and not goes_on:
            command += f"\n{line}"
            end = "" if line.strip() == end else end
            continue
        if goes_on:
            command += "\n" + line.removeprefix(_FURTHER)
        elif begun:
            if prompt or printed:
                yield Typed(prompt, command, "\n".join(printed))
            prompt, command, printed = begun[1], line[begun.end() :], []
        else:
            printed.append(line)
            continue
        goes_on = line.endswith("\\")
        here = _HERE.search(line)
        end = here[2] if here else end
    if prompt or printed:
        yield Typed(prompt, command, "\n".join(printed))


def console_block(source: str) -> Markup:
    """A session with a bar for each command."""
    return Markup('<div class="console">{}</div>\n').format(Markup("").join(map(_one, typed(visible(source)))))


def _one(each: Typed) -> Markup:
    shown = Markup("")
    if each.prompt:
        shown = Markup(
            '<div class="command"><pre tabindex="0"><span class="prompt" aria-hidden="true">{} </span>'
            '<code>{}</code></pre><button type="button" class="copy" data-copy hidden></button></div>'
        ).format(each.prompt, coloured(each.command, "sh"))
    if each.printed:
        shown += Markup('<pre class="printed" tabindex="0"><samp>{}</samp></pre>').format(each.printed)
    return shown
