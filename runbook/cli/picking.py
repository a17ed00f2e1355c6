"""Picking one of many at a terminal: by typing a few letters, with the arrow keys, or by number in plain lines.

Rule 1: leaving (Ctrl-C, the end of input) picks nothing. Rule 2: no question is put to the terminal itself, so no
terminal's answer is ever taken for typing. Rule 3: what is marked has a sign; colour and bold only add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from runbook.cli.glances import style
from runbook.cli.matching import Choice, matching
from runbook.views.visible import visible

if TYPE_CHECKING:
    from prompt_toolkit import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

_ROWS = 10
"""Choices that are shown at once."""

_MOVES = {"up": -1, "c-p": -1, "s-tab": -1, "pageup": -_ROWS, "down": 1, "c-n": 1, "tab": 1, "pagedown": _ROWS}


def pick(question: str, choices: Sequence[Choice], plain: bool) -> str:
    """The name of the choice that the person makes; `KeyboardInterrupt` when they leave."""
    if plain:
        return _pick_by_number(question, choices)
    try:
        name = _Picker(question, choices).application().run()
    except EOFError:  # the terminal is gone
        name = None
    if name is None:
        raise KeyboardInterrupt
    click.echo(f"{question}: {name}")
    return name


def _pick_by_number(question: str, choices: Sequence[Choice]) -> str:
    """A numbered list, and a typed number or a part of a name; what several are meant by makes the list shorter."""
    from runbook.cli.questions import line

    shown = list(choices)
    room = max((len(each.name) for each in choices), default=0)
    while True:
        for number, each in enumerate(shown, 1):
            click.echo(f"  {number:>{len(str(len(shown)))}}) {_row(each, 1_000, room)}")
        typed = line(f"{question} (a number, or a part of the name)")
        if typed.isdecimal() and 1 <= int(typed) <= len(shown):
            return shown[int(typed) - 1].name
        found = matching(typed, choices)
        exact = [each for each in found if each.name == typed]
        if exact or len(found) == 1:
            return (exact or found)[0].name
        if found:
            shown = found
        else:
            click.echo(f"  nothing matches `{visible(typed)}`")


def _row(choice: Choice, columns: int, name_width: int) -> str:
    """A choice in one line, its description cut where the line ends."""
    row = f"{visible(choice.name):<{name_width}}" + (f"  {visible(choice.about)}" if choice.about else "")
    row = row.replace("\n", " ")
    return row if len(row) <= columns else row[: columns - 3] + "..."


class _Picker:
    """What is typed, what matches it, and which of these is marked."""

    def __init__(self, question: str, choices: Sequence[Choice]) -> None:
        self.question = question
        self.choices = choices
        self.typed = ""
        self.found = list(choices)
        self.marked = 0
        self.name_width = max((len(each.name) for each in choices), default=0)

    def application(self) -> Application[str | None]:
        """The picker below the line where the cursor is; it leaves nothing behind."""
        from prompt_toolkit import Application
        from prompt_toolkit.layout import Layout, Window
        from prompt_toolkit.layout.controls import FormattedTextControl

        from runbook.cli.redrawn import redrawn

        window = Window(FormattedTextControl(self.lines, show_cursor=False), dont_extend_height=True, wrap_lines=False)
        return Application(
            Layout(window),
            key_bindings=self._keys(),
            output=redrawn(style().colour),
            erase_when_done=True,
            mouse_support=False,
        )

    def lines(self) -> StyleAndTextTuples:
        """What is shown, as styled text."""
        from prompt_toolkit.application import get_app

        size = get_app().output.get_size()
        rows = max(min(_ROWS, size.rows - 4), 1)
        first = min(max(self.marked - rows // 2, 0), max(len(self.found) - rows, 0))
        out: StyleAndTextTuples = [
            ("bold", f"{self.question}: "),
            ("", visible(self.typed)),
            ("reverse", " "),
            ("", "\n"),
        ]
        for number, each in enumerate(self.found[first : first + rows], first):
            row = _row(each, size.columns - 3, min(self.name_width, size.columns // 2))
            out.append(("bold ansigreen", f"> {row}\n") if number == self.marked else ("", f"  {row}\n"))
        if not self.found:
            out.append(("", "  nothing matches\n"))
        hint = "type to search, arrows, Enter; Ctrl-C leaves"
        out.append(("", f"{len(self.found)} of {len(self.choices)}  ({hint})"))
        return out

    def search(self, typed: str) -> None:
        """Look for something else; the closest is marked."""
        self.typed = typed
        self.found = matching(typed, self.choices)
        self.marked = 0

    def move(self, by: int) -> None:
        """Mark another one, from the end on to the beginning."""
        if self.found:
            self.marked = (self.marked + by) % len(self.found)

    def _keys(self) -> KeyBindings:
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.keys import Keys

        keys = KeyBindings()
        for name, by in _MOVES.items():
            keys.add(name)(lambda event, by=by: self.move(by))

        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            if self.found:
                event.app.exit(result=self.found[self.marked].name)

        @keys.add("c-c")
        @keys.add("<sigint>")
        @keys.add("c-d")
        @keys.add("escape", eager=True)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=None)

        @keys.add("backspace")
        def _(event: KeyPressEvent) -> None:
            self.search(self.typed[:-1])

        @keys.add("c-u")
        @keys.add("c-w")
        def _(event: KeyPressEvent) -> None:
            self.search("")

        @keys.add(Keys.BracketedPaste)
        @keys.add(Keys.Any)
        def _(event: KeyPressEvent) -> None:
            if event.data.isprintable():
                self.search(self.typed + event.data)

        return keys
