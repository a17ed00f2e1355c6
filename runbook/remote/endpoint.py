"""The machine that is connected to: its name or address, port and user, each of a form that can't be anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from runbook.errors import ExpressionError

HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?"
"""A name, or an IPv4 address: nothing that a program takes for an option, and no room for anything else."""
USER = r"[A-Za-z_][A-Za-z0-9._-]{0,62}\$?"
PORT = r"[1-9][0-9]{0,4}"

_HOP = re.compile(rf"(?:(?P<user>{USER})@)?(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>{HOST}))(?::(?P<port>{PORT}))?")
_MOST = 65_535


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One machine on the way, or at its end; `name` is what people call it, `identity` the file of a key."""

    name: str
    address: str
    user: str = ""
    port: int = 22
    identity: str = ""

    @property
    def data(self) -> dict[str, str | int]:
        """The same as the journal keeps it."""
        fields = ("name", "address", "user", "port", "identity")
        return {field: value for field in fields if (value := getattr(self, field)) not in ("", 22)}

    @property
    def login(self) -> str:
        """Who is reached where, as `ssh` takes it, without the port."""
        return f"{self.user}@{self.address}" if self.user else self.address


def endpoint(text: str, known: Mapping[str, str | int]) -> Endpoint:
    """The machine of that name: as the inventory has it (`known`), else `[USER@]HOST[:PORT]` itself.

    An error when it can be neither.
    """
    if known:
        address = check_address(str(known.get("address", text)))
        user, identity = str(known.get("user", "")), str(known.get("identity", ""))
        return Endpoint(text, address, user, int(known.get("port", 22)), identity)
    if is_address(text):  # of version 6, with colons of its own
        return Endpoint(text, text)
    found = _HOP.fullmatch(text)
    if found is None or int(found["port"] or 22) > _MOST:
        raise ExpressionError(
            f"`{brief(text)}` is not a host", "write a name or an address, such as `web1.example.org`"
        )
    address = check_address(found["v6"] or found["host"])
    return Endpoint(text, address, found["user"] or "", int(found["port"] or 22))


def check_address(text: str) -> str:
    """The text when it is the name or the address of a host; an error when it is not."""
    if not (re.fullmatch(HOST, text) or is_address(text)):
        raise ExpressionError(
            f"`{brief(text)}` is not a host", "write a name or an address, such as `web1.example.org`"
        )
    return text


def check_user(text: str) -> str:
    """The text when it can be the name of a user; an error when it can't."""
    if not re.fullmatch(USER, text):
        raise ExpressionError(f"`{brief(text)}` is not the name of a user", "write a name such as `deploy`")
    return text


def check_port(text: str) -> int:
    """The port in the text; an error when it is none."""
    if not re.fullmatch(PORT, text) or int(text) > _MOST:
        raise ExpressionError(f"`{brief(text)}` is not a port", f"write a number from 1 to {_MOST}")
    return int(text)


def is_address(text: str) -> bool:
    """True for an IP address of either version."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def brief(text: str) -> str:
    """A text that is no host, short enough for a message, with what can't be seen made visible."""
    seen = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return seen if len(seen) <= 60 else seen[:57] + "..."
