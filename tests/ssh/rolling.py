"""One script on many hosts, killed in the middle: how often was each of them done in the end?

Each host is a name of its own for one server. What is done there is one line at the end of a file of that name, so that
a host that was missed has no line, and one that was done twice has two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.ending import end_at_once
from tests.ssh.server import USER, Server
from tests.waiting import until

_PROCESS = """\
runbook: 1
title: Mark every host
steps:
  - id: mark
    title: Leave one line
    ssh:
      hosts: {{group: fleet}}
      run: |
        sleep {pause}
        echo done >> "$FOLDER/{{{{ host }}}}"
      env: {{FOLDER: {there}}}
      max_parallel: {at_once}
      batch: {batch}
{more}"""
_LONG = 600
"""Seconds after which something must have gone wrong."""


@dataclass
class Rolling:
    """A project whose hosts lead to one server, and a run of it."""

    folder: Path
    server: Server
    count: int
    at_once: int
    batch: int
    pause: float = 0.05
    more: str = ""
    process: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [f"host{number:04}" for number in range(1, self.count + 1)]
        self.folder.mkdir(exist_ok=True)
        (self.folder / "processes/fleet").mkdir(parents=True)
        (self.folder / "operations").mkdir()
        self.there.mkdir()
        usual = {"port": self.server.port, "user": USER, "identity": str(self.server.identity)}
        hosts = {
            "known_hosts": "operations/known_hosts",
            "defaults": usual,
            "hosts": {name: {"address": "127.0.0.1"} for name in names},
            "groups": {"fleet": names},
        }
        steps = _PROCESS.format(
            there=self.there, at_once=self.at_once, batch=self.batch, pause=self.pause, more=self.more
        )
        for path, text in {
            "runbook.yaml": "runbook: 1\ntitle: A fleet\n",
            "processes/fleet/group.yaml": "title: Fleet\nowner: operations\n",
            "processes/fleet/mark.yaml": steps,
            "operations/hosts.yaml": json.dumps(hosts),
            "operations/known_hosts": self.server.known(),
        }.items():
            (self.folder / path).write_text(text)

    @property
    def there(self) -> Path:
        """Where the server puts the lines."""
        return self.folder / "there"

    def done(self) -> int:
        """How many hosts have been done, or are just being."""
        return len(os.listdir(self.there))

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One call of the command line."""
        call = [sys.executable, "-m", "runbook", *words]
        return subprocess.run(
            call, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=_LONG, check=False
        )

    def start(self, *words: str) -> None:
        """Begin the run, or go on with it, in a process that can be killed."""
        parallel = ("--max-parallel", str(self.at_once))
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "runbook", *words, "--yes", *parallel], cwd=self.folder, env=self._environment,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip

    def wait(self) -> int:
        """The exit code of what was started."""
        assert self.process is not None
        return self.process.wait(_LONG)

    def kill(self, after: int, begun: int = 0, everything: bool = False) -> list[str]:
        """`SIGKILL` when so many hosts are done, and so many have begun: to the run's process, or to all of it.

        Gives the turns that had begun and were not over then.
        """
        assert self.process is not None
        last = time.monotonic() + _LONG
        while self.done() < after or len(self.server.sessions()) < begun:
            assert self.process.poll() is None, f"it ended before it could be killed\n{self.words()}"
            assert time.monotonic() < last, "it takes too long"
            time.sleep(0.005)
        if everything:
            end_at_once(self.left)
        else:
            self.process.kill()
        self.process.wait(_LONG)
        return self.under_way()

    def under_way(self) -> list[str]:
        """The paths of the turns that had begun and were not over, as the journal has it."""
        return [each["id"] for each in self.steps() if each["status"] == "running" and "." in each["id"]]

    def in_doubt(self) -> dict[str, str]:
        """By path, the hosts of which nobody can know whether they are done."""
        return {each["id"]: each["item"] for each in self.steps() if each["status"] == "in doubt"}

    def steps(self) -> Sequence[dict[str, str]]:
        """The steps of the run."""
        found = self.cli("status", "last", "--json")
        assert found.returncode == 0, found.stderr
        steps: Sequence[dict[str, str]] = json.loads(found.stdout)["steps"]
        return steps

    def quiet(self) -> None:
        """Returns when the server holds no session any more."""
        until(lambda: not self.server.sessions(), "the end of every session")

    def words(self) -> str:
        """What the runs have said, the end of it."""
        return (self.folder / "said").read_text()[-2000:]

    def lines(self) -> dict[str, int]:
        """By host, how often it was done."""
        names = (f"host{number:04}" for number in range(1, self.count + 1))
        return {name: _lines(self.there / name) for name in names}

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("SSH_AUTH_SOCK", "COLUMNS")}
        return {**kept, "HOME": str(self.folder), "RUNBOOK_HOME": str(self.folder / "home")}

    def left(self) -> list[int]:
        """The processes that were started here, known by their home; a supervisor by what it was called with."""
        mark = f"\0HOME={self.folder}\0".encode()
        folder = f"\0{self.folder}/".encode()
        found = (pid for pid in os.listdir("/proc") if pid.isdigit())
        return [int(pid) for pid in found if _has(pid, "environ", mark) or _has(pid, "cmdline", folder)]


