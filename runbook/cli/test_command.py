"""`runbook test`: try processes out by their tests."""

from __future__ import annotations

import os
from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.cli.progress import working
from runbook.errors import MachineRefuses, Misuse


@click.command(
    epilog="""\b
Examples:
  runbook test
  runbook test backup/restore-file
  runbook test --junit tests.xml --fail-under 80
  runbook test --init backup/restore-file         # a first test file, to go on from
  runbook test --from-run last                    # a test that is what a run was
""",
    help="Try processes out by their tests, the `.test.yaml` beside each: nothing is executed, and no time passes.\n\n"
    "PATH is a process, a group, a file or a folder; all processes when left out. Prints what is not as a test has it, "
    "and what of each process was never tried. Exit code 0: all tests passed; 1: one failed, or too little was tried.",
)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write the results as JUnit XML.")
@click.option(
    "--fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=0.0,
    help="Exit with 1 when less was tried of a process that was asked for.",
)
@click.option("-n", "--workers", metavar="N", type=click.IntRange(1, 64), help="Workers; one a processor at first.")
@click.option(
    "--init",
    metavar="PROCESS",
    multiple=True,
    help="Write a first test: the straight way through this process; once for each.",
)
@click.option("--from-run", metavar="RUN", multiple=True, help="Write a test that is what this run was; once for each.")
@click.option("--force", is_flag=True, help="Write over a file of tests that is there already.")
@json_option
@workspace
def command(
    paths: tuple[str, ...],
    junit: Path | None,
    fail_under: float,
    workers: int | None,
    init: tuple[str, ...],
    from_run: tuple[str, ...],
    force: bool,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Try processes out by their tests."""
    if init or from_run:
        if paths or junit or (init and from_run):
            raise Misuse("writing a test and trying tests out are two things", "do one after the other")
        _write(workspace, init, from_run, force, as_json)
        return
    if force:
        raise Misuse("`--force` writes over a file of tests", "use it with --init or --from-run")
    from runbook.views import machine, test_report

    with working("Trying"):
        data = app.test(workspace, paths, workers or os.cpu_count() or 1).to_json()
    if junit:
        _keep(junit, test_report.as_junit(data))
    echo(machine.pretty(data) if as_json else test_report.as_text(data, style()))
    little = [each for each in data["coverage"] if each["percent"] < fail_under]
    if little and not as_json:
        named = ", ".join(f"{each['process']} ({each['percent']:g} %)" for each in little[:5])
        more = f" and {len(little) - 5} more" if little[5:] else ""
        echo(f"Less than {fail_under:g} % was tried of {named}{more}.")
    finish(1 if little or data["broken"] or not all(test["passed"] for test in data["tests"]) else 0)


def _write(
    workspace: app.Workspace, init: tuple[str, ...], from_run: tuple[str, ...], force: bool, as_json: bool
) -> None:
    from runbook.views.machine import pretty

    if from_run:
        runs = dict.fromkeys(app.resolve(workspace, each) for each in from_run)
        found = app.tests_from_runs(workspace, tuple(runs), force)
    else:
        found = app.first_tests(workspace, tuple(dict.fromkeys(init)), force)
    if as_json:
        said = [{"file": each.file, "passes": each.passes, "left": list(each.left)} for each in found]
        echo(pretty(said if len(said) > 1 else said[0]))
        return
    for each in found:
        echo(f"Wrote {each.file}")
        if each.passes:
            echo(f"It passes. Try it: runbook test {each.process}")
        else:
            echo("It fails until this is written:")
            echo(f"  {line}" for left in each.left for line in left.split("\n"))


def _keep(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise MachineRefuses(f"{file} can't be written: {error.strerror}", "check the path") from None
