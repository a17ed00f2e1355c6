"""Score the answers of a supplier to the security questionnaire.

The questionnaire is a CSV file with the columns question, weight (1 to 5), must (yes or no), answer (yes, partly, no)
and evidence. An answer without evidence counts half. A `must` that is not answered with yes knocks the supplier out.

Usage: questionnaire.py sample FILE
       questionnaire.py score FILE
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

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
    if not path.is_file():
        sys.exit(f"{path} is not there")
    reached, possible, knocked, bare = 0.0, 0, [], []
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                weight, points = int(row["weight"]), POINTS[row["answer"]]
                question, must, evidence = row["question"], row["must"], (row["evidence"] or "").strip()
            except (KeyError, TypeError, ValueError):
                sys.exit(f"{path}, line {number}: a question with weight and answer is expected")
            possible += weight
            reached += weight * points * (1 if evidence or not points else 0.5)
            knocked += [question] if must == "yes" and row["answer"] != "yes" else []
            bare += [question] if points and not evidence else []
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