def _has(pid: str, file: str, mark: bytes) -> bool:
    try:
        return mark in b"\0" + (Path("/proc") / pid / file).read_bytes()
    except OSError:
        return False


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


Say = Callable[[str], None]


def killed_twice(rolling: Rolling, say: Say) -> bool:
    """True when each host is done once although the run's process was killed twice in the middle."""
    for number, command in enumerate((("run", "fleet/mark"), ("resume", "last")), start=1):
        began = time.monotonic()
        rolling.start(*command)
        under_way = rolling.kill(after=rolling.count * number // 3)
        took = time.monotonic() - began
        say(f"killed after {took:.0f} s, with {rolling.done()} hosts done and {len(under_way)} under way")
    began = time.monotonic()
    rolling.start("resume", "last")
    code = rolling.wait()
    say(f"resumed: ended with {code} after {time.monotonic() - began:.0f} s")
    return counted(rolling, say) and code == 0


def all_killed(rolling: Rolling, say: Say) -> bool:
    """True when each host is done once although everything was killed in the middle, and doubts had to be settled."""
    rolling.start("run", "fleet/mark")
    middle = rolling.count // rolling.batch // 2 * rolling.batch + 1  # one of a batch is over, the others are not
    under_way = rolling.kill(after=middle, everything=True)
    say(f"everything killed, with {rolling.done()} hosts done and {len(under_way)} under way")
    rolling.quiet()  # whoever looks, looks at something that does not change any more
    rolling.start("resume", "last")
    code = rolling.wait()
    doubts = rolling.in_doubt()
    say(f"resumed: ended with {code}; {len(doubts)} hosts are in doubt")
    for path, host in doubts.items():
        answer = "done" if _lines(rolling.there / host) else "redo"
        answered = rolling.cli("answer", "last", path, answer, "--reason", f"looked at {host}")
        say(f"{path} ({host}): {answer}")
        if answered.returncode not in (0, 4):
            say(answered.stderr)
    rolling.start("resume", "last")
    code = rolling.wait()
    return counted(rolling, say) and code == 0 and bool(doubts)


def counted(rolling: Rolling, say: Say) -> bool:
    """True when each host was done once; what it found is said."""
    lines = rolling.lines()
    missed = [name for name, times in lines.items() if times == 0]
    again = [name for name, times in lines.items() if times > 1]
    once = len(lines) - len(missed) - len(again)
    say(f"{len(lines)} hosts: {once} done once, {len(missed)} missed, {len(again)} done more than once")
    for what, names in (("missed", missed), ("more than once", again)):
        if names:
            say(f"{what}: {', '.join(names[:20])}{' ...' if names[20:] else ''}")
    if missed or again:
        say(rolling.words())
    return not missed and not again
