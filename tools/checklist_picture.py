"""Draws the picture of a checklist for the documentation, from the process on its own page.

`python tools/checklist_picture.py` writes `docs/pictures/checklist.png`; it needs `pdftoppm` of poppler.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "follow-on-paper.md"
PICTURE = ROOT / "docs" / "pictures" / "checklist"


def main() -> int:
    """Print the checklist of the page, and draw its first sheet."""
    from tests.docs.pages import blocks

    with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name:
        folder = Path(name)
        for block in blocks(PAGE, "yaml"):
            if block.path:
                (folder / block.path).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.path).write_text(block.text, "utf-8")
        words = ["print", "dc/swap-disk", "-i", "array=a7", "--format", "pdf", "--output", "checklist.pdf"]
        subprocess.run([sys.executable, "-m", "runbook", *words], cwd=folder, check=True)
        drawn = ["pdftoppm", "-r", "90", "-gray", "-png", "-singlefile", "checklist.pdf", str(PICTURE)]
        subprocess.run(drawn, cwd=folder, check=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
