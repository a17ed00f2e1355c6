"""Pages and checklists in another language: asked for, by the project's setting, and refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk

Project = Callable[[Mapping[str, str]], Desk]

FILES = {
    "processes/web/group.yaml": "title: Web\nowner: web\n",
    "processes/web/change.yaml": """\
runbook: 1
title: Change it
roles: {operator: {summary: Changes it}, approver: {summary: Agrees, not: operator}}
steps:
  - {id: look, title: Look, manual: Look.}
  - {id: agree, title: Agree, approval: {role: approver, emergency: {role: operator, within: 1h}}}
""",
}
ENGLISH = {"runbook.yaml": "runbook: 1\ntitle: Tried\n", **FILES}
GERMAN = {"runbook.yaml": "runbook: 1\ntitle: Tried\ndocs: {language: de}\n", **FILES}
WORDS = {
    "render": ("**operator** · by hand", "**operator** · von Hand"),
    "print": ("What to do", "Was zu tun ist"),
}


@pytest.mark.parametrize("command", WORDS)
def test_a_page_is_english_unless_another_language_is_asked_for(project: Project, command: str) -> None:
    desk = project(ENGLISH)
    english, german = WORDS[command]

    assert english in desk.cli(command, "web/change").out
    assert german in desk.cli(command, "web/change", "--language", "de").out


@pytest.mark.parametrize("command", WORDS)
def test_the_setting_of_the_project_holds_unless_another_language_is_asked_for(project: Project, command: str) -> None:
    desk = project(GERMAN)
    english, german = WORDS[command]

    assert german in desk.cli(command, "web/change").out
    assert english in desk.cli(command, "web/change", "--language", "en").out


@pytest.mark.parametrize("command", WORDS)
def test_a_language_that_is_not_there_is_refused_with_those_that_are(project: Project, command: str) -> None:
    refused = project(ENGLISH).cli(command, "web/change", "--language", "fr")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "runbook: there are no pages in the language `fr`\n  the languages are `en` (English), `de` (Deutsch)\n"
    )


def test_a_form_has_the_same_words_in_every_language(project: Project) -> None:
    desk = project(GERMAN)

    form = desk.cli("print", "web/change", "--form", "yaml")
    assert form.code == 0
    assert "done, failed or skipped; the last two with a reason" in form.out
    refused = desk.cli("print", "web/change", "--form", "yaml", "--language", "de")
    assert (refused.code, refused.out) == (2, "")
    assert "--language is for the checklist" in refused.err


def test_the_page_of_a_record_is_in_the_language_that_is_asked_for(project: Project) -> None:
    desk = project(ENGLISH)
    desk.cli("run", "web/change", "--yes")

    german = desk.cli("record", "last", "--format", "html", "--language", "de")
    assert german.code == 0
    assert '<html lang="de">' in german.out
    assert "Protokoll eines Laufs" in german.out
    assert ">wartet</span>" in german.out
    assert "Record of a run" in desk.cli("record", "last", "--format", "html").out
    for wrong in (("--language", "de"), ("--language", "de", "--json"), ("--format", "html", "--language", "fr")):
        refused = desk.cli("record", "last", *wrong)
        assert (refused.code, refused.out) == (2, "")


def test_the_terminal_speaks_english_whatever_the_pages_do(project: Project) -> None:
    shown = project(GERMAN).cli("show", "web/change")

    assert "a person does it and says so" in shown.out
    assert "Freigabe" not in shown.out
