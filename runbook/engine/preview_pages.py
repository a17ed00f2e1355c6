"""The pages of the preview: made when they are asked for, kept until they change, with what makes them live.

Rule 1: a page counts as changed when a reader would see another one: by its content and by what it loads.
Rule 2: a page that can't be made stays as it was, and says why; where there was none, the reason is the page.
"""

from __future__ import annotations

import hashlib
import html
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runbook.engine.site_addresses import media_of
from runbook.engine.site_files import Planned
from runbook.engine.site_server import Answer
from runbook.views.language import ENGLISH, Language

MISSING = "404.html"
"""The page in the place of those that are not there."""

_KEPT = 400
"""Pages that are kept after they were made."""
_LOADED = re.compile(rb'(?:src|href)="[^"]*?(assets/[^"?#]+)"')
_RELATIVE = re.compile(rb'(?<=[ ])(href|src|action|data-root)="(?![a-zA-Z][a-zA-Z0-9+.-]*:|/|#)')
_LIVE = ("assets/live.js", "assets/live.css")


class Files:
    """The files of a site by their paths, planned no further than somebody has asked for."""

    def __init__(self, planned: Iterable[Planned]) -> None:
        self.error: Exception | None = None
        """Why there are no more."""
        self._left = iter(planned)
        self._found: dict[str, Planned] = {}
        self._planning = threading.RLock()

    def get(self, path: str) -> Planned | None:
        """The file at a path; None when there is none."""
        if path not in self._found:
            with self._planning:
                while path not in self._found and (each := self._next()) is not None:
                    self._found[each.path] = each
        return self._found.get(path)

    def _next(self) -> Planned | None:
        try:
            return next(self._left, None)
        except Exception as error:  # it is the reason of every page that is missing
            self.error = self.error or error
            return None


@dataclass(frozen=True, slots=True)
class Present:
    """All pages as they are to be until the next change, and what is wrong meanwhile."""

    files: Files | None = None
    """None when there is no page yet."""
    language: Language = ENGLISH
    panel: str = ""
    """What is wrong, as HTML."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A page that was made: for which key, what came out, and what stands for what a reader sees."""

    key: str
    content: bytes
    seen: str


