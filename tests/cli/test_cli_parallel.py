"""The project's `max_parallel` holds for whoever carries a run out: who begins it, and who resumes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runbook.cli.main import run

PROCESS = """\
runbook: 1
title: Side by side
owner: me
steps:
  - {id: ready, manual: Ready?}
  - {id: a, needs: [ready], shell: sleep 0.1}
  - {id: b, needs: [ready], shell: sleep 0.1}
"""


@pytest.mark.parametrize("limit", [1, 2])
def test_the_limit_of_the_project_holds_on_resume(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "processes" / "demo"
    folder.mkdir(parents=True)
    (tmp_path / "runbook.yaml").write_text(f"runbook: 1\ntitle: P\ndefaults: {{max_parallel: {limit}}}\n")
    (folder / "group.yaml").write_text("title: D\n")
    (folder / "side.yaml").write_text(PROCESS)
    (tmp_path / "given.yaml").write_text("ready: done\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)
    assert run(["run", "demo/side", "--yes"]) == 4

    assert run(["resume", "last", "--yes", "--answers", "given.yaml"]) == 0

    capsys.readouterr()
    assert run(["events", "last", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    order = [each["type"] for each in events if each.get("step") in ("a", "b")]
    together = ["StepStarted", "StepStarted", "StepSucceeded", "StepSucceeded"]
    assert order == (together if limit == 2 else ["StepStarted", "StepSucceeded"] * 2)
