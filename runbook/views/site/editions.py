"""Versions of a site beside each other: where they stand, and the way from a page to the same one of another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runbook.views.site import paths

_PLAIN = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Edition:
    """One version: its name, the folder it stands in, its pages. The present one has neither name nor folder."""

    name: str
    folder: str
    pages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a version from a page: its name (empty for the present one), a link, whether it leads to that page."""

    name: str
    link: str
    here: bool
    same: bool


@dataclass(frozen=True, slots=True)
class Editions:
    """All versions there are, the present one first, and which of them a page is made for."""

    here: str = ""
    every: tuple[Edition, ...] = ()

    @property
    def are_past(self) -> bool:
        """True for the pages of a version that is not the present one."""
        return bool(self.here)

    def ways(self, page: str) -> tuple[Way, ...]:
        """The ways to all versions from one page; none where there is one version alone."""
        if len(self.every) < 2:
            return ()
        up = paths.root(page) + ("../../" if self.here else "")
        return tuple(
            Way(
                each.name,
                f"{up}{each.folder}{page if page in each.pages else paths.HOME}",
                each.name == self.here,
                page in each.pages,
            )
            for each in self.every
        )


def folder_of(name: str) -> str:
    """The folder that a version stands in, with a slash at its end."""
    return f"versions/{name if _PLAIN.fullmatch(name) else paths.named(name)}/"
