"""Which hosts there are, how each is reached, and which groups they are in. Frozen, as it was read or stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.diagnostics import suggestion
from runbook.errors import ExpressionError

if TYPE_CHECKING:
    from runbook.outcome import Json

MOST_HOPS = 8
"""How many hosts one may be reached through."""
FILE = "`operations/hosts.yaml`"
"""Where the hosts are described, in words."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every host by name, with `address`, `port`, `user`, `identity` and `via` as far as they are said; the groups."""

    hosts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known_hosts: str = ""
    """The file of the project with the keys of known hosts; empty where the user's own is meant."""

    def __bool__(self) -> bool:
        return bool(self.hosts)

    def host(self, name: str) -> Mapping[str, Json]:
        """How that host is reached; empty when it is not one of these."""
        return self.hosts.get(name, {})

    def check(self, name: str) -> None:
        """An error when one of these hosts is meant, a single word, and there is none of that name."""
        if self and name not in self.hosts and _WORD.fullmatch(name) and name != "localhost":
            help = suggestion(name, self.hosts, "add it there, or write its full name or its address")
            raise ExpressionError(f"there is no host `{name}` in {FILE}", help)

    def way(self, name: str) -> tuple[str, ...]:
        """The hosts it is reached through, the first of them first."""
        way: list[str] = []
        while (name := self.host(name).get("via", "")) and name not in way and len(way) < MOST_HOPS:
            way.insert(0, name)
        return tuple(way)

    def members(self, wanted: Mapping[str, Json]) -> list[Json]:
        """The hosts that are meant by `{hosts: [...]}` or `{group: NAME}`, each once; an error when that can't be."""
        if "group" in wanted:
            names = wanted["group"] if isinstance(wanted["group"], list) else [wanted["group"]]
            return list(dict.fromkeys(host for name in names for host in self._group(name)))
        hosts = wanted["hosts"]
        if not isinstance(hosts, list):
            raise ExpressionError("`hosts` is not a list", "give a list of names, or `{group: NAME}` of the inventory")
        seen: set[str] = set()
        for host in hosts:
            if not isinstance(host, str):
                raise ExpressionError("a host is not text", "give a list of names")
            if host in seen:
                raise ExpressionError(f"the host `{host[:60]}` is there twice", "name every host once")
            seen.add(host)
        for host in hosts:
            self.check(host)
        return hosts

    def _group(self, name: Json) -> tuple[str, ...]:
        if name not in self.groups:
            if not self:
                raise ExpressionError(f"there is no group `{name}`, as there is no {FILE}", "describe it there")
            raise ExpressionError(
                f"there is no group `{name}` in {FILE}", suggestion(str(name), self.groups, "add it there")
            )
        return self.groups[name]


NOWHERE = Inventory()
"""An inventory of which nothing is known."""


def inventory_of(data: Mapping[str, Json]) -> Inventory:
    """The inventory in data of the right shape: `{known_hosts, defaults, hosts: {NAME: {}}, groups: {NAME: []}}`."""
    usual = data.get("defaults") or {}
    hosts = {}
    for name, given in (data.get("hosts") or {}).items():
        known = {"address": name, **usual, **(given or {})}
        if known.get("via") == name:  # the usual way in is not behind itself
            del known["via"]
        hosts[name] = known
    groups = {name: tuple(members) for name, members in (data.get("groups") or {}).items()}
    return Inventory(hosts, groups, data.get("known_hosts", ""))
