"""The names that commands take (processes, runs, steps, options), and what the shell completes them to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

import click

from runbook import app
from runbook.cli.options import place
from runbook.errors import RunbookError

Names = Callable[[app.Workspace, click.Context], Iterable[str]]
_MOST_RUNS = 100
"""The newest runs that are offered; of older ones the id has to be known."""


def _completed(names: Names) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Those of the names that begin as typed; none when what was typed before can't be made sense of."""

    def complete(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
        with suppress(RunbookError, OSError, LookupError, ValueError):
            return [name for name in names(place(context), context) if name.startswith(typed)]
        return []

    return complete


def _processes(workspace: app.Workspace, context: click.Context) -> list[str]:
    return [entry["id"] for entry in app.list_processes(workspace)]


def _new(workspace: app.Workspace, context: click.Context) -> list[str]:
    return [f"{group}/" for group in _groups(workspace, context)]


def _groups(workspace: app.Workspace, context: click.Context) -> list[str]:
    return sorted({entry["group"] for entry in app.list_processes(workspace)})


def _runs(workspace: app.Workspace, context: click.Context) -> list[str]:
    return ["last", *(row.run for row in islice(app.runs(workspace), _MOST_RUNS))]


def _runs_and_items(workspace: app.Workspace, context: click.Context) -> list[str]:
    return [*_runs(workspace, context), *islice(app.item_ids(workspace), _MOST_RUNS)]


def _proofs(workspace: app.Workspace, context: click.Context) -> list[str]:
    return [*_runs_and_items(workspace, context), *sorted(path.name for path in app.here().glob("*.zip"))]


def _open_runs(workspace: app.Workspace, context: click.Context) -> list[str]:
    rows = (row.run for row in app.runs(workspace) if not row.ended_at)
    return ["last", *islice(rows, _MOST_RUNS)]


def _words(context: click.Context, *names: str) -> list[str]:
    """The arguments given so far; while an option's value is completed, click has not named them yet."""
    named = [context.params[name] for name in names if context.params.get(name)]
    return (named or context.args)[: len(names)]


def _steps(workspace: app.Workspace, context: click.Context) -> list[str]:
    (run,) = _words(context, "run")
    state = app.state(workspace, app.resolve(workspace, run))
    return [*state.in_doubt, *(path for path in state.waiting if state.steps[path].waits_for == "person")]


def _reached(workspace: app.Workspace, context: click.Context) -> list[str]:
    (run,) = _words(context, "run")
    return list(app.state(workspace, app.resolve(workspace, run)).steps)


def _items(workspace: app.Workspace, context: click.Context) -> list[str]:
    return list(app.item_ids(workspace))


def _schedules(workspace: app.Workspace, context: click.Context) -> list[str]:
    return app.schedule_ids(workspace)


def _turning(workspace: app.Workspace, context: click.Context) -> list[str]:
    (run,) = _words(context, "run")
    steps = app.state(workspace, app.resolve(workspace, run)).steps.values()
    return [step.path for step in steps if step.turns is not None and not step.status.is_final]


def _signals(workspace: app.Workspace, context: click.Context) -> list[str]:
    (run,) = _words(context, "run")
    state = app.state(workspace, app.resolve(workspace, run))
    return sorted({signal for path in state.waiting for signal in state.steps[path].signals})


def _ways(workspace: app.Workspace, context: click.Context) -> list[str]:
    run, step = _words(context, "run", "step")
    state = app.state(workspace, app.resolve(workspace, run))
    return [str(option["id"]) for option in state.steps[step].prompt.get("options", ())]


def _answers(workspace: app.Workspace, context: click.Context) -> list[str]:
    from runbook.run.answers import OUTCOMES

    return [*_ways(workspace, context), *OUTCOMES]


def _inputs(workspace: app.Workspace, context: click.Context) -> list[str]:
    (process,) = _words(context, "process")
    library = app.read_one(workspace, process)
    return [f"{name}=" for name in library.project.processes[process].inputs]


def _process_steps(workspace: app.Workspace, context: click.Context) -> list[str]:
    (process,) = _words(context, "process")
    return [step.id for step in app.read_one(workspace, process).project.processes[process].every_step()]


def _people(workspace: app.Workspace, context: click.Context) -> list[str]:
    """Who is described in the project."""
    return list(app.organisation(workspace).people)


def _players(workspace: app.Workspace, context: click.Context) -> list[str]:
    (process,) = _words(context, "process")
    roles = app.read_one(workspace, process).project.processes[process].roles
    known = app.organisation(workspace)
    return [f"{name}={person}" for name, role in roles.items() for person in known.eligible(role)]


def _teams(workspace: app.Workspace, context: click.Context) -> list[str]:
    known = app.organisation(workspace)
    return sorted({*known.teams, *(team for person in known.people.values() for team in person.teams)})


def _offices(workspace: app.Workspace, context: click.Context) -> list[str]:
    return sorted({role for person in app.organisation(workspace).people.values() for role in person.roles})


def _capabilities(workspace: app.Workspace, context: click.Context) -> list[str]:
    people = app.organisation(workspace).people.values()
    best: dict[str, int] = {}
    for person in people:
        for name, level in person.capabilities.items():
            best[name] = max(best.get(name, 0), level)
    return [word for name in sorted(best) for word in (name, *(f"{name}:{n}" for n in range(1, best[name] + 1)))]


def _roles(workspace: app.Workspace, context: click.Context) -> list[str]:
    (run,) = _words(context, "run")
    processes = app.state(workspace, app.resolve(workspace, run)).plan.processes.values()
    return list(dict.fromkeys(name for process in processes for name in process.data.get("roles", {})))


def _codes(workspace: app.Workspace, context: click.Context) -> list[str]:
    from runbook.reading.catalogue import catalogue

    found = catalogue(workspace.kinds)
    return [*found, *(problem.rule for problem in found.values())]


def _argument(name: str, metavar: str, names: Names, **options: Any) -> Callable[[Any], Any]:
    return click.argument(name, metavar=metavar, shell_complete=_completed(names), **options)


process_argument = _argument("process", "[GROUP/PROCESS]", _processes, required=False)
process_argument_needed = _argument("process", "GROUP/PROCESS", _processes)
process_step_argument = _argument("step", "STEP", _process_steps)
group_argument = _argument("group", "[GROUP]", _groups, required=False)
run_argument = _argument("run", "RUN", _runs)
some_run_argument = _argument("run", "[RUN]", _runs, required=False)
named_proof_argument = _argument("named", "[RUN|ITEM|ARCHIVE]", _proofs, required=False)
some_proof_argument = _argument("named", "[RUN|ITEM]", _runs_and_items, required=False)
some_open_run_argument = _argument("run", "[RUN]", _open_runs, required=False)
open_run_argument = _argument("run", "RUN", _open_runs)
step_argument = _argument("step", "STEP", _steps)
some_step_argument = _argument("step", "[STEP]", _steps, required=False)
reached_argument = _argument("step", "STEP", _reached)
turning_argument = _argument("step", "STEP", _turning)
some_reached_argument = _argument("step", "[STEP]", _reached, required=False)
signal_argument = _argument("name", "NAME", _signals)
item_argument = _argument("item", "ITEM", _items)
some_schedule_argument = _argument("schedule", "[SCHEDULE]", _schedules, required=False)
person_argument = _argument("person", "PERSON", _people)
code_argument = _argument("code", "CODE", _codes)

complete_inputs = _completed(_inputs)
complete_groups = _completed(_groups)
complete_new = _completed(_new)
complete_processes = _completed(_processes)
complete_items = _completed(_items)
complete_schedules = _completed(_schedules)
complete_steps = _completed(_process_steps)
complete_ways = _completed(_ways)
complete_answers = _completed(_answers)
complete_reached = _completed(_reached)
complete_people = _completed(_people)
complete_players = _completed(_players)
complete_teams = _completed(_teams)
complete_offices = _completed(_offices)
complete_capabilities = _completed(_capabilities)
complete_roles = _completed(_roles)
