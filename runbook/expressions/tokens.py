"""The words and signs of an expression, each with its column, within the limits of size and depth."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runbook.errors import ExpressionError
from runbook.expressions.values import MAX_BITS, brief
from runbook.outcome import Json

MAX_SOURCE = 8 * 1024
MAX_TOKENS = 1000
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<sign>==|!=|<=|>=|//|\*\*|&&|\|\||\}\}|[-+*/%~<>()\[\],.|=:!{}?&])""",
    re.ASCII | re.DOTALL | re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_ITEM = re.compile(r"\d+|[A-Za-z_]\w*", re.ASCII)
_STEP_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_SPLIT = "split it over several steps"
_CLOSES = {")": "(", "]": "["}
_BRACES = "for braces that are meant as text write `{{ '{{' }}`"
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else"})
_WRONG_SIGNS = {
    "**": ("there is no power", "multiply instead"),
    "&&": ("`&&` is not an operator here", "write `and`"),
    "||": ("`||` is not an operator here", "write `or`"),
    "&": ("`&` is not an operator here", "write `and`, or `~` to join text"),
    "=": ("`=` is not an operator here", "compare with `==`"),
    "!": ("`!` is not an operator here", "write `not`"),
    "?": ("`?` is not an operator here", "write `x if y else z`"),
    ":": ("lists cannot be sliced", "use `| first`, `| last` or an index such as `[0]`"),
    "{": ("a mapping cannot be written in an expression", _BRACES),
    "}": ("a mapping cannot be written in an expression", _BRACES),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign: `sort` is `name`, `item`, `literal` or `sign`; a literal has its value."""

    sort: str
    text: str
    column: int
    value: Json = None


def tokens(source: str, start: int = 0, braces: bool = False) -> tuple[list[Token], int]:
    """The tokens from `start` on, and where they end; with `braces`, that is at `}}`."""
    found: list[Token] = []
    opened: list[Token] = []
    prefixes = 0
    at = start
    while True:
        at = _SPACE.match(source, at).end()  # type: ignore[union-attr]  # it matches nothing as well
        if at - start > MAX_SOURCE:
            raise ExpressionError("the expression is longer than 8 KiB", _SPLIT, start)
        if len(found) > MAX_TOKENS:
            raise ExpressionError(f"the expression has more than {MAX_TOKENS:,} words and signs", _SPLIT, start)
        if at == len(source) or (braces and source.startswith("}}", at)):
            break
        token, at = _token(source, at, found)
        if found and token.sort == found[-1].sort == "literal":
            raise ExpressionError(f"{token.text} is not expected here", "join text with `~`", token.column)
        prefixes += _is_prefix(token, found)
        _nest(token, opened)
        if max(prefixes, len(opened)) > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply", _SPLIT, token.column)
        found.append(token)
    if braces and at == len(source):
        raise ExpressionError("`{{` is never closed", f"end it with `}}}}`; {_BRACES}", start - 2)
    if opened:
        raise ExpressionError(f"`{opened[-1].text}` is never closed", "add the closing bracket", opened[-1].column)
    if not found:
        raise ExpressionError("the expression is empty", "name a value, such as `inputs.host`", start)
    return found, at


def _token(source: str, at: int, before: list[Token]) -> tuple[Token, int]:
    if before and before[-1].text == "." and before[-1].sort == "sign":
        return _item(source, at, before)
    match = _TOKEN.match(source, at)
    if match is None:
        raise _stray(source, at)
    word = match.group()
    after = source[match.end() : match.end() + 1]
    match match.lastgroup:
        case "number":
            if after.isalnum() or after == "_" or (word[0] == "0" and word[1:2].isdigit()):
                raise ExpressionError(
                    f"`{brief(word + after)}` is not a number", "write it plainly, such as `12` or `0.5`", at
                )
            return Token("literal", word, at, _number(word, at)), match.end()
        case "text":
            return Token("literal", word, at, _unescaped(word, at)), match.end()
        case "sign" if word == "{" and after == "{":
            raise ExpressionError("`{{` has no place inside an expression", "leave out the `{{` and `}}`", at)
        case "sign" if word in _WRONG_SIGNS:
            message, help = _WRONG_SIGNS[word]
            raise ExpressionError(message, help, at)
        case "sign" if word == "}}":
            raise ExpressionError("`}}` has no place inside an expression", "leave out the `{{` and `}}`", at)
    return Token(match.lastgroup or "", word, at), match.end()


def _item(source: str, at: int, before: list[Token]) -> tuple[Token, int]:
    """What follows a `.`: the name or number of an item, or the id of a step, which may hold hyphens."""
    dot = before[-1]
    holder = before[-2] if len(before) > 1 else dot
    of_steps = holder.sort == "name" and holder.text == "steps"
    match = (_STEP_ID if of_steps else _ITEM).match(source, at)
    held = (holder.sort == "name" and holder.text not in KEYWORDS) or holder.sort == "item" or holder.text in _CLOSES
    if match is None or not held:
        raise ExpressionError("`.` is not expected here", f"put a name before and after it; {_BRACES}", dot.column)
    word = match.group()
    return Token("item", word, at, int(word) if word.isdigit() and not of_steps else word), match.end()


def _stray(source: str, at: int) -> ExpressionError:
    character = source[at]
    if character in "'\"":
        return ExpressionError("the text is never closed", f"add the closing {character}", at)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return ExpressionError(f"`{shown}` is not expected here", "put text in quotes", at)


def _number(word: str, at: int) -> int | float:
    whole = word.isdigit()
    if whole and len(word) < MAX_BITS // 3:
        return int(word)
    value = float(word)
    if whole or value == float("inf"):
        raise ExpressionError("the number is too large", "use a smaller number", at)
    return value


def _unescaped(word: str, at: int) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ExpressionError(
                f"`\\{match[1]}` is not an escape", f"for a backslash write `\\\\{match[1]}`", at + 1 + match.start()
            )
        return _ESCAPES[match[1]]

    return _ESCAPE.sub(one, word[1:-1])


def _is_prefix(token: Token, before: list[Token]) -> bool:
    if token.sort == "name":
        return token.text in ("not", "else")
    if token.sort != "sign" or token.text not in "+-":
        return False
    return not before or (before[-1].sort == "sign" and before[-1].text not in _CLOSES)


def _nest(token: Token, opened: list[Token]) -> None:
    if token.sort != "sign":
        return
    if token.text in _CLOSES.values():
        opened.append(token)
    elif token.text in _CLOSES:
        if not opened or opened[-1].text != _CLOSES[token.text]:
            raise ExpressionError(f"`{token.text}` closes nothing", "remove it, or open it before", token.column)
        opened.pop()
    elif token.text == "," and not opened:
        raise ExpressionError("`,` is not expected here", "write a list as `[a, b]`", token.column)
