"""Writes the pages that follow from the program: commands, kinds, diagnostics, events, patterns, a rendered procedure.

`python tools/reference.py` writes them into `docs/`; a test compares them with what it would write.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from runbook.cli.commands import cli
from runbook.kind import Kinds, StepKind
from runbook.kinds import builtin
from runbook.operations.improve import builtin as improvement_rules
from runbook.reading.catalogue import catalogue, schemas
from runbook.reading.library import read_closure
from runbook.reading.schema_tests import schema_of_tests
from runbook.run.events import RUN_EVENTS, TRANSITIONS, Status
from runbook.views.procedure import procedure

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "backup/verify-sqlite-file"

MEANINGS: Mapping[str, str] = {
    "RunStarted": "Somebody started the run; it holds the inputs, the definition's hash, and whether people alone act.",
    "RunResumed": "Somebody took the run up again.",
    "RunPaused": "Somebody paused the run: no program starts until somebody takes it up; what ran ended by itself.",
    "RunReopened": "Somebody had a run that failed, or was cancelled, go on: what failed in it is done anew.",
    "DefinitionAdopted": "The run goes on with a newer version of its process; it holds the hash of that definition.",
    "OrganisationAdopted": "Who there is has changed since the run was told; it holds the hash of the organisation.",
    "RoleAssigned": "A role is played by these people from now on, and by nobody else.",
    "RunHandedOver": "Somebody left the run to somebody else, and said what they should know.",
    "NoteAdded": "Somebody noted something about the run, or about a step of it; it holds whom it `mentions`.",
    "EvidenceAttached": "A file was kept with a step, or with the run: its name, size, type, SHA-256, and what for.",
    "SignalReceived": "A named signal came; it is kept until a step that waits for it uses it.",
    "CancelRequested": "Somebody asked for the end of the run, and why.",
    "StopRequested": "One step is to end while it is under way, and why: by somebody, or it is needed no more.",
    "TurnStarted": "Another turn of a step began: which one, and for which item.",
    "TurnsPaused": "The turns so far are over, and the next ones begin after a pause.",
    "ItemsAdded": "Somebody gave a step more items to be done for.",
    "EnoughDone": "A step has had enough turns, so what needs it may begin; somebody said so, or enough succeeded.",
    "StepOverdue": "The step is still not over when it was due; who else may do it can do so from now on.",
    "WorkClaimed": "Somebody who may do the step took it on, so that nobody else does; `work` says how it stands.",
    "WorkReleased": "Whoever had the step gave it back; it is offered to all again.",
    "WorkAssigned": "The step was given to somebody, by a person or by the rule of its `performer`.",
    "WorkDelegated": "Whoever has the step offered it to somebody else; it stays theirs until that one takes it.",
    "WorkAccepted": "Somebody took a step that was offered to them.",
    "WorkDeclined": "Somebody did not take a step that was offered to them.",
    "WorkStarted": "Whoever has the step began it.",
    "WorkSuspended": "Whoever began the step lets it rest, and why.",
    "WorkResumed": "Whoever let the step rest goes on with it.",
    "HelperJoined": "Somebody helps whoever has the step, and counts as one who acted in it.",
    "ApprovalLapsed": "A yes no longer counts, and why: it is `stale`, `expired` or `revoked`; it is asked for again.",
    "LockAwaited": "A part of the run wants to be alone with others of the same key; it holds the key.",
    "LockTaken": "Nobody else was inside, and that part goes on.",
    "LockLost": "That part is inside no more and waits again: another run went on, or a crash left it out.",
    "UndoRequested": "What was done is to be undone, the last first: a failure asks for it, or a person.",
    "UndoStopped": "The way back ended early, and why; what was not undone is as it was.",
    "ClockJumped": "The clock of the machine went back; it holds the time before.",
    "RunSucceeded": "All is over and no critical step failed; it holds the outputs, and the failures dealt with.",
    "RunFailed": "All that could be done is over, and a critical step failed.",
    "RunCancelled": "The run ended because somebody asked for it.",
    "RunUndone": "All that was to be undone is undone; it holds the steps.",
    "StepStarted": "An attempt began. For a program it holds what is carried out, and names its supervisor.",
    "StepWaiting": "The step waits for a person, a time, a signal, or a decision after a failure; with what is shown.",
    "ReplyRecorded": "Somebody approved, and more people are needed.",
    "StepPerformed": "Somebody did the step, and a second person has to confirm what was recorded.",
    "VerificationRefused": "The second person sent the step back to whoever did it, and why.",
    "StepSucceeded": "The step is done; it holds its outputs, and the answer of the person who did it.",
    "AttemptFailed": "An attempt failed and another will follow; it holds the result.",
    "AttemptNotRun": "After a crash it was proved that the attempt never began; it may start again.",
    "AttemptAbandoned": "After a crash or a failure it may start again: the step says so, or a person with a reason.",
    "StepInDoubt": "After a crash nobody can know how the attempt ended, and the step must not be repeated unasked.",
    "HandlingStarted": "What the step has for a failure, a cancellation or the next attempt began, or what undoes it.",
    "StepUndone": "The way back of the step is done.",
    "StepTakenUp": "A step with others inside goes on where it stopped, because its run does.",
    "StepFailed": "The step failed for good, and why.",
    "StepSkipped": "The step was left out: its condition, a decision, or a person with a reason.",
    "StepReopened": "This step, or one that it depends on, is done anew, and why: somebody went back, or a `goto` did.",
    "StepCancelled": "The step was ended because the steps around it were stopped, or it was not needed any more.",
}
"""What each event says, in a sentence."""

_REFERENCES = {
    "id": "id",
    "duration": "duration",
    "condition": "expression",
    "env": "mapping of variable to text",
    "roles": "role, or list of roles",
    "form": "mapping of name to field",
    "steps": "list of steps",
}
_NOUNS = {"object": "mapping", "array": "list", "string": "text", "integer": "whole number", "boolean": "true or false"}


def pages() -> dict[str, str]:
    """Every generated page by its path in `docs/`."""
    kinds = builtin()
    made = {
        "reference/cli.md": _commands(),
        "reference/kinds.md": _kinds(kinds),
        "reference/diagnostics.md": _diagnostics(kinds),
        "reference/events.md": _events(),
        "reference/fields.md": _loaded("tools/fields.py").page(_schemas(kinds), frozenset(kinds.keys)),
        "reference/improvement.md": _loaded("tools/improvement.py").page(improvement_rules()),
        "reference/test-file.md": _loaded("tools/test_file.py").page(schema_of_tests()),
        "reference/workflow-patterns.md": _loaded("tools/patterns.py").page(
            _loaded("tests/patterns/cases.py").patterns()
        ),
        "reference/workflow-resource-patterns.md": _loaded("tools/resource_patterns.py").page(
            _loaded("tests/resources/cases.py").patterns()
        ),
        "reference/governance.md": _loaded("tools/governance.py").page(_of_tests("tests.governance.cases").PARTS),
        "reference/security.md": _loaded("tools/security.py").page(_of_tests("tests.security.sets").SETS),
    }
    texts = {path: "\n".join(lines).rstrip() + "\n" for path, lines in made.items()}
    return {**texts, "examples/verify-sqlite-file.md": _example(kinds)}


def _schemas(kinds: Kinds) -> dict[str, Any]:
    """The schema of each sort of file, by the name of the sort."""
    return {name.partition(".")[0]: json.loads(text) for name, text in schemas(kinds).items()}


def _of_tests(package: str) -> Any:
    """The cases of a package of the tests, which is imported from the root."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return import_module(package)


