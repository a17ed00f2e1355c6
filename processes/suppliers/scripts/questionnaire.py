"""Score the answers of a supplier to the security questionnaire.

The questionnaire is a CSV file with the columns question, weight (1 to 5), must (yes or no), answer (yes, partly, no)
and evidence. An answer without evidence counts half. A `must` that is not answered with yes knocks the supplier out.

Usage: questionnaire.py sample FILE
       questionnaire.py score FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import table

FIELDS = ("question", "weight", "must", "answer", "evidence")
WEIGHTS, MUST = ("1", "2", "3", "4", "5"), ("yes", "no")
POINTS = {"yes": 1.0, "partly": 0.5, "no": 0.0}
SAMPLE = """\
question,weight,must,answer,evidence
Is our data encrypted where it is stored?,5,yes,yes,Audit report 2026 page 12
Is every access of administrators logged?,4,yes,yes,Audit report 2026 page 14
Are backups restored on trial every year?,3,no,yes,
Are incidents reported within 24 hours?,4,yes,yes,Contract annex 3
Is there a second site?,2,no,partly,Plan for 2027
Do subcontractors sign the same rules?,3,no,no,
"""


def score(path: Path) -> dict:
    """The share of points reached, the questions that knock out, and those without evidence."""
    reached, possible, knocked, bare = 0.0, 0, [], []
    for number, row in enumerate(table.read(path, FIELDS), 2):
        if row["weight"] not in WEIGHTS or row["must"] not in MUST or row["answer"] not in POINTS:
            sys.exit(f"{path}, line {number}: weight 1 to 5, must yes or no, and answer yes, partly or no are expected")
        weight, points, evidence = int(row["weight"]), POINTS[row["answer"]], row["evidence"].strip()
        possible += weight
        reached += weight * points * (1 if evidence or not points else 0.5)
        knocked += [row["question"]] if row["must"] == "yes" and row["answer"] != "yes" else []
        bare += [row["question"]] if points and not evidence else []
    if not possible:
        sys.exit(f"{path} has no questions")
    return {
        "percent": round(100 * reached / possible),
        "knocked_out": len(knocked),
        "reasons": knocked,
        "without_evidence": bare,
    }


def main() -> None:
    """Print the score as JSON."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("sample", "score"):
        sys.exit("usage: questionnaire.py sample|score FILE")
    path = Path(sys.argv[2])
    if sys.argv[1] == "sample":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SAMPLE, encoding="utf-8")
    print(json.dumps(score(path)))


if __name__ == "__main__":
    main()
