"""GitHub issues, on github.com and on a server of one's own.

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


class GitHub:
    """The issues of one repository (`owner/name`)."""

    def __init__(self, access: Access) -> None:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if access.secret:
            headers["Authorization"] = f"Bearer {access.secret}"
        self._access = access
        self._wire = Exchange(access, headers)
        owner, _, name = access.project.partition("/")
        self._issues = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}/issues"

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def find(self, key: str) -> tuple[Ticket, ...]:
        """By the label; where no issue has it, by what is hidden in the newest ones."""
        found = list(self._listed({"labels": key, "state": "all"}))
        if not found:
            newest = self._page({"state": "all", "sort": "created", "direction": "desc"}, 1)
            found = [each for each in newest if key in each.keys]
        return tuple(sorted(found, key=lambda each: (each.created, int(each.ref.id))))

    def create(self, key: str, draft: Draft) -> Ticket:
        """Make an issue with label and hidden key."""
        text = draft.description + (f", after #{draft.relates}" if draft.relates else "")
        labels = [*_texts(self._access.fields.get("labels")), COMMON, key]
        labels += [each for each in (draft.type, draft.priority) if each]
        body = {**self._access.fields, "title": draft.title, "body": marked(text, key), "labels": labels}
        if draft.assignee:
            body["assignees"] = [draft.assignee]
        made = self._wire.ask("POST", self._issues, body).data
        try:
            return self._ticket(made)
        except TicketTrouble:
            raise Unknown("GitHub does not say what it has made") from None

    def read(self, ref: str) -> Ticket:
        """The issue as it stands."""
        return self._ticket(self._wire.get(self._issue(ref)).data)

    def update(self, ref: str, patch: Patch, if_version: str = "") -> Ticket:
        """Set what is another, then say what is to be said."""
        data = self._wire.get(self._issue(ref)).data
        now = self._ticket(data)
        if if_version and now.version != if_version:
            raise Stale(now)
        body: dict[str, Any] = {}
        if changed(now.values, "title", patch):
            body["title"] = patch.values["title"]
        hidden = tuple(each for each in (*hidden_in(str(data.get("body") or "")), *patch.marks) if KEY.match(each))
        if changed(now.values, "description", patch) or patch.marks:
            text = patch.values.get("description", now.values["description"])
            for key in dict.fromkeys(hidden):
                text = marked(text, key)
            body["body"] = text
        if changed(now.values, "assignee", patch):
            body["assignees"] = [patch.values["assignee"]] if patch.values["assignee"] else []
        labels = _names(data)
        marks = Patch(patch.values, marks=(COMMON, *patch.marks)) if patch.marks else patch
        after = labels_after(labels, marks, self._access)
        if after != labels:
            body["labels"] = after
        shut = is_closed(patch, self._access)
        if shut is not None and shut != now.closed:
            body["state"] = "closed" if shut else "open"
            body["state_reason"] = ("not_planned" if patch.duplicate_of else "completed") if shut else "reopened"
        comments = patch.comments
        if patch.duplicate_of:
            comments = (*comments, Comment(f"duplicate of {patch.duplicate_of}", f"Duplicate of #{patch.duplicate_of}"))
        if comments:
            there = self._said(ref)
            for each in comments:
                if f"<!-- {each.key} -->" not in there:
                    text = f"{each.text}\n\n<!-- {each.key} -->"
                    self._wire.ask("POST", f"{self._issue(ref)}/comments", {"body": text})
        if body:
            self._wire.ask("PATCH", self._issue(ref), body)
        return self.read(ref)

    def changes(self, cursor: str, now: int) -> tuple[tuple[Change, ...], str]:
        """Our issues that have been updated since some time before the cursor."""
        since = instant_in((seconds_since(cursor) if cursor else now) - _OVERLAP)
        asked = {"labels": COMMON, "state": "all", "since": since, "sort": "updated", "direction": "asc"}
        found = list(self._listed(asked))
        return tuple(map(Change, found)), found[-1].updated if len(found) >= PAGES * FULL else instant_in(now)

    def examine(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Whether there are issues, and whether we may make them with labels."""
        path = self._issues.removesuffix("/issues")
        try:
            data = self._wire.get(path).data
        except Denied as error:
            return (f"repository `{self._access.project}` can't be looked at: {error}",)
        if not isinstance(data, Mapping):
            return (f"repository `{self._access.project}` can't be looked at: the answer is no repository",)
        wrong = []
        if data.get("has_issues") is False:
            wrong.append(f"repository `{self._access.project}` has its issues switched off")
        if data.get("archived"):
            wrong.append(f"repository `{self._access.project}` is archived: nothing can be changed in it")
        rights = data.get("permissions")
        if isinstance(rights, Mapping) and not (rights.get("push") or rights.get("triage")):
            wrong.append(
                "the token may set no labels: give it write access to issues, or tickets are found less surely"
            )
        return tuple(wrong)

    def _issue(self, ref: str) -> str:
        return f"{self._issues}/{quote(ref, safe='')}"

    def _listed(self, asked: Mapping[str, Any]) -> Iterator[Ticket]:
        for page in range(1, PAGES + 1):
            answered = self._wire.get(self._issues, {**asked, "per_page": FULL, "page": page}).data
            if not isinstance(answered, list):
                raise NotTaken("GitHub answers with something that is no list of issues")
            yield from (self._ticket(each) for each in answered if "pull_request" not in each)
            if len(answered) < FULL:
                return

    def _page(self, asked: Mapping[str, Any], page: int) -> Iterator[Ticket]:
        answered = self._wire.get(self._issues, {**asked, "per_page": FULL, "page": page}).data
        listed = answered if isinstance(answered, list) else []
        return (self._ticket(each) for each in listed if "pull_request" not in each)

    def _said(self, ref: str) -> str:
        told: list[str] = []
        for page in range(1, PAGES + 1):
            found = self._wire.get(f"{self._issue(ref)}/comments", {"per_page": FULL, "page": page}).data
            listed = found if isinstance(found, list) else []
            told += [str(each.get("body") or "") for each in listed]
            if len(listed) < FULL:
                break
        return "\n".join(told)

    def _ticket(self, issue: Any) -> Ticket:
        return ticket_of(issue, self._access)


