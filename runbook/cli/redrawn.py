"""The terminal as a screen that is redrawn, for the picker and the operator's loop alike."""

from __future__ import annotations

import os
import shutil
import sys

from prompt_toolkit.data_structures import Size
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output


def redrawn(colour: bool) -> Vt100_Output:
    """The terminal with the sixteen colours, or none; it is never asked where its cursor is."""
    depth = ColorDepth.DEPTH_4_BIT if colour else ColorDepth.DEPTH_1_BIT
    return Vt100_Output(sys.stdout, _size, os.environ.get("TERM"), default_color_depth=depth, enable_cpr=False)


def _size() -> Size:
    """The terminal's size; a usual one when it is gone."""
    columns, rows = shutil.get_terminal_size((80, 24))
    return Size(rows=rows, columns=columns)
