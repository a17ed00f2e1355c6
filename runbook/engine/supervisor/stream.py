"""What a program writes: its head and its tail are kept as it comes, what lies between is counted."""

from __future__ import annotations

import codecs
import os
from math import inf

from .lines import Json, made

TYPE_CHECKING = False  # as the module `typing` has it, which takes too long to load
if TYPE_CHECKING:
    from .mask import Mask

INLINE = 64 * 1024
"""Up to so many bytes stand in the result itself."""
CHUNK = 64 * 1024
_LEAST = 4096
_PAUSE = 0.1


class Stream:
    """One stream of a program: head and tail are kept in files as it comes, what lies between is counted."""

    def __init__(self, name: str, path: str, limit: int, mask: Mask | None = None) -> None:
        self.name, self.path, self.half = name, path, max(limit // 2, _LEAST)
        self.descriptor = self.file = -1
        self.room = self.parts = self.total = self.written = self.quota = 0
        self.since = -inf
        self.little = b""
        self.broken = False
        self.mask = mask
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def without_secrets(self, data: bytes) -> bytes:
        """What may be kept and shown of what the program wrote; no data: it has ended, and nothing is held back."""
        if self.mask is None:
            return data
        return self.mask.passed(data) if data else self.mask.rest()

    def keep(self, data: bytes) -> None:
        """Takes in what the program wrote."""
        self.total += len(data)
        if self.total <= INLINE:
            self.little += data
        while data and not self.broken:
            try:
                if not self.room:
                    self._turn()
                count = os.write(self.file, data[: self.room])
            except OSError:
                self.broken = True
                return
            self.written += count
            self.room -= count
            data = data[count:]

    def _turn(self) -> None:
        if self.file >= 0:
            os.close(self.file)
            self.file = -1
        if self.parts > 1:
            os.replace(self.path + ".tail", self.path + ".before")
        path = self.path + ".tail" if self.parts else self.path
        self.file = made(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.parts += 1
        self.room = self.half

    def settle(self) -> Json:
        """The stream as the result tells it: its text when that is little, else the files that keep it, on disk."""
        if self.file >= 0:
            os.close(self.file)
        if self.total <= min(INLINE, 2 * self.half):
            if self.parts:
                try:
                    os.unlink(self.path)
                except OSError:  # somebody has cleared the folder; the text is at hand
                    pass
            return self.little.decode("utf-8", "replace")
        for path in (self.path, self.path + ".before", self.path + ".tail", os.path.dirname(self.path)):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                os.fsync(descriptor)
                os.close(descriptor)
            except OSError:  # that part does not exist, or the disk is failing: whoever reads it counts what is missing
                continue
        return {"file": os.path.basename(self.path), "kept": min(self.written, 2 * self.half), "total": self.total}

    def passed_on(self, data: bytes, now: float) -> str:
        """What of it is shown while the program runs: a flood is thinned out, never queued."""
        if now - self.since >= _PAUSE:
            self.since, self.quota = now, CHUNK
        data = data[: self.quota]
        self.quota -= len(data)
        return self.decoder.decode(data)
