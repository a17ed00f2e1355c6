"""What the YAML parser stumbled over, in plain words: a tab, an open quote, a second colon in one line."""

from __future__ import annotations

import re
from typing import Any

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.reading.scalars import short
from runbook.reading.structure import MAX_DEPTH, too_deep
from runbook.source import Place, Source

SYNTAX = Problem(
    "RB010",
    "broken-yaml",
    """\
The text is not YAML from this place on. Mostly a line is indented by one space more or less than its
neighbours, a bracket is not closed, or text stands after a closing quote.

    title: Patch
     summary: One space too many

Line the keys of one mapping up with each other.
""",
)
TAB = Problem(
    "RB011",
    "tab-indent",
    """\
A tab stands where YAML wants spaces: indentation made of tabs has no width, so it is not allowed.

    steps:
    <tab>- id: look

Use two spaces for each level; most editors do it for you once they are told (`expandtab`).
""",
)
OPEN_QUOTE = Problem(
    "RB012",
    "open-quote",
    """\
A quote is opened and not closed, so the rest of the file would belong to the text.

    title: 'It's done

Close it. Inside single quotes an apostrophe is written twice: `'It''s done'`.
""",
)
COLON = Problem(
    "RB013",
    "stray-colon",
    """\
A colon followed by a space makes a key, and here no key can stand: often it is a part of the text.

    title: Restart: the second try

Put the text in quotes: `title: "Restart: the second try"`. For longer text use `|` and new lines.
""",
)
OPEN_BRACKET = Problem(
    "RB014",
    "open-bracket",
    """\
A list in `[ ]` or a mapping in `{ }` is not closed, or a comma is missing inside of it.

    tags: [linux, security

Close it where it ends, or write one item a line with `- `.
""",
)
UNQUOTED = Problem(
    "RB015",
    "unquoted-text",
    """\
Text without quotes can't begin with a character that means something in YAML: `@`, `` ` ``, `%`, `*`,
`&`, `!`, `|`, `>`, `[`, `]`, `{`, `}`, `,`. A `{{ ... }}` at the beginning of a value is such a case.

    host: {{ inputs.host }}

Put the text in quotes: `host: "{{ inputs.host }}"`.
""",
)
ESCAPE = Problem(
    "RB016",
    "unknown-escape",
    r"""\
In double quotes a backslash begins an escape such as `\n` or `\t`, and this one does not exist.

    matches: "version \d+"

Use single quotes, where a backslash is only a backslash: `'version \d+'`.
""".removeprefix("\\\n"),
)
TAG = Problem(
    "RB017",
    "tag",
    """\
Tags (`!name`, `!!type`) tell a YAML reader to build something else than plain data. A process is data
only: nothing is made or run by reading it.

    size: !!int "12"

Write the value itself: `size: 12`. Text that begins with `!` needs quotes.
""",
)
DIRECTIVE = Problem(
    "RB018",
    "directive",
    """\
A line that begins with `%` before the document gives orders to the YAML reader. The language is always
YAML 1.2 with plain data, so there is nothing to order.

    %YAML 1.1
    ---

Delete the line.
""",
)

PROBLEMS = (SYNTAX, TAB, OPEN_QUOTE, COLON, OPEN_BRACKET, UNQUOTED, ESCAPE, TAG, DIRECTIVE)

_EXPRESSION = re.compile(r"(?:^|[:\-]\s|[\[,{])\s*\{\{")
_ESCAPE = re.compile(r"\\.")
_DEEPEST_OF_THE_PARSER = 1001


