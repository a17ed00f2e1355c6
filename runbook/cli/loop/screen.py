"""The loop on a terminal that can be redrawn: single keys, a line of progress, what is typed stays while news comes in.

Only the sixteen colours, bold and underline are used, so that dark and light terminals both work; the terminal is
never asked where its cursor stands.
"""

from __future__ import annotations

import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import click
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples, fragment_list_width
from prompt_toolkit.input.defaults import create_input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.styles import Style as Colours

from runbook.cli.loop.front import Aside, Line, Open, Overtaken, Pause, forget_typed
from runbook.cli.loop.keys import ENTER, HELP, RUNNING, WORD, Key, Menu
from runbook.cli.loop.news import News
from runbook.cli.loop.outside import edited
from runbook.cli.loop.typing import WAYS, WAYS_OF_SEVERAL, InEditor, line_application
from runbook.cli.redrawn import redrawn
from runbook.errors import Refused
from runbook.views.lines import shortened, wrapped
from runbook.views.style import Style
from runbook.views.visible import visible

_COLOURS = Colours.from_dict(
    {
        "completion-menu": "noreverse",
        "completion-menu.completion": "noreverse bg:default fg:default",
        "completion-menu.completion.current": "reverse bg:default fg:default",
        "completion-menu.completion fuzzymatch.outside": "noreverse bg:default fg:default",
        "scrollbar.background": "bg:default",
        "scrollbar.button": "reverse bg:default",
    }
)
_BREATH = 0.05
"""Seconds in which news is gathered before it is shown above a question."""
_ESCAPE = 0.1
"""Seconds after which the escape key is one, and not the beginning of another key's sequence."""
_TICK = 1.0
"""Seconds after which the line of progress is drawn anew."""


