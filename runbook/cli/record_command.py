"""`runbook record`: what was done, by whom, and when; with `--`, a session of commands as a draft."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import columns, echo, style, workspace
from runbook.cli.speaking import named
from runbook.errors import Misuse
from runbook.views.machine import pretty

_WIDEST = 100
"""Columns beyond which lines are no pleasure to read."""


_SESSION = "runbook.session"


class _Record(click.Command):
    """Tells the record of a run from a session to be recorded: by a `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            ctx.meta[_SESSION], args = tuple(args[at + 1 :]), args[:at]
        return super().parse_args(ctx, args)


@click.command(
    cls=_Record,
    epilog="""\b
Examples:
  runbook record last > record.md
  runbook record last --format html --output record.html
  runbook record last --format html --language de -o protokoll.html
  runbook record last --format csv -o record.csv
  runbook record last --json
  runbook record --out processes/web/restart.yaml -- 'df -h' 'systemctl restart web'
  runbook record --out processes/web/restart.yaml --     # a prompt: what you type is run and recorded
""",
    help="Write the record of a run: what was done, by whom, when, what they were shown and what they answered; first "
    "what did not go by the book. `html` is one page that needs nothing besides itself, with page numbers in print; "
    "`csv` has a row for each attempt of a step.\n\n"
    "What is confidential is in it: only who may see all of a run has its record.\n\n"
    "With `--` it is the other way round: a session becomes the draft of a process. Each command behind `--`, or each "
    "line typed when there is none, is run here and now and becomes a step, with how it ended, how long it took, and "
    "what it wrote. What looks like a password or a key is hidden; look yourself as well, before you share the draft.",
)
@some_run_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "csv", "json"]),
    help="How to write it; laid out at a terminal, else Markdown.",
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "--output",
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file.",
)
@click.option("--language", metavar="CODE", help="With --format html: our own words in this language, such as de.")
@click.option("--title", metavar="TEXT", default="", help="With `--`: what the process does, in a few words.")
@workspace
def command(
    run: str | None,
    form: str | None,
    as_json: bool,
    output: Path | None,
    language: str | None,
    title: str,
    workspace: app.Workspace,
) -> None:
    """Write the record of a run, or the draft of a process."""
    commands = click.get_current_context().meta.get(_SESSION)
    if commands is not None:
        from runbook.cli.recording import record_session

        if run or form or as_json or language:
            raise Misuse(
                "a session is recorded without a run and a form", "write `runbook record --out FILE -- COMMANDS`"
            )
        record_session(workspace, commands, title, output)
        return
    if title:
        raise Misuse("--title goes with a session", "write `runbook record --title TEXT -- COMMANDS`")
    from runbook.views import record
    from runbook.views.language import ENGLISH
    from runbook.views.markdown_terminal import lines

    form = "json" if as_json else form
    if language and form != "html":
        raise Misuse(
            "--language is for --format html; the other forms are English", "add --format html, or leave it out"
        )
    spoken = named(language or ENGLISH.code)
    run = chosen_run(workspace, run, "record", ask=form in (None, "markdown"))
    state = app.state(workspace, run)
    app.check_sees_all(workspace, state, "the record")
    events = app.all_events(workspace, run)
    match form:
        case "json":
            text = pretty(record.as_json(state, events))
        case "html":
            text = record.as_page(state, events, spoken)
        case "csv":
            text = record.as_csv(state, events)
        case _:
            text = record.as_markdown(state, events)
    text = text.rstrip("\n")
    if output:
        output.write_text(f"{text}\n", "utf-8")
        echo(f"{output} written")
    elif form or not sys.stdout.isatty():
        echo(text)
    else:
        echo(lines(text, min(columns(), _WIDEST), style().colour))
