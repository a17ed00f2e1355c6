"""The sets of attempts, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.attempt import AttackSet
from tests.security.sets import expressions, matrix, shell, shown, templates

SETS: Mapping[str, AttackSet] = {each.SET.name: each.SET for each in (shell, templates, shown, expressions, matrix)}
