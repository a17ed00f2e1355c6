"""A move to the standby and back loses no row, and never ends in maintenance mode."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from .conftest import Library


def said(library: Library, *arguments: object) -> Any:
    """The answer of the program about the sample pair."""
    verb, *others = arguments
    pair = library.work / "failover-exercise" / "pair"
    command = [sys.executable, str(library.script("continuity/pair.py")), verb, pair, *others]
    return json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)


def test_what_was_written_on_the_standby_is_on_the_main_site_afterwards(library: Library) -> None:
    result = library.run("continuity/failover-exercise")

    assert result.outputs("behind")["missing"] == 3
    assert result.outputs("nothing-lost")["rows"] == 501
    assert said(library, "lag", "main") == {"site": "main", "missing": 0, "only_here": 0, "rows": 501}
    assert said(library, "check", "main")["well"]


def test_a_move_that_breaks_in_the_middle_ends_with_writing_allowed(library: Library) -> None:
    library.spoil("continuity/pair.py", "        source.backup(target)\n", "        sys.exit('no line')\n")

    result = library.run("continuity/failover-exercise")

    assert (result.status, result.state("catch-up"), result.state("never-frozen")) == ("failed", "failed", "succeeded")
    assert not said(library, "check", "main")["frozen"]


def test_a_standby_that_loses_a_row_on_the_way_back_is_noticed(library: Library) -> None:
    library.spoil(
        "continuity/pair.py",
        "        source.backup(target)\n",
        "        source.backup(target)\n"
        "        if site == 'main':\n"
        "            target.execute('DELETE FROM orders WHERE id = 501')\n"
        "            target.commit()\n",
    )

    result = library.run("continuity/failover-exercise")

    assert (result.status, result.state("bring-back")) == ("failed", "failed")


def test_a_site_with_rows_of_its_own_is_not_written_over(library: Library) -> None:
    library.run("continuity/failover-exercise", answers={"go": {"approve": False, "by": "maria", "comment": "No"}})
    pair = library.work / "failover-exercise" / "pair"
    said(library, "switch", "standby")
    said(library, "write", "an order on the standby")
    said(library, "switch", "main")
    command = [sys.executable, str(library.script("continuity/pair.py")), "follow", str(pair), "standby"]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert "would be lost" in done.stderr


LOSES_THE_NEWEST = """    if site == 'main' and before:
        with opened(folder, 'main') as database, database:
            database.execute('DELETE FROM orders WHERE id = (SELECT max(id) FROM orders)')
"""
LOSES_IT_ON_BOTH = """    if site == 'main' and before:
        for each in SITES:
            with opened(folder, each) as database, database:
                database.execute('DELETE FROM orders WHERE id = (SELECT max(id) FROM orders)')
"""


@pytest.mark.parametrize(("fault", "noticed"), [(LOSES_THE_NEWEST, "nothing-lost"), (LOSES_IT_ON_BOTH, "marker-there")])
def test_a_row_that_is_lost_after_the_sites_were_compared_is_noticed(
    library: Library, fault: str, noticed: str
) -> None:
    library.spoil("continuity/pair.py", '    draft = folder / ".active.new"\n', f"{fault}    draft = folder / '.new'\n")

    result = library.run("continuity/failover-exercise")

    assert (result.status, result.state("bring-back"), result.state(noticed)) == ("failed", "succeeded", "failed")
    assert result.state("sign") == "cancelled"


def test_a_standby_with_rows_of_its_own_is_seen_before_anything_stands_still(library: Library) -> None:
    library.run("continuity/failover-exercise", answers={"go": {"approve": False, "by": "maria", "comment": "No"}})
    said(library, "switch", "standby")
    for number in range(4):
        said(library, "write", f"an order {number} on the standby")
    said(library, "switch", "main")
    pair = library.folder / "pair"
    (library.work / "failover-exercise" / "pair").rename(pair)

    result = library.run("continuity/failover-exercise", pair=pair)

    assert (result.status, result.state("behind"), result.state("freeze")) == ("failed", "failed", "cancelled")


def test_a_slow_way_back_is_as_late_as_a_slow_move(library: Library) -> None:
    late = "round(time.time() + 60.1 * (active(folder) == 'main'), 3)"
    library.spoil(
        "continuity/pair.py", '{"frozen": False, "at": round(time.time(), 3)}', f'{{"frozen": False, "at": {late}}}'
    )

    result = library.run("continuity/failover-exercise")

    assert result.outputs("time")["seconds"] < 60 < result.outputs("time-back")["seconds"]
    assert (result.status, result.state("in-time")) == ("failed", "failed")
