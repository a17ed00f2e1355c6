"""What `init` and `new` say at their end: the files they wrote, and how to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from runbook.views.visible import visible

_MANY = 12
"""Files from which on only their folders are named."""


def told(heading: str, files: Sequence[str], commands: Sequence[str]) -> Iterator[str]:
    """What was written, and the next commands."""
    yield visible(heading)
    if len(files) > _MANY:
        folders = Counter(
            "/".join(path.split("/")[:2]) if path.count("/") > 1 else path.split("/")[0] for path in files
        )
        width = max(map(len, folders)) + 1
        for folder, count in folders.items():
            yield f"  {folder + '/':<{width}}  {count} files" if folder not in files else f"  {folder}"
    else:
        yield from (f"  {path}" for path in files)
    yield "Next:"
    yield from (f"  {command}" for command in commands)
