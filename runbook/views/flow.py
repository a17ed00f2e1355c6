"""How a step departs from being done once, in its turn, in words: how often, until when, beside whom, and what if.

What a sentence names (`refer`) is written by the view: as a link on a page, as a number in a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.clauses import Concurrency, Due, Expression, Foreach, Repeat, Template, as_written
from runbook.definition import OnFailure, Step
from runbook.durations import in_words
from runbook.graph import followers, onward
from runbook.phrases import Phrase, Say, english
from runbook.views.markdown import Markdown, code, labelled, listed, plain

if TYPE_CHECKING:
    from runbook.outcome import Json

Refer = Callable[[Sequence[str], str], Markdown]
"""Steps by their ids, as a phrase whose last word before the last one is given: `steps 3, 4 and 5`."""

_WORDS = (
    "no", "one", Phrase("two"), Phrase("three"), Phrase("four"), Phrase("five"), Phrase("six"), Phrase("seven"),
    Phrase("eight"), Phrase("nine"), Phrase("ten"), Phrase("eleven"), Phrase("twelve"),
)  # fmt: skip
_MOST_ITEMS = 6
"""Items that are listed in a sentence."""


def sentences(step: Step, refer: Refer, say: Say = english) -> Iterator[Markdown]:
    """What is to be known before the step is begun: how often it is done, until when, and what it keeps others from."""
    flow = step.flow
    if flow.foreach:
        yield _each(flow.foreach, say)
    if flow.repeat:
        yield _again(flow.repeat, say)
    if flow.rest_cancelled:
        yield Markdown(say("What it does not wait for is withdrawn when it begins."))
    if flow.before:
        steps = refer(flow.before, "or")
        yield Markdown(
            say("It can only be begun before {steps} begins; after that it is skipped.", steps=steps)
            if len(flow.before) == 1
            else say("It can only be begun before {steps} begin; after that it is skipped.", steps=steps)
        )
    if flow.cancels:
        one = len(flow.cancels) == 1
        text = (
            Phrase("When it is done, {steps} is withdrawn.")
            if one
            else Phrase("When it is done, {steps} are withdrawn.")
        )
        yield Markdown(say(text, steps=refer(flow.cancels, "and")))
    if flow.due:
        yield _due(flow.due, say)
    if flow.concurrency:
        yield alone(flow.concurrency, say)
    if flow.max_passes != 100:
        times = _times(flow.max_passes)
        yield Markdown(say("It is begun at most {times} in one run; a further way back to it fails.", times=times))
    if flow.grace is not None:
        time = in_words(flow.grace)
        yield Markdown(say("A program that has to end gets {time} to do so before it is killed.", time=time))


def _due(due: Due, say: Say) -> Markdown:
    after = in_words(due.after)
    if not due.role:
        return Markdown(say("It is due {time} after it began.", time=after))
    text = Phrase("It is due {time} after it began; after that the {role} may do it as well.")
    return Markdown(say(text, time=after, role=plain(due.role)))


def alone(given: Concurrency, say: Say = english) -> Markdown:
    """Who may not be inside at the same time."""
    key = code(given.key.source)
    if given.limit == 1:
        return Markdown(
            say("Nobody else may be inside at the same time, in any run with the key {key}; others wait.", key=key)
        )
    text = Phrase("At most {number} may be inside at the same time, in any run with the key {key}; others wait.")
    return Markdown(say(text, number=_counted(given.limit), key=key))


def _each(foreach: Foreach, say: Say) -> Markdown:
    batch, parallel = foreach.batch, foreach.max_parallel
    named = foreach.name != "item"
    text = Phrase("Once for each of {items}, as {name}") if named else Phrase("Once for each of {items}")
    words = [say(text, items=_items(foreach.items, say), name=code(foreach.name))]
    if batch:
        text = (
            Phrase("in batches of {number} with a pause of {pause}")
            if foreach.pause
            else Phrase("in batches of {number}")
        )
        words.append(say(text, number=batch, pause=in_words(foreach.pause)))
    if parallel != batch:
        in_turn = Phrase("one after the other")
        words.append(say(in_turn) if parallel == 1 else say("{number} at a time", number=_counted(parallel)))
    return Markdown(f"{', '.join(words)}; {_may_fail(foreach, say)}.{_enough(foreach, say)}")


def _may_fail(foreach: Foreach, say: Say) -> str:
    most = foreach.max_failures
    if not most:
        return say("when one fails, no further one begins")
    return say("at most one may fail") if most == 1 else say("at most {number} may fail", number=_counted(most))


def _enough(foreach: Foreach, say: Say) -> str:
    """When the run goes on before all turns are over."""
    if foreach.count is None:
        return ""
    if foreach.count == 1:
        text = (
            Phrase("The run goes on when one of them has succeeded; the rest is withdrawn.")
            if foreach.rest_cancelled
            else Phrase("The run goes on when one of them has succeeded; the rest goes on meanwhile.")
        )
    else:
        text = (
            Phrase("The run goes on when {number} of them have succeeded; the rest is withdrawn.")
            if foreach.rest_cancelled
            else Phrase("The run goes on when {number} of them have succeeded; the rest goes on meanwhile.")
        )
    return " " + say(text, number=_counted(foreach.count))


def _items(items: Json, say: Say) -> str:
    if isinstance(items, Template):
        lone = items.parts[0] if len(items.parts) == 1 else None
        return str(code(lone.source if isinstance(lone, Expression) else items.source))
    if isinstance(items, Mapping):  # hosts
        if "hosts" in items:
            return _items(items["hosts"], say)
        groups = items["group"] if isinstance(items["group"], list) else [items["group"]]
        return say("the hosts of {groups}", groups=listed([code(as_written(each)) for each in groups], say=say))
    written = [code(as_written(each)) for each in items]
    if len(written) > _MOST_ITEMS:
        some = ", ".join(str(each) for each in written[:3])
        return say("{number} items ({some} ...)", number=len(written), some=some)
    return str(listed(written, say=say))


def _again(repeat: Repeat, say: Say) -> Markdown:
    every = bool(repeat.every)
    if repeat.first and every:
        text = Phrase(
            "Again and again as long as {condition} holds, every {time}, at most {times}; then it has failed."
        )
    elif repeat.first:
        text = Phrase("Again and again as long as {condition} holds, at most {times}; then it has failed.")
    elif every:
        text = Phrase("Again and again until {condition}, every {time}, at most {times}; then it has failed.")
    else:
        text = Phrase("Again and again until {condition}, at most {times}; then it has failed.")
    condition, times = code(repeat.condition.source), _times(repeat.at_most)
    return Markdown(say(text, condition=condition, time=in_words(repeat.every), times=times))


def handlers(step: Step, among: Sequence[Step], refer: Refer, say: Say = english) -> Iterator[Markdown]:
    """What is done when something happens to the step; its own steps for that stand below it."""
    done = {name: refer([each.id for each in steps], "and") for name, steps in step.flow.do.items()}
    if "before_retry" in done:
        yield labelled(say("Before each further attempt"), Markdown(f"{done['before_retry']}."))
    if "due" in done:
        meanwhile = say("{steps}; the step itself goes on meanwhile.", steps=done["due"])
        yield labelled(say("When it is overdue"), Markdown(meanwhile))
    first = str(done.get("on_failure", ""))
    then = "; ".join(each for each in (first, _then(step, among, refer, bool(first), say)) if each)
    if then:
        yield labelled(say("If it fails"), Markdown(f"{then}."))
    if "on_cancel" in done:
        yield labelled(say("If it is cancelled"), Markdown(f"{done['on_cancel']}."))


def _then(step: Step, among: Sequence[Step], refer: Refer, handled: bool, say: Say) -> str:
    """What follows on its failure, where its author said so."""
    match step.on_failure:
        case OnFailure.GOTO:
            after = followers(among)
            back = step.flow.goto in after and step.id in onward((step.flow.goto,), after)
            to = refer([step.flow.goto], "and")
            if back:
                return say("the run goes on with {step}, which is done anew, with what depends on it", step=to)
            return say("the run goes on with {step}", step=to)
        case OnFailure.UNDO if step.steps or step.use or step.flow.body:
            return say("what was done inside of it is undone, the last first; then nothing new starts")
        case OnFailure.UNDO:
            return say("it is undone; then nothing new starts")
        case OnFailure.CONTINUE if handled:
            return say("then the run goes on, as if it had worked")
        case OnFailure.STOP if handled:
            return say("then nothing new starts")
    return ""


def _counted(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _times(number: int) -> Phrase:
    return {1: Phrase("once"), 2: Phrase("twice")}.get(number) or Phrase("{number} times", number=number)
