"""Programs with values in them: a script stays as it was written, its values come by the environment.

Rule 1: a value is never code. Where a shell or another program would read it as code, it is refused.
Rule 2: what cannot be read with certainty is refused as well.
"""

from __future__ import annotations

from runbook.scripts.arguments import dangers_of
from runbook.scripts.rewrite import open_quote, rewrite, shown

__all__ = ["dangers_of", "open_quote", "rewrite", "shown"]
