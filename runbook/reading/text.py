"""From the bytes of a file to its text: encodings and characters that a reader of the file could not see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from runbook.diagnostics import Diagnostic, Problem, Severity, found
from runbook.source import Place, Source

MAX_BYTES = 1024 * 1024
"""The largest file that is read."""

MAX_FINDINGS = 100
"""How many findings of one reading of one file are reported; of the rest it is said how many there are."""

MAX_COUNTED = 1000
"""How many more are counted when it is known that there are errors among them."""

_PLAIN = bytes([9, 10, 13, *range(32, 127), *range(128, 256)])
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HIDDEN = re.compile(
    "(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n))"
    "|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
    # Joiners belong to some scripts and to emoji; beside ASCII they only hide.
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)

UNREADABLE = Problem(
    "RB001",
    "unreadable-file",
    """\
The file can't be opened or read: it is missing, a folder, or its permissions keep it closed.

    runbook validate processes/backup/restore-drill.yaml    # mode 0000

Give the file back to its reader (`chmod u+r`), or correct its name.
""",
)
TOO_LARGE = Problem(
    "RB002",
    "oversized-file",
    """\
A file of the project is larger than 1 MiB. A process that people can follow is a few hundred lines;
a file of that size is nearly always data that was pasted into it.

Move the data into a file of its own and let a step read it, or split the process and use the parts
with `process:`.
""",
)
NOT_UTF8 = Problem(
    "RB003",
    "not-utf8",
    """\
The file is not UTF-8 text. The message names the byte, counted from 0, where it stops being so. Often
an editor saved the file as Latin-1, Windows-1252 or UTF-16.

    title: Caf\\xe9        # one byte: Latin-1

Save the file as UTF-8, for example with `iconv -f latin1 -t utf-8`.
""",
)
CONTROL = Problem(
    "RB004",
    "control-character",
    """\
The file holds a character that steers a device and shows nothing: a NUL, an escape, a lone carriage
return, a line separator. Programs disagree about where lines end there, and terminals obey it.

    title: Restart<ESC>[2J the server

Delete the character. Where a value needs it, write it as an escape in double quotes: `"\\e[2J"`.
""",
)
INVISIBLE = Problem(
    "RB005",
    "invisible-character",
    """\
The file holds a character that is not shown, or one that turns the direction of the text. What a
reviewer reads is then not what the machine runs.

    shell: rm -rf build<U+202E>

Delete the character. Where a value needs it, write it as an escape in double quotes: `"\\u202e"`.
""",
)

MORE = Problem(
    "RB006",
    "more-findings",
    """\
A file has more findings than anybody reads at once, so only the first hundred are shown. Nearly always many of them
have one cause.

    steps: [{idd: a}, {idd: b}, {idd: c}]    # and so on

Mend the first ones, then check the file again.
""",
)

PROBLEMS = (UNREADABLE, TOO_LARGE, NOT_UTF8, CONTROL, INVISIBLE, MORE)


def limited(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The first of a file's findings, and one that says how many there are besides."""
    every = iter(findings)
    shown = list(islice(every, MAX_FINDINGS))
    yield from shown
    count, worst = 0, Severity.WARNING
    for each in every:
        count += 1
        worst = each.severity if each.severity is Severity.ERROR else worst
        if worst is Severity.ERROR and count > MAX_COUNTED:
            break
    if count:
        last = max((each.place for each in shown), key=lambda place: (place.line, place.column))
        behind = Place(last.file, last.end_line, last.end_column, last.end_line, last.end_column)
        counted = f"{count}" if count <= MAX_COUNTED else f"more than {MAX_COUNTED:,}"
        yield replace(more(f"and {counted} more", behind), severity=worst)


def more(message: str, place: Place) -> Diagnostic:
    """The finding that there are more."""
    return found(MORE, message, "mend these first, then check again", place)


def unreadable(path: str, reason: str) -> Diagnostic:
    """The finding for a file that can't be opened; `reason` names it and says why."""
    return found(UNREADABLE, reason, "check its name and its permissions", start_of(path))


def start_of(path: str) -> Place:
    """The very beginning of a file."""
    return Place(path, 1, 1, 1, 1)


def read_text(path: str, content: bytes) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The text of a file, and what in it could not be read or seen; after findings the text is only for showing."""
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; the most that is read is {MAX_BYTES:,}"
        finding = found(TOO_LARGE, message, "move data into files of their own, or split the process", start_of(path))
        return Source(path, ""), (finding,)
    if content.startswith(_UTF16) or content[:4].count(0) >= 2:
        finding = found(NOT_UTF8, "the file is UTF-16 or UTF-32 text", "save it as UTF-8", start_of(path))
        return Source(path, ""), (finding,)
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return _not_utf8(path, content, error)
    source = Source(path, text)
    if text.isascii() and not content.translate(None, _PLAIN) and b"\r" not in content:
        return source, ()
    return source, tuple(limited(_hidden(source)))


def _not_utf8(path: str, content: bytes, error: UnicodeDecodeError) -> tuple[Source, tuple[Diagnostic, ...]]:
    before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"the file is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}"
    finding = found(NOT_UTF8, message, "save it as UTF-8", Place(path, line, column, line, column + 1))
    return Source(path, content.decode("utf-8", "replace").removeprefix("\ufeff")), (finding,)


def _hidden(source: Source) -> Iterator[Diagnostic]:
    line, start = 1, 0
    for match in _HIDDEN.finditer(source.text):
        breaks = source.text.count("\n", start, match.start())
        if breaks:
            line, start = line + breaks, source.text.rindex("\n", start, match.start()) + 1
        column = match.start() - start + 1
        sort, problem = ("a control", CONTROL) if match["control"] else ("an invisible", INVISIBLE)
        yield found(
            problem,
            f"there is {sort} character here: {_name(match[0])}",
            "delete it, or write it as an escape in double quotes",
            Place(source.path, line, column, line, column + 1),
        )


def _name(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")
