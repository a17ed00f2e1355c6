"""The record as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.views.lines import sentence
from runbook.views.markdown import Markdown, bullets, code, fence, plain, table
from runbook.views.prose import prose
from runbook.views.record.facts import (
    about,
    answered,
    answers,
    came,
    decided,
    facts,
    recorded,
    sized,
    tried,
    value,
    who,
)
from runbook.views.record.model import Done, Evidence, Record, Remark

if TYPE_CHECKING:
    from runbook.outcome import Json


def markdown(record: Record) -> str:
    """The whole record."""
    return "\n\n".join(part for part in _parts(record) if part) + "\n"


def _parts(record: Record) -> Iterator[str]:
    yield f"# Record: {plain(record.title)}"
    rows = [(plain(name), code(text) if is_code else plain(text)) for name, text, is_code in facts(record)]
    yield str(table(("", ""), rows))
    if record.deviations:
        yield "## Deviations"
        yield str(bullets(plain(each.text) for each in record.deviations))
    if record.approvals:
        yield "## Approvals"
        yield _approvals(record)
    if record.evidence:
        yield "## Evidence"
        yield _evidence(record)
    if record.remarks:
        yield "## Notes"
        yield str(bullets(_remark(each, f" ({code(each.step)})" if each.step else "") for each in record.remarks))
    if record.inputs:
        yield "## Inputs"
        yield _values(("Name", "Value"), record.inputs)
    yield "## Steps"
    for step in record.steps:
        yield f"### {plain(step.number)} {plain(step.title)}"
        yield from _step(step)
    if record.outputs:
        yield "## Outputs"
        yield _values(("Name", "Value"), record.outputs)


def _values(head: tuple[str, str], values: Mapping[str, Json]) -> str:
    return str(table(head, [(code(name), code(value(given))) for name, given in values.items()]))


def _approvals(record: Record) -> str:
    heads = ("Step", "Round", "When", "Who", "Role", "Decided", "Was shown", "Counts no more")
    rows = []
    for each in record.approvals:
        seen = f"{plain(each.shown)}" + (f" ({code(each.said.seen)})" if each.said.seen else "")
        rows.append(
            (
                code(each.step), plain(each.round), plain(each.said.at), plain(who(each.said)), plain(each.role),
                plain(decided(each.said)), Markdown(seen.strip()), plain(each.lapsed),
            )
        )  # fmt: skip
    return str(table(heads, rows))


def _evidence(record: Record) -> str:
    heads = ("Step", "For", "Name", "Bytes", "Type", "SHA-256", "When", "Who")
    rows = [
        (
            code(each.step) if each.step else plain("the run"), plain(each.requirement), code(each.name),
            plain(each.size), plain(each.type),
            code(each.sha256), plain(each.at),
            plain(f"{each.by} (its {each.taken_from})" if each.taken_from else each.by),
        )
        for each in record.evidence
    ]  # fmt: skip
    return str(table(heads, rows))


def _remark(remark: Remark, place: str = "") -> Markdown:
    if remark.to is None:
        return Markdown(f"{plain(f'{remark.at} {remark.by}')}{place}: {plain(remark.text)}")
    text = f": {remark.text}" if remark.text else ""
    return plain(f"{remark.at} {remark.by} handed over to {remark.to or 'whoever goes on'}{text}")


def _file(each: Evidence) -> Markdown:
    belongs = f" as {code(each.requirement)}" if each.requirement else ""
    about = f"{plain(sized(each))}, SHA-256 {code(each.sha256)}"
    return Markdown(f"{plain(came(each))} {code(each.name)}{belongs} ({about})")


def _step(step: Done) -> Iterator[str]:
    lines = [Markdown(f"Step: {code(step.path)}")]
    for name, text in about(step):
        lines.append(plain(f"{name}: {text}" if name else sentence(text)))
        if name == "Status" and step.turn:
            of = f" of {step.turns}, for {code(value(step.item))}" if step.turns else ""
            lines.append(Markdown(f"Turn: {step.turn}{of}"))
    lines += [plain(tried(each)) for each in step.attempts[:-1]]
    yield str(bullets(lines))
    if step.shown:
        yield "Shown:"
        yield "\n".join(f"> {line}".rstrip() for line in str(prose(step.shown)).splitlines())
    for said, given in answers(step):
        yield str(plain(answered(said) + (f"; recorded: {given}" if given else "")))
    if notes := [*(_remark(each) for each in step.remarks), *(_file(each) for each in step.evidence)]:
        yield str(bullets(notes))
    if step.carried_out:
        yield "Carried out:"
        yield str(fence(step.carried_out, "sh"))
    elif step.command:
        yield "Shown to be carried out by a person:"
        yield str(fence(step.command, "sh"))
    if step.output:
        yield "Output:" if not step.cut else f"Output (its end; {step.cut} characters before it are left out):"
        yield str(fence(step.output, "console"))
    if step.outputs and step.form:
        rows = [(code(name), plain(title), code(given), plain(wanted)) for name, title, wanted, given in recorded(step)]
        yield str(table(("Value", "Of", "Is", "Asked for"), rows))
    elif step.outputs:
        yield _values(("Value", "Is"), step.outputs)