class Pages:
    """Gives the pages as they are at present."""

    def __init__(self) -> None:
        self.number = 0
        self._present = Present()
        self._made: OrderedDict[str, _Made] = OrderedDict()
        self._making = threading.RLock()
        self._changed = threading.Condition()

    @property
    def files(self) -> Files | None:
        """The files that are shown; None when there are none yet."""
        return self._present.files

    def replace(self, present: Present) -> None:
        """Take up others, and wake whoever waits for one."""
        with self._changed:
            self._present = present
            self.number += 1
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> None:
        """Waits until there is others than that one, but no longer than so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.number != number, seconds)

    def answer(self, path: str) -> Answer:
        """What is given for a path."""
        present = self._present
        files = present.files
        if path in _LIVE or (files is None and path.startswith("assets/")):
            return _asset(path)
        if files is None:
            return self._problems(path, present)
        planned = files.get(path)
        if planned is None:
            if files.error is not None:
                return self._problems(path, present, _panel_of(files.error, path, present, kept=False))
            if files.get(f"{path}/index.html"):
                return Answer(b"", media_of(MISSING), 302, f"/{path}/")
            return self._missing(path, present, files)
        made, panel = self._newest(planned, present, files)
        if made is None:
            return self._problems(path, present, panel)
        if not path.endswith(".html"):
            return Answer(made.content, media_of(path))
        return Answer(_live(made.content, path, made.seen, panel), media_of(path))

    def news(self, page: str) -> Mapping[str, str]:
        """What an open page has to know: which content it should have, and what is wrong."""
        present = self._present
        if present.files is None:
            return _news("", present.panel)
        planned = present.files.get(page) or present.files.get(MISSING)
        if planned is None:
            return _news("", present.panel)
        made, panel = self._newest(planned, present, present.files)
        return _news(made.seen if made else "", panel)

    # -- making ----------------------------------------------------------------------------------------

    def _newest(self, planned: Planned, present: Present, files: Files) -> tuple[_Made | None, str]:
        """A page as it is now, or was before it could not be made any more; and what is wrong."""
        path = planned.path
        with self._making:
            before = self._made.get(path)
            if before is None or before.key != planned.key:
                try:
                    content = planned.made()
                except Exception as error:  # a template of the project can do everything wrong
                    return before, _panel_of(error, path, present, kept=before is not None)
                content = content if isinstance(content, bytes) else content.encode("utf-8")
                before = self._made[path] = _Made(planned.key, content, _seen(content, files))
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(path)
        return before, present.panel

    def _missing(self, path: str, present: Present, files: Files) -> Answer:
        planned = files.get(MISSING)
        made, panel = self._newest(planned, present, files) if planned else (None, present.panel)
        if made is None or not path.endswith((".html", "/")):
            return Answer(b"there is no such page\n", "text/plain; charset=utf-8", 404)
        content = _RELATIVE.sub(rb'\1="/', made.content)  # it stands in the place of pages at any depth
        return Answer(_live(content, path, made.seen, panel), media_of(MISSING), 404)

    def _problems(self, path: str, present: Present, panel: str = "") -> Answer:
        from runbook.views.site.problems import problems_page

        page = problems_page(panel or present.panel, present.language).encode("utf-8")
        return Answer(_live(page, path, "", panel or present.panel), media_of(MISSING), 503)


def _news(seen: str, panel: str) -> Mapping[str, str]:
    return {"key": seen, "mark": _mark(panel), "panel": panel}


def _mark(panel: str) -> str:
    return hashlib.sha256(panel.encode()).hexdigest()[:16]


def _seen(content: bytes, files: Files) -> str:
    """Stands for what a reader sees of a page: its content, and the files that it loads."""
    loaded = sorted({found.decode("utf-8", "replace") for found in _LOADED.findall(content)})
    keys = [found.key for path in loaded if (found := files.get(path))]
    return hashlib.sha256(b"\0".join([content, *(key.encode() for key in keys)])).hexdigest()[:16]


def _live(content: bytes, path: str, seen: str, panel: str) -> bytes:
    """A page with the script that keeps it up to date, and with what is wrong."""
    place = content.rfind(b"</body>")
    place = len(content) if place < 0 else place
    shown = "" if b'<div id="live">' in content else f'<aside class="live" id="live"{"" if panel else " hidden"}>'
    added = f"{shown}{panel}</aside>\n" if shown else ""
    named = f'data-page="{html.escape(path)}" data-key="{seen}" data-mark="{_mark(panel)}"'
    added += f'<link rel="stylesheet" href="/assets/live.css">\n<script src="/assets/live.js" defer {named}></script>\n'
    return content[:place] + added.encode() + content[place:]


def _asset(path: str) -> Answer:
    """A file of ours, without a project."""
    from runbook.definition import Theme
    from runbook.views.site.styles import asset, stylesheet

    name = path.removeprefix("assets/")
    content = stylesheet(Theme()) if name == "site.css" else asset(name) if "/" not in name else ""
    if not content:
        return Answer(b"there is no such file\n", "text/plain; charset=utf-8", 404)
    return Answer(content.encode("utf-8"), media_of(path))


def _panel_of(error: Exception, path: str, present: Present, kept: bool) -> str:
    """Why a page can't be made, before everything else that is wrong."""
    from runbook.views.site.problems import Trouble, panel

    line = getattr(error, "lineno", None) or _line_of(error)
    where = f"{getattr(error, 'name', None) or 'a template'}{f', line {line}' if line else ''}"
    if type(error).__module__.startswith("jinja2"):
        trouble = Trouble(f"the page {path} can't be made: {where}: {error}", "look at the templates of the project")
    else:
        trouble = Trouble(f"the page {path} can't be made: this is a bug in runbook ({type(error).__name__}: {error})")
    return panel((), {}, present.language, [trouble], kept=kept) + present.panel


def _line_of(error: Exception) -> int:
    """The line of a template in which something went wrong; 0 when that is not known."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
