"""Giving a step another id, everywhere it is named: in its process, in expressions, and in the files beside it.

Rule 1: everything or nothing. What can't be changed with certainty keeps the step from being renamed.
Rule 2: afterwards the project has no error that it did not have before; that is tried, not hoped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.editing.beside import mentions_beside
from runbook.editing.desk import Desk
from runbook.editing.fixes import Edit, applied
from runbook.editing.index import Index, Mention
from runbook.editing.vocabulary import Sort
from runbook.errors import Refused
from runbook.reading.layout import Role
from runbook.reading.schema_words import ID, MEANINGS
from runbook.reading.tree import read_tree

_LONGEST = 63


def renamable(desk: Desk, path: str, offset: int) -> Mention:
    """The step that is named at an offset; `Refused` when nothing there can be renamed."""
    index = desk.index(path)
    mention = index.mention_at(offset)
    if mention is None or mention.sort is not Sort.STEP or index.entry.role is not Role.PROCESS:
        raise Refused("only the id of a step can be renamed", "go to the `id` of a step, or to where it is named")
    if not any(each.name == mention.name for each in index.definitions(Sort.STEP)):
        raise Refused(f"there is no step `{mention.name}`", "name a step of this process")
    return mention


def rename(desk: Desk, path: str, offset: int, name: str) -> tuple[Edit, ...]:
    """The edits that give a step another id; `Refused` when that id is none or is taken, or the file is broken."""
    mention = renamable(desk, path, offset)
    index = desk.index(path)
    _check_name(index, mention.name, name)
    _check_readable(desk, path)
    if name == mention.name:
        return ()
    edits = tuple(_edits(desk, index, mention.name, name))
    _try(desk, edits, mention.name)
    return edits


def _check_name(index: Index, old: str, name: str) -> None:
    if not re.fullmatch(ID.removesuffix("$"), name) or len(name) > _LONGEST:
        raise Refused(f"`{name}` is not an id", f"write {MEANINGS[ID]}, at most {_LONGEST} of them")
    if name != old and any(each.name == name for each in index.definitions(Sort.STEP)):
        raise Refused(f"there is a step `{name}` already", "choose another id")
    if sum(each.name == old for each in index.definitions(Sort.STEP)) > 1:
        raise Refused(f"two steps have the id `{old}`", "give one of them an id of its own first, by hand")


def _check_readable(desk: Desk, path: str) -> None:
    tree, found = read_tree(path, desk.files[path])
    if tree is None:
        line = f" in line {found[0].place.line}" if found else ""
        raise Refused(f"the file can't be read{line}, so not every mention would be found", "mend it first")


def _edits(desk: Desk, index: Index, old: str, new: str) -> Iterator[Edit]:
    for each in index.mentions:
        if each.sort is Sort.STEP and each.name == old:
            yield Edit(index.path, each.span, new)
    for path, span in mentions_beside(desk, index.entry.id, old):
        yield Edit(path, span, new)


def _try(desk: Desk, edits: tuple[Edit, ...], old: str) -> None:
    """`Refused` when there would be new errors: then a mention was not found, such as one in an odd spelling."""
    changed: dict[str, bytes] = {}
    for path in dict.fromkeys(each.path for each in edits):
        mine = [each for each in edits if each.path == path]
        changed[path] = applied(desk.index(path).text, mine).encode("utf-8", "surrogatepass")
    before = Counter((each.place.file, each.code) for each in desk.findings() if each.severity is Severity.ERROR)
    after_all = [each for each in desk.findings_with(changed) if each.severity is Severity.ERROR]
    after = Counter((each.place.file, each.code) for each in after_all)
    if new := after - before:
        file, code = next(iter(new))
        first = next(each for each in after_all if (each.place.file, each.code) == (file, code))
        where = f"{file}:{first.place.line}"
        raise Refused(
            f"`{old}` is named at {where} in a way that can't be changed safely: {first.message}", "rename it by hand"
        )
