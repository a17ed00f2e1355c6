"""Draws the pictures of the site for the documentation: the site of this repository, in a real browser.

`python -m tools.site_pictures` writes `docs/pictures/site-*.png`. It needs Chromium, and `pdftoppm` of poppler for the
printed page. The runs that the pages tell of are those of the tests of the library, put in a journal on days of the
last months, so that every machine draws the same.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from runbook import app
from runbook.app.definitions import plan
from runbook.app.site import build_site
from runbook.engine.plans import stored
from runbook.instants import between, later
from runbook.journal.codec import content_hash
from runbook.reading.layout import file_of_tests
from runbook.reading.library import Library
from runbook.run.events import Recorded
from runbook.run.plan import Plan
from runbook.testing.case import Case, cases_of
from runbook.testing.trial import Trial
from tools.record_picture import BROWSERS, COLOURS

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
NOW = "2026-11-22T09:00:00.000Z"
"""When the site of the pictures is built."""
DAYS = 260
"""How far back the runs reach."""
NEVER = frozenset(("continuity/failover-exercise", "suppliers/onboarding-review"))
"""Procedures that nobody has carried out."""
LONGEST_WAIT = 5400.0
"""Seconds between two things that happen: some tests wait for a day in a calendar."""
PEOPLE = ("ana", "bo", "cleo", "dirk")

PROCEDURE = "processes/infrastructure/restart-service.html"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the page, the size of the window, and what is done before it is drawn."""

    name: str
    page: str
    width: int = 1280
    height: int = 900
    dark: bool = False
    typed: str = ""


SHOWN = (
    Picture("site-home", "index.html", height=980),
    Picture("site-procedure", PROCEDURE, width=1440, height=1350),
    Picture("site-diagram", f"{PROCEDURE}#diagram", width=1440, height=900),
    Picture("site-dark", f"{PROCEDURE}#step-stop", width=1440, height=1000, dark=True),
    Picture("site-phone", PROCEDURE, width=390, height=844),
    Picture("site-search", "index.html", height=760, typed="disk"),
    Picture("site-pages", "pages/tutorials/first-process.html", width=1440, height=900),
)


def main(only: Sequence[str] = ()) -> int:
    """Build the site and draw its pictures, all of them or those that are named."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("these pictures need Chromium, which is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name, sync_playwright() as driver:
        site = built(Path(name))
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for picture in SHOWN:
            if not only or picture.name in only:
                drawn(browser, site, picture)
        if not only or "site-print" in only:
            printed(browser, site, Path(name))
        browser.close()
    return 0


def built(folder: Path) -> Path:
    """The site of the repository, with runs."""
    os.environ["SOURCE_DATE_EPOCH"] = str(int(between("1970-01-01T00:00:00.000Z", NOW)))
    workspace = app.Workspace(ROOT, None, folder / "runs", clock=lambda: NOW)
    library = app.read_all(workspace, keep=True)
    begun: dict[str, str] = {}
    for id in sorted(library.project.processes):
        begun |= carried_out(workspace, library, id)
    began_at(workspace, begun)
    read = app.Workspace(ROOT, None, folder / "runs", clock=lambda: NOW)
    build_site(read, library, folder / "site", lambda count: None)
    return folder / "site"


def began_at(workspace: app.Workspace, begun: Mapping[str, str]) -> None:
    """Have each run begun when its first event says so, and not now."""
    path = workspace.journal.path
    workspace.journal.close()
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.executemany("UPDATE run SET started_at = ? WHERE run = ?", [(at, run) for run, at in begun.items()])


def carried_out(workspace: app.Workspace, library: Library, id: str) -> dict[str, str]:
    """Put runs of a process into the journal: its tests, on days of the last months; when each began."""
    begun: dict[str, str] = {}
    chance = random.Random(id)
    if id in NEVER:
        return begun
    bound, cases = plan(workspace, library, id), list(_cases(workspace, id))
    good = [case for case in cases if Trial(bound, case).tell().state.status == "succeeded"]
    body = stored(bound)
    latest = chance.choice((1, 3, 8, 20, 45, 70, 110, 200))
    for number in range(chance.randint(4, 24)):
        days = latest + (DAYS - latest) * chance.random() if number else float(latest)
        case = chance.choice(good if not number or chance.random() < 0.85 else cases)
        start = later(NOW, -days * 86_400 + chance.randint(0, 20_000))
        status, events = _told(bound, replace(case, start=start), start, chance)
        run = f"{id.rpartition('/')[2].split('-')[0]}-{start[5:7]}{start[8:10]}-{number:02}{chance.choice('abcdefgh')}k"
        workspace.journal.create(
            run,
            id,
            content_hash(body),
            body,
            chance.choice(PEOPLE),
            lambda writer, events=events, status=status: writer.append(events, status),  # type: ignore[misc]  # of this turn
        )
        begun[run] = start
    return begun


def _cases(workspace: app.Workspace, id: str) -> Iterator[Case]:
    import yaml

    data = yaml.safe_load((workspace.root / file_of_tests(id)).read_text("utf-8"))
    yield from (case for case in cases_of(data) if isinstance(case, Case))


def _told(bound: Plan, case: Case, start: str, chance: random.Random) -> tuple[str, list[Recorded]]:
    """How a test goes, at the pace of people: its status and its events."""
    trial = Trial(bound, case).tell()
    pace, passed, before, events = 0.7 + 0.8 * chance.random(), 0.0, start, []
    for each in trial.events:
        gap = min(between(before, each.at), LONGEST_WAIT) * pace
        passed += gap + (chance.random() * 25 if each.event.type in ("StepSucceeded", "StepFailed") else 0.0)
        before = each.at
        events.append(replace(each, at=later(start, passed)))
    return trial.state.status, events


def drawn(browser: Browser, site: Path, picture: Picture) -> None:
    """Open a page and draw what the window shows."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=1.5 if picture.width > 500 else 2,
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{picture.page}")
    if picture.typed:
        page.keyboard.press("/")
        page.keyboard.type(picture.typed)
        page.locator("#found").wait_for(state="visible", timeout=10_000)
    target = PICTURES / f"{picture.name}.png"
    page.screenshot(path=target, animations="disabled")
    context.close()
    reduced(target)


def printed(browser: Browser, site: Path, folder: Path) -> None:
    """The first sheet of a page as it is printed."""
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/{PROCEDURE}")
    page.pdf(path=folder / "page.pdf", format="A4", print_background=False)
    call = ["pdftoppm", "-r", "90", "-png", "-singlefile", "page.pdf", str(PICTURES / "site-print")]
    subprocess.run(call, cwd=folder, check=True)
    reduced(PICTURES / "site-print.png")


def reduced(drawn: Path) -> None:
    """Keep the picture, with few colours."""
    from PIL import Image  # comes with the extra `pdf`

    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(drawn, optimize=True)
    print(f"{drawn.relative_to(ROOT)} written, {drawn.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
