"""Texts as HTML: Markdown of authors, sentences of ours, and the values that a reader fills in on the page.

Rule 1: HTML in a text is text; a target that would run something is no link.
Rule 2: a value (`{{ ... }}`) is taken out before the text is read and put back as text, so that nothing it holds is
taken for Markdown, and nothing of the page around it can be changed through it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from runbook.views.authored import as_html
from runbook.views.markdown import Markdown, allowed
from runbook.views.site.constructs import CONSTRUCTS, constructs, own_anchor, own_note, own_note_block, safe_anchor
from runbook.views.visible import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.token import Token

VALUE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
"""A value that is filled in when the process runs."""
INPUT = re.compile(r"\s*inputs\.(\w+)\s*")
"""What stands in one that is an input as it is given."""

_PLACE = re.compile("\ue000([0-9]+)\ue001")
_TAKEN = re.compile("[\ue000\ue001]")
_PLAIN = re.compile(r"[\w ,.:;()/'\"?%+=@-]*")
"""Sentences that no Markdown is in; a hyphen or a number at the beginning means nothing on one line."""
_HEADINGS = {f"h{level}": f"h{min(6, level + 3)}" for level in range(1, 7)}

Target = Callable[[str], str]
"""Where a link of an author leads on the site: its target as written, in; as it stands on the page, out. Empty when
it leads nowhere."""
Say = Callable[[str], str]
"""A text of ours in the language of the page."""


def text(source: str, target: Target | None = None) -> Markup:
    """An author's Markdown; its headings stand below those of a step."""
    kept, texts = _taken_out(visible(source))
    env = {"texts": texts, "target": target, "shift": True}
    made = as_html(kept, lambda part: str(_parser().render(part, env)))
    if texts:
        made = _PLACE.sub(lambda found: _back(found[1], texts), made)
    return Markup(_wide(made))


def _wide(html: str) -> str:
    """HTML in which a table that is too wide can be moved; no author writes such an element."""
    if "<table>" not in html:
        return html
    return html.replace("<table>", '<div class="wide" tabindex="0" role="group"><table>').replace(
        "</table>", "</table></div>"
    )


def page_text(source: str, target: Target, say: Say = str) -> tuple[Markup, list[tuple[int, str, str]]]:
    """A whole page of Markdown, and its headings: level, anchor, text. A link that has no target is its text."""
    headings: list[tuple[int, str, str]] = []
    env: dict[str, Any] = {"texts": [], "target": target, "shift": False, "headings": headings, "say": say}
    env["pictures"] = True
    tokens = page_tokens(source, env)
    env["headed"] = {anchor for _, anchor, _ in page_headings(tokens)}
    return Markup(_wide(_parser().renderer.render(tokens, _parser().options, env))), headings


def page_tokens(source: str, env: MutableMapping[str, Any] | None = None) -> list[Token]:
    """A whole page of Markdown as its parts, for whoever looks for something in it."""
    return _parser().parse(_TAKEN.sub("", visible(source)), {"say": str} if env is None else env)


def page_headings(tokens: Sequence[Token]) -> list[tuple[int, str, str]]:
    """The headings of a page that was read: level, anchor, text."""
    taken: dict[str, int] = {}
    return [_headed(tokens, at, taken) for at, token in enumerate(tokens) if token.type == "heading_open"]


@functools.lru_cache(maxsize=20_000)
def inline(sentence: Markdown) -> Markup:
    """A sentence of ours, which is Markdown."""
    if _PLAIN.fullmatch(sentence.text):
        return escape(sentence.text)
    kept, texts = _taken_out(sentence.text)
    return Markup(_parser().renderInline(kept, {"texts": texts, "target": None}))


def plain(source: str) -> Markup:
    """Plain text with values in it."""
    return Markup("".join(_value(piece) if at % 2 else escape(piece) for at, piece in enumerate(_pieces(source))))


@functools.lru_cache(maxsize=1_000)
def value(expression: str, quoting: str = "") -> Markup:
    """A value that is filled in when the process runs: an input as the reader gives it on the page."""
    shown = escape("{{ " + " ".join(visible(expression).split()) + " }}")
    found = INPUT.fullmatch(expression)
    if not found:
        return Markup("<var>{}</var>").format(shown)
    quoted = Markup(' data-quote="{}"').format(quoting) if quoting else Markup("")
    return Markup('<var data-var="{}"{}>{}</var>').format(found[1], quoted, shown)


def _value(piece: str) -> Markup:
    return value(piece)


def _pieces(source: str) -> list[str]:
    """Text and values in turn, as `re.split` gives them."""
    return VALUE.split(visible(source))


