"""Makes the pictures of the documentation from what the real program shows in a real terminal.

`make pictures` writes `docs/pictures/*.svg`. Each scene plays commands in a pseudo-terminal, in a folder of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import groupby
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # there are no stubs for it
import pyte  # type: ignore[import-untyped]  # it has no types

from tests.department import END, made
from tests.docs.console import masked

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 112

CELL, LINE, EDGE = 8.4, 19.0, 16.0
"""Width of a character, height of a line, and the margin, in the picture's units."""

COLOURS = {
    "red": "#f2777a",
    "green": "#99cc99",
    "brown": "#ffcc66",
    "blue": "#6ab0f3",
    "magenta": "#cc99cc",
    "cyan": "#66cccc",
}
"""The colours of a terminal, by the names the emulator gives them."""
INK, PAPER = "#d8dee9", "#1f2430"
UNBROKEN = "\u00a0"
"""In place of a space: browsers make one of several spaces, and none of those at the beginning."""
ROWS = 120
PATIENCE = 60.0
"""Seconds until a command has to show what it is waited for."""


Cell = tuple[str, str, bool]
"""A character, the name of its colour, and whether it is bold."""


@dataclass(frozen=True, slots=True)
class Played:
    """One command of a scene; what is typed once the screen shows a pattern; what it shows when it is left open."""

    command: str
    typed: tuple[tuple[str, str], ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file, its title for people who can't see it, how its folder is made, and what is played."""

    name: str
    title: str
    prepare: Callable[[Path], None]
    played: tuple[Played, ...]
    as_it_is: bool = False
    """True where nothing differs from run to run, so that nothing has to be replaced."""


def main() -> int:
    """Play every scene and write its picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        terminal = Terminal()
        with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name:
            folder = Path(name)
            scene.prepare(folder)
            for each in scene.played:
                terminal.play(folder, each)
        (PICTURES / f"{scene.name}.svg").write_text(svg(scene.title, terminal.rows(scene.as_it_is)), "utf-8")
        print(f"docs/pictures/{scene.name}.svg written")
    return 0


# -- the terminal -----------------------------------------------------------------------------------


class Terminal:
    """A terminal as a person sees it: what programs write is drawn by an emulator."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)

    def play(self, folder: Path, played: Played) -> None:
        """Type a command, and what is typed at its questions; read on to its end, or to what is left open."""
        self._stream.feed(f"\x1b[J\x1b[1m$ {played.command}\x1b[0m\r\n")
        hidden = ("NO_COLOR", "RUNBOOK_HOME", "RUNBOOK_PLAIN", "COLUMNS")
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        environment |= {
            "TERM": "xterm-256color",
            "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        child = pexpect.spawn(
            "/bin/sh", ["-c", played.command], cwd=str(folder), env=environment,
            dimensions=(ROWS, COLUMNS), encoding="utf-8", timeout=PATIENCE,
        )  # fmt: skip
        for pattern, keys in played.typed:
            self._read(child, pattern)
            child.send(keys)
        self._read(child, played.until)
        child.close(force=True)
        self._stream.feed("\r\n" if not played.until else "")

    def _read(self, child: pexpect.spawn, pattern: str) -> None:
        """Read until the screen shows the pattern and is still; without one, to the end."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self._stream.feed(child.read_nonblocking(4096, timeout=0.3))
            except pexpect.TIMEOUT:
                if pattern and re.search(pattern, "\n".join(self._screen.display)):
                    return
            except pexpect.EOF:
                if pattern:
                    break
                return
        sys.exit(
            f"`{pattern}` was never shown:\n"
            + "\n".join(line.rstrip() for line in self._screen.display if line.strip())
        )

    def rows(self, as_it_is: bool = False) -> list[list[Cell]]:
        """The screen without the empty lines at its end; what differs from run to run is replaced in its place."""
        rows: list[list[Cell]] = []
        for number in range(ROWS):
            cells = [self._screen.buffer[number][column] for column in range(COLUMNS)]
            row = [(cell.data or " ", cell.fg, cell.bold) for cell in cells]
            rows.append(row if as_it_is else _masked(row))
        while rows and not "".join(cell[0] for cell in rows[-1]).strip():
            rows.pop()
        return rows


def _masked(row: list[Cell]) -> list[Cell]:
    """The row with what differs from run to run replaced as the pages replace it, each stretch in the style it had."""
    text = "".join(cell[0] for cell in row)
    instead = masked(text)
    found: list[Cell] = []
    for _, begin, end, new, last in SequenceMatcher(None, text, instead, autojunk=False).get_opcodes():
        styles = row[begin:end] or row[max(begin - 1, 0) : begin]
        found += [
            (character, *styles[min(place, len(styles) - 1)][1:]) for place, character in enumerate(instead[new:last])
        ]
    return found


# -- the picture ------------------------------------------------------------------------------------


def svg(title: str, rows: list[list[Cell]]) -> str:
    """The screen as a picture: text on a grid, in the colours of the terminal."""
    width, height = COLUMNS * CELL + 2 * EDGE, len(rows) * LINE + 2 * EDGE
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<g font-family="{font}" font-size="14" fill="{INK}" xml:space="preserve" style="white-space: pre">',
    ]
    for number, row in enumerate(rows):
        parts += _spans(row, EDGE + (number + 0.75) * LINE)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _spans(row: list[Cell], y: float) -> Iterator[str]:
    """The stretches of one colour of a line."""
    column = 0
    for (colour, bold), cells in groupby(row, key=lambda cell: cell[1:]):
        text = "".join(cell[0] for cell in cells)
        if text.strip():
            x, length = EDGE + column * CELL, len(text.rstrip()) * CELL
            style = (f' fill="{COLOURS[colour]}"' if colour in COLOURS else "") + (
                ' font-weight="bold"' if bold else ""
            )
            yield (
                f'<text x="{x:g}" y="{y:g}" textLength="{length:g}" lengthAdjust="spacingAndGlyphs"{style}>'
                f"{escape(text.rstrip(), quote=False).replace(' ', UNBROKEN)}</text>"
            )
        column += len(text)


# -- the scenes -------------------------------------------------------------------------------------


def _write(folder: Path, files: Sequence[tuple[str, str]]) -> None:
    for path, text in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def _library(folder: Path) -> None:
    shutil.copy(ROOT / "runbook.yaml", folder)
    shutil.copytree(ROOT / "processes", folder / "processes")


def _from_readme(folder: Path) -> None:
    """The project that the README lets its reader write."""
    text = (ROOT / "README.md").read_text("utf-8")
    _write(folder, re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", text, re.M | re.S))
    _write(folder, [("runbook.yaml", "runbook: 1\ntitle: My procedures\n")])
    _write(folder, [("processes/notes/group.yaml", "title: Notes\nowner: me\n")])
    _write(folder, [("notes/todo.txt", "Call the plumber\n"), ("notes/ideas.txt", "A boat\n")])


def _pump(folder: Path) -> None:
    process = """\
runbook: 1
title: Restart the pump
summary: Bring the pump back after a failure, and prove that it holds its pressure.
hazards: [The water is hot.]
steps:
  - id: look
    title: Read the gauge
    why: Above six bar the seal breaks.
    warning: Do not touch the rotor.
    manual:
      text: |
        Read the gauge **twice**:

        1. at the inlet,
        2. at the outlet.
      fields:
        pressure: {title: Pressure, type: number, unit: bar, min: 1, max: 6}
        lamp: {title: Lamp, type: choice, options: [green, red]}
  - id: start
    title: Start the pump
    shell: test -e power || { echo "no power" >&2; exit 3; }
    manual: Turn the key to the right, and hold it for two seconds.
  - {id: board, title: Write it on the board, manual: Write it on the board.}
"""
    _write(folder, [("runbook.yaml", "runbook: 1\ntitle: Pumps\n")])
    _write(folder, [("processes/pumps/group.yaml", "title: Pumps\nowner: waterworks\n")])
    _write(folder, [("processes/pumps/restart.yaml", process)])


def _tested(folder: Path) -> None:
    """The process and the tests of the page about testing, with a program that ends otherwise."""
    text = (ROOT / "docs/how-to/test-a-process.md").read_text("utf-8")
    files = dict(reversed(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", text, re.M | re.S)))  # the first of each name
    tests = "processes/web/publish.test.yaml"
    files[tests] = files[tests].replace("pages: 412}", "pages: 413}")
    _write(folder, list(files.items()))


def _begun(folder: Path) -> None:
    """The pumps, with one run that waits for a person."""
    _pump(folder)
    runbook = Path(sys.executable).with_name("runbook")
    subprocess.run([runbook, "run", "pumps/restart", "--yes"], cwd=folder, check=False, capture_output=True)


def _mistaken(folder: Path) -> None:
    process = """\
runbook: 1
title: Restart the web server
inputs:
  host: {type: string, title: Host}
steps:
  - {id: drain, title: Take it out of the pool, manual: Use the console of the load balancer.}
  - id: restart
    title: Restart it
    needs: [drian]
    shell: ssh {{ inputs.host }} 'systemctl restart {{ inputs.service }}'
  - {id: back, title: Put it back, manual: "The exit code was {{ steps.restart.outputs.code }}."}
"""
    group = "title: Web\nowner: platform\n"
    _write(folder, [("runbook.yaml", "runbook: 1\ntitle: Web\n"), ("processes/web/group.yaml", group)])
    _write(folder, [("processes/web/restart.yaml", process)])


def _department(folder: Path) -> None:
    """The department of the tutorial, at the moment at which its story ends; `runbook` is the program at that time."""
    made(folder / "department", weeks=10)
    for path in (folder / "department").iterdir():
        shutil.move(path, folder / path.name)
    program = folder / "bin" / "runbook"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tests.then {END} "$@"\n')
    program.chmod(0o755)


_LOOK = (r"\[enter\] done", "\r")
_READ = (_LOOK, (r"Pressure .*:", "2.4\r"), ("1 green", "1"))

SCENES = (
    Scene(
        "run",
        "A run is killed in its first step; resume adopts the result and asks for the second step",
        _from_readme,
        (
            Played("timeout --foreground -s KILL 3 runbook run notes/backup"),
            Played("runbook resume last", (_LOOK, ("y yes", "y"))),
            Played("runbook status last"),
        ),
    ),
    Scene(
        "form",
        "A step of a person: its warning in a box, its instructions, and a reading outside of its limits, refused",
        _pump,
        (Played("runbook run pumps/restart", (_LOOK, (r"Pressure .*:", "7\r")), "outside its limits"),),
    ),
    Scene(
        "failure",
        "A program has failed: what it wrote, how to do it by hand, and the keys that decide what is done about it",
        _pump,
        (Played("runbook run pumps/restart", _READ, "r redo"),),
    ),
    Scene(
        "home",
        "runbook alone says where you are: the open runs, what waits for people, and the ways on",
        _begun,
        (Played("runbook"),),
    ),
    Scene(
        "pick",
        "runbook run without a process: a few letters find it in the library",
        _library,
        (Played("runbook run", (("of 37", "restart"),), "of 37"),),
    ),
    Scene(
        "validate",
        "runbook validate lists every finding with its place, the line, and what to do",
        _mistaken,
        (Played("runbook validate"),),
    ),
    Scene(
        "test",
        "runbook test plays a process without carrying it out: one test fails; a dry run walks every branch",
        _tested,
        (
            Played("runbook test"),
            Played("runbook run web/publish -i version=2.4 --dry-run=simulate --all-branches"),
        ),
    ),
    Scene(
        "board",
        "The board of a team: what is done now, what comes next and how much of its time is used, what is blocked",
        _department,
        (Played("runbook board --team infra"), Played("runbook next --why")),
        as_it_is=True,
    ),
    Scene(
        "department",
        "How often what was agreed was kept; planned and reactive work of eight weeks, and what to commit to",
        _department,
        (Played("runbook sla report --by severity | head -15"), Played("runbook report capacity --weeks 8")),
        as_it_is=True,
    ),
    Scene(
        "procedure",
        "runbook show prints a procedure: when to use it, its inputs, checks and steps",
        _library,
        (Played("runbook show backup/verify-sqlite-file"),),
    ),
)


if __name__ == "__main__":
    sys.exit(main())
