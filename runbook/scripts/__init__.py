"""Shell scripts with values in them: the script stays as it was written, the values come by the environment.

Rule 1: a value is never text of a script. Where the shell would read it as code, the script is refused.
Rule 2: what cannot be read with certainty is refused as well.
"""

from __future__ import annotations

from runbook.scripts.rewrite import rewrite, shown

__all__ = ["rewrite", "shown"]