def _texts(given: Any) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []


def _names(issue: Mapping[str, Any]) -> list[str]:
    return [str(each.get("name")) if isinstance(each, Mapping) else str(each) for each in issue.get("labels") or ()]


def ticket_of(issue: Any, access: Access) -> Ticket:
    """An issue as GitHub writes it, in an answer or in a webhook."""
    number = issue.get("number") if isinstance(issue, Mapping) else None
    if not isinstance(number, int):
        raise Denied("GitHub answers with something that is no issue")
    labels, text = _names(issue), str(issue.get("body") or "")
    closed = issue.get("state") == "closed"
    people = issue.get("assignees") or ()
    updated = str(issue.get("updated_at") or "")
    page = str(issue.get("html_url") or "")
    return Ticket(
        Ref(str(number), page if urlsplit(page).scheme in ("http", "https") else ""),
        instant_in(seconds_since(updated), updated),
        {
            "title": str(issue.get("title") or ""),
            "description": without_marks(text),
            "assignee": str(people[0].get("login") or "") if people else "",
            **words_of(labels, access, closed),
        },
        tuple(dict.fromkeys([each for each in labels if KEY.match(each) or each == COMMON] + list(hidden_in(text)))),
        instant_in(seconds_since(str(issue.get("created_at") or ""))),
        instant_in(seconds_since(updated), updated),
        closed,
    )


def hook(body: Mapping[str, Any], access: Access) -> Change | None:
    """What a webhook of GitHub tells; None when it is about no issue, or about one of another repository.

    A webhook of an organisation tells of all its repositories, and an issue is called by its number alone.
    """
    issue, where = body.get("issue"), str((body.get("repository") or {}).get("full_name") or "")
    if where.casefold() != access.project.casefold():
        return None
    if not isinstance(issue, Mapping) or "pull_request" in issue:
        return None
    return Change(ticket_of(issue, access), str((body.get("sender") or {}).get("login") or ""))
