"""Finds the values of a script that would reach something that runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.errors import ExpressionError
from runbook.scripts.commands import Command, read_script
from runbook.scripts.marks import Marked
from runbook.scripts.programs import (
    AWKS,
    DECLARERS,
    EVALUATORS,
    FLAGS_ONLY,
    INTERPRETERS,
    OPEN_SHELLS,
    PERMUTE,
    SHELLS,
    SSH_ARGUMENTS,
    STARTERS,
    WITHOUT_OPTIONS,
    Interpreter,
    Starter,
)
from runbook.scripts.taint import ASSIGNMENT, POSITIONAL, tainted_by
from runbook.scripts.words import Scan, Word

Problem = tuple[int, str, str]

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TRUSTED = re.compile(
    r"PATH|IFS|ENV|CDPATH|SHELL|SHELLOPTS|BASH.*|PS[0-4]|PROMPT_COMMAND|LD_.*|DYLD_.*|PYTHON.*|PERL.*|RUBY.*|NODE_.*"
    r"|GIT_.*|.*EDITOR|.*PAGER|LESS.*|RANDOM|SECONDS|OPTIND|LINENO|HIST.*"
)
_INFORMATION = frozenset({"--version", "-V", "--help", "-h", "-v"})
_ASKS = frozenset({"-v", "-R"})
_CALCULATES = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_FINDS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_RUN_HERE = "`{}` holds a value, and the shell would run what stands in it here"
_PROGRAM = ("a value cannot be the program to run", "name the program, and give the value as an argument")
_VARIABLE = ("a value cannot be the name of a variable", "name the variable")
_SPLITS = ("a value without quotes around its variable becomes several words", "put double quotes around it")
_HIGH = "a value cannot be `{}`, which other programs trust"


def dangers(scan: Scan, commands: list[Command], known: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Every value that must not stay where it is; `known` are variables that hold values from the start."""
    tainted = tainted_by(scan, commands, known)
    for command in commands:
        if not command.words and any(word.values or word.names & tainted for word in command.inputs):
            scan.grouped = True
    for at, name in scan.evaluated:
        if name in tainted:
            help = f"use `expr` to calculate, or check that `${name}` is a number in a step before"
            yield at, _RUN_HERE.format(name), help
    for command in commands:
        yield from problems_of(scan, tainted, command)


def problems_of(scan: Scan, tainted: frozenset[str], command: Command) -> Iterator[Problem]:
    """Every value of one command that must not stay where it is; `tainted` are variables that hold values."""
    yield from _Check(scan, tainted, command).problems()


