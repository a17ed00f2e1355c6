"""The checklist of a process on paper, and its empty forms."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook.engine.pdf import as_pdf
from runbook.engine.plans import plan_of
from runbook.kind import Kinds
from runbook.reading.library import read_library
from runbook.reading.transcript import read_transcript
from runbook.run.plan import Plan
from runbook.testing import plan_from
from runbook.views import blank_form
from runbook.views.checklist import Printed, checklist
from runbook.views.sheet import Row, sheet

HASH = "5c1e" * 16
PRINTED = Printed(HASH, "kim", "2026-11-22 09:00 UTC", "0.1")

PUMP = """\
runbook: 1
title: Service the pump
summary: Bring the pump **back**.
prerequisites: [The valve is closed]
hazards: [The water is hot., {text: What was drained is gone., step: drain}]
review: {last: 2026-10-01}
roles:
  operator: {summary: Does it, team: pumps}
  checker: {summary: Looks, people: [ana, bo], not: operator}
inputs:
  host: {type: string, title: Host of the pump}
  folder: {type: string, default: my files}
checks:
  - {id: power, title: There is power, command: [ping, "{{ inputs.host }}"]}
steps:
  - id: count
    title: Count the files
    shell: ls {{ inputs.folder }} | grep {{ inputs.host }} | wc -l
    manual: Count them by hand.
    timeout: 10s
    retry: {attempts: 3, delay: 5s}
    outputs: {n: {type: integer}}
    expect: {limits: {n: {min: 1}}, contains: ['5']}
  - id: look
    title: Look at it
    role: checker
    warning: Do not touch the rotor.
    when: steps.count.outputs.n > 1
    manual:
      text: "There are {{ steps.count.outputs.n }} files in `{{ inputs.folder }}`."
      fields:
        pressure: {title: Pressure, type: number, unit: bar, min: 1, max: 6}
        lamp: {title: Lamp, type: choice, options: [green, red]}
        dry: {title: It is dry, type: boolean}
    undo: Take the number down.
  - id: size
    title: Choose the size
    decision:
      question: Which pump?
      options: [{id: small, title: A small one}, {id: large, title: A large one, goto: sign}]
  - id: drain
    title: Drain it
    irreversible: true
    command: [drain]
  - id: sign
    title: Sign
    needs: [size, drain]
    join: any
    approval: {role: checker, quorum: 2, text: May it stay on?, not: starter, deadline: 4h}
  - id: each
    title: Tell everybody
    foreach: {items: [ana, bo], as: person}
    command: [tell, "{{ person }}"]
  - {id: rest, title: Let it rest, wait: 10m}
  - {id: other, title: Run the other, process: {use: pumps/other, with: {name: "{{ inputs.folder }}"}}}
finally:
  - {id: tidy, title: Tidy up, manual: Sweep.}
"""
OTHER = """\
runbook: 1
title: The other
inputs: {name: {type: string}}
steps:
  - {id: hello, title: Say hello, command: [echo, "{{ inputs.name }}"]}
"""


@pytest.fixture(scope="module")
def plan(kinds: Kinds) -> Plan:
    return plan_from({"pumps/service": PUMP, "pumps/other": OTHER}, kinds)


@pytest.fixture(scope="module")
def rows(plan: Plan) -> dict[str, Row]:
    return {row.path: row for row in sheet(plan, {"folder": "my files"}).rows if row.path}


@pytest.fixture(scope="module")
def page(plan: Plan) -> str:
    return checklist(sheet(plan, {"folder": "my files"}), PRINTED)


def text_of(page: str) -> str:
    """What a reader sees of the page."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_every_step_of_every_process_is_there_with_its_path_and_number(rows: dict[str, Row]) -> None:
    assert {path: row.number for path, row in rows.items()} == {
        "power": "C1", "count": "1", "look": "2", "size": "3", "drain": "4", "sign": "5", "each": "6",
        "each.1": "6#1", "each.2": "6#2", "rest": "7", "other": "8", "other/hello": "8.1", "tidy": "F1",
    }  # fmt: skip


