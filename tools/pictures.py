"""Makes the pictures of the documentation from what the real program shows in a real terminal.

`make pictures` writes `docs/pictures/*.svg`. Each scene plays commands in a pseudo-terminal, in a folder of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # there are no stubs for it

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 112

CELL, LINE, EDGE = 8.4, 19.0, 16.0
"""Width of a character, height of a line, and the margin, in the picture's units."""

COLOURS = {"31": "#f2777a", "32": "#99cc99", "33": "#ffcc66", "34": "#6ab0f3", "35": "#cc99cc", "36": "#66cccc"}
INK, PAPER, FAINT = "#d8dee9", "#1f2430", "#8a93a5"

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]|\x1b[()][A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Played:
    """One command of a scene, and what is typed at its questions, in order."""

    command: str
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file, its title for people who can't see it, how its folder is made, and what is played."""

    name: str
    title: str
    prepare: Callable[[Path], None]
    played: tuple[Played, ...]


def main() -> int:
    """Play every scene and write its picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name:
            folder = Path(name)
            scene.prepare(folder)
            shown = "".join(screen(folder, each) for each in scene.played)
        (PICTURES / f"{scene.name}.svg").write_text(svg(scene.title, shown), "utf-8")
        print(f"docs/pictures/{scene.name}.svg written")
    return 0


# -- the terminal -----------------------------------------------------------------------------------


def screen(folder: Path, played: Played) -> str:
    """The command line, and what the terminal shows after it, with its colours."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "RUNBOOK_HOME")}
    environment |= {"TERM": "xterm-256color", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    child = pexpect.spawn(
        "/bin/sh", ["-c", played.command], cwd=str(folder), env=environment,
        dimensions=(80, COLUMNS), encoding="utf-8", timeout=60,
    )  # fmt: skip
    shown, left = "", list(played.typed)
    while True:
        try:
            shown += child.read_nonblocking(4096, timeout=0.5)
        except pexpect.TIMEOUT:
            if re.search(r"[>:] $", shown) and left:
                child.sendline(left.pop(0))
        except pexpect.EOF:
            break
    child.close()
    return f"\x1b[1m$ {played.command}\x1b[0m\n" + shown.replace("\r\n", "\n").rstrip("\n") + "\n\n"


# -- the picture ------------------------------------------------------------------------------------


def svg(title: str, shown: str) -> str:
    """The screen as a picture: text on a grid, in the colours of the terminal."""
    lines = [line for each in _OTHER.sub("", shown).rstrip("\n").split("\n") for line in _wrapped(each)]
    width, height = COLUMNS * CELL + 2 * EDGE, len(lines) * LINE + 2 * EDGE
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<g font-family="{font}" font-size="14" fill="{INK}" xml:space="preserve" style="white-space: pre">',
    ]
    for number, line in enumerate(lines):
        parts += _spans(line, EDGE + (number + 0.75) * LINE)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _wrapped(line: str) -> Iterator[str]:
    """The line as a terminal of that width breaks it."""
    pieces, room = [""], COLUMNS
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b"):
            pieces[-1] += piece
            continue
        for character in piece:
            if not room:
                pieces.append("")
                room = COLUMNS
            pieces[-1] += character
            room -= 1
    yield from pieces


def _spans(line: str, y: float) -> Iterator[str]:
    """The stretches of one colour of a line."""
    column, codes = 0, ""
    for index, piece in enumerate(_SGR.split(line)):
        if index % 2:
            codes = piece
        elif piece:
            if piece.strip():
                x, length = EDGE + column * CELL, len(piece) * CELL
                yield (
                    f'<text x="{x:g}" y="{y:g}" textLength="{length:g}" lengthAdjust="spacingAndGlyphs"{_style(codes)}>'
                    f"{escape(piece, quote=False)}</text>"
                )
            column += len(piece)


def _style(codes: str) -> str:
    """The attributes of a stretch, from the numbers that the terminal was given."""
    given = codes.split(";")
    colour = next((COLOURS[code] for code in given if code in COLOURS), FAINT if "2" in given else "")
    weight = ' font-weight="bold"' if "1" in given else ""
    return (f' fill="{colour}"' if colour else "") + weight


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
    _write(folder, [("notes/todo.txt", "Call the plumber\n"), ("notes/ideas.txt", "A boat\n")])


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


SCENES = (
    Scene(
        "run",
        "A run is killed in its first step; resume adopts the result and asks for the second step",
        _from_readme,
        (
            Played("timeout --foreground -s KILL 2 runbook run notes/backup"),
            Played("runbook resume last", ("", "yes")),
            Played("runbook status last"),
        ),
    ),
    Scene(
        "validate",
        "runbook validate lists every finding with its place, the line, and what to do",
        _mistaken,
        (Played("runbook validate"),),
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
