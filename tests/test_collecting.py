"""The collector of garbage is as it was once it may look again."""

from __future__ import annotations

import gc

from runbook.collecting import seldom_collecting


def test_garbage_is_looked_for_seldom_and_then_as_before() -> None:
    before = gc.get_threshold()

    with seldom_collecting():
        meanwhile, frozen = gc.get_threshold(), gc.get_freeze_count()

    assert meanwhile[0] > before[0]
    assert frozen > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
