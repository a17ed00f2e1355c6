"""The work of a step at one host: `work` does it alone, or has it done where many hosts are served at once.

An interpreter with a library for SSH in it costs a third of a second to start. Alone that is nothing; for hundreds of
hosts it is most of the time, so that their sessions share one process, while each stays an attempt with a process here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from runbook.kind import WorkFailed

_ENDED = 143
"""The exit code when it was told to end: 128 and the number of TERM."""


def work(request: Mapping[str, Any]) -> None:
    """Do what the step asks of its host; what comes from there is passed on as it comes."""
    whole = {**request, "root": os.getcwd(), "me": _me(), "agent": os.environ.get("SSH_AUTH_SOCK", "")}
    if request.get("of_many") and sys.platform == "linux":  # elsewhere a name can't stand for a place to meet at
        from runbook.remote.caller import have_done

        have_done(whole)
    else:
        _do(whole)


def _me() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return os.environ.get("USER", "")


def _do(request: Mapping[str, Any]) -> None:
    import asyncio
    import signal

    from runbook.remote.session import carry_out

    async def say(stream: str, data: bytes) -> None:
        there = sys.stdout.buffer if stream == "stdout" else sys.stderr.buffer
        there.write(data)
        there.flush()

    async def until_told() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await carry_out(request, say)

    try:
        asyncio.run(until_told())
    except asyncio.CancelledError:
        raise WorkFailed("told to end", exit_code=_ENDED) from None
