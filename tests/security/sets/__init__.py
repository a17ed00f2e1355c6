"""The sets of attempts, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.attempt import AttackSet
from tests.security.sets import (
    documents,
    expressions,
    markup,
    matrix,
    numbers,
    shell,
    shown,
    spreadsheet,
    templates,
    words,
)

SETS: Mapping[str, AttackSet] = {
    each.SET.name: each.SET
    for each in (shell, templates, documents, numbers, words, shown, markup, spreadsheet, expressions, matrix)
}
