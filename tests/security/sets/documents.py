"""YAML that runs code, exhausts the machine or says something twice, in every file that is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import yaml

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
PAYLOADS: Mapping[str, str | bytes] = {
    "applies a function": "!!python/object/apply:os.system ['touch hit']\n",
    "makes an object": "runbook: !!python/object/new:os.system ['touch hit']\n",
    "names a function": "runbook: !!python/name:os.system ''\n",
    "a tag in full": "a: !<tag:yaml.org,2002:python/object/apply:os.system> ['touch hit']\n",
    "a handle of its own": "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system ['touch hit']\n",
    "another language's object": "a: !ruby/object:Gem::Installer {i: x}\n",
    "a binary": "runbook: !!binary dG91Y2ggaGl0\n",
    "a set": "runbook: !!set {a, b}\n",
    "aliases of aliases": _BOMB,
    "an alias of itself": "runbook: &a [*a]\n",
    "a merge of mappings": "x: &x {runbook: 1}\nsteps: {<<: *x}\n",
    "a hundred thousand brackets": "[" * 100_000,
    "ten thousand mappings": "{a: " * 10_000,
    "a hundred thousand anchors": "".join(f"- &a{number} x\n" for number in range(60_000)),
    "two megabytes": "runbook: " + "x" * 2_000_000,
    "a scalar of 300 KiB": "title: " + "x" * 300_000,
    "the same key twice": "runbook: 1\nrunbook: 2\n",
    "two documents": "runbook: 1\n---\nrunbook: 1\n",
    "a key that is a list": "? [a, b]\n: c\n",
    "a number past all limits": "runbook: " + "9" * 400 + "\n",
    "a number that is none": "runbook: .nan\n",
    "no character": "runbook: 1\x00\n",
    "half a character": b"runbook: \xed\xa0\x80\n",
    "another encoding": "runbook: 1\ntitle: T\n".encode("utf-16"),
    "a name of the program": "__class__: {__init__: {__globals__: x}}\n",
}
LONGEST = 5.0
"""Seconds."""

Call = Callable[[Ground, str | bytes], "list[str]"]


def _beside(*words: str) -> Call:
    """The file lies beside the project, and a command names it."""
    return lambda ground, content: [word.replace("FILE", ground.file("given.yaml", content)) for word in words]


def _inside(path: str) -> Call:
    """The file is one of the project's."""

    def made(ground: Ground, content: str | bytes) -> list[str]:
        ground.project({path: content})
        return ["validate"]

    return made


FILES: Mapping[str, tuple[str, Call]] = {
    "answers": ("", _beside("run", "a/plain", "--yes", "--answers", "FILE")),
    "inputs": ("", _beside("run", "a/plain", "--yes", "--inputs", "FILE")),
    "form from paper": ("", _beside("import-record", "FILE")),
    "process": ("processes/a/given.yaml", _inside("processes/a/given.yaml")),
    "group": ("processes/b/group.yaml", _inside("processes/b/group.yaml")),
    "project": ("runbook.yaml", _inside("runbook.yaml")),
    "person": ("operations/people/eve.yaml", _inside("operations/people/eve.yaml")),
    "teams": ("operations/teams.yaml", _inside("operations/teams.yaml")),
    "calendar": ("operations/calendars/given.yaml", _inside("operations/calendars/given.yaml")),
    "service levels": ("operations/policies/sla.yaml", _inside("operations/policies/sla.yaml")),
    "ladders": ("operations/policies/escalation.yaml", _inside("operations/policies/escalation.yaml")),
    "tests of service levels": ("operations/tests/sla/given.yaml", _inside("operations/tests/sla/given.yaml")),
}


def read(file: str, what: str) -> Attempt:
    """The file is refused, quickly, and nothing in it is carried out."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/plain.yaml": "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, manual: A}]\n"})
        path, call = FILES[file]
        began = time.monotonic()
        try:
            result = ground.cli(*call(ground, PAYLOADS[what]))
        finally:
            if path:
                (ground.root / path).unlink()
        succeeded(ground.hits(), "it was carried out")
        succeeded(time.monotonic() - began > LONGEST, "it took too long")
        succeeded(result.code == 0, "it was taken")
        return "refused"

    return Attempt(file, what, work)


def constructed(what: str) -> Attempt:
    """The control: a reader that makes objects."""

    def work(ground: Ground) -> Outcome:
        text = str(PAYLOADS[what]).replace("touch hit", f"touch {ground.folder}/hit")
        yaml.load(text, Loader=yaml.UnsafeLoader)  # this is what must not be done
        succeeded(ground.hits(), "it was carried out")
        return "harmless"

    return Attempt("a reader that makes objects", what, work)


SET = AttackSet(
    name="YAML",
    tries="a file runs code, takes the machine's time or memory, or means two things",
    answer="a file is data: no tags, merge keys or second meanings; its size, depth and aliases are bounded",
    attempts=tuple(read(file, what) for file in FILES for what in PAYLOADS),
    controls=(constructed("applies a function"), constructed("a tag in full"), constructed("a handle of its own")),
)
