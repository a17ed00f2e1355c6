"""What stands in the record before the steps: approvals, evidence and notes, each from the events that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook.phrases import Phrase, joined
from runbook.run.events import Recorded
from runbook.views.record.model import Approval, Evidence, Remark, Said

_WORDS = {
    "approve": Phrase("approved"),
    "reject": Phrase("rejected"),
    "confirm": Phrase("confirmed"),
    "send-back": Phrase("sent back"),
    "done": Phrase("done"),
    "failed": Phrase("failed"),
    "skipped": Phrase("skipped"),
    "redo": Phrase("redo"),
}
_DECISIONS = ("approve", "reject", "send-back", "failed")
_BY_A_SECOND = ("confirmed", "refused")
"""Where an event has the answer of the second person, who looked at what the first one recorded."""


def said(each: Recorded) -> Iterator[Said]:
    """What people answered with this event: whoever did it, and whoever confirmed it, or did not."""
    reply, first = each.event.data.get("reply"), each.event.type not in ("VerificationRefused",)
    if isinstance(reply, Mapping) and "confirmed" not in each.event.data:  # that one was told when it was given
        yield _said(each, reply, first)
    for name in _BY_A_SECOND:
        if isinstance(second := each.event.data.get(name), Mapping):
            yield _said(each, second, False)


def _said(each: Recorded, reply: Mapping[str, Any], first: bool) -> Said:
    outcome = str(reply.get("outcome", ""))
    words: str = _WORDS.get(outcome, outcome)
    if outcome == "choose":
        words = Phrase("chose {ways}", ways=f"`{reply.get('choose', '')}`")
    if outcome == "send-back" and not first:
        words = Phrase("not confirmed")
    if reply.get("emergency"):
        words = Phrase("{what} in an emergency", what=words)
    return Said(
        each.seq, each.at, str(reply.get("by", each.by)), str(reply.get("stated_by", "")), str(reply.get("for") or ""),
        outcome, words, str(reply.get("reason") or ""), reply.get("fields") or {}, str(reply.get("seen") or ""),
        _key(reply.get("signature")), str(each.event.data.get("entered_at", "")),
    )  # fmt: skip


def _key(signature: Any) -> str:
    """The key of a signature, as it was noted with it."""
    return str(signature.get("fingerprint", "")) if isinstance(signature, Mapping) else str(signature or "")


def approvals(events: Sequence[Recorded], titles: Mapping[str, str]) -> tuple[Approval, ...]:
    """Every decision of an approval, oldest first; a round begins when the step is asked for (again)."""
    found: list[Approval] = []
    asked: dict[str, Mapping[str, Any]] = {}
    rounds: dict[str, int] = {}
    lapsed: set[str] = set()
    for each in events:
        event, path = each.event, each.event.step or ""
        if event.type == "StepWaiting":
            asked[path] = event.data
            rounds[path] = rounds.get(path, 0) + 1
            lapsed.discard(path)
        elif event.type == "ApprovalLapsed":
            known = [Phrase(str(event.data["state"]))] if event.data.get("state") else []
            told = [*known, *([str(event.data["reason"])] if event.data.get("reason") else [])]
            why = joined(told, ": ") or Phrase("lapsed")
            found = [_lapse(one, path, each.at, why) for one in found]
            lapsed.add(path)
        elif (answer := _decision(each, asked.get(path, {}))) is not None:
            if path in lapsed:
                rounds[path] = rounds.get(path, 0) + 1
                lapsed.discard(path)
            about = asked.get(path, {})
            reply, prompt = event.data["reply"], about.get("prompt") or {}
            found.append(
                Approval(
                    path, str(about.get("title") or titles.get(path, path)),
                    int(reply.get("round") or rounds.get(path, 1)), answer,
                    str(reply.get("role") or about.get("role") or prompt.get("role") or ""),
                    str(prompt.get("text") or ""), "",
                )
            )  # fmt: skip
    return tuple(found)


def _decision(each: Recorded, about: Mapping[str, Any]) -> Said | None:
    """The decision of an approval that this event holds, by what was asked there."""
    answer = next(said(each), None)
    if answer is None or answer.outcome not in _DECISIONS or about.get("kind", "approval") != "approval":
        return None
    return answer


def _lapse(approval: Approval, path: str, at: str, why: str) -> Approval:
    if approval.step != path or approval.lapsed or approval.said.outcome != "approve":
        return approval
    return replace(approval, lapsed=Phrase("{why}, since {time}", why=why, time=at))


def evidence(events: Sequence[Recorded]) -> Iterator[Evidence]:
    """Every file that was kept, oldest first."""
    for each in events:
        data = each.event.data
        if each.event.type == "EvidenceAttached":
            yield Evidence(
                each.seq, each.event.step or "", str(data.get("evidence") or data.get("field") or ""),
                str(data.get("from") or ""), str(data["name"]), int(data["size"]),
                str(data.get("type") or ""), str(data["sha256"]), each.at, each.by,
            )  # fmt: skip


def remarks(events: Sequence[Recorded]) -> Iterator[Remark]:
    """What people noted, and left to those who went on."""
    for each in events:
        data, path = each.event.data, each.event.step or ""
        match each.event.type:
            case "NoteAdded":
                yield Remark(path, each.at, each.by, str(data["text"]))
            case "RunHandedOver":
                yield Remark(path, each.at, each.by, str(data["text"]), str(data["to"]))
