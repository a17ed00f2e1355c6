"""Checking again whenever a definition changes, and telling only what is different from before."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence

from runbook import app
from runbook.cli.options import echo, style
from runbook.diagnostics import Diagnostic
from runbook.engine.index import stamp
from runbook.reading.library import Library
from runbook.views import diagnostics

_PAUSE = 0.25
"""Seconds between two looks at the files."""

Check = Callable[[Library], tuple[Sequence[Diagnostic], str]]
"""What is shown of a project that was read: its findings, and the line that sums them up."""


def recheck(workspace: app.Workspace, check: Check) -> None:
    """Check, show everything, then look on until somebody interrupts."""
    gc.enable()
    seen = stamp(workspace.root)
    library = app.read_all(workspace)
    found, summary = check(library)
    if found:
        echo(diagnostics.as_text(found, library.sources, style().colour))
    echo(summary)
    echo("Looking for changes; Ctrl-C ends it.")
    try:
        while True:
            time.sleep(_PAUSE)
            now = stamp(workspace.root)
            if now == seen:
                continue
            changed = sorted(path for path in {*now, *seen} if now.get(path) != seen.get(path))
            seen, library = now, app.read_all(workspace)
            before, (found, summary) = found, check(library)
            _tell(changed, before, found, library)
            echo(summary)
    except KeyboardInterrupt:
        echo("")


def _tell(changed: Iterable[str], before: Sequence[Diagnostic], found: Sequence[Diagnostic], library: Library) -> None:
    """The files that changed, what is right now, and what is wrong since then."""
    echo(f"\nchanged: {', '.join(diagnostics.visible(path) for path in changed)}")
    old, new = {_key(each) for each in before}, {_key(each) for each in found}
    for each in before:
        if _key(each) not in new:
            echo(f"gone: {diagnostics.visible(each.place.file)}: {diagnostics.visible(each.message)} [{each.code}]")
    if more := [each for each in found if _key(each) not in old]:
        echo(diagnostics.as_text(more, library.sources, style().colour))


def _key(each: Diagnostic) -> tuple[str, str, str, str]:
    """What makes a finding the same one, also when lines above it came or went."""
    return each.place.file, each.code, each.severity.value, each.message
