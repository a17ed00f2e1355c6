"""Beside the floor of reading: PyYAML's bare events with their positions looked at, and nothing made of them."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not name it


def parse(content: bytes) -> int:
    """Take a document apart; the sum of all positions, so that each has been read."""
    parser: Any = CParser(content)
    total = 0
    try:
        while parser.check_event():
            event = parser.get_event()
            start, end = event.start_mark, event.end_mark
            total += start.line + start.column + end.line + end.column
    finally:
        parser.dispose()
    return total


def main() -> None:
    """Parse the files below the folder that was named."""
    gc.disable()
    print(sum(parse(path.read_bytes()) for path in sorted(Path(sys.argv[1]).rglob("*.yaml"))))


main()
