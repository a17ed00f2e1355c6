"""Every case there is, by name."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from tests.governance.case import Case
from tests.governance.cases import (
    answering,
    approving,
    forms,
    moving,
    on_paper,
    people,
    signing,
    strict,
    verifying,
    working,
)

PARTS: Mapping[str, Mapping[str, Case]] = {
    "Who may act": people.CASES,
    "Who has a step": working.CASES,
    "Answers and their reasons": answering.CASES,
    "Forms and evidence": forms.CASES,
    "Approvals": approving.CASES,
    "A second person": verifying.CASES,
    "Off the way": moving.CASES,
    "By the book": strict.CASES,
    "Signed answers": signing.CASES,
    "Instructions and paper": on_paper.CASES,
}
"""The cases by what they are about."""

CASES: Mapping[str, Case] = dict(chain.from_iterable(part.items() for part in PARTS.values()))
