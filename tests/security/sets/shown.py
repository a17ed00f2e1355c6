"""Escape sequences, control characters and marks that turn the reading direction, in all that a run may hold."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from collections.abc import Callable, Mapping

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

PAYLOADS: Mapping[str, str] = {
    "clears the screen": "\x1b[2J",
    "window title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\x",
    "clipboard": "\x1b]52;c;aGk=\x07",
    "device control": "\x1bP$q\x1b\\",
    "8-bit control sequence": "\x9b2J",
    "8-bit operating system command": "\x9d0;x\x9c",
    "backspaces": "no\x08\x08ok",
    "delete": "\x7f",
    "carriage return": "bad\rgood",
    "vertical tab and form feed": "\x0b\x0c",
    "shift out": "\x0e",
    "next line": "\x85",
    "line separator": "\u2028x\u2029",
    "override of direction": "\u202etxt.exe",
    "isolate of direction": "\u2066x\u2069",
    "mark of direction": "\u200fx\u061c",
}
HOSTILE = " ".join(PAYLOADS.values())
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What must not stand in anything that is shown."""

PROCESS = """\
runbook: 1
title: Show
inputs: {v: {type: string, title: Value}}
steps:
  - {id: say, title: Say, command: [printf, '%s', '{{ inputs.v }}'], outputs: {got: {from: stdout}}}
  - {id: warn, title: Warn, critical: false, command: [sh, -c, 'printf %s "$1" >&2; exit 3', sh, '{{ inputs.v }}']}
  - {id: ask, title: Ask, ask: {text: 'Is it {{ inputs.v }}?', fields: {said: {title: Said}}}}
  - {id: do, title: Do, manual: 'Do {{ inputs.v }}'}
  - {id: after, title: After, manual: Do it}
"""


def prepared(ground: Ground) -> str:
    """A run with hostile text in an input, outputs, an error, an answer, a note, a file's name, and what was said."""
    if "run" in ground.kept:
        return str(ground.kept["run"])
    ground.project({"processes/a/show.yaml": PROCESS})
    ground.kept["run and its words"] = ground.cli("run", "a/show", "--yes", "-i", f"v={HOSTILE}")
    run: str = ground.cli("runs", "--json").json[0]["run"]
    ground.kept["inbox"] = ground.cli("inbox")
    ground.kept["me"] = ground.cli("me")
    answers = ground.file("answers.yaml", json.dumps({"ask": {"fields": {"said": HOSTILE}}}))
    ground.kept["resume and its words"] = ground.cli("resume", run, "--yes", "--answers", answers)
    name = HOSTILE.replace("/", "").replace("\0", "")[:80]
    ground.kept["attach"] = ground.cli("attach", run, "do", ground.file(name, "evidence"))
    ground.kept["note"] = ground.cli("note", run, HOSTILE)
    ground.kept["answer"] = ground.cli("answer", run, "do", "skipped", "--reason", HOSTILE)
    ground.kept["hand-over"] = ground.cli("hand-over", run, "--note", HOSTILE)
    ground.kept["status of a run under way"] = ground.cli("status", run)
    ground.kept["cancel"] = ground.cli("cancel", run, "--reason", HOSTILE)
    ground.cli("resume", run, "--yes")
    ground.kept["run"] = run
    return run


def _archived(ground: Ground, run: str) -> str:
    path = ground.folder / "shown.zip"
    result = ground.cli("export", run, "--output", str(path))
    with zipfile.ZipFile(path) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".html"))
        return result.said + archive.read(record).decode()


def _kept(name: str) -> Callable[[Ground, str], str]:
    return lambda ground, run: str(ground.kept[name].said)


def _called(*words: str) -> Callable[[Ground, str], str]:
    return lambda ground, run: ground.cli(*(run if word == "RUN" else word for word in words)).said


VIEWS: Mapping[str, Callable[[Ground, str], str]] = {
    **{
        name: _kept(name)
        for name in (
            "run and its words",
            "inbox",
            "me",
            "resume and its words",
            "attach",
            "note",
            "answer",
            "hand-over",
            "status of a run under way",
            "cancel",
        )
    },
    "status": _called("status", "RUN"),
    "status --json": _called("status", "RUN", "--json"),
    "events": _called("events", "RUN"),
    "events --json": _called("events", "RUN", "--json"),
    "runs": _called("runs"),
    "history": _called("history", "a/show"),
    "record": _called("record", "RUN"),
    "record as HTML": _called("record", "RUN", "--format", "html"),
    "record as CSV": _called("record", "RUN", "--format", "csv"),
    "record as JSON": _called("record", "RUN", "--json"),
    "verify": _called("verify", "RUN"),
    "export": _archived,
    "watch": _called("watch", "RUN"),
}


def seen(view: str, what: str) -> Attempt:
    """What a view shows has no such character, whatever the run holds."""

    def work(ground: Ground) -> Outcome:
        run = prepared(ground)
        key = f"view {view}"
        if key not in ground.kept:
            ground.kept[key] = VIEWS[view](ground, run)
        shown = str(ground.kept[key])
        assert shown
        raw = [character for character in PAYLOADS[what] if RAW.match(character) and character in shown]
        succeeded(raw, f"{raw} stands there")
        return "harmless"

    return Attempt(view, what, work)


