"""The signs at the steps of a run: what has become of each, by form and not by colour alone."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "succeeded": "M-3.6 .2L-1.2 2.8 3.7-2.8",
    "failed": "M-2.8-2.8L2.8 2.8M-2.8 2.8L2.8-2.8",
    "running": "M-1.8-3L2.8 0-1.8 3Z",
    "skipped": "M-3.2-2.8L-.2 0-3.2 2.8M.6-2.8L3.6 0 .6 2.8",
    "undone": "M-.6-4L-3.4-1.6-.6.8M-3.2-1.6H1.2A2.3 2.3 0 0 1 1.2 3H-1.8",
    "pending": "M-2.6 0H-2.5M-.05 0H.05M2.5 0H2.6",
    "ready": "M-2.6 0H-2.5M-.05 0H.05M2.5 0H2.6",
    "waiting": "M-1.6-2.6V2.6M1.6-2.6V2.6",
    "in doubt": "M-1.9-1.9A1.9 1.9 0 1 1 0 .1V1M0 3.2V3.3",
    "cancelled": "M-2.6-2.6H2.6V2.6H-2.6Z",
}
"""For each state of a step (`Status` of a run) the strokes of its sign, around its middle."""
