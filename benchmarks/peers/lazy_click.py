"""A command line of twenty commands with click, each imported when it is called: only `--help` is asked of it."""

from __future__ import annotations

import click

NAMES = tuple(f"command-{number}" for number in range(20))


class Commands(click.Group):
    """Commands by name, none of them loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return list(NAMES)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names without loading what they name."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, "Does what it says.") for name in NAMES])


Commands(name="peer", help="A command line like ours.").main()
