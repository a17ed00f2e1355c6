"""The server put together, for whoever starts it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pygls.exceptions import JsonRpcException

from runbook import app
from runbook.lsp.answering import answer_about_files, answer_about_words
from runbook.lsp.following import follow
from runbook.lsp.projects import Projects
from runbook.lsp.server import Server

QUIET = 0.2
"""Seconds without a keystroke after which what was typed is checked."""


def server(place: Callable[[Path], app.Workspace], named: Path | None = None, quiet: float = QUIET) -> Server:
    """The server for the projects that files belong to, or for the one that was `named`."""
    made = Server(Projects(place, named), quiet)
    follow(made)
    answer_about_words(made)
    answer_about_files(made)
    return made


def serve(made: Server) -> None:
    """Speak to the editor on standard input and output until it says goodbye.

    What anything else prints goes to standard error, so that it never stands between two messages.
    """
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_refusal)
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    made.start_io(sys.stdin.buffer, answers)


def _is_no_refusal(entry: logging.LogRecord) -> bool:
    """False for what the editor was told in an answer: in its log it would look like a crash."""
    return not (entry.exc_info and isinstance(entry.exc_info[1], JsonRpcException))
