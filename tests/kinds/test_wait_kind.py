"""`wait`: for a while, until a time, for a signal. The clock and the signals are told in the stories of runs."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("wait", "waits_for", "until", "signal"),
    [
        ("90s", "time", "2026-11-22T08:01:30.000Z", ""),
        ("{for: 2h}", "time", "2026-11-22T10:00:00.000Z", ""),
        ("{until: '2026-12-24T18:00:00'}", "time", "2026-12-24T18:00:00.000Z", ""),
        ("{until: '{{ inputs.day }}T06:00:00+02:00'}", "time", "2027-01-01T04:00:00.000Z", ""),
        ("{signal: go}", "signal", "", "go"),
    ],
)
def test_what_is_waited_for_is_recorded(tell, wait, waits_for, until, signal):
    story = tell(f"inputs: {{day: {{default: '2027-01-01'}}}}\nsteps:\n- {{id: w, wait: {wait}}}").start()

    data = story.events[-1].event.data

    assert (data["for"], data.get("until", ""), data.get("signal", "")) == (waits_for, until, signal)
    assert story.status == "waiting"
