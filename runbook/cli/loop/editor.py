"""Longer answers, written in the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile


def edited(text: str) -> str:
    """The text as it was left in `$VISUAL` or `$EDITOR`; unchanged when that could not be started."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    handle, path = tempfile.mkstemp(prefix="runbook-", suffix=".md")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        subprocess.run([*command, path], check=False)
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read().strip()
    except OSError:
        return text
    finally:
        os.unlink(path)
