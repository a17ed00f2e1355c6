"""Whether a picture that somebody put beside their pages is one, and does nothing but be looked at.

Rule 1: a picture is what its content says, never what its name says.
Rule 2: of a drawing (SVG) only what is known to be harmless passes: it is a document, which a browser may be told to
open by itself, where scripts, requests and foreign parts in it would work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

LARGEST = 5 * 1024 * 1024
"""Bytes that a picture may have."""

ENDINGS = (".png", ".svg", ".jpg", ".jpeg", ".webp", ".gif")
"""What the name of a picture ends in."""

_BEGINNINGS = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    ".gif": re.compile(rb"GIF8[79]a"),
}
_Refuse = Callable[[str], None]
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(re.findall(r"\w+", """
    svg g defs symbol use title desc metadata switch style path rect circle ellipse line polyline polygon text tspan
    textPath marker pattern clipPath mask linearGradient radialGradient stop view image filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence
    """))  # fmt: skip
"""The elements of a drawing; none that moves, links, runs or holds a part of another language."""
_NOTES = (
    "http://sodipodi.sourceforge.net/",
    "http://www.inkscape.org/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/",
)
"""What drawing programs write into their files for themselves; browsers know nothing of it."""
_INSIDE = re.compile(r"#[^\s]*|data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_URL = re.compile(r"url\s*\((?!\s*['\"]?#)", re.IGNORECASE)
_LOADS = re.compile(
    r"@import|\\|expression\s*\(|image(-set)?\s*\(|javascript:|-moz-binding|behavior\s*:", re.IGNORECASE
)


def harm(name: str, content: bytes) -> str:
    """Why a picture can't be part of the pages, as the end of `it ...`; empty when it can."""
    ending = name[name.rfind(".") :].lower()
    if len(content) > LARGEST:
        return f"is larger than {LARGEST // 1024 // 1024} MB"
    if ending == ".svg":
        return _harm_of_drawing(content)
    known = _BEGINNINGS.get(ending)
    return "" if known and known.match(content) else f"is no picture of the sort that `{ending}` says"


class _Harmful(Exception):
    """A drawing holds what must not be in it."""


def _harm_of_drawing(content: bytes) -> str:
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    styles: list[bool] = []

    def refuse(why: str) -> None:
        raise _Harmful(why)

    def start(name: str, attributes: Mapping[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not styles and name != f"{_SVG} svg":
            refuse("is no drawing (SVG)")
        if not (space == _SVG and local in _DRAWN) and not space.startswith(_NOTES):
            refuse(f"holds a `{local}`")
        styles.append(space == _SVG and local == "style")
        for full, value in attributes.items():
            if not full.startswith(_NOTES):
                _check_attribute(full.rpartition(" ")[2], value, refuse)

    def text(written: str) -> None:
        if styles and styles[-1]:
            _check_style(written, refuse)

    def declared(name: str, system: str | None, public: str | None, inside: bool) -> None:
        if inside:
            refuse("declares entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: styles.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = lambda *given: refuse("declares entities")
    parser.ProcessingInstructionHandler = lambda target, data: refuse(f"holds an instruction, `{target}`")
    try:
        parser.Parse(content, True)
    except _Harmful as found:
        return str(found)
    except (expat.ExpatError, ValueError, RecursionError):
        return "is no drawing (SVG) that can be read"
    return ""


def _check_attribute(name: str, value: str, refuse: _Refuse) -> None:
    if name.lower().startswith("on"):
        refuse(f"does something by itself, `{name}`")
    if name.lower() in ("href", "src") and not _INSIDE.fullmatch(value.strip()):
        refuse("leads out of itself")
    if name.lower() == "base":
        refuse("leads out of itself")
    if not name.startswith("aria-"):
        _check_style(value, refuse)


def _check_style(written: str, refuse: _Refuse) -> None:
    if _URL.search(written) or _LOADS.search(written):
        refuse("leads out of itself")
