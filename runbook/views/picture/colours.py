"""The colours of a picture by what they are for, as they stand in its attributes: those of the theme, light and dark.

On a page the theme's custom properties take their place (`site/assets/diagram.css`); a picture that stands alone brings
both sets along.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from runbook.palette import DARK, LIGHT
from runbook.views.drawing import Shape

OF_SHAPE: Mapping[Shape, str] = {
    Shape.PERSON: "muted",
    Shape.MACHINE: "accent",
    Shape.DECISION: "warn",
    Shape.APPROVAL: "approval",
    Shape.WAIT: "muted",
    Shape.PROCESS: "accent",
}
"""Which colour the outline of a node has."""

OF_STATE: Mapping[str, str] = {
    "succeeded": "ok",
    "failed": "bad",
    "running": "accent",
    "skipped": "muted",
    "undone": "warn",
    "pending": "muted",
    "ready": "muted",
    "waiting": "warn",
    "in doubt": "bad",
    "cancelled": "muted",
}
"""Which colour a step has on the page of a run, by what has become of it."""


@functools.cache
def style_alone() -> str:
    """The style of a picture that stands alone: the page's own, with both sets of colours in it."""
    from importlib.resources import files

    sheet = files("runbook.views").joinpath("site/assets/diagram.css").read_text(encoding="utf-8")
    plain = re.sub(r"/\*.*?\*/|\n+\s*", "", sheet.partition("/* On a page only. */")[0], flags=re.S)
    dark = _filled("".join(re.findall(r"[^{}]+\{[^{}]*var\([^{}]*\}", plain)), DARK)
    return f"{_filled(plain, LIGHT)}@media (prefers-color-scheme:dark){{{dark}}}"


def _filled(sheet: str, colours: Mapping[str, str]) -> str:
    return re.sub(r"var\(--(\w+)\)", lambda found: colours[found[1]], sheet)
