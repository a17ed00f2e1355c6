"""`port`: read, planned without a network, and carried out against a real port."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from runbook_port import KIND, work

from runbook.kind import WorkFailed, kinds_of
from runbook.kinds import builtin
from runbook.testing import Story, plan_from

PROCESS = """\
runbook: 1
title: A story
inputs: {number: {type: integer}}
steps:
  - {id: look, title: Look, port: {host: db1, port: "{{ inputs.number }}"}}
"""


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine at which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_port_is_looked_at_that_the_run_was_started_with() -> None:
    kinds = kinds_of([*builtin(), KIND])
    story = Story(plan_from({"g/main": PROCESS}, kinds)).start(number=5432)

    story.claim()

    act = story.state.steps["look"].act
    assert act["request"] == {"host": "db1", "port": 5432, "patience": 5.0}
    assert act["shown"] == "nc -z db1 5432"


def test_a_port_that_answers_is_timed(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    work({"host": "127.0.0.1", "port": port, "patience": 5.0})

    assert json.loads(capsys.readouterr().out)["milliseconds"] < 5000


def test_a_port_that_does_not_answer_is_a_failure(port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        number = closed.getsockname()[1]

    with pytest.raises(WorkFailed, match=f"127.0.0.1 does not answer at port {number}: .*refused"):
        work({"host": "127.0.0.1", "port": number, "patience": 5.0})
