"""The questions a person is asked at a step, and the reply that their answers make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runbook.blocks import Field
from runbook.cli.loop import keys
from runbook.cli.loop.form import check_attached, filled_in, typed_in
from runbook.cli.loop.front import Front, Line, Open
from runbook.engine.drafts import Drafts
from runbook.errors import Refused
from runbook.form import checked
from runbook.kind import NOBODY, Signatory
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.run.events import Status
from runbook.run.instructions import COMMAND, STREAMS, boxes, is_put, streams_needed
from runbook.run.progress import StepState
from runbook.run.results import stated_outputs


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks at one step. What is typed is kept as a draft at once, and offered again after a crash."""

    front: Front
    step: StepState
    drafts: Drafts
    open: Open
    before: Mapping[str, Json]
    """What was answered before, by field."""
    signer: Signatory = NOBODY
    """Who is asked, and what they may sign with."""

    def menu(self) -> keys.Menu:
        """The keys there are at the step as it stands."""
        step = self.step
        if step.status is Status.IN_DOUBT:
            return keys.DOUBT
        if step.undecided:
            return keys.FAILURE
        if step.status is Status.READY:
            return keys.START
        if is_put(step):
            return keys.INSTRUCTION
        if step.performed:
            return keys.CONFIRM
        if step.step.kind == "approval":
            return keys.APPROVAL
        if step.prompt.get("several"):
            return keys.CHOICES
        if options := step.prompt.get("options"):
            return keys.choice(tuple(str(option["id"]) for option in options))
        return keys.WORK

    def reply(self, word: str) -> Answer | None:
        """What the person answers with one of the menu's answers; None to let a program start."""
        path = self.step.path
        if self.step.undecided:
            return self._decision(word)
        if self.step.prompt.get("several") and word == "choose":
            return Answer(path, "choose", choose=self._several())
        if word in {option["id"] for option in self.step.prompt.get("options", ())}:  # it may be called `yes` or `skip`
            return Answer(path, "choose", choose=word)
        match word:
            case "start":
                return None
            case "confirm":
                return Answer(path, "confirm")
            case "no" if self.step.performed:
                return Answer(path, "send-back", reason=self.reason("no", "What is not right"))
            case "yes":
                return Answer(path, "approve", reason=self.text("comment", "Comment (may be empty)", lambda text: None))
            case "no":
                return Answer(path, "reject", reason=self.reason("no", "Why not"))
            case "skip":
                return Answer(path, "skipped", reason=self.reason("skip", "Why is it skipped"))
            case "failed":
                return Answer(path, "failed", reason=self.reason("failed", "Why did it fail"), attended=True)
        if is_put(self.step):
            return self._pasted()
        check_attached(self.step)
        return filled_in(self)

    def _several(self) -> str:
        """The options that are typed by number or by name, as the decision takes them."""
        options = tuple(str(option["id"]) for option in self.step.prompt["options"])
        numbered = {str(number): option for number, option in enumerate(options, 1)}

        def meant(typed: str) -> list[str]:
            words = typed.replace(",", " ").split()
            return [word if word in options else numbered.get(word, word) for word in words]

        def check(typed: str) -> None:
            unknown = [word for word in meant(typed) if word not in options]
            if unknown or not meant(typed):
                what = f"`{unknown[0]}` is none of them" if unknown else "nothing was chosen"
                raise Refused(what, f"type numbers or names, such as `1,{len(options)}`")

        return ",".join(meant(self.text("choose", "Which of them (such as 1,2)", check, suggestions=options)))

    def _pasted(self) -> Answer:
        """What a person tells of the command that they ran instead of the machine."""
        fields = self._boxes(boxes(self.step.step))
        reason = ""
        if fields.get("command", "") not in ("", self.step.prompt["command"]):
            reason = self.reason("changed", "Why was it another command")
        return Answer(self.step.path, "done", fields, reason=reason, attended=True)

    def _boxes(self, wanted: tuple[Field, ...]) -> dict[str, Json]:
        """What is typed and pasted into these boxes, without those that stay empty; a stream may have been empty."""
        fields: dict[str, Json] = {}
        for box in wanted:
            if box.name in STREAMS:
                fields[box.name] = self.text(box.name, box.title, lambda typed: None, several=True)
            elif typed := typed_in(self, box)[0]:
                fields[box.name] = checked(box, typed)
        return fields

    def reason(self, word: str, question: str) -> str:
        """A reason for what the word does, which can't be empty; the rest of the word, typed after its key, is none."""

        def check(typed: str) -> None:
            if not typed.strip():
                raise Refused("a reason is needed", "say it in a few words")

        return self.text(f"why {word}", question, check, ignored=word[1:])

    def _decision(self, word: str) -> Answer:
        doubtful = self.step.status is Status.IN_DOUBT
        match word:
            case "done":
                reason = self.reason("done", "How do you know that it worked" if doubtful else "What was done by hand")
                return Answer(self.step.path, "done", self._outputs() if doubtful else self._by_hand(), reason=reason)
            case "redo":
                return Answer(self.step.path, "redo", reason=self.reason("redo", "Why can it start again"))
            case "skip":
                return Answer(self.step.path, "skipped", reason=self.reason("skip", "Why is it skipped"))
        return Answer(self.step.path, "failed", reason=self.reason("failed", "Why did it fail"))

    def _by_hand(self) -> dict[str, Json]:
        """How it was done by hand: what was run and what it wrote, or the outputs as the person saw them."""
        fields = self._boxes((COMMAND,))
        if fields and streams_needed(self.step.step):
            wrote = self._boxes(tuple(each for each in boxes(self.step.step) if each.name in STREAMS))
            if any(wrote.values()):
                return {**fields, **wrote}
        return {**fields, **self._outputs()}

    def _outputs(self) -> dict[str, Json]:
        """The outputs that later steps may need, stated by the person who saw them."""
        stated = {}
        for name, output in self.step.step.outputs.items():
            question = f"{name} ({output.type}, may be empty)"

            def check(typed: str, name: str = name) -> None:
                if typed:
                    stated_outputs(self.step.step, {name: typed})

            typed = self.text(f"output {name}", question, check)
            if typed:
                stated[name] = typed
        return stated

    def text(
        self,
        name: str,
        question: str,
        check: Callable[[str], object],
        default: str = "",
        suggestions: tuple[str, ...] = (),
        ignored: str = "",
        before: str = "",
        files: bool = False,
        several: bool = False,
    ) -> str:
        """What is typed, at once also in the drafts; `before` stands there to be changed, or to be taken away."""
        path, drafts = self.step.path, self.drafts
        line = Line(
            question=question,
            check=check,
            default=default,
            typed=drafts.of(path).get(name, before),
            typing=lambda text: drafts.keep(path, name, text),
            suggestions=suggestions,
            ignored=ignored,
            files=files,
            several=several,
        )
        typed = self.front.line(line, self.open)
        drafts.keep(path, name, typed)
        return typed