CALLS: Mapping[str, tuple[str, ...]] = {
    "name of a command": (HOSTILE,),
    "name of a process": ("run", HOSTILE),
    "name of a process to show": ("show", HOSTILE),
    "name of an input": ("run", "a/show", "-i", f"{HOSTILE}=1"),
    "input of another type": ("run", "a/typed", "-i", f"n={HOSTILE}"),
    "input off its pattern": ("run", "a/typed", "-i", f"p={HOSTILE}"),
    "id of a run": ("status", HOSTILE),
    "step of a run": ("answer", "last", HOSTILE, "done"),
    "file of answers": ("run", "a/show", "--answers", HOSTILE),
    "file to check": ("validate", HOSTILE),
    "archive to check": ("verify", f"{HOSTILE}.zip"),
    "form to import": ("import-record", HOSTILE),
    "form of the record": ("record", "last", "--format", HOSTILE),
    "diagnostic to explain": ("explain", HOSTILE),
    "person": ("assign", "last", "say", HOSTILE),
    "git tag": ("anchor", "last", "--git-tag", HOSTILE),
    "signal": ("signal", "last", HOSTILE),
}


def complained(what: str) -> Attempt:
    """What is said about a word that means nothing shows the word, and obeys nothing in it."""

    def work(ground: Ground) -> Outcome:
        prepared(ground)
        typed = "inputs: {n: {type: integer, default: 1}, p: {type: string, pattern: '^[a-z]+$', default: a}}"
        ground.project(
            {"processes/a/typed.yaml": f"runbook: 1\ntitle: T\n{typed}\nsteps: [{{id: a, title: A, manual: A}}]\n"}
        )
        result = ground.cli(*(word.replace("\0", "") for word in CALLS[what]))
        succeeded(RAW.search(result.said), f"{RAW.findall(result.said)} stands there")
        succeeded(result.code == 0, "it was taken")
        return "refused"

    return Attempt("word of a command", what, work)


def in_file(what: str) -> Attempt:
    """The same characters in the text of a process: what is wrong is said, and the line shown, without them."""

    def work(ground: Ground) -> Outcome:
        payload = PAYLOADS[what]
        bad = ground.root / "processes/a/bad.yaml"
        bad.parent.mkdir(parents=True, exist_ok=True)
        text = f"runbook: 1\ntitle: A {payload} B\nsteps: [{{id: a, title: A, shell: 'echo {payload}'}}]\n"
        bad.write_text(text, newline="")
        try:
            result = ground.cli("validate", "processes/a/bad.yaml")
        finally:
            bad.unlink()
        succeeded(RAW.search(result.said), f"{RAW.findall(result.said)} stands there")
        succeeded(result.code == 0, "the check finds nothing")
        return "refused"

    return Attempt("text of a process", what, work)


def unshown(ground: Ground) -> Outcome:
    """The control: the value printed as it is."""
    shown = f"note: {shlex.quote(HOSTILE)}"
    succeeded(RAW.search(shown), "it stands there")
    return "harmless"


def line(view: str) -> Attempt:
    """A text of several lines never makes a line of its own that looks like one of the program's."""

    def work(ground: Ground) -> Outcome:
        if "forged" not in ground.kept:
            forged = "fine\nFORGED   1  RunSucceeded  by root\r\nFORGED\tdone"
            ground.project({"processes/a/show.yaml": PROCESS})
            begun = ground.begun("a/show", v=forged)
            run = json.loads(begun.out.strip().splitlines()[-1])["run"]
            ground.cli("note", run, forged)
            ground.cli("hand-over", run, "--note", forged)
            ground.kept["forged waiting"] = ground.cli("inbox").said
            ground.cli("cancel", run, "--reason", forged)
            ground.cli("resume", run, "--yes")
            ground.kept["forged"] = run
        run = str(ground.kept["forged"])
        words = {
            "status": ("status", run),
            "events": ("events", run),
            "runs": ("runs",),
            "history": ("history", "a/show"),
            "record as CSV": ("record", run, "--format", "csv"),
            "verify": ("verify", run),
        }
        shown = str(ground.kept["forged waiting"]) if view == "inbox" else ground.cli(*words[view]).said
        succeeded(re.search(r"^FORGED", shown, re.M), "the line stands there")
        return "harmless"

    return Attempt(view, "several lines", work)


def unbroken(ground: Ground) -> Outcome:
    """The control: a text of several lines, printed as it is."""
    succeeded(re.search(r"^FORGED", "note: fine\nFORGED", re.M), "the line stands there")
    return "harmless"


SET = AttackSet(
    name="terminal and log",
    tries="a value moves the cursor, sets the title, turns the text round, or forges a line of a log",
    answer="control characters are shown, never obeyed; a value stays on its line",
    attempts=(
        *(seen(view, what) for view in VIEWS for what in PAYLOADS),
        *map(complained, CALLS),
        *map(in_file, PAYLOADS),
        *map(line, ("status", "events", "runs", "history", "inbox", "record as CSV", "verify")),
    ),
    controls=(
        Attempt("printed as it is", "every character", unshown),
        Attempt("printed as it is", "several lines", unbroken),
    ),
)
