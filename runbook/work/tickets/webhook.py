"""Any system that takes signed webhooks: what we tell it, and what it tells us, by Standard Webhooks.

Rule 1: a message has one id however often it is sent, by which whoever takes it knows it again.
Rule 2: nothing can be asked here: what was lost is sent again under the same id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runbook.work.tickets.exchange import Exchange
from runbook.work.tickets.port import FIELDS, Access, Change, Denied, Draft, Patch, Ref, Ticket
from runbook.work.tickets.signing import NotVerified, key_of, signed
from runbook.work.tickets.times import instant_in

if TYPE_CHECKING:
    from runbook.outcome import Json

_LONGEST_ID = 200


class Webhook:
    """One address that is told of tickets."""

    def __init__(self, access: Access, clock: Callable[[], int]) -> None:
        self._access = access
        self._clock = clock
        self._wire = Exchange(access, {})

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def find(self, key: str) -> tuple[Ticket, ...]:
        """Nothing is ever found: there is nobody to ask."""
        return ()

    def create(self, key: str, draft: Draft) -> Ticket:
        """Tell of a new ticket; it may answer with what it calls it (`ref`, `url`)."""
        values = {
            "title": draft.title,
            "description": draft.description,
            "type": draft.type,
            "priority": draft.priority,
            "assignee": draft.assignee,
        }
        data: dict[str, Json] = {**self._access.fields, "key": key, "fields": {k: v for k, v in values.items() if v}}
        if draft.relates:
            data["relates"] = draft.relates
        answered = self._tell("ticket.created", key, data)
        ref = answered.get("ref") if isinstance(answered, Mapping) else None
        url = answered.get("url") if isinstance(answered, Mapping) else None
        name = str(ref)[:_LONGEST_ID] if isinstance(ref, (str, int)) and str(ref) else key
        page = url[:2000] if isinstance(url, str) and url.startswith(("http://", "https://")) else ""
        return Ticket(Ref(name, page), "", {}, (key,))

    def read(self, ref: str) -> Ticket:
        """Nothing is known of it but its name."""
        return Ticket(Ref(ref), "", {})

    def update(self, ref: str, patch: Patch, if_version: str = "") -> Ticket:
        """Tell what has changed; the same change has the same id, and its comments have theirs."""
        data: dict[str, Json] = {"ref": ref, "fields": dict(patch.values)}
        if patch.comments:
            data["comments"] = [{"id": each.key, "text": each.text} for each in patch.comments]
        if patch.marks:
            data["keys"] = list(patch.marks)
        if patch.duplicate_of:
            data["duplicate_of"] = patch.duplicate_of
        whole = json.dumps([ref, if_version, data], sort_keys=True, ensure_ascii=False)
        self._tell("ticket.updated", f"rb-{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:24]}", data)
        return Ticket(Ref(ref), "", dict(patch.values))

    def changes(self, cursor: str, now: int) -> tuple[tuple[Change, ...], str]:
        """Nothing can be asked; what changes there is told to us."""
        return (), instant_in(now)

    def examine(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Whether the address takes a signed message of the sort `ping`."""
        try:
            self._tell("ping", f"ping-{self._clock()}", {})
        except Denied as error:
            return (str(error),)
        return ()

    def _tell(self, type: str, id: str, data: Mapping[str, Json]) -> Any:
        now = self._clock()
        told = {"type": type, "timestamp": instant_in(now), "data": data}
        body = json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        try:
            key_of(self._access.secret)
        except NotVerified as error:
            raise Denied(str(error)) from None
        headers = signed(self._access.secret, id, now, body) if self._access.secret else {"webhook-id": id}
        return self._wire.ask("POST", "", content=body, headers=headers).data


def hook(body: Mapping[str, Any]) -> Change | None:
    """What another system tells: `{type: ticket.changed, data: {key, ref, version, fields, by}}`; None for the rest."""
    data = body.get("data")
    if body.get("type") != "ticket.changed" or not isinstance(data, Mapping):
        return None
    fields = data.get("fields")
    key, ref = str(data.get("key") or ""), str(data.get("ref") or data.get("key") or "")
    if not ref or not isinstance(fields, Mapping):
        raise Denied("a `ticket.changed` names its `ref` or its `key`, and has `fields`")
    version = str(data.get("version") or body.get("timestamp") or "")
    values = {name: str(fields[name]) for name in FIELDS if isinstance(fields.get(name), str)}
    told = str(body.get("timestamp") or "")[:100]
    ticket = Ticket(Ref(ref[:_LONGEST_ID]), version[:100], values, (key,) if key else (), updated=told)
    return Change(ticket, str(data.get("by") or "")[:_LONGEST_ID])
