"""What must come out of a step, and what happens when it does not, in words."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.clauses import Expect, Limits, Output, Retry, Table
from runbook.definition import OnFailure, Step
from runbook.durations import in_words
from runbook.views.markdown import Markdown, code, listed, plain
from runbook.views.values import as_code


def expected(expect: Expect) -> Iterator[Markdown]:
    """What must hold of a result, one condition each."""
    if expect.exit_codes != (0,) or expect == Expect():
        yield Markdown(f"exit code {listed([plain(each) for each in expect.exit_codes], 'or')}")
    for text in expect.contains:
        yield Markdown(f"the output contains {code(text)}")
    for pattern in expect.matches:
        yield Markdown(f"the output matches {code(pattern)}")
    for path, value in expect.json.items():
        yield Markdown(f"{code(path)} in the JSON output is {as_code(value)}")
    for name, limits in expect.limits.items():
        yield Markdown(f"{code(name)} is {_within(limits)}")
    for condition in expect.that:
        yield code(condition.source)


def _within(limits: Limits) -> str:
    if limits.minimum is None or limits.maximum is None:
        return f"at most {limits.maximum}" if limits.minimum is None else f"at least {limits.minimum}"
    return f"from {limits.minimum} to {limits.maximum}"


def given(name: str, output: Output) -> str:
    """A named value, and where it is found unless that goes without saying."""
    if output.field:
        return f"{code(name)} (the field {code(output.field)})"
    if output.kept:
        return f"{code(name)} (kept as a file)"
    if output.table is not None:
        return f"{code(name)} ({_of_table(output.table)})"
    if output.path is not None:
        inside = f", as {code(output.json)}" if output.json else ""
        return f"{code(name)} (in the file {code(output.path.source)}{inside})"
    if output.regex:
        return f"{code(name)} (matched by {code(output.regex)})"
    if output.json and output.json != name:
        return f"{code(name)} (in the JSON as {code(output.json)})"
    return str(code(name))


def _of_table(table: Table) -> Markdown:
    """What is taken of a table: `the column Used where Mounted on is /`."""
    what = f"the column {code(table.column)}" if table.column else "the table"
    if table.row:
        what = f"{what}, {table.row} row" if table.column else f"the {table.row} row of the table"
    where = " and ".join(f"{code(column)} is {code(wanted.source)}" for column, wanted in table.where.items())
    return Markdown(f"{what} where {where}" if where else what)


def retried(retry: Retry) -> str:
    """How often it is tried, after which pauses."""
    if retry.attempts < 2:
        return ""
    pause = f", with pauses of {in_words(retry.delay)}" if retry.delay else ""
    grows = f" that grow {retry.backoff:g}-fold each time" if retry.delay and retry.backoff > 1 else ""
    codes = listed([plain(each) for each in retry.on_exit], "or")
    only = f", only after exit code {codes}" if codes else ""
    return f"Tried up to {retry.attempts} times{pause}{grows}{only}."


def failure(step: Step, spare: bool = False) -> str:
    """What its failure means for the rest of the run, unless it simply stops it, or `handlers` says it."""
    if spare:
        return "If it fails, the others that may take its place are waited for; the run does not fail for it."
    if step.on_failure is OnFailure.CONTINUE and "on_failure" not in step.flow.do:
        end = "the run ends as failed" if step.critical else "the run does not fail for it"
        return f"If it fails, the later steps go on; {end}."
    plain = step.critical or step.on_failure in (OnFailure.CONTINUE, OnFailure.GOTO)
    return "" if plain else "If it fails, nothing new starts; the run does not fail for it."
