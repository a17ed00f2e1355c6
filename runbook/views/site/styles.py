"""The stylesheet of the site: the colours of the project's palette, then the look, which names them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from runbook.definition import Theme
from runbook.palette import palette

_PARTS = ("site.css", "diagram.css", "editions.css")


def stylesheet(theme: Theme) -> str:
    """All of it as one file."""
    light, dark = _properties(palette(theme.tokens)), _properties(palette(theme.dark, dark=True))
    colours = [
        f":root {{ color-scheme: light; {light} }}",
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ color-scheme: dark; {dark} }} }}",
        f":root[data-theme=dark] {{ color-scheme: dark; {dark} }}",
        f"@media print {{ :root, :root[data-theme=dark] {{ color-scheme: light; {light} }} }}",
    ]
    return "\n".join([*colours, *map(asset, _PARTS)])


def asset(name: str) -> str:
    """A file of ours that pages load."""
    found = files("runbook.views").joinpath("site/assets", name)
    return found.read_text(encoding="utf-8") if found.is_file() else ""


def _properties(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in colours.items())
