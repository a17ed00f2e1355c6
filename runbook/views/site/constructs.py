"""What pages of Markdown hold beyond CommonMark, as GitHub reads it: boxes, lists of tasks, anchors, notes to oneself.

Rule 1: none of it lets HTML of an author through; an anchor is read as a construct of its own, and written by us.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import escape

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

OURS = frozenset(("content", "q", "found", "groups", "pages"))
"""The anchors of the frame around every page, which no page may have for itself."""

_BOXES = {"NOTE": "note", "TIP": "note", "IMPORTANT": "note", "WARNING": "warning", "CAUTION": "caution"}
_WORDS = {"NOTE": "NOTE", "TIP": "TIP", "IMPORTANT": "IMPORTANT", "WARNING": "WARNING", "CAUTION": "CAUTION"}
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_NOTE = re.compile(r"<!--.*?-->", re.DOTALL)
_LONGEST_NOTE = 20_000
_ANCHOR = re.compile(r'<a (?:id|name)="([A-Za-z0-9][A-Za-z0-9._-]{0,100})"></a>')


def safe_anchor(anchor: str) -> str:
    """An anchor of an author as it stands on the page: one that the frame has itself gets a dot before it.

    No heading gives an anchor with a dot, so none meets another.
    """
    return f".{anchor}" if anchor in OURS else anchor


def constructs(state: StateCore) -> None:
    """Make boxes and tasks of what was read; only in pages, which have a language for the words of ours."""
    if "say" not in state.env:
        return
    tokens = state.tokens
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open" and token.level == 0:
            _box(tokens, at)
        elif token.type == "list_item_open" and [each.type for each in tokens[at + 1 : at + 3]] == [
            "paragraph_open",
            "inline",
        ]:
            _task(token, tokens[at + 2])


def _box(tokens: list[Token], at: int) -> None:
    """A quote that begins with `[!WARNING]` becomes a box."""
    if [each.type for each in tokens[at + 1 : at + 3]] != ["paragraph_open", "inline"]:
        return
    first = tokens[at + 2]
    found = _ALERT.match(first.content)
    if not found:
        return
    close = next(i for i in range(at, len(tokens)) if tokens[i].type == "blockquote_close" and tokens[i].level == 0)
    tokens[at].type, tokens[close].type = "box_open", "box_close"
    tokens[at].info = found[1]
    _drop(first, found.end())
    if not first.content.strip():
        tokens[at + 1].type = tokens[at + 3].type = "nothing"


def _task(item: Token, first: Token) -> None:
    """An item that begins with `[ ]` or `[x]` is a task, to be done or done."""
    if found := _TASK.match(first.content):
        item.attrSet("class", "task")
        _drop(first, found.end())
        mark = type(first)("task", "", 0)
        mark.info = "" if found[1] == " " else "done"
        first.children = [mark, *(first.children or ())]


def _drop(inline: Token, length: int) -> None:
    """Take what a construct begins with out of the text."""
    inline.content = inline.content[length:]
    children = list(inline.children or ())
    while length > 0 and children:
        child = children[0]
        size = 1 if child.type in ("softbreak", "hardbreak") else len(child.content)
        if size > length:
            child.content = child.content[length:]
            break
        length -= size
        children.pop(0)
    inline.children = children


def own_anchor(state: StateInline, silent: bool) -> bool:
    """Read `<a id="name"></a>`, which Markdown has no word for."""
    if "say" not in state.env or not state.src.startswith("<a ", state.pos):
        return False
    found = _ANCHOR.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("own_anchor", "", 0).content = found[1]
    state.pos = found.end()
    return True


def own_note(state: StateInline, silent: bool) -> bool:
    """Pass over `<!-- a note of the author to themselves -->`, which is shown to nobody."""
    if "say" not in state.env or not state.src.startswith("<!--", state.pos):
        return False
    found = _NOTE.match(state.src, state.pos, state.pos + _LONGEST_NOTE)
    if found:
        state.pos = found.end()
    return bool(found)


def own_note_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Pass over such a note where it stands in lines of its own, whatever lines are in it."""
    begin = state.bMarks[first] + state.tShift[first]
    if "say" not in state.env or state.is_code_block(first) or not state.src.startswith("<!--", begin):
        return False
    end = state.src.find("-->", begin, begin + _LONGEST_NOTE)
    line = next((each for each in range(first, last) if end >= 0 and state.eMarks[each] >= end + 3), None)
    if line is None or state.src[end + 3 : state.eMarks[line]].strip():
        return False
    if not silent:
        state.line = line + 1
    return True


def _box_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    sort, say = tokens[at].info, env["say"]
    return f'<div class="box {_BOXES[sort]}" role="note"><strong>{escape(say(_WORDS[sort]))}</strong>\n'


def _box_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "</div>\n"


def _nothing(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return ""


def _task_mark(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    done, say = bool(tokens[at].info), env["say"]
    word, sign = say("done" if done else "to do"), "☑" if done else "☐"
    return f'<span class="box-sign" role="img" aria-label="{escape(word)}">{sign}</span> '


def _own_anchor(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    name = safe_anchor(tokens[at].content)
    taken = env.setdefault("anchors", set())
    if name in taken or tokens[at].content in env.get("headed", ()):
        return ""
    taken.add(name)
    return f'<span id="{escape(name)}"></span>'


CONSTRUCTS: dict[str, Callable[..., str]] = {
    "box_open": _box_open,
    "box_close": _box_close,
    "nothing": _nothing,
    "task": _task_mark,
    "own_anchor": _own_anchor,
}
"""How each of them is written."""
