"""The options of a dry run, and the three depths in which one is shown."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from runbook import app
from runbook.cli.given import given_roles
from runbook.cli.options import columns, echo, style
from runbook.errors import Misuse
from runbook.outcome import Json

DEPTHS = ("plan", "probe", "simulate")


class WithDepth(click.Command):
    """A command whose `--dry-run` may stand alone, whatever word comes after it."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """`--dry-run` alone means its first depth, unless the next word names one."""
        words = list(args)
        for place, word in enumerate(words):
            if word == "--":
                break
            if word == "--dry-run" and words[place + 1 : place + 2] not in [[depth] for depth in DEPTHS]:
                words[place] = f"--dry-run={DEPTHS[0]}"
        return super().parse_args(context, words)


def dry_run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--dry-run`, `--choose` and `--all-branches`."""
    options = (
        click.option(
            "--dry-run",
            "depth",
            metavar="[=DEPTH]",
            type=click.Choice(DEPTHS),
            help="Show what a run would do; no run is made. `plan`: nothing is carried out; `probe`: steps that only "
            "look are; `simulate`: one way is walked with samples.",
        ),
        click.option(
            "choices", "--choose", metavar="STEP=WAY", multiple=True, help="With simulate: the way on from a step."
        ),
        click.option("--all-branches", is_flag=True, help="With simulate: every way through the process, once."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def check_depth(
    depth: str | None, choices: Sequence[str], every: bool, instructions: bool, options: Mapping[str, Any]
) -> None:
    """`Misuse` for options that say nothing together."""
    for name, given in (("--choose", choices), ("--all-branches", every)):
        if given and depth != "simulate":
            raise Misuse(f"{name} is about a simulation", "add --dry-run=simulate")
    if not depth:
        return
    if instructions:
        raise Misuse("--dry-run makes no run, so there is none for --instructions", "leave one of them out")
    for name, given in (("--answers", options["answers"]), ("--step", options["every_step"])):
        if given:
            raise Misuse(f"a dry run asks nobody, so {name} says nothing", "leave one of them out")


def show(
    workspace: app.Workspace,
    library: Any,
    name: str,
    values: Mapping[str, Json],
    roles: Sequence[str],
    *,
    depth: str,
    choices: Sequence[str],
    every: bool,
    as_json: bool,
) -> None:
    """Show a dry run of a process, in that depth."""
    from runbook.views import foresight, machine, simulation

    plan = app.plan(workspace, library, name)
    begins = app.beginning(workspace, plan, values, given_roles(tuple(roles)))
    if depth == "simulate":
        found = app.simulated(begins, _choices(choices), every)
        echo(
            machine.pretty(simulation.as_json(found))
            if as_json
            else simulation.as_text(found, plan, style(), columns())
        )
        return
    looks = depth == "probe"
    with _ended_in_order():
        steps = app.probed(workspace, begins) if looks else app.foreseen(begins)
        try:
            if as_json:
                echo(machine.pretty(foresight.as_json(steps)))
            else:
                echo(foresight.as_text(steps, plan, style(), columns(), looks))
        finally:
            steps.close()  # type: ignore[attr-defined]  # a generator: what it has begun is ended now


def _choices(pairs: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        step, equals, way = pair.partition("=")
        if not (step and equals and way):
            raise Misuse(f"`{pair}` is not STEP=WAY", "write for example --choose size-ok=yes")
        found.setdefault(step, []).append(way)
    return found


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """A request to end (SIGTERM, SIGHUP) ends what runs as Ctrl-C does, and leaves nothing behind."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
