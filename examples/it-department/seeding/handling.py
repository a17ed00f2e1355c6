"""How an item is handled, from the first answer to the end: with waits, blocks, concerns, hand-overs, and second tries.

Rule 1: every way through ends by the engine's rules: a proof, no open concern, and a run where a process was followed.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook.operations import commands as c
from seeding import following
from seeding.crew import Crew, Job, Off, Work
from seeding.stage import DAY, HOUR, Stage
from seeding.wishes import ANSWERS, CONCERNS, INCIDENT, LEADS, MAJOR, Wish

_EFFORT = {"infra": 2.2, "support": 1.5}
"""How much longer things take than whoever begins them thinks."""
_PRIORITY = {"critical": 1.0, "major": 2.0, "moderate": 3.0, "minor": 4.0}


@dataclass(slots=True)
class Handling:
    """Handles the items of a department."""

    stage: Stage
    crew: Crew

    def arrive(self, wish: Wish, by: str, title: str = "", **words: object) -> str:
        """Somebody asks for something; a person answers, and puts it on the board."""
        stage = self.stage
        scope: dict[str, object] = {"scope": "out", "to": "dora"} if wish.outside else {}
        if wish.process == INCIDENT:
            scope["fields"] = {"what": title or wish.title}
        item = stage.open(
            by, wish.kind, title or wish.title, process=wish.process, service=wish.service,
            severity=wish.severity if wish.kind != "question" else "", team=wish.team,
            demand="planned" if wish.planned else "", **{**scope, **words},
        )  # fmt: skip
        wait = stage.about(0.5, 0.9) * HOUR * (4 if stage.happens(0.05) else 1)
        stage.at(self.crew.opens() + int(min(wait, 9 * HOUR)), lambda: self._answer(item.id, wish))
        return item.id

    def _answer(self, id: str, wish: Wish) -> None:
        stage = self.stage
        clerk = next((each for each in ("emil", "dora", "ana", "cy") if self.crew.there(each, stage.now)), "")
        if not clerk:
            stage.at(self.crew.opens(stage.now + HOUR), lambda: self._answer(id, wish))
            return
        stage.ask(clerk, id, c.Respond(stage.any(ANSWERS)), c.Move("ready"))
        if wish.outside and stage.happens(0.5):
            note = "not ours: it belongs to the application"
            stage.ask(clerk, id, c.HandOver("olga", note, "atlas", "not_ours"))
            stage.ask("olga", id, c.Resolve("handed to the Atlas team", "they have confirmed it", "not_ours"))
            return
        key = (_PRIORITY.get(wish.severity, 3.0), float(stage.now))
        self.crew.queue(wish.team, key, lambda person: self.handle(id, wish, person), wish.planned)

    def handle(self, id: str, wish: Wish, person: str) -> Job:
        """The work of one person at one item."""
        stage, hours = self.stage, self.stage.about(wish.hours * (1 if wish.planned else _EFFORT[wish.team]))
        item = stage.item(id)
        stage.ask(person, id, *([c.Assign(person)] if item.accountable != person else []), c.Move("doing"))
        if wish.team == "support" and wish.kind == "incident" and stage.happens(0.15):
            yield Work(0.3)
            yield from self._pass_on(id, wish, person)
            return
        if wish.process and following.known(wish.process):
            yield from following.follow(stage, self.crew, id, wish.process, person, hours)
        else:
            yield Work(hours * 0.4)
            yield from self._interlude(id, person)
            yield Work(hours * 0.6)
        self._end(id, wish, person)

    def _pass_on(self, id: str, wish: Wish, person: str) -> Job:
        stage = self.stage
        stage.ask(person, id, c.AddNote("it is not the workplace: the server does not answer"))
        stage.ask(person, id, c.Classify({"team": "infra"}, "the cause is on their side"), c.Move("ready"))
        key = (_PRIORITY.get(wish.severity, 3.0), float(stage.now))
        theirs = Wish(wish.kind, wish.title, 0, wish.hours, "infra", "", wish.service, wish.severity, wish.cause)
        self.crew.queue("infra", key, lambda other: self.handle(id, theirs, other))
        yield Work(0.1)

    def _interlude(self, id: str, person: str) -> Job:
        """What comes between: a question to the requester, a supplier, a concern, a colleague, a hand-over."""
        stage, chance = self.stage, self.stage.chance.random()
        blocks = ("supplier", "dependency", "approval")
        if chance < 0.14:
            until = stage.now + int(stage.about(20) * HOUR)
            party = stage.item(id).requester
            stage.ask(person, id, c.Await("waiting_requester", party, stage.now + 4 * DAY))
            yield Off(min(until, stage.now + 3 * DAY))
            if stage.item(id).waiting is not None:
                stage.ask(person, id, c.Proceed())
        elif chance < 0.24:
            reason = stage.any(blocks)
            stage.ask(person, id, c.Hinder(reason, "shop", "they look into it", stage.now + DAY))
            yield Off(stage.now + int(stage.about(26) * HOUR))
            if stage.item(id).blocked is not None:
                stage.ask(person, id, c.Unblock())
        elif chance < 0.29:
            item = stage.ask(person, id, c.RaiseConcern(stage.any(CONCERNS), "moderate"))
            lead = LEADS.get(item.team, "ivan")
            yield Work(0.3)
            answer = stage.any(("accept", "act", "escalate"))
            stage.ask(lead if lead != person else "ivan", id, c.AnswerConcern(item.flags[-1].id, answer, "noted"))
        elif chance < 0.36:
            other = stage.any([each for each, team in self.crew.teams.items() if each != person])
            stage.ask(other, id, c.Help(other))
        elif chance < 0.46:
            stage.ask(person, id, c.SendUpdate("we have found it, and are at it", stage.item(id).requester))

    def _end(self, id: str, wish: Wish, person: str) -> None:
        stage = self.stage
        if not stage.item(id).is_open:
            return
        how = stage.one_of(("fixed", 0.8), ("workaround", 0.15), ("no_fault", 0.05)) if wish.kind == "incident" else ""
        stage.ask(person, id, c.Resolve("done", "the requester has tried it", how, wish.cause))
        if stage.happens(0.04):
            stage.at(self.crew.opens(stage.now + int(stage.about(18) * HOUR)), lambda: self._again(id, wish))
        else:
            stage.at(stage.now + 3 * DAY, lambda: self._close(id))

    def _again(self, id: str, wish: Wish) -> None:
        """It was not done after all."""
        stage, item = self.stage, self.stage.item(id)
        if item.status == "resolved" and self.crew.there(LEADS[wish.team], stage.now):
            stage.ask(LEADS[wish.team], id, c.Reopen("it is back", override="the requester waits"))
            again = Wish(
                wish.kind, wish.title, 0, wish.hours / 2, wish.team, "", wish.service, wish.severity, wish.cause
            )
            self.crew.queue(wish.team, (1.5, float(stage.now)), lambda person: self._second(id, again, person))

    def _second(self, id: str, wish: Wish, person: str) -> Job:
        if self.stage.item(id).accountable != person:
            self.stage.ask(person, id, c.HandOver(person, "the second try"))
        yield Work(self.stage.about(wish.hours))
        self._end(id, wish, person)

    def _close(self, id: str) -> None:
        if self.stage.item(id).status == "resolved":
            self.stage.ask("runbook", id, c.Close())

    # -- what burns -----------------------------------------------------------------------------

    def burn(self, title: str, service: str, cause: str, caused_by: str = "") -> str:
        """Something critical: whoever is on call drops everything else."""
        stage, crew = self.stage, self.crew
        words = {"caused_by": caused_by} if caused_by else {}
        day = crew.there("dora", stage.now)
        board = [each for each in stage.worklist("dora").open_items() if each.item_class == "expedite"]
        item = stage.open(
            "emil" if day else "olga", "incident", title, process=MAJOR, service=service, severity="critical",
            team="infra", item_class="standard" if board else "expedite", reason="all of Atlas stands still",
            impact="organisation", urgency="critical", **words,
        )  # fmt: skip
        person = self.on_call()
        wait = stage.about(0.2 if day else 0.35, 0.7)
        hours = stage.about(2.5, 0.9)
        stage.at(
            stage.now + int(wait * HOUR), lambda: crew.call(person, self._fight(item.id, person, hours, cause), hours)
        )
        return item.id

    def on_call(self) -> str:
        """Who is on call for the infrastructure."""
        from runbook import app

        (rota,) = app.on_call(self.stage.workspace("ana"), "infra", weeks=1)
        return next(each.person for each in rota.shifts if each.start <= self.stage.now < each.end)

    def _fight(self, id: str, person: str, hours: float, cause: str) -> Job:
        stage = self.stage
        if stage.happens(0.3):
            stage.ask(person, id, c.Acknowledge("oncall"))
        stage.ask(person, id, c.Respond("phone"), c.Assign(person), c.Move("doing"))
        run = following.major(stage, id, person)
        yield Work(hours / 2)
        stage.ask(person, id, c.SendUpdate("we know what it is, and bring it back", "atlas"))
        yield Work(hours / 2)
        following.major_over(stage, run, person, hours)
        stage.ask(person, id, c.SendUpdate("it is back", "atlas"))
        stage.ask(person, id, c.Resolve("brought back", "Atlas has opened a project", "fixed", cause))
        stage.at(stage.now + 3 * DAY, lambda: self._close(id))
