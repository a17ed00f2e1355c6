"""The package, built from a copy of the tree and run outside of it, has all its files and works."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    ["validate"], ["list"], ["run", "desk/hello"], ["record", "last"], ["render", "desk/gauge"], ["docs", "build"],
    ["schema"], ["graph", "desk/ways"], ["explain", "RB201"], ["completion", "bash"], ["--help"],
    ["init", "operations", "--starter", "it-operations"], ["validate", "--project", "operations"],
    ["run", "storage/disk-space-check", "--yes", "--project", "operations"],
    ["new", "desk/second"], ["show", "desk/second"],
)  # fmt: skip


def files(folder: Path) -> set[Path]:
    """The files of the package, those behind a link too."""
    return {
        Path(place, name).relative_to(folder)
        for place, _, names in os.walk(folder / "runbook", followlinks=True)
        for name in names
    }


def test_a_built_runbook_has_all_its_files_and_works(tmp_path: Path) -> None:
    tree, built, project = tmp_path / "tree", tmp_path / "built", tmp_path / "project"
    tree.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in ("runbook", "processes"):
        shutil.copytree(ROOT / name, tree / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "cli" / "project", project)

    build = [
        sys.executable,
        "-c",
        "import setuptools; setuptools.setup()",
        "-q",
        "build",
        "--build-lib",
        built,
        "egg_info",
    ]
    done = subprocess.run(build, cwd=tree, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr

    wanted = files(tree)
    assert wanted == files(built)
    assert not any(os.path.islink(built / path) for path in wanted)
    assert Path("runbook/starters/it-operations/processes/backup/scripts/count_rows.py") in wanted
    scripts = configparser.ConfigParser()
    scripts.read(tree / "runbook_toolkit.egg-info" / "entry_points.txt")
    assert dict(scripts["console_scripts"]) == {"runbook": "runbook.__main__:main"}

    start = (
        f"import sys; sys.path[:0] = [{str(built)!r}, {sysconfig.get_path('purelib')!r}]; import runbook;"
        f"assert runbook.__file__.startswith({str(built)!r}); from runbook.__main__ import main; main()"
    )
    for words in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-I", "-c", start, *words], cwd=project, env={"PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout
