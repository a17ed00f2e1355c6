"""Row 8: a site of 1,000 procedures with search and diagrams, against generators that render the same content.

The same content is: of each procedure the page and its checklist, the pages of groups, owners and tags, the pictures,
the navigation, the search. The generators are given all of it as Markdown, as `docs build --format mkdocs` writes it,
with the checklists added. What they are spared is counted for us: reading and checking the definitions, drawing the
pictures (they copy them), the pages of roles, and those with all the checklists of a group. What they do beyond ours:
MkDocs can't be told to leave the checklists out of its search.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.checklists import add_checklists
from benchmarks.measure import Contender, Unmeasured, compare, cpu
from benchmarks.procedures import write_procedures
from benchmarks.results import Result, result
from benchmarks.setting import RUNBOOK, Setting

PROCEDURES = 1_000
_PATIENCE = 1_800.0
_ROUNDS = 2
"""Rounds with peers, which take minutes each."""


def rows(setting: Setting) -> Iterator[Result]:
    """A whole build against MkDocs and Zensical, and what one changed file costs of a whole build."""
    root = setting.folder("site")
    files = write_procedures(root, PROCEDURES)
    build = partial(cpu, [RUNBOOK, "docs", "build", "-o", root / "html"], root, timeout=_PATIENCE)

    def anew() -> float:
        shutil.rmtree(root / "html", ignore_errors=True)
        shutil.rmtree(root / ".runbook", ignore_errors=True)
        return build()

    for name, target in (("mkdocs", 0.3), ("zensical", 0.35)):
        try:
            peer = _peer(setting, root, name)
            measured = compare(peer, [Contender("runbook docs build", anew)], min(setting.rounds, _ROUNDS))
            yield result(
                8, f"site of 1,000, against {name}", f"{name} build", measured, target, [], ours="runbook docs build"
            )
        except Unmeasured as error:
            yield Result(8, f"site of 1,000, against {name}", f"{name} build", None, notes=(str(error),))

    changed = Contender("runbook docs build, one file changed", partial(_changed, files[407], build))
    measured = compare(anew, [changed], min(setting.rounds, 3))
    yield result(8, "site, one file changed", "the whole build", measured, 0.1, [], ours=changed.name)


def _changed(file: Path, build: partial[float]) -> float:
    """One procedure says something else than before."""
    before = file.read_text("utf-8")
    again = "title: Again "
    file.write_text(
        before.replace(again, "title: ", 1) if again in before else before.replace("title: ", again, 1), "utf-8"
    )
    return build()


def _peer(setting: Setting, root: Path, name: str) -> partial[float]:
    """The same content as Markdown, built by a generator from nothing."""
    tool, folder = setting.peer(name), root / "mkdocs"
    if not folder.exists():
        cpu([RUNBOOK, "docs", "build", "--format", "mkdocs", "-o", folder], root, timeout=_PATIENCE)
        add_checklists(folder)
    words = [tool, "build", "--clean"] if name == "zensical" else [tool, "build", "-q"]
    return partial(_anew, [str(word) for word in words], folder)


def _anew(words: list[str], folder: Path) -> float:
    for left in ("site", ".cache"):
        shutil.rmtree(folder / left, ignore_errors=True)
    return cpu(words, folder, timeout=_PATIENCE)