def test_commands_have_the_known_values_in_them_quoted_and_blanks_for_the_others(plan: Plan) -> None:
    made = sheet(plan, {"folder": "my files"})
    commands = {row.path: made.blanks.filled(row.command, lambda label: f"<{label}>") for row in made.rows}

    assert commands["count"] == "ls 'my files' | grep '<host>' | wc -l"
    assert commands["each.1"] == "tell ana"
    assert commands["other/hello"] == "echo 'my files'"


def test_with_all_inputs_the_command_is_the_one_that_a_run_would_show(plan: Plan) -> None:
    made = sheet(plan, {"folder": "my files", "host": "p 1"})

    assert next(row.command for row in made.rows if row.path == "count") == "ls 'my files' | grep 'p 1' | wc -l"


@pytest.mark.parametrize(
    "text",
    [
        "Service the pump", "pumps/service", HASH, HASH[:12], "last reviewed 2026-10-01", "Begun: date, time",
        "HAZARD The water is hot.", "HAZARD at step 4 What was drained is gone.", "The valve is closed",
        "Host of the pump", "Does it; whoever begins plays this role; team pumps",
        "Looks; only ana, bo; not the same person as the operator", "Before the first step",
        "WARNING Do not touch the rotor.", "CAUTION This can't be undone.", "Only when steps.count.outputs.n &gt; 1",
        "Pressure a number from 1 to 6", "bar", "green", "red", "yes", "no", "A large one (go to step 5)",
        "Expected: the output contains 5 ; n is at least 1", "What it wrote is as expected", "approved", "rejected",
        "Refused: when nobody has decided after 4 h", "Not by: starter", "Wait: 10 min", "Tried up to 3 times",
        "To undo it: Take the number down.", "By hand instead: Count them by hand.", "At most: 10 s",
        "n of step 1", "Deviations", "Always at the end", "Printed by kim at 2026-11-22 09:00 UTC",
    ],
)  # fmt: skip
def test_it_says(page: str, text: str) -> None:
    assert text in text_of(page)


def test_an_approval_has_a_line_for_each_signature(page: str) -> None:
    assert text_of(page).count("approved rejected") == 2


def test_it_stands_alone_and_is_well_formed(page: str) -> None:
    assert not re.search(r"(src|href)=\"(?!#|https?:)", page)
    assert "<script" not in page
    assert "url(" not in page
    assert 'counter(page) " of " counter(pages)' in page
    assert page.count(HASH) == 3, "in its head, in the footer of each page, and at the end on a screen"
    body = page[page.index("<body>") : page.index("</body>") + 7]
    ET.fromstring(re.sub(r"&(?!amp;|lt;|gt;|quot;|#)\w+;", "", body).replace("<br>", "<br/>"))


ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}</style>"


def test_no_text_of_an_author_becomes_markup(kinds: Kinds) -> None:
    quoted = "'" + ATTACK.replace("'", "''").replace("{{ 7*7 }}", "") + "'"
    plan = plan_from(
        {
            "pumps/bad": f"""\
runbook: 1
title: {quoted}
summary: {quoted}
prerequisites: [{quoted}]
hazards: [{quoted}]
roles: {{operator: {{summary: {quoted}}}}}
inputs: {{host: {{type: string, title: {quoted}, default: {quoted}}}}}
steps:
  - id: a
    title: {quoted}
    warning: {quoted}
    manual:
      text: {quoted}
      fields: {{f: {{title: {quoted}, type: choice, options: [{quoted}]}}}}
  - id: b
    title: B
    command: [echo, {quoted}, "{{{{ inputs.host }}}}"]
  - id: c
    title: C
    decision: {{question: {quoted}, options: [{{id: x, title: {quoted}}}, {{id: y}}]}}
"""
        },
        kinds,
    )

    page = checklist(sheet(plan, {"host": ATTACK + "\ue0000\ue001"}), PRINTED)

    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</style>") == 1
    assert "onerror=alert(2)&gt;" in page
    assert 'class="blank"' not in page, "what looks like the mark of a blank is none"


# -- the forms --------------------------------------------------------------------------------------


