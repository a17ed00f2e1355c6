"""Jira, by its REST interface: Cloud and Data Center.

Rule 1: a ticket is found by its label: Jira's search is told late of what was made, so a miss is only one of several.
Rule 2: states are reached by the transitions that a workflow offers at the time, never written.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from runbook.work.tickets.exchange import FULL, PAGES, Exchange
from runbook.work.tickets.port import (
    COMMON,
    Access,
    Change,
    Denied,
    Draft,
    Patch,
    Ref,
    Stale,
    Ticket,
    TicketTrouble,
    Unknown,
)
from runbook.work.tickets.times import instant_in, seconds_since

_API = "/rest/api/2"
_FIELDS = ("summary", "description", "status", "priority", "assignee", "labels", "created", "updated", "issuetype")
_OVERLAP = 10
"""Minutes before the cursor that are asked for again."""
_KEY = re.compile(r"rb-[0-9a-f]{12}\Z")
_ISSUE = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+\Z")


class Jira:
    """One project of a Jira."""

    def __init__(self, access: Access) -> None:
        if access.user:
            login = base64.b64encode(f"{access.user}:{access.secret}".encode()).decode()
            headers = {"Authorization": f"Basic {login}"}
        else:
            headers = {"Authorization": f"Bearer {access.secret}"} if access.secret else {}
        self._access = access
        self._wire = Exchange(access, headers)
        self._old_search = False

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def find(self, key: str) -> tuple[Ticket, ...]:
        """The tickets with the label, the oldest first."""
        found = [each for each in self._search(f'{self._mine} AND labels = "{key}"') if key in each.keys]
        return tuple(sorted(found, key=lambda each: (each.created, each.ref.id)))

    def create(self, key: str, draft: Draft) -> Ticket:
        """Make an issue with the label; its answer holds no more than its name, so it is looked at afterwards."""
        fields: dict[str, Any] = {
            **self._access.fields,
            "project": {"key": self._access.project},
            "summary": draft.title,
            "issuetype": {"name": draft.type},
        }
        fields["labels"] = [*_labels(self._access.fields.get("labels")), COMMON, key]
        if draft.description:
            fields["description"] = draft.description
        if draft.priority:
            fields["priority"] = {"name": draft.priority}
        if draft.assignee:
            fields["assignee"] = self._person(draft.assignee)
        made = self._wire.ask("POST", f"{_API}/issue", {"fields": fields}).data
        name = made.get("key") if isinstance(made, Mapping) else None
        if not isinstance(name, str) or not _ISSUE.match(name):
            raise Unknown("Jira does not say what it has made")
        if draft.relates:
            self._relate(name, draft.relates)
        try:
            return self.read(name)
        except TicketTrouble:
            return Ticket(Ref(name, self._page(name)), "", {}, (key,))

    def read(self, ref: str) -> Ticket:
        """The issue as it stands."""
        query = {"fields": ",".join(_FIELDS)}
        return self._ticket(self._wire.get(f"{_API}/issue/{quote(ref, safe='')}", query).data)

    def update(self, ref: str, patch: Patch, if_version: str = "") -> Ticket:
        """Say what is to be said, then set its fields, then its state."""
        now = self.read(ref)
        if if_version and now.version != if_version:
            raise Stale(now)
        issue = f"{_API}/issue/{quote(ref, safe='')}"
        if patch.comments:  # first, so that they are said also when a state can't be reached
            there = self._said(issue)
            for each in patch.comments:
                if each.key not in there:
                    self._wire.ask("POST", f"{issue}/comment", {"body": f"{each.text}\n\n({each.key})"})
        body: dict[str, Any] = {}
        if fields := self._fields(patch.values):
            body["fields"] = fields
        if marks := [each for each in (COMMON, *patch.marks) if patch.marks and each not in now.keys]:
            body["update"] = {"labels": [{"add": each} for each in marks]}
        if body:
            self._wire.ask("PUT", issue, body)
        state = patch.values.get("status", "")
        if patch.duplicate_of:
            self._link("Duplicate", ref, patch.duplicate_of)
            state = "" if now.closed else next(iter(self._access.closed), "Done")
        if state and now.values.get("status") != state:
            self._move(issue, state)
        return self.read(ref)

    def changes(self, cursor: str, now: int) -> tuple[tuple[Change, ...], str]:
        """What has been updated since the cursor, by minutes from now, which need no time zone."""
        since = seconds_since(cursor) if cursor else now
        minutes = max(0, (now - since + 59) // 60) + _OVERLAP
        found = self._search(f'{self._mine} AND labels = "{COMMON}" AND updated >= "-{minutes}m"', "updated")
        return tuple(map(Change, found)), found[-1].updated if len(found) >= PAGES * FULL else instant_in(now)

    def examine(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Which types and required fields the project has that are not filled in."""
        path = f"{_API}/issue/createmeta/{quote(self._access.project, safe='')}/issuetypes"
        try:
            offered = {each["name"]: str(each["id"]) for each in self._listed(path, "issueTypes") if "name" in each}
        except Denied as error:
            return (f"project `{self._access.project}` can't be looked at: {error}",)
        wrong = []
        for type in types:
            if type not in offered:
                listed = ", ".join(f"`{each}`" for each in offered) or "none"
                wrong.append(f"project `{self._access.project}` has no issue type `{type}`: there are {listed}")
                continue
            there = set[str]()
            filled = {"project", "issuetype", "summary", "description", "labels", *self._access.fields}
            for each in self._listed(f"{path}/{quote(offered[type], safe='')}", "fields"):
                name = str(each.get("fieldId") or each.get("key") or "")
                there.add(name)
                if each.get("required") and not each.get("hasDefaultValue") and name not in filled | {"reporter"}:
                    if name == "priority" and self._access.priorities:
                        continue
                    wrong.append(
                        f"issue type `{type}` needs the field `{name}` ({each.get('name', name)}): write it in `fields`"
                    )
                if name == "priority":
                    known = [one.get("name") for one in each.get("allowedValues") or () if isinstance(one, Mapping)]
                    wrong += [
                        f"issue type `{type}` knows no priority `{word}`"
                        for word in self._access.priorities
                        if known and word not in known
                    ]
            for name in ("labels", *(("priority",) if self._access.priorities else ())):
                if there and name not in there:
                    wrong.append(f"issue type `{type}` has no field `{name}` on the screen on which it is created")
        return tuple(dict.fromkeys(wrong))

    @property
    def _mine(self) -> str:
        return f'project = "{self._access.project}"'

    def _page(self, name: str) -> str:
        return f"{self._access.url.rstrip('/')}/browse/{name}"

    def _search(self, jql: str, order: str = "created") -> list[Ticket]:
        """All issues that a query finds, by the search that this Jira has."""
        asked: dict[str, Any] = {"jql": f"{jql} ORDER BY {order} ASC", "maxResults": FULL, "fields": list(_FIELDS)}
        if not self._old_search:
            try:
                return [self._ticket(each) for each in self._by_tokens(asked)]
            except Denied as error:
                if error.status not in (404, 405):
                    raise
                self._old_search = True
        return [self._ticket(each) for each in self._by_offsets(asked)]

    def _by_tokens(self, asked: dict[str, Any]) -> Iterator[Any]:
        token = ""
        for _ in range(PAGES):
            answer = self._wire.look(f"{_API}/search/jql", {**asked, **({"nextPageToken": token} if token else {})})
            data = answer.data if isinstance(answer.data, Mapping) else {}
            yield from data.get("issues") or ()
            token = str(data.get("nextPageToken") or "")
            if not token or data.get("isLast"):
                return

    def _by_offsets(self, asked: dict[str, Any]) -> Iterator[Any]:
        start = 0
        for _ in range(PAGES):
            answer = self._wire.look(f"{_API}/search", {**asked, "startAt": start})
            data = answer.data if isinstance(answer.data, Mapping) else {}
            issues = data.get("issues") or ()
            yield from issues
            start += len(issues)
            if not issues or start >= int(data.get("total") or 0):
                return

    def _listed(self, path: str, name: str) -> Iterator[Mapping[str, Any]]:
        """A list of what can be created, which Cloud and Data Center call by different names."""
        start = 0
        for _ in range(PAGES):
            data = self._wire.get(path, {"startAt": start, "maxResults": 100}).data
            data = data if isinstance(data, Mapping) else {}
            found = data.get(name) or data.get("values") or ()
            yield from (each for each in found if isinstance(each, Mapping))
            start += len(found)
            if not found or data.get("isLast") or start >= int(data.get("total") or 0):
                return

    def _fields(self, values: Mapping[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in values.items():
            match name:
                case "title":
                    made["summary"] = value
                case "description":
                    made["description"] = value
                case "priority":
                    made["priority"] = {"name": value}
                case "assignee":
                    made["assignee"] = self._person(value) if value else None
        return made

    def _person(self, word: str) -> dict[str, str]:
        """Cloud knows people by an account id, Data Center by a name."""
        cloud = self._access.url.split("//", 1)[-1].partition("/")[0].endswith(".atlassian.net")
        return {"accountId": word} if cloud or ":" in word else {"name": word}

    def _move(self, issue: str, state: str) -> None:
        offered = self._wire.get(f"{issue}/transitions").data
        listed = offered.get("transitions") or () if isinstance(offered, Mapping) else ()
        for each in listed:
            if str(each.get("to", {}).get("name", "")).lower() == state.lower():
                self._wire.ask("POST", f"{issue}/transitions", {"transition": {"id": str(each["id"])}})
                return
        names = ", ".join(f"`{each.get('to', {}).get('name')}`" for each in listed) or "nothing"
        raise Denied(f"no transition leads to `{state}` now: what can be reached is {names}")

    def _said(self, issue: str) -> str:
        """Everything that has been said, in one text in which a key can be looked for."""
        start, told = 0, list[str]()
        for _ in range(PAGES):
            data = self._wire.get(f"{issue}/comment", {"startAt": start, "maxResults": 100}).data
            comments = data.get("comments") or () if isinstance(data, Mapping) else ()
            told += [str(each.get("body", "")) for each in comments]
            start += len(comments)
            if not comments or start >= int(data.get("total") or 0):
                break
        return "\n".join(told)

    def _relate(self, name: str, other: str) -> None:
        try:
            self._link("Relates", name, other)
        except TicketTrouble:
            return  # the ticket is there; that it has to do with another one stands in its text as well

    def _link(self, type: str, name: str, other: str) -> None:
        body = {"type": {"name": type}, "inwardIssue": {"key": name}, "outwardIssue": {"key": other}}
        self._wire.ask("POST", f"{_API}/issueLink", body)

    def _ticket(self, issue: Any) -> Ticket:
        return ticket_of(issue, self._access.url)


def _labels(given: Any) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []


def ticket_of(issue: Any, url: str) -> Ticket:
    """An issue as Jira writes it, in an answer or in a webhook."""
    fields = issue.get("fields") if isinstance(issue, Mapping) else None
    name = issue.get("key") if isinstance(issue, Mapping) else None
    if not isinstance(fields, Mapping) or not isinstance(name, str) or not _ISSUE.match(name):
        raise Denied("Jira answers with something that is no issue")
    status = fields.get("status") or {}
    person = fields.get("assignee") or {}
    values = {
        "title": str(fields.get("summary") or ""),
        "description": str(fields.get("description") or ""),
        "status": str(status.get("name") or ""),
        "priority": str((fields.get("priority") or {}).get("name") or ""),
        "assignee": str(person.get("accountId") or person.get("name") or ""),
        "type": str((fields.get("issuetype") or {}).get("name") or ""),
    }
    labels = tuple(str(each) for each in fields.get("labels") or ())
    updated = instant_in(seconds_since(str(fields.get("updated") or "")), str(fields.get("updated") or ""))
    return Ticket(
        Ref(name, f"{url.rstrip('/')}/browse/{name}"),
        updated,
        values,
        tuple(each for each in labels if _KEY.match(each) or each == COMMON),
        instant_in(seconds_since(str(fields.get("created") or ""))),
        updated,
        (status.get("statusCategory") or {}).get("key") == "done",
    )


def hook(body: Mapping[str, Any], url: str) -> Change | None:
    """What a webhook of Jira tells; None when it is about no issue, or about one that is none of ours."""
    issue = body.get("issue")
    if not str(body.get("webhookEvent", "")).startswith(("jira:issue_", "comment_")) or not isinstance(issue, Mapping):
        return None
    ticket = ticket_of(issue, url)
    user = body.get("user") or {}
    return Change(ticket, str(user.get("accountId") or user.get("name") or ""))
