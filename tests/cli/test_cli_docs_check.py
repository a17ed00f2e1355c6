"""`runbook docs check`: what is not kept up to date is found at its place, and ends with 1."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk, Result

Make = Callable[[Mapping[str, str]], Desk]

GOOD = """\
runbook: 1
title: Restore a file
steps:
  - {id: copy, title: Copy it, shell: 'exit {{ inputs.code }}'}
inputs: {code: {type: integer, default: 0}}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Kept\n",
    "processes/backup/group.yaml": "title: Backup\nowner: platform\n",
    "processes/backup/restore.yaml": GOOD,
}
FILE = "processes/backup/restore.yaml"


def day(ago: int) -> str:
    """The day so many days ago."""
    return (datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=ago)).isoformat()


def aged(desk: Desk, days: int) -> None:
    """Lets all runs have ended so many days ago: their entries in the list of runs."""
    with sqlite3.connect(desk.home / "journal.db") as journal:
        for run, ended in journal.execute("SELECT run, ended_at FROM run").fetchall():
            then = datetime.datetime.fromisoformat(ended.replace("Z", "+00:00")) - datetime.timedelta(days=days)
            at = then.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            journal.execute("UPDATE run SET ended_at = ? WHERE run = ?", (at, run))


def found(result: Result) -> list[str]:
    """Place, level, code and message of each finding, and what sums them up."""
    return [
        line
        for line in result.out.splitlines()
        if line.startswith(("processes", "runbook", "docs")) or "checked" in line
    ]


def test_a_project_that_is_up_to_date_passes(project: Make) -> None:
    desk = project(FILES)
    desk.begin("backup/restore")

    checked = desk.cli("docs", "check")

    assert (checked.code, checked.out) == (0, "1 process checked: all up to date\n")


def test_a_process_that_was_never_run_fails_and_looking_leaves_no_journal(project: Make) -> None:
    desk = project(FILES)

    checked = desk.cli("docs", "check")

    assert checked.code == 1
    assert (
        checked.out
        == f"""\
{FILE}:2:1: error[RB301 unproven-process]: it was never carried out
  |
2 | title: Restore a file
  | ^^^^^
  = help: carry it out, if need be as a drill: `runbook run backup/restore`
1 process checked: 1 finding in 1 file
"""
    )
    assert not (desk.home / "journal.db").exists()


def test_a_process_that_only_failed_was_never_proved(project: Make) -> None:
    desk = project(FILES)
    desk.begin("backup/restore", code=1)

    assert found(desk.cli("docs", "check"))[0].endswith("it was never carried out successfully")


@pytest.mark.parametrize(
    ("settings", "words", "days", "code"),
    [
        ("", (), 179, 0), ("", (), 181, 1),
        ("docs: {max_age: 30d}\n", (), 29, 0), ("docs: {max_age: 30d}\n", (), 31, 1),
        ("docs: {max_age: 30d}\n", ("--max-age", "40d"), 31, 0), ("", ("--max-age", "1w"), 8, 1),
        ("", ("--max-age", "1w", "--no-use"), 8, 0),
    ],
)  # fmt: skip
def test_a_success_counts_for_as_long_as_the_project_or_whoever_asks_says(
    project: Make, settings: str, words: tuple[str, ...], days: int, code: int
) -> None:
    desk = project({**FILES, "runbook.yaml": FILES["runbook.yaml"] + settings})
    run = desk.begin("backup/restore")
    aged(desk, days)

    checked = desk.cli("docs", "check", *words)

    assert checked.code == code
    if code:
        assert f"it was last carried out successfully on {day(days)} ({run}), {days} d ago, and " in checked.out


def test_newest_runs_that_fail_are_found_and_one_failure_alone_is_none(project: Make) -> None:
    desk = project(FILES)
    desk.begin("backup/restore")
    desk.begin("backup/restore", code=1)
    assert desk.cli("docs", "check").code == 0

    newest = desk.begin("backup/restore", code=1)

    checked = desk.cli("docs", "check")
    assert checked.code == 1
    assert found(checked)[0] == (
        f"{FILE}:2:1: error[RB302 failing-process]: its newest 2 runs failed, the last of them {newest}"
    )
    assert "see `runbook history backup/restore`" in checked.out


