"""From one step of a run to the next one that is the same person's: `--next` of the commands that answer."""

from __future__ import annotations

from runbook import app
from runbook.cli.options import finish
from runbook.cli.questions import attended, is_plain
from runbook.errors import Misuse


def check_may_go_on(nobody: bool) -> None:
    """Nothing when somebody can be asked here; `Misuse` before anything is said, so that no option is ignored."""
    if not attended(nobody):
        raise Misuse("nobody can be asked here for the next step", "leave out --next, or use a terminal")


def go_on(workspace: app.Workspace, run: str) -> None:
    """Take the run up here, so that the person is asked at the next step that is theirs; nothing when it is over."""
    if app.state(workspace, run).ended:
        return
    from runbook.cli.sitting import sit

    finish(
        sit(
            workspace, run, answers=None, unattended=False, every_step=False, plain=is_plain(), max_parallel=None,
            no_wait=False, as_json=False, resumed=True,
        )
    )  # fmt: skip
