"""Tables that programs print, and the cells that outputs take from them."""

from __future__ import annotations

import pytest

from tests.run.test_run_results import ended

DF = """Filesystem     1024-blocks      Used Available Capacity Mounted on
overlay          263174212  12345678 200000000       6% /
tmpfs                65536         0     65536       0% /mnt/my disk
"""
PS = "  PID STAT COMMAND\n    1 Ss   /sbin/init splash\n   42 R    ps -e\n"
DOCKER = """CONTAINER ID   IMAGE     PORTS     NAMES
abc            my nginx            web one
def            db        80/tcp    two
"""
CSV = 'name,title\n1,"x, ""y"""\n\n2,z\n'


@pytest.mark.parametrize(
    ("output", "stdout", "value"),
    [
        ("{table: {column: Used, where: {Mounted on: /}}, type: integer}", DF, 12345678),
        ("{table: {column: Capacity, where: {Mounted on: /mnt/my disk}}, regex: '[0-9]+', type: integer}", DF, 0),
        ("{table: {column: Mounted on}}", DF, ["/", "/mnt/my disk"]),
        ("{table: {column: Available, row: first}, type: integer}", DF, 200000000),
        ("{table: {column: COMMAND, row: last}}", PS, "ps -e"),
        ("{table: {where: {PID: 1}}}", PS, {"PID": "1", "STAT": "Ss", "COMMAND": "/sbin/init splash"}),
        ("{table: {column: PID, where: {STAT: R}}, all: true, type: integer}", PS, [42]),
        ("{table: {column: PID, where: {STAT: Z}}, all: true, type: integer}", PS, []),
        ("{table: {split: aligned, column: PORTS}}", DOCKER, ["", "80/tcp"]),
        ("{table: {split: aligned, column: IMAGE, where: {NAMES: web one}}}", DOCKER, "my nginx"),
        ("{table: ','}", CSV, [{"name": "1", "title": 'x, "y"'}, {"name": "2", "title": "z"}]),
        ("{table: {split: ':', header: false, columns: [user, x, id], column: id}, type: integer}", "root:x:0\n", [0]),
        ("{table: {split: tab, skip: 1, row: first}}", "of today\na\tb\n1\t\n", {"a": "1", "b": ""}),
        ("{table: {columns: [a, b], row: first}}", "A B\n1 2 3\n", {"a": "1", "b": "2 3"}),
        ("{table: blanks}", "A A\n1 2\n", [{"A": "1", "A 2": "2"}]),
        ("{table: blanks}", "A B\n", []),
    ],
)
def test_rows_and_cells_are_taken_and_typed(tell, output, stdout, value):
    step = ended(tell, f"outputs: {{v: {output}}}", stdout=stdout)

    assert (step.status.value, step.outputs) == ("succeeded", {"v": value})


@pytest.mark.parametrize(
    ("output", "stdout", "why"),
    [
        ("{table: {column: Size}}", DF, "the table has no column `Size`; its columns are `Filesystem`, `1024-blocks`"),
        (
            "{table: {column: Used, where: {Mounted on: /srv}}}",
            DF,
            "no row of the table has `/srv` as its `Mounted on`",
        ),
        ("{table: {column: PID, where: {STAT: S}}}", "PID STAT\n1 S\n2 S\n", "2 rows of the table have `S` as its"),
        ("{table: {column: B}}", "A B C\n1 2 3\n1 3\n", "the table has no column `B`; its columns are `A`, `B C`"),
        ("{table: {split: aligned, column: B}}", "A    B\nlonger than that\n", "the columns of the table are not"),
        ("{table: ','}", "a,b\n1\n", "row 1 of the table has 1 cells, and there are 2 columns"),
        ("{table: ','}", 'a,b\n1,"x\n', "the table can't be read"),
        ("{table: {columns: [a, b, c]}}", "A B\n1 2\n", "a row of the table has 2 cells, and 3 columns are named"),
        ("{table: {row: first}}", "A B\n", "the table has no row"),
        ("{table: blanks}", "", "there is no line that could be the header"),
        ("{table: blanks}", "A\n" + "1\n" * 10_001, "the table has more than 10000 rows"),
        ("{table: {column: Used}, type: integer}", "Used\n12%\n", "output `v` is `12%`, which is not of type integer"),
    ],
)
def test_a_table_that_is_another_one_fails_the_step_and_says_what_was_there(tell, output, stdout, why):
    step = ended(tell, f"outputs: {{v: {output}}}", stdout=stdout)

    assert step.status.value == "failed"
    assert why in step.reason


def test_the_row_that_is_meant_may_be_named_by_a_value(tell):
    story = tell("""
inputs: {mount: {default: /}}
steps:
- id: a
  command: [df, -P]
  outputs: {used: {table: {column: Used, where: {Mounted on: '{{ inputs.mount }}'}}, type: integer}}
""").start(mount="/mnt/my disk")
    story.claim()
    story.ends("a", stdout=DF)

    assert story.state.steps["a"].outputs == {"used": 0}
