"""The sets of attempts, by name; a new one is its file here and its line below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.security.attempt import AttackSet
from tests.security.sets import (
    archives,
    arguments,
    documents,
    expressions,
    markup,
    matrix,
    numbers,
    paths,
    previewed,
    replies,
    shell,
    shown,
    spreadsheet,
    surroundings,
    templates,
    webhooks,
    words,
)

_ALL = (
    expressions,
    matrix,
    shell,
    templates,
    documents,
    numbers,
    words,
    paths,
    archives,
    arguments,
    surroundings,
    shown,
    markup,
    spreadsheet,
    replies,
    webhooks,
    previewed,
)

SETS: Mapping[str, AttackSet] = {each.SET.name: replace(each.SET, about=each.__doc__ or "") for each in _ALL}
