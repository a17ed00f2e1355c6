"""`runbook docs serve`: the site in a browser, as it stands while somebody writes."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from runbook import app
from runbook.cli.keeping import leave
from runbook.cli.options import json_option, style, workspace
from runbook.cli.voice import Voice
from runbook.diagnostics import Severity
from runbook.views import machine

if TYPE_CHECKING:
    from runbook.app.previewing import Change

_SHOWN = 10
"""Findings that the terminal shows after a change; the page shows more."""


@click.command(
    name="serve",
    epilog="""\b
Examples:
  runbook docs serve
  runbook docs serve --open           # opens it in a browser
  runbook docs serve --port 0 --json  # any free port; the first line says which
""",
    help="Show the site in a browser while you write: what you save is on the page in less than a second.\n\n"
    "Pages are made when they are looked at; nothing is written. A page that has changed loads itself again, where it "
    "was and with what was typed. While the definitions have errors, the pages stay as they were, with the errors over "
    "them. Only this machine can look, unless --host says otherwise; Ctrl-C ends it.",
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="The port; 0 for one that is free."
)
@click.option(
    "--host", metavar="NAME", default="127.0.0.1", show_default=True, help="The address of this machine to listen on."
)
@click.option("open_it", "--open", is_flag=True, help="Open the first page in a browser.")
@json_option
@workspace
def serve(port: int, host: str, open_it: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Show the site in a browser while somebody writes."""
    from runbook.engine.site_addresses import is_loopback
    from runbook.engine.site_server import SiteServer

    teller = _Teller(as_json)
    shown = app.preview(workspace, teller.changed)
    with SiteServer(host, port, shown) as server:
        signal.signal(signal.SIGTERM, _end)
        server.start()
        if not is_loopback(host):
            teller.warn(f"everybody who can reach {host} can read these pages, with what the runs tell")
        teller.ready(server.url)
        if open_it:
            _open(server.url, teller)
        gc.enable()
        try:
            shown.keep_up()
        except KeyboardInterrupt:
            leave(0)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _open(url: str, teller: _Teller) -> None:
    import threading
    import webbrowser

    def opened() -> None:  # a browser may take its time, or the terminal
        if not webbrowser.open(url):
            teller.warn(f"there is no browser that can be opened; the address is {url}")

    threading.Thread(target=opened, name="browser", daemon=True).start()


class _Teller:
    """Says what happens: in lines for people, or a JSON object each."""

    def __init__(self, as_json: bool) -> None:
        self._voice = Voice(beside=False)
        self._as_json = as_json
        self._first = True

    def ready(self, url: str) -> None:
        """It can be looked at."""
        if self._as_json:
            self._voice.report(machine.line({"url": url}))
        else:
            self._voice.say(f"The site is at {url}", "Looking for changes; Ctrl-C ends it.")
        sys.stdout.flush()

    def warn(self, text: str) -> None:
        """Something that is good to know."""
        self._voice.say(f"runbook: warning: {text}", beside=True)

    def changed(self, change: Change) -> None:
        """What was made of a change."""
        errors = sum(each.severity is Severity.ERROR for each in change.found)
        if change.trace:
            self._voice.say(*change.trace.splitlines(), beside=True)
        if self._as_json:
            told = {
                "changed": list(change.files),
                "processes": change.processes,
                "errors": errors + bool(change.trouble),
            }
            told["warnings"] = sum(each.severity is Severity.WARNING for each in change.found)
            self._voice.report(machine.line({**told, "seconds": round(change.seconds, 3)}))
        else:
            self._voice.say(*self._lines(change, errors))
        sys.stdout.flush()

    def _lines(self, change: Change, errors: int) -> list[str]:
        from runbook.views import diagnostics
        from runbook.views.visible import visible

        first, self._first = self._first, False
        lines = [f"changed: {', '.join(visible(file) for file in change.files)}"] if change.files else []
        if change.trouble:
            return [*lines, *change.trouble.splitlines()]
        if errors:
            wrong = [each for each in change.found if each.severity is Severity.ERROR]
            lines += diagnostics.as_text(wrong[:_SHOWN], change.sources, style().colour).splitlines()
            more = f", {errors - _SHOWN} more than are shown here" if errors > _SHOWN else ""
            return [*lines, f"{errors} error{'' if errors == 1 else 's'}{more}: the pages stay as they were"]
        if first or change.files:
            lines.append(f"{change.processes} process{'' if change.processes == 1 else 'es'} ({change.seconds:.2f} s)")
        return lines
