"""How a step departs from being done once, in its turn, in words: how often, until when, beside whom, and what if.

What a sentence names (`refer`) is written by the view: as a link on a page, as a number in a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.clauses import Concurrency, Expression, Foreach, Repeat, Template, as_written
from runbook.definition import OnFailure, Step
from runbook.durations import in_words
from runbook.graph import followers, onward
from runbook.views.markdown import Markdown, code, listed, plain

if TYPE_CHECKING:
    from runbook.outcome import Json

Refer = Callable[[Sequence[str], str], Markdown]
"""Steps by their ids, as a phrase whose last word before the last one is given: `steps 3, 4 and 5`."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MOST_ITEMS = 6
"""Items that are listed in a sentence."""


def sentences(step: Step, refer: Refer) -> Iterator[Markdown]:
    """What is to be known before the step is begun: how often it is done, until when, and what it keeps others from."""
    flow = step.flow
    if flow.foreach:
        yield _each(flow.foreach)
    if flow.repeat:
        yield _again(flow.repeat)
    if flow.rest_cancelled:
        yield Markdown("What it does not wait for is withdrawn when it begins.")
    if flow.before:
        begin = "begins" if len(flow.before) == 1 else "begin"
        yield Markdown(f"It can only be begun before {refer(flow.before, 'or')} {begin}; after that it is skipped.")
    if flow.cancels:
        are = "is" if len(flow.cancels) == 1 else "are"
        yield Markdown(f"When it is done, {refer(flow.cancels, 'and')} {are} withdrawn.")
    if flow.due:
        offered = f"; after that the {plain(flow.due.role)} may do it as well" if flow.due.role else ""
        yield Markdown(f"It is due {in_words(flow.due.after)} after it began{offered}.")
    if flow.concurrency:
        yield alone(flow.concurrency)
    if flow.max_passes != 100:
        yield Markdown(f"It is begun at most {_times(flow.max_passes)} in one run; a further way back to it fails.")
    if flow.grace is not None:
        yield Markdown(f"A program that has to end gets {in_words(flow.grace)} to do so before it is killed.")


def alone(given: Concurrency) -> Markdown:
    """Who may not be inside at the same time."""
    many = "Nobody else may be" if given.limit == 1 else f"At most {_counted(given.limit)} may be"
    return Markdown(f"{many} inside at the same time, in any run with the key {code(given.key.source)}; others wait.")


def _each(foreach: Foreach) -> Markdown:
    batch, parallel = foreach.batch, foreach.max_parallel
    words = [f"Once for each of {_items(foreach.items)}"]
    if foreach.name != "item":
        words[0] += f", as {code(foreach.name)}"
    if batch:
        pause = f" with a pause of {in_words(foreach.pause)}" if foreach.pause else ""
        words.append(f"in batches of {batch}{pause}")
    if parallel != batch:
        words.append("one after the other" if parallel == 1 else f"{_counted(parallel)} at a time")
    most = foreach.max_failures
    may = f"; at most {_counted(most)} may fail" if most else "; when one fails, no further one begins"
    enough = ""
    if foreach.count is not None:
        rest = "the rest is withdrawn" if foreach.rest_cancelled else "the rest goes on meanwhile"
        have = "has" if foreach.count == 1 else "have"
        enough = f" The run goes on when {_counted(foreach.count)} of them {have} succeeded; {rest}."
    return Markdown(f"{', '.join(words)}{may}.{enough}")


def _items(items: Json) -> str:
    if isinstance(items, Template):
        lone = items.parts[0] if len(items.parts) == 1 else None
        return str(code(lone.source if isinstance(lone, Expression) else items.source))
    if isinstance(items, Mapping):  # hosts
        if "hosts" in items:
            return _items(items["hosts"])
        groups = items["group"] if isinstance(items["group"], list) else [items["group"]]
        return f"the hosts of {listed([code(as_written(each)) for each in groups])}"
    written = [code(as_written(each)) for each in items]
    if len(written) > _MOST_ITEMS:
        return f"{len(written)} items ({', '.join(str(each) for each in written[:3])} ...)"
    return str(listed(written))


def _again(repeat: Repeat) -> Markdown:
    condition = code(repeat.condition.source)
    how = f"as long as {condition} holds" if repeat.first else f"until {condition}"
    every = f", every {in_words(repeat.every)}" if repeat.every else ""
    return Markdown(f"Again and again {how}{every}, at most {_times(repeat.at_most)}; then it has failed.")


def handlers(step: Step, among: Sequence[Step], refer: Refer) -> Iterator[Markdown]:
    """What is done when something happens to the step; its own steps for that stand below it."""
    done = {name: refer([each.id for each in steps], "and") for name, steps in step.flow.do.items()}
    if "before_retry" in done:
        yield Markdown(f"**Before each further attempt:** {done['before_retry']}.")
    if "due" in done:
        yield Markdown(f"**When it is overdue:** {done['due']}; the step itself goes on meanwhile.")
    first = f"**If it fails:** {done['on_failure']}" if "on_failure" in done else ""
    then = _then(step, among, refer, bool(first))
    if first or then:
        yield Markdown(f"{first}; {then}." if first and then else f"{first or f'**If it fails:** {then}'}.")
    if "on_cancel" in done:
        yield Markdown(f"**If it is cancelled:** {done['on_cancel']}.")


def _then(step: Step, among: Sequence[Step], refer: Refer, handled: bool) -> str:
    """What follows on its failure, where its author said so."""
    match step.on_failure:
        case OnFailure.GOTO:
            after = followers(among)
            back = step.flow.goto in after and step.id in onward((step.flow.goto,), after)
            anew = ", which is done anew, with what depends on it" if back else ""
            return f"the run goes on with {refer([step.flow.goto], 'and')}{anew}"
        case OnFailure.UNDO if step.steps or step.use or step.flow.body:
            return "what was done inside of it is undone, the last first; then nothing new starts"
        case OnFailure.UNDO:
            return "it is undone; then nothing new starts"
        case OnFailure.CONTINUE if handled:
            return "then the run goes on, as if it had worked"
        case OnFailure.STOP if handled:
            return "then nothing new starts"
    return ""


def _counted(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
