"""Who there is in a project, and which hosts, read anew when one of its files has changed.

Rule 1: it is read from the project that a run belongs to, never from that of whoever calls.
Rule 2: files with mistakes in them are nobody's word: what hangs on people is refused until they are mended.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runbook.engine.files import people_files, read_file
from runbook.errors import Misuse
from runbook.organisation import NOBODY, Organisation

_Stamps = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation, the text that a run stores of it, and the hash of that; both empty when nobody is known."""

    organisation: Organisation = NOBODY
    text: str = ""
    hash: str = ""


class Register:
    """The organisations of projects, each as it was last read."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[_Stamps, Known]] = {}

    def of(self, root: str, known: str = "") -> Known:
        """Who there is in the project in that folder; `known` is the hash of what was known before.

        `Misuse` when the files have mistakes, or are gone although somebody was known. Where the project itself is
        not there any more, what was known still holds.
        """
        folder = Path(root) if root else None
        if folder is None or not (folder / "runbook.yaml").is_file():
            return Known(hash=known)
        stamps = _stamps(folder)
        if root not in self._read or self._read[root][0] != stamps:
            self._read[root] = (stamps, _known(folder, tuple(stamps)))
        found = self._read[root][1]
        if known and not found.hash:
            raise Misuse(f"nothing is described below {folder / 'operations'} any more", "put the files back")
        return found


def _stamps(root: Path) -> _Stamps:
    stamps = {}
    if (root / "operations").is_dir():
        for path in people_files(root):
            try:
                found = os.stat(root / path)
            except OSError:
                stamps[path] = (0, 0, 0)
                continue
            stamps[path] = (found.st_size, found.st_mtime_ns, found.st_ino)
    return stamps


def _known(root: Path, paths: tuple[str, ...]) -> Known:
    if not paths:
        return Known()
    from runbook.diagnostics import Severity
    from runbook.journal.codec import canonical, content_hash
    from runbook.kind import kinds_of
    from runbook.reading.about import read_about
    from runbook.reading.files import Files
    from runbook.reading.layout import HOSTS

    about = read_about({path: read_file(root, path) for path in paths}, Files(kinds_of(())))
    for problem in about.found:
        if problem.severity is Severity.ERROR:
            where = f"{problem.place.file}:{problem.place.line}"
            what = "which hosts there are" if problem.place.file == HOSTS else "who there is"
            raise Misuse(f"{what} can't be told: {where}: {problem.message}", "mend it, then try again")
    organisation = about.organisation
    if not organisation and not organisation.inventory:
        return Known()
    text = canonical(organisation.data)
    return Known(organisation, text, content_hash(text))
