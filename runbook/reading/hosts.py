"""What is wrong with what the file about hosts says: hosts nobody described, ways that lead nowhere, forms of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.errors import ExpressionError
from runbook.inventory import MOST_HOPS
from runbook.kinds.shell import is_outside
from runbook.remote.endpoint import check_address

if TYPE_CHECKING:
    from runbook.reading.tree import Tree
    from runbook.source import Path

UNKNOWN_HOST = Problem(
    "RB263",
    "unknown-host",
    """\
A group of `operations/hosts.yaml`, or the `via` of a host, names a host that is not in the file.

    hosts: {web1: {via: bastoin}, bastion: {}}
    groups: {web: [web1, web2]}

Write the name as it stands under `hosts`, or add the host there.
""",
)
BAD_HOST = Problem(
    "RB264",
    "bad-host",
    """\
A host of `operations/hosts.yaml` can't be reached as it is described: its address is none, it is reached through
itself, or through too many others; a group names a host twice; or the known hosts are not in the project.

    hosts: {web1: {via: web2}, web2: {via: web1}}
    groups: {web: [web1, web1]}

Give it a name or an address, a way that ends, and name it once.
""",
)

PROBLEMS = (UNKNOWN_HOST, BAD_HOST)


def check_hosts(tree: Tree) -> Iterator[Diagnostic]:
    """What the file says that can't be."""
    data: Mapping[str, Any] = tree.data
    hosts, usual = data["hosts"], data.get("defaults") or {}
    if is_outside(data.get("known_hosts", "")):
        message = f"`{data['known_hosts']}` is outside the project"
        yield found(BAD_HOST, message, "name a file inside it", tree.place(("known_hosts",)))
    if "via" in usual:
        yield from _unknown(tree, hosts, usual["via"], ("defaults", "via"))
    for name, given in hosts.items():
        given = given or {}
        if "address" in given:
            try:
                check_address(given["address"])
            except ExpressionError as error:
                yield found(BAD_HOST, str(error), error.help, tree.place(("hosts", name, "address")))
        if "via" in given:
            yield from _unknown(tree, hosts, given["via"], ("hosts", name, "via"))
            if not _ends(hosts, usual.get("via", ""), name):
                message = f"the way to `{name}` leads through itself, or through more than {MOST_HOPS} hosts"
                yield found(BAD_HOST, message, "let it end somewhere", tree.place(("hosts", name, "via")))
    for group, members in (data.get("groups") or {}).items():
        seen: set[str] = set()
        for number, name in enumerate(members):
            at = ("groups", group, number)
            if name in seen:
                yield found(BAD_HOST, f"`{name}` is in the group twice", "name it once", tree.place(at))
            seen.add(name)
            yield from _unknown(tree, hosts, name, at)


def _unknown(tree: Tree, hosts: Mapping[str, Any], name: str, at: Path) -> Iterator[Diagnostic]:
    if name not in hosts:
        help = suggestion(name, hosts, "add it under `hosts`")
        yield found(UNKNOWN_HOST, f"there is no host `{name}`", help, tree.place(at))


def _ends(hosts: Mapping[str, Any], usual: str, name: str) -> bool:
    for _ in range(MOST_HOPS + 1):
        via = (hosts.get(name) or {}).get("via", usual)
        if not via or (via == name == usual):
            return True
        name = via
    return False
