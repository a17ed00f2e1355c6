"""Notes at any time, also after the end, and the people they name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook.errors import Conflict
from runbook.organisation import NOBODY, organisation_of
from runbook.run.mentions import mentioned, mentions
from runbook.testing import Story

Tell = Callable[..., Story]
PEOPLE = {
    "ana": {"name": "Ana", "users": ["asilva"]},
    "bo": {"name": "Bo"},
    "teams": {"teams": {"infra": {"title": "Infra", "members": ["bo"]}}},
}
ONE = "- {id: a, title: A, manual: A}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ana look", ["ana"]),
        ("see @ana, @bo.", ["ana", "bo"]),
        ("(@ana)", ["ana"]),
        ("@ana @ana", ["ana"]),
        ("@ana-maria's", ["ana-maria"]),
        ("mail ana@example.com", []),
        ("a@b @", []),
        ("@@ana", []),
        ("@ana@host", []),
        ("@" + "a" * 100, []),
    ],
    ids=lambda value: str(value)[:20],
)
def test_who_is_named_in_a_text(text: str, named: list[str]) -> None:
    assert mentions(text, NOBODY) == named


def test_where_people_are_described_those_there_are_count_by_their_id() -> None:
    data = {"people": {"ana": PEOPLE["ana"], "bo": PEOPLE["bo"]}, "teams": {"infra": {"members": ["bo"]}}}

    assert mentions("@asilva @bo @infra @nobody @ana", organisation_of(data)) == ["ana", "bo", "infra"]


def test_no_more_names_are_kept_than_anybody_reads() -> None:
    assert len(mentions(" ".join(f"@a{number}" for number in range(1000)), NOBODY)) == 50


def test_who_is_named_finds_it_also_by_their_team_and_not_what_they_wrote_themselves(tell: Tell) -> None:
    story = tell(ONE, people=PEOPLE).start()
    story.note("@bo please", "a")
    story.wait("1m")
    story.note("@infra and @ana")
    story.hand_over("bo", "@ana knows")

    assert [(each["step"], each["text"]) for each in mentioned(story.state, "bo")] == [
        ("a", "@bo please"), ("", "@infra and @ana"),
    ]  # fmt: skip
    assert [each["text"] for each in mentioned(story.state, "ana")] == ["@infra and @ana", "@ana knows"]
    assert list(mentioned(story.state, "ada")) == []
    assert story.events[-1].event.data["mentions"] == ["ana"]


def test_notes_and_files_are_taken_after_the_end_and_change_nothing(tell: Tell) -> None:
    story = tell(ONE).start()
    story.answer("a")
    ended = story.state.ended_at
    story.wait("1h")

    story.note("Nobody had told us", "a")
    story.note("It went well")
    story.attach("a", "photo.jpg")
    story.attach("", "report.pdf")

    assert (story.status, story.state.ended_at) == ("succeeded", ended)
    assert [each["text"] for each in story.state.steps["a"].notes] == ["Nobody had told us"]
    assert [each["name"] for each in story.state.evidence] == ["report.pdf"]
    assert [each["name"] for each in story.replayed().evidence] == ["report.pdf"]
    with pytest.raises(Conflict, match="has ended"):
        story.hand_over("bo", "yours")


def test_what_was_noted_after_the_end_does_not_stand_in_the_way_of_more(tell: Tell) -> None:
    story = tell("- {id: a, title: A, manual: A, undo: Take it back}").start()
    story.answer("a", "failed", reason="no")
    story.note("Once more then")
    story.retry()

    story.answer("a")

    assert story.status == "succeeded"
