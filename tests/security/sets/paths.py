"""Paths that lead out of the project: ids, folders to run in, files to keep, links, names of files."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import HIT, Ground

SECRET = "secret-of-another-folder-51c2"
PROCESS = """\
runbook: 1
title: Paths
inputs: {v: {type: string, title: Where}}
steps:
  - {id: in, title: In, critical: false, shell: {run: 'pwd -P; touch hit', cwd: '{{ inputs.v }}'}}
"""
KEEPS = """\
runbook: 1
title: Keeps
inputs: {v: {type: string, title: What}}
steps:
  - {id: keep, title: Keep, command: ['true'], evidence: {file: {title: File, from: file, path: '{{ inputs.v }}'}}}
"""
IDS = ("../x", "/etc/passwd", "..", "a/../../x", ".", "%2e%2e/x", "..\\x", "a/../..")
FOLDERS = (
    "/",
    "/tmp",
    "..",
    "../..",
    "a/../../x",
    "link",
    "link/..",
    "link/../beside",
    "~",
    "processes/../..",
    "//tmp",
)
FILES = (
    "/etc/passwd",
    "../beside/secret",
    "link/secret",
    "linked-file",
    "a/../../beside/secret",
    "/proc/self/environ",
    "./../beside/secret",
    "hard",
    "processes",
    "fifo",
    "link/../beside/secret",
    "home-link/journal.db",
)
LINKS: Mapping[str, str] = {
    "a process": "processes/a/linked.yaml",
    "a group": "processes/linked/group.yaml",
    "the people": "operations/people/linked.yaml",
    "the teams": "operations/teams.yaml",
    "the signers": "operations/allowed_signers",
}
NAMES = (
    "..\\..\\hit",
    ".hidden",
    "-rf",
    "--output=x",
    "a" * 250,
    "x\ny",
    "con|aux",
    "x\x00y"[:1] + "\x7f",
    " .. ",
    "~root",
    "$(touch hit)",
    "`touch hit`",
    "<script>",
    "x;y",
    "\u202etxt.exe",
)


def laid_out(ground: Ground) -> None:
    """A project beside another folder, with links between them."""
    if "laid out" in ground.kept:
        return
    ground.project({"processes/a/paths.yaml": PROCESS, "processes/a/keeps.yaml": KEEPS, "a/b": "x"})
    beside = ground.folder / "beside"
    beside.mkdir()
    (beside / "secret").write_text(SECRET)
    (ground.root / "link").symlink_to(beside)
    (ground.root / "linked-file").symlink_to(beside / "secret")
    (ground.root / "home-link").symlink_to(ground.home)
    import os

    os.mkfifo(ground.root / "fifo")
    os.link(beside / "secret", ground.root / "hard")
    ground.kept["laid out"] = True


def named(command: str, id: str) -> Attempt:
    """An id that is a path means nothing."""

    def work(ground: Ground) -> Outcome:
        laid_out(ground)
        (ground.folder / "x").mkdir(exist_ok=True)
        extra = {"new": ("--title", "T"), "attach": ("a", __file__), "cancel": ("--reason", "x")}.get(command, ())
        before = {path for path in ground.folder.rglob("*") if ground.home not in path.parents}
        result = ground.cli(command, id, *extra)
        after = {path for path in ground.folder.rglob("*") if ground.home not in path.parents}
        succeeded(result.code == 0, "it was taken")
        succeeded(after - before - {ground.home}, f"{after - before} appeared")
        succeeded("root:" in result.said or SECRET in result.said, "a file was read")
        return "refused"

    return Attempt(command, id, work)


def stood(folder: str) -> Attempt:
    """A value that says where a program runs leads nowhere outside of the project."""

    def work(ground: Ground) -> Outcome:
        laid_out(ground)
        ground.begun("a/paths", v=folder)
        told = ground.cli("status", "last", "--json").json
        where = next((step for step in told["steps"] if step["id"] == "in"), {})
        inside = ground.root / HIT
        if inside.exists():
            inside.unlink()
            return "harmless"
        for found in ground.root.rglob(HIT):
            found.unlink()
            return "harmless"
        succeeded(where["status"] == "succeeded", f"the program ran in another folder: {where}")
        return "refused"

    return Attempt("folder of a program", folder, work)


def kept(path: str) -> Attempt:
    """A value that says which file to keep keeps none of another folder."""

    def work(ground: Ground) -> Outcome:
        laid_out(ground)
        ground.begun("a/keeps", v=path)
        held = [file.read_bytes() for file in (ground.home / "evidence").glob("*")]
        succeeded(
            [each for each in held if SECRET.encode() in each or b"root:" in each or b"SQLite" in each], "it is kept"
        )
        return "refused"

    return Attempt("file to keep", path, work)


def linked(what: str) -> Attempt:
    """A file of the project that is a link to one outside is not read."""

    def work(ground: Ground) -> Outcome:
        laid_out(ground)
        outside = ground.folder / "beside/definition.yaml"
        outside.write_text(f"runbook: 1\ntitle: {SECRET}\nsteps: [{{id: a, title: {SECRET}, manual: {SECRET}}}]\n")
        file = ground.root / LINKS[what]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(outside)
        try:
            said = [
                ground.cli(*words).said
                for words in (("validate",), ("list",), ("who", "last", "in"), ("show", "a/linked"))
            ]
            result = ground.cli("run", "a/linked", "--yes")
        finally:
            file.unlink()
        succeeded(SECRET in "".join([*said, result.said]), "it was read")
        succeeded(what == "a process" and result.code in (0, 4), "it was taken")
        return "refused"

    return Attempt("link out of the project", what, work)


def called(name: str) -> Attempt:
    """A file with such a name is kept under a name that is one, and nothing else."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/m.yaml": "runbook: 1\ntitle: M\nsteps: [{id: a, title: A, manual: A}]\n"})
        run = json.loads(ground.begun("a/m").out.strip().splitlines()[-1])["run"]
        result = ground.cli("attach", run, "a", ground.file(f"given/{name}", "evidence"))
        if result.code:
            return "refused"
        events = [json.loads(line) for line in ground.cli("events", run, "--json").out.splitlines()]
        held = next(event["data"]["name"] for event in events if event["type"] == "EvidenceAttached")
        unsafe = held in ("", ".", "..") or held.startswith(("-", ".")) or len(held.encode()) > 120
        succeeded(unsafe or any(sign in held for sign in "/\\\n\0\x7f\u202e<>|"), f"it is called {held!r}")
        archive = ground.folder / f"{run}.zip"
        assert ground.cli("export", run, "--output", str(archive)).code == 0
        succeeded(ground.cli("verify", str(archive)).code, "the archive is not sound")
        archive.unlink()
        return "harmless"

    return Attempt("name of a file", name, work)


def followed(ground: Ground) -> Outcome:
    """The control: a path that is joined and opened as it is."""
    laid_out(ground)
    succeeded(SECRET in (ground.root / "../beside/secret").read_text(), "it was read")
    return "harmless"


def followed_link(ground: Ground) -> Outcome:
    """The control: a link that is followed."""
    laid_out(ground)
    succeeded(SECRET in (ground.root / "link/secret").read_text(), "it was read")
    return "harmless"


SET = AttackSet(
    name="paths",
    tries="a program runs, a file is read, kept or written outside of the project",
    answer="ids are words; a path stays below the project and crosses no link out of it; names of files are made safe",
    attempts=(
        *(
            named(command, id)
            for command in (
                "status",
                "events",
                "record",
                "verify",
                "resume",
                "attach",
                "cancel",
                "run",
                "show",
                "print",
                "render",
                "graph",
                "new",
            )
            for id in IDS
        ),
        *map(stood, FOLDERS),
        *map(kept, FILES),
        *map(linked, LINKS),
        *map(called, NAMES),
    ),
    controls=(
        Attempt("joined and opened", "../beside/secret", followed),
        Attempt("opened", "link/secret", followed_link),
    ),
)
