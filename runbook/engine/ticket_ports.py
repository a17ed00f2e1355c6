"""Opens the way to a ticket system: the secret is fetched, and nothing that is written down may hold it.

Rule 1: a secret is fetched when something is to be sent or checked with it, and never kept on disk.
Rule 2: whatever comes from the other side goes through the veil before it is recorded or shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook.clauses import Secret
from runbook.engine.making_ready import Unready, fetched
from runbook.engine.masks import forms
from runbook.engine.supervisor.mask import MASK
from runbook.operations.integrations import Integration
from runbook.work.tickets.port import Access, NotTaken, Port

if TYPE_CHECKING:
    from runbook.kind import Kinds
    from runbook.outcome import Json


@dataclass(slots=True)
class Veil:
    """Takes secrets out of everything that is to be written down."""

    _forms: dict[bytes, None] = field(default_factory=dict)

    def hide(self, secret: str) -> None:
        """Let nothing show this secret from now on, in any of the forms it may be met in."""
        self._forms.update(dict.fromkeys(sorted(forms([secret]), key=len, reverse=True)))

    def text(self, text: str) -> str:
        """The text without secrets."""
        raw = text.encode("utf-8", "surrogatepass")
        for each in self._forms:
            if each in raw:
                raw = raw.replace(each, MASK)
        return raw.decode("utf-8", "surrogatepass")

    def json(self, value: Json) -> Any:
        """The value with all texts in it so."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(str(name)): self.json(each) for name, each in value.items()}
            case list() | tuple():
                return [self.json(each) for each in value]
        return value


@dataclass(frozen=True, slots=True)
class Ports:
    """Opens ticket systems for one project."""

    kinds: Kinds
    root: Path
    now: Callable[[], int]
    veil: Veil = field(default_factory=Veil)

    def access(self, integration: Integration, secret: str = "") -> Access:
        """Where the system is, and how it is spoken to."""
        words = integration.words
        return Access(
            url=integration.url,
            project=integration.project,
            secret=secret,
            user=integration.user,
            statuses=integration.pretended if integration.type in ("github", "gitlab") else (),
            closed=integration.closing,
            priorities=tuple(dict.fromkeys(words.get("priority", {}).values())),
            fields=integration.fields,
            root=str(self.root),
            ca=integration.ca,
            proxy=integration.proxy,
            link_local=integration.link_local,
        )

    def open(self, integration: Integration) -> Port:
        """A ticket system; `NotTaken` when its secret is not to be had."""
        from runbook.work.tickets.github import GitHub
        from runbook.work.tickets.gitlab import GitLab
        from runbook.work.tickets.jira import Jira
        from runbook.work.tickets.webhook import Webhook

        access = self.access(integration, self.secret(integration.id, integration.auth))
        match integration.type:
            case "jira":
                return Jira(access)
            case "github":
                return GitHub(access)
            case "gitlab":
                return GitLab(access)
        return Webhook(access, self.now)

    def secret(self, name: str, source: Mapping[str, Json]) -> str:
        """A secret from its source; empty when none is named."""
        if not source:
            return ""
        options = {option: value for option, value in source.items() if option != "from"}
        try:
            secret = fetched(Secret(name, str(source["from"]), options), self.kinds, self.root)
        except Unready as error:
            raise NotTaken(str(error)) from None
        secret = secret.strip("\r\n")
        self.veil.hide(secret)
        return secret
