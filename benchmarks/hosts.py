"""`python -m benchmarks.hosts`: one script on 500 hosts, 20 at a time, killed in the middle; each has to be done once.

Two stories. In the first the run's own process is killed twice: what was under way is finished by its supervisor, and
nobody is asked anything. In the second, with fewer hosts, everything is killed at once, as if the machine had lost its
power: whoever resumes is asked about the hosts that were under way, looks at each of them, and says what was seen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.ssh.rolling import Rolling, Say, all_killed, killed_twice
from tests.ssh.server import Server, start

Story = Callable[[Rolling, Say], bool]


def main() -> int:
    """Play both stories; 1 when a host was missed, or done more than once."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="runbook-hosts-") as name:
        folder = Path(name)
        server = start(folder / "server")
        try:
            good = _played(folder / "twice", server, options.hosts, options.at_once, killed_twice)
            few = max(options.at_once * 2, options.hosts // 10)
            good &= _played(folder / "all", server, few, options.at_once, all_killed)
        finally:
            server.stop()
    print("each host was done once" if good else "NOT each host was done once")
    return 0 if good else 1


def _played(folder: Path, server: Server, hosts: int, at_once: int, story: Story) -> bool:
    what = "its process is killed twice" if story is killed_twice else "everything is killed at once"
    print(f"{hosts} hosts, {at_once} at a time: {what}")
    began = time.monotonic()
    pause = 0.05 if story is killed_twice else 0.5
    good = story(Rolling(folder, server, hosts, at_once, at_once, pause), lambda text: print(f"  {text}", flush=True))
    print(f"  took {time.monotonic() - began:.0f} s", flush=True)
    return good


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hosts", description=__doc__)
    parser.add_argument("--hosts", type=int, default=500, help="how many hosts (500)")
    parser.add_argument("--at-once", type=int, default=20, help="how many at the same time, and in a batch (20)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
