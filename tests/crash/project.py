"""The project of the campaigns: programs that leave a line behind whenever they act, and what that lets us check."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook.engine.book import Book
from runbook.engine.supervisor import processes
from runbook.journal.codec import chained, genesis
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.run.events import ENDS_ATTEMPT, REMARKS, Event, Recorded
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
DRIVER = [sys.executable, "-m", "tests.crash.driver"]
FINAL = frozenset({"StepSucceeded", "StepFailed", "StepSkipped", "StepCancelled"})
ENDED = frozenset({"RunSucceeded", "RunFailed", "RunCancelled"})
REPEATABLE = frozenset({"left-3", "right-1", "right-2"})
"""The steps of the twelve that say so themselves."""
Row = tuple[Any, ...]

_ALONE = (
    'exec 9>>"effects/$RUNBOOK_STEP.lock"; flock -n 9 || echo "$RUNBOOK_ATTEMPT" >> effects/overlap; '
    if shutil.which("flock")
    else ""
)


def acting(step: str, before: float = 0.0, after: float = 0.0, within: str = "", **fields: Any) -> dict[str, Any]:
    """A step whose program adds a line with the attempt's name to the file of the step, once, in one write.

    `within` is the path of the step whose process it belongs to, as in `part/`.
    """
    script = f'echo "$RUNBOOK_ATTEMPT" >> effects/{within}{step}'
    script = f"sleep {before}; {script}" if before else script
    script = f"{script}; sleep {after}" if after else script
    return {"id": step, "title": f"Do {step}", "shell": {"run": _ALONE + script}, **fields}


def held_back(step: str, before: str = ":", **fields: Any) -> dict[str, Any]:
    """A step whose program, once it has acted, goes on until it is let go."""
    wait = "until test -e effects/go.lock; do sleep 0.01; done"
    script = f'{_ALONE}{before}; echo "$RUNBOOK_ATTEMPT" >> effects/{step}; {wait}'
    return {"id": step, "title": f"Do {step}", "shell": script, **fields}


def twelve_steps(pace: float) -> dict[str, Any]:
    """Three branches side by side, a person in the middle one; `pace` is how slow its programs are, in seconds."""
    flaky = 'test -e effects/tried || { echo x > effects/tried; exit 3; }; echo "$RUNBOOK_ATTEMPT" >> effects/right-2'
    return process(
        [
            acting("prepare", pace),
            acting("left-1", pace, pace, needs=["prepare"]),
            acting("left-2", 0.0, pace),
            acting("left-3", pace, idempotent=True),
            acting("left-4"),
            acting("middle-1", 0.0, pace, needs=["prepare"]),
            {"id": "confirm", "title": "Confirm", "manual": "Look at it"},
            acting("middle-2", pace),
            acting("right-1", pace, pace, needs=["prepare"], idempotent=True),
            {
                "id": "right-2",
                "title": "Try twice",
                "shell": flaky,
                "retry": {"attempts": 3, "delay": 0.05},
                "idempotent": True,
            },
            acting("right-3", pace),
            acting("gather", pace, needs=["left-4", "middle-2", "right-3"]),
            acting("report", 0.0, pace),
        ],
        [acting("clean-up")],
    )


def process(steps: list[dict[str, Any]], last: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A process of these steps."""
    text: dict[str, Any] = {
        "runbook": 1,
        "title": "A trial",
        "summary": "Leaves lines behind",
        "owner": "crew",
        "steps": steps,
    }
    return {**text, "finally": last} if last else text


