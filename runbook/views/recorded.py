"""What was typed in a session as a draft of a process: one step for each command, valid as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from runbook.durations import in_words
from runbook.reading.layout import as_id
from runbook.views.starting import scalar

_LONGEST_TITLE = 60
_LINES = 20
"""Lines of a command's output that are kept in the draft."""
_WIDEST = 200
_UNITS = {"start", "stop", "restart", "reload", "enable", "disable", "status"}
_INSTALLERS = {"apt", "apt-get", "dnf", "yum", "apk", "pip", "zypper"}


class Command(Protocol):
    """One command of a session and how it ended."""

    @property
    def command(self) -> str:
        """What was typed."""

    @property
    def folder(self) -> str:
        """Where, from the folder of the session."""

    @property
    def exit_code(self) -> int:
        """How it ended."""

    @property
    def seconds(self) -> float:
        """How long it took."""

    @property
    def output(self) -> str:
        """What it wrote."""


def draft(title: str, owner: str, commands: Sequence[Command], masked: Callable[[str], str]) -> str:
    """The text of the process; `masked` takes secrets out of a text."""
    owned = [f"owner: {scalar(owner)}"] if owner else []
    lines = [
        "# A draft, recorded from a session. Read every step: values that differ from run to run become inputs,",
        "# and what a person decided between two commands is not in here.",
        "runbook: 1",
        f"title: {scalar(title)}",
        *owned,
        "",
        "steps:",
    ]
    ids: list[str] = []
    for number, each in enumerate(commands):
        command = masked(each.command)
        called = title_of(command)
        ids.append(_free(as_id(called), ids))
        lines += (
            ["", *_step(ids[-1], called, command, each, masked)]
            if number
            else _step(ids[-1], called, command, each, masked)
        )
    return "\n".join(lines) + "\n"


def _step(id: str, title: str, command: str, recorded: Command, masked: Callable[[str], str]) -> list[str]:
    took = f"{recorded.seconds:.1f}s" if recorded.seconds < 60 else in_words(round(recorded.seconds))
    lines = [f"  # ended with exit code {recorded.exit_code} after {took}"]
    shown = masked(recorded.output).rstrip("\n").split("\n") if recorded.output.strip() else []
    if shown:
        lines.append("  # sample:")
        lines += [f"  #   {line[:_WIDEST].rstrip()}".rstrip() for line in shown[:_LINES]]
        if shown[_LINES:]:
            lines.append(f"  #   ... and {len(shown) - _LINES} lines more")
    lines += [f"  - id: {id}", f"    title: {scalar(title)}"]
    if recorded.exit_code:
        lines.append(f"    note: When it was recorded, it ended with exit code {recorded.exit_code}.")
    script = without_templates(command)
    if recorded.folder:
        script = f"cd -- {shlex.quote(recorded.folder)}\n{script}"
    if "\n" in script:
        return [*lines, "    shell: |", *(f"      {line}".rstrip() for line in script.split("\n"))]
    return [*lines, f"    shell: {scalar(script)}"]


def title_of(command: str) -> str:
    """What a step with that command is called, until somebody finds better words."""
    first = command.strip().split("\n")[0]
    words = first.split()
    plain = [word for word in words if word != "sudo" and not word.startswith("-")]
    match plain:
        case ["systemctl" | "service", verb, unit] if verb in _UNITS:
            return f"{verb.capitalize()} {unit}" if verb != "status" else f"Look how {unit} is"
        case [program, "install", name, *rest] if program in _INSTALLERS:
            return f"Install {name}" + (f" and {len(rest)} more" if rest else "")
    text = " ".join(words).replace("{{", "{ {")
    return f"Run {text}" if len(text) <= _LONGEST_TITLE else f"Run {text[:_LONGEST_TITLE].rstrip()}…"


def without_templates(script: str) -> str:
    """The same script, in which no `{{` is left that would be filled in: the shell puts its halves together."""
    return "".join(_parted(script))


def _parted(script: str) -> Iterator[str]:
    quote, escaped = "", False
    for place, character in enumerate(script):
        if character == "{" and script[place - 1 : place] == "{":
            yield "''" if quote == "'" else '""'
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        yield character


def _free(id: str, taken: Sequence[str]) -> str:
    id = re.sub(r"^[^a-z0-9]+", "", id) or "step"
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id[:58]}-{number}"
    return free
