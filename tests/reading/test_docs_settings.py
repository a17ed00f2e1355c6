"""How a site is to be built, as `runbook.yaml` says it: what comes of it, and what can't be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.definition import Docs, Theme
from runbook.diagnostics import Severity
from runbook.kinds import builtin
from runbook.languages import LANGUAGES
from runbook.reading.library import Library, read_closure, read_library
from runbook.views.diagnostics import as_text

PROCESS = b"runbook: 1\ntitle: Restore\nowner: platform\nsteps: [{id: look, title: Look, manual: Look at it.}]\n"


def files(docs: str) -> dict[str, bytes]:
    return {
        "runbook.yaml": f"runbook: 1\ntitle: Site\ndocs: {docs}\n".encode(),
        "processes/backup/group.yaml": b"title: Backup\nowner: platform\n",
        "processes/backup/restore.yaml": PROCESS,
    }


def read(docs: str) -> Library:
    return read_library(files(docs), builtin())


def found(docs: str) -> list[str]:
    """Place, code and message of each finding."""
    library = read(docs)
    lines = as_text(library.diagnostics, library.sources).splitlines()
    return [line.removeprefix("runbook.yaml:") for line in lines if line.startswith("runbook.yaml")]


ALL = """
  language: de
  pages: docs
  runs: 20
  max_age: 90d
  source: https://git.example.org/ops/-/edit/main/{file}
  base_url: https://ops.example.org/book
  theme: {tokens: {accent: "#123"}, dark: {accent: "#9cf"}, templates: docs/theme}
  versions: [v2, release/1.4, v2]
  pinned: [backup/restore]"""


def test_all_settings_are_what_they_say() -> None:
    library = read(ALL)

    assert not library.diagnostics
    assert library.project.docs == Docs(
        language="de",
        pages="docs",
        runs=20,
        max_age=90 * 86_400.0,
        source="https://git.example.org/ops/-/edit/main/{file}",
        base_url="https://ops.example.org/book/",
        theme=Theme({"accent": "#123"}, {"accent": "#9cf"}, "docs/theme"),
        versions=("v2", "release/1.4"),
        pinned=("backup/restore",),
    )


@pytest.mark.parametrize(("runs", "wanted"), [("true", None), ("false", 0), ("7", 7)])
def test_records_of_runs_are_asked_for_by_number_or_all_or_none(runs: str, wanted: int | None) -> None:
    assert read(f"{{runs: {runs}}}").project.docs.runs == wanted


def test_a_project_without_settings_has_the_usual_ones() -> None:
    assert read("{}").project.docs == Docs() == read_library({}, builtin()).project.docs
    assert Docs().runs == 0
    assert Docs().max_age == 180 * 86_400


@pytest.mark.parametrize(
    ("docs", "wanted"),
    [
        ("{pinned: [backup/restor]}", "3:17: error[RB292 unknown-pinned]: there is no process `backup/restor`"),
        (
            '{theme: {tokens: {accent: "#7db8f5"}}}',
            "3:33: error[RB293 low-contrast]: `accent` on `background` has a contrast of 2.1 on a light page, "
            "and needs 4.5",
        ),
        (
            '{theme: {dark: {background: "#fff"}}}',
            "3:35: error[RB293 low-contrast]: `text` on `background` has a contrast of 1.2 on a dark page, "
            "and needs 4.5",
        ),
        (
            '{theme: {tokens: {muted: "#8a949e", warning_background: "#888"}}}',
            "3:32: error[RB293 low-contrast]: `muted` on `warning_background` has a contrast of 1.1 on a light page, "
            "and needs 3",
        ),
        ("{pages: ../wiki}", "3:15: error[RB294 docs-outside]: `../wiki` is outside the project"),
        ("{pages: /srv/wiki}", "3:15: error[RB294 docs-outside]: `/srv/wiki` is outside the project"),
        ("{pages: docs/../wiki}", "3:15: error[RB294 docs-outside]: `docs/../wiki` is outside the project"),
        ("{pages: ./}", "3:15: error[RB294 docs-outside]: `./` is the whole project"),
        ("{theme: {templates: ..}}", "3:27: error[RB294 docs-outside]: `..` is outside the project"),
        (
            "{source: 'https://git.example.org/ops'}",
            "3:16: error[RB295 bad-docs-address]: `https://git.example.org/ops` does not say where the file goes",
        ),
        (
            "{source: 'javascript:alert(1)//{file}'}",
            "3:16: error[RB295 bad-docs-address]: `javascript:alert(1)//{file}` is no address of a page",
        ),
        ("{base_url: ops.example}", "3:18: error[RB295 bad-docs-address]: `ops.example` is no address of a page"),
        ("{base_url: 'ftp://a/'}", "3:18: error[RB295 bad-docs-address]: `ftp://a/` is no address of a page"),
        ("{max_age: 9999w}", "3:17: error[RB296 bad-max-age]: `9999w` is longer than ten years"),
        ("{max_age: 0d}", "3:17: error[RB296 bad-max-age]: no run is that young"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_found_at_its_place(docs: str, wanted: str) -> None:
    assert wanted in found(docs)


@pytest.mark.parametrize(
    "docs",
    [
        "{language: fr}", "{language: ''}", "{runs: 0}", "{runs: many}", "{runs: -1}", "{max_age: soon}",
        "{page: docs}",
        "{theme: {tokens: {acent: '#123'}}}", "{theme: {tokens: {accent: red}}}", "{theme: {tokens: {accent: '#12'}}}",
        "{theme: {tokens: {accent: '#fff;}'}}}", "{theme: {dark: {accent: 'url(x)'}}}", "{pinned: [restore]}",
        "{versions: [--output=x]}", "{versions: [a..b]}", "{versions: ['v1/../../x']}", "[]",
    ],
)  # fmt: skip
def test_what_has_another_shape_is_found(docs: str) -> None:
    assert any("error[RB1" in line for line in found(docs)), found(docs)


def test_a_project_that_has_not_changed_is_found_wrong_again_from_what_was_kept() -> None:
    first = read('{pinned: [backup/gone], theme: {tokens: {accent: "#eee"}}}')
    again = read_library(files('{pinned: [backup/gone], theme: {tokens: {accent: "#eee"}}}'), builtin(), first.cache)

    assert again.diagnostics == first.diagnostics
    assert {each.code for each in again.diagnostics} == {"RB292", "RB293"}


def test_no_run_waits_for_a_colour() -> None:
    known = files('{pinned: [backup/gone], theme: {tokens: {accent: "#eee"}}}')

    library = read_closure("backup/restore", known.get, builtin())

    assert not library.diagnostics
    assert "backup/restore" in library.project.processes


def test_a_colour_that_is_hard_to_read_can_be_lowered_and_a_folder_outside_can_not() -> None:
    known = files('{pages: .., theme: {tokens: {accent: "#7db8f5"}}}\nlint: {low-contrast: advice, docs-outside: off}')

    library = read_library(known, builtin())

    severities = {each.code: each.severity for each in library.diagnostics}
    assert severities == {"RB293": Severity.ADVICE, "RB294": Severity.ERROR, "RB290": Severity.ERROR}


def test_the_languages_that_can_be_asked_for_are_those_there_are_words_for() -> None:
    folder = Path(__file__).parents[2] / "runbook" / "views" / "languages"

    assert {each.stem for each in folder.glob("*.yaml")} | {"en"} == set(LANGUAGES)
