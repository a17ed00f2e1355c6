"""Formulas in what people and programs say, looked for in the record as a table."""

from __future__ import annotations

import csv
import io
import json

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    '"=1+1',
    "\uff1d1+1",
    '=HYPERLINK("http://evil.example")',
    "%0A=1+1",
    "|calc",
    ";=1+1",
    "\u200b=1+1",
    "x\n=1+1,=1+1",
)
FORMULA = tuple("=+-@\t\r|%\uff1d\uff0b\uff0d\uff20")


def cells(text: str) -> list[str]:
    """Every cell of a table, as a spreadsheet takes it: without what can't be seen before it."""
    found = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    return [cell.lstrip(" \u200b\ufeff\n") for cell in found]


def calculated(payload: str, place: str) -> Attempt:
    """No cell begins as a formula does."""

    def work(ground: Ground) -> Outcome:
        key = f"sheet {payload}"
        if key not in ground.kept:
            number = len(ground.kept)
            title = json.dumps(" ".join(payload.replace("\u200b", "").split()))
            ground.project(
                {
                    f"processes/a/s{number}.yaml": f"runbook: 1\ntitle: {title}\nsteps:\n"
                    f"  - {{id: ask, title: {title}, ask: {{fields: {{said: {{title: Said}}}}}}}}\n"
                    "  - {id: do, title: Do, manual: Do it}\n"
                }
            )
            answers = ground.file("answers.yaml", json.dumps({"ask": {"fields": {"said": payload}}}))
            begun = ground.begun(f"a/s{number}", "--answers", answers)
            assert begun.code == 4, begun.said
            run = json.loads(begun.out.strip().splitlines()[-1])["run"]
            ground.cli("attach", run, "do", ground.file(payload.replace("/", "") + ".txt", "evidence"))
            ground.cli("note", run, payload)
            ground.cli("answer", run, "do", "skipped", "--reason", payload)
            ground.kept[key] = ground.cli("record", run, "--format", "csv").out
        formulas = [cell for cell in cells(str(ground.kept[key])) if cell.startswith(FORMULA)]
        succeeded(formulas, f"{formulas[:3]} would be calculated")
        return "harmless"

    return Attempt(f"record as CSV, {place}", payload, work)


def written(ground: Ground) -> Outcome:
    """The control: the payloads written as they are."""
    text = io.StringIO()
    csv.writer(text).writerow(PAYLOADS)
    succeeded([cell for cell in cells(text.getvalue()) if cell.startswith(FORMULA)], "they would be calculated")
    return "harmless"


SET = AttackSet(
    name="spreadsheet",
    tries="a cell of a table is calculated",
    answer="a cell that a spreadsheet might take for a formula begins with an apostrophe",
    attempts=tuple(calculated(payload, "answer, note, reason, title, file name") for payload in PAYLOADS),
    controls=(Attempt("written as it is", "every formula", written),),
)
