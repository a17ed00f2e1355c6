"""Draws the picture of a record for the documentation: the example of the data centre, as three people carry it out.

`python -m tools.record_picture` writes `docs/pictures/record.png`. It takes root, since three system users log in, and
Chromium, which draws the page that `runbook record --format html` writes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.maintenance import files, played, team_of
from tests.people import People, hindrance

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "record.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1100, 1718
"""Of the picture: the head of the record, its deviations and its approvals."""
COLOURS = 128
"""So few are enough for text, and keep the file small."""


def main() -> int:
    """Have the maintenance carried out, and draw the first of its record."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("this picture needs Chromium, which is not installed: apt-get install chromium")
    if why := hindrance():
        sys.exit(f"three people log in for this picture, which {why}")
    with tempfile.TemporaryDirectory(prefix="runbook-picture-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "record.html").write_text(record(folder), "utf-8")
        drawn = folder / "record.png"
        call = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = [f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={drawn}", f"file://{folder}/record.html"]
        done = subprocess.run([*call, *size], check=False, capture_output=True, text=True, timeout=120)
        if not drawn.exists():
            sys.exit(f"{browser} has drawn nothing:\n{done.stderr}")
        reduced(drawn)
    print(f"{PICTURE.relative_to(ROOT)} written, {PICTURE.stat().st_size // 1000} kB")
    return 0


def record(folder: Path) -> str:
    """The record of the maintenance, as a page."""
    project = folder / "data-centre"
    for path, text in files():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, "utf-8")
    team = team_of(People(project, folder / "runs"))
    try:
        played(team)
        return team["cleo"].cli("record", "last", "--format", "html").out.replace(str(folder), "/srv")
    finally:
        for person in team.people.known.values():
            for terminal in person.opened:
                terminal.close(force=True)


def reduced(drawn: Path) -> None:
    """Keep the picture, with few colours."""
    from PIL import Image  # comes with the extra `pdf`

    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