def _taken_out(source: str) -> tuple[str, list[str]]:
    """The text with a mark in the place of each value, and the values."""
    if "{{" not in source:
        return _TAKEN.sub("", source), []
    pieces = VALUE.split(_TAKEN.sub("", source))
    texts = pieces[1::2]
    marked = [piece if at % 2 == 0 else f"\ue000{at // 2}\ue001" for at, piece in enumerate(pieces)]
    return "".join(marked), texts


def _put_back(content: str, texts: Sequence[str]) -> str:
    """Text as HTML with its values."""
    if "\ue000" not in content:
        return str(escape(content))
    pieces = _PLACE.split(content)
    return "".join(str(_back(piece, texts)) if at % 2 else str(escape(piece)) for at, piece in enumerate(pieces))


def _back(piece: str, texts: Sequence[str]) -> Markup:
    return value(texts[int(piece)]) if int(piece) < len(texts) else Markup("")


def _as_written(content: str, texts: Sequence[str]) -> str:
    """Text with its values as their author wrote them, for what can't hold elements."""
    return _PLACE.sub(lambda found: "{{" + texts[int(found[1])] + "}}" if int(found[1]) < len(texts) else "", content)


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.core.ruler.push("constructs", constructs)
    parser.inline.ruler.before("autolink", "own_anchor", own_anchor)  # both begin with `<`, where `text` ends
    parser.inline.ruler.before("autolink", "own_note", own_note)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.block.ruler.before("paragraph", "own_note", own_note_block, ends)
    setattr(parser, "validateLink", allowed)  # noqa: B010  # the library's own way to say what a link may be
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _text(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return _put_back(tokens[at].content, env["texts"])


def _code_inline(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    return f"<code>{_put_back(tokens[at].content, env['texts'])}</code>"


def _block(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    from runbook.views.site.code import code_block
    from runbook.views.site.console import console_block

    language = tokens[at].info.split(maxsplit=1)[0] if tokens[at].info.strip() else ""
    if language == "console" and "say" in env:
        return str(console_block(tokens[at].content))
    return str(code_block(_as_written(tokens[at].content, env["texts"]), language))


def _link(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    token, target = tokens[at], env.get("target")
    for name, given in token.attrs.items():
        written = _as_written(_unquoted(str(given)), env["texts"])
        token.attrs[name] = target(written) if name == "href" and target else written
    if lost := not token.attrs.get("href"):
        token.attrs = {}
    env.setdefault("lost", []).append(lost)
    if lost:
        return ""
    if re.match(r"https?:", str(token.attrs.get("href", "")), re.IGNORECASE):
        token.attrs["rel"] = "noopener noreferrer"
    return str(self.renderToken(tokens, at, options, env))


def _link_close(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    return "" if env["lost"].pop() else "</a>"


def _unquoted(given: str) -> str:
    """The marks of values as they were, before the link was written as URLs are."""
    return given.replace("%EE%80%80", "\ue000").replace("%EE%80%81", "\ue001")


def _image(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    """A picture of the project's own pages; any other would be a request that leaves the site, and is its text."""
    token, target = tokens[at], env.get("target")
    words = self.renderInlineAsText(token.children or [], options, env)
    source = str(token.attrs.get("src", ""))
    shown = target and env.get("pictures") and ":" not in source and not source.startswith(("/", "#"))
    place = target(source) if target and shown else ""
    if not place or ":" in place or place.startswith("/"):  # where its file is kept is another host
        return _put_back(words, env["texts"])
    return f'<img src="{escape(place)}" alt="{escape(_as_written(words, env["texts"]))}" loading="lazy">'


def _heading(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    token = tokens[at]
    if env.get("shift", True):
        token.tag = _HEADINGS[token.tag]
    elif token.nesting == 1:
        env["headings"].append(_headed(tokens, at, env.setdefault("taken", {})))
        token.attrs["id"] = safe_anchor(env["headings"][-1][1])
    return str(self.renderToken(tokens, at, options, env))


def _words(token: Token) -> str:
    return "".join(each.content for each in token.children or () if each.type in ("text", "code_inline"))


def _headed(tokens: Sequence[Token], at: int, taken: dict[str, int]) -> tuple[int, str, str]:
    """A heading: its level, its anchor, its words; `taken` are the anchors before it."""
    words = _words(tokens[at + 1])
    return int(tokens[at].tag[1]), _anchor(words, taken), words


def _anchor(words: str, taken: dict[str, int]) -> str:
    """The anchor of a heading as GitHub makes it, so that links that work there work here."""
    plain = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-") or "part"
    found = plain
    while found in taken:
        taken[plain] += 1
        found = f"{plain}-{taken[plain]}"
    taken[found] = 0
    return found


_RULES: dict[str, Callable[..., str]] = {
    "text": _text,
    "code_inline": _code_inline,
    "fence": _block,
    "code_block": _block,
    "link_open": _link,
    "link_close": _link_close,
    "image": _image,
    "heading_open": _heading,
    "heading_close": _heading,
    **CONSTRUCTS,
}
