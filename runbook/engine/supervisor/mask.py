"""Takes secrets out of what a program writes, while it writes: also where one is cut by the end of a chunk.

What comes out is the same however the output was cut. Nothing is held back but what may be the beginning of a secret.
"""

from __future__ import annotations

from bisect import bisect_left

MASK = b"***"


class Mask:
    """The secrets of one attempt, in all their forms, sought in one of its streams."""

    def __init__(self, forms: list[bytes]) -> None:
        self._forms = sorted(forms)
        self._longest = max(map(len, forms))
        self._find = _pattern(self._forms).search
        self._firsts = frozenset(form[0] for form in forms)
        self._held = b""

    def passed(self, data: bytes) -> bytes:
        """What may be shown of what there is so far; the rest comes with what follows."""
        data = self._held + data
        kept: list[bytes] = []
        at = 0
        hold = self._beginning(data, 0)
        while (found := self._find(data, at)) and found.start() < hold:
            kept += (data[at : found.start()], MASK)
            at = found.end()
            if at > hold:
                hold = self._beginning(data, at)
        self._held = data[hold:]
        kept.append(data[at:hold])
        return b"".join(kept)

    def rest(self) -> bytes:
        """What was held back, once nothing follows."""
        data, self._held = self._held, b""
        kept: list[bytes] = []
        at = 0
        while found := self._find(data, at):
            kept += (data[at : found.start()], MASK)
            at = found.end()
        kept.append(data[at:])
        return b"".join(kept)

    def _beginning(self, data: bytes, at: int) -> int:
        """Where at the end of the data a secret may begin that is not all there; its length when none can."""
        for place in range(max(at, len(data) - self._longest + 1), len(data)):
            if data[place] in self._firsts:
                rest = data[place:]
                next = bisect_left(self._forms, rest)
                if next < len(self._forms) and self._forms[next] == rest:
                    next += 1
                if next < len(self._forms) and self._forms[next].startswith(rest):
                    return place
        return len(data)


def _pattern(forms: list[bytes]) -> re.Pattern[bytes]:  # type: ignore[name-defined]  # noqa: F821  # imported when needed
    """One expression for all forms, the longest first; those that begin alike are looked at together."""
    import re

    heads: dict[bytes, dict[bytes, list[bytes]]] = {}
    for form in forms:
        heads.setdefault(form[:1], {}).setdefault(form[1:3], []).append(form[3:])
    branches = []
    for head, seconds in heads.items():
        inner = []
        for second, tails in seconds.items():
            tails.sort(key=len, reverse=True)
            inner.append(re.escape(second) + b"(?:" + b"|".join(map(re.escape, tails)) + b")")
        branches.append(re.escape(head) + b"(?:" + b"|".join(inner) + b")")
    return re.compile(b"|".join(branches), re.DOTALL)
