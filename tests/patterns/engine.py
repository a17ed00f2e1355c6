"""A project on disk for one case: real engines, real programs with children of their own, a real journal.

Each program of a case is the same one: it says that it has begun, starts a child that would run for ten minutes, and
goes on until it is told its exit code. So nothing here takes time, and what is to be ended has to be found.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runbook.cli import main
from runbook.engine.book import Book
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.reading.layout import process_file
from tests.ending import end_at_once
from tests.waiting import until

from .cases import Case
from .told import Told

PROGRAM = """\
#!/bin/sh
at="$RUNBOOK_PROJECT/at/$(printf %s "$RUNBOOK_ATTEMPT" | tr / -)"
test -e "$RUNBOOK_PROJECT/at/stubborn" && trap '' TERM
mkfifo "$at"
sleep 600 >/dev/null 2>&1 &
echo "$$ $!" > "$at.new" && mv "$at.new" "$at.pids"
read -r code said < "$at"
kill -9 $!
printf '%s\\n' "$said"
exit "$code"
"""
"""Named by its run, step and attempt in the folder `at`: a pipe for its exit code and output, and its process ids."""

TIMED = frozenset(("starts", "ends", "ends_at", "happened"))
"""What is expected of a clock that only the world of the runner has."""


@dataclass
class Site:
    """The project of a case, and the engines that were started in it."""

    folder: Path
    case: Case
    engines: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        files = {process_file(id): text for id, text in self.case.texts.items()}
        files |= {"runbook.yaml": "runbook: 1\ntitle: Patterns\n", "processes/g/group.yaml": "title: G\nowner: crew\n"}
        files |= {"bin/work": PROGRAM, "bin/page": PROGRAM, "at/.keep": ""}
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        for name in ("work", "page"):
            (self.folder / "bin" / name).chmod(0o755)

    # -- commands -------------------------------------------------------------------------------

    def begin(self, process: str = "g/main") -> str:
        """A run begins, with an engine of its own; its id."""
        before = self.runs(process)
        self.start("run", process, "--yes")
        until(lambda: len(self.runs(process)) > len(before), "the run begins")
        (begun,) = set(self.runs(process)) - set(before)
        return begun

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command in a process of its own, such as an engine that carries a run out."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "RUNBOOK_HOME": str(self.folder / ".runbook")}
        engine = subprocess.Popen(
            [sys.executable, "-m", "runbook", *words], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.engines.append(engine)
        return engine

    def call(self, *words: str) -> tuple[int, str]:
        """A command in this process: its exit code and what it says."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = main.run([*words, "--project", str(self.folder), "--home", str(self.folder / ".runbook")])
        return code, out.getvalue()

    # -- programs -------------------------------------------------------------------------------

    def begun(self, step: str, run: str = "*", attempt: int = 1) -> list[Path]:
        """What the program of that step, of that run or of any, left when it began; nothing when it has not."""
        return list((self.folder / "at").glob(f"{run}:{step.replace('/', '-')}:{attempt}.pids"))

    def pids(self, step: str, run: str = "*", attempt: int = 1) -> list[int]:
        """The program and its child, once it has begun."""
        until(lambda: self.begun(step, run, attempt), f"`{step}` has begun")
        (told,) = self.begun(step, run, attempt)
        return [int(each) for each in told.read_text().split()]

    def let(self, step: str, code: int = 0, prints: str = "", run: str = "*", attempt: int = 1) -> None:
        """The program of that step ends, once it has begun."""
        self.pids(step, run, attempt)
        (told,) = self.begun(step, run, attempt)
        with told.with_suffix("").open("w") as pipe:
            pipe.write(f"{code} {prints}\n")

    def gone(self, step: str, run: str = "*", attempt: int = 1) -> bool:
        """True when neither the program nor its child lives any more."""
        return not any(_lives(pid) for pid in self.pids(step, run, attempt))

    # -- what came of it ------------------------------------------------------------------------

    def runs(self, process: str = "") -> list[str]:
        """The runs there are, or those of one process."""
        if not (self.folder / ".runbook" / "journal.db").exists():
            return []
        with contextlib.closing(Journal(self.folder / ".runbook" / "journal.db")) as journal:
            return [row.run for row in journal.runs() if process in ("", row.process)]

    def told(self, names: Mapping[str, str] | None = None) -> Told:
        """What the journal says of the runs, `names` giving those of the case by run."""
        names = names or dict.fromkeys(self.runs(), "")
        with contextlib.closing(Journal(self.folder / ".runbook" / "journal.db")) as journal:
            book = Book(journal, builtin())
            states = {name: book.state(run) for run, name in names.items()}
            log = [(name, each) for run, name in names.items() for each in journal.events(run)]
        log.sort(key=lambda each: each[1].at)
        return Told(states, log, log[0][1].at)

    def happened(self, run: str) -> list[str]:
        """The types of what has happened in a run."""
        return [each.event.type for _, each in self.told({run: ""}).events]

    def statuses(self) -> list[str]:
        """The status of each run."""
        with contextlib.closing(Journal(self.folder / ".runbook" / "journal.db")) as journal:
            return [journal.row(run).status for run in self.runs()]

    def shortfalls(self, names: Mapping[str, str] | None = None) -> list[str]:
        """What is not as the case expects it, but for what hangs on the clock of the runner."""
        expect = {word: wanted for word, wanted in self.case.expect.items() if word not in TIMED}
        return self.told(names).shortfalls(expect)

    # -- endings --------------------------------------------------------------------------------

    def kill_engines(self) -> None:
        """The engines die; what supervises their programs goes on."""
        for engine in self.engines:
            with contextlib.suppress(ProcessLookupError):
                engine.kill()
            engine.wait()

    def kill_all(self) -> None:
        """Everything dies that belongs to this project, all at once."""
        end_at_once(self._living)
        for engine in self.engines:
            engine.wait()

    def _living(self) -> Iterator[int]:
        """The processes that know this project, but for this one and what has ended and was not waited for."""
        mine = str(self.folder).encode()
        for pid in [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
            with contextlib.suppress(OSError):
                if mine in Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes():
                    yield pid


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
