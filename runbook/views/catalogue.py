"""The catalogue in the terminal: scope as a tree, drift, gaps, the ladder of maturity and the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.operations.maturity import Level
from runbook.views.lines import wrapped
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.operations.interfaces import Gap
    from runbook.operations.maturity import Maturity
    from runbook.operations.scope import Drift, Scope
    from runbook.operations.scorecard import Scorecard
    from runbook.views.style import Style

_POLICY = {
    "reject": "work of others is rejected",
    "accept_with_owner": "work of others is taken on when somebody answers for it",
    "accept": "work of others is taken on",
}
_NONE = "no department is described: write `operations/department.yaml`"


def scope_as_json(found: Scope) -> dict[str, Any]:
    """The scope for programs."""
    charter = found.charter
    return {
        "id": charter.id,
        "charter": charter.charter,
        "owner": charter.owner,
        "relationship_manager": charter.relationship_manager,
        "customers": list(charter.customers),
        "in_scope": [
            {"what": each.what, "services": list(each.services), "processes": list(each.processes)}
            for each in found.covered
        ],
        "out_of_scope": [asdict(each) for each in found.out_of_scope],
        "out_of_scope_policy": charter.out_of_scope_policy,
        "services": [
            {
                "id": each.service.id,
                "title": each.service.title,
                "owner": each.service.owner,
                "tier": each.service.tier,
                "depends_on": list(each.service.depends_on),
                "processes": list(each.processes),
            }
            for each in found.offered
        ],
        "without_service": list(found.without_service),
        "not_covered": list(found.gaps),
    }


def scope_as_text(found: Scope, titles: Mapping[str, Process], style: Style, width: int) -> Iterator[str]:
    """What the department covers, as a tree."""
    charter = found.charter
    yield style.bold(charter.id or "Catalogue") + (f" · owner {visible(charter.owner)}" if charter.owner else "")
    yield from wrapped(visible(charter.charter) if charter else _NONE, width, "  ")
    if charter.customers:
        yield from wrapped(f"for {', '.join(charter.customers)}", width, "  ")
    if found.covered:
        yield from ("", style.bold("In scope"))
        covered = ((each.what, _covering(each.services, each.processes)) for each in found.covered)
        yield from _tree([(visible(what), list(by)) for what, by in covered])
    if found.out_of_scope:
        yield from ("", style.bold("Out of scope") + f" · {_POLICY[charter.out_of_scope_policy]}")
        yield from _tree(
            [
                (visible(each.what) + (f" → {visible(each.route_to)}" if each.route_to else ""), [])
                for each in found.out_of_scope
            ]
        )
    yield from ("", style.bold("Services"))
    yield from _tree([*_services(found, titles), *_alone(found, titles)] or [("no service is described yet", [])])


def _covering(services: Sequence[str], processes: Sequence[str]) -> Iterator[str]:
    if services:
        yield f"service{'s' if services[1:] else ''} {', '.join(services)}"
    if processes:
        yield f"{len(processes)} process{'es' if processes[1:] else ''}"
    if not services and not processes:
        yield "nobody takes care of it yet"


def _services(found: Scope, titles: Mapping[str, Process]) -> Iterator[tuple[str, list[str]]]:
    for each in found.offered:
        service = each.service
        needs = f", needs {', '.join(service.depends_on)}" if service.depends_on else ""
        head = f"{service.id} (tier {service.tier}, owner {visible(service.owner or 'nobody')}{needs})"
        yield head, [_process(titles[id]) for id in each.processes] or ["no process yet"]


def _alone(found: Scope, titles: Mapping[str, Process]) -> Iterator[tuple[str, list[str]]]:
    if found.without_service:
        yield "in no service", [_process(titles[id]) for id in found.without_service]


def _process(process: Process) -> str:
    kind = f", {process.listing.kind}" if process.listing.kind else ""
    state = "" if process.is_written else "; listed only, steps not written yet"
    return f"{process.id}  {visible(process.title)}  ({visible(process.owner or 'no owner')}{kind}{state})"


def _tree(entries: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for number, (head, inside) in enumerate(entries):
        last = number == len(entries) - 1
        yield f"{'└─' if last else '├─'} {head}"
        for place, line in enumerate(inside):
            yield f"{'   ' if last else '│  '}{'└─' if place == len(inside) - 1 else '├─'} {line}"


def drift_as_json(found: Iterable[Drift]) -> list[dict[str, Any]]:
    """The work outside of the catalogue for programs."""
    return [{**asdict(each), "items": list(each.items)} for each in found]


def drift_as_text(found: Sequence[Drift], width: int) -> Iterator[str]:
    """The work outside of the catalogue, most frequent first."""
    if not found:
        yield "All work belongs to a process of the catalogue."
        return
    for each in found:
        what = "out of scope" if each.out else "no process"
        took = f", {in_words(each.seconds)}" if each.seconds else ""
        shown = ", ".join(each.items[:5]) + (f" and {len(each.items) - 5} more" if each.items[5:] else "")
        yield from wrapped(f"{each.count} {visible(each.what)} ({what}{took}): {shown}", width, later="    ")


def gaps_as_json(found: Iterable[Gap]) -> list[dict[str, Any]]:
    """The gaps for programs."""
    return [{**asdict(each), "sort": each.sort.name.lower().replace("_", "-")} for each in found]


def gaps_as_text(found: Sequence[Gap], ports: int, width: int) -> Iterator[str]:
    """The gaps for people; `ports` is how many inputs and outputs there are."""
    for each in found:
        line = f"{each.owner}: {visible(each.name)}: {each.sort.value}: {visible(each.why)}"
        yield from wrapped(line, width, later="    ")
        yield from wrapped(f"= {each.help}", width, "  ", "    ")
    if found:
        yield ""
    if not ports and not found:
        yield "No process says what it takes and gives: see `interfaces` in the reference of the catalogue."
        return
    gaps = f"{len(found)} gap{'s' if found[1:] else ''}" if found else "they fit together"
    yield f"{ports} inputs and outputs: {gaps}"


def maturity_as_json(found: Sequence[Maturity]) -> dict[str, Any]:
    """The ladder for programs."""
    return {
        "processes": [
            {
                "process": each.process,
                "title": each.title,
                "level": int(each.level),
                "name": each.level.name.lower(),
                "wanting": list(each.wanting),
                "runs": each.runs,
                "because": each.because,
            }
            for each in found
        ],
        "levels": {level.name.lower(): sum(each.level == level for each in found) for level in Level},
        "department": min((each.level for each in found), default=Level.UNOWNED).name.lower(),
    }


def maturity_as_text(found: Sequence[Maturity], width: int) -> Iterator[str]:
    """The ladder: what each process has reached, what it takes to go on, and how many stand on each rung."""
    room = max((len(each.process) for each in found), default=0)
    for each in sorted(found, key=lambda each: (-each.level, each.process)):
        more = f" (and {len(each.wanting) - 1} more)" if each.wanting[1:] else ""
        next_ = f"{each.wanting[0]}{more}" if each.wanting else each.because
        line = f"{each.level.value} {each.level.title:<10}  {each.process:<{room}}  {visible(next_)}"
        yield from _columns(line, width, 16 + room)
    if len(found) == 1:
        yield from (f"{'':<14}{line}" for line in map(visible, found[0].wanting[1:]))
        return
    yield ""
    for level in reversed(Level):
        count = sum(each.level == level for each in found)
        if count or level is not Level.UNOWNED:
            bar = "█" * round(30 * count / max(1, len(found)))
            yield f"{level.value} {level.title:<10}  {count:>4}  {bar}".rstrip()
    if found:
        lowest = min(each.level for each in found)
        yield f"The department stands at {lowest.value} {lowest.title}: every process has come that far."


def _columns(line: str, width: int, margin: int) -> Iterator[str]:
    if len(line) <= width:
        yield line.rstrip()
        return
    head, rest = line[:margin], line[margin:]
    first, *later = wrapped(rest, max(width - margin, 30)) or [""]
    yield (head + first).rstrip()
    yield from (" " * margin + each for each in later)


def scorecards_as_json(found: Sequence[Scorecard]) -> list[dict[str, Any]]:
    """The scorecards for programs."""
    return [
        {
            "process": each.process,
            "title": each.title,
            "score": each.score,
            "of": len(each.checks),
            "checks": {check.name: check.passed for check in each.checks},
            "failed": {check.name: check.why for check in each.checks if not check.passed},
        }
        for each in found
    ]


def scorecards_as_text(found: Sequence[Scorecard], style: Style, width: int) -> Iterator[str]:
    """The scorecards, the lowest first, each with what it lacks."""
    for each in sorted(found, key=lambda each: (each.score, each.process)):
        yield f"{each.score}/{len(each.checks)}  {style.bold(each.process)}  {visible(each.title)}"
        for check in each.checks:
            if not check.passed:
                yield from wrapped(f"✗ {check.name}: {visible(check.why)}", width, "     ", " " * 9)


def left_out(processes: Sequence[str]) -> Iterator[str]:
    """That some processes are missing, and why; nothing when none is."""
    if processes:
        are = "is" if len(processes) == 1 else "are"
        yield f"{', '.join(processes)} {are} left out: see `runbook validate`"
