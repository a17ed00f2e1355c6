"""Which file of a project is what: the project itself, a process group, a process, or nothing that is read."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from unicodedata import combining, normalize

from runbook.diagnostics import Diagnostic, Problem, Severity, found
from runbook.source import Place

PROJECT = "runbook.yaml"
"""The file that marks the root of a project."""
TEAMS = "operations/teams.yaml"
"""The file that lists the teams."""
HOSTS = "operations/hosts.yaml"
"""The file that lists the hosts."""

MISSING_PROJECT = Problem(
    "RB240",
    "missing-project",
    """\
The folder has no `runbook.yaml`. That file marks the root of a project and gives it its name.

    runbook: 1
    title: Operations of the web shop

Write one, or go to the folder that has it.
""",
)
FILE_NAME = Problem(
    "RB241",
    "file-name",
    """\
A YAML file below `processes` has a name or a place that makes it neither a process nor a process group, or one in
`operations/people` a name that is no id, so nobody would ever find it. The id of a process is made of its folder and
its name: lower-case letters, digits and hyphens.

    processes/Backup/Restore Drill.yml

Give it a name like `processes/backup/restore-drill.yaml`. Files of answers and of tests end in `.answers.yaml` and
`.test.yaml`; whatever else is YAML and belongs to a group goes into its folder `data` or `scripts`.
""",
)
MISSING_GROUP = Problem(
    "RB242",
    "missing-group",
    """\
A folder of processes has no `group.yaml`. It says what the folder is about, who owns it, and what it covers.

    title: Backup and restore
    owner: platform

Write one beside the processes.
""",
    Severity.WARNING,
)

PROBLEMS = (MISSING_PROJECT, FILE_NAME, MISSING_GROUP)

_ID = r"[a-z0-9][a-z0-9-]{0,62}"
_GROUP = re.compile(rf"processes/({_ID})/group\.yaml\Z")
_PROCESS = re.compile(rf"processes/({_ID}/{_ID})\.yaml\Z")
_PERSON = re.compile(rf"operations/people/({_ID})\.yaml\Z")
_TEST = re.compile(rf"processes/({_ID}/{_ID})\.test\.yaml\Z")
_PROCESS_ID = re.compile(rf"{_ID}/{_ID}\Z")
_BESIDE = (".answers.yaml", ".test.yaml")


class Role(enum.Enum):
    """What a file is in its project."""

    PROJECT = "project"
    GROUP = "group"
    PROCESS = "process"
    PERSON = "person"
    TEAMS = "teams"
    HOSTS = "hosts"
    OPERATIONS = "operations"
    TEST = "test"
    MISPLACED = "misplaced"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file's part in the project, and the id that its path gives it."""

    role: Role
    id: str = ""


def entry_of(path: str) -> Entry:
    """What the file at a path, relative to the project, is."""
    if path == PROJECT:
        return Entry(Role.PROJECT)
    if path == TEAMS:
        return Entry(Role.TEAMS)
    if path == HOSTS:
        return Entry(Role.HOSTS)
    if path.startswith("operations/people/"):
        match = _PERSON.match(path)
        return Entry(Role.PERSON, match[1]) if match else Entry(Role.MISPLACED)
    if path.startswith("operations/") and path.endswith((".yaml", ".yml")):
        return Entry(Role.OPERATIONS, path)
    if path == "processes":
        return Entry(Role.MISPLACED)
    if match := _TEST.match(path):
        return Entry(Role.TEST, match[1])
    if not path.startswith("processes/") or not path.endswith((".yaml", ".yml")) or path.endswith(_BESIDE):
        return Entry(Role.NONE)
    if match := _GROUP.match(path):
        return Entry(Role.GROUP, match[1])
    if match := _PROCESS.match(path):
        return Entry(Role.PROCESS, match[1])
    return Entry(Role.MISPLACED)


def is_process_id(id: str) -> bool:
    """True for what can be the id of a process."""
    return _PROCESS_ID.match(id) is not None and not id.endswith("/group")


def process_file(id: str) -> str:
    """Where the process with that id stands."""
    return f"processes/{id}.yaml"


def file_of_tests(id: str) -> str:
    """Where the tests of the process with that id stand."""
    return f"processes/{id}.test.yaml"


def group_file(id: str) -> str:
    """Where the process group with that id is described."""
    return f"processes/{id}/group.yaml"


def person_file(id: str) -> str:
    """Where the person with that id is described."""
    return f"operations/people/{id}.yaml"


def misplaced(path: str) -> Diagnostic:
    """The finding for a file that is neither a process nor a group."""
    folders, _, name = path.rpartition("/")
    if not folders:
        message = "`processes` is not a folder, so there are no processes"
        return found(FILE_NAME, message, "make it a folder, with a folder in it for each process group", _start(path))
    if folders.startswith("operations"):
        message = f"`{path}` describes nobody: its name gives no id"
        wanted = person_file(as_id(re.sub(r"\.ya?ml\Z", "", name)))
        return found(FILE_NAME, message, f"name it `{wanted}`", _start(path))
    if path.count("/") != 2:
        message = f"`{path}` is not a process: a process stands in a folder of `processes`"
        return found(FILE_NAME, message, "move it to `processes/GROUP/PROCESS.yaml`", _start(path))
    stem = re.sub(r"\.ya?ml\Z", "", name)
    group = folders.removeprefix("processes/")
    wanted = f"processes/{as_id(group)}/{as_id(stem)}.yaml"
    message = f"`{path}` is not a process: its name gives no id"
    return found(FILE_NAME, message, f"name it `{wanted}`", _start(path))


def missing_project() -> Diagnostic:
    """The finding for a project without its `runbook.yaml`."""
    return found(
        MISSING_PROJECT, "there is no `runbook.yaml`", "write one: `runbook: 1` and a `title`", _start(PROJECT)
    )


def missing_group(group: str, path: str) -> Diagnostic:
    """The finding for a folder of processes without its `group.yaml`; `path` is one of its processes."""
    message = f"the process group `{group}` has no `group.yaml`"
    return found(MISSING_GROUP, message, f"write `{group_file(group)}` with a `title` and an `owner`", _start(path))


def as_id(name: str) -> str:
    """The id that comes nearest to a name: `Patch Server` is `patch-server`, `Größe` is `grosse`."""
    plain = "".join(each for each in normalize("NFKD", name.casefold()) if not combining(each))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63] or "name"


def _start(path: str) -> Place:
    return Place(path, 1, 1, 1, 1)