def test_a_process_is_proved_by_a_run_that_it_was_a_part_of(project: Make) -> None:
    parent = "runbook: 1\ntitle: All\nsteps: [{id: part, title: Part, process: backup/restore}]\n"
    desk = project({**FILES, "processes/backup/all.yaml": parent})
    desk.begin("backup/all")

    assert desk.cli("docs", "check").code == 0


REVIEWS = [
    ("review: {every: 30d, last: '%s'}", 31, "its review was due on "),
    ("review: {every: 30d}", 0, "nobody has noted when it was last reviewed"),
    ("review: {every: 30d, last: '%s'}", 30, ""),
    ("review: {last: '%s'}", 4000, ""),
]


@pytest.mark.parametrize(("review", "days", "wanted"), REVIEWS)
def test_a_review_that_is_overdue_fails_without_a_journal_too(
    project: Make, review: str, days: int, wanted: str
) -> None:
    text = review.replace("%s", day(days))
    desk = project({**FILES, FILE: f"{GOOD}{text}\n"})

    checked = desk.cli("docs", "check", "--no-use")

    assert checked.code == (1 if wanted else 0)
    assert not wanted or f"{FILE}:6:1: error[RB303 review-overdue]: {wanted}" in checked.out


def test_a_process_without_an_owner_fails_though_it_could_run(project: Make) -> None:
    desk = project({**FILES, "processes/backup/group.yaml": "title: Backup\n"})

    checked = desk.cli("docs", "check", "--no-use")

    assert checked.code == 1
    assert "error[RB219 missing-owner]" in found(checked)[0]


LINKED = """\
runbook: 1
title: Linked
description: |
  See [the file](restore.yaml), [a step](restore.yaml#step-copy), [its page](restore.html#step-copy),
  [below](#step-look), [the group](index.html), [all](../../all.html), [notes](../../notes/a%20b.txt),
  [elsewhere](https://example.org/x), [mail](mailto:a@example.org),
  [pages](../../docs/page.md), [our page](../../pages/page.html) and `[code](gone.yaml)`.

      [code](gone.yaml)
steps:
  - {id: look, title: Look, manual: 'Look at [the other](restore.yaml), [this]({{ inputs.url }}).'}
  - {id: act, title: Act, shell: 'echo "[x](gone.txt)"'}
inputs: {url: {type: string, default: x}}
"""


def test_links_that_lead_somewhere_are_none_of_its_business(project: Make) -> None:
    desk = project(
        {
            **FILES,
            "runbook.yaml": FILES["runbook.yaml"] + "docs: {pages: docs}\n",
            "processes/backup/linked.yaml": LINKED,
            "notes/a b.txt": "x",
            "docs/page.md": "# Page\n[a](other/b.md) [c](../processes/backup/linked.yaml#step-look) [d](#page)\n",
            "docs/other/b.md": "[back](../page.md)\n",
        }
    )

    checked = desk.cli("docs", "check", "--no-use")

    assert (checked.code, checked.out) == (0, "2 processes checked: all up to date\n")


