"""Procedures as people write them, the same for the same seed: longer texts with lists and tables, warnings, commands.

No two are alike: their lengths, the kinds of their steps and their sentences are drawn, so that whoever keeps what was
made of a text before gains as little as with the procedures of a real department. One in twenty is long.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

GROUPS = 20
_USED = "`{{ inputs.host }}` is as it was, and files are kept {{ inputs.keep }} days."


def _each(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


_VERBS = _each(
    "check, compare, copy, count, drain, empty, export, freeze, inspect, label, list, lock, measure, "
    "mount, move, note, open, patch, pause, promote, read, rebuild, remove, rename, renew, restart, "
    "restore, rotate, scan, stop, switch, tag, test, trim, update, verify, watch"
)
_NOUNS = _each(
    "access log, archive, backup job, battery, cache, certificate, cluster, container, database, disk, "
    "firewall, gateway, key store, load balancer, mail queue, message broker, mirror, network switch, "
    "node, object store, order service, partition, payment service, primary, proxy, queue, rack, replica, "
    "router, schedule, search index, server, snapshot, storage pool, table, tape library, ticket, user "
    "directory, volume, web server"
)
_PLACES = _each(
    "at the main site, behind the proxy, in the second rack, in the staging environment, of the billing "
    "team, of the night shift, of the oldest release, on the standby side, that customers see, that was "
    "changed last, with the highest load, with the longest history"
)
_REASONS = _each(
    "because nothing else shows it in time, before the next report is due, so that the way back stays "
    "open, unless the owner has agreed to wait, until the figures of both sides are equal, as long as the "
    "alarm is muted, when the last session has ended, even if the dashboard shows green, since the "
    "supplier asks for it, or stop and ask the owner"
)
_ADJECTIVES = _each(
    "busy, cold, damaged, empty, foreign, late, locked, missing, old, open, quiet, recent, slow, stale, unknown"
)


def write_procedures(root: Path, number: int, seed: int = 20_261_126) -> list[Path]:
    """Write a project with so many procedures; their files."""
    _write(root / "runbook.yaml", {"runbook": 1, "title": "A large department", "summary": "Made for measuring."})
    for group in range(GROUPS):
        about = {"title": f"Team {group}", "summary": f"What team {group} does.", "owner": f"team-{group:02}"}
        _write(root / f"processes/team-{group:02}/group.yaml", about)
    files = []
    for at in range(number):
        files.append(root / f"processes/team-{at % GROUPS:02}/procedure-{at:04}.yaml")
        _write(files[-1], _Author(random.Random(f"{seed} {at}")).procedure(at))
    return files


def _write(path: Path, content: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, width=110), "utf-8")


class _Author:
    """Writes one procedure after another from what chance gives."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._one_of = chance, chance.choice

    def procedure(self, number: int) -> dict[str, object]:
        """A whole procedure."""
        chance = self._chance
        steps = chance.randint(30, 60) if number % 20 == 7 else max(4, round(chance.gauss(9.5, 2.5)))
        return {
            "runbook": 1,
            "title": f"{self._order()} ({number})",
            "summary": self._sentence(),
            "description": "\n\n".join([self._paragraph(3), self._list(3), self._paragraph(2), self._table(4)]),
            "tags": chance.sample(_ADJECTIVES, 2),
            "change": self._one_of(("standard", "normal")),
            "use_when": [self._sentence() for _ in range(2)],
            "prerequisites": [self._sentence() for _ in range(chance.randint(2, 5))],
            "hazards": [{"text": self._sentence(), "step": "step-1"}],
            "references": [{"title": self._order(), "url": f"https://example.org/{number}"}],
            "roles": {"operator": {"summary": self._order()}, "owner": {"summary": self._order(), "not": "operator"}},
            "inputs": {
                "host": {"type": "string", "pattern": "^[a-z0-9.-]+$", "description": self._sentence()},
                "keep": {"type": "integer", "minimum": 1, "maximum": 90, "default": chance.randint(1, 90)},
            },
            "steps": [
                *(self._step(at, steps) for at in range(1, steps)),
                {"id": f"step-{steps}", "title": self._order(), **self._agree(steps)},
            ],
        }

    def _step(self, at: int, steps: int) -> dict[str, object]:
        """A step of some kind; a long procedure has the same mixture as a short one."""
        chance = self._chance
        kinds: tuple[tuple[Callable[[int], Mapping[str, object]], int], ...] = (
            (self._command, 5),
            (self._script, 4),
            (self._by_hand, 5),
            (self._form, 2),
            (self._look, 2),
            (self._agree, 1),
            (self._pause, 1),
            (self._fork if at + 2 <= steps else self._by_hand, 1),
        )
        make = chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        step = {"id": f"step-{at}", "title": self._order(), **make(at)}
        for name, share in (("warning", 0.15), ("caution", 0.1), ("note", 0.15), ("why", 0.3)):
            if chance.random() < share:
                step[name] = self._paragraph(chance.randint(1, 2))
        return step

    def _command(self, at: int) -> Mapping[str, object]:
        words = [f"{self._one_of(_VERBS)}ctl", self._one_of(_VERBS), "--target", "{{ inputs.host }}"]
        by_hand = {"manual": self._paragraph(2)} if self._chance.random() < 0.3 else {}
        return {"command": [*words, self._name()], "timeout": f"{self._chance.randint(1, 20)}m", **by_hand}

    def _script(self, at: int) -> Mapping[str, object]:
        lines = [f"{self._one_of(_VERBS)}ctl {self._name()} --days {{{{ inputs.keep }}}} > {self._name()}.txt"]
        lines += [
            f"grep -c '{self._one_of(_ADJECTIVES)}' {self._name()}.txt" for _ in range(self._chance.randint(0, 4))
        ]
        return {
            "shell": "\n".join(lines),
            "expect": {"contains": self._one_of(_ADJECTIVES)},
            "undo": {"shell": f"rm -f {self._name()}.txt"},
        }

    def _by_hand(self, at: int) -> Mapping[str, object]:
        parts = [self._paragraph(2), self._list(self._chance.randint(3, 5))]
        if self._chance.random() < 0.3:
            parts[0] += " It is about `{{ inputs.host }}`."
        if self._chance.random() < 0.3:
            parts.append(self._table(3))
        return {"manual": "\n\n".join(parts), "role": "operator"}

    def _form(self, at: int) -> Mapping[str, object]:
        fields = {
            "figure": {"title": self._order(), "type": "number", "unit": "ms", "min": 0, "max": 900},
            "state": {"title": self._order(), "type": "choice", "options": self._chance.sample(_ADJECTIVES, 3)},
            "remark": {"title": self._order(), "required": False},
        }
        return {"manual": {"text": self._paragraph(2), "fields": fields}}

    def _look(self, at: int) -> Mapping[str, object]:
        return {"verify": {"command": ["statusctl", self._name()], "every": "5s", "within": "5m"}}

    def _agree(self, at: int) -> Mapping[str, object]:
        return {"approval": {"role": "owner", "text": f"{self._paragraph(2)}\n\n{self._list(3)}\n\n{_USED}"}}

    def _pause(self, at: int) -> Mapping[str, object]:
        return {"wait": f"{self._chance.randint(1, 30)}m"}

    def _fork(self, at: int) -> Mapping[str, object]:
        ways = [
            {"id": "further", "title": self._order(), "goto": f"step-{at + 1}"},
            {"id": "skip", "title": self._order(), "goto": f"step-{at + 2}"},
        ]
        return {"decision": {"question": f"{self._order()}?", "options": ways}}

    def _order(self) -> str:
        return f"{self._one_of(_VERBS).capitalize()} the {self._one_of(_ADJECTIVES)} {self._one_of(_NOUNS)}"

    def _sentence(self) -> str:
        return f"{self._order()} {self._one_of(_PLACES)} {self._one_of(_REASONS)}."

    def _paragraph(self, sentences: int) -> str:
        """Sentences with a word in bold and a name as code; now and then with a link, or a word in italics."""
        said = [self._sentence() for _ in range(sentences)]
        more = ("", f" See [{self._order()}](https://example.org/a).", " Do it *twice*.")
        said[-1] += self._chance.choices(more, (84, 8, 8))[0]
        said[0] = f"{self._order()} **{self._one_of(_ADJECTIVES)}** and `{self._name()}` {self._one_of(_REASONS)}."
        return " ".join(said)

    def _list(self, items: int) -> str:
        numbered = self._chance.random() < 0.4
        return "\n".join(f"{f'{at}.' if numbered else '-'} {self._sentence()}" for at in range(1, items + 1))

    def _table(self, rows: int) -> str:
        lines = [f"| {self._one_of(_NOUNS)} | `{self._name()}` | {self._chance.randint(1, 900)} |" for _ in range(rows)]
        return "\n".join(["| what | where | most |", "| --- | --- | --- |", *lines])

    def _name(self) -> str:
        return f"{self._one_of(_ADJECTIVES)}-{self._one_of(_NOUNS).replace(' ', '-')}-{self._chance.randint(1, 9)}"
