"""The main job in a few minutes: check the library, run a restore drill, kill it in the middle, resume it, read it.

At a terminal you answer the drill's questions yourself; without one the committed answers do. It needs no root and no
network.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRILL = "backup/sqlite-restore-drill"
ANSWERS = ROOT / "processes" / f"{DRILL}.answers.yaml"
RUNBOOK = (sys.executable, "-m", "runbook")
WAITS = 4
"""The exit code of a run that waits for somebody."""


def main() -> int:
    """Play the demo; 0 when every part of it did what it should."""
    with tempfile.TemporaryDirectory(prefix="runbook-demo-") as folder:
        os.environ["RUNBOOK_HOME"] = str(Path(folder) / "runs")
        title("1. Check the library")
        call("validate")
        call("list")
        title(f"2. Run {DRILL}, and kill it in the middle")
        run = killed_run()
        title(f"3. Resume {run}")
        if sys.stdin.isatty() and sys.stdout.isatty():
            call("resume", run, may_wait=True)
            signed_by_a_second_person(run)
        else:
            call("resume", run, "--yes", "--answers", str(ANSWERS))
        title("4. The record")
        call("record", run)
        title("5. The pages")
        call("docs", "build", "-o", str(Path(folder) / "site"))
        call("status", run)
        return checked(run)


def title(text: str) -> None:
    """Print a heading of the demo."""
    print(f"\n=== {text} ===\n", flush=True)


def signed_by_a_second_person(run: str) -> None:
    """Whoever did the work may not sign it, so somebody else is stated here; then the drill goes on."""
    waiting = [each["step"] for each in json.loads(output("status", run, "--json"))["waiting"]]
    if waiting != ["sign"]:
        return
    print("\nYou did the work, so you may not sign it. Here, maria is stated to have done so.\n", flush=True)
    call("approve", run, "sign", "--by", "maria", "--comment", "Seen")
    call("resume", run)


def call(*arguments: str, may_wait: bool = False) -> None:
    """Run one command of runbook, shown first; ends the demo when it fails."""
    print(f"$ runbook {' '.join(arguments)}", flush=True)
    code = subprocess.run([*RUNBOOK, *arguments], cwd=ROOT, check=False).returncode
    if code and not (may_wait and code == WAITS):
        sys.exit(f"the demo failed: `runbook {' '.join(arguments)}` ended with {code}")


def killed_run() -> str:
    """Start the drill unattended and kill -9 the program once three steps are over; the run's id."""
    print(f"$ runbook run {DRILL} --yes --answers {ANSWERS.relative_to(ROOT)}", flush=True)
    program = subprocess.Popen([*RUNBOOK, "run", DRILL, "--yes", "--answers", str(ANSWERS)], cwd=ROOT)
    until = time.monotonic() + 60
    while time.monotonic() < until and program.poll() is None:
        runs = json.loads(output("runs", "--json") or "[]")
        if runs and finished(runs[0]["run"]) >= 3:
            program.send_signal(signal.SIGKILL)
            program.wait()
            print(f"\nKilled (kill -9). The journal knows {finished(runs[0]['run'])} finished steps.", flush=True)
            return str(runs[0]["run"])
    sys.exit("the demo failed: the drill ended before it could be killed")


def finished(run: str) -> int:
    """How many steps of the run are over."""
    steps = json.loads(output("status", run, "--json"))["steps"]
    return sum(1 for step in steps if step["status"] in ("succeeded", "skipped"))


def output(*arguments: str) -> str:
    """What a command prints; empty when it fails."""
    return subprocess.run([*RUNBOOK, *arguments], cwd=ROOT, check=False, capture_output=True, text=True).stdout


def checked(run: str) -> int:
    """Whether the run succeeded and no finished step was run twice."""
    events = [json.loads(line) for line in output("events", run, "--json").splitlines()]
    ended = [event["step"] for event in events if event["type"] == "StepSucceeded"]
    good = events[-1]["type"] == "RunSucceeded" and len(ended) == len(set(ended))
    print("\nThe drill was killed once, resumed, and no finished step ran again." if good else "\nThe demo failed.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
