"""The keys of the operator's loop: each is a single key and a word, in the same order wherever it is offered."""

from __future__ import annotations

from dataclasses import dataclass

from runbook.views.lines import fitted


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what is pressed (`enter` for the enter key), the word for it, its label, and what it does."""

    key: str
    word: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be pressed now: the answers, then what goes without answering."""

    answers: tuple[Key, ...]
    others: tuple[Key, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        """All of them."""
        return (*self.answers, *self.others)

    def word(self, typed: str) -> str | None:
        """The word that a typed key or word stands for; None when it is none of them."""
        wanted = typed.lower() or "enter"
        for key in self.keys:
            if wanted in (key.key, key.word.lower()):
                return key.word
        return None

    def help(self, columns: int) -> list[str]:
        """A line for each key: the key, its word, what it does."""
        width = max(len(_both(key)) for key in self.keys)
        lines = (f"  {_both(key):<{width}}  {key.help}" for key in self.keys)
        return [part for line in lines for part in fitted(line, columns, width + 4)]


def _both(key: Key) -> str:
    return key.key if key.key == key.word else f"{key.key} {key.word}"


ENTER = "enter"
WORD = ":"
"""The key after which a word can be typed instead of a single key."""
MOST_DIGITS = 9
"""Ways that can be taken by a single digit."""

LATER = Key("l", "later", "later", "go on with other steps first")
REDO = Key("r", "redo", "redo", "do a step that is over once more, and what depends on it; asks why")
BACK = Key("b", "back", "back", "back to a step that a person answered; asks why")
JUMP = Key("j", "jump", "jump", "on to a later step; what is in between is skipped; asks why")
NOTE = Key("n", "note", "note", "note something about this step")
ATTACH = Key("a", "attach", "attach", "keep a file as evidence of this step")
UNDO = Key("u", "undo", "undo", "show how to undo this step, and those before it")
WHY = Key("w", "why", "why", "why the step is there, and how it is done by hand")
SHELL = Key("!", "shell", "shell", "a shell in the project's folder; `exit` comes back")
PAUSE = Key("p", "pause", "pause", "leave the run as it is, or hand it over; `runbook resume` goes on")
HELP = Key("?", "help", "help", "these lines")

BESIDE = (LATER, REDO, BACK, JUMP, NOTE, ATTACH, UNDO, WHY, SHELL, PAUSE, HELP)
"""What can be done at any question without answering it."""

SKIP = Key("s", "skip", "skip", "leave it out; asks why")
FAILED = Key("f", "failed", "failed", "it did not work; asks why")

WORK = Menu((Key(ENTER, "done", "done", "it is done; asks for the form, if there is one"), SKIP, FAILED), BESIDE)

INSTRUCTION = Menu(
    (Key(ENTER, "done", "I ran it", "you ran it; asks for its exit code and what it wrote"), SKIP, FAILED), BESIDE
)

_BESIDE_YES_NO = tuple(Key("c", "note", "note", NOTE.help) if key is NOTE else key for key in BESIDE)
APPROVAL = Menu(
    (
        Key("y", "yes", "approve", "approve; asks for a comment"),
        Key("n", "no", "reject", "reject: the step fails; asks why"),
    ),
    _BESIDE_YES_NO,
)
CONFIRM = Menu(
    (
        Key("c", "confirm", "confirm", "what was recorded is right: say so as the second person"),
        Key("n", "no", "send back", "it is not right: whoever did it does it again; asks why"),
    ),
    tuple(Key("t", "note", "note", NOTE.help) if key is NOTE else key for key in BESIDE),
)
"""Somebody else did it, and this person has to confirm it."""
DOUBT = Menu(
    (
        Key("d", "done", "it worked", "it did its work; asks how you know"),
        Key("r", "redo", "redo", "start it again; asks why that is safe"),
        Key("s", "skip", "skip", "go on without it; asks why"),
        Key("f", "failed", "failed", "it did not work; asks why"),
    ),
    tuple(key for key in BESIDE if key is not REDO),
)
FAILURE = Menu(
    (
        Key("r", "redo", "redo", "start it again; asks what has changed"),
        Key("d", "done", "done by hand", "it was done by hand; asks how you know"),
        Key("s", "skip", "skip", "go on without it; asks why"),
        Key("f", "failed", "failed", "leave it failed, which ends the run; asks why"),
    ),
    tuple(key for key in BESIDE if key is not REDO),
)
START = Menu(
    (Key(ENTER, "start", "start it", "let the program start"), SKIP),
    BESIDE,
)
RUNNING = Menu((), (NOTE, PAUSE, HELP))


_NOTHING_FITS = Key("f", "failed", "failed", "nothing fits: the step fails; asks why")


def choice(options: tuple[str, ...]) -> Menu:
    """One of these ways, by number or by name; or none of them fits."""
    ways = tuple(_way(number, option, "take") for number, option in enumerate(options, 1))
    taken = {option.lower() for option in options}
    return Menu(
        (*ways, *(() if "failed" in taken else (_NOTHING_FITS,))), tuple(key for key in BESIDE if key.word not in taken)
    )


CHOICES = Menu(
    (Key(ENTER, "choose", "choose", "type one or several of them, with commas between"), _NOTHING_FITS), BESIDE
)
"""Several of some ways; none of them fits."""


def of_field(options: tuple[str, ...]) -> Menu:
    """One of the values that a field of a form can have."""
    return Menu(tuple(_way(number, option, "answer") for number, option in enumerate(options, 1)))


def _way(number: int, option: str, verb: str) -> Key:
    """A way to choose: by its digit, or by its name after a colon where the digits have run out."""
    return Key(str(number) if number <= MOST_DIGITS else f"{WORD}{option}", option, option, f"{verb} {option}")


YES_NO = Menu((Key("y", "yes", "yes", "answer yes"), Key("n", "no", "no", "answer no")))
