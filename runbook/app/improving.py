"""What could be better: suggested with evidence and a patch, accepted into the working tree, looked at again later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse, Refused

if TYPE_CHECKING:
    from runbook.diagnostics import Diagnostic
    from runbook.editing.desk import Desk
    from runbook.operations.improve import Evidence, Suggestion
    from runbook.operations.improve.accepted import Compared
    from runbook.operations.performance import Performance
    from runbook.run.events import Event, Recorded


@dataclass(frozen=True, slots=True)
class Offered:
    """A suggestion with its file as it is and as it would be; both are empty where it changes no file."""

    suggestion: Suggestion
    file: str = ""
    before: bytes = b""
    after: str = ""

    @property
    def id(self) -> str:
        """What it is accepted by: it names the text of the file that the patch was made for."""
        import hashlib

        mark = f"-{hashlib.sha256(self.before).hexdigest()[:4]}" if self.file else ""
        return f"{self.suggestion.id}{mark}"


def improvements(workspace: Workspace, process: str = "", days: int | None = None) -> tuple[list[Offered], int]:
    """What could be better, of one process or of all, with the days that were looked at."""
    from runbook.app.worklists import operations
    from runbook.operations.improve import settings_of, suggestions

    settings = settings_of(operations(workspace).data)
    window = days or settings.days
    found = _evidence(workspace, window, process)
    told = suggestions(found, settings, process)
    return list(_offered(workspace, told)), window


def department_suggestions(workspace: Workspace) -> tuple[Suggestion, ...]:
    """What could be better in the department as a whole, and in no single process."""
    from runbook.app.worklists import operations
    from runbook.operations.improve import settings_of, suggestions

    settings = settings_of(operations(workspace).data)
    found = _evidence(workspace, settings.days)
    return tuple(each for each in suggestions(found, settings) if not each.process)


def performance(workspace: Workspace, process: str, days: int | None = None) -> Performance:
    """How a process performs, by its runs and work items."""
    from runbook.app.worklists import operations
    from runbook.operations.improve import settings_of
    from runbook.operations.performance import performance_of

    window = days or settings_of(operations(workspace).data).days
    return performance_of(_evidence(workspace, window, process).subjects[process])


def _evidence(workspace: Workspace, days: int, process: str = "") -> Evidence:
    from runbook.app.evidence import evidence
    from runbook.diagnostics import suggestion

    found = evidence(workspace, days)
    if process and process not in found.subjects:
        raise Misuse(f"there is no process `{process}`", suggestion(process, found.subjects, "see `runbook list`"))
    return found


def accept_improvement(workspace: Workspace, id: str, days: int | None = None) -> tuple[Offered, Recorded]:
    """Write the patch of a suggestion into the working tree, and record that it was accepted."""
    from runbook.app.rota import department_log
    from runbook.diagnostics import suggestion
    from runbook.engine.authors import uncommitted
    from runbook.engine.definitions import replace_text
    from runbook.operations.improve.accepted import accepted

    known, _ = improvements(workspace, days=days)
    stable = {each.suggestion.id: each for each in known}
    base = "-".join(id.split("-")[:-1])
    found = next((each for each in known if id in (each.id, each.suggestion.id)), None)
    if found is None and (same := stable.get(base)):
        raise Refused(
            f"`{same.file}` has changed since `{id}` was suggested",
            f"look at the patch as it is now: runbook improve, then runbook improve accept {same.id}",
        )
    if found is None:
        raise Misuse(
            f"there is no suggestion `{id}`", suggestion(id, [each.id for each in known], "see `runbook improve`")
        )
    if not found.file:
        help = found.suggestion.command or "do what it says, and note it where you decide such things"
        raise Refused(f"`{id}` has no patch", help)
    if id != found.id:
        raise Refused(f"`{id}` does not say for which text of `{found.file}`", f"runbook improve accept {found.id}")
    path = workspace.root / found.file
    if state := uncommitted(workspace.root, found.file):
        raise Refused(
            f"`{found.file}` {state}", "commit it first, so that the patch can be told from it and taken back"
        )
    event = accepted(found.suggestion)

    def written(events: Sequence[Recorded], now: str) -> Event:
        replace_text(path, found.before, found.after)
        return event

    return found, department_log(workspace).record(written)


def compare_improvements(workspace: Workspace) -> tuple[Compared, ...]:
    """What has become of each suggestion that was accepted."""
    from runbook.app.rota import department_events
    from runbook.app.worklists import operations
    from runbook.operations.improve import settings_of
    from runbook.operations.improve.accepted import compared, improvements_in
    from runbook.operations.seconds import seconds

    known = improvements_in(department_events(workspace))
    if not known:
        return ()
    window = settings_of(operations(workspace).data).days
    oldest = (seconds(workspace.clock()) - min(each.at for each in known)) // 86400 + 1
    found = _evidence(workspace, min(1000, max(window, oldest)))
    return tuple(compared(each, found) for each in known)


def moved_by_improvement(workspace: Workspace) -> Mapping[str, str]:
    """What each process has gained by a suggestion that was accepted, in words: what makes it an improving one."""
    from runbook.operations.improve.accepted import adopted

    return adopted(compare_improvements(workspace))


def _offered(workspace: Workspace, told: Iterable[Suggestion]) -> Iterable[Offered]:
    from runbook.app.editing import desk, texts

    table: Desk | None = None
    for each in told:
        if each.change is None:
            yield Offered(each)
            continue
        if table is None:
            table = desk(workspace)
            held = texts(workspace)
            table.lay(held.files, held.unreadable)
        yield _patched(workspace, table, each)


def _patched(workspace: Workspace, table: Desk, suggestion: Suggestion) -> Offered:
    """With its patch, if the project can be read as well with it as without."""
    from runbook.app.formatting import format_text
    from runbook.editing.changing import changed
    from runbook.errors import RunbookError

    change = suggestion.change
    assert change is not None
    before = table.files.get(change.file)
    text = changed(table.index(change.file), change.edits) if before is not None else None
    if before is None or text is None:
        return Offered(suggestion)
    path = workspace.root / change.file
    try:
        if format_text(workspace, path, before) == before.decode():
            text = format_text(workspace, path, text.encode())
    except (RunbookError, UnicodeDecodeError):
        return Offered(suggestion)
    after = text.encode()
    if after == before or _breaks(table, change.file, after):
        return Offered(suggestion)
    return Offered(suggestion, change.file, before, text)


def _breaks(table: Desk, file: str, after: bytes) -> bool:
    """True when something would be wrong that was not before."""
    from collections import Counter

    from runbook.diagnostics import Severity

    def sorts(found: Iterable[Diagnostic]) -> Counter[tuple[str, str, str]]:
        errors = (each for each in found if each.severity is Severity.ERROR)
        return Counter((each.place.file, each.rule, each.message) for each in errors)

    return bool(sorts(table.findings_with({file: after})) - sorts(table.findings()))
