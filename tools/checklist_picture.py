"""Draws the picture of a checklist for the documentation, from the process on its own page.

`python -m tools.checklist_picture` writes `docs/pictures/checklist.png`; it needs `pdftoppm` of poppler.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from runbook import __version__, app
from runbook.app.paper import sheet
from runbook.views.checklist import Printed, checklist
from tests.docs.pages import blocks

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "follow-on-paper.md"
PICTURE = ROOT / "docs" / "pictures" / "checklist"


def main() -> int:
    """Print the checklist of the page, and draw its first sheet."""
    with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name:
        folder = Path(name)
        for block in blocks(PAGE, "yaml"):
            if block.path:
                (folder / block.path).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.path).write_text(block.text, "utf-8")
        workspace = app.Workspace(folder)
        library = app.read_one(workspace, "dc/swap-disk")
        rows, definition = sheet(workspace, library, "dc/swap-disk", {"array": "a7"})
        html = checklist(rows, Printed(definition, "kim", "2026-11-22 09:00 UTC", __version__))
        (folder / "checklist.pdf").write_bytes(app.as_pdf(html))
        drawn = ["pdftoppm", "-r", "90", "-gray", "-png", "-singlefile", "checklist.pdf", str(PICTURE)]
        subprocess.run(drawn, cwd=folder, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
