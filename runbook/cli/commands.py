"""The commands as a click group: each one's file is imported only when it is called."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from runbook import __version__
from runbook.cli.glances import home as home_lines
from runbook.cli.options import echo, place, where
from runbook.errors import Misuse

COMMANDS: dict[str, str] = {
    "init": "Begin a project.",
    "share": "Share the folder of runs with a group of people.",
    "new": "Add a process to the project.",
    "validate": "Check the project's definitions.",
    "test": "Try processes out by their tests.",
    "fmt": "Lay the definitions out in the one way.",
    "diff": "Tell what changed between two versions of a process.",
    "item": "Open a work item, and take it to its end.",
    "board": "Show what is done now, what comes next and what is blocked.",
    "next": "Show what to do next.",
    "pull": "Take what comes next, and begin it.",
    "load": "Show what people have on their plate.",
    "plan": "Plan a week, and commit to it.",
    "forecast": "Forecast how long work takes.",
    "report": "Report how the department is doing.",
    "slo": "Write what was agreed for programs that watch it.",
    "improve": "Suggest what could be better, with evidence.",
    "oncall": "Show who is on call; take it, or swap it.",
    "ticket": "Mirror a work item in another system.",
    "outbox": "List the tickets that are not as they should be.",
    "integration": "Check the systems that tickets are kept in, and let them tell us news.",
    "scope": "Show what the department covers.",
    "gaps": "Find where processes do not fit together.",
    "maturity": "Show how far the processes have come.",
    "scorecard": "Check what a process that can be relied on has.",
    "duties": "Show what is due by the schedules of processes.",
    "list": "List the processes.",
    "show": "Show a process as text.",
    "run": "Run a process.",
    "resume": "Go on with a run.",
    "tick": "Take up every run that may go on by itself, once.",
    "daemon": "Keep runs going for as long as it runs.",
    "runs": "List runs.",
    "history": "Show what the runs of a process tell together.",
    "status": "Show where a run stands.",
    "watch": "Follow a run from another terminal.",
    "events": "Show everything that happened in a run.",
    "inbox": "List what waits for people.",
    "me": "Show who you are, and what is yours to do.",
    "who": "List who can do something, and whether they are there.",
    "calendar": "Show when the department is open.",
    "sla": "Show when something is due, why, and how often targets are met.",
    "doctor": "Check that what should come by itself does come.",
    "claim": "Take a step on, so that nobody else does.",
    "unclaim": "Give a step back.",
    "start": "Begin a step.",
    "delegate": "Offer a step you have to somebody else.",
    "accept": "Take a step that was delegated to you.",
    "decline": "Leave a step with whoever wanted to delegate it.",
    "assign": "Give a step, or a role, to somebody.",
    "assist": "Help whoever has a step.",
    "suspend": "Let a step rest that you have begun.",
    "continue": "Go on with a step that rests.",
    "answer": "Answer a step that waits.",
    "pile": "Do one step of many runs in one go.",
    "confirm": "Confirm a step that somebody else did.",
    "approve": "Approve a step.",
    "reject": "Reject a step.",
    "revoke": "Take back an approval.",
    "note": "Note something about a run.",
    "attach": "Keep a file as evidence of a step.",
    "back": "Go back to a step that is over.",
    "jump": "Go on with a later step.",
    "hand-over": "Leave a run to somebody else.",
    "add": "Have a step done for more items.",
    "complete": "Say that a step has had enough turns.",
    "signal": "Send a signal that a step waits for.",
    "pause": "Let no program of a run start any more.",
    "cancel": "End a run early, or one step of it.",
    "retry": "Go on with a run that failed.",
    "rerun": "Do a run once more.",
    "migrate": "Let a run go on by today's version of its process.",
    "undo": "Undo what a run has done.",
    "record": "Write the record of a run.",
    "export": "Write all of a run into one file that anybody can check.",
    "verify": "Check that a run, an archive or the journal is as it was written.",
    "anchor": "Note the newest event of a run where nobody can change it.",
    "print": "Print a process as a checklist for paper.",
    "import-record": "Make a run of a form that was filled in on paper.",
    "render": "Write a process as Markdown.",
    "graph": "Draw the steps of a process.",
    "docs": "Build the documentation pages.",
    "schema": "Print the JSON Schemas of the files.",
    "explain": "Explain a diagnostic.",
    "lsp": "Serve an editor.",
    "completion": "Print the shell's completion script.",
}
"""The commands, in the order of a day's work: name and what it does."""

EXAMPLES = """\b
Examples:
  runbook validate
  runbook run backup/sqlite-restore-drill
  runbook resume last
  runbook record last > record.md
"""


class Commands(click.Group):
    """The commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module: Any = import_module(f"runbook.cli.{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from runbook.diagnostics import suggestion

            raise Misuse(f"there is no command `{args[0]}`", suggestion(args[0], COMMANDS, "see `runbook --help`"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Procedures as YAML: people follow them, the machine runs what it can, the record shows what was done.",
)
@click.version_option(__version__, prog_name="runbook")
@where
@click.pass_context
def cli(context: click.Context, project: Path | None, home: Path | None) -> None:
    """The command line as a click group."""
    if context.invoked_subcommand is None:
        echo(home_lines(place(context)))


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code, 2 when the words are off."""
    try:
        if "_RUNBOOK_COMPLETE" in os.environ:
            cli.main(args=list(arguments), prog_name="runbook", standalone_mode=False)
        with cli.make_context("runbook", list(arguments)) as context:
            cli.invoke(context)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 0
    except click.ClickException as error:
        raise _misuse(error) from None
    except click.exceptions.Exit as error:
        return error.exit_code
    return 0


def _misuse(error: click.ClickException) -> Misuse:
    """What click finds wrong with the words, in our form."""
    message, _, guess = re.sub(r"'([^'\s]*)'", r"`\1`", error.format_message()).partition(" Did you mean ")
    context = error.ctx if isinstance(error, click.UsageError) else None
    help = f"did you mean {guess}" if guess else f"see `{context.command_path if context else 'runbook'} --help`"
    return Misuse(message[:1].lower() + message[1:].rstrip(". "), help)
