"""How a ticket whose text is Markdown bears our key: as a label that people see, and hidden in the text.

Rule 1: a label can be taken away by anybody, and is left out without a word where we may not set any: so there are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from runbook.work.tickets.port import Access, Patch

KEY = re.compile(r"rb-[0-9a-f]{12}\Z")
_HIDDEN = re.compile(r"<!-- (rb-[0-9a-f]{12}) -->")


def marked(text: str, key: str) -> str:
    """The text with the key hidden at its end."""
    return f"{text}\n\n<!-- {key} -->".lstrip()


def hidden_in(text: str) -> tuple[str, ...]:
    """The keys that are hidden in a text."""
    return tuple(dict.fromkeys(_HIDDEN.findall(text)))


def without_marks(text: str) -> str:
    """What people wrote."""
    return _HIDDEN.sub("", text).replace("\r\n", "\n").rstrip()


def words_of(labels: Iterable[str], access: Access, closed: bool) -> dict[str, str]:
    """What the labels say of the state and the priority; a ticket without such a label is `open` or `closed`."""
    there = tuple(labels)
    open_words = [each for each in access.statuses if each in there and each not in access.closed]
    shut_words = [each for each in access.closed if each in there]
    state = shut_words or ["closed"] if closed else open_words or ["open"]
    priority = [each for each in access.priorities if each in there]
    return {"status": state[0], "priority": priority[0] if priority else ""}


def labels_after(labels: Iterable[str], patch: Patch, access: Access) -> list[str]:
    """The labels as the patch wants them; those that are none of ours stay."""
    wanted: list[str] = []
    gone: set[str] = set()
    for name, words in (("status", access.statuses), ("priority", access.priorities)):
        if name in patch.values:
            gone |= set(words)
            if patch.values[name] in words and patch.values[name] not in ("open", "closed"):
                wanted.append(patch.values[name])
    return [*dict.fromkeys([*(each for each in labels if each not in gone), *wanted, *patch.marks])]


def is_closed(patch: Patch, access: Access) -> bool | None:
    """Whether the patch closes the ticket or opens it again; None when it says nothing of it."""
    if patch.duplicate_of:
        return True
    state = patch.values.get("status")
    return None if state is None else state == "closed" or state in access.closed


def changed(values: Mapping[str, str], name: str, patch: Patch) -> bool:
    """True when the patch wants another value than the one that is there."""
    return name in patch.values and patch.values[name] != values.get(name, "")
