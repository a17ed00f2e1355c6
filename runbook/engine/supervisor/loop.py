"""Everything a supervisor has under way, and the loop that moves it on."""

from __future__ import annotations

# `signal` is this module plus 5 ms of imports at every start of a run.
import _signal as signal  # type: ignore[import-not-found]  # there are no stubs for it
import os
import resource
import select
import time
from math import inf

from .lines import Arrivals, Json, Log, encode, line
from .processes import (
    LINUX,
    Process,
    adopt_orphans,
    below,
    carries,
    group,
    is_shared,
    process,
    processes,
    read,
    send,
    tick,
)
from .program import Program, refusal
from .stream import CHUNK, Stream

_BACKLOG = 1024 * 1024
_STUBBORN = 5.0
_RETRY = 0.5
_LOOK = 0.02
_IGNORED = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGQUIT,
    signal.SIGTSTP,
    signal.SIGPIPE,
    signal.SIGXFSZ,
)


class Supervision:
    """Everything under way, and one turn of the loop that moves it on."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.log = Log(folder + "/log")
        self.reaper = adopt_orphans()
        self.poll = select.poll()
        self.null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        self.wake = _woken_by_children()
        self.programs: dict[int, Program] = {}
        self.streams: dict[int, tuple[Program, Stream]] = {}
        self.seen: set[str] = set()
        self.starting: list[Program] = []
        self.killing: list[str] = []
        self.results: list[str] = []
        self.unsaved = b""
        self.oldest: float = inf
        self.arrivals = Arrivals()
        self.replies = b""
        self.alone = self.closed = self.deaf = self.stuck = False

    def run(self) -> None:
        """Introduces itself, then works until nobody asks any more and nothing is left to do."""
        self._introduce()
        for descriptor in (0, 1):
            os.set_blocking(descriptor, False)
        for descriptor in (0, self.wake):
            self.poll.register(descriptor, select.POLLIN)
        while not self.closed or self.programs or self.unsaved or self.replies:
            self._turn()

    def _introduce(self) -> None:
        me, boot = (process(os.getpid()), read("/proc/sys/kernel/random/boot_id")) if LINUX else (None, b"")
        hello = encode({"hello": os.getpid(), "start": me.start if me else tick(), "boot": boot.decode().strip()})
        self.log.append(line(hello))
        for folder in (self.folder, os.path.dirname(self.folder)):
            descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            os.fsync(descriptor)
            os.close(descriptor)
        self._reply(hello)
        self._flush()

    def _turn(self) -> None:
        due = min((program.due for program in self.programs.values()), default=inf)
        if self.unsaved:
            due = min(due, time.monotonic() + _RETRY)
        events = self.poll.poll(None if due == inf else max(0.0, (due - time.monotonic()) * 1000 + 1))
        now = time.monotonic()
        for descriptor, _ in events:
            if descriptor == self.wake:
                os.read(self.wake, CHUNK)
                self._reap(now)
            elif descriptor in self.streams:
                self._listen(descriptor, now)
            elif descriptor == 0:
                self._hear()
        for program in [program for program in self.programs.values() if program.due <= now]:
            self._hasten(program, now)
        self._commit()
        for program in [program for program in self.programs.values() if program.attempt in self.killing]:
            if program.error is None:
                self._stop(program, "stopped on request", now)
        self.killing.clear()
        self._flush()

    def _hear(self) -> None:
        data = os.read(0, CHUNK)
        for verb, *fields in self.arrivals.taken(data):
            attempt = fields[0].decode("utf-8", "replace")
            if verb == b"kill":
                self.killing.append(attempt)
            elif attempt not in self.seen:
                self.seen.add(attempt)
                self.starting.append(Program(len(self.seen), self.folder, fields))
        if not data:
            self.alone = True
            self.poll.unregister(0)

    def _commit(self) -> None:
        """Writes down, at one stroke, what ended and what is about to start; then tells, then starts."""
        results, self.results = self.results, []
        starting, self.starting = self.starting, []
        ended = self.unsaved + b"".join(line(body) for body in results)
        news = ended + b"".join(line(encode({"running": each.attempt, "number": each.number})) for each in starting)
        closing = self.alone and not self.closed
        if not (news or closing):
            return
        try:
            if starting:
                self.log.reserve()
            self.log.append(news + (line(encode({"closed": 1})) if closing else b""), sync=bool(news))
            self.unsaved = b""
        except OSError as problem:
            reason = f"not started, because that could not be noted: {os.strerror(problem.errno or 0)}"
            for program in starting:
                program.status, program.error = 126, reason
                self._reply(encode(program.result()))
            starting = []
            self._save(ended)
        self.closed = self.alone
        for body in results:
            self._reply(body)
        self._start(starting)

    def _save(self, ended: bytes) -> None:
        """Writes results into the room that is left, now or as soon as there is some."""
        self.unsaved = ended
        try:
            self.log.append(ended)
            self.unsaved = b""
        except OSError:
            pass

    def _start(self, starting: list[Program]) -> None:
        spawned = b""
        for program in starting:
            try:
                program.spawn(self.null, _IGNORED)
            except (OSError, ValueError) as problem:
                program.close()
                program.status, program.error = refusal(program, problem)
                self.results.append(encode(program.result()))
                continue
            self.programs[program.number] = program
            for stream in program.streams:
                self.streams[stream.descriptor] = (program, stream)
                self.poll.register(stream.descriptor, select.POLLIN)
            note: dict[str, Json] = {"spawned": program.attempt, "pid": program.pid, "from": program.tick, "to": tick()}
            spawned += line(encode(note))
        if starting:
            os.chdir("/")
        if spawned:
            try:
                self.log.append(spawned, sync=False)
            except OSError:  # only a convenience for whoever looks for what is left of it
                pass
        if self.results:
            self._commit()

    def _listen(self, descriptor: int, now: float) -> bool:
        """Takes in what a stream holds; False when there was nothing."""
        program, stream = self.streams[descriptor]
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._leave(program, stream, now)
            return False
        self._take(program, stream, stream.without_secrets(data), now)
        return True

    def _take(self, program: Program, stream: Stream, data: bytes, now: float) -> None:
        stream.keep(data)
        if not self.deaf and len(self.replies) < _BACKLOG and (text := stream.passed_on(data, now)):
            self._reply(encode({"output": program.attempt, "stream": stream.name, "text": text}))

    def _leave(self, program: Program, stream: Stream, now: float) -> None:
        if left := stream.without_secrets(b""):
            self._take(program, stream, left, now)
        self.poll.unregister(stream.descriptor)
        del self.streams[stream.descriptor]
        os.close(stream.descriptor)
        stream.descriptor = -1

    def _reap(self, now: float) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.oldest = inf
                return
            if not pid:
                return
            for program in [each for each in self.programs.values() if each.pid == pid and each.status is None]:
                program.status = os.waitstatus_to_exitcode(status)
                if program.error is None:
                    self.oldest = min(self.oldest, program.tick)
                    self._finish(program, now)
                else:
                    program.due = now

    def _finish(self, program: Program, now: float) -> None:
        """What its pipes still hold is taken in, but nobody who keeps them open is waited for."""
        for stream in program.streams:
            left = 1 << 20
            while left > 0 and stream.descriptor >= 0 and self._listen(stream.descriptor, now):
                left -= CHUNK
            if stream.descriptor >= 0:
                self._leave(program, stream, now)
        del self.programs[program.number]
        self.results.append(encode(program.result()))

    def _stop(self, program: Program, why: str, now: float) -> None:
        """Asks it, and everything it started, to end; `_hasten` comes back when the grace is over."""
        program.error = why
        program.kill_at = program.due = now + program.grace
        table = self._family(program)
        send(-program.pid, signal.SIGTERM, signal.SIGCONT)
        for pid, one in table.items():
            if one.group != program.pid:
                send(pid, signal.SIGTERM, signal.SIGCONT)

    def _hasten(self, program: Program, now: float) -> None:
        """Its time has come: the timeout, the end of the grace, or another look at what is left of it."""
        if program.error is None:
            self._stop(program, f"timed out after {program.timeout:g} s", now)
            return
        family = self._family(program)
        stubborn = now >= program.kill_at + _STUBBORN
        if program.status is not None and (not family or stubborn):
            if family:
                program.error += f", and {len(family)} of its processes could not be ended"
            self._finish(program, now)
            return
        if now >= program.kill_at:
            if program.status is None:
                send(-program.pid, signal.SIGKILL)
            for pid in family:
                send(pid, signal.SIGKILL)
        program.due = now + (1.0 if stubborn else _LOOK)

    def _family(self, program: Program) -> dict[int, Process]:
        """What is alive of an attempt: what descends from it, carries its cookie, or can be nobody else's."""
        if not LINUX:
            return group(program.pid)
        table, me = processes(), os.getpid()
        others = [each for each in self.programs.values() if each is not program]
        ours = (below(table, {me}) if self.reaper else set(table)) - {me, *(each.pid for each in others)}
        oldest = min([self.oldest, *(each.tick for each in others)])
        seeds = {
            pid
            for pid in ours & set(table)
            if pid == program.pid
            or table[pid].session == program.pid
            or (pid, table[pid].start) in program.known
            or (
                self.reaper
                and table[pid].parent == me
                and program.tick <= table[pid].start < oldest
                and not is_shared(pid)
            )
            or carries(pid, program.attempt)
        }
        family = {pid: table[pid] for pid in below(table, seeds)}
        program.known.update((pid, one.start) for pid, one in family.items())
        return family

    def _reply(self, body: str) -> None:
        if not self.deaf:
            self.replies += body.encode("utf-8", "replace") + b"\n"

    def _flush(self) -> None:
        """Hands over as many replies as fit; the rest goes when there is room, or never when nobody listens."""
        if not self.replies:
            return
        try:
            self.replies = self.replies[os.write(1, self.replies) :]
        except BlockingIOError:
            pass
        except OSError:
            self.deaf, self.replies = True, b""
        if bool(self.replies) != self.stuck:
            self.stuck = not self.stuck
            if self.stuck:
                self.poll.register(1, select.POLLOUT)
            else:
                self.poll.unregister(1)


def _woken_by_children() -> int:
    """A descriptor that is readable when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def main(folder: str) -> None:
    """Supervises from that folder until everything is done."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # what the engine itself was given is nobody's business here
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    Supervision(folder).run()
