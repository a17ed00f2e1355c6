"""What goes into a layout and what comes out: boxes and arrows in, corners and routes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[float, float]
"""How far from the left, and how far from the top."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a name and a size that needs a place."""

    name: str
    width: float
    height: float
    corners: bool = False
    """True when an arrow may leave from the middle of its left or right side."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another; a light one never makes the main line."""

    start: str
    end: str
    label: tuple[float, float] | None = None
    """The width and height of what is written on it; None when nothing is."""
    light: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The corners an arrow goes through, from its start to its end, and the middle of its label."""

    points: tuple[Point, ...]
    label: Point | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How large the whole is, the upper left corner of each box, and the routes in the order of the arrows."""

    width: float
    height: float
    corners: Mapping[str, Point]
    routes: tuple[Route, ...]
