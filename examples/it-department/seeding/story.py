"""Half a year, week by week: what comes in, what is planned, what burns, and how it stands at the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from runbook import app
from runbook.app.rota import department_log
from runbook.operations import commands as c
from runbook.operations.local_time import week_name
from runbook.operations.plans import Plan, commit, plans_in
from runbook.operations.zones import zone
from seeding.crew import Crew, Job, Work
from seeding.ending import ending
from seeding.following import follow
from seeding.handling import Handling
from seeding.stage import DAY, HOUR, Stage
from seeding.wishes import ASKED, INCIDENT, LEADS, NIGHTS, PROJECTS, RULES, STARTERS, WISHES, Project, Wish

_A_DAY = 6.5
"""How many things come in on a usual day."""
_PATCH = Wish("change", "", 0, 5.0, "infra", "servers/patch-server", planned=True)
_FIREWALL = Wish("change", "", 0, 4.0, "infra", "network/firewall-change", planned=True)
_STARTER = Wish("request", "", 0, 5.0, "support", "desk/new-starter", severity="minor", planned=True)
_LEAVER = Wish("request", "", 0, 2.0, "support", "desk/leaver", severity="moderate")
_SERVER = Wish("request", "", 0, 7.0, "infra", "servers/new-server", severity="minor", planned=True)
_DUTIES = {
    "backup/backup-check": ("bo", "cy", 0.5),
    "backup/restore-test": ("bo", "bo", 2.0),
    "management/access-review": ("dora", "emil", 6.0),
}
"""Who does a duty, who stands in, and how long it takes."""


@dataclass(slots=True)
class Story:
    """Everything that happens from `start` to `until`."""

    stage: Stage
    crew: Crew
    handling: Handling
    start: int
    until: int
    _starters: int = 0
    _planned: list[tuple[str, str, float]] = field(default_factory=list)
    """What could be planned: the item, its team, its days."""
    _under_way: list[tuple[str, Project, list[str]]] = field(default_factory=list)
    """The projects, each with its tasks that nobody has opened yet."""

    def write(self) -> None:
        """Put everything on the agenda that comes from outside, and let it happen."""
        week = 0
        for day in self.crew.days(self.start, self.until):
            self.stage.at(day, self.crew.begin_of_day)
            self._arrivals(day)
            self._duties(day)
            if (number := self.stage.wall(day).isocalendar()[1]) != week:
                week = number
                self.stage.at(day + 60, self._first_day)
        self._fires()
        self._projects()
        ending(self.stage, self.crew, self.handling, self.until)
        self.stage.play(self.until)

    # -- what comes in --------------------------------------------------------------------------

    def _arrivals(self, day: int) -> None:
        stage = self.stage
        many = sum(stage.happens(_A_DAY / 20) for _ in range(20))
        for _ in range(many):
            wish = stage.chance.choices(WISHES, [each.weight for each in WISHES])[0]
            when = day + int(stage.chance.triangular(-0.5, 8.5, 2.0) * HOUR)
            stage.at(when, lambda wish=wish: self._came(wish))

    def _came(self, wish: Wish) -> None:
        stage = self.stage
        id = self.handling.arrive(wish, stage.any(ASKED), requester=stage.any(ASKED))
        if wish.kind == "incident" and stage.happens(0.12):
            worse = {"moderate": "major", "minor": "moderate"}.get(wish.severity, "moderate")
            stage.at(stage.now + HOUR, lambda: self._judged_anew(id, worse))

    def _judged_anew(self, id: str, severity: str) -> None:
        if self.stage.item(id).is_open:
            self.stage.ask("dora", id, c.Classify({"severity": severity}, "more people are hit than was said"))

    # -- what is planned ------------------------------------------------------------------------

    def _first_day(self) -> None:
        """What is to be done in the week, and its plan: changes, tasks, starters, servers; and who swaps with whom."""
        stage = self.stage
        for _ in range(2):
            self._change(_PATCH, f"Updates of atlas-{stage.chance.randint(1, 6)}")
        self._change(_FIREWALL, f"Rule for {stage.any(RULES)}")
        self._tasks()
        if stage.happens(0.6):
            name = STARTERS[self._starters % len(STARTERS)]
            self._starters += 1
            day = stage.wall(stage.now + 9 * DAY).date().isoformat()
            self._planned_request(_STARTER, f"Workplace for {name}", {"person": name, "day": day}, "finance")
        if stage.happens(0.3):
            self._planned_request(_LEAVER, f"Leaver: {stage.any(STARTERS)}", {}, "finance")
        if stage.happens(0.45):
            self._planned_request(
                _SERVER, f"Server for Atlas, {stage.any(('builds', 'tests', 'previews'))}", {}, "atlas"
            )
        stage.at(stage.now + HOUR // 2, self._commit)
        if stage.happens(0.2) and stage.now < self.until - 28 * DAY:
            self._swap()

    def _planned_request(self, wish: Wish, title: str, fields: dict[str, str], by: str) -> None:
        id = self.handling.arrive(wish, by, title, fields=fields, requester=by)
        self._planned.append((id, wish.team, wish.hours / 8))

    def _commit(self) -> None:
        stage = self.stage
        open = {item.id for item in stage.worklist("ana").open_items()}
        self._planned = [each for each in self._planned if each[0] in open]
        week = week_name(stage.now, zone("Europe/Berlin"))
        for team, lead in LEADS.items():
            chosen = [each for each in self._planned if each[1] == team][:8]
            plan = Plan(week, team, tuple(each[0] for each in chosen), round(sum(each[2] for each in chosen), 2))
            if chosen:
                department_log(stage.workspace(lead)).record(
                    lambda events, now, plan=plan: commit(plan, open, plans_in(events))
                )

    def _swap(self) -> None:
        """Two exchange their weeks on call, where neither is on leave then."""
        from runbook.errors import RunbookError

        stage = self.stage
        first, second = (stage.wall(stage.now + days * DAY).date().isoformat() + "T12:00" for days in (9, 16))
        (rota,) = app.on_call(stage.workspace("ana"), "infra", first, 1)
        try:
            app.swap_on_call(stage.workspace(rota.shifts[0].person), "infra", first, second, "a birthday")
        except RunbookError:
            return
        stage.rota_changed()

    def _change(self, wish: Wish, title: str) -> None:
        stage = self.stage
        item = stage.open("ana", "change", title, process=wish.process, team=wish.team, item_class="standard")
        stage.ask("ana", item.id, c.Move("ready"))
        self._planned.append((item.id, "infra", wish.hours / 8))
        self.crew.queue("infra", (2.5, float(stage.now)), lambda person: self._carry_out(item.id, wish, person), True)

    def _carry_out(self, id: str, wish: Wish, person: str) -> Job:
        stage = self.stage
        stage.ask(person, id, c.Assign(person), c.Move("doing"))
        yield from follow(stage, self.crew, id, wish.process, person, stage.about(wish.hours, 0.3))
        stage.ask(person, id, c.Move("verify"))
        stage.ask("cy" if person != "cy" else "bo", id, c.Resolve("done", "", "fixed"))
        stage.at(stage.now + 3 * DAY, lambda: self._closed(id))
        if stage.happens(0.35 if wish is _FIREWALL else 0.06):
            (run,) = [link.id for link in stage.item(id).links if link.what == "run"]
            service, cause = ("network", "a rule too many") if wish is _FIREWALL else ("servers", "an update")
            stage.at(stage.now + int(stage.about(5) * HOUR), lambda: self._broke(run, id, service, cause))

    def _broke(self, run: str, change: str, service: str, cause: str) -> None:
        stage = self.stage
        title = "Since the change nothing goes through"
        wish = Wish("incident", title, 0, 3.0, "infra", INCIDENT, service, "major", cause)
        id = self.handling.arrive(wish, "atlas", caused_by=run, requester="atlas")
        stage.ask("ana", id, c.Connect("caused_by", "item", change))

    def _closed(self, id: str) -> None:
        if self.stage.item(id).status == "resolved":
            self.stage.ask("runbook", id, c.Close())

    # -- duties ---------------------------------------------------------------------------------

    def _duties(self, day: int) -> None:
        wall = self.stage.wall(day)
        at = [day - HOUR + 5]
        if wall.weekday() == 1 or (wall.day == 15 and wall.month % 3 == 1):
            at.append(day + 5)
        if wall.weekday() == 0 and wall.day <= 7:
            at.append(day + HOUR + 5)
        for when in at:
            if not self.stage.happens(0.04):  # or else nothing was running that could have opened them
                self.stage.at(when, self._open_duties)

    def _open_duties(self) -> None:
        stage = self.stage
        for each in app.open_duties(stage.workspace("runbook")).opened:
            process, id = each.occurrence.process, each.item
            if process == "management/service-review":
                self.crew.call("olga", self._duty(id, process, "olga", 3.0), 0.0)
                continue
            owner, other, hours = _DUTIES[process]
            away = stage.people[owner].away(stage.wall().date().isoformat())
            person = other if away or stage.happens(0.04) else owner
            if stage.happens(0.05) or stage.people[person].away(stage.wall().date().isoformat()):
                stage.at(stage.now + 2 * DAY, lambda id=id: self._given_up(id))
            else:
                job = self._duty(id, process, person, stage.about(hours, 0.15))
                stage.at(self.crew.opens() + 60, lambda person=person, job=job: self.crew.give(person, job))

    def _duty(self, id: str, process: str, person: str, hours: float) -> Job:
        stage = self.stage
        taken = [] if stage.item(id).accountable == person else [c.Assign(person)]
        stage.ask(person, id, *taken, c.Move("doing"))
        yield from follow(stage, self.crew, id, process, person, hours)
        stage.ask(person, id, c.Resolve("done"), c.Close())

    def _given_up(self, id: str) -> None:
        if self.stage.item(id).is_open:
            self.stage.ask("ana", id, c.Withdraw("nobody had the time"))

    # -- what burns, and what takes weeks -------------------------------------------------------

    def _fires(self) -> None:
        """A critical incident every week or two, at any hour; every third is called worse than it is."""
        stage, at = self.stage, self.start + 3 * DAY
        while at < self.until - 3 * DAY:
            title, service, cause = stage.any(NIGHTS)
            stage.at(at, lambda title=title, service=service, cause=cause: self._fire(title, service, cause))
            at += int(stage.chance.uniform(4, 12) * DAY)

    def _fire(self, title: str, service: str, cause: str) -> None:
        stage = self.stage
        id = self.handling.burn(title, service, cause)
        if stage.happens(0.5):
            stage.at(stage.now + 3 * DAY, lambda: self._review(id, title, service))
        if stage.happens(0.3):
            stage.at(stage.now + 20 * 60, lambda: self._judged_down(id))

    def _judged_down(self, id: str) -> None:
        if self.stage.item(id).is_open:
            words = {"severity": "major", "class": "standard", "impact": "department", "urgency": "high"}
            self.stage.ask("ana", id, c.Classify(words, "only one team is hit"))

    def _review(self, id: str, title: str, service: str) -> None:
        stage = self.stage
        wish = Wish("problem", f"Why: {title.lower()}", 0, 3.0, "infra", "incidents/incident-review", service)
        item = stage.open("ana", "problem", wish.title, process=wish.process, service=service, team="infra")
        stage.ask("ana", item.id, c.Connect("relates", "item", id), c.Move("ready"))
        self.crew.queue(
            "infra", (3.5, float(stage.now)), lambda person: self.handling.handle(item.id, wish, person), True
        )

    def _projects(self) -> None:
        at, number = self.start + DAY, 0
        while at < self.until - 7 * DAY:
            again, place = divmod(number, len(PROJECTS))
            title = PROJECTS[place].title + (f", part {again + 1}" if again else "")
            project = replace(PROJECTS[place], title=title)
            self.stage.at(self.crew.opens(at) + HOUR, lambda project=project: self._project(project))
            at, number = at + 15 * DAY, number + 1

    def _project(self, project: Project) -> None:
        stage, lead = self.stage, LEADS[project.team]
        item = stage.open(
            lead, "project", project.title, team=project.team, to=lead, budget_days=project.days,
            requester="olga", service=project.service,
        )  # fmt: skip
        half, end = (stage.now + weeks * 7 * DAY for weeks in (3, 7))
        stage.ask(lead, item.id, c.SetMilestone("Half of it", half), c.SetMilestone("All of it", end), c.Move("ready"))
        self._under_way.append((item.id, project, list(project.tasks)))

    def _tasks(self) -> None:
        """The next task of each project, as long as there is one."""
        stage = self.stage
        for id, project, left in self._under_way:
            if not left:
                continue
            lead, title = LEADS[project.team], left.pop(0)
            item = stage.open(lead, "project_task", title, parent=id, team=project.team, milestone="All of it")
            stage.ask(lead, item.id, c.Move("ready"))
            self._planned.append((item.id, project.team, 2.5))
            last = not left
            self.crew.queue(
                project.team, (2.4, float(stage.now)),
                lambda person, item=item.id, id=id, last=last: self._at_task(item, id, last, person), True,
            )  # fmt: skip

    def _at_task(self, id: str, project: str, last: bool, person: str) -> Job:
        stage = self.stage
        stage.ask(person, id, c.Assign(person), c.Move("doing"))
        yield Work(stage.about(20.0 if stage.item(id).team == "infra" else 10.0, 0.4))
        stage.ask(person, id, c.Resolve("done", "seen by the lead"), c.Close())
        if last:
            lead = stage.item(project).accountable
            stage.ask(lead, project, c.Resolve("all tasks are done", "accepted by those who asked"), c.Close())
