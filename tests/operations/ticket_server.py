"""A ticket system on loopback that speaks as Jira, GitHub, GitLab and a taker of webhooks, and fails as asked.

Its time is handed in. Nothing sleeps: what is late is late by that time, and a lost answer is a closed connection.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from runbook.work.tickets.signing import NotVerified, check_standard

TOKEN = "token-of-the-tests"
SECRET = "whsec_c2VjcmV0LW9mLXRoZS10ZXN0cw=="
CLOSED = ("Done", "closed")


@dataclass
class Clock:
    """A time that is set by hand."""

    now: int = 1_774_861_200

    def __call__(self) -> int:
        return self.now

    def instant(self) -> str:
        return datetime.datetime.fromtimestamp(self.now, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class Issue:
    """One ticket, whatever it is called there."""

    number: int
    title: str
    body: str
    labels: list[str]
    created: int
    """Milliseconds."""
    updated: int
    found_from: int
    """The second from which lists and searches know of it."""
    status: str = "open"
    priority: str = ""
    assignee: str = ""
    type: str = ""
    comments: list[str] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        return self.status in CLOSED


@dataclass
class Faults:
    """What goes wrong: each is a chance from 0 to 1, drawn for each request; `script` goes first."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    lost: float = 0.0
    """It is done, and the connection is closed without an answer."""
    broken: float = 0.0
    """It is done, and a gateway answers 502."""
    late: float = 0.0
    """The connection is closed, and it is done some time later."""
    refused: float = 0.0
    """Nothing is done: 503."""
    dropped: float = 0.0
    """Nothing is done, and the connection is closed."""
    lag: int = 0
    """Seconds after which lists know of a new ticket, at most."""
    late_by: int = 60
    script: list[str] = field(default_factory=list)
    """What happens to the next writes, one by one; empty for nothing."""
    counts: dict[str, int] = field(default_factory=dict)

    def drawn(self, writes: bool) -> str:
        """What happens to a request."""
        if writes and self.script:
            fault = self.script.pop(0)
        else:
            names = ("lost", "broken", "late", "refused", "dropped") if writes else ("refused", "dropped")
            number, fault = self.chance.random(), ""
            for name in names:
                number -= getattr(self, name) * (1.0 if writes else 0.2)
                if number < 0:
                    fault = name
                    break
        if fault:
            self.counts[fault] = self.counts.get(fault, 0) + 1
        return fault


class Lost(Exception):
    """The connection is closed without an answer."""


@dataclass
class Told:
    """One webhook that the system would send us."""

    headers: dict[str, str]
    body: bytes