def test_the_form_in_yaml_has_a_row_for_whatever_is_answered_and_can_be_read(plan: Plan) -> None:
    text = blank_form.as_yaml(sheet(plan, {"folder": "my files"}), HASH)

    steps = re.findall(r"- step: (\S+)", text)
    assert steps == [
        "power", "count", "look", "size", "drain", "sign", "sign", "each.1", "each.2", "rest", "other/hello", "tidy",
    ]  # fmt: skip
    assert "answer:  # one of small, large" in text
    assert "pressure:  # a number from 1 to 6 bar" in text
    filled = text.replace("started_by:", "started_by: ana").replace("started_at:", "started_at: 2026-11-22 08:00")
    form = read_transcript("form.yaml", filled.encode())
    assert (form.entries, form.definition, form.inputs) == ((), HASH, {"folder": "my files"})


def test_the_form_in_csv_has_the_same_rows(plan: Plan) -> None:
    text = blank_form.as_csv(sheet(plan, {"folder": "=my files"}), HASH)

    cells = list(csv.reader(io.StringIO(text)))
    answers = [row[0] for row in cells if row[1] == "answer"]
    assert answers.count("sign") == 2
    assert ["look", "pressure"] in [row[:2] for row in cells]
    assert not any(cell.startswith("=") for row in cells for cell in row)
    filled = text.replace("started_by,", "started_by,ana").replace("started_at,", "started_at,2026-11-22 08:00")
    assert read_transcript("form.csv", filled.encode()).inputs == {"folder": "=my files"}


# -- the library, and paper -------------------------------------------------------------------------

LIBRARY = Path(__file__).resolve().parents[2]


def library(kinds: Kinds) -> Iterator[tuple[str, Any]]:
    files = {
        path.relative_to(LIBRARY).as_posix(): path.read_bytes()
        for path in [LIBRARY / "runbook.yaml", *sorted((LIBRARY / "processes").rglob("*.yaml"))]
    }
    found = read_library(files, kinds, {}, {}, True)
    for id in found.project.processes:
        yield id, found.project.processes


def test_every_process_of_the_library_can_be_printed_and_its_forms_read(kinds: Kinds) -> None:
    for id, processes in library(kinds):
        plan = plan_of(id, processes, kinds)
        usual = {name: each.default for name, each in plan.process.inputs.items() if not each.required}
        made = sheet(plan, usual)
        page = checklist(made, PRINTED)
        assert all(row.title in text_of(page) or "&" in page for row in made.rows)
        for name, write in (("form.yaml", blank_form.as_yaml), ("form.csv", blank_form.as_csv)):
            form = write(made, HASH)
            for word in ("started_by", "started_at"):
                mark = f"{word}:" if name.endswith("yaml") else f",{word},"
                form = form.replace(mark, f"{mark} 2026-11-22 08:00", 1)
            assert read_transcript(name, form.encode()).entries == ()


@pytest.fixture
def paper(page: str, tmp_path: Path) -> Callable[..., str]:
    """The PDF of the checklist, looked at with a program of poppler."""
    (tmp_path / "checklist.pdf").write_bytes(as_pdf(page))

    def look(*words: str) -> str:
        return subprocess.run([*words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    return look


def test_each_page_of_the_pdf_has_its_number_and_the_hash(paper: Callable[..., str]) -> None:
    pages = int(re.search(r"Pages: +(\d+)", paper("pdfinfo", "checklist.pdf"))[1])  # type: ignore[index]

    assert pages > 1
    assert "A4" in paper("pdfinfo", "checklist.pdf")
    for number in range(1, pages + 1):
        text = paper("pdftotext", "-layout", "-f", str(number), "-l", str(number), "checklist.pdf", "-")
        assert f"Page {number} of {pages}" in text
        assert HASH in text


def test_the_pdf_says_what_the_page_says(paper: Callable[..., str]) -> None:
    text = " ".join(paper("pdftotext", "checklist.pdf", "-").split())

    for words in ("Service the pump", "ls 'my files' | grep", "Do not touch the rotor.", "Deviations", "approved"):
        assert words in text
