"""What the commands share that answer a step: with which key they sign, or the signature that was made before."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from runbook import app
from runbook.cli.options import columns, echo, style
from runbook.cli.replies import reply
from runbook.errors import Misuse
from runbook.run.commands import Answer
from runbook.run.signing import Signature
from runbook.run.state import RunState

_LARGEST = 65_536
"""Bytes of a file with a signature."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How an answer is to be signed, where it has to be."""

    key: Path | None = None
    signature: Path | None = None
    only_text: bool = False

    def give(self, workspace: app.Workspace, run: str, answer: Answer, as_json: bool, goes_on: bool = False) -> None:
        """Record the answer, signed as it is to be, and print where the run stands; or print what has to be signed.

        `goes_on`: the run is taken up here right after it.
        """
        run = app.resolve(workspace, run)
        answer, state = app.bound(workspace, run, answer)
        if state is not None and not (as_json or self.only_text or self.signature) and sys.stdout.isatty():
            _show(workspace, state, answer.step)
        given = self.signed(workspace, run, answer)
        if given is not None:
            reply(workspace, run, given, as_json, goes_on)

    def signed(self, workspace: app.Workspace, run: str, answer: Answer) -> Answer | None:
        """The answer, signed as it is to be; None when only what has to be signed was asked for, which is printed."""
        if self.key and self.signature:
            raise Misuse("a key, or a signature that was made with one: not both", "leave one of them out")
        if self.only_text:
            click.echo(app.to_sign(workspace, run, answer), nl=False)
            return None
        if self.signature:
            answer = replace(answer, signature=Signature(_read(self.signature)))
        return app.signed(workspace, run, answer, self.key)


def signing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--key`, `--signature` and `--to-sign`, and hand it what they mean."""
    file = click.Path(path_type=Path, dir_okay=False)

    @click.option("--key", metavar="FILE", type=file, help="The ssh key to sign with; RUNBOOK_KEY, or your usual one.")
    @click.option("--signature", metavar="FILE", type=file, help="A signature that was made of --to-sign before.")
    @click.option("--to-sign", "only_text", is_flag=True, help="Only print what has to be signed; nothing is answered.")
    @functools.wraps(function)
    def wrapped(*args: Any, key: Path | None, signature: Path | None, only_text: bool, **options: Any) -> Any:
        return function(*args, signing=Signing(key, signature, only_text), **options)

    return wrapped


def _show(workspace: app.Workspace, state: RunState, path: str) -> None:
    """Show the person at the terminal what their answer counts for, unless that is not for them to see."""
    from runbook.views.asking import prompt

    if path not in app.hidden_from_caller(workspace, state):
        echo(prompt(state, state.steps[path], style(), columns()))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise Misuse(f"the signature {path} can't be read: {error.strerror}", "check the path") from None
    if len(content) > _LARGEST:
        raise Misuse(f"{path} is too large for a signature", "name the file that `ssh-keygen -Y sign` has written")
    return content.decode("utf-8", "replace")


__all__ = ["Signing", "signing"]
