"""For tests of processes: a run told as a story, with nothing carried out and a clock of its own."""

from __future__ import annotations

from runbook.testing.story import Story, plan_from

__all__ = ["Story", "plan_from"]
