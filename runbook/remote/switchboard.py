"""`python -m runbook.remote.switchboard FD`: one process that holds the sessions of many attempts of a run at once.

Rule 1: it remembers nothing. What an attempt asked for is held as long as that attempt's process holds its line, and
ended when it lets go; what came of it is told there and nowhere else.
Rule 2: it is nobody's to stop but by itself: it ends when nobody has asked for anything for a while.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from contextlib import suppress
from typing import Any

from runbook.kind import WorkFailed
from runbook.remote.frames import END, ERR, HEAD, HELD, LONGEST, OUT, REQUEST, frame, uid_of

PATIENCE = 3.0
"""Seconds without a session after which it ends."""


class Switchboard:
    """The sessions that are held, and when the last one ended."""

    def __init__(self) -> None:
        self.held = 0
        self.news = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one session for whoever has called."""
        self.held += 1
        self.news.set()
        try:
            if uid_of(writer.get_extra_info("socket")) == os.getuid():
                await self._hold(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # it has gone
        finally:
            writer.close()
            self.held -= 1
            self.news.set()

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        letter, length = HEAD.unpack(await reader.readexactly(HEAD.size))
        if letter != REQUEST or length > LONGEST:
            return
        request = json.loads(await reader.readexactly(length))
        writer.write(frame(HELD, b""))
        await writer.drain()
        work = asyncio.ensure_future(_end_of(request, writer))
        gone = asyncio.ensure_future(reader.read(1))
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            return
        gone.cancel()
        writer.write(frame(END, json.dumps(work.result()).encode()))
        await writer.drain()

    async def until_idle(self) -> None:
        """Returns when nobody has asked for anything for a while."""
        while True:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), None if self.held else PATIENCE)
            except TimeoutError:
                if not self.held:
                    return


async def _end_of(request: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
    from runbook.remote.session import carry_out

    async def say(stream: str, data: bytes) -> None:
        writer.write(frame(OUT if stream == "stdout" else ERR, data))
        await writer.drain()

    try:
        await carry_out(request, say)
    except WorkFailed as error:
        return {"exit_code": error.exit_code, "message": str(error), "help": error.help}
    except Exception as error:  # of a library: told there, so that the others go on
        return {"exit_code": 1, "message": f"{type(error).__name__}: {error}", "help": ""}
    return {"exit_code": 0, "message": "", "help": ""}


async def _main(descriptor: int) -> None:
    listening = socket.socket(fileno=descriptor)
    board = Switchboard()
    server = await asyncio.start_unix_server(board.serve, sock=listening)
    await board.until_idle()
    server.close()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
