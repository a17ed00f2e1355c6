"""Hands attempts over to the supervisor and hears how they ended; `traces.py` tells what became of them after a crash.

Rule 1: the lock is taken here, before the supervisor exists, and only the supervisor keeps it: while it is held
somebody may still carry out what was asked; once it is free the log is complete.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.engine.supervisor.lines import frame
from runbook.engine.traces import (
    GRACE,
    Adopted,
    InDoubt,
    NeverRan,
    StillRunning,
    Trace,
    end,
    end_of,
    finished,
    inspect,
    tidy,
    wait_for,
)
from runbook.errors import MachineRefuses
from runbook.journal.places import SHARED, is_shared, open_file
from runbook.outcome import Act, Finished

__all__ = [
    "GRACE",
    "Adopted",
    "Ended",
    "Gone",
    "InDoubt",
    "Message",
    "NeverRan",
    "Output",
    "StillRunning",
    "Supervisor",
    "Trace",
    "end",
    "inspect",
    "tidy",
    "wait_for",
]

LIMIT = 10 * 1024 * 1024
"""How many bytes of each output stream are kept unless a step says otherwise; 8 KiB at least."""
_PAUSE = 0.05
_HOME = Path(__file__).parent
_NEEDED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
"""What the supervisor sees of the caller's environment: the rest may be secrets, which are for one program each."""
_BOOT = "import sys; sys.path.append(sys.argv[1]); from supervisor.loop import main; main(sys.argv[2])"


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt is over and its result is on disk."""

    attempt: str
    finished: Finished


@dataclass(frozen=True, slots=True)
class Output:
    """What a running program has just written to `stdout` or `stderr`; a flood is thinned out."""

    attempt: str
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The supervisor has ended; `inspect` tells what became of attempts that did not. `reason` is what it said last."""

    reason: str = ""


Message = Ended | Output | Gone


class Supervisor:
    """A supervisor that was started and listens; for one thread."""

    def __init__(self, folder: Path, pid: int, requests: int, replies: int) -> None:
        self.folder = folder
        self.pid = pid
        self._requests = requests
        self._replies = replies
        self._poll = select.poll()
        self._poll.register(replies, select.POLLIN)
        self._arrived = b""
        self._messages: list[Message] = []
        self._identity: dict[str, str | int] = {}

    @classmethod
    def start(cls, folder: Path, python: str = sys.executable) -> Supervisor:
        """A new supervisor that keeps its log in `folder`, which must not exist yet."""
        folder = Path(os.path.abspath(folder))
        try:
            folder.mkdir(mode=0o700)
            if is_shared(folder.parent):
                os.chmod(folder, SHARED)
            lock = open_file(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_APPEND)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            asked, requests = os.pipe()
            replies, answers = os.pipe()
        except OSError as problem:
            help = "free some space, or set RUNBOOK_HOME to a folder you may write to"
            raise MachineRefuses(f"folder `{folder}` cannot be used: {problem.strerror}", help) from problem
        # Above 2, so that none of them is overwritten before it is handed over.
        given = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3) for descriptor in (asked, answers, lock)]
        try:
            pid = os.posix_spawn(
                python,
                [python, "-I", "-S", "-c", _BOOT, str(_HOME), str(folder)],
                {name: os.environ[name] for name in _NEEDED if name in os.environ},
                file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, at) for at, descriptor in enumerate(given)],
                setsid=True,
                setsigmask=(),
            )
        except OSError as problem:
            os.close(requests)
            os.close(replies)
            raise MachineRefuses(f"`{python}` cannot be started: {problem.strerror}") from problem
        finally:
            for descriptor in (asked, answers, lock, *given):
                os.close(descriptor)
        os.set_blocking(replies, False)
        return cls(folder, pid, requests, replies)

    @property
    def identity(self) -> Mapping[str, str | int]:
        """The name of its `folder`, its `pid`, when and in which boot that started; empty when it could not start."""
        while not self._identity and self._replies >= 0:
            self._receive(None)
        return self._identity

    def submit(
        self,
        attempt: str,
        act: Act,
        *,
        root: str | Path = ".",
        env_extra: Mapping[str, str] | None = None,
        timeout: float | None = None,
        grace: float = GRACE,
        limit: int = LIMIT,
        masked: Sequence[bytes] = (),
    ) -> None:
        """Has the program carried out, once, in `act.cwd` below `root`; its start must be in the journal already.

        What is `masked` is taken out of its output before anything of it is kept or told.
        """
        env = {**act.env, **(env_extra or {})}
        root = os.path.abspath(root)
        cwd = os.path.normpath(os.path.join(root, act.cwd))
        words: list[str | bytes] = [
            *("start", attempt, "" if timeout is None else repr(timeout), repr(grace), str(limit), cwd, root),
            *(act.stdin, str(len(act.argv)), str(len(masked))),
            *masked,
            *act.argv,
            *(word for pair in env.items() for word in pair),
        ]
        self._request(words)

    def kill(self, attempt: str) -> None:
        """Ends a running program and everything it started; it is heard of as any other."""
        self._request(["kill", attempt])

    def fileno(self) -> int:
        """The descriptor that is readable when there is a message."""
        return self._replies

    def poll(self, timeout: float) -> list[Message]:
        """The messages that are there, or that come within so many seconds."""
        until = time.monotonic() + timeout
        left = timeout
        while not self._messages and self._replies >= 0 and left >= 0:
            self._receive(left)
            left = until - time.monotonic()
        messages, self._messages = self._messages, []
        return messages

    def close(self) -> None:
        """Asks nothing more: what runs is finished and written down, then the supervisor ends."""
        for descriptor in (self._requests, self._replies):
            if descriptor >= 0:
                os.close(descriptor)
        self._requests = self._replies = -1

    def join(self, seconds: float) -> bool:
        """True when the supervisor has ended, waiting so long for it."""
        until = time.monotonic() + seconds
        pause = 0.001
        while True:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return True
            except ChildProcessError:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(pause)
            pause = min(2 * pause, _PAUSE)

    def leave(self) -> None:
        """As `close`, and waits for the supervisor, which has nothing left to do."""
        self.close()
        self.join(1.0)

    @property
    def complaint(self) -> str:
        """What a supervisor that could not start, or has died, had to say."""
        return next((message.reason for message in self._messages if isinstance(message, Gone)), "")

    def _request(self, words: Sequence[str | bytes]) -> None:
        data = frame([word if isinstance(word, bytes) else word.encode("utf-8", "surrogateescape") for word in words])
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._requests, left) :]
        except BrokenPipeError:  # it has ended: the next `poll` says so
            pass

    def _receive(self, timeout: float | None) -> None:
        if not self._poll.poll(None if timeout is None else timeout * 1000):
            return
        try:
            data = os.read(self._replies, 1 << 16)
        except BlockingIOError:
            return
        self._arrived += data
        *bodies, self._arrived = self._arrived.split(b"\n")
        for body in bodies:
            self._understand(json.loads(body))
        if not data:
            self.close()
            self.join(1.0)
            self._messages.append(Gone(end_of(self.folder / "lock").strip()))

    def _understand(self, reply: dict[str, Any]) -> None:
        match reply:
            case {"output": attempt, "stream": stream, "text": text}:
                self._messages.append(Output(attempt, stream, text))
            case {"ended": attempt}:
                self._messages.append(Ended(attempt, finished(self.folder, reply)))
            case {"hello": pid, "start": start, "boot": boot}:
                self._identity = {"folder": self.folder.name, "pid": pid, "start": start, "boot": boot}