@dataclass
class Trial:
    """One project in a folder of its own, one run in it, and everything that is known about it from outside."""

    folder: Path
    acknowledged: list[Row] = field(default_factory=list)
    redone: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    doubts: int = 0

    @classmethod
    def of(cls, folder: Path, definition: Mapping[str, Any], **others: Mapping[str, Any]) -> Trial:
        """A project with the process `trial/steps`, and others beside it by name."""
        (folder / "processes" / "trial").mkdir(parents=True)
        (folder / "effects" / "part").mkdir(parents=True)
        (folder / "runbook.yaml").write_text('{"runbook": 1, "title": "Trials"}')
        (folder / "processes" / "trial" / "group.yaml").write_text('{"title": "Trials", "owner": "crew"}')
        for name, body in {"steps": definition, **others}.items():
            (folder / "processes" / "trial" / f"{name}.yaml").write_text(json.dumps(body))
        return cls(folder)

    # -- commands -------------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """What the commands see: no home of somebody else's."""
        return {name: value for name, value in os.environ.items() if name != "RUNBOOK_HOME"} | {"PYTHONPATH": str(ROOT)}

    def start(self, *arguments: str, plants: str = "", says: str = "") -> subprocess.Popen[bytes]:
        """A command in a process group of its own; what it says goes to files, as a pipe would be one more tie."""
        with (self.folder / f"out{says}").open("ab") as out, (self.folder / f"err{says}").open("ab") as err:
            return subprocess.Popen(
                [*_command(plants), *arguments],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env=self.environment(), start_new_session=True,
            )  # fmt: skip

    def call(self, *arguments: str, plants: str = "", below: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """A command carried out to its end, `below` another program when that is asked."""
        return subprocess.run(
            [*below, *_command(plants), *arguments],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env=self.environment(), timeout=PATIENCE, check=False,
        )  # fmt: skip

    def said(self, says: str = "", where: str = "err") -> str:
        """What started commands have said."""
        return (self.folder / f"{where}{says}").read_text()

    def let_go(self) -> None:
        """Let the programs end that wait for it."""
        (self.folder / "effects" / "go.lock").touch()

    # -- what there is --------------------------------------------------------------------------

    @property
    def journal(self) -> Path:
        """The journal of runs."""
        return self.folder / ".runbook" / "journal.db"

    def ask(self, sql: str, *values: object) -> list[Row]:
        """Rows of the journal; none while it does not exist."""
        if not self.journal.exists():
            return []
        db = sqlite3.connect(f"file:{self.journal}?mode=rw", uri=True, timeout=PATIENCE)
        try:
            return db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise
        finally:
            db.close()

    def events(self) -> list[Row]:
        """Every event of every run, byte by byte."""
        return self.ask(
            "SELECT run, seq, epoch, at, type, step, attempt, actor, place, body, prev, hash FROM event"
            " ORDER BY run, seq"
        )

    def run(self) -> str:
        """The id of the one run; empty while nothing of it is in the journal."""
        runs = {row[0] for row in self.events()}
        assert len(runs) <= 1, f"there is more than one run: {runs}"
        return next(iter(runs), "")

    def types(self, step: str) -> list[str]:
        """What has happened at a step."""
        return [row[4] for row in self.events() if row[5] == step]

    def standing(self) -> dict[str, str]:
        """The newest event of each step."""
        return {row[5]: row[4] for row in self.events() if row[5]}

    def is_over(self) -> bool:
        """True when the run has ended."""
        return any(row[4] in ENDED for row in self.events())

    def effects(self, step: str) -> list[str]:
        """The attempts of a step that have acted, in order."""
        file = self.folder / "effects" / step
        return file.read_text().split() if file.is_file() else []

    def wait_until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something holds; fails when it does not within so many seconds."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"waited in vain; the steps stand at {self.standing()}"
            time.sleep(0.005)

    # -- processes ------------------------------------------------------------------------------

    def supervisors(self) -> list[int]:
        """The supervisors that live; a program that is only being started looks like the one that starts it."""
        found = [pid for pid, words, _ in _living() if f"{self.folder}/.runbook/supervisors/".encode() in words]
        parents = {pid: one.parent for pid in found if (one := processes.process(pid))}
        return [pid for pid, parent in parents.items() if parent not in found]

    def programs(self) -> list[int]:
        """The steps' programs that live."""
        mark = f"RUNBOOK_PROJECT={self.folder}".encode()
        return [pid for pid, _, variables in _living() if mark in variables.split(b"\0")]

    def kill_all(self) -> None:
        """Leave nothing running."""
        for pid in (*self.supervisors(), *self.programs()):
            slay(pid)

    # -- an operator ----------------------------------------------------------------------------

    def remember(self) -> None:
        """What stands in the journal now has been acknowledged: it must never change."""
        self.acknowledged = max(self.acknowledged, self.events(), key=len)

    def answer_all(self, by: Callable[..., int] | None = None) -> None:
        """Answer what is in doubt, and confirm what waits for it; `by` gives a command and says how it ended."""
        by = by or (lambda *words: self.call(*words).returncode)
        self.answer_doubts(by)
        if self.standing().get("confirm") == "StepWaiting":
            assert by("answer", self.run(), "confirm", "done") == 0, self.said()
            self.answered += 1

    def answer_doubts(self, by: Callable[..., int]) -> None:
        """Answer what is in doubt as an operator would: done when the effect is there, else redo.

        Where a killed program has stopped the steps around it nothing is repeated: there it is failed.
        """
        standing = self.standing()
        missing = "failed" if "StepFailed" in standing.values() else "redo"
        for step in [step for step, newest in standing.items() if newest == "StepInDoubt"]:
            attempt = [row[6] for row in self.events() if row[5] == step and row[4] == "StepStarted"][-1]
            verdict = "done" if f"{self.run()}:{step}:{attempt}" in self.effects(step) else missing
            self.doubts += 1
            self.redone[step] += verdict == "redo"
            code = by("answer", self.run(), step, verdict, "--reason", "Looked at what it left")
            assert code == 0, self.said()

    # -- the verdict ----------------------------------------------------------------------------

    def judge(self, *, over: bool = True, killed_programs: bool = False) -> None:
        """Everything that must hold of a run, whatever has been killed."""
        rows = self.events()
        assert not self.lost(), "an acknowledged event was lost or changed"
        assert not self.ask("SELECT run FROM run WHERE head_seq = 0"), "a run was made and never begun"
        for promise in (_chained, _once, _nothing_after_its_end, _replayed, _evidence_kept):
            promise(self, rows)
        self._judge_effects(rows, killed_programs)
        if over:
            assert self.is_over(), f"the run has not ended: {self.standing()}"
            if killed_programs:
                # whoever kills a program from outside leaves its children to end by themselves, within their pace
                self.wait_until(lambda: not self.programs())
            assert not self.programs(), "a program has survived the run"

    def lost(self) -> int:
        """How many acknowledged events are not in the journal, byte by byte."""
        kept = {row[:2]: row for row in self.events()}
        return sum(kept.get(row[:2]) != row for row in self.acknowledged)

    def repeated(self) -> int:
        """How many programs have run once more than they were asked to, of all that may not be repeated."""
        rows = self.events()
        reopened = Counter(row[5] for row in rows if row[4] == "StepReopened")
        steps = {row[5] for row in rows if row[5]} - REPEATABLE
        return sum(max(0, len(self.effects(step)) - 1 - self.redone[step] - reopened[step]) for step in steps)

    def _judge_effects(self, rows: list[Row], killed_programs: bool) -> None:
        assert not self.effects("overlap"), f"two attempts ran at once: {self.effects('overlap')}"
        started = {f"{row[0]}:{row[5]}:{row[6]}" for row in rows if row[4] == "StepStarted"}
        programs = {row[5] for row in rows if row[4] == "StepStarted" and '"act":' in row[9]}
        reopened = Counter(row[5] for row in rows if row[4] == "StepReopened")
        succeeded = {row[5] for row in rows if row[4] == "StepSucceeded" and row[5] in programs}
        place = self.folder / "effects"
        acting = {file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()}
        for step in {row[5] for row in rows if row[5]} | acting:
            if step in ("overlap", "tried", "confirm") or step.endswith(".lock"):
                continue
            acted = self.effects(step)
            assert started.issuperset(acted), f"`{step}` acted without a start in the journal"
            most = len(acted) if step in REPEATABLE else 1 + self.redone[step] + reopened[step]
            assert len(acted) <= most, f"`{step}` acted {len(acted)} times, {self.redone[step]} redone"
            assert acted or step not in succeeded, f"`{step}` counts as succeeded and never acted"
        if not killed_programs and any(row[4] in ENDED for row in rows):
            assert rows[-1][4] in ("RunSucceeded", "RunCancelled"), f"the run ended with {rows[-1][4]}: {rows[-1][9]}"


def _chained(trial: Trial, rows: list[Row]) -> None:
    """Numbers without a hole, every hash right, the head where it belongs."""
    for run, definition, head, newest in trial.ask("SELECT run, definition, head_seq, head_hash FROM run"):
        prev = genesis(run, definition)
        mine = [row for row in rows if row[0] == run]
        for number, (_, seq, epoch, at, type, step, attempt, actor, place, body, before, after) in enumerate(mine, 1):
            assert seq == number, "there is a hole in the journal"
            recorded = Recorded(seq, at, actor, Event(type, step, attempt), place)
            assert before == prev
            assert after == chained(prev, run, epoch, recorded, body), f"the chain is broken at {seq}"
            prev = after
        assert (head, newest) == (len(mine), prev)


def _once(trial: Trial, rows: list[Row]) -> None:
    """One start and one end an attempt, one completion a step."""
    starts = Counter((row[5], row[6]) for row in rows if row[4] == "StepStarted")
    ends = Counter((row[5], row[6]) for row in rows if row[4] in ENDS_ATTEMPT and row[6])
    passes: Counter[str] = Counter()
    completions: Counter[tuple[str, int]] = Counter()
    for row in rows:
        passes[row[5]] += row[4] == "StepReopened"
        completions[row[5], passes[row[5]]] += row[4] in FINAL
    assert max((*starts.values(), *ends.values(), *completions.values()), default=1) == 1


def _nothing_after_its_end(trial: Trial, rows: list[Row]) -> None:
    """A finished step is never started again, unless somebody went back to it; nothing follows the end of the run."""
    over: set[str] = set()
    for row in rows:
        if row[4] == "StepReopened":
            over.discard(row[5])
        assert row[5] not in over, f"`{row[5]}` went on after it had ended ({row[4]})"
        if row[4] in FINAL:
            over.add(row[5])
    last = [row for row in rows if row[4] not in REMARKS]
    assert not any(row[4] in ENDED for row in last[:-1])


def _replayed(trial: Trial, rows: list[Row]) -> None:
    """The run's status is what its events lead to."""
    for run, status in trial.ask("SELECT run, status FROM run WHERE head_seq > 0"):
        journal = Journal(trial.journal)
        try:
            assert Book(journal, builtin()).state(run).status == status
        finally:
            journal.close()


def _evidence_kept(trial: Trial, rows: list[Row]) -> None:
    """What the journal says was attached is there, as it was."""
    for row in rows:
        if row[4] == "EvidenceAttached":
            digest = json.loads(row[9])["sha256"]
            kept = trial.folder / ".runbook" / "evidence" / digest
            assert kept.exists(), "evidence is in the record and was not kept"
            assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest


def _command(plants: str) -> list[str]:
    return [*DRIVER, plants] if plants else [sys.executable, "-m", "runbook"]


def slay(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _living() -> list[tuple[int, bytes, bytes]]:
    """The processes of this machine: number, command line, environment."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            folder = Path("/proc", name)
            words = (folder / "cmdline").read_bytes()
            if words:  # what has ended and was not waited for has none
                found.append((int(name), words, (folder / "environ").read_bytes()))
        except OSError:
            continue
    return found
