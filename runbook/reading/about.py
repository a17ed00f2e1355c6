"""The files about people, teams and hosts: who and what there is, and how far the rules can rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic
from runbook.inventory import NOWHERE, Inventory
from runbook.organisation import NOBODY, Organisation
from runbook.reading import layout
from runbook.reading.digest import digest_of, digest_of_all
from runbook.reading.layout import HOSTS, Role

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.reading.files import Files
    from runbook.reading.tree import Tree

ABOUT = (Role.PERSON, Role.TEAMS, Role.HOSTS)
"""The roles of these files."""


@dataclass(frozen=True, slots=True)
class About:
    """Who and what there is, by the files of a project."""

    organisation: Organisation = NOBODY
    surely: Organisation = NOBODY
    """The same for the rules: nobody while a file about people is broken, so that its mistake is told alone."""
    inventory: Inventory | None = NOWHERE
    """The hosts there are; None while the file about them is broken."""
    digest: str = ""
    """The hash of all these files; empty when there is none."""
    found: tuple[Diagnostic, ...] = ()


NOTHING_ABOUT = About()
"""For a project without such files."""


def read_about(files: Mapping[str, bytes | None], reader: Files) -> About:
    """Read these files, by path; None stands for the content of one that can't be read."""
    from runbook.reading.people import check_people, read_people

    data: dict[str, Json] = {}
    trees: dict[str, Tree] = {}
    found: list[Diagnostic] = []
    for path, content in files.items():
        if content is None:
            continue
        document = reader.read(layout.entry_of(path).role, path, content)
        found += document.found
        if document.fits and document.tree is not None:
            data[path], trees[path] = document.tree.data, document.tree
    organisation, broken = read_people(data), files.keys() - data.keys()
    found += check_people(organisation, trees, broken - {HOSTS})
    if HOSTS in trees:
        from runbook.reading.hosts import check_hosts

        found += check_hosts(trees[HOSTS])
    return About(
        organisation,
        NOBODY if broken - {HOSTS} else organisation,
        None if HOSTS in broken else organisation.inventory,
        digest_of_all(sorted(f"{path} {'' if each is None else digest_of(each)}" for path, each in files.items())),
        tuple(found),
    )
