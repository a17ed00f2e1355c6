"""What must come out of a step, and what happens when it does not, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.clauses import Expect, Limits, Output, Retry, Table
from runbook.definition import OnFailure, Step
from runbook.durations import in_words
from runbook.phrases import Phrase, Say, english
from runbook.views.markdown import Markdown, code, listed, plain
from runbook.views.values import as_code


def expected(expect: Expect, say: Say = english) -> Iterator[Markdown]:
    """What must hold of a result, one condition each."""
    if expect.exit_codes != (0,) or expect == Expect():
        codes = listed([plain(each) for each in expect.exit_codes], "or", say)
        yield Markdown(say("exit code {codes}", codes=codes))
    for text in expect.contains:
        yield Markdown(say("the output contains {text}", text=code(text)))
    for pattern in expect.matches:
        yield Markdown(say("the output matches {pattern}", pattern=code(pattern)))
    for path, value in expect.json.items():
        yield Markdown(say("{path} in the JSON output is {value}", path=code(path), value=as_code(value)))
    for name, limits in expect.limits.items():
        yield Markdown(_within(name, limits, say))
    for condition in expect.that:
        yield code(condition.source)


def _within(name: str, limits: Limits, say: Say) -> str:
    if limits.minimum is None:
        return say("{name} is at most {maximum}", name=code(name), maximum=limits.maximum)
    if limits.maximum is None:
        return say("{name} is at least {minimum}", name=code(name), minimum=limits.minimum)
    return say("{name} is from {minimum} to {maximum}", name=code(name), minimum=limits.minimum, maximum=limits.maximum)


def given(name: str, output: Output, say: Say = english) -> str:
    """A named value, and where it is found unless that goes without saying."""
    found = _found(name, output, say)
    return f"{code(name)} ({found})" if found else str(code(name))


def _found(name: str, output: Output, say: Say) -> str:
    if output.field:
        return say("the field {field}", field=code(output.field))
    if output.kept:
        return say("kept as a file")
    if output.table is not None:
        return _of_table(output.table, say)
    if output.path is not None:
        file = code(output.path.source)
        if output.json:
            return say("in the file {file}, as {path}", file=file, path=code(output.json))
        return say("in the file {file}", file=file)
    if output.regex:
        return say("matched by {pattern}", pattern=code(output.regex))
    if output.json and output.json != name:
        return say("in the JSON as {path}", path=code(output.json))
    return ""


def _of_table(table: Table, say: Say) -> str:
    """What is taken of a table: `the column Used where Mounted on is /`."""
    what = say((_COLUMNS if table.column else _ROWS)[table.row], column=code(table.column))
    if not table.where:
        return what
    conditions = [
        say("{column} is {value}", column=code(column), value=code(wanted.source))
        for column, wanted in table.where.items()
    ]
    return say("{what} where {conditions}", what=what, conditions=_all(conditions, say))


def _all(conditions: Sequence[str], say: Say) -> str:
    first, *others = conditions
    for each in others:
        first = say("{first} and {last}", first=first, last=each)
    return first


_COLUMNS = {
    "": Phrase("the column {column}"),
    "first": Phrase("the column {column}, first row"),
    "last": Phrase("the column {column}, last row"),
}
_ROWS = {
    "": Phrase("the table"),
    "first": Phrase("the first row of the table"),
    "last": Phrase("the last row of the table"),
}


def retried(retry: Retry, say: Say = english) -> str:
    """How often it is tried, after which pauses."""
    if retry.attempts < 2:
        return ""
    text = Phrase("Tried up to {number} times")
    if retry.delay and retry.backoff > 1:
        text = Phrase("Tried up to {number} times, with pauses of {pause} that grow {factor}-fold each time")
    elif retry.delay:
        text = Phrase("Tried up to {number} times, with pauses of {pause}")
    words = [say(text, number=retry.attempts, pause=in_words(retry.delay), factor=f"{retry.backoff:g}")]
    if retry.on_exit:
        codes = listed([plain(each) for each in retry.on_exit], "or", say)
        words.append(say("only after exit code {codes}", codes=codes))
    return f"{', '.join(words)}."


def failure(step: Step, spare: bool = False, say: Say = english) -> str:
    """What its failure means for the rest of the run, unless it simply stops it, or `handlers` says it."""
    if spare:
        return say("If it fails, the others that may take its place are waited for; the run does not fail for it.")
    if step.on_failure is OnFailure.CONTINUE and "on_failure" not in step.flow.do:
        if step.critical:
            return say("If it fails, the later steps go on; the run ends as failed.")
        return say("If it fails, the later steps go on; the run does not fail for it.")
    if step.critical or step.on_failure in (OnFailure.CONTINUE, OnFailure.GOTO):
        return ""
    return say("If it fails, nothing new starts; the run does not fail for it.")
