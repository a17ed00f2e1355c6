"""GitLab issues, on gitlab.com and on a server of one's own.

Rule 1: issues are listed by label and never searched: the list knows at once what the search is told late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from runbook.work.tickets.exchange import FULL, PAGES, Exchange
from runbook.work.tickets.marks import KEY, changed, hidden_in, is_closed, labels_after, marked, without_marks, words_of
from runbook.work.tickets.port import (
    COMMON,
    Access,
    Change,
    Comment,
    Denied,
    Draft,
    NotTaken,
    Patch,
    Ref,
    Stale,
    Ticket,
    TicketTrouble,
    Unknown,
)
from runbook.work.tickets.times import instant_in, seconds_since

_OVERLAP = 600
"""Seconds before the cursor that are asked for again."""
_REPORTER = 20
"""The access level from which labels may be set."""


class GitLab:
    """The issues of one project (`group/name`)."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._wire = Exchange(access, {"PRIVATE-TOKEN": access.secret} if access.secret else {})
        self._project = f"/api/v4/projects/{quote(access.project, safe='')}"
        self._issues = f"{self._project}/issues"

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def find(self, key: str) -> tuple[Ticket, ...]:
        """By the label; where no issue has it, by what is hidden in the newest ones."""
        found = list(self._listed({"labels": key}))
        if not found:
            newest = self._page({"order_by": "created_at", "sort": "desc"}, 1)
            found = [each for each in newest if key in each.keys]
        return tuple(sorted(found, key=lambda each: (each.created, int(each.ref.id))))

    def create(self, key: str, draft: Draft) -> Ticket:
        """Make an issue with label and hidden key."""
        text = draft.description + (f", after #{draft.relates}" if draft.relates else "")
        labels = [*_texts(self._access.fields.get("labels")), COMMON, key]
        labels += [each for each in (draft.type, draft.priority) if each]
        body = {**self._access.fields, "title": draft.title, "description": marked(text, key)}
        body["labels"] = ",".join(labels)
        if draft.assignee.isdecimal():
            body["assignee_ids"] = [int(draft.assignee)]
        made = self._wire.ask("POST", self._issues, body).data
        try:
            return self._ticket(made)
        except TicketTrouble:
            raise Unknown("GitLab does not say what it has made") from None

    def read(self, ref: str) -> Ticket:
        """The issue as it stands."""
        return self._ticket(self._wire.get(self._issue(ref)).data)

    def update(self, ref: str, patch: Patch, if_version: str = "") -> Ticket:
        """Say what is to be said, then set what is another."""
        data = self._wire.get(self._issue(ref)).data
        now = self._ticket(data)
        if if_version and now.version != if_version:
            raise Stale(now)
        body: dict[str, Any] = {}
        if changed(now.values, "title", patch):
            body["title"] = patch.values["title"]
        hidden = tuple(
            each for each in (*hidden_in(str(data.get("description") or "")), *patch.marks) if KEY.match(each)
        )
        if changed(now.values, "description", patch) or patch.marks:
            text = patch.values.get("description", now.values["description"])
            for key in dict.fromkeys(hidden):
                text = marked(text, key)
            body["description"] = text
        if changed(now.values, "assignee", patch) and (patch.values["assignee"] or "0").isdecimal():
            body["assignee_ids"] = [int(patch.values["assignee"] or 0)]
        labels = _texts(data.get("labels"))
        marks = Patch(patch.values, marks=(COMMON, *patch.marks)) if patch.marks else patch
        after = labels_after(labels, marks, self._access)
        if after != labels:
            body["labels"] = ",".join(after)
        shut = is_closed(patch, self._access)
        if shut is not None and shut != now.closed:
            body["state_event"] = "close" if shut else "reopen"
        comments = patch.comments
        if patch.duplicate_of:
            comments = (*comments, Comment(f"duplicate of {patch.duplicate_of}", f"Duplicate of #{patch.duplicate_of}"))
        if comments:
            there = self._said(ref)
            for each in comments:
                if f"<!-- {each.key} -->" not in there:
                    text = f"{each.text}\n\n<!-- {each.key} -->"
                    self._wire.ask("POST", f"{self._issue(ref)}/notes", {"body": text})
        if body:
            self._wire.ask("PUT", self._issue(ref), body)
        return self.read(ref)

    def changes(self, cursor: str, now: int) -> tuple[tuple[Change, ...], str]:
        """Our issues that have been updated since some time before the cursor."""
        since = instant_in((seconds_since(cursor) if cursor else now) - _OVERLAP)
        asked = {"labels": COMMON, "updated_after": since, "order_by": "updated_at", "sort": "asc"}
        found = list(self._listed(asked))
        return tuple(map(Change, found)), found[-1].updated if len(found) >= PAGES * FULL else instant_in(now)

    def examine(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Whether there are issues, and whether we may make them with labels."""
        try:
            data = self._wire.get(self._project).data
        except Denied as error:
            return (f"project `{self._access.project}` can't be looked at: {error}",)
        if not isinstance(data, Mapping):
            return (f"project `{self._access.project}` can't be looked at: the answer is no project",)
        wrong = []
        if data.get("issues_enabled") is False or data.get("issues_access_level") == "disabled":
            wrong.append(f"project `{self._access.project}` has its issues switched off")
        if data.get("archived"):
            wrong.append(f"project `{self._access.project}` is archived: nothing can be changed in it")
        rights = data.get("permissions")
        if isinstance(rights, Mapping):
            levels = [each.get("access_level", 0) for each in rights.values() if isinstance(each, Mapping)]
            if levels and max(levels) < _REPORTER:
                wrong.append("the token may set no labels: give it the role Reporter, or tickets are found less surely")
        return tuple(wrong)

    def _issue(self, ref: str) -> str:
        return f"{self._issues}/{quote(ref, safe='')}"

    def _listed(self, asked: Mapping[str, Any]) -> Iterator[Ticket]:
        for page in range(1, PAGES + 1):
            answered = self._wire.get(self._issues, self._asked(asked, page)).data
            if not isinstance(answered, list):
                raise NotTaken("GitLab answers with something that is no list of issues")
            yield from map(self._ticket, answered)
            if len(answered) < FULL:
                return

    def _page(self, asked: Mapping[str, Any], page: int) -> Iterator[Ticket]:
        answered = self._wire.get(self._issues, self._asked(asked, page)).data
        return map(self._ticket, answered if isinstance(answered, list) else [])

    def _asked(self, asked: Mapping[str, Any], page: int) -> dict[str, Any]:
        return {"scope": "all", "state": "all", **asked, "per_page": FULL, "page": page}

    def _said(self, ref: str) -> str:
        told: list[str] = []
        for page in range(1, PAGES + 1):
            found = self._wire.get(f"{self._issue(ref)}/notes", {"per_page": FULL, "page": page}).data
            listed = found if isinstance(found, list) else []
            told += [str(each.get("body") or "") for each in listed]
            if len(listed) < FULL:
                break
        return "\n".join(told)

    def _ticket(self, issue: Any) -> Ticket:
        return ticket_of(issue, self._access)


def _texts(given: Any) -> list[str]:
    """Labels, which are texts in an answer and mappings with a title in a webhook."""
    listed = given if isinstance(given, list) else []
    return [str(each.get("title") or "") if isinstance(each, Mapping) else str(each) for each in listed]


def ticket_of(issue: Any, access: Access) -> Ticket:
    """An issue as GitLab writes it, in an answer or in a webhook."""
    number = issue.get("iid") if isinstance(issue, Mapping) else None
    if not isinstance(number, int):
        raise Denied("GitLab answers with something that is no issue")
    labels, text = _texts(issue.get("labels")), str(issue.get("description") or "")
    closed = issue.get("state") == "closed"
    people = issue.get("assignees") or ()
    updated = str(issue.get("updated_at") or "")
    page = str(issue.get("web_url") or issue.get("url") or "")
    assigned = people[0].get("id") if people else next(iter(issue.get("assignee_ids") or ()), None)
    return Ticket(
        Ref(str(number), page if urlsplit(page).scheme in ("http", "https") else ""),
        instant_in(seconds_since(updated), updated),
        {
            "title": str(issue.get("title") or ""),
            "description": without_marks(text),
            "assignee": str(assigned) if assigned else "",
            **words_of(labels, access, closed),
        },
        tuple(dict.fromkeys([each for each in labels if KEY.match(each) or each == COMMON] + list(hidden_in(text)))),
        instant_in(seconds_since(str(issue.get("created_at") or ""))),
        instant_in(seconds_since(updated), updated),
        closed,
    )


def hook(body: Mapping[str, Any], access: Access) -> Change | None:
    """What a webhook of GitLab tells; None when it is about no issue, or about one of another project.

    A webhook of a group tells of all its projects, and an issue is called by its number alone.
    """
    issue, project = body.get("object_attributes"), body.get("project") or {}
    if access.project.casefold() not in (str(project.get("path_with_namespace")).casefold(), str(project.get("id"))):
        return None
    if body.get("object_kind") != "issue" or not isinstance(issue, Mapping):
        return None
    whole = {**issue, "labels": body.get("labels", issue.get("labels"))}
    return Change(ticket_of(whole, access), str((body.get("user") or {}).get("username") or ""))
