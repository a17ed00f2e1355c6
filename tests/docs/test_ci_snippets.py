"""What the documentation says of CI works: its lines are run in a project, and the hooks by pre-commit itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.waiting import PATIENCE

from .pages import ROOT, blocks

PAGE = ROOT / "docs/how-to/check-in-ci.md"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
NEAT = 'runbook: 1\ntitle: Restart\n\nsteps:\n  - id: restart\n    title: Restart it\n    command: ["true"]\n'
MESSY = NEAT.replace("title: Restart\n", "title: 'Restart'\n")
WRONG = NEAT.replace("    command:", "    needs: [nothing]\n    command:")
TRIED = "runbook: 1\ntests:\n  well: {programs: {restart: 0}, expect: {status: succeeded}}\n"
BIN = Path(sys.executable).parent


def snippets() -> dict[str, list[str]]:
    """The lines that each CI service would run, by its name."""
    documents = [yaml.safe_load(block.text) for block in blocks(PAGE) if block.info == ("yaml", "workflow")]
    github = next(each for each in documents if "jobs" in each)
    gitlab = next(each for each in documents if "procedures" in each)
    steps = [step["run"] for job in github["jobs"].values() for step in job["steps"] if "run" in step]
    return {"github": steps, "gitlab": [*gitlab["procedures"]["before_script"], *gitlab["procedures"]["script"]]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one process, in git."""
    files = {
        "runbook.yaml": "runbook: 1\ntitle: Own\n",
        "processes/web/group.yaml": "title: Web\nowner: platform\n",
        "processes/web/restart.yaml": NEAT,
        "processes/web/restart.test.yaml": TRIED,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    shell(tmp_path, "git init -q && git add .")
    return tmp_path


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A line as a CI service runs it: with the `runbook` of these tests."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "RUNBOOK_HOME": str(folder / ".runbook"),
    }
    call = ["sh", "-e", "-c", line]
    return subprocess.run(
        call, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=PATIENCE
    )


def checks(lines: list[str]) -> Iterator[str]:
    """The lines but the one that installs runbook, which is installed."""
    installs = [line for line in lines if re.match(r'pip install "runbook-toolkit @ git\+\$', line)]
    assert len(installs) == 1
    yield from (line for line in lines if line not in installs)


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("text", "what"), [(NEAT, ""), (MESSY, "layout"), (WRONG, "error")], ids=["right", "layout", "error"]
)
def test_the_lines_of_a_service_pass_what_is_right_and_fail_what_is_not(
    project: Path, service: str, text: str, what: str
) -> None:
    (project / "processes/web/restart.yaml").write_text(text)

    codes = {line: shell(project, line).returncode for line in checks(snippets()[service])}

    assert len(codes) >= 2
    failed = [line for line, code in codes.items() if code]
    assert any("fmt --check" in line for line in failed) == (what == "layout")
    assert any("validate" in line for line in failed) == (what == "error")
    assert any("runbook test" in line for line in failed) == (what == "error")
    assert set(codes.values()) <= {0, 1}
    assert service == "github" or (project / "findings.sarif").stat().st_size


def test_the_hooks_are_a_manifest_of_pre_commit() -> None:
    done = shell(ROOT, "pre-commit validate-manifest .pre-commit-hooks.yaml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "failing"), [(NEAT, ()), (MESSY, ("fmt",)), (WRONG, ("validate",))], ids=["right", "layout", "wrong"]
)
def test_pre_commit_runs_the_hooks(project: Path, text: str, failing: tuple[str, ...]) -> None:
    """As hooks of the machine, so that nothing is fetched; all else is as the manifest has it."""
    hooks: list[dict[str, Any]] = [{**each, "language": "system"} for each in yaml.safe_load(HOOKS.read_text("utf-8"))]
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    (project / "processes/web/restart.yaml").write_text(text)
    (project / "processes/web/data").mkdir()
    (project / "processes/web/data/own.yaml").write_text("b:   1\n")
    shell(project, "git add .")

    done = shell(project, f"PRE_COMMIT_HOME={project}/.cache pre-commit run --all-files --color never")

    results = dict(re.findall(r"^runbook (\w+)\.+(Passed|Failed)$", done.stdout, re.MULTILINE))
    expected = {name: "Failed" if name in failing else "Passed" for name in ("validate", "fmt")}
    assert results == expected, done.stdout + done.stderr
    assert (project / "processes/web/data/own.yaml").read_text() == "b:   1\n"
    if text == MESSY:
        assert (project / "processes/web/restart.yaml").read_text() == NEAT
