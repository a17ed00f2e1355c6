"""What is sent to a shell on another machine: values first, as quoted assignments, then the author's constant script.

Rule 1: all of it goes through the input of `sh -s`; what the remote system is asked to run are always those two words.
Rule 2: the shell has read the last line before it begins (all is one group, in braces), so that nothing in it takes
the rest for its input, and half a script is no script.
Rule 3: it ends when whoever asked for it is gone: the input stays open meanwhile, and its end is the sign.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

GRACE = 5
"""Seconds that a script has to end by itself when nobody wants it any more."""

_START = {"sh": "set -eu", "bash": "set -euo pipefail"}
_WATCH = f"""\
{{
exec 3<&0
rb_watch=$( (trap '' TERM HUP; while read -r rb_line <&3; do :; done
kill -TERM 0; sleep {GRACE}; kill -KILL 0) >/dev/null 2>&1 & echo $!)
"""
_END = """\
rb_code=$?
kill -KILL "$rb_watch" 2>/dev/null
exit "$rb_code"
}
"""


def program(
    interpreter: str, text: str, argv: Sequence[str], env: Mapping[str, str], cwd: str, stdin: str | None = None
) -> str:
    """What is written to the shell: a script, or a program with its arguments when there is no script."""
    body = f"{_START[interpreter]}\n{text}" if text else '"$@"'
    before, after = ("", " </dev/null") if stdin is None else (f"{fed(stdin)} ", "")
    return f"{_WATCH}{preamble(argv, env, cwd)}{before}(\n{body}\n) 3<&-{after}\n{_END}"


def fed(stdin: str) -> str:
    """What gives that text to whatever follows; no program is called, so that nobody sees it among arguments."""
    return f"printf %s {shlex.quote(stdin)} |"


def preamble(argv: Sequence[str], env: Mapping[str, str], cwd: str) -> str:
    """What makes the values known to a shell: variables, the folder, and the words of a program."""
    lines = [f"export {name}={shlex.quote(str(value))}" for name, value in env.items()]
    if cwd:
        lines.append(f"cd {_folder(cwd)} || exit 1")
    if argv:
        lines.append("set -- " + shlex.join(map(str, argv)))
    return "".join(f"{line}\n" for line in lines)


def _folder(cwd: str) -> str:
    """A folder as `cd` takes it, whatever it is called."""
    return shlex.quote(f"./{cwd}" if cwd.startswith("-") else cwd)


def copied(call: str, text: str) -> str:
    """What a person copies into a terminal: the call of `ssh`, and what it is sent, word for word."""
    lines, number = set(text.splitlines()), 0
    while (mark := f"RUNBOOK{number or ''}") in lines:
        number += 1
    return f"{call} <<'{mark}'\n{text.rstrip(chr(10))}\n{mark}"
