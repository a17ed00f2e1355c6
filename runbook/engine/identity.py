"""Who sits at the keyboard, as the system knows it: never what an environment variable claims."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where (`host` or `host:terminal`)."""

    name: str
    where: str = ""


def system_user() -> Actor:
    """The user this process runs as, and the host and terminal it runs on."""
    return Actor(user_name(os.getuid()), _where())


def user_name(number: int) -> str:
    """What the system calls the user of that number."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid{number}"


def _where() -> str:
    host = os.uname().nodename
    for handle in (0, 1, 2):
        try:
            return f"{host}:{os.ttyname(handle)}"
        except OSError:
            continue
    return host
