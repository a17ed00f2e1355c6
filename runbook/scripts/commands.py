"""The commands of a shell script: which words belong together, what flows into them, and who runs them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from runbook.scripts.marks import Marked
from runbook.scripts.words import MAX_DEPTH, Scan, Word, arithmetic, document, read_word

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^\]]*\])?\+?=", re.ASCII)
_ARRAY = re.compile(r"[A-Za-z_]\w*\+?=\Z", re.ASCII)
_REDIRECTION = re.compile(r"(?:\d+|\{\w+\})?(<<<|<<-|<<|<>|<&|<(?!\()|>>|>&|>\||>(?!\())|&>>?", re.ASCII)
_MAY_REDIRECT = frozenset("0123456789{<>&")
_OPERATOR = re.compile(r";;&|;;|;&|;|&&|&|\|\||\|&|\|")
_FUNCTION = re.compile(r"\([ \t]*\)")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_BRACKETS = {"if", "then", "else", "elif", "while", "until", "do", "!", "{", "fi", "done", "}"}
_LOOPS = {"while", "until", "for", "select"}
_COMMENT_HELP = "move the value out of the comment"


@dataclass(slots=True)
class Command:
    """One simple command: its assignments, its words, and what it reads from."""

    words: list[Word] = field(default_factory=list)
    assignments: list[tuple[str, Word]] = field(default_factory=list)
    inputs: list[Word] = field(default_factory=list)
    """Files, here-strings and here-documents it reads."""
    piped: bool = False
    """True when it reads what another command writes."""


@dataclass(slots=True)
class Pending:
    """A here-document whose body comes after this line."""

    end: str
    literal: bool
    tabs: bool
    body: Word


@dataclass(slots=True)
class Listing:
    """All the commands of one script, nested ones included."""

    commands: list[Command] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)


def read_script(marked: Marked) -> tuple[Scan, list[Command]]:
    """The commands of the script and how its values are quoted."""
    listing = Listing()
    scan = Scan(marked, lambda inner, closer: _Block(inner, listing, closer).read(), end=len(marked.text))
    try:
        scan.commands(scan, "")
    except RecursionError:
        raise scan.unreadable(scan.at, "the script is nested too deeply") from None
    if listing.pending:
        raise scan.unreadable(scan.at, f"the here-document `{listing.pending[0].end}` has no body")
    return scan, listing.commands


class _Block:
    """Commands up to a closing bracket or the end."""

    def __init__(self, scan: Scan, listing: Listing, closer: str) -> None:
        self.scan = scan
        self.listing = listing
        self.closer = closer
        self.command = Command()
        self.patterns: list[bool] = []
        """One entry for each open `case`: True while its patterns are read."""

    def read(self) -> None:
        """Reads the block, its closing bracket included."""
        scan = self.scan
        waiting = len(self.listing.pending)
        start = scan.at
        while True:
            self._blanks()
            character = scan.peek()
            if not character:
                break
            if character == "#":
                self._comment()
            elif character == "\n":
                self._line()
            elif character == ")":
                scan.at += 1
                if self.patterns and self.patterns[-1]:
                    self.patterns[-1] = False
                    self.command = Command()
                    continue
                if self.closer != ")" or self.patterns or len(self.listing.pending) > waiting:
                    raise scan.unreadable(scan.at - 1, "`)` is not expected here")
                self._finish()
                return
            elif character == "(":
                self._bracket()
            elif character in _MAY_REDIRECT and (redirection := _REDIRECTION.match(scan.text, scan.at, scan.end)):
                self._redirection(redirection)
            elif character in ";&|" and (operator := _OPERATOR.match(scan.text, scan.at, scan.end)):
                self._operator(operator.group())
            else:
                self._word(read_word(scan))
        self._finish()
        if self.closer or self.patterns:
            raise scan.unreadable(start, "a bracket or a `case` is never closed")

    def _blanks(self) -> None:
        scan = self.scan
        if blanks := _BLANKS.match(scan.text, scan.at, scan.end):
            scan.at = blanks.end()

    def _finish(self, piped: bool = False) -> None:
        command = self.command
        if command.words or command.assignments or command.inputs:
            self.listing.commands.append(command)
        self.command = Command(piped=piped)

    def _comment(self) -> None:
        scan = self.scan
        end = scan.text.find("\n", scan.at, scan.end)
        end = scan.end if end < 0 else end
        scan.refuse(Word(scan.at), scan.at, end, "a value cannot stand in a comment", _COMMENT_HELP)
        scan.at = end

    def _line(self) -> None:
        scan = self.scan
        piped = self.command.piped and not self.command.words
        scan.at += 1
        pending, self.listing.pending[:] = list(self.listing.pending), []
        for one in pending:
            self._body(one)
        if not (self.patterns and self.patterns[-1]):
            self._finish(piped)

    def _body(self, pending: Pending) -> None:
        scan = self.scan
        start = at = scan.at
        joined = False
        while at <= scan.end:
            end = scan.text.find("\n", at, scan.end)
            end = scan.end if end < 0 else end
            line = scan.text[at:end]
            if (line.lstrip("\t") if pending.tabs else line) == pending.end:
                if joined:
                    raise scan.unreadable(at, "a backslash joins the end of a here-document to the line before")
                self._fill(pending, start, at)
                scan.at = min(end + 1, scan.end)
                return
            joined = not pending.literal and (len(line) - len(line.rstrip("\\"))) % 2 == 1
            at = end + 1
        raise scan.unreadable(start, f"the here-document `{pending.end}` is never closed")

    def _fill(self, pending: Pending, start: int, end: int) -> None:
        scan = self.scan
        if not pending.literal:
            pending.body.start = start
            document(scan, pending.body, end)
            return
        pending.body.add(scan.text[start:end])
        message = "a value cannot stand in a here-document with a quoted end"
        help = f"write `<<{pending.end}` without quotes, and a backslash before every other `$`"
        scan.refuse(pending.body, start, end, message, help)

    def _bracket(self) -> None:
        scan = self.scan
        command = self.command
        if self.patterns and self.patterns[-1]:
            scan.at += 1
        elif not command.words and not command.assignments:
            start = scan.at
            if scan.peek(2) == "((":
                scan.at += 2
                arithmetic(scan, Word(start), start)
            else:
                scan.at += 1
                scan.depth += 1
                if scan.depth > MAX_DEPTH:
                    raise scan.unreadable(start, "the script is nested too deeply")
                scan.commands(scan, ")")
                scan.depth -= 1
            self._group()
        elif len(command.words) == 1 and (function := _FUNCTION.match(scan.text, scan.at, scan.end)):
            self._function(command.words[0])
            scan.at = function.end()
        else:
            raise scan.unreadable(scan.at, "`(` is not expected here")

    def _group(self) -> None:
        self.scan.grouped = self.scan.grouped or self.command.piped

    def _function(self, name: Word) -> None:
        message = "a value cannot be the name of a function"
        self.scan.refuse(name, name.start, name.end, message, "name the function yourself")
        self.scan.grouped = True
        self.scan.functions.add(name.plain or "")
        self.command = Command()

    def _redirection(self, redirection: re.Match[str]) -> None:
        scan = self.scan
        sign = redirection[1] or ""
        scan.at = redirection.end()
        self._blanks()
        word = read_word(scan)
        if sign in ("<<", "<<-"):
            if word.plain is None or not (word.plain or word.quoted):
                raise scan.unreadable(word.start, "the end of a here-document must be a plain word")
            body = Word(word.end)
            self.listing.pending.append(Pending(word.plain, word.quoted, sign == "<<-", body))
            word = body
        if sign.startswith("<"):
            self.command.inputs.append(word)

    def _operator(self, sign: str) -> None:
        scan = self.scan
        scan.at += len(sign)
        if self.patterns and self.patterns[-1]:
            if sign != "|":
                raise scan.unreadable(scan.at - len(sign), f"`{sign}` is not expected here")
            return
        self._finish(sign in ("|", "|&"))
        if sign in (";;", ";&", ";;&") and self.patterns:
            self.patterns[-1] = True

    def _word(self, word: Word) -> None:
        scan = self.scan
        command = self.command
        if word.start == word.end:
            raise scan.unreadable(word.start, f"`{scan.peek()}` is not expected here")
        raw = scan.text[word.start : word.end]
        if scan.peek() == "(" and _ARRAY.fullmatch(raw):
            self._array(word)
        if self.patterns and self.patterns[-1]:
            if raw == "esac" and not command.words:
                self.patterns.pop()
            else:
                command.words.append(word)
            return
        if not command.words:
            if self._keyword(raw, word):
                return
            if assignment := _ASSIGNMENT.match(raw):
                if assignment[2] and word.values:
                    help = "put the value into a plain variable"
                    scan.refuse(word, word.start, word.end, "a value cannot stand beside the index of an array", help)
                scan.evaluated += [(word.start, name) for name in re.findall(r"[A-Za-z_]\w*", assignment[2] or "")]
                command.assignments.append((assignment[1], word))
                return
        command.words.append(word)

    def _keyword(self, raw: str, word: Word) -> bool:
        scan = self.scan
        command = self.command
        self.scan.loops = self.scan.loops or raw in _LOOPS
        if raw in _BRACKETS and not command.assignments:
            self._group()
            return True
        if raw == "esac" and self.patterns:
            self.patterns.pop()
            return True
        if raw == "function":
            self._blanks()
            self._function(read_word(scan))
            self._blanks()
            if function := _FUNCTION.match(scan.text, scan.at, scan.end):
                scan.at = function.end()
            return True
        if raw == "case":
            self._case(word)
            return True
        if raw == "[[":
            self._test(word)
            return True
        if raw in ("for", "select"):
            self._blanks()
            command.words.append(word)
            if scan.peek(2) == "((":
                start = scan.at
                scan.at += 2
                arithmetic(scan, Word(start), start)
            return True
        return False

    def _case(self, word: Word) -> None:
        scan = self.scan
        self._blanks()
        subject = read_word(scan)
        while scan.peek() in (" ", "\t", "\n"):
            scan.at += 1
        if read_word(scan).plain != "in":
            raise scan.unreadable(word.start, "`case` is not followed by `in`")
        self.command.words += [word, subject]
        self._finish()
        self.patterns.append(True)

    def _test(self, word: Word) -> None:
        """`[[ ... ]]`: words and signs up to the closing brackets."""
        scan = self.scan
        self.command.words.append(word)
        first = False
        while True:
            self._blanks()
            if not scan.peek():
                raise scan.unreadable(word.start, "`[[` is never closed")
            if scan.peek() in "\n;&|()<>" and scan.peek(2) not in ("<(", ">("):
                first = scan.peek() not in "<>"
                scan.at += 1
                continue
            one = read_word(scan)
            if scan.text[one.start : one.end] == "]]":
                return
            self.command.words.append(one)
            if first:
                help = "use two tests, such as `[ -n {{ inputs.a }} ] && [ -n {{ inputs.b }} ]`"
                message = "a value cannot follow `&&`, `||` or `(` in `[[`, where `sh` would run it"
                scan.refuse(one, one.start, one.end, message, help)
            first = False

    def _array(self, word: Word) -> None:
        """The words of `name=( ... )`."""
        scan = self.scan
        scan.at += 1
        while True:
            self._blanks()
            character = scan.peek()
            if character == ")":
                scan.at += 1
                word.end = scan.at
                word.plain = None
                return
            if character == "\n":
                scan.at += 1
            elif character == "#":
                self._comment()
            elif not character or character in ";&|(<>":
                raise scan.unreadable(word.start, "the list of an array is never closed")
            else:
                one = read_word(scan)
                if scan.text[one.start] == "[":
                    help = "leave out the index"
                    scan.refuse(word, one.start, one.end, "a value cannot stand beside the index of an array", help)
                    scan.evaluated += [(one.start, name) for name in one.names]
                word.values += one.values
                word.names |= one.names
