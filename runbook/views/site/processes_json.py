"""`api/processes.json`: the procedures of the site for other programs, such as one that reminds of reviews."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runbook.views.site.card import Card

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.views.site.model import Site

PATH = "api/processes.json"


def processes_json(site: Site) -> str:
    """The text of the file: a mapping with one list, so that more can join it."""
    cards = sorted(site.cards.values(), key=lambda each: each.id)
    return json.dumps({"processes": [_entry(each, site) for each in cards]}, indent=1, ensure_ascii=False) + "\n"


def _entry(card: Card, site: Site) -> dict[str, Json]:
    usage = site.usage.get(card.id)
    last, success = (usage.last, usage.last_success) if usage else (None, None)
    return {
        "id": card.id,
        "title": card.title,
        "url": site.settings.base_url + card.page,
        "owner": card.owner,
        "practice": card.practice,
        "tags": list(card.tags),
        "review_due": card.review,
        "version": card.definition,
        "last_run": {"run": last.run, "status": last.status, "started_at": last.started_at} if last else None,
        "last_success": {"run": success.run, "ended_at": success.ended_at} if success else None,
        "freshness": site.freshness(card.id)[1],
    }
