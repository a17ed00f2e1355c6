"""What a field of the language forbids is refused through every way in, and leaves the journal as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.governance import case as forbidden
from tests.governance.cases import CASES
from tests.governance.seat import Seat
from tests.governance.ways import WAYS

Sit = Callable[[str], Seat]
TRIED = [(name, way) for name, case in CASES.items() for way in case.ways()]


@pytest.mark.parametrize(("name", "way"), TRIED, ids=[f"{name} [{way}]" for name, way in TRIED])
def test_what_is_forbidden_is_refused(
    sit: Sit, name: str, way: str, record_property: Callable[[str, object], None]
) -> None:
    row = {"name": name, "way": way, "says": ""}
    record_property("refusal", row)

    row["says"] = WAYS[way](sit(name))


def test_the_table_is_long_enough_and_every_row_is_tried() -> None:
    assert len(CASES) >= 60
    assert all(case.ways() for case in CASES.values())
    assert tuple(WAYS) == forbidden.WAYS
