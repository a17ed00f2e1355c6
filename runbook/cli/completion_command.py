"""`runbook completion`: the shell's completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from runbook.cli.options import echo


@click.command(
    epilog="""\b
Examples:
  eval "$(runbook completion bash)"                                       # in ~/.bashrc
  eval "$(runbook completion zsh)"                                        # in ~/.zshrc
  runbook completion fish > ~/.config/fish/completions/runbook.fish
""",
    help="Print the script that teaches your shell to complete runbook's commands and options.",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the shell's completion script."""
    from runbook.cli.commands import cli

    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    echo(found(cli, {}, "runbook", "_RUNBOOK_COMPLETE").source())
