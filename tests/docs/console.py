"""Plays the console blocks of a page in a terminal of their own, typing what the page says was typed."""

from __future__ import annotations

import getpass
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # there are no stubs for it

PROMPT = re.compile(r"(?:[>:?]|\]:) $")
"""How a line ends on which somebody is asked."""

_TAKEN_AWAY = re.compile(r"(?:\r[^\r\n]+)+\r +\r")
"""A line that told how far something is, on a slow machine, and was taken away again."""

QUIET = 0.15
"""Seconds without a word after which a question is taken to wait for its answer."""

LONGEST = 60.0
"""Seconds one command may take."""

_SCRIPT = '(exit "$3"); eval "$1"; code=$?; pwd >"$2"; exit $code'


def masked(text: str, home: str = "") -> str:
    """The text with everything that differs from run to run replaced by one example of it."""
    if home:
        text = text.replace(home, "/home/kim")
    text = re.sub(rf"\b{re.escape(getpass.getuser())}\b", "kim", text)
    text = re.sub(r"(?<=[a-z0-9])-\d{4}-[a-km-np-z2-9]{4}\b", "-1122-k7qd", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "2026-11-22T09:00:00.000Z", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d\b", "2026-11-22 09:00", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d\b(?!:)", "2026-11-22T09:00", text)
    text = re.sub(r"(\btook|Z, after|\() ?(?:\d+ min )?\d+(?:\.\d+)? s\b", _took, text)
    text = re.sub(r"(?<=  )\d+(?:\.\d+)? s$", "2.5 s", text, flags=re.M)
    text = re.sub(r"\b[0-9a-f]{64}\b", "5c1e" * 16, text)
    text = re.sub(r"\"where\": \"[^\"]*\"", '"where": "office:/dev/pts/0"', text)
    return re.sub(r"(?<=kim \()[^()]*(?=, process \d+\))", "office", re.sub(r"process \d+\)", "process 4711)", text))


def _took(found: re.Match[str]) -> str:
    return "(2.5 s" if found[1] == "(" else f"{found[1]} 2.5 s"


@dataclass
class Console:
    """A terminal in a folder of its own: commands are run one after the other."""

    home: Path
    place: Path = field(init=False)
    code: int = 0

    def __post_init__(self) -> None:
        self.place = self.home

    def run(self, command: str, expected: Sequence[str]) -> list[str]:
        """What the terminal shows for a command, typed answers included; they are taken from the expected lines."""
        noted = self.home / ".place"
        child = pexpect.spawn(
            "/bin/bash",
            ["-c", _SCRIPT, "bash", command, str(noted), str(self.code)],
            cwd=str(self.place), env=self._environment(), dimensions=(60, 120), encoding="utf-8", timeout=LONGEST,
        )  # fmt: skip
        shown, until = "", time.monotonic() + LONGEST
        answers = _Answers(expected, killed=" -s KILL " in command)
        while True:
            try:
                shown += child.read_nonblocking(4096, timeout=QUIET)
            except pexpect.TIMEOUT:
                assert time.monotonic() < until, f"`{command}` does not end; so far it has shown:\n{shown}"
                answer = answers.to(shown.replace("\r", "")) if PROMPT.search(shown) else None
                if answer is not None:
                    child.sendline(answer)
                    shown += child.read_nonblocking(4096, timeout=5)
            except pexpect.EOF:
                break
        child.close()
        self.code = child.exitstatus if child.exitstatus is not None else 128 + (child.signalstatus or 0)
        self.place = Path(noted.read_text("utf-8").strip())
        shown = _TAKEN_AWAY.sub("", shown.replace("\r\n", "\n"))
        return masked(shown, str(self.home)).rstrip("\n").split("\n") if shown.strip() else []

    def _environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("USER", "LOGNAME", "LANG", "TMPDIR", "PYTHONPATH") if name in os.environ
        }
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {
            **kept,
            "HOME": str(self.home),
            "PATH": path,
            "TERM": "dumb",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }


class _Answers:
    """What is typed at each question: the rest of the expected line that begins with it.

    Nobody answers the last question of a program that is `killed`: it is killed at it.
    """

    def __init__(self, expected: Sequence[str], killed: bool) -> None:
        self._given = [line[2:] for line in expected if line.startswith("< ")]
        self._left = [line for line in expected if not line.startswith("< ")]
        self._killed = killed

    def to(self, shown: str) -> str | None:
        """The answer to the last line; lines such as `< yes` answer in their order, on a new page."""
        if self._given:
            return self._given.pop(0)
        if self._killed and not self._left:
            return None
        asked = masked(shown.rpartition("\n")[2])
        for number, line in enumerate(self._left):
            if (line + " ").startswith(asked):
                taken = number if line[len(asked) :] else self._put_again(number, asked)
                answer = self._left[taken][len(asked) :]
                if self._killed and taken == len(self._left) - 1:
                    return None
                del self._left[: taken + 1]
                return answer
        raise AssertionError(f"nothing on the page answers the last line of:\n{shown}")

    def _put_again(self, number: int, asked: str) -> int:
        """The line that has the answer when some news came first and the question was put again below it."""
        for later in range(number + 1, len(self._left)):
            if self._left[later].startswith("--- "):
                break
            if (self._left[later] + " ").startswith(asked):
                number = later
        return number


def commands(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        else:
            assert found, f"a console block begins with `$ `, not with `{line}`"
            found[-1][1].append(line)
    return found


def agrees(shown: Sequence[str], expected: Sequence[str]) -> bool:
    """True when the terminal shows the expected lines; `...` stands for any number of lines.

    What is told while somebody is asked may come a line earlier or later, so the order of whole lines is free. How long
    something took is said only when that is long, so a slow machine says it where the page does not.
    """
    shown, expected = _untimed(shown), _untimed(masked("\n".join(expected)).split("\n"))
    if _told(shown) == _told(expected):
        return True
    wanted = "\n".join(re.escape(line) for line in expected)
    wanted = re.sub(r"^\\\.\\\.\\\.\n", r"(?:.*\\n)*?", wanted, flags=re.M)
    wanted = re.sub(r"\n\\\.\\\.\\\.$", r"(?:\\n.*)*", wanted)
    wanted = re.sub(r"^\\\.\\\.\\\.$", r"(?:.*\\n?)*", wanted)
    return re.fullmatch(wanted, "\n".join(line.rstrip() for line in shown)) is not None


def _untimed(lines: Sequence[str]) -> list[str]:
    """The lines without how long each step took."""
    return [re.sub(r"\(2\.5 s, ", "(", re.sub(r" +\(2\.5 s\)$", "", line.rstrip())) for line in lines]


def _told(lines: Sequence[str]) -> list[str]:
    """The lines without their order, and without questions that were answered by Enter or put again after some news."""
    return sorted(line.rstrip() for line in lines if line.strip() and not PROMPT.search(line.rstrip() + " "))


def settled(lines: Sequence[str]) -> list[str]:
    """The lines without questions that were put again because some news came before the answer."""
    return [line for number, line in enumerate(lines) if not _put_again(line, lines[number + 1 :])]


def _put_again(line: str, rest: Sequence[str]) -> bool:
    question = line.rstrip() + " "
    until = next((number for number, each in enumerate(rest) if each.startswith("--- ")), len(rest))
    asks = PROMPT.search(question) and not line.startswith("   ")  # what stands deeper is no question, but a heading
    return bool(asks) and any((each + " ").startswith(question) for each in rest[:until])
