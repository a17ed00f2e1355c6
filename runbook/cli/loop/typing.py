"""A line of text on a screen that is redrawn: edited, completed, checked at the enter key, or written in an editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer, FuzzyWordCompleter, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, has_completions
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, ConditionalContainer, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.validation import ValidationError, Validator

from runbook.cli.loop.front import END, Aside, Line
from runbook.errors import Refused
from runbook.views.lines import wrapped
from runbook.views.visible import visible

WAYS = "enter: take it | esc: back | ctrl-x ctrl-e: editor"
"""What can be done besides typing."""
WAYS_OF_SEVERAL = "a line with only a dot: take it | esc: back | ctrl-x ctrl-e: editor"
"""The same, for an answer of several lines."""
_MOST_SUGGESTED = 6


class InEditor(Exception):
    """The person goes on writing in their editor; the argument is what they have typed."""


def line_application(line: Line, below: Callable[[], StyleAndTextTuples], **terminal: Any) -> Application[str]:
    """An application that asks for the line, with `below` under it; `terminal` is what the library is told of it."""
    buffer = Buffer(
        completer=_completer(line),
        validator=_Check(line),
        validate_while_typing=False,
        complete_while_typing=True,
        multiline=line.several,
        document=Document(line.typed),
    )
    buffer.on_text_changed += lambda changed: _typed(line, changed)
    complaint = Condition(lambda: buffer.validation_error is not None)
    shown = HSplit(
        [
            Window(BufferControl(buffer, [BeforeInput(_question(line))]), wrap_lines=True, dont_extend_height=True),
            ConditionalContainer(CompletionsMenu(max_height=_MOST_SUGGESTED), has_completions),
            ConditionalContainer(
                Window(FormattedTextControl(lambda: _complaint(buffer)), dont_extend_height=True, wrap_lines=True),
                complaint,
            ),
            Window(FormattedTextControl(below), dont_extend_height=True, wrap_lines=False),
        ]
    )
    return Application(
        Layout(shown), key_bindings=_keys(buffer, line), enable_page_navigation_bindings=False, **terminal
    )


def _keys(buffer: Buffer, line: Line) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        if line.several and buffer.document.current_line.strip() != END:
            buffer.insert_text("\n")
        elif buffer.validate(set_cursor=True):
            event.app.exit(result=_meant(line, buffer.text))

    @keys.add("c-x", "c-e")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=InEditor(buffer.text))

    @keys.add("escape", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=Aside())

    @keys.add("c-z")
    def _(event: KeyPressEvent) -> None:
        """No letter; what runs can't be put aside."""

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    @keys.add("c-d", filter=Condition(lambda: not buffer.text))
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return keys


def _meant(line: Line, text: str) -> str:
    """What was typed, without the white space around it; of several lines without the one that ends them."""
    return text.rstrip().removesuffix(END).rstrip() if line.several else text.strip()


class _Check(Validator):
    """A line's own check, as the library asks for it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def validate(self, document: Document) -> None:
        typed = _meant(self._line, document.text) or self._line.default
        try:
            self._line.check(typed)
        except Refused as error:
            message = f"{error}: {error.help}" if error.help else str(error)
            raise ValidationError(len(document.text), visible(message)) from None


def _typed(line: Line, buffer: Buffer) -> None:
    if line.ignored and buffer.text == line.ignored:
        buffer.reset()
    line.typing(buffer.text)


def _question(line: Line) -> StyleAndTextTuples:
    offered = f" [{visible(line.default)}]" if line.default else ""
    return [("", "  "), ("bold", visible(line.question)), ("", f"{offered}: ")]


def _complaint(buffer: Buffer) -> StyleAndTextTuples:
    error = buffer.validation_error
    columns = get_app().output.get_size().columns - 1
    return [("ansired bold", "\n".join(wrapped(f"! {error.message}", columns, "    ", "      ")))] if error else []


def _completer(line: Line) -> Completer | None:
    if line.files:
        return PathCompleter(expanduser=True)
    return FuzzyWordCompleter(list(line.suggestions), WORD=True) if line.suggestions else None
