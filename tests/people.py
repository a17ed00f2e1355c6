"""Several people with logins of their own at one shared folder of runs: real system users, which takes root to be.

`people_at_terminals()` gives `People`; `as_user("ana")` is one of them, a `Desk` whose every call is made as that user.
No user is in passwd, so that the first one is called `uid2001` by the system.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests import memory
from tests.cli.conftest import PROJECT, Desk, Result
from tests.login import ENDED
from tests.waiting import PATIENCE

FIRST_USER = 2001
GROUP = 2900
"""The number of the system group that shares the runs."""
_PATH = os.pathsep.join((str(Path(__file__).parents[1]), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))


@dataclass
class Person(Desk):
    """One person with a login of their own; every call of the command line is made as that system user."""

    user: int = 0
    groups: tuple[int, ...] = ()
    umask: int = 0o022
    _login: pexpect.spawn | None = None

    @property
    def system_name(self) -> str:
        """What the system calls them."""
        return f"uid{self.user}"

    @property
    def own(self) -> Path:
        """The folder that is theirs alone."""
        return self.folder.parent / f"home-{self.user}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in super().environment.items() if not name.startswith("PYTEST")}
        return {**kept, "HOME": str(self.own), "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": _PATH}

    @property
    def _as_user(self) -> dict[str, Any]:
        return {"user": self.user, "group": self.user, "extra_groups": list(self.groups), "umask": self.umask}

    def cli(self, *words: object) -> Result:
        """One call of the command line, as a process of that user."""
        done = self.process(*words)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def process(self, *words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """One call of the command line, as a process of that user."""
        return self.call("-m", "runbook", *words, **options)

    def call(self, *words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """One call of the Python that runs the program, by that user."""
        given = {"env": self.environment, "cwd": self.folder, "stdin": subprocess.DEVNULL, **self._as_user, **options}
        return subprocess.run(
            [_python(), *map(str, words)], capture_output=True, timeout=PATIENCE, check=False, **given
        )

    def background(self, *words: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [_python(), "-m", "runbook", *map(str, words)],
            env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **self._as_user,
        )  # fmt: skip

    def terminal(self, *words: object, columns: int = 100, plain: bool = True, **environment: str) -> pexpect.spawn:
        return self._spawn(["-m", "runbook", *map(str, words)], columns, plain, environment)

    def types(self, *words: object) -> None:
        """Type one call at a terminal that stays open from call to call; `answered` waits for its end."""
        self.login.sendline(shlex.join(map(str, words)))

    def answered(self) -> tuple[int, str]:
        """The exit code of the call typed last, and what stood on the terminal since."""
        self.login.expect(f"{ENDED}(-?[0-9]+){ENDED}\r\n")
        return int(self.login.match[1]), self.login.before

    @property
    def login(self) -> pexpect.spawn:
        """That terminal, with the program ready to be called."""
        if self._login is None:
            self._login = self._spawn(["-m", "tests.login"], 100, True, {})
            self._login.setecho(False)
            self.answered()
        return self._login

    def _spawn(self, call: list[str], columns: int, plain: bool, environment: Mapping[str, str]) -> pexpect.spawn:
        def become() -> None:
            os.umask(self.umask)
            os.setgroups(self.groups)
            os.setresgid(self.user, self.user, self.user)
            os.setresuid(self.user, self.user, self.user)

        opened = pexpect.spawn(
            _python(), call, cwd=str(self.folder), timeout=PATIENCE, preexec_fn=become,
            env={**self.environment, "RUNBOOK_PLAIN": "1" if plain else "", **environment},
            dimensions=(40, columns), encoding="utf-8", codec_errors="replace",
        )  # fmt: skip
        opened.delaybeforesend = None
        self.opened.append(opened)
        return opened


@dataclass
class People:
    """A project and a folder of runs, for several system users; `shared` once `as_user` was asked for the first."""

    folder: Path
    home: Path
    umask: int = 0o022
    known: dict[str, Person] = field(default_factory=dict)

    def as_user(self, name: str, member: bool = True) -> Person:
        """The person of that name, a user of their own; the first one shares the runs with the group of the members."""
        if name not in self.known:
            user = FIRST_USER + len(self.known)
            made = Person(self.folder, self.home, [], user, (GROUP,) if member else (), self.umask)
            made.own.mkdir(mode=0o700)
            os.chown(made.own, user, user)
            if not self.known:
                self._share(made)
            self.known[name] = made
        return self.known[name]

    def _share(self, first: Person) -> None:
        if not self.home.exists():
            self.home.mkdir(mode=0o700)
            os.chown(self.home, first.user, first.user)
            done = first.cli("share", GROUP)
            assert done.code == 0, done.err

    def race(self, calls: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[int, str]]:
        """Each person types their call at the terminal, all at once: by name the exit code and what was shown."""
        people = {name: self.as_user(name) for name in calls}
        for person in people.values():
            person.login  # noqa: B018  # ready before anybody starts
        for name, words in calls.items():
            people[name].types(*words)
        return {name: person.answered() for name, person in people.items()}


@cache
def _python() -> str:
    """A Python of this version that other system users may start, and the program with it; empty when there is none.

    The one of this environment may stand in a folder that is closed to them.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        call = [python, "-c", "import runbook.cli.main, tests.login, yaml, rpds"]
        as_other: dict[str, Any] = {"user": FIRST_USER, "group": FIRST_USER, "extra_groups": []}
        with suppress(OSError):
            tried = subprocess.run(
                call, cwd="/", env={"PYTHONPATH": _PATH}, capture_output=True, check=False, **as_other
            )
            if not tried.returncode:
                return python
    return ""


def hindrance() -> str:
    """Why no other system user can be tried here; empty when they can."""
    if os.geteuid():
        return "takes root: other system users are needed"
    return "" if _python() else "other system users can't start this version of Python, or read the program"


@pytest.fixture
def people_at_terminals() -> Iterator[Callable[..., People]]:
    """Makes a project (of these files, or the one of the desks) and a folder of runs that several users share."""
    if why := hindrance():
        pytest.skip(why)
    made: list[People] = []

    def make(files: Mapping[str, str] | None = None, umask: int = 0o022) -> People:
        base = Path(tempfile.mkdtemp(prefix="runbook-people-", dir=memory.place()))
        base.chmod(0o755)
        project = base / "project"
        if files is None:
            shutil.copytree(PROJECT, project)
        for path, text in (files or {}).items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        made.append(People(project, base / "runs", umask))
        return made[-1]

    yield make
    for people in made:
        for person in people.known.values():
            for each in person.opened:
                each.close(force=True)
        shutil.rmtree(people.folder.parent, ignore_errors=True)
