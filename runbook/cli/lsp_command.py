"""`runbook lsp`: the language server, for editors."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from runbook import app
from runbook.errors import Misuse


@click.command(
    epilog="""\b
Examples:
  runbook lsp                    # an editor starts it, and speaks to it on stdin and stdout
  runbook lsp --project ops      # all files belong to this project
""",
    help="Serve an editor: problems while you type, completion, what a word means, where it is defined, renaming.\n\n"
    "It speaks the Language Server Protocol on standard input and output, until the editor ends it. It reads the files "
    "of the project, carries out nothing of them, and writes nothing.",
)
@click.option(
    "--project", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="The project's folder."
)
@click.pass_context
def command(context: click.Context, project: Path | None) -> None:
    """Serve an editor."""
    if importlib.util.find_spec("pygls") is None or importlib.util.find_spec("lsprotocol") is None:
        raise Misuse("the language server needs pygls, which is not installed", "pip install 'runbook-toolkit[lsp]'")
    from runbook.lsp.serving import serve, server

    named = project or context.find_root().params.get("project")
    if named is not None:
        named = app.Workspace(app.here(), named).root
    serve(server(lambda root: app.Workspace(root, root), named))