class _Check:
    """The examination of one command."""

    def __init__(self, scan: Scan, tainted: frozenset[str], command: Command, guessed: bool = False) -> None:
        self.scan = scan
        self.tainted = tainted
        self.command = command
        self.guessed = guessed
        """True when the program may only be a word, as in `apt-get install bash`."""

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the command, with and without the words that may be none."""
        for name, word in self.command.assignments:
            yield from self.trusted(name, word)
        words = self.command.words
        yield from self.started(words)
        staying = [word for word in words if not word.may_vanish]
        if len(staying) < len(words):
            yield from self.started(staying)

    def risky(self, word: Word) -> bool:
        """True when a value, or a variable made of one, is in the word."""
        return bool(word.values or word.names & self.tainted)

    def problem(self, word: Word, message: str, help: str) -> Problem:
        """The problem at the first value of the word."""
        return (word.values[0] if word.values else word.start), message, help

    def all_of(self, words: list[Word], message: str, help: str) -> Iterator[Problem]:
        """A problem for each of the words that, read as code, would run a value."""
        yield from (self.problem(word, message, help) for word in words if self.risky(word) or word.names & POSITIONAL)

    def split(self, words: list[Word]) -> Iterator[Problem]:
        """A problem for each of the words whose value would become several words."""
        yield from (self.problem(word, *_SPLITS) for word in words if word.splits and self.risky(word))

    def trusted(self, name: str, word: Word) -> Iterator[Problem]:
        """A problem when a value is given to a variable that decides what runs."""
        if self.risky(word) and _TRUSTED.fullmatch(name):
            yield self.problem(word, _HIGH.format(name), "use another name")

    def anywhere(self) -> int:
        """The place of the first value, for what is wrong with the script as a whole."""
        return min(self.scan.contexts, default=0)

    def started(self, words: list[Word], appended: bool = False) -> Iterator[Problem]:
        """What is wrong with running these words; `appended`: with more arguments from the input."""
        if not words:
            return
        first, rest = words[0], words[1:]
        name = first.constant.rpartition("/")[2]
        if self.risky(first):
            yield self.problem(first, *_PROGRAM)
        elif not name and any(word.plain in ("-c", "-e") for word in rest):
            yield from self.interpreter("sh", INTERPRETERS["sh"], rest, appended)
        elif name in ("for", "select"):
            yield from self.all_of(rest[:1], *_VARIABLE)
        elif name in EVALUATORS:
            yield from self.evaluator(name, rest)
        elif name in DECLARERS:
            yield from self.declaration(name, rest)
        elif name in ("[", "test", "[["):
            yield from self.test(name, rest)
        elif name == "printf":
            yield from self.printf(rest)
        elif name == "ssh":
            yield from self.ssh(rest)
        elif name in INTERPRETERS:
            yield from self.interpreter(name, INTERPRETERS[name], rest, appended)
        elif name in STARTERS:
            yield from self.starter(name, STARTERS[name], rest)
        else:
            yield from self.unknown(name, rest)

    def evaluator(self, name: str, words: list[Word]) -> Iterator[Problem]:
        """A command that runs its arguments, or looks them up as names."""
        yield from self.all_of(
            words, f"a value cannot be an argument of `{name}`, which would run it", EVALUATORS[name]
        )
        yield from self.calculated(words, everything=name == "let")
        if name in ("eval", "trap", "alias") and words:
            code = words if name == "eval" else words[:1]
            yield from self.nested(words[0], " ".join(word.plain or "" for word in code), False)

    def calculated(self, words: list[Word], everything: bool = False) -> Iterator[Problem]:
        """Variables with values that are calculated with: all that are named here, or only those of an index."""
        for word in words:
            raw = self.scan.text[word.start : word.end]
            for name in sorted(self.tainted.intersection(_NAME.findall(raw if everything else raw.partition("[")[2]))):
                yield word.start, _RUN_HERE.format(name), "use `expr`, or `[` with `$` before the name"

    def nested(self, at: Word, code: str, positional: bool) -> Iterator[Problem]:
        """What is wrong with code in quotes, for which variables and perhaps the arguments hold values."""
        known = self.tainted | POSITIONAL if positional else self.tainted
        try:
            scan, commands = read_script(Marked(code, code, (), (), (0,), (0,)))
        except ExpressionError as error:
            if known:
                yield at.start, str(error), error.help
            return
        scan.grouped = (
            scan.grouped or self.scan.grouped or self.command.piped or any(map(self.risky, self.command.inputs))
        )
        for _, message, help in dangers(scan, commands, known):
            yield at.start, message, help

    def declaration(self, name: str, words: list[Word]) -> Iterator[Problem]:
        """`export NAME=value` and its like."""
        flags = "".join(word.plain[1:] for word in words if word.plain and word.plain[0] in "-+")
        if name != "export" and set(flags) & set("in"):
            message = f"`{name} -{flags}` makes the shell run what a variable holds, so values cannot be used beside it"
            yield self.anywhere(), message, "leave out the attribute"
        yield from self.split(words)
        yield from self.calculated([word for word in words if not ASSIGNMENT.match(word.lead)])
        for word in words:
            if match := ASSIGNMENT.match(word.lead):
                yield from self.trusted(match[1], word)
            elif self.risky(word):
                yield self.problem(word, *_VARIABLE)

    def test(self, name: str, words: list[Word]) -> Iterator[Problem]:
        """`[ ]`, `test` and `[[ ]]`."""
        calculates = name == "[[" and any(word.lead in _CALCULATES for word in words)
        asks = any(word.lead in _ASKS for word in words)
        yield from self.calculated(words if calculates or asks else [], everything=calculates)
        yield from self.split(words if name != "[[" else [])
        for before, word in zip([None, *words], words, strict=False):
            if not self.risky(word):
                continue
            if calculates:
                yield self.problem(word, "a value cannot be compared as a number in `[[`", "use `[` instead of `[[`")
            elif before is not None and before.lead in _ASKS:
                yield self.problem(word, _VARIABLE[0], "test the value itself")
            elif before is not None and (self.risky(before) or (before.plain is None and not before.lead)):
                yield self.problem(word, "a value cannot follow another in a test", "put an operator between them")

    def printf(self, words: list[Word]) -> Iterator[Problem]:
        """`printf` reads its first argument as a pattern."""
        if words and words[0].plain == "-v":
            yield from self.all_of(words[1:2], *_VARIABLE)
            yield from self.calculated(words[1:2])
            words = words[2:]
        elif words and words[0].plain == "--":
            words = words[1:]
        if words and self.risky(words[0]):
            help = "write `printf '%s\\n' {{ inputs.host }}`"
            yield self.problem(words[0], "a value cannot be the pattern of `printf`, which would change it", help)

    def ssh(self, words: list[Word]) -> Iterator[Problem]:
        """`ssh`: a value may be the host, and never part of what runs there."""
        message = "a value cannot be an argument of `ssh`, where the other side would run it"
        yield from self.split(words)
        at = 0
        while at < len(words) and (plain := words[at].lead).startswith("-") and plain != "--":
            takes = len(plain) == 2 and plain[1] in SSH_ARGUMENTS
            harmless = takes and plain[1] in "pil"
            yield from self.all_of(words[at : at + (1 if harmless else 2)], message, "write the options of `ssh` out")
            at += 2 if takes else 1
        marked = at < len(words) and words[at].plain == "--"
        at += marked
        host, remote = words[at : at + 1], words[at + 1 :]
        if not marked and host and self.risky(host[0]) and not host[0].lead:
            yield self.problem(
                host[0], "a value cannot be the first thing `ssh` reads", "write `ssh -- {{ inputs.host }}`"
            )
        yield from self.all_of(remote, message, "send it as input to a fixed command, or keep a script over there")
        program = (remote[0].plain or "").split()[:1] if remote else []
        if not program or program[0].rpartition("/")[2] in INTERPRETERS:
            yield from self.input("ssh", "send data only, to a fixed command")

    def interpreter(self, name: str, program: Interpreter, words: list[Word], appended: bool) -> Iterator[Problem]:
        """A program that runs code it is given."""
        code = (f"a value cannot be code for `{name}`", program.help)
        given = commanded = marked = False
        operands = at = 0
        while at < len(words):
            word = words[at]
            flag = None if marked else _flag(word)
            if flag is None:
                if not given and operands in program.operands:
                    yield from self.all_of([word], *code)
                    if commanded and word.plain is not None:
                        yield from self.nested(word, word.plain, appended or any(map(self.risky, words[at + 1 :])))
                elif self.risky(word) and not word.lead and not marked and (program.permutes or operands == 0):
                    help = "write `--` before it, or begin it with text such as `./`"
                    yield self.problem(word, f"a value cannot stand where `{name}` looks for options", help)
                operands += 1
                at += 1
                if program.hands_on:
                    break
                continue
            marked = word.plain == "--"
            yield from self.all_of([word], *code)
            commanded = commanded or (name in SHELLS and word.lead[1] != "-" and "c" in word.lead)
            takes = 3 if flag in program.pairs else 2 if flag in program.code | program.arguments else 1
            if flag in program.code or (takes == 2 and name in AWKS and flag != "F"):
                yield from self.all_of(words[at + 1 : at + 2], *code)
            given = given or flag in program.code | program.ends or flag in ("f", "file", "from-file")
            at += takes
            if flag in program.ends:
                break
        from_input = any(word.plain in ("-s", "-") for word in words[:at])
        if program.stdin and (from_input or not (given or operands)):
            if not any(word.plain in _INFORMATION for word in words):
                yield from self.input(name, program.help, program.stdin == "always" and not self.guessed)
        elif appended and (operands == 0 or any("{}" in (word.plain or "") for word in words)):
            yield from self.input(name, program.help)

    def input(self, name: str, help: str, always: bool = False) -> Iterator[Problem]:
        """What flows into a program that runs its input; `always`: also when nobody says what that is."""
        yield from self.all_of(self.command.inputs, f"a value cannot flow into `{name}`, which would run it", help)
        for word in self.command.inputs if name in SHELLS else ():
            code = word.plain if word.plain is not None else self.scan.text[word.start : word.end].replace("\\$", "$")
            yield from self.nested(word, code, False)
        if self.command.piped or ((always or self.scan.grouped) and not self.command.inputs):
            message = f"`{name}` runs what it reads, so a script with values cannot use it like this"
            yield self.anywhere(), message, help

    def starter(self, name: str, program: Starter, words: list[Word]) -> Iterator[Problem]:
        """A program that starts another one."""
        at = 0
        operands = program.operands
        while at < len(words):
            word = words[at]
            flag = _flag(word)
            yield from self.split(words[at : at + 2])
            if flag is not None:
                yield from self.all_of([word], *_PROGRAM)
                if name == "sudo" and flag in ("s", "i", "shell", "login"):
                    help = "leave out the option, and name the program"
                    yield from self.all_of(words[at + 1 :], f"`sudo -{flag}` runs its arguments in a shell", help)
                if flag in program.code:
                    yield from self.all_of(words[at + 1 : at + 2], f"a value cannot be code for `{name}`", _PROGRAM[1])
                at += 2 if flag in program.arguments | program.code else 1
            elif program.assignments and (match := ASSIGNMENT.match(word.lead)):
                yield from self.trusted(match[1], word)
                at += 1
            elif operands:
                operands -= 1
                at += 1
            else:
                yield from self.started(words[at:], appended=name == "xargs")
                return
        if name in OPEN_SHELLS:
            yield from self.input(name, _PROGRAM[1])

    def unknown(self, name: str, words: list[Word]) -> Iterator[Problem]:
        """Any other program; some start one that stands among their arguments (`docker exec web sh -c ...`)."""
        self.options(name, words)
        if name == "find":
            yield from self.split(words)
        for at, word in enumerate(words):
            plain = (word.plain or "").rpartition("/")[2]
            after = words[at + 1].lead if at + 1 < len(words) else ""
            if name == "find" and plain in _FINDS:
                yield from self.started(words[at + 1 :])
                return
            if plain in INTERPRETERS and (after.startswith("-") or at + 1 == len(words)):
                yield from _Check(self.scan, self.tainted, self.command, guessed=True).started(words[at:])
                return

    def options(self, name: str, words: list[Word]) -> None:
        """Note a value that the program may take for an option."""
        if name in PERMUTE:
            self.permuted(name, words)
            return
        for word in words if name not in WITHOUT_OPTIONS and name not in self.scan.functions else ():
            if word.begins:
                self.scan.options.setdefault(word.values[0], name)
            if word.plain == "--" or not (word.lead.startswith("-") and name in FLAGS_ONLY):
                return

    def permuted(self, name: str, words: list[Word]) -> None:
        """The same for a program that takes options after names too: all but the values of its options."""
        before: str | None = None
        for word in words:
            if word.plain == "--":
                return
            if word.begins and not (before and (before in PERMUTE[name] or len(before) > 1)):
                self.scan.options.setdefault(word.values[0], name)
            before = _flag(word)


def _flag(word: Word) -> str | None:
    """The option that decides what follows: the last letter of `-ec`, the name of `--eval`; None for an operand."""
    lead = word.lead
    if len(lead) < 2 or lead[0] != "-":
        return None
    if lead.startswith("--"):
        return "" if "=" in lead else lead[2:]
    return lead[-1]
