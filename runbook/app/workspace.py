"""Where a project and its runs are, for one person on one machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.engine.identity import Actor, system_user
from runbook.errors import JournalDamaged, MachineRefuses, Misuse

if TYPE_CHECKING:
    from runbook.engine.book import Book
    from runbook.journal.sqlite import Journal
    from runbook.kind import Kinds


def now() -> str:
    """This instant, by the machine's clock."""
    import datetime

    from runbook.instants import instant

    return instant(datetime.datetime.now(datetime.UTC))


@dataclass(frozen=True)
class Workspace:
    """One project on one machine, used by one person: where its files and its runs are."""

    start: Path
    project: Path | None = None
    """The project's folder, when it was named; otherwise it is looked for from `start` upwards."""
    home_folder: Path | None = None
    """Where runs are kept, when it was named; otherwise `.runbook` in the project."""
    actor: Actor = field(default_factory=system_user)
    clock: Callable[[], str] = now
    """Tells what is late and who is there; what is recorded has the time of the journal."""

    @cached_property
    def root(self) -> Path:
        """The project's folder; `Misuse` when there is none."""
        from runbook.engine.files import find_root

        root = self.project or find_root(self.start)
        if root is None or not (root / "runbook.yaml").is_file():
            raise Misuse(
                f"there is no project in {self.project or self.start}: no `runbook.yaml`",
                "go to a project's folder, or name it with --project",
            )
        return root.resolve()

    @cached_property
    def home(self) -> Path:
        """Where runs are kept; `MachineRefuses` when others could change what is in it."""
        from runbook.engine.files import check_private

        check_private(self.named_home)
        return self.named_home

    @property
    def named_home(self) -> Path:
        """Where runs are to be kept, whoever else could change what is in it."""
        return (self.home_folder or self.root / ".runbook").absolute()

    @cached_property
    def shelf(self) -> Path | None:
        """Where what was found out about files is kept; None in a project of somebody else, which is read without."""
        try:
            return self.home
        except MachineRefuses:
            if self.home_folder is not None or self.named_home.stat().st_uid == os.geteuid():
                raise
            return None

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds of steps there are, with those of the plugins that the project names."""
        try:
            root = self.root
        except Misuse:  # a folder of runs can be looked at from anywhere
            from runbook.kinds import builtin

            return builtin()
        from runbook.engine.plugins import kinds_in

        return kinds_in(root)

    @cached_property
    def journal(self) -> Journal:
        """The journal of runs."""
        from runbook.journal.sqlite import Journal

        path = self.home / "journal.db"
        if (self.home / "leases").exists() and path.exists() and not path.stat().st_size:
            raise JournalDamaged(
                f"the journal {path} is empty, and there were runs", "restore it from a backup; nothing was changed"
            )
        journal = Journal(path)
        self.keep_out_of_git()
        return journal

    def keep_out_of_git(self) -> None:
        """Runs that are kept in the project are none of its files."""
        from runbook.engine.files import keep_out_of_git

        if self.home_folder is None and self.shelf:
            keep_out_of_git(self.home)

    @cached_property
    def book(self) -> Book:
        """The book of runs."""
        from runbook.engine.book import Book

        return Book(self.journal, self.kinds)

    def existing_journal(self) -> Journal | None:
        """The journal of runs; None when nothing has ever run here, so that looking leaves no trace."""
        return self.journal if (self.home / "journal.db").exists() else None


def here() -> Path:
    """The folder the command was called in; the root of all folders when that one has been removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def default_home() -> Path | None:
    """The folder that RUNBOOK_HOME names."""
    named = os.environ.get("RUNBOOK_HOME")
    return Path(named) if named else None
