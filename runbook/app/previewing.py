"""The site of a project as it stands now: pages are made when they are asked for, and again when they change.

Rule 1: nothing is written; what has errors leaves the pages as they were, and says so over them.
Rule 2: what is shown is replaced as a whole, so that nobody sees half of a change.
"""

from __future__ import annotations

import dataclasses
import gc
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.app.latest import Latest, Told
from runbook.app.rereading import Rereading
from runbook.app.workspace import Workspace, now
from runbook.engine.preview_pages import Files, Pages, Present
from runbook.engine.site_watch import Look, changes, look, settled
from runbook.errors import RunbookError

if TYPE_CHECKING:
    from runbook.definition import Project
    from runbook.diagnostics import Diagnostic
    from runbook.engine.site_server import Answer
    from runbook.reading.library import Library
    from runbook.source import Source
    from runbook.views.language import Language
    from runbook.views.site.model import Site
    from runbook.views.site.runs import Kept

PAUSE = 0.3
"""Seconds between two looks at the files."""
_FIRST = 0.5
"""Seconds that the first pages wait for what the runs tell; what comes later is shown when it comes."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was made of a change: the files that changed, how long it took, what is wrong now."""

    files: tuple[str, ...]
    """Empty at the beginning, and when it is the runs or the day that changed."""
    processes: int = 0
    seconds: float = 0.0
    found: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    trouble: str = ""
    """Why there is no newer page, when it is nothing that is wrong with the definitions."""
    trace: str = ""
    """Where in the program that was, when it is a bug."""

    @property
    def good(self) -> bool:
        """True when the pages are those of the files."""
        from runbook.diagnostics import Severity

        return not self.trouble and all(each.severity is not Severity.ERROR for each in self.found)


class Preview:
    """Keeps up with the files of a project; `told` hears of everything that changes."""

    def __init__(self, workspace: Workspace, told: Callable[[Change], None]) -> None:
        self._workspace = workspace
        self._told = told
        self._rereading = Rereading(workspace)
        self._latest = Latest(workspace)
        self._library: Library | None = None
        self._site: Site | None = None
        self._runs: tuple[object, tuple[Kept, ...]] | None = None
        self._folders: tuple[str, ...] = ()
        self._pages = Pages()
        self._began = threading.Event()

    # -- what a server shows -----------------------------------------------------------------------

    @property
    def number(self) -> int:
        """Another one whenever something has changed."""
        return self._pages.number

    def answer(self, path: str) -> Answer:
        """What is given for a path, as soon as the project has been read."""
        self._began.wait()
        return self._pages.answer(path)

    def news(self, page: str) -> Mapping[str, str]:
        """What an open page has to know of how things stand."""
        self._began.wait()
        return self._pages.news(page)

    def wait(self, number: int, seconds: float) -> None:
        """Waits until the number is another one, but no longer than so many seconds."""
        self._pages.wait(number, seconds)

    # -- keeping up ----------------------------------------------------------------------------------

    def keep_up(self, pause: Callable[[float], object] = time.sleep) -> None:
        """Read the project, then again whenever something of it changes, until somebody interrupts."""
        self._latest.start()
        seen, stood = self._look(), self._stands()
        self._refresh(())
        seen = {**self._look(), **seen}  # the folders of pages and templates are known only now
        gc.collect()
        gc.freeze()  # what was read stays: nobody need look through it again and again
        while True:
            pause(PAUSE)
            found, stands = self._look(), self._stands()
            if found != seen:
                found = settled(self._look, pause)
                files, seen, stood = changes(seen, found), found, stands
                self._refresh(tuple(files))
                seen = {**self._look(), **seen}
            elif stands != stood:
                stood = stands
                self._refresh((), read=False)

    def _look(self) -> Look:
        return look(self._workspace.root, self._folders)

    def _stands(self) -> tuple[str, object]:
        """What pages depend on besides the files: the day, and what the runs and the history tell."""
        return now()[:10], self._latest.told()

    def _refresh(self, files: tuple[str, ...], read: bool = True) -> None:
        """Bring the pages up to date, and tell of it."""
        began = time.monotonic()
        try:
            change = self._anew(files, read)
        except (RunbookError, OSError) as error:
            change = self._hindered(files, str(error), getattr(error, "help", ""))
        except Exception as error:  # the preview goes on: the next change may avoid what this one met
            what = f"this is a bug in runbook ({type(error).__name__}: {error})"
            trace = "".join(traceback.format_exception(error))
            change = dataclasses.replace(self._hindered(files, what, "the terminal says where"), trace=trace)
        self._began.set()
        self._told(dataclasses.replace(change, seconds=time.monotonic() - began))

    def _anew(self, files: tuple[str, ...], read: bool) -> Change:
        from runbook.app.site import planned_anew
        from runbook.views.site.problems import panel

        if read or self._library is None:
            self._library = self._rereading.read()
        library, spoken = self._library, self._spoken()
        change = Change(files, len(library.interfaces), found=library.diagnostics, sources=library.sources)
        if not change.good:
            found = panel(library.diagnostics, library.sources, spoken, kept=self._site is not None)
            self._pages.replace(Present(self._pages.files, spoken, found))
            return change
        docs = library.project.docs
        self._folders = tuple(filter(None, (docs.theme.templates, docs.pages)))
        site = self._site = self._site_of(library)
        files_of_site = Files(planned_anew(self._rereading.workspace, library, site))
        found = panel(library.diagnostics, library.sources, site.language)
        self._pages.replace(Present(files_of_site, site.language, found))
        return change

    def _spoken(self) -> Language:
        from runbook.views.language import ENGLISH

        return ENGLISH if self._site is None else self._site.language

    def _site_of(self, library: Library) -> Site:
        from runbook.app.site import Known, site_of
        from runbook.revision import Revisions
        from runbook.run.usage import with_parts

        self._latest.pages = library.project.docs.pages
        told = self._latest.told(_FIRST if self._site is None else 0.0)
        used = with_parts(told.used, library.project.processes) if told else {}
        history = told.history if told else Revisions()
        cards = self._rereading.cards(library)
        known = Known(cards, used, self._kept_runs(library.project, told), history)
        return site_of(self._rereading.workspace, library, known)

    def _kept_runs(self, project: Project, told: Told | None) -> tuple[Kept, ...]:
        """The runs that have a page, looked for again when there may be others."""
        from runbook.app.site_runs import kept_runs

        if told is None or project.docs.runs == 0:
            return ()
        stands = (told, project.docs.runs, tuple(project.processes))
        if self._runs is None or self._runs[0] != stands:
            self._runs = (stands, kept_runs(self._workspace, project))
        return self._runs[1]

    def _hindered(self, files: tuple[str, ...], message: str, help: str) -> Change:
        """The pages stay as they are, and say why."""
        from runbook.views.site.problems import Trouble, panel

        spoken = self._spoken()
        found = panel((), {}, spoken, [Trouble(message, help)], kept=self._site is not None)
        self._pages.replace(Present(self._pages.files, spoken, found))
        return Change(files, trouble=f"{message}\n  {help}" if help else message)


def preview(workspace: Workspace, told: Callable[[Change], None]) -> Preview:
    """The site of a project, kept up with its files; `Misuse` when there is no project."""
    workspace.root  # noqa: B018  # says at once when there is none
    return Preview(workspace, told)


__all__ = ["Change", "Preview", "preview"]
