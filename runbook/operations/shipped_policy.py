"""What a department goes by that has written nothing: critical within 24 hours, moderate within 72; ladders, calendars.

Rule 1: it is pinned with each item like any file, so a newer version of the program changes nothing for open items.
"""

from __future__ import annotations

from typing import Any

SHIPPED: dict[str, Any] = {
    "version": 1,
    "severities": {
        "critical": {"priority": "P1", "examples": ["server down", "system unavailable to all"]},
        "major": {"priority": "P2", "examples": ["degraded, a workaround exists"]},
        "moderate": {"priority": "P3", "examples": ["one person or one function affected"]},
        "minor": {"priority": "P4", "examples": ["cosmetic, or a question"]},
    },
    "matrix": {
        "organisation": ["P1", "P1", "P2", "P4"],
        "department": ["P1", "P2", "P3", "P4"],
        "person": ["P2", "P3", "P3", "P4"],
    },
    "agreements": [
        {
            "id": "default",
            "type": "sla",
            "match": {"kind": ["incident", "request"]},
            "clocks": {
                "respond": {"start": "opened", "stop": "first_response"},
                "resolve": {
                    "start": "opened",
                    "stop": "resolved",
                    "pause_on": ["waiting_requester", "waiting_supplier_agreed"],
                },
                "update": {"start": "opened", "restart_on": "update_sent", "stop": "resolved"},
            },
            "targets": {
                "critical": {
                    "respond": {"in": "30m", "calendar": "always"},
                    "resolve": {"in": "24h", "calendar": "always"},
                    "update": {"in": "2h", "calendar": "always"},
                },
                "major": {
                    "respond": {"in": "2h", "calendar": "office"},
                    "resolve": {"in": "16h", "calendar": "office"},
                },
                "moderate": {
                    "respond": {"in": "4h", "calendar": "office"},
                    "resolve": {"in": "72h", "calendar": "always"},
                },
                "minor": {
                    "respond": {"in": "8h", "calendar": "office"},
                    "resolve": {"in": "80h", "calendar": "office"},
                },
            },
            "warn_at": ["50%", "80%"],
            "on_retarget": "restate",
            "restate_floor": "30m",
            "reopen": {"within": "5bd", "mode": "continue"},
            "objective": {"attainment": "95%", "window": "90d"},
        }
    ],
}
"""The whole of `operations/policies/sla.yaml` as if it had been written."""

LADDERS: dict[str, Any] = {
    "ladders": {
        "default": {
            "match": {"kind": ["incident", "request"]},
            "rungs": [
                {"id": "nudge", "at": "50% resolve", "notify": ["assignee"]},
                {"id": "warn", "at": "80% resolve", "notify": ["assignee", "manager_of:assignee"]},
                {
                    "id": "late",
                    "at": "100% resolve",
                    "notify": ["manager_of:assignee", "requester"],
                    "type": "hierarchical",
                },
            ],
        }
    }
}
"""The whole of `operations/policies/escalation.yaml` as if it had been written."""

CALENDARS: dict[str, Any] = {
    "always": {"title": "Day and night", "timezone": "UTC", "hours": {"all": ["00:00-24:00"]}},
    "office": {"title": "Office hours", "timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}},
}
"""The calendars of a department that has written none of that name."""

FILES: dict[str, Any] = {
    "operations/policies/sla.yaml": SHIPPED,
    "operations/policies/escalation.yaml": LADDERS,
    **{f"operations/calendars/{id}.yaml": calendar for id, calendar in CALENDARS.items()},
}
"""All of that, by the paths where it would stand."""
