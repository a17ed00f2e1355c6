"""Start, stop and look at a service: a unit of systemd by its name, or a sample that this program is itself.

The name `sample` means a small service that lives in a folder. It beats five times a second, ends cleanly when it is
told to, and ends by itself after ten minutes or when its folder is gone.

Usage: service.py start NAME FOLDER
       service.py stop NAME FOLDER
       service.py status NAME FOLDER
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

LONGEST = 600.0
PATIENCE = 10.0
PATIENCE_OF_A_UNIT = 120.0
KILLED = ("timeout", "signal", "core-dump", "watchdog", "oom-kill")


def serve(folder: Path) -> None:
    """Be the sample service."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    (folder / "pid").write_text(str(os.getpid()))
    until = time.monotonic() + LONGEST
    while not told and time.monotonic() < until and folder.is_dir():
        (folder / "beat").touch()
        time.sleep(0.2)
    with contextlib.suppress(OSError), (folder / "service.log").open("a") as log:
        log.write("ended cleanly\n" if told else "ended by itself\n")
    with contextlib.suppress(OSError):
        (folder / "pid").unlink()


def sample_pid(folder: Path) -> int:
    """The number of the sample service's process; 0 when it does not run."""
    try:
        pid = int((folder / "pid").read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return 0
    return pid if b"serve" in words and str(folder).encode() in words else 0


def sample_status(folder: Path) -> dict:
    """Whether the sample runs and beats."""
    pid = sample_pid(folder)
    beat = folder / "beat"
    fresh = beat.exists() and time.time() - beat.stat().st_mtime < 3
    return {"running": bool(pid and fresh), "pid": pid, "manager": "sample"}


def sample_start(folder: Path) -> dict:
    """The sample started, unless it runs already; over when it beats."""
    folder.mkdir(parents=True, exist_ok=True)
    if not sample_pid(folder):
        nowhere = subprocess.DEVNULL
        subprocess.Popen([sys.executable, __file__, "serve", str(folder)], stdin=nowhere, stdout=nowhere,
                         stderr=nowhere, start_new_session=True)  # fmt: skip
    return awaited(folder, running=True)


def sample_stop(folder: Path) -> dict:
    """The sample told to end; over when it has ended."""
    if pid := sample_pid(folder):
        os.kill(pid, signal.SIGTERM)
    return awaited(folder, running=False)


def awaited(folder: Path, running: bool) -> dict:
    """The state asked for, once it is there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = sample_status(folder)
        if found["running"] == running and bool(found["pid"]) == running:
            return found
        time.sleep(0.05)
    sys.exit(f"the service does not {'run' if running else 'end'} after {PATIENCE:.0f} seconds")


def unit(verb: str, name: str) -> dict:
    """The same for a unit of systemd; a start or stop needs the right to do so. A stop that had to kill is a failure."""
    before = shown(name)
    if verb != "status":
        subprocess.run(["systemctl", "--no-ask-password", verb, "--", name], check=True, timeout=PATIENCE_OF_A_UNIT)
    facts = shown(name)
    if verb == "stop" and before["ActiveState"] == "active" and facts.get("Result") in KILLED:
        sys.exit(f"{name} did not end by itself: its result is {facts['Result']}")
    return {"running": facts["ActiveState"] == "active", "pid": int(facts["MainPID"]), "manager": "systemd"}


def shown(name: str) -> dict[str, str]:
    """State, process number and last result of a unit."""
    done = subprocess.run(
        ["systemctl", "show", "--property=ActiveState,MainPID,Result", "--", name],
        check=True, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def main() -> None:
    """Print the state after it as JSON."""
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
        return
    sample = {"start": sample_start, "stop": sample_stop, "status": sample_status}
    if len(sys.argv) != 4 or sys.argv[1] not in sample:
        sys.exit("usage: service.py start|stop|status NAME FOLDER")
    verb, name, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    try:
        print(json.dumps(sample[verb](folder) if name == "sample" else unit(verb, name)))
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"{verb} of {name} failed: {error}")


if __name__ == "__main__":
    main()