class Tickets:
    """The state of the system."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.issues: dict[int, Issue] = {}
        self.lock = threading.RLock()
        self.asked: list[tuple[str, str]] = []
        self.links: list[tuple[str, str, str]] = []
        self.required: dict[str, str] = {}
        self.statuses = ["To Do", "In Progress", "Done"]
        self.priorities = ["Highest", "High", "Medium", "Low"]
        self.types = ["Bug", "Task"]
        self.old_search = False
        self.labels_dropped = False
        self.gone = False
        self.screen = True
        self.received: dict[str, dict[str, Any]] = {}
        self.repeated = 0
        self._later: list[tuple[int, Callable[[], object]]] = []
        self._last = 0
        self._at = 0
        self.told: list[Told] = []
        self.tells = ""

    def tick(self) -> int:
        """A time in milliseconds that is later than any before."""
        self._last = max((self._at or self.clock.now) * 1000, self._last + 1)
        return self._last

    def settle(self) -> None:
        """Do what was to be done later and is due."""
        with self.lock:
            due = [each for each in self._later if each[0] <= self.clock.now]
            self._later = [each for each in self._later if each[0] > self.clock.now]
            for at, do in due:
                self._at = at
                do()
            self._at = 0

    def later(self, do: Callable[[], object]) -> None:
        self._later.append((self.clock.now + self.faults.chance.randint(1, self.faults.late_by), do))

    def add(self, title: str, body: str, labels: list[str], **more: str) -> Issue:
        with self.lock:
            number = len(self.issues) + 1
            now = self.tick()
            lag = self.faults.chance.randint(0, self.faults.lag) if self.faults.lag else 0
            kept = [] if self.labels_dropped else labels
            issue = Issue(number, title, body, kept, now, now, (self._at or self.clock.now) + lag, **more)
            self.issues[number] = issue
            self.tell(issue)
            return issue

    def change(self, issue: Issue, **values: Any) -> None:
        """Somebody changes a ticket."""
        with self.lock:
            for name, value in values.items():
                setattr(issue, name, value)
            issue.updated = self.tick()
            self.tell(issue)

    def visible(self) -> Iterator[Issue]:
        return (each for each in self.issues.values() if each.found_from <= self.clock.now)

    def with_key(self, key: str) -> list[Issue]:
        return [each for each in self.issues.values() if key in each.labels or f"<!-- {key} -->" in each.body]

    def tell(self, issue: Issue, by: str = "someone") -> None:
        """A webhook about a ticket, kept for the test to deliver as it likes."""
        if not self.tells:
            return
        match self.tells:
            case "jira":
                body = {"webhookEvent": "jira:issue_updated", "timestamp": self.clock.now * 1000,
                        "issue": jira_issue(issue), "user": {"accountId": by}}  # fmt: skip
            case "github":
                body = {"action": "edited", "issue": github_issue(issue), "sender": {"login": by},
                        "repository": {"full_name": "Ops/Desk"}}  # fmt: skip
            case "gitlab":
                body = {"object_kind": "issue", "object_attributes": gitlab_issue(issue), "user": {"username": by},
                        "project": {"id": 7, "path_with_namespace": "ops/desk"}}  # fmt: skip
        raw = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(TOKEN.encode(), raw, hashlib.sha256).hexdigest()
        id = f"delivery-{len(self.told) + 1}"
        headers = {
            "jira": {"X-Hub-Signature": signature, "X-Atlassian-Webhook-Identifier": id},
            "github": {"X-Hub-Signature-256": signature, "X-GitHub-Delivery": id},
            "gitlab": {"X-Gitlab-Token": TOKEN, "Idempotency-Key": id},
        }[self.tells]
        self.told.append(Told(headers, raw))


def stamp(milliseconds: int, exact: bool = True) -> str:
    time = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%S") + (f".{milliseconds % 1000:03}" if exact else "")


def jira_issue(issue: Issue) -> dict[str, Any]:
    category = "done" if issue.closed else "new" if issue.status in ("open", "To Do") else "indeterminate"
    return {
        "key": f"OPS-{issue.number}",
        "fields": {
            "summary": issue.title,
            "description": issue.body,
            "status": {"name": issue.status, "statusCategory": {"key": category}},
            "priority": {"name": issue.priority} if issue.priority else None,
            "assignee": {"name": issue.assignee} if issue.assignee else None,
            "labels": issue.labels,
            "created": stamp(issue.created) + "+0000",
            "updated": stamp(issue.updated) + "+0000",
            "issuetype": {"name": issue.type},
        },
    }


def github_issue(issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "state": "closed" if issue.closed else "open",
        "labels": [{"name": each} for each in issue.labels],
        "assignees": [{"login": issue.assignee}] if issue.assignee else [],
        "created_at": stamp(issue.created, False) + "Z",
        "updated_at": stamp(issue.updated, False) + "Z",
        "html_url": f"https://github.example/ops/desk/issues/{issue.number}",
    }


def gitlab_issue(issue: Issue) -> dict[str, Any]:
    return {
        "iid": issue.number,
        "title": issue.title,
        "description": issue.body,
        "state": "closed" if issue.closed else "opened",
        "labels": issue.labels,
        "assignees": [{"id": int(issue.assignee)}] if issue.assignee else [],
        "created_at": stamp(issue.created) + "Z",
        "updated_at": stamp(issue.updated) + "Z",
        "web_url": f"https://gitlab.example/ops/desk/-/issues/{issue.number}",
    }


Answer = tuple[int, Any]


class Handler(BaseHTTPRequestHandler):
    """Answers by path, or not at all."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    tickets: Tickets

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_GET

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        tickets = self.tickets
        with tickets.lock:
            tickets.settle()
            path = urlsplit(self.path)
            tickets.asked.append((self.command, path.path))
            writes = self.command != "GET" and "search" not in path.path
            fault = tickets.faults.drawn(writes)
            do = lambda: self._answer(path.path, parse_qs(path.query), raw)  # noqa: E731
            if fault == "limited":
                return self._give(429, {"message": "slow down"})
            if fault in ("refused", "dropped"):
                if fault == "refused":
                    return self._give(503, {"message": "busy"})
                return self._vanish()
            if fault == "late":
                tickets.later(do)
                return self._vanish()
            answer = do()
            if fault == "lost":
                return self._vanish()
            if fault == "broken":
                return self._give(502, None)
        return self._give(*answer)

    def _vanish(self) -> None:
        self.close_connection = True

    def _give(self, status: int, data: Any) -> None:
        body = b"" if data is None else json.dumps(data).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "120")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, path: str, query: Mapping[str, list[str]], raw: bytes) -> Answer:
        if path == "/hook":
            return self._hook(raw)
        given = (self.headers.get("Authorization", ""), self.headers.get("PRIVATE-TOKEN", ""))
        if given[0] != f"Bearer {TOKEN}" and given[1] != TOKEN:
            return 401, {"message": "who are you"}
        body = json.loads(raw) if raw else {}
        if path.startswith("/rest/api/2/"):
            return self._jira(path.removeprefix("/rest/api/2/"), body)
        if path.startswith("/repos/ops/desk"):
            return self._github(path.removeprefix("/repos/ops/desk").strip("/"), query, body)
        if unquote(path).startswith("/api/v4/projects/ops/desk"):
            return self._gitlab(unquote(path).removeprefix("/api/v4/projects/ops/desk").strip("/"), query, body)
        return 404, {"message": "Not Found"}

    # -- Jira -----------------------------------------------------------------------------------

    def _jira(self, path: str, body: dict[str, Any]) -> Answer:
        tickets = self.tickets
        parts = path.split("/")
        match parts:
            case ["issue"]:
                fields = body["fields"]
                missing = {name: f"{name} is required" for name in tickets.required if name not in fields}
                if missing:
                    return 400, {"errorMessages": [], "errors": missing}
                issue = tickets.add(
                    fields["summary"], fields.get("description", ""), fields["labels"],
                    status="To Do", type=fields["issuetype"]["name"],
                    priority=fields.get("priority", {"name": "Medium"})["name"],
                    assignee=fields.get("assignee", {}).get("name", ""),
                )  # fmt: skip
                return 201, {"id": str(issue.number), "key": f"OPS-{issue.number}"}
            case ["issue", "createmeta", "OPS", "issuetypes"]:
                return 200, {"issueTypes": [{"id": n, "name": each} for n, each in enumerate(tickets.types)]}
            case ["issue", "createmeta", "OPS", "issuetypes", _]:
                fields = [{"fieldId": "summary", "name": "Summary", "required": True}]
                fields += [{"fieldId": each, "name": name, "required": True} for each, name in tickets.required.items()]
                known = [{"name": each} for each in tickets.priorities]
                fields += [{"fieldId": "labels", "name": "Labels", "required": False}] if tickets.screen else []
                fields += [{"fieldId": "priority", "name": "Priority", "required": False, "allowedValues": known}]
                return 200, {"fields": fields}
            case ["issue", "createmeta", *_]:
                return 404, {"errorMessages": ["No project could be found"]}
            case ["search", "jql"] if not tickets.old_search:
                return self._jql(body, body.get("nextPageToken") or "0", True)
            case ["search"] if tickets.old_search:
                return self._jql(body, str(body["startAt"]), False)
            case ["issueLink"]:
                link = (body["type"]["name"], body["inwardIssue"]["key"], body["outwardIssue"]["key"])
                if link not in tickets.links:
                    tickets.links.append(link)
                return 201, None
            case ["issue", key, *rest]:
                issue = tickets.issues.get(int(key.removeprefix("OPS-")))
                if issue is None:
                    return 404, {"errorMessages": ["Issue does not exist"]}
                return self._jira_issue(issue, rest, body)
        return 404, None

    def _jira_issue(self, issue: Issue, rest: list[str], body: dict[str, Any]) -> Answer:
        tickets = self.tickets
        match self.command, rest:
            case "GET", []:
                return 200, jira_issue(issue)
            case "PUT", []:
                names = {"summary": "title", "description": "body"}
                values = {names[name]: each for name, each in body.get("fields", {}).items() if name in names}
                if "priority" in body.get("fields", {}):
                    values["priority"] = body["fields"]["priority"]["name"]
                if "assignee" in body.get("fields", {}):
                    values["assignee"] = (body["fields"]["assignee"] or {}).get("name", "")
                if added := [each["add"] for each in body.get("update", {}).get("labels", ())]:
                    values["labels"] = [*issue.labels, *added]
                tickets.change(issue, **values)
                return 204, None
            case "GET", ["transitions"]:
                found = [{"id": n, "to": {"name": each}} for n, each in enumerate(tickets.statuses)]
                return 200, {"transitions": [each for each in found if each["to"]["name"] != issue.status]}
            case "POST", ["transitions"]:
                tickets.change(issue, status=tickets.statuses[int(body["transition"]["id"])])
                return 204, None
            case "GET", ["comment"]:
                return 200, {"total": len(issue.comments), "comments": [{"body": each} for each in issue.comments]}
            case "POST", ["comment"]:
                tickets.change(issue, comments=[*issue.comments, body["body"]])
                return 201, {}
        return 405, None

    def _jql(self, body: dict[str, Any], start: str, tokens: bool) -> Answer:
        jql = body["jql"]
        labels = re.findall(r'labels = "([^"]+)"', jql)
        found = [each for each in self.tickets.visible() if all(label in each.labels for label in labels)]
        if since := re.search(r'updated >= "-(\d+)m"', jql):
            found = [each for each in found if each.updated >= (self.tickets.clock.now - int(since[1]) * 60) * 1000]
        first, size = int(start), 50
        page = [jira_issue(each) for each in found[first : first + size]]
        if not tokens:
            return 200, {"issues": page, "total": len(found), "startAt": first}
        more = {"nextPageToken": str(first + size)} if first + size < len(found) else {"isLast": True}
        return 200, {"issues": page, **more}

    # -- GitHub and GitLab ----------------------------------------------------------------------

    def _github(self, path: str, query: Mapping[str, list[str]], body: dict[str, Any]) -> Answer:
        tickets = self.tickets
        match self.command, path.split("/"):
            case "GET", [""]:
                return 200, {"has_issues": True, "permissions": {"push": not tickets.labels_dropped}}
            case "GET", ["issues"]:
                return 200, [github_issue(each) for each in self._listed(query, "since")]
            case "POST", ["issues"]:
                assigned = "".join(body.get("assignees", ()))
                issue = tickets.add(body["title"], body["body"], body["labels"], assignee=assigned)
                return 201, github_issue(issue)
            case command, ["issues", number, *rest]:
                issue = tickets.issues.get(int(number))
                if issue is None:
                    return 404, {"message": "Not Found"}
                match command, rest:
                    case "GET", []:
                        return 200, github_issue(issue)
                    case "PATCH", []:
                        values = {name: body[name] for name in ("title", "body", "labels") if name in body}
                        if "state" in body:
                            values["status"] = body["state"]
                        if "assignees" in body:
                            values["assignee"] = "".join(body["assignees"])
                        tickets.change(issue, **values)
                        return 200, github_issue(issue)
                    case "GET", ["comments"]:
                        return 200, [{"body": each} for each in issue.comments]
                    case "POST", ["comments"]:
                        tickets.change(issue, comments=[*issue.comments, body["body"]])
                        return 201, {}
        return 404, None

    def _gitlab(self, path: str, query: Mapping[str, list[str]], body: dict[str, Any]) -> Answer:
        tickets = self.tickets
        match self.command, path.split("/"):
            case "GET", [""]:
                return 200, {"issues_enabled": True}
            case "GET", ["issues"]:
                return 200, [gitlab_issue(each) for each in self._listed(query, "updated_after")]
            case "POST", ["issues"]:
                assigned = "".join(map(str, body.get("assignee_ids", ())))
                issue = tickets.add(body["title"], body["description"], body["labels"].split(","), assignee=assigned)
                return 201, gitlab_issue(issue)
            case command, ["issues", number, *rest]:
                issue = tickets.issues.get(int(number))
                if issue is None:
                    return 404, {"message": "404 Not found"}
                match command, rest:
                    case "GET", []:
                        return 200, gitlab_issue(issue)
                    case "PUT", []:
                        values = {}
                        if "title" in body:
                            values["title"] = body["title"]
                        if "description" in body:
                            values["body"] = body["description"]
                        if "labels" in body:
                            values["labels"] = body["labels"].split(",")
                        if "state_event" in body:
                            values["status"] = "closed" if body["state_event"] == "close" else "open"
                        if "assignee_ids" in body:
                            values["assignee"] = "".join(str(each) for each in body["assignee_ids"] if each)
                        tickets.change(issue, **values)
                        return 200, gitlab_issue(issue)
                    case "GET", ["notes"]:
                        return 200, [{"body": each} for each in issue.comments]
                    case "POST", ["notes"]:
                        tickets.change(issue, comments=[*issue.comments, body["body"]])
                        return 201, {}
        return 404, None

    def _listed(self, query: Mapping[str, list[str]], since: str) -> list[Issue]:
        found = list(self.tickets.visible())
        for label in query.get("labels", []):
            found = [each for each in found if label in each.labels]
        if since in query:
            at = datetime.datetime.fromisoformat(query[since][0]).timestamp() * 1000
            found = [each for each in found if each.updated >= at]
        if "desc" in (query.get("direction", []) + query.get("sort", [])):
            found = found[::-1]
        page, size = int(query["page"][0]), int(query["per_page"][0])
        return found[(page - 1) * size : page * size]

    # -- a taker of webhooks --------------------------------------------------------------------

    def _hook(self, raw: bytes) -> Answer:
        tickets = self.tickets
        headers = {name.lower(): value for name, value in self.headers.items()}
        if tickets.gone:
            return 410, None
        try:
            id = check_standard(SECRET, headers, raw, tickets.clock.now)
        except NotVerified as error:
            return 400, {"message": str(error)}
        if id in tickets.received:
            tickets.repeated += 1
        else:
            tickets.received[id] = json.loads(raw)
        return 200, {"ref": f"W-{sorted(tickets.received).index(id)}"} if id.startswith("ticket-") else None


@contextmanager
def serving(clock: Clock) -> Iterator[tuple[Tickets, str]]:
    """A ticket system, and its address."""
    tickets = Tickets(clock)
    handler = type("Bound", (Handler,), {"tickets": tickets})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]  # who has gone is no news
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield tickets, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
