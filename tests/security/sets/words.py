"""Format strings and line breaks in words that come back in messages, files and annotations."""

from __future__ import annotations

import json
import re

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

FORMATS = (
    "%s%s%s%n",
    "%(message)s",
    "%1000000000d",
    "{0.__class__.__init__.__globals__}",
    "{self!r:>1000000000}",
    "{}{}{}",
    "{inputs}",
    "$HOME ${HOME} ~",
    "\\x41\\n\\0",
    "%Y-%H%%",
    "[bold red]x[/bold red]",
    "[link=file:///etc/passwd]x[/]",
)
PLACES = ("note", "input", "command", "tag")


def spoken(place: str, text: str) -> Attempt:
    """The words come back as they were said."""

    def work(ground: Ground) -> Outcome:
        typed = "inputs: {n: {type: integer, default: 1}}\nsteps: [{id: a, title: A, manual: A}]\n"
        ground.project({"processes/a/f.yaml": f"runbook: 1\ntitle: F\n{typed}"})
        if "run" not in ground.kept:
            begun = ground.begun("a/f")
            ground.kept["run"] = json.loads(begun.out.strip().splitlines()[-1])["run"]
        run = str(ground.kept["run"])
        if place == "note":
            assert ground.cli("note", run, text).code == 0
            events = [json.loads(line) for line in ground.cli("events", run, "--json").out.splitlines()]
            succeeded(text not in [event["data"].get("text") for event in events], "it was made into something else")
            return "harmless"
        calls = {
            "input": ("run", "a/f", "-i", f"{text}=1"),
            "command": (text,),
            "tag": ("verify", run, "--git-tag", text),
        }
        result = ground.cli(*calls[place])
        succeeded(result.code == 0, "it was taken")
        succeeded(text.partition("=")[0] not in result.said, f"it was made into {result.said[:200]!r}")
        return "refused"

    return Attempt(place, text, work)


BREAKS = (
    "x\r\nSet-Cookie: a=b",
    "x\n::warning::forged",
    "x\r::set-output name=a::b",
    "x%0A::error::forged",
    "x\n\n-----BEGIN SSH SIGNATURE-----",
    "x\u2028::error::forged",
    "x\x85::error::forged",
)
"""What ends a line of a header, of an annotation for a continuous integration, of a signed text."""


def annotated(text: str) -> Attempt:
    """Annotations of what is wrong with a process whose own words hold commands for whoever reads them."""

    def work(ground: Ground) -> Outcome:
        bad = json.dumps(text)
        ground.project(
            {"processes/a/bad.yaml": f"runbook: 1\ntitle: {bad}\n{bad}: 1\nsteps: [{{id: {bad}, manual: A}}]\n"}
        )
        try:
            said = ground.cli("validate", "--format", "github").out
        finally:
            (ground.root / "processes/a/bad.yaml").unlink()
        lines = re.split("[\r\n\u2028\x85]", said.rstrip("\n"))
        assert len(lines) > 1
        succeeded([line for line in lines if not re.match(r"::(error|warning|notice) file=", line)], "a line is forged")
        succeeded([line for line in lines if "::forged" in line.replace("%0A", "")[:20]], "a line is forged")
        return "refused"

    return Attempt("annotations", text, work)


def in_lines(text: str) -> Attempt:
    """A note with such a text stands in one line of the events, of an anchor and of an archive's list."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/f.yaml": "runbook: 1\ntitle: F\nsteps: [{id: a, title: A, manual: A}]\n"})
        run = json.loads(ground.begun("a/f").out.strip().splitlines()[-1])["run"]
        ground.cli("note", run, text)
        ground.cli("cancel", run, "--reason", text)
        ground.cli("resume", run, "--yes")
        for line in ground.cli("events", run, "--json").out.splitlines():
            try:
                json.loads(line)
            except ValueError:
                succeeded(True, "an event is more than a line")
        file = ground.folder / "anchors"
        assert ground.cli("anchor", run, "--file", str(file)).code == 0
        succeeded(ground.cli("verify", run, "--anchor", str(file)).code != 0, "an anchor is more than a line")
        archive = ground.folder / f"{run}.zip"
        assert ground.cli("export", run, "--output", str(archive)).code == 0
        succeeded(ground.cli("verify", str(archive)).code != 0, "an archive is not what it says")
        return "harmless"

    return Attempt("events, anchor and archive", text, work)


def formatted(ground: Ground) -> Outcome:
    """The control: a message that is used as a format."""
    text = "{0.__class__.__init__.__globals__}"
    succeeded(text not in text.format(ground), "it was made into something else")
    return "harmless"


def broken(ground: Ground) -> Outcome:
    """The control: an annotation put together as it is."""
    lines = f"::error file=a::unknown field {BREAKS[1]}".splitlines()
    succeeded([line for line in lines if not line.startswith("::error file=")], "a line is forged")
    return "harmless"


SET = AttackSet(
    name="formats and line breaks",
    tries="words are used as a format, or end the line they stand in",
    answer="a message is put together from its parts and never formatted again; what has lines escapes them",
    attempts=(
        *(spoken(place, text) for place in PLACES for text in FORMATS),
        *map(annotated, BREAKS),
        *map(in_lines, BREAKS),
    ),
    controls=(Attempt("used as a format", FORMATS[3], formatted), Attempt("as it is", BREAKS[1], broken)),
)
