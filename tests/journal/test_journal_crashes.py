"""Writers that are killed, and several at once: nothing that was acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from random import Random

import pytest

from runbook.engine.book import Actor, Book
from runbook.journal.sqlite import Journal
from runbook.journal.verify import verify
from runbook.kinds import builtin
from runbook.testing import plan_from
from tests.waiting import PATIENCE

STEPS = "".join(
    f"- {{id: m{place}, needs: [], manual: M}}\n- {{id: c{place}, needs: [], command: [c]}}\n" for place in range(12)
)
TEXT = f"runbook: 1\ntitle: T\nsteps:\n{STEPS}"

WRITER = """
import sys
from pathlib import Path
from runbook.engine.book import Actor, Book
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.run.commands import Signal

book = Book(Journal(Path(sys.argv[1])), builtin())
print("ready", flush=True)
while True:
    for recorded in book.advance("r", [Signal("a" * 3000), Signal("b")], Actor("ada")):
        print(recorded.seq, flush=True)
"""

WORKER = """
import sys
from pathlib import Path
from runbook.engine.book import Actor, Book
from runbook.errors import Conflict
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.outcome import Finished
from runbook.run.commands import Answer, Claim, Settle

book, me = Book(Journal(Path(sys.argv[1])), builtin()), Actor(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for place in range(12):
    try:
        for recorded in book.advance("r", [Answer(f"m{place}", "done")], me):
            if recorded.event.type == "StepSucceeded":
                print("answered", recorded.event.step)
    except Conflict:
        pass
    for started in book.advance("r", [Claim(1)], me):
        if started.event.type == "StepStarted":
            print("started", started.event.step)
            book.advance("r", [Settle(started.event.step, 1, Finished(0))], me)
"""


@pytest.fixture
def path(path):
    book, ada = Book(Journal(path), builtin()), Actor("ada")
    book.begin("r", plan_from({"g/p": TEXT}, book.kinds), {}, "", ada)
    book.store.close()
    return path


def test_a_writer_killed_at_any_instant_loses_nothing_that_it_was_told_is_kept(path):
    random = Random(7)
    told = 0
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "ready\n"
        first = [writer.stdout.readline() for _ in range(random.randrange(6))]
        time.sleep(random.uniform(0.0, 0.01))
        writer.kill()
        lines = [*first, *writer.communicate()[0].splitlines(keepends=True)]
        told = max([told, *(int(line) for line in lines if line.endswith("\n"))])

        journal = Journal(path)
        kept = [recorded.seq for recorded in journal.events("r")]
        journal.close()
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) >= told
        assert verify(path) == []
    assert told > 8


def test_eight_programs_at_one_run_do_each_step_once(path):
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path), f"p{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    done = Counter(line for worker in workers for line in worker.communicate(timeout=PATIENCE)[0].splitlines())

    assert [worker.returncode for worker in workers] == [0] * 8
    assert done == {f"answered m{place}": 1 for place in range(12)} | {f"started c{place}": 1 for place in range(12)}
    assert Book(Journal(path), builtin()).state("r").status == "succeeded"
    assert verify(path) == []