class Screen:
    """A terminal that is redrawn; `standing` gives the line of progress for a number of columns."""

    def __init__(self, style: Style, standing: Callable[[int], str]) -> None:
        self.news = News()
        self.style = style
        self._standing = standing
        self._about = ""
        self._told_since = False
        self._input = create_input(sys.stdin)
        self._output = redrawn(style.colour)
        self._terminal: dict[str, Any] = {
            "style": _COLOURS,
            "erase_when_done": True,
            "refresh_interval": _TICK,
            "input": self._input,
            "output": self._output,
        }
        self._echo(False)

    @property
    def width(self) -> int:
        """Columns there are."""
        return self._output.get_size().columns or 80

    def say(self, *lines: str) -> None:
        """Show lines."""
        for line in lines:
            click.echo(line)

    def ask(self, about: str, *lines: str) -> None:
        """Show what is asked."""
        self._about, self._told_since = about, False
        self.say(*lines)

    def key(self, menu: Menu, open: Open, question: str = "", default: str = "") -> str:
        """The word of the key that was pressed."""
        if default and not menu.word(ENTER):
            menu = Menu((*menu.answers, Key(ENTER, default, default, f"answer {default}")), menu.others)
        while True:
            pressed = self._pressed(menu, open, question)
            if pressed != WORD:
                self.say(*([f"  {question}: {pressed}"] if question else []))
                return pressed
            words = tuple(key.word for key in menu.keys)
            with suppress(Aside):
                typed = self.line(Line("word", partial(_known, menu), suggestions=words), open)
                return menu.word(typed) or default

    def line(self, line: Line, open: Open) -> str:
        """What was typed, checked when the enter key is pressed."""
        app = line_application(line, lambda: self._below(line), **self._terminal)
        try:
            typed = self._asked(app, open) or line.default
        except Overtaken:
            if app.current_buffer.text:
                self.say(f"  {visible(line.question)}: {visible(app.current_buffer.text)} (not sent)")
            raise
        except InEditor as typing:
            return self.line(replace(line, typed=self._edited(str(typing), line)), open)
        count = typed.count("\n") + 1
        self.say(f"  {visible(line.question)}: {visible(typed) if count == 1 else f'{count} lines'}")
        return typed

    def _edited(self, text: str, line: Line) -> str:
        try:
            with self.lent():
                return edited(text, line.typing)
        except Refused as error:
            self.say(f"  {visible(str(error))}: {visible(error.help)}")
            return text

    def idle(self, open: Open) -> str | None:
        """Wait for news; a key may be pressed meanwhile."""
        self._about = ""
        try:
            return self._pressed(RUNNING, lambda: not open())
        except Overtaken:
            return None

    @contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal echoes what is typed while the block runs, as other programs want it."""
        self._echo(True)
        try:
            yield
        finally:
            self._echo(False)

    def close(self) -> None:
        """Leave the terminal as it was found."""
        self._forget_typed()
        self._echo(True)
        self.news.close()

    def _echo(self, wanted: bool) -> None:
        """Whether the terminal itself shows what is typed; between two questions it must not."""
        with suppress(termios.error, OSError):
            found = termios.tcgetattr(sys.stdin.fileno())
            found[3] = found[3] | termios.ECHO if wanted else found[3] & ~termios.ECHO
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, found)

    # -- keys -----------------------------------------------------------------------------------

    def _pressed(self, menu: Menu, open: Open, question: str = "") -> str:
        keys = KeyBindings()

        def press(word: str, event: KeyPressEvent) -> None:
            event.app.exit(result=word)

        for key in menu.keys:
            if key.key.startswith(WORD):
                continue
            keys.add(key.key, eager=True)(partial(press, key.word))
        if len(menu.keys) > 3:
            keys.add(WORD)(partial(press, WORD))

        @keys.add("c-c")
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

        @keys.add("c-d")
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError())

        if question:

            @keys.add("escape", eager=True)
            def _(event: KeyPressEvent) -> None:
                event.app.exit(exception=Aside())

        asked = [("bold", "\n".join(wrapped(f"{question}:", self.width - 1, "  ", "    ")))]
        rows: list[Callable[[], StyleAndTextTuples]] = [self._progress, partial(self._legend, menu, bool(question))]
        if question:
            rows.insert(0, lambda: list(asked))
        app: Application[str] = Application(
            Layout(
                HSplit([Window(FormattedTextControl(row), dont_extend_height=True, wrap_lines=True) for row in rows])
            ),
            key_bindings=keys,
            **self._terminal,
        )
        return self._asked(app, open)

    def _legend(self, menu: Menu, inside: bool) -> StyleAndTextTuples:
        """As many keys as there is room for: the answers first, help always; `inside` of a form, the way back."""
        room = self.width - 1
        others = [key for key in menu.others if key is not HELP]
        last: list[StyleAndTextTuples] = [_shown(HELP)] if HELP in menu.others else []
        if inside:
            last = [[("bold", "esc"), ("", " back")]]
        while True:
            parts = [*(_shown(key) for key in (*menu.answers, *others)), *last]
            row: StyleAndTextTuples = [piece for part in parts for piece in (*part, ("", "  "))]
            if fragment_list_width(row) <= room or not others:
                return row
            others.pop()

    def _progress(self) -> StyleAndTextTuples:
        """How far the run has come; before it what is asked about, where that has moved up."""
        named: StyleAndTextTuples = [("bold", shortened(self._about, self.width - 1)), ("", "\n")]
        standing: StyleAndTextTuples = [("", self._standing(self.width - 1))]
        return [*named, *standing] if self._about and self._told_since else standing

    def _below(self, line: Line) -> StyleAndTextTuples:
        return [*self._progress(), ("", "\n"), ("", _fitting(line, self.width - 1))]

    # -- news -----------------------------------------------------------------------------------

    def _asked(self, app: Application[str], open: Open) -> str:
        """Ask while what happens is told above the question; `Overtaken` when it is not open any more."""
        app.ttimeoutlen = _ESCAPE
        self._forget_typed()

        def listen() -> None:
            loop = app.loop
            if loop is not None:
                loop.add_reader(self.news.bell, lambda: app.create_background_task(self._told(app, open)))

        try:
            return app.run(pre_run=listen)
        except EOFError:
            raise Pause from None

    async def _told(self, app: Application[Any], open: Open) -> None:
        import asyncio

        if app.loop is None or not app.loop.remove_reader(self.news.bell):
            return  # it is being told already
        await asyncio.sleep(_BREATH)
        app.renderer.erase()  # the terminal stays as it is, so that what is typed meanwhile goes on to the question
        self.news.tell()
        self._told_since = True
        app.invalidate()
        if self.news.over or not open():
            if app.is_running and not app.is_done:
                app.exit(exception=Overtaken())
        else:
            app.loop.add_reader(self.news.bell, lambda: app.create_background_task(self._told(app, open)))

    def _forget_typed(self) -> None:
        """Throw away what was typed before the question was there."""
        clear_typeahead(self._input)
        forget_typed(sys.stdin.fileno())


def _known(menu: Menu, typed: str) -> None:
    if not typed or menu.word(typed) is None:
        raise Refused(f"`{typed}` is none of the words", ", ".join(key.word for key in menu.keys))


def _shown(key: Key) -> StyleAndTextTuples:
    if key.key == ENTER:
        return [("bold", "[enter]"), ("", f" {key.label}")]
    return [("bold", key.key)] if key.key == key.label else [("bold", key.key), ("", f" {key.label}")]


def _fitting(line: Line, columns: int) -> str:
    ways = WAYS_OF_SEVERAL if line.several else WAYS
    text = f"{line.help} | {ways}" if line.help else ways
    return text if len(text) <= columns else ways
