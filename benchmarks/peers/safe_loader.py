"""PyYAML's C loader as most programs use it: data without positions, nothing checked.

Argument: the project's folder.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import yaml

gc.disable()
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
