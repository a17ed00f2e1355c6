"""`runbook schema`: the JSON Schemas of the files."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, workspace


@click.command(
    epilog="""\b
Examples:
  runbook schema                 # the schema of a process
  runbook schema group
  runbook schema --write schemas # all of them, for editors to point at
""",
    help="Print the JSON Schema of a kind of file, for editors and other programs.",
)
@click.argument("name", type=click.Choice(["process", "group", "project"]), default="process")
@click.option(
    "--write", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Write all of them there."
)
@workspace
def command(name: str, write: Path | None, workspace: app.Workspace) -> None:
    """Print the JSON Schemas of the files."""
    from runbook.engine.site_files import write_texts
    from runbook.reading.catalogue import schemas

    texts = schemas(workspace.kinds)
    if write:
        built = write_texts(write, None, texts.items(), lambda count: None)
        echo(f"{built.files} schemas written to {write}")
    else:
        echo(texts[f"{name}.schema.json"].rstrip("\n"))
