"""What is refused while a file is read, each in the words of its finding."""

from __future__ import annotations

import re
from typing import Any

from yaml.events import ScalarEvent

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.reading import structure, syntax
from runbook.reading.places import first_lines
from runbook.reading.scalars import WORDS, Doubtful, number, short
from runbook.reading.text import CONTROL, MAX_FINDINGS, more, start_of
from runbook.source import Place, Source

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class Stopped(Exception):
    """Going on would cost too much, or find nothing true."""


class Refusals:
    """What was found while one file was read; parser events come in, findings add up."""

    __slots__ = ("findings", "repeated", "sound", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Diagnostic] = []
        self.repeated: dict[int, Any] = {}
        self.sound = True
        """False when values may be missing or stand elsewhere than the author meant."""

    def at(self, event: Any) -> Place:
        """The place of an event; its first character when it goes over several lines."""
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(
            self.source.path, start.line + 1, start.column + 1, start.line + 1, start.column + 1 + max(width, 1)
        )

    def add(self, problem: Problem, message: str, help: str, event: Any) -> None:
        """One more finding, at an event; stops when there are too many to read."""
        self.findings.append(found(problem, message, help, self.at(event)))
        if len(self.findings) >= MAX_FINDINGS:
            self.findings.append(more("there may be more: the file is read no further", self.at(event)))
            raise Stopped

    def check_document(self, event: Any, first: bool) -> None:
        """Refuses orders to the parser, and every document but the first."""
        before = self.source.text[: event.end_mark.index]
        if first and event.explicit and re.search("^%", before, re.MULTILINE):
            self.add(syntax.DIRECTIVE, "a line that begins with `%` is not accepted here", "delete the line", event)
        if not first:
            message = "a second document begins here, and a file holds one"
            self.add(structure.SEVERAL_DOCUMENTS, message, "put it in a file of its own", event)
            raise Stopped

    def refuse_nothing(self) -> None:
        """Refuses a file without a value."""
        self.sound = False
        message, help = "there is nothing in the file", "write what it is for, or delete it"
        self.findings.append(found(structure.EMPTY, message, help, start_of(self.source.path)))

    def refuse_text(self, finding: Diagnostic) -> None:
        """Takes what the parser stumbled over, unless its cause is reported in that line already."""
        self.sound = False
        if (finding.code, finding.place.line) not in {(other.code, other.place.line) for other in self.findings}:
            self.findings.append(finding)

    def check_key(self, event: Any, here: Any) -> None:
        """Refuses a key that is there already, is not text, or merges."""
        key = event.value
        if event.style:
            self.check_escapes(event)
        elif key == "<<":
            message = "`<<` (merging a mapping into another) is not accepted"
            self.add(structure.MERGE_KEY, message, "write the fields out", event)
            self.sound = False
        elif key in WORDS or not isinstance(number(key), str):
            self.refuse_key(event)
        if key in here and len(self.repeated) < MAX_FINDINGS:
            self.repeated[event.start_mark.index] = event

    def refuse_key(self, event: Any) -> None:
        """Refuses a key that is not text."""
        self.sound = False
        begin = event.start_mark.index
        if self.source.text.startswith("{", begin) and self.source.text[:begin].endswith("{"):
            message = "text that begins with `{{` needs quotes"
            self.add(syntax.UNQUOTED, message, 'write it in quotes: `"{{ ... }}"`', event)
        elif isinstance(event, ScalarEvent):
            message = f"the key `{short(event.value)}` is not text" if event.value else "a key is missing before `:`"
            self.add(structure.NOT_TEXT_KEY, message, f'write `"{short(event.value)}"`', event)
        else:
            self.add(structure.NOT_TEXT_KEY, "a key is not text", "write it as text", event)

    def name_first_lines(self, parser: Any) -> None:
        """Reports the repeated keys, each with the line where it stood first; needs a fresh parser over the text."""
        for index, first in first_lines(parser, set(self.repeated)).items():
            event = self.repeated[index]
            again = event.start_mark.line + 1
            message = f"the key `{short(event.value)}` stands twice: first at line {first}, again at line {again}"
            self.findings.append(found(structure.DUPLICATE_KEY, message, "keep the one that is meant", self.at(event)))
        if len(self.repeated) >= MAX_FINDINGS:
            last = max(self.repeated.items())[1]
            self.findings.append(more("there may be more keys that stand twice", self.at(last)))

    def number(self, event: Any) -> int | float | str:
        """The value of a word that begins like a number."""
        value = number(event.value)
        if not isinstance(value, Doubtful):
            return value
        self.add(value.problem, value.message, value.help, event)
        return value.value

    def check_escapes(self, event: Any) -> None:
        """Refuses what an escape can make and nothing can carry."""
        if _UNUSABLE.search(event.value):
            self.add(CONTROL, "the text holds a NUL or half a character", "delete the escape that makes it", event)

    def refuse_tag(self, event: Any) -> None:
        """Refuses a tag."""
        tag = short(event.tag.replace("tag:yaml.org,2002:", "!!"))
        message = f"the tag `{tag}` is not accepted"
        self.add(syntax.TAG, message, "write the value itself, or put quotes around the text", event)

    def refuse_alias(self, event: Any, inside: bool) -> None:
        """Refuses an alias of nothing, or of the value that it stands inside of."""
        self.sound = False
        name = event.anchor
        if inside:
            message = f"`*{name}` stands inside of the value it stands for"
            self.add(structure.RECURSIVE_ALIAS, message, "write the inner part out", event)
        else:
            help = f'mark a value before it with `&{name}`, or write `"*{name}"` if it is text'
            self.add(structure.UNKNOWN_ALIAS, f"nothing before this is marked with `&{name}`", help, event)

    def check_depth(self, event: Any, deepest: int) -> None:
        """Stops at a depth where nobody can follow."""
        if deepest > structure.MAX_DEPTH:
            self.findings.append(structure.too_deep(self.at(event)))
            raise Stopped

    def too_much(self, event: Any, nodes: int) -> None:
        """Stops at a text, a number of values or a number of repetitions past every use."""
        value = getattr(event, "value", "")
        if len(value) > structure.MAX_SCALAR:
            message = f"this text has {len(value):,} characters; the most is {structure.MAX_SCALAR:,}"
            self.add(structure.TOO_LONG, message, "move it into a file of the project", event)
        elif nodes > structure.MAX_NODES:
            message = f"the file holds more than {structure.MAX_NODES:,} values"
            self.add(structure.TOO_MANY, message, "split the process, or move data into files of their own", event)
        else:
            most = f"{structure.MAX_ALIASES} aliases and {structure.MAX_EXPANDED:,} values in all"
            message = f"aliases repeat too much: the most is {most}"
            self.add(structure.TOO_MANY, message, "write fewer values, or move data into files of their own", event)
        raise Stopped
