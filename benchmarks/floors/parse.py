"""Floor of reading: PyYAML's C parser makes the tree of every file, each key and value with its position."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import yaml


def main() -> None:
    """Parse the files below the folder that was named."""
    gc.disable()
    trees = (yaml.compose(path.read_bytes(), yaml.CSafeLoader) for path in sorted(Path(sys.argv[1]).rglob("*.yaml")))
    print(sum(tree.start_mark.line + tree.end_mark.line for tree in trees))


main()
