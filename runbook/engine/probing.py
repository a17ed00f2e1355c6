"""Carries out steps that only look, for a dry run: in a folder of their own that is thrown away, and no journal.

Rule 1: nothing of it is left, however it ends; and no program is left running.
Rule 2: no secret is looked up. What is handed over here can't even say where one would go.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from runbook.definition import Step
from runbook.engine.executor import of_the_caller
from runbook.engine.making_ready import made_ready
from runbook.engine.supervision import GRACE, Ended, Gone, Supervisor
from runbook.engine.taking import take
from runbook.errors import MachineRefuses
from runbook.kind import Kinds, Values
from runbook.outcome import Act, Finished, Taken
from runbook.run.knowing import PLACEHOLDER

_GLANCE = 0.5
"""Seconds between two looks for an interruption."""


class Prober:
    """The hands of a dry run: `look` carries out one step, and waits for its end."""

    def __init__(self, root: Path, kinds: Kinds) -> None:
        self.root = root
        self.kinds = kinds
        self._folder = Path(tempfile.mkdtemp(prefix="runbook-probe-"))
        self._supervisor: Supervisor | None = None
        self._looks = 0

    def __enter__(self) -> Prober:
        return self

    def __exit__(
        self, sort: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._supervisor:
                self._supervisor.leave()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def look(self, path: str, step: Step, act: Act, values: Values) -> tuple[Finished, Mapping[str, Taken]]:
        """How the program of a step ended, and what its outputs need of files."""
        self._looks += 1
        since, name = time.time(), f"{PLACEHOLDER}:{path}:{self._looks}"
        supervisor = self._supervised()
        given = {"argv": act.argv, "env": act.env, "cwd": act.cwd, "stdin": act.stdin}
        ready = made_ready({**given, "work": act.work, "request": act.request}, {}, self.kinds, self.root).act
        env = of_the_caller() | dict(ready.env)
        env.update(RUNBOOK_RUN=PLACEHOLDER, RUNBOOK_STEP=path, RUNBOOK_PROJECT=str(self.root))
        within = step.retry.within if step.retry else None
        supervisor.submit(
            name,
            replace(ready, env=env),
            root=self.root,
            timeout=step.timeout if step.timeout is not None else within,
            grace=GRACE if step.flow.grace is None else step.flow.grace,
        )
        try:
            finished = self._end_of(supervisor, name)
        except BaseException:  # somebody interrupts: what runs is ended, and waited for, before that is told
            supervisor.kill(name)
            self._end_of(supervisor, name)
            raise
        expected = step.expect.exit_codes if step.expect else (0,)
        wanted = {each: output for each, output in step.outputs.items() if output.kept or output.source == "file"}
        if finished.error or finished.exit_code not in expected:
            wanted = {}
        home = self._folder / "home"
        home.mkdir(exist_ok=True)
        taken = {
            each: take(each, output, finished, values, since=since, home=home, root=self.root)
            for each, output in wanted.items()
        }
        return finished, taken

    def _supervised(self) -> Supervisor:
        if self._supervisor is None:
            supervisor = Supervisor.start(self._folder / "supervisor")
            if not supervisor.identity:
                why = f"no program can be started: {supervisor.complaint}"
                raise MachineRefuses(why, "check free space and limits")
            self._supervisor = supervisor
        return self._supervisor

    def _end_of(self, supervisor: Supervisor, name: str) -> Finished:
        while True:
            for message in supervisor.poll(_GLANCE):
                match message:
                    case Ended(attempt, finished) if attempt == name:
                        return finished
                    case Gone(reason):
                        raise MachineRefuses(f"a program was lost: {reason}", "check free space and limits")
