"""`runbook integration`: the systems that tickets are kept in: are they ready, and what do they tell us."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from runbook import app
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.views import machine, tickets


@click.group(
    name="integration",
    help="The systems that tickets of work items are kept in, as operations/integrations/NAME.yaml describes them.",
    epilog="""\b
Examples:
  runbook integration list
  runbook integration test jira-ops
  runbook integration serve --port 8090
""",
)
def command() -> None:
    """Systems that tickets are kept in."""


@command.command(
    name="list",
    epilog="""\b
Examples:
  runbook integration list
  runbook integration list --json
""",
    help="List the systems there are. Nothing is asked of them.",
)
@json_option
@workspace
def listed(as_json: bool, workspace: app.Workspace) -> None:
    """List the systems."""
    found = app.integrations(workspace)
    if as_json:
        rows = [{"id": each.id, "type": each.type, "url": each.url, "project": each.project} for each in found.values()]
        echo(machine.pretty(rows))
    else:
        echo(tickets.integrations(found))


@command.command(
    name="test",
    epilog="""\b
Examples:
  runbook integration test
  runbook integration test jira-ops
  runbook integration test jira-ops --json
""",
    help="Ask a system, or all of them, what would keep a ticket from being made: the login, the project, an issue "
    "type or a priority that does not exist, a required field that nothing fills in. No ticket is made; a webhook is "
    "sent a message of the type `ping`.\n\nExit code 1: something stands in the way.",
)
@click.argument("name", required=False)
@json_option
@workspace
def test(name: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Find out whether tickets could be made."""
    names = [name] if name else list(app.integrations(workspace))
    wrong = {each: app.examine_integration(workspace, each) for each in names}
    if as_json:
        echo(machine.pretty([{"id": id, "ready": not found, "findings": list(found)} for id, found in wrong.items()]))
    else:
        echo(tickets.examined(wrong, style()) if wrong else tickets.integrations({}))
    finish(1 if any(wrong.values()) else 0)


@command.command(
    name="serve",
    epilog="""\b
Examples:
  runbook integration serve
  runbook integration serve --port 8090
  runbook integration serve --port 0 --json  # any free port; the first line says which
""",
    help="Take the webhooks of these systems, each at its own address: `/NAME`. What is not signed with the secret of "
    "the integration, or is older than five minutes, is refused; the rest is written down once and answered with 202. "
    "`runbook ticket sync`, or a daemon, takes it in.\n\n"
    "Only this machine can reach it, unless --host says otherwise: let a web server with a certificate pass on what "
    "comes from outside. Ctrl-C ends it.",
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8090, show_default=True, help="The port; 0 for one that is free."
)
@click.option(
    "--host", metavar="NAME", default="127.0.0.1", show_default=True, help="The address of this machine to listen on."
)
@json_option
@workspace
def serve(port: int, host: str, as_json: bool, workspace: app.Workspace) -> None:
    """Take webhooks."""
    from runbook.engine.hook_server import HookServer
    from runbook.engine.site_addresses import is_loopback

    names = [each.id for each in app.integrations(workspace).values() if each.hooks]
    with HookServer(host, port, lambda *delivery: app.take_delivery(workspace, *delivery)) as server:
        signal.signal(signal.SIGTERM, _end)
        if not is_loopback(host):
            click.echo(f"runbook: warning: what comes to {host} is not encrypted: put a web server before it", err=True)
        if as_json:
            echo(machine.line({"url": server.url, "integrations": names}))
        else:
            echo([f"{name}: {server.url}{name}" for name in names] or f"{server.url}: no integration takes webhooks")
            echo("Waiting for webhooks; Ctrl-C ends it.")
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            finish(0)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
