"""Where a link leads that an author wrote in a text: from the file it stands in, to a file or a page of the project.

Rule 1: a link means the same in the repository and on the site, as pages stand where the files stand that they are
made from: `../backup/restore.yaml#step-copy` and `../backup/restore.html#step-copy` are the same.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PROCESS = re.compile(r"processes/([a-z0-9-]+/[a-z0-9-]+)(?:\.process)?(?:\.checklist)?\.(?:yaml|md|html)")
_OF_GROUP = ("/index.html", "/index.checklist.html", "/group.yaml", "/group.md")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads: a path from the root of the project, and what on that page."""

    path: str
    """Empty when it leads out of the project."""
    anchor: str = ""

    @property
    def process(self) -> str:
        """The id of the process whose file or page it leads to; empty for any other."""
        found = _PROCESS.fullmatch(self.path)
        return found[1] if found and not self.path.endswith(_OF_GROUP) else ""


def followed(file: str, target: str) -> Link | None:
    """Where a link in a text of that file leads; None for one that leads to another site, and that nobody can check.

    A target that begins with a slash leads out: on a disk it would be that of the machine.
    """
    if _SCHEME.match(target):
        return None
    path, _, anchor = target.partition("#")
    path = unquote(path.partition("?")[0])
    anchor = unquote(anchor)
    if not path:
        return Link(file, anchor)
    if path.startswith("/") or "\\" in path or "\0" in path:
        return Link("", anchor)
    found = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return Link("" if found == ".." or found.startswith("../") else found, anchor)
