"""Takes secrets out of what a program writes, while it writes: also one that the end of a chunk or of a line cuts.

Rule 1: what comes out is the same however the output was cut into chunks.
Rule 2: every byte of every form is masked, also where forms overlap. Nothing is held back but what may begin one.
Rule 3: line breaks count for nothing, because programs put them into base64 and hex wherever a line is full.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate, compress, count

MASK = b"***"
SURE = 8
"""So many bytes are taken for the beginning of a form although a line, or the whole output, ends after them."""
SHORTEST = 4
_BREAKS = b"\r\n"
_WORDS = ((8, "Q"), (4, "I"), (2, "H"))
"""A form of at least twice as many bytes, less one, holds such a word whole, wherever in the data words are read."""

Index = dict[int, list[tuple[bytes, int]]]


class Mask:
    """The secrets of one attempt, in all their forms, sought in one of its streams; `twin` is for the other one."""

    def __init__(self, forms: list[bytes]) -> None:
        self._forms = sorted({form.translate(None, _BREAKS) for form in forms})
        first_lines = (len(form.splitlines()[0]) for form in forms)
        self._sure = min([SURE, *(length for length in first_lines if length >= SHORTEST)])
        self._indexes: dict[int, Index] = {size: {} for size, _ in _WORDS}
        for form in self._forms:
            size = next(size for size, _ in _WORDS if len(form) >= 2 * size - 1)
            index = self._indexes[size]
            for place in range(size):
                word = int.from_bytes(form[place : place + size], sys.byteorder)
                index.setdefault(word, []).append((form, place))
        self._held = b""
        self._done = 0
        """How many of the held bytes are shown, or masked, already."""
        self.found = 0
        """How often something was masked."""

    def twin(self) -> Mask:
        """The same for another stream, at its beginning."""
        other = Mask.__new__(Mask)
        other._forms, other._sure, other._indexes = self._forms, self._sure, self._indexes
        other._held, other._done, other.found = b"", 0, 0
        return other

    def passed(self, data: bytes) -> bytes:
        """What may be shown of what there is so far; the rest comes with what follows."""
        return self._shown(self._held + data, ended=False)

    def rest(self) -> bytes:
        """What was held back, once nothing follows."""
        return self._shown(self._held, ended=True)

    def _shown(self, data: bytes, ended: bool) -> bytes:
        text = data.translate(None, _BREAKS)
        whole, cut = self._sought(text)
        if not whole and not cut:
            begin, self._held, self._done = self._done, b"", 0
            return data[begin:]
        places = _Places(data, text)
        if ended:
            whole += [(start, len(text)) for start in cut if len(text) - start >= self._sure]
            cut = []
        keep = min([places.of(start) for start in cut], default=len(data))
        until = min([places.of(self._visible(places, start, len(text) + 1)) for start in cut], default=len(data))
        spans = sorted((places.of(self._visible(places, start, end)), end, start) for start, end in whole)
        shown: list[bytes] = []
        done = self._done
        for begin, end, start in spans:
            if begin >= until:  # what comes before it is not known yet
                keep = min(keep, places.of(start))
                continue
            if begin >= done:
                shown += (data[done:begin], MASK)
                self.found += 1
            done = max(done, places.of(end - 1) + 1)
        if done < until:
            shown.append(data[done:until])
            done = until
        self._held, self._done = data[keep:], done - keep
        return b"".join(shown)

    def _sought(self, text: bytes) -> tuple[list[tuple[int, int]], list[int]]:
        """The beginning and end of every form in the text, and where one may begin that is not all there."""
        whole: list[tuple[int, int]] = []
        cut: list[int] = []
        length = len(text)
        for size, code in _WORDS:
            index = self._indexes[size]
            words: array[int] = array(code, text[: length // size * size] if index else b"")
            if index.keys().isdisjoint(words):
                continue
            for number in compress(count(), map(index.__contains__, words)):
                for form, place in index[words[number]]:
                    start = number * size - place
                    if start < 0:
                        continue
                    if text.startswith(form, start):
                        whole.append((start, start + len(form)))
                    elif start + len(form) > length and form.startswith(text[start:]):
                        cut.append(start)
        cut += [start for start in range(max(0, length - 2 * _WORDS[0][0] + 2), length) if self._begins(text[start:])]
        return whole, cut

    def _begins(self, text: bytes) -> bool:
        """True when a form begins with the text and goes on after it."""
        place = bisect_left(self._forms, text)
        if place < len(self._forms) and self._forms[place] == text:
            place += 1
        return place < len(self._forms) and self._forms[place].startswith(text)

    def _visible(self, places: _Places, start: int, end: int) -> int:
        """Where the mask begins: behind a first line that is too short to be taken for the beginning of a form."""
        line_end = places.first_break(start)
        return line_end if line_end - start < self._sure and line_end < end else start


class _Places:
    """From places in the text without line breaks to places in the data."""

    def __init__(self, data: bytes, text: bytes) -> None:
        lines = () if len(data) == len(text) else data.replace(b"\r", b"\n").split(b"\n")[:-1]
        self._breaks = list(accumulate(map(len, lines)))
        self._length = len(data)
        self._end = len(text)

    def of(self, place: int) -> int:
        """Where the byte at that place is in the data; the data's length when it is not there yet."""
        return place + bisect_right(self._breaks, place) if place < self._end else self._length

    def first_break(self, place: int) -> int:
        """The place that the first line break behind that byte stands before; beyond everything when there is none."""
        found = bisect_right(self._breaks, place)
        return self._breaks[found] if found < len(self._breaks) else sys.maxsize


__all__ = ["MASK", "SHORTEST", "SURE", "Mask"]
