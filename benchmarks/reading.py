"""Row 2: reading and checking 1,000 files, against PyYAML's C parser making a tree with positions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.content import FILES, write_project
from benchmarks.measure import Contender, Unmeasured, compare, cpu, said
from benchmarks.results import OURS, Result, result
from benchmarks.setting import PEERS, PYTHON, RUNBOOK, Setting, program

_UNCHANGED = f"{OURS} unchanged"


def rows(setting: Setting) -> Iterator[Result]:
    """`runbook validate`, first without anything kept, then with nothing changed."""
    root = setting.folder("reading")
    size = write_project(root)
    cpu([RUNBOOK, "validate"], root)

    def cold() -> float:
        shutil.rmtree(root / ".runbook", ignore_errors=True)
        return cpu([RUNBOOK, "validate"], root)

    ours = [Contender(OURS, cold), Contender(_UNCHANGED, lambda: cpu([RUNBOOK, "validate"], root))]
    rounds = min(setting.rounds, 5)
    measured = compare(lambda: setting.floor("parse", root)[0], [*ours, *_peers(setting, root)], rounds)
    floor = f"PyYAML's C tree with positions, {size / 1e6:.1f} MB"
    yield result(2, f"validate {FILES:,} files, cold", floor, measured, 2.0)
    yield result(2, f"validate {FILES:,} files, unchanged", floor, measured, 0.3, ours=_UNCHANGED, with_peers=False)


def _peers(setting: Setting, root: Path) -> Iterator[Contender]:
    if setting.peers is None:
        return
    schema = setting.work / "process.schema.json"
    schema.write_text(said([RUNBOOK, "schema", "process"], root), "utf-8")
    files = sorted(root.glob("processes/*/procedure-*.yaml"))
    script = PEERS / "schema_and_graph.py"

    def ajv() -> float:
        path = setting.peers / "node" / "node_modules" / "ajv-cli" / "dist" / "index.js" if setting.peers else None
        if path is None or not path.exists():
            raise Unmeasured("not installed")
        arguments: list[str | Path] = ["validate", "--spec=draft2020", "--strict=false", "-s", schema]
        return cpu([program("node"), path, *arguments, "-d", f"{root}/processes/*/procedure-*.yaml"], root)

    yield Contender("ajv-cli", ajv, 2)
    yield Contender("bare events", lambda: cpu([PYTHON, PEERS / "event_loop.py", root], root), 3)
    yield Contender("CSafeLoader alone", lambda: cpu([PYTHON, PEERS / "safe_loader.py", root], root), 3)
    yield Contender("jsonschema + networkx", lambda: cpu([setting.peer("python"), script, schema, root], root), 1)
    yield Contender(
        "check-jsonschema", lambda: cpu([setting.peer("check-jsonschema"), "--schemafile", schema, *files], root), 1
    )
