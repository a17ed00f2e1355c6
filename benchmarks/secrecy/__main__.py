"""`python -m benchmarks.secrecy`: a thousand secrets through one run, nothing of them left; and what masking costs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.secrecy import speed
from benchmarks.secrecy.planting import PLANTS, overlooked
from benchmarks.secrecy.project import Proof, carried_out
from benchmarks.secrecy.seeking import Needles, sought
from benchmarks.secrecy.shapes import secrets

SHOWN = 20


def main() -> int:
    """Prove it; 1 when something was found, when nothing was masked, or when the search overlooks what was planted."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="runbook-secrecy-", dir=options.folder) as folder:
        code = proved(Path(folder), options.count, options.seed)
    if options.speed:
        print(speed.table(options.folder))
    return code


def proved(folder: Path, count: int, seed: int) -> int:
    """Carry out the proof in that folder, and say how it went."""
    known = secrets(count, seed)
    print(f"{count} secrets of {min(map(len, known))} to {max(map(len, known))} characters, seed {seed}")
    proof, needles, begun = Proof(folder / "project", folder / "vault", known), Needles(known), time.monotonic()
    proof.write()
    carried_out(proof)
    print(f"carried out, recorded, exported and documented in {time.monotonic() - begun:.0f} s")
    masks = json.dumps(json.loads(proof.call("status", "last", "--json"))).count("***")
    found = sought(proof.root, needles)
    print(f"searched {found.files} files, {found.size:,} bytes in {found.texts} texts, for {len(needles):,} needles")
    missed = overlooked(folder / "planted", known, needles)
    print(f"planted {len(PLANTS)}, found {len(PLANTS) - len(missed)}")
    print(f"masked in the outputs of the status: {masks:,}")
    print(f"found={len(found.places)}")
    for line in (*found.places[:SHOWN], *(f"overlooked: {name}" for name in missed)):
        print(f"  {line}")
    return 1 if found.places or missed or masks < count else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.secrecy", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many secrets (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--folder", type=Path, help="where to work; the system's default when left out")
    parser.add_argument("--no-speed", dest="speed", action="store_false", help="leave out what masking costs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