def _loaded(path: str) -> Any:
    """A module by its file: those of the tests and tools are not installed."""
    name = path.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- commands ---------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield "\nThis page is generated from the program. `runbook COMMAND --help` prints the same.\n"
    yield "Every command that looks at a project or a run takes `--project DIR` and `--home DIR`. A run is named by"
    yield "its id, the beginning of one, or `last`. See also [exit codes](exit-codes.md) and [JSON](json.md).\n"
    context = click.Context(cli, info_name="runbook")
    yield from _table(("Command", "What it does"), _command_rows(cli, context))
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            group = click.Context(command, context, info_name=name)
            yield f"\n## runbook {name}\n"
            yield (command.help or "").strip() + "\n"
            yield from _table(("Command", "What it does"), _command_rows(command, group, f"{name} "))
            for inner in command.list_commands(group):
                yield from _command(command.get_command(group, inner), group, inner)
        else:
            yield from _command(command, context, name)


def _command_rows(group: click.Group, context: click.Context, before: str = "") -> Iterator[tuple[str, str]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = f"{before}{name}"
        yield (
            f"[`{words}`](#runbook-{words.replace(' ', '-')})",
            (command.help or "").split("\n\n")[0].replace("\n", " "),
        )


def _command(command: click.Command | None, parent: click.Context, name: str) -> Iterator[str]:
    assert command is not None
    context = click.Context(command, parent, info_name=name)
    yield f"\n## runbook {context.command_path.partition(' ')[2]}\n"
    yield f"`{context.command_path} {' '.join(command.collect_usage_pieces(context))}`\n"
    yield (command.help or "").strip()
    options = [record for each in command.params if (record := each.get_help_record(context))]
    yield ""
    yield from _table(
        ("Option", "Meaning"), ((f"`{_cell(words)}`", _cell(meaning)) for words, meaning in options if meaning)
    )
    examples = [line[2:] for line in (command.epilog or "").splitlines() if line.startswith("  ")]
    if examples:
        yield "\n```sh"
        yield from examples
        yield "```"


# -- kinds ------------------------------------------------------------------------------------------


def _kinds(kinds: Kinds) -> Iterator[str]:
    yield "# Kinds of steps"
    yield "\nThis page is generated from the kinds. A step has an `id`, a `title`, exactly one kind key, and the"
    yield "[fields of every step](language.md#a-step).\n"
    rows = ((f"[`{each.key}`](#{each.key})", _sentence(each.summary), "yes" if each.acts else "") for each in kinds)
    yield from _table(("Kind", "In a word", "Acts"), rows)
    yield "\nA kind that acts is carried out by the machine; `timeout`, `retry`, `expect` and `outputs` are for these."
    for kind in kinds:
        yield from _kind(kind)


def _kind(kind: StepKind) -> Iterator[str]:
    text = inspect.getdoc(import_module(f"runbook.kinds.{kind.key}")) or ""
    first, _, rest = text.partition("\n\n")
    yield f"\n## {kind.key}\n\n{first}\n\n{rest}\n"
    yield f"{kind.schema['description']}\n"
    fields = list(_fields(kind.schema))
    yield from _table(("Field", "Takes", "Needed", "Meaning"), fields)
    facts = []
    if kind.read_only:
        facts.append("It only looks, so a crash may repeat it unasked.")
    if not kind.skippable:
        facts.append("A person can't skip it: the way on hangs on its answer.")
    if facts:
        yield "\n" + " ".join(facts)
    yield f"\n```yaml\n{kind.example.rstrip()}\n```"


def _fields(schema: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str, str, str]]:
    for form in (schema, *schema.get("anyOf", ())):
        required = form.get("required", ())
        for name, field in form.get("properties", {}).items():
            needed = "yes" if name in required else ""
            yield f"`{above}{name}`", _taken(field), needed, _cell(field.get("description", ""))
            if above or name not in builtin().keys:
                yield from _fields(field.get("items", {}), f"{above}{name}[].")


