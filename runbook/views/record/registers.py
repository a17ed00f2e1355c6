"""What stands in the record before the steps: approvals, evidence and notes, each from the events that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook.run.events import Recorded
from runbook.views.record.model import Approval, Evidence, Remark, Said

_WORDS = {"approve": "approved", "reject": "rejected", "confirm": "confirmed", "refuse": "not confirmed"}
_DECISIONS = ("approve", "reject", "revoke")


def said(each: Recorded) -> Said | None:
    """What a person answered with this event; None when nobody did."""
    reply: Mapping[str, Any] | None = each.event.data.get("reply")
    if not reply:
        return None
    outcome = str(reply.get("outcome", ""))
    words = f"chose `{reply.get('choose', '')}`" if outcome == "choose" else _WORDS.get(outcome, outcome)
    if each.event.type == "VerificationRefused":
        words = "not confirmed"
    return Said(
        each.seq, each.at, str(reply.get("by", each.by)), str(reply.get("stated_by", "")), str(reply.get("for") or ""),
        outcome, words, str(reply.get("reason") or ""), reply.get("fields") or {}, str(reply.get("seen") or ""),
        bool(reply.get("signature")),
    )  # fmt: skip


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
            why = ": ".join(str(event.data[name]) for name in ("state", "reason") if event.data.get(name)) or "lapsed"
            found = [_lapse(one, path, each.at, why) for one in found]
            lapsed.add(path)
        elif (answer := said(each)) is not None and answer.outcome in _DECISIONS:
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


def _lapse(approval: Approval, path: str, at: str, why: str) -> Approval:
    if approval.step != path or approval.lapsed or approval.said.outcome != "approve":
        return approval
    return replace(approval, lapsed=f"{why}, since {at}")


def evidence(events: Sequence[Recorded]) -> Iterator[Evidence]:
    """Every file that was kept, oldest first."""
    for each in events:
        data = each.event.data
        if each.event.type == "EvidenceAttached":
            yield Evidence(
                each.seq, each.event.step or "", str(data.get("evidence") or ""), str(data["name"]), int(data["size"]),
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