DEAD = [
    ("description: See [it](gone.txt).", "`gone.txt` leads to nothing: there is no `processes/backup/gone.txt`"),
    ("description: See [it](gone.yaml).", "the link `gone.yaml` leads to no process: there is no `backup/gone`"),
    ("description: '[x](../backup/restor.html)'", "leads to no process: there is no `backup/restor`"),
    ("description: '[x](restore.yaml#step-copi)'", "leads to no step: `backup/restore` has no `copi`"),
    ("hazards: ['Mind [x](#step-nowhere).']", "leads to no step: `backup/dead` has no `nowhere`"),
    ("use_when: ['![x](picture.png)']", "the link `picture.png` leads to nothing"),
    ("description: '[x](../../../outside.md)'", "the link `../../../outside.md` leads out of the project"),
    ("description: '[x](/etc/passwd)'", "the link `/etc/passwd` leads out of the project"),
    ("description: |\n  [x][y]\n\n  [y]: gone.md", "the link `gone.md` leads to nothing"),
    ("references: [{title: T, url: gone.md}]", "the link `gone.md` leads to nothing"),
    ("description: '[x](../none/index.html)'", "the link `../none/index.html` leads to nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), DEAD, ids=[text for text, _ in DEAD])
def test_a_link_that_leads_nowhere_is_found_at_its_place(project: Make, text: str, wanted: str) -> None:
    dead = f"runbook: 1\ntitle: Dead\n{text}\nsteps: [{{id: look, title: Look, manual: Look}}]\n"
    desk = project({**FILES, "processes/backup/dead.yaml": dead})
    line = 6 if "\n" in text else 3

    checked = desk.cli("docs", "check", "--no-use")

    assert checked.code == 1
    assert found(checked)[0].startswith(f"processes/backup/dead.yaml:{line}:")
    assert "error[RB304 dead-link]" in found(checked)[0]
    assert wanted in checked.out


def test_dead_links_of_groups_and_pages_are_found_too(project: Make) -> None:
    desk = project(
        {
            **FILES,
            "runbook.yaml": FILES["runbook.yaml"] + "docs: {pages: docs}\n",
            "processes/backup/group.yaml": "title: Backup\nowner: x\ndescription: 'See [x](gone.yaml)'\n",
            "docs/deep/page.md": "# Page\n\nSee\n[a](gone.md) and\n[b](../../processes/backup/restore.yaml#step-no).\n",
        }
    )

    checked = desk.cli("docs", "check", "--no-use")

    assert checked.code == 1
    places = [line.partition(": error")[0] for line in found(checked)]
    assert places[:3] == ["docs/deep/page.md:4:5", "docs/deep/page.md:5:5", "processes/backup/group.yaml:3:23"]
    assert "4 | [a](gone.md) and" in checked.out


def test_a_finding_can_be_allowed_with_a_reason_and_lowered(project: Make) -> None:
    allowed = GOOD.replace("title:", "# runbook: allow unproven-process because only a disaster allows it\ntitle:", 1)
    desk = project({**FILES, FILE: allowed})
    assert desk.cli("docs", "check").out == "1 process checked: all up to date, 1 allowed\n"
    assert desk.cli("docs", "check").code == 0
    assert desk.cli("validate").code == 0
    assert "idle-allow" not in desk.cli("validate").out

    lowered = {**FILES, "runbook.yaml": FILES["runbook.yaml"] + "lint: {unproven-process: warning}\n"}
    checked = project(lowered).cli("docs", "check")
    assert checked.code == 0
    assert "warning[RB301 unproven-process]" in checked.out


def test_programs_get_the_findings_in_their_forms(project: Make) -> None:
    desk = project(FILES)

    plain = desk.cli("docs", "check", "--json")
    sarif = desk.cli("docs", "check", "--format", "sarif")
    github = desk.cli("docs", "check", "--format", "github")

    assert (plain.code, sarif.code, github.code) == (1, 1, 1)
    (finding,) = plain.json
    assert (finding["code"], finding["rule"], finding["severity"]) == ("RB301", "unproven-process", "error")
    (result,) = sarif.json["runs"][0]["results"]
    assert result["ruleId"] == "RB301"
    assert github.out.startswith(f"::error file={FILE},line=2,")
    assert json.loads(desk.cli("docs", "check", "--no-use", "--json").out) == []


def test_errors_of_definitions_are_told_and_fail(project: Make) -> None:
    desk = project({**FILES, FILE: GOOD + "colour: red\n"})

    checked = desk.cli("docs", "check", "--no-use")

    assert checked.code == 1
    assert "RB101 unknown-field" in checked.out


@pytest.mark.parametrize("given", ["soon", "0d", "99999w", "-5d"])
def test_a_time_that_is_none_is_misuse(project: Make, given: str) -> None:
    assert project(FILES).cli("docs", "check", f"--max-age={given}").code == 2


def test_what_a_confidential_step_holds_is_told_to_nobody(project: Make) -> None:
    secret = "runbook: 1\ntitle: S\nsteps: [{id: ask, title: A, performer: {confidential: true}, manual: T}]\n"
    desk = project({**FILES, FILE: secret})
    for _ in range(2):
        run = desk.begin("backup/restore")
        assert desk.cli("answer", run, "ask", "failed", "--reason", "HIDDEN-WORD").code in (0, 1)

    checked = desk.cli("docs", "check", "--json")

    assert "RB302" in checked.out
    assert "HIDDEN-WORD" not in checked.out + checked.err