def _taken(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _REFERENCES[field["$ref"].rpartition("/")[2]]
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field:
        return " or ".join(_taken(form) for form in field["anyOf"])
    types = field.get("type", "value")
    several = types if isinstance(types, list) else [types]
    return " or ".join(_NOUNS.get(each, each) for each in several)


# -- diagnostics ------------------------------------------------------------------------------------

_CHAPTERS = (
    ("RB0", "Files and YAML"),
    ("RB1", "Shape: fields and their values"),
    ("RB2", "Meaning: steps, values, people, and the layout of the project"),
    ("RB3", "Kept up to date: use, reviews and links, by `runbook docs check`"),
)


def _diagnostics(kinds: Kinds) -> Iterator[str]:
    yield "# Diagnostics"
    yield "\nThis page is generated from the rules. `runbook explain CODE` prints the same. An error keeps a process"
    yield "from running; a warning does not. Codes and names stay what they are."
    known = catalogue(kinds)
    for beginning, title in _CHAPTERS:
        found = [each for code, each in known.items() if code.startswith(beginning)]
        yield f"\n## {title}\n"
        rows = ((f"[{each.code} {each.rule}](#{each.code.lower()}-{each.rule})", each.severity.value,
                 _cell(each.explanation.strip().split("\n\n")[0])) for each in found)  # fmt: skip
        yield from _table(("Diagnostic", "Weight", "What it finds"), rows)
        for each in found:
            yield f"\n### {each.code} {each.rule}\n\n{each.explanation.strip()}"


# -- events -----------------------------------------------------------------------------------------


def _events() -> Iterator[str]:
    yield "# Events"
    yield "\nThis page is generated from the table that the engine itself goes by. The journal of a run is a list of"
    yield "events, each with its number, its time (UTC), who caused it and from where. An event type never changes;"
    yield "new ones may join."
    yield "`runbook events RUN` prints them.\n"
    yield "## Events of a run\n"
    yield from _table(("Event", "What it says"), ((f"`{each}`", MEANINGS[each]) for each in RUN_EVENTS))
    yield "\n## Events of a step\n"
    rows = []
    for name, (before, after) in TRANSITIONS.items():
        states = ", ".join(each.value for each in Status if each in before)
        rows.append((f"`{name}`", states, after.value, MEANINGS[name]))
    yield from _table(("Event", "Before it", "After it", "What it says"), rows)
    yield "\nA step is *ready* when what it needs is over. Succeeded, failed, skipped, cancelled and undone are"
    yield "final, unless somebody goes back or has the run go on.\n"
    yield "```mermaid\nstateDiagram-v2"
    for name, (before, after) in TRANSITIONS.items():
        yield from (f"    {_node(each)} --> {_node(after)}: {name}" for each in Status if each in before)
    yield "```"


def _node(status: Status) -> str:
    return status.value.replace(" ", "_")


# -- the rendered procedure -------------------------------------------------------------------------


def _example(kinds: Kinds) -> str:
    def read(path: str) -> bytes | None:
        file = ROOT / path
        return file.read_bytes() if file.is_file() else None

    project = read_closure(EXAMPLE, read, kinds).project
    return procedure(project.processes[EXAMPLE], project, kinds)


# -- Markdown ---------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def main() -> int:
    """Write the pages and name those that changed."""
    for path, text in pages().items():
        file = ROOT / "docs" / path
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            print(f"docs/{path} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
