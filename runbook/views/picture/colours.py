"""The colours of a picture by what they are for, as they stand in its attributes: those of the theme, light and dark.

On a page the theme's custom properties take their place (`site/assets/diagram.css`); a picture that stands alone brings
both sets along.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from runbook.views.drawing import Shape

LIGHT = {
    "bg": "#ffffff", "fg": "#16202b", "mut": "#52616f", "line": "#d5dce3", "panel": "#f5f7f9", "acc": "#0b5cad",
    "ok": "#176b36", "bad": "#b3261e", "warn": "#8a5300", "appr": "#7a2ea0",
}  # fmt: skip
DARK = {
    "bg": "#11171d", "fg": "#e4e9ee", "mut": "#a0adba", "line": "#303b46", "panel": "#18212a", "acc": "#7db8f5",
    "ok": "#71cf93", "bad": "#ff8a80", "warn": "#f0b95a", "appr": "#cf9df0",
}  # fmt: skip

OF_SHAPE: Mapping[Shape, str] = {
    Shape.PERSON: "mut",
    Shape.MACHINE: "acc",
    Shape.DECISION: "warn",
    Shape.APPROVAL: "appr",
    Shape.WAIT: "mut",
    Shape.PROCESS: "acc",
}
"""Which colour the outline of a node has."""

OF_STATE: Mapping[str, str] = {
    "succeeded": "ok",
    "failed": "bad",
    "running": "acc",
    "skipped": "mut",
    "undone": "warn",
    "pending": "mut",
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
