"""Whether a failed attempt is made again, and when."""

from __future__ import annotations

import hashlib

from runbook.instants import between, later
from runbook.run.progress import StepState

_LONGEST_PAUSE = 86_400.0
"""Seconds before a failed attempt is made again, however often its pause has grown."""
_LONGEST_GROWTH = 60
"""How many times a pause grows; beyond, it is longer than the longest anyway, and too large a number."""


def next_attempt(step: StepState, run: str, exit_code: int | None, now: str) -> str:
    """The instant of the next attempt at a step that has just failed; empty when it is not made again."""
    retry = step.step.retry
    failures = step.failures + 1
    if retry is None or step.siblings.stopped or step.stopping or failures >= retry.attempts:
        return ""
    if retry.on_exit and exit_code not in retry.on_exit:
        return ""
    pause = retry.delay * retry.backoff ** min(failures - 1, _LONGEST_GROWTH)
    if retry.jitter:
        pause *= 0.5 + _fraction(run, step.path, step.attempt)
    if retry.within is not None and between(step.first_started_at, now) + pause > retry.within:
        return ""
    return later(now, min(pause, _LONGEST_PAUSE))


def _fraction(*words: object) -> float:
    """A number from 0 to 1 that the same words always give: chance without a source of chance."""
    digest = hashlib.sha256("\0".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
