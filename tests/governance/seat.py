"""Where a case is tried: a project of its sort, a folder of runs of its own, and several people who call."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from runbook.engine.identity import system_user
from tests.cli.conftest import PROJECT, Desk, Result
from tests.governance.case import BO, FORM, HOME, KEYS, ME, PASS, RUN, Call, Case

LOGIN = system_user().name
_ALWAYS = {"from": "2001-01-01", "to": "2099-12-31"}
TEAM: Mapping[str, Any] = {
    "ana": {"capabilities": {"linux": 3}, "roles": ["change-approver", "on-call"]},
    BO: {
        "users": [LOGIN],
        "capabilities": {"linux": 1},
        "roles": ["on-call"],
        "manager": "ivan",
        "wip": 1,
        "substitutes": [{"person": "kit", "for": ["perform"], **_ALWAYS}],
    },
    "cy": {},
    "dee": {"roles": ["porter"], "substitutes": [{"person": BO, "from": "2001-01-01", "to": "2001-01-31"}]},
    "eli": {"roles": ["signer"], "substitutes": [{"person": BO, **_ALWAYS}]},
    "fay": {"roles": ["keeper"], "substitutes": [{"person": BO, "for": ["approve"], **_ALWAYS}]},
    "gus": {"roles": ["signer", "porter", "keeper"], "capabilities": {"postgres": 1}},
    "hal": {"roles": ["it-manager"]},
    "ivan": {"roles": ["it-manager", "change-approver", "on-call"]},
    "kit": {},
    "zoe": {"users": [f"{LOGIN}-too"]},
}
PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "team": TEAM,
    "pull": TEAM,
    "stranger": {"ana": {}, "ivan": {}},
    "namesake": {**TEAM, BO: {}, LOGIN: {"users": ["somebody-else"]}},
}
"""Who is known, by sort of project; somebody who does not say how they log in does so by their id."""
TEAMS: Mapping[str, Any] = {"infra": {"lead": "ivan", "members": ["ana", BO]}, "desk": {"members": ["cy"]}}
BEGUN = "2020-01-06 08:00"
"""When what stands on paper began."""


def projects(root: Path, cases: Mapping[str, Case]) -> dict[str, Path]:
    """A project for each sort of people that is known, with the processes of the cases."""
    made = {}
    for sort, people in PEOPLE.items():
        folder = root / (sort or "nobody") / "project"
        shutil.copytree(PROJECT, folder)
        files = {f"operations/people/{id}.yaml": each for id, each in people.items()}
        if people:
            there = {name: {**team, "members": [each for each in team["members"] if each in people]}
                     for name, team in TEAMS.items()}  # fmt: skip
            if sort == "pull":
                there["infra"]["pull"] = "strict"
            files["operations/teams.yaml"] = {"teams": there}
        files["processes/gov/group.yaml"] = {"title": "Governed", "owner": "infra"}
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(yaml.safe_dump(data))
        for name, case in cases.items():
            if case.text and case.people == sort:
                (folder / process_file(name)).write_text(process_text(case.text))
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)  # who wrote a process is asked of git
        made[sort] = folder
    return made


def slug(name: str) -> str:
    """The name of a case as a process may be called."""
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-").replace("--", "-")


def process_file(name: str) -> str:
    """Where the process of a case stands."""
    return f"processes/gov/{slug(name)}.yaml"


def process_text(text: str) -> str:
    """The process in which a case is tried."""
    steps = "steps:\n" if text.lstrip().startswith("- ") else ""
    return f"runbook: 1\ntitle: Tried\n{steps}{text}".replace(ME, LOGIN)


@dataclass
class Seat:
    """One case where it is tried, by whoever the tests run as."""

    name: str
    case: Case
    desk: Desk
    keys: Path
    run: str = ""

    @property
    def me(self) -> str:
        """Who tries it, as the run knows them."""
        return BO if BO in PEOPLE[self.case.people] and self.case.people != "namesake" else LOGIN

    @property
    def process(self) -> str:
        """The process in which it is tried."""
        return self.case.process or f"gov/{slug(self.name)}"

    def filled(self, text: str) -> str:
        """The text with what its words in capitals stand for."""
        stands = {RUN: self.run, FORM: str(self.form_path), HOME: str(self.desk.home), KEYS: str(self.keys)}
        for word, value in (*stands.items(), (ME, self.me)):
            text = text.replace(word, value)
        return text

    def lay_out(self) -> None:
        """Put the files there that the case speaks of."""
        self.desk.home.mkdir(exist_ok=True)
        for name, content in self.case.files.items():
            (self.desk.home / name).write_bytes(content)

    def call(self, words: Call, login: str = "") -> Result:
        """One call of the command line, by whoever logs in so; by whoever tries it when nobody is named."""
        filled = [self.filled(word) for word in words]
        if not login:
            return self.desk.cli(*filled)
        with patch("runbook.engine.identity.user_name", lambda number: login):
            return self.desk.cli(*filled)

    def begin(self) -> None:
        """A run that has come to where the case begins."""
        self.lay_out()
        if not self.case.step and not self.case.before and not self.case.transcribed:
            return
        if self.case.transcribed:
            result = self.call(("import-record", str(self.form(self.case.paper or ()))))
            assert result.code == 0, result.err
            self.run = self.desk.status()["run"]
        else:
            inputs = [word for name, value in self.case.inputs.items() for word in ("-i", f"{name}={value}")]
            result = self.call(("run", self.process, "--yes", "--json", *inputs, *self.case.begun))
            assert result.out, result.err
            self.run = result.last["run"]
        for login, *words in self.case.before:
            if words[0] == PASS:
                time.sleep(float(words[1]))
                continue
            result = self.call(tuple(words), login)
            assert result.code in (0, 1, 4), f"{words}: {result.err}"

    def journal(self) -> dict[str, Any]:
        """What has happened in every run, without the sittings at it."""
        known = self.desk.cli("runs", "--json").json
        return {each["run"]: self.desk.events(each["run"]) for each in known}

    @contextmanager
    def changed(self) -> Iterator[None]:
        """The process is another one meanwhile, where the case says so."""
        file = self.desk.folder / process_file(self.name)
        before = file.read_text() if self.case.later else ""
        if self.case.later:
            file.write_text(process_text(self.case.later))
        try:
            yield
        finally:
            if before:
                file.write_text(before)

    def answers(self, *, with_told: bool) -> Path:
        """The answers file that says what the case forbids, after what was told before."""
        given: dict[str, list[Any]] = {}
        for step, answer in (self.case.told or {}).items() if with_told else ():
            given[step] = [answer]
        given.setdefault(self.case.step, []).append(self.case.answer)
        text = json.dumps({step: each if len(each) > 1 else each[0] for step, each in given.items()})
        return self.desk.answers(self.filled(text))

    # -- from paper -----------------------------------------------------------------------------

    @property
    def form_path(self) -> Path:
        """Where the form lies."""
        return self.desk.home / "form.yaml"

    def form(self, rows: tuple[Mapping[str, Any], ...]) -> Path:
        """The form of the process, filled in with these rows, ten minutes one after the other."""
        inputs = [word for name, value in self.case.inputs.items() for word in ("-i", f"{name}={value}")]
        printed = self.desk.cli("print", self.process, "--form", "yaml", *inputs)
        assert printed.code == 0, printed.err
        head = yaml.safe_load(printed.out.partition("rows:")[0])
        head |= {"started_by": self.me, "started_at": BEGUN, **self.case.head}
        head["rows"] = [
            {"by": self.me, "at": f"{8 + number // 6:02}:{number % 6}9", **row} for number, row in enumerate(rows)
        ]
        text = self.filled(json.dumps(head))
        self.form_path.write_text(yaml.safe_dump(json.loads(text), sort_keys=False))
        return self.form_path

    def row(self) -> Mapping[str, Any]:
        """What the case forbids, as a row of a form."""
        answer = self.case.answer
        if isinstance(answer, str):
            return {"step": self.case.step, "answer": answer}
        row = {"step": self.case.step, **{name: answer[name] for name in ("by", "reason", "fields") if name in answer}}
        words = {"approve": ("reject", "approve"), "confirm": ("send-back", "confirm")}
        for name, said in words.items():
            if name in answer:
                return {**row, "answer": said[answer[name]]}
        return {**row, "answer": answer.get("choose") or answer.get("outcome", "done")}
