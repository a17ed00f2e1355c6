"""The neutral shapes a procedure is written in; every view turns them into its own text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Markdown text of the author."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to run or read as it stands; `language` is a highlighter's name (`sh`, `console`)."""

    text: str
    language: str = "sh"


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form: what is asked, in which unit, within which limits."""

    name: str
    title: str
    type: str
    required: bool = True
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[str, ...] = ()
    default: str | None = None
    pattern: str = ""
    nominal: str = ""
    """What a reading should be, and how far it may be off, as its author wrote it: `5 ± 10%`."""
    types: tuple[str, ...] = ()
    """The media types that a file may have."""
    max_size: int | None = None
    """Bytes that a file may have."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a person fills in."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out of a decision: its title, when it is taken by itself, the step it leads to."""

    id: str
    title: str
    when: str = ""
    goto: str = ""
    also: str = ""
    """What else takes it, in words: a signal, or the clock."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question and its ways out."""

    question: str
    choices: tuple[Choice, ...]
    several: bool = False
    """True when more than one may be taken."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named detail in one line: `Waits for: 10 min`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A pointer to another process of the library."""

    process: str
    text: str = ""


Block = Paragraph | Code | Form | Choices | Fact | Link
