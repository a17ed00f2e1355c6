"""One word of a shell script: its quotes and expansions, the variables it reads and the values in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from runbook.errors import ExpressionError
from runbook.scripts.marks import MARK, Marked

MAX_DEPTH = 40
ENDS_WORD = " \t\n;&|()<>"
BARE, DOUBLE, DOCUMENT = "bare", "double", "document"

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]", re.ASCII)
_WORD_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_EXTENDED_PATTERN = re.compile(r"[?*+@!]\(")
_PLAIN_BARE = re.compile(rf"[^{ENDS_WORD}'\"\\`${MARK}?*+@!]+")
_PLAIN_DOUBLE = re.compile(rf"[^\"\\`${MARK}]+")
_PLAIN_DOCUMENT = re.compile(rf"[^\\`${MARK}]+")
_EVALUATING_EXPANSION = re.compile(r"\[|:[^-=?+]|@P")


@dataclass(slots=True)
class Word:
    """One word: `plain` is its text without quotes, None when something is expanded in it."""

    start: int
    end: int = 0
    plain: str | None = ""
    quoted: bool = False
    splits: bool = False
    """True when the shell makes several words of what is expanded in it."""
    constant: str = ""
    """What is left of it when every expansion is empty."""
    lead: str = ""
    """The text in front of its first expansion."""
    names: set[str] = field(default_factory=set)
    """The variables that are expanded in it."""
    values: list[int] = field(default_factory=list)
    """Where its values stand, those of nested commands included."""
    begins: bool = False
    """True when it begins with a value."""

    @property
    def may_vanish(self) -> bool:
        """True when it may be no word at all: an expansion without quotes, or `"$@"`."""
        return self.plain is None and not self.lead and not self.values and (not self.quoted or "@" in self.names)

    def add(self, text: str) -> None:
        """Text that stands for itself."""
        self.constant += text
        if self.plain is not None:
            self.plain += text
            self.lead = self.plain


@dataclass(slots=True)
class Scan:
    """The reading of one script: where it is, and what was found so far."""

    marked: Marked
    commands: Callable[[Scan, str], None]
    """Reads commands up to a closing bracket; appends to `found`."""
    at: int = 0
    end: int = 0
    depth: int = 0
    contexts: dict[int, str] = field(default_factory=dict)
    """How each value that may stay is quoted, by its place."""
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    evaluated: list[tuple[int, str]] = field(default_factory=list)
    """Variables whose text the shell calculates with, or looks up again."""
    functions: set[str] = field(default_factory=set)
    """The functions it defines."""
    options: dict[int, str] = field(default_factory=dict)
    """Values where a program looks for its options: their places, and the program."""
    loops: bool = False
    """True when a part of it runs more than once."""
    grouped: bool = False
    """True when something flows into a group of commands, so that any of them may read it."""
    read: list[str] = field(default_factory=list)
    """Every variable that is expanded, in order."""
    text: str = ""
    """The script with its marks."""

    def __post_init__(self) -> None:
        self.text = self.marked.text

    def peek(self, count: int = 1) -> str:
        """The next characters."""
        at, end = self.at, self.end
        return self.text[at : at + count if at + count < end else end]

    def unreadable(self, at: int, what: str) -> ExpressionError:
        """The script cannot be read with certainty."""
        return ExpressionError(
            f"{what}, so that values cannot be placed safely",
            "simplify the script, or hand the values over with `env`",
            self.marked.offset(at),
        )

    def value(self, word: Word, context: str) -> None:
        """A value at this place that may stay."""
        self.contexts[self.at] = context
        word.values.append(self.at)
        word.begins = word.begins or word.plain == ""
        word.plain = None
        self.at += 1

    def refuse(self, word: Word, start: int, end: int, message: str, help: str) -> None:
        """The values in that stretch may not stay."""
        at = self.text.find(MARK, start, end)
        if at >= 0:
            self.problems.append((at, message, help))
        while 0 <= at < end:
            word.values.append(at)
            word.plain = None
            self.contexts.pop(at, None)
            at = self.text.find(MARK, at + 1, end)


def read_word(scan: Scan) -> Word:
    """The word at this place."""
    word = Word(scan.at)
    while scan.at < scan.end:
        character = scan.text[scan.at]
        if character in ENDS_WORD and character not in "<>":
            break
        if _plain(scan, word, _PLAIN_BARE):
            continue
        if _EXTENDED_PATTERN.match(scan.text, scan.at, scan.end):
            _pattern(scan, word)
        elif character in "<>" and scan.peek(2)[1:] == "(":
            _substitution(scan, word, 2)
        elif character in ENDS_WORD:
            break
        elif character == "'":
            _single(scan, word, 1)
        elif character == '"':
            _double(scan, word)
        elif not expansion(scan, word, BARE):
            word.add(character)
            scan.at += 1
    word.end = scan.at
    return word


def _plain(scan: Scan, word: Word, characters: re.Pattern[str]) -> bool:
    """Reads at once all that stands for itself at this place; False when nothing does."""
    run = characters.match(scan.text, scan.at, scan.end)
    if run is None:
        return False
    word.add(run.group())
    scan.at = run.end()
    return True


def expansion(scan: Scan, word: Word, context: str) -> bool:
    """Reads a value, an escape or an expansion at this place; False when there is none."""
    start = scan.at
    following = scan.peek(3)
    word.splits = word.splits or (context == BARE and following[:1] in ("$", "`"))
    first = following[:1]
    if first == MARK:
        scan.value(word, context)
    elif first == "\\":
        _escaped(scan, word, context)
    elif first == "`":
        _backticks(scan, word)
    elif following == "$((":
        word.plain = None
        scan.at += 3
        arithmetic(scan, word, start)
    elif following[:2] == "$(":
        _substitution(scan, word, 2)
    elif following[:2] == "${":
        _braces(scan, word, context)
    elif following[:2] == "$[":
        raise scan.unreadable(start, "`$[` is an outdated form")
    elif following[:2] == "$'" and context == BARE:
        word.quoted = True
        scan.at += 1
        _single(scan, word, 1, "`$'...'`")
    elif following[:2] == "$" + MARK:
        _refuse_next(scan, word, "a `$` stands right before the value", "remove the `$` before `{{`")
    elif first == "$" and (name := _NAME.match(scan.text, start + 1, scan.end)):
        word.plain = None
        _reads(scan, word, name.group())
        scan.at = name.end()
    else:
        return False
    return True


def _reads(scan: Scan, word: Word, name: str) -> None:
    word.names.add(name)
    scan.read.append(name)


def arithmetic(scan: Scan, word: Word, start: int) -> None:
    """Reads up to the closing `))`; every name in it is calculated with."""
    depth = 0
    inside = Word(start)
    while scan.at < scan.end:
        character = scan.text[scan.at]
        if scan.peek(2) == "))" and depth == 0:
            scan.at += 2
            word.names |= inside.names
            scan.evaluated += [(start, name) for name in inside.names]
            message = "a value cannot stand in arithmetic, where the shell would run it"
            scan.refuse(word, start, scan.at, message, "use `expr`, such as `$(expr {{ inputs.count }} + 1)`")
            return
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise scan.unreadable(start, "`((` is not closed by `))`")
        if name := _WORD_NAME.match(scan.text, scan.at, scan.end):
            scan.evaluated.append((scan.at, name.group()))
            scan.at = name.end()
            continue
        if character == '"':
            _double(scan, inside)
        elif character == "'":
            _single(scan, inside, 1)
        elif not expansion(scan, inside, BARE):
            scan.at += 1
    raise scan.unreadable(start, "`((` is never closed")


def document(scan: Scan, word: Word, end: int) -> None:
    """Reads the body of an unquoted here-document, up to `end`."""
    outer, scan.end = scan.end, end
    while scan.at < end:
        if not _plain(scan, word, _PLAIN_DOCUMENT) and not expansion(scan, word, DOCUMENT):
            word.add(scan.text[scan.at])
            scan.at += 1
    word.end = scan.at
    scan.end = outer


def _escaped(scan: Scan, word: Word, context: str) -> None:
    following = scan.peek(2)[1:]
    if following == MARK:
        _refuse_next(scan, word, "a backslash stands right before the value", "remove the backslash before `{{`")
        return
    scan.at += 1 + len(following)
    if following != "\n":
        word.quoted = word.quoted or context == BARE
        word.add(following if context == BARE or following in '$`"\\' else "\\" + following)


def _refuse_next(scan: Scan, word: Word, message: str, help: str) -> None:
    scan.at += 2
    scan.refuse(word, scan.at - 1, scan.at, message, help)


def _single(scan: Scan, word: Word, skip: int, what: str = "single quotes") -> None:
    start = scan.at + skip
    end = scan.text.find("'", start, scan.end)
    if end < 0:
        raise scan.unreadable(scan.at, "a single quote is never closed")
    inside = scan.text[start:end]
    if what != "single quotes":
        word.plain = None
        word.names.update(_WORD_NAME.findall(inside))
        if "\\" in inside:
            raise scan.unreadable(scan.at, "`$'...'` with a backslash in it is read differently by `sh` and `bash`")
    word.add(inside)
    word.quoted = True
    if MARK in inside:
        written = scan.marked.original(start, end)
        scan.refuse(word, start, end, f"a value cannot stand in {what}", f"write `{_reopened(written)}`")
    scan.at = end + 1


def _reopened(inside: str) -> str:
    """The text of single quotes, closed and opened again around its values."""
    parts = re.split(r"(\{\{.*?\}\})", inside, flags=re.DOTALL)
    return "".join(part if position % 2 else f"'{part}'" if part else "" for position, part in enumerate(parts))


def _double(scan: Scan, word: Word) -> None:
    start = scan.at
    scan.at += 1
    word.quoted = True
    while scan.at < scan.end:
        if _plain(scan, word, _PLAIN_DOUBLE):
            continue
        if scan.text[scan.at] == '"':
            scan.at += 1
            return
        if not expansion(scan, word, DOUBLE):
            word.add(scan.text[scan.at])
            scan.at += 1
    raise scan.unreadable(start, "a double quote is never closed")


def _substitution(scan: Scan, word: Word, skip: int) -> None:
    """`$( )`, `<( )` and `>( )`: commands of their own."""
    start, before = scan.at, len(scan.read)
    scan.at += skip
    scan.depth += 1
    if scan.depth > MAX_DEPTH:
        raise scan.unreadable(start, "the script is nested too deeply")
    scan.commands(scan, ")")
    scan.depth -= 1
    word.plain = None
    word.values += [at for at in scan.marked.places if start <= at < scan.at and at not in word.values]
    word.names.update(scan.read[before:])


def _backticks(scan: Scan, word: Word) -> None:
    start = scan.at
    match = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(scan.text, start, scan.end)
    if match is None:
        raise scan.unreadable(start, "a backtick is never closed")
    inside = scan.marked.original(start + 1, match.end() - 1)
    if "\\" not in match[1]:
        outer, scan.end = scan.end, match.end() - 1
        scan.at = start + 1
        scan.commands(scan, "")
        scan.end = outer
    scan.at = match.end()
    word.plain = None
    word.names.update(re.findall(r"\$\{?([A-Za-z_]\w*|[0-9@*])", match[1], re.ASCII))
    scan.refuse(word, start, scan.at, "a value cannot stand in backticks", f"write `$({inside})`")


def _braces(scan: Scan, word: Word, context: str) -> None:
    """`${...}`: the parameter, then whatever follows it."""
    start = scan.at
    word.plain = None
    scan.at += 2
    again = scan.peek() == "!"
    if scan.peek() in "!#" and scan.peek(2)[1:] not in "}:-":
        scan.at += 1
    parameter = _NAME.match(scan.text, scan.at, scan.end)
    if parameter:
        _reads(scan, word, parameter.group())
        scan.at = parameter.end()
    inner = scan.at
    quotes = 0
    inside = Word(start)
    while scan.peek() != "}":
        character = scan.peek()
        if not character or (character == "\n" and context == DOCUMENT):
            raise scan.unreadable(start, "`${` is never closed")
        if character == "'" and context == BARE:
            _single(scan, inside, 1)
        elif character == '"' and context != DOCUMENT:
            _double(scan, inside)
        elif not expansion(scan, inside, context):
            quotes += character == "'"
            scan.at += 1
    if quotes % 2:
        raise scan.unreadable(start, "a quote in `${...}` is read differently from shell to shell")
    tail = scan.text[inner : scan.at]
    scan.at += 1
    if parameter and (again or "@P" in tail):
        scan.evaluated.append((start, parameter.group()))
    if _EVALUATING_EXPANSION.match(tail):
        scan.evaluated += [(start, name) for name in inside.names.union(_WORD_NAME.findall(tail))]
    word.names |= inside.names
    help = "put it into a variable first, such as `value={{ inputs.host }}`"
    scan.refuse(word, start, scan.at, "a value cannot stand in `${...}`", help)


def _pattern(scan: Scan, word: Word) -> None:
    """An extended pattern such as `@(a|b)`."""
    start = scan.at
    if start == word.start and scan.peek() == "!":
        raise scan.unreadable(start, "`!(` is read differently from shell to shell")
    scan.at += 2
    depth = 1
    while depth:
        character = scan.peek()
        if not character or character == "\n":
            raise scan.unreadable(start, "a `(` in a word is never closed")
        depth += (character == "(") - (character == ")")
        if character == "'":
            _single(scan, word, 1)
        elif character == '"':
            _double(scan, word)
        elif not expansion(scan, word, BARE):
            scan.at += 1
    word.plain = None
    scan.refuse(word, start, scan.at, "a value cannot stand in a pattern list", "compare with `case` instead")
