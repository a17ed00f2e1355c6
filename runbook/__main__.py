"""The way in: `runbook ...` and `python -m runbook ...`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and end with its exit code."""
    from runbook.cli.main import run

    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        # all is said and written; taking the program apart piece by piece would only cost time
        os._exit(code)


if __name__ == "__main__":
    main()
