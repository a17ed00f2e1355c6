"""A sign of life to a watcher elsewhere, which raises the alarm when it stays out."""

from __future__ import annotations

import re

from runbook.errors import MachineRefuses, Misuse

_TIMEOUT = 10.0
"""Seconds to wait for an answer."""


def beat(address: str) -> int:
    """Call an address once; the status of its answer, `MachineRefuses` when none comes, or a bad one."""
    import http.client
    import urllib.error
    import urllib.request

    if not re.match(r"https?://[^\s/]", address):
        raise Misuse(f"`{address[:60]}` is no address to call", "write one that begins with https://")
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        raise MachineRefuses(f"the watcher has answered {error.code}", "check the address") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise MachineRefuses(f"the watcher can't be reached: {reason}", "check the address and the network") from None
