"""What a file is, told by its content and never by its name, as a media type such as `image/jpeg`.

Rule 1: what can be read as text is text, whatever it begins with; more than that its content does not say.
Rule 2: a vector picture (SVG) or a web page is text, since a browser would run what is written in it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from runbook.phrases import Phrase, joined

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
"""What nobody can tell."""

_TEXTUAL = ("application/json", "application/xml", "application/yaml", "application/x-ndjson")
"""Types outside of `text/` that are text as well."""
_CONTROL = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_CLASSES = {
    "image/*": Phrase("image"),
    "text/*": Phrase("text"),
    "audio/*": Phrase("audio"),
    "video/*": Phrase("video"),
}
_HEAD = 8192
"""Bytes from the beginning of a file that its type is told by."""
_DOCUMENT = b"%PDF-"
"""What begins a document that may be text throughout, and is more than that."""


class Sniffer:
    """Takes in a file part by part; `type` is what it has turned out to be."""

    def __init__(self) -> None:
        self._head = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = True

    def take(self, part: bytes) -> None:
        """The next part of the file."""
        self._head += part[: _HEAD - len(self._head)]
        if not self._text:
            return
        try:
            self._text = not _CONTROL.search(self._decoder.decode(part))
        except UnicodeDecodeError:
            self._text = False

    def type(self) -> str:
        """The media type of all that was taken in."""
        if self._text and not self._head.startswith(_DOCUMENT):
            try:
                self._decoder.decode(b"", final=True)
                return TEXT
            except UnicodeDecodeError:
                pass
        import filetype

        found: str | None = filetype.guess_mime(self._head)
        return found or UNKNOWN


def sniffed(content: bytes) -> str:
    """The media type of a content."""
    sniffer = Sniffer()
    sniffer.take(content)
    return sniffer.type()


def fits(found: str, allowed: Iterable[str]) -> bool:
    """True when a content of the type `found` may be one of these; all may when none is named."""
    wanted = tuple(allowed)
    return not wanted or any(_fits(found, each) for each in wanted)


def _fits(found: str, wanted: str) -> bool:
    family, _, kind = wanted.partition("/")
    if found == TEXT and (family == "text" or wanted in _TEXTUAL):
        return True
    if kind in ("", "*"):
        return found.partition("/")[0] == family
    return found == wanted


def can_be_told(wanted: str) -> bool:
    """True when some content is of that type: `image`, `image/*`, `image/png`, `text/csv`."""

    if wanted.startswith("text/") or wanted in (*_TEXTUAL, "text"):
        return True
    return any(_fits(each, wanted) for each in known())


def known() -> tuple[str, ...]:
    """The types that a content can be told to be, text first."""
    import filetype

    return (TEXT, *dict.fromkeys(sorted(each.mime for each in filetype.TYPES)), *_TEXTUAL)


def in_words(allowed: Iterable[str]) -> Phrase:
    """Types as people read them: `image, application/pdf`."""
    return joined((_CLASSES.get(each) or each.removesuffix("/*") for each in allowed), ", ")
