"""The package, built from a copy of the tree and run outside of it, has all its files and works."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    ["validate"], ["list"], ["run", "desk/hello"], ["record", "last"], ["render", "desk/gauge"], ["docs", "build"],
    ["schema"], ["graph", "desk/ways"], ["explain", "RB201"], ["completion", "bash"], ["--help"],
)  # fmt: skip


def test_a_built_runbook_has_all_its_files_and_works(tmp_path: Path) -> None:
    tree, built, project = tmp_path / "tree", tmp_path / "built", tmp_path / "project"
    tree.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    shutil.copytree(ROOT / "runbook", tree / "runbook", ignore=shutil.ignore_patterns("__pycache__"))
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
    done = subprocess.run(build, cwd=tree, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr

    wanted = {path.relative_to(tree) for path in (tree / "runbook").rglob("*") if path.is_file()}
    assert wanted == {path.relative_to(built) for path in (built / "runbook").rglob("*") if path.is_file()}
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
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout
