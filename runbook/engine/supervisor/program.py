"""One attempt: what was asked, how it is started, and how it ended."""

from __future__ import annotations

import errno
import os
import time
from math import inf

from .lines import Json
from .processes import COOKIE, LINUX, tick
from .stream import Stream

TYPE_CHECKING = False  # as the module `typing` has it, which takes too long to load
if TYPE_CHECKING:
    from .mask import Mask


class Program:
    """One attempt: what was asked, and how far it has come."""

    def __init__(self, number: int, folder: str, fields: list[bytes]) -> None:
        attempt, timeout, grace, limit, self.cwd, self.root, self.stdin, count, forms = fields[:9]
        self.attempt = attempt.decode("utf-8", "replace")
        self.timeout = float(timeout) if timeout else inf
        self.grace = float(grace)
        self.number = number
        first = 9 + int(forms)
        secrets, last = fields[9:first], first + int(count)
        self.argv = fields[first:last]
        self.env = dict(zip(fields[last::2], fields[last + 1 :: 2], strict=True))
        self.env[COOKIE.encode()] = attempt
        mask = _mask(secrets) if secrets else None
        self.streams = [
            Stream("stdout", f"{folder}/{number}.out", int(limit), mask),
            Stream("stderr", f"{folder}/{number}.err", int(limit), mask and mask.twin()),
        ]
        self.pid = self.tick = 0
        self.started = 0.0
        self.due = self.kill_at = inf
        self.error: str | None = None
        self.status: int | None = None
        self.known: set[tuple[int, int]] = set()

    def spawn(self, null: int, defaults: tuple[int, ...]) -> None:
        """Starts it in a session of its own, the signals `defaults` as usual; OSError, ValueError when it cannot be."""
        if not self.argv:
            raise ValueError("no program is named")
        os.chdir(self.cwd)
        if _leads_out(os.getcwdb(), os.path.realpath(self.root)):
            raise ValueError(f"its folder `{self.cwd.decode('utf-8', 'replace')}` leads out of the project")
        path = locate(self.argv[0], self.env)
        ends: list[int] = []
        stdin = null
        try:
            if self.stdin:
                stdin = _holding(self.stdin, self.streams[0].path)
            for stream in self.streams:
                stream.descriptor, end = os.pipe()
                ends.append(end)
                os.set_blocking(stream.descriptor, False)
            self.tick, self.started = tick(), time.monotonic()
            self.pid = os.posix_spawn(
                path,
                self.argv,
                self.env,
                file_actions=[(os.POSIX_SPAWN_DUP2, each, at) for at, each in enumerate((stdin, *ends))],
                setsid=True,
                setsigmask=(),
                setsigdef=defaults,
            )
        finally:
            for end in ends if stdin == null else (stdin, *ends):
                os.close(end)
        self.stdin = b""
        self.due = self.started + self.timeout

    def close(self) -> None:
        """Lets go of the streams."""
        for stream in self.streams:
            if stream.descriptor >= 0:
                os.close(stream.descriptor)
                stream.descriptor = -1

    def result(self) -> dict[str, Json]:
        """How it ended, as the log and the engine are told."""
        status = self.status or 0
        said = {stream.name: stream.settle() for stream in self.streams}
        return {
            "ended": self.attempt,
            "exit_code": None if status < 0 else status,
            "signal": -status if status < 0 else None,
            "error": self.error,
            "seconds": round(time.monotonic() - self.started, 6) if self.pid else 0.0,
            **said,
        }


def _leads_out(folder: bytes, root: bytes) -> bool:
    """True for a folder that is neither the root nor below it; both are without links."""
    return folder != root and not folder.startswith(root.rstrip(b"/") + b"/")


def _mask(secrets: list[bytes]) -> Mask:
    from .mask import Mask  # most programs have none, and it takes a moment

    return Mask(secrets)


def locate(name: bytes, env: dict[bytes, bytes]) -> bytes:
    """The program's file: `name` itself when it is a path, else the first of that name on the attempt's own PATH."""
    if b"/" in name:
        return name
    denied = False
    for folder in env.get(b"PATH", os.defpath.encode()).split(b":"):
        path = (folder or b".") + b"/" + name
        if os.path.isfile(path):
            if os.access(path, os.X_OK):
                return path
            denied = True
    raise OSError(errno.EACCES if denied else errno.ENOENT, "")


def refusal(program: Program, problem: OSError | ValueError) -> tuple[int, str]:
    """The exit code and the words for a program that could not be started."""
    name = program.argv[0].decode("utf-8", "replace") if program.argv else ""
    cwd = program.cwd.decode("utf-8", "replace")
    if isinstance(problem, ValueError):
        return 126, f"`{name}` could not be started: {problem}"
    if not os.path.isdir(program.cwd):
        return 126, f"folder `{cwd}` does not exist"
    if problem.filename == program.cwd:
        return 126, f"folder `{cwd}` cannot be entered"
    match problem.errno:
        case errno.ENOENT if problem.filename and os.path.isfile(problem.filename):
            return 127, f"the interpreter of `{name}` was not found"
        case errno.ENOENT | errno.ENOTDIR:
            return 127, f"program `{name}` was not found"
        case errno.EACCES:
            return 126, f"program `{name}` is not executable"
        case errno.ENOEXEC:
            return 126, f"program `{name}` is not in a form this machine can run"
        case errno.E2BIG:
            return 126, f"the arguments and the environment of `{name}` are too large"
    return 126, f"`{name}` could not be started: {os.strerror(problem.errno or 0)}"


def _holding(data: bytes, path: str) -> int:
    if LINUX:
        descriptor = os.memfd_create("stdin", os.MFD_CLOEXEC)
    else:
        descriptor = os.open(path + ".in", os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        os.unlink(path + ".in")
    while data:
        data = data[os.write(descriptor, data) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