def stumbled(source: Source, error: Any) -> Diagnostic:
    """The finding for what the YAML parser raised."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return found(SYNTAX, "the text is not YAML", "compare it with an example", Place(source.path, 1, 1, 1, 1))
    if "maximum nesting" in str(error.problem):
        return too_deep(_bracket_of_level(source, mark, MAX_DEPTH + 1))
    opened = error.context_mark or mark
    context, said = str(error.context or ""), str(error.problem or "")
    line = source.line(mark.line + 1)
    indent = line[: len(line) - len(line.lstrip())]
    at, begin = _place(source, mark), _place(source, opened)
    character, opener = line[mark.column : mark.column + 1], source.line(opened.line + 1)[opened.column :][:1]
    if "tab character" in said or "\t" in (character, *indent):
        return found(TAB, "a tab stands where YAML wants spaces", "indent with spaces, two for each level", at)
    if "quoted scalar" in context or "double-quoted" in context:
        if "end of stream" in said or "document" in said:
            return found(OPEN_QUOTE, f"the {opener} opened here is not closed", "close it where the text ends", begin)
        escape = _ESCAPE.search(line, max(mark.column - 1, 0))
        message = f"`{escape[0]}` is not an escape that double quotes know" if escape else "the escape is not valid"
        return found(ESCAPE, message, "use single quotes, or write the backslash twice", at)
    if "directive" in context or "directive" in said or "incompatible YAML" in said:
        return found(DIRECTIVE, "a line that begins with `%` is not accepted here", "delete the line", at)
    if "tag" in context or "tag handle" in said:
        return found(TAG, "tags are not accepted", "write the value itself, or put quotes around the text", begin)
    if _EXPRESSION.search(line):
        return found(UNQUOTED, "text that begins with `{{` needs quotes", 'write it in quotes: `"{{ ... }}"`', at)
    if "mapping values" in said:
        return _colon(source, line, mark, at)
    if "cannot start" in said or "alias" in context or "anchor" in context:
        begins = "a backquote" if opener == "`" else f"`{opener}`"
        return found(UNQUOTED, f"text that begins with {begins} needs quotes", "put quotes around the text", begin)
    if "flow sequence" in context or "flow mapping" in context:
        return _bracket(context, begin, at)
    return _structure(source, context, said, at, begin)


def _bracket_of_level(source: Source, mark: Any, level: int) -> Place:
    """The bracket that opens that level: the parser looks ahead in a line, and gives up at a level of its own."""
    openers = [found.start() for found in re.finditer(r"[\[{]", source.line(mark.line + 1)[: mark.column + 1])]
    column = openers[max(level - _DEEPEST_OF_THE_PARSER - 1, -len(openers))] + 1 if openers else mark.column + 1
    return Place(source.path, mark.line + 1, column, mark.line + 1, column + 1)


def _colon(source: Source, line: str, mark: Any, at: Place) -> Diagnostic:
    key = line[: mark.column].strip()
    if ": " in key:
        message = "a second `: ` stands in this line, and only one can make a key"
        return found(COLON, message, "put quotes around the text after the first `: `", at)
    message = f"`{short(key)}` can't be a key here"
    if source.line(mark.line).strip():
        message += ", because the line above it goes on"
    return found(COLON, message, "line it up with the keys of its mapping, or put quotes around text with `: `", at)


def _bracket(context: str, begin: Place, at: Place) -> Diagnostic:
    what, close = ("list", "]") if "sequence" in context else ("mapping", "}")
    message = (
        f"the {what} opened at line {begin.line}, column {begin.column} is not closed: `,` or `{close}` is missing"
    )
    return found(OPEN_BRACKET, message, f"close it with `{close}`, or put a comma between its items", at)


def _structure(source: Source, context: str, said: str, at: Place, begin: Place) -> Diagnostic:
    rest = short(source.line(at.line)[at.column - 1 :].strip())
    if "simple key" in context:
        message = f"`{short(source.line(begin.line).strip())}` is neither a key with a value nor an item of a list"
        return found(SYNTAX, message, "add the missing `: `, or indent the line below the text it belongs to", begin)
    if "sequence entries" in said:
        return found(SYNTAX, "a list begins in the line of its key", "start each `- ` on a line of its own", at)
    if "block scalar" in context:
        message = "text stands in the same line as its `|` or `>`"
        return found(SYNTAX, message, "begin the text on the next line, indented", at)
    if "node content" in said:
        if not rest:
            return found(OPEN_BRACKET, "the file ends inside of a bracket", "close it with `]` or `}`", at)
        message = f"a value is missing before `{rest}`"
        return found(SYNTAX, message, "write the value, or put quotes around what is text", at)
    if "block collection" in context:
        message = f"`{rest}` is not an item of the list that began at line {begin.line}"
        return found(SYNTAX, message, "begin each item with `- `, all in the same column", at)
    if "block mapping" in context:
        return _mapping(source.line(at.line)[: at.column - 1].rstrip(), rest, at, begin)
    message = "the text does not go on as YAML from here"
    return found(SYNTAX, message, "keep one mapping in a file, its keys at the left margin", at)


def _mapping(before: str, rest: str, at: Place, begin: Place) -> Diagnostic:
    if before:
        message = f"`{rest}` stands after the end of the value before it"
        return found(SYNTAX, message, "put quotes around the whole text", at)
    if rest.startswith("- "):
        message = f"a list item stands among the keys of the mapping that began at line {begin.line}"
        return found(SYNTAX, message, "indent the list below the key it belongs to", at)
    message = f"this line does not line up with the mapping that began at line {begin.line}, column {begin.column}"
    return found(SYNTAX, message, "give all keys of one mapping the same indentation", at)


def _place(source: Source, mark: Any) -> Place:
    """The character at a mark; past the end of the file, the end of its last line with text."""
    line, column = mark.line + 1, mark.column + 1
    text = source.text.rstrip()
    last = text.count("\n") + 1
    if line > last:
        line, column = last, len(text) - text.rfind("\n")
    return Place(source.path, line, column, line, column + 1)
