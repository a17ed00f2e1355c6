"""Carries out commands in processes of its own that die where they are told to, with a bug planted when that is asked.

Everything is loaded once; each command is a fork of this program, made while no journal is open. It reads lines of
JSON, each a list of commands (`folder`, `arguments`, `point`, `grain`, `victim`, `plant`) that begin at the same
instant, and answers with as many of `{"code": ..., "points": ...}`: how a command ended (negative: by that signal) and
how many points it had passed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from runbook import app
from runbook.cli import (  # noqa: F401  # loaded before the first fork
    answer_command,
    approve_command,
    attach_command,
    back_command,
    cancel_command,
    hand_over_command,
    jump_command,
    note_command,
    resume_command,
    run_command,
    session,
    signal_command,
)
from runbook.cli import main as line
from runbook.engine import book, drafts, evidence, look, plans, starting, traces  # noqa: F401
from runbook.reading import library  # noqa: F401
from runbook.run import decide  # noqa: F401

from .plants import PLANTS
from .points import ENDS, LIFE, fail_at_disk, make_supervisor_mortal, place_fine_points, place_points, record_the_disk


def carry_out(folder: str, arguments: list[str], point: int, grain: str, victim: str, plant: str) -> int:
    """One command, in this process; its exit code."""
    os.setsid()
    signal.alarm(60)  # whatever takes longer hangs
    os.chdir(folder)
    for name, at in (("out", 1), ("err", 2)):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND), at)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.pop("RUNBOOK_HOME", None)
    for each in plant.split(",") if plant else ():
        PLANTS[each]()
    LIFE.end = ENDS.get(victim, LIFE.end)
    if grain == "supervisor":
        LIFE.deadly = 0
        if point:
            make_supervisor_mortal(point, victim == "machine")
    elif grain == "fine":
        place_fine_points()
    elif grain == "failing":
        fail_at_disk(victim == "full")
    elif grain == "recorded":
        record_the_disk()
    else:
        place_points()
    if arguments[0] == "keep a draft":
        drafts.Drafts(Path(".runbook"), arguments[1]).keep(*arguments[2:])
        return 0
    return line.run(arguments)


def warm_up() -> None:
    """Load what reading a process loads, so that each fork has it; no journal is opened."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "processes" / "a").mkdir(parents=True)
        (folder / "runbook.yaml").write_text("{runbook: 1, title: Warm}")
        (folder / "processes" / "a" / "group.yaml").write_text("{title: A, owner: a}")
        steps = "[{id: a, title: A, shell: 'true'}, {id: b, title: B, manual: B}]"
        (folder / "processes" / "a" / "b.yaml").write_text(f"{{runbook: 1, title: B, steps: {steps}}}")
        workspace = app.Workspace(folder)
        project = app.read_one(workspace, "a/b").project
        plans.stored(plans.plan_of("a/b", project.processes, workspace.kinds))


def fork(asked: dict[str, Any], start: int) -> tuple[int, int]:
    """A process for one command, which begins once `start` can be read; its number, and where it tells its points."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.read(start, 1)
            LIFE.deadly, LIFE.told = asked["point"], writing
            wanted = [asked[name] for name in ("folder", "arguments", "point", "grain", "victim", "plant")]
            code = carry_out(*wanted)
            sys.stdout.flush()
            LIFE.over()
            LIFE.tell()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    return pid, reading


def main() -> None:
    """Carry out what is asked, one line after the other; the commands of one line all at the same instant."""
    warm_up()
    for words in sys.stdin:
        start, ready = os.pipe()
        processes = [fork(asked, start) for asked in json.loads(words)]
        os.write(ready, b"." * len(processes))
        told = []
        for pid, reading in processes:
            status = os.waitpid(pid, 0)[1]
            points = (os.read(reading, 100).split() or [b"0"])[-1]
            os.close(reading)
            told.append({"code": os.waitstatus_to_exitcode(status), "points": int(points)})
        os.close(start)
        os.close(ready)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:  # plants, parted by commas, then a command
        for each in sys.argv[1].split(","):
            PLANTS[each]()
        sys.exit(line.run(sys.argv[2:]))
    main()
