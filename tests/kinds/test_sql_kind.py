"""`sql`: queries to a SQLite file and to a real PostgreSQL server."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runbook.kinds.sql import KIND
from runbook.work.statement import names_in, placed, statements
from runbook.worker import command_of
from tests.cli.conftest import project
from tests.cli.test_cli_evidence import one
from tests.cli.test_cli_secrets import left_behind
from tests.postgres import Postgres, postgres

__all__ = ["postgres", "project"]

EVIL = "'; DROP TABLE ticket; --"
Asked = subprocess.CompletedProcess[str]


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    """A database with three tickets."""
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "tickets.db")) as connection:
        connection.execute(
            "CREATE TABLE ticket (id INTEGER PRIMARY KEY, team TEXT, cost REAL, open BOOLEAN, file BLOB)"
        )
        connection.execute("INSERT INTO ticket VALUES (1, 'web', 1.5, 1, x'00ff'), (2, 'db', NULL, 0, NULL)")
        connection.execute("INSERT INTO ticket VALUES (3, ?, 0, 0, NULL)", [EVIL])
        connection.commit()
    return tmp_path / "data" / "tickets.db"


def rows(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, team FROM ticket ORDER BY id").fetchall()


@pytest.fixture
def ask(tell: Any, tmp_path: Path) -> Callable[..., Asked]:
    """What the work says to the request of a step, whose fields are given as in YAML."""

    def ask(fields: Mapping[str, Any], password: str = "", **inputs: object) -> Asked:
        head = "inputs: {" + ", ".join(f"{name}: {{}}" for name in inputs) + "}\n"
        head += "secrets: {db: {from: env, name: DB}}\n" if password else ""
        story = tell(f"{head}steps:\n- {{id: a, sql: {json.dumps(fields)}}}").start(**inputs)
        story.claim()
        request = story.state.steps["a"].act["request"]
        if password:
            request["database"]["password"] = password
        words, text = command_of(KIND.work), json.dumps(request)
        return subprocess.run(words, input=text, cwd=tmp_path, capture_output=True, text=True, check=False)

    return ask


@pytest.fixture
def ask_file(ask: Callable[..., Asked], tickets: Path) -> Callable[..., Asked]:
    """The same of the database with the tickets."""
    return lambda query, params=None, inputs=None, **fields: ask(
        {"sqlite": "data/tickets.db", "query": query, "params": params or {}, **fields}, **(inputs or {})
    )


@pytest.fixture
def ask_server(ask: Callable[..., Asked], postgres: Postgres) -> Callable[..., Asked]:
    """The same of the server, by password."""

    def ask_server(query: str, params: Any = None, inputs: Any = None, database: Any = None, **fields: Any) -> Asked:
        reached = {**postgres.reached, "password": "{{ secrets.db }}", **(database or {})}
        fields = {"postgresql": reached, "query": query, "params": params or {}, **fields}
        return ask(fields, password=postgres.password, **(inputs or {}))

    return ask_server


def last(ended: Asked) -> tuple[int, str]:
    return ended.returncode, ended.stderr.splitlines()[-1]


def found(ended: Asked) -> list[Mapping[str, Any]]:
    assert ended.returncode == 0, ended.stderr
    rows: list[Mapping[str, Any]] = json.loads(ended.stdout)["rows"]
    return rows


# -- the text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "count"),
    [
        ("SELECT :a, :b_2", {"a", "b_2"}, 1),
        ("SELECT ':a', \":b\", `:c` -- :d\n/* :e ; */, :f;", {"f"}, 1),
        ("SELECT a::text, x[1:2], t[:a]::int[]", {"a"}, 1),
        ("SELECT $$ :a; $$, $q$ :b $q$, E'it\\'s :c;', 'it''s :d'", set(), 1),
        ("SELECT 1; DROP TABLE x", set(), 2),
        (" ; -- nothing", set(), 0),
    ],
)
def test_names_and_ends_are_looked_for_outside_of_quotes_and_comments(text, names, count):
    assert (names_in(text), statements(text)) == (names, count)


def test_a_percent_sign_stays_one():
    assert placed("SELECT '50%' LIKE :p, 7 % 2 -- 100%") == "SELECT '50%%' LIKE %(p)s, 7 %% 2 -- 100%%"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ("sqlite: a.db, query: \"SELECT * FROM t WHERE n = '{{ inputs.n }}'\"", "would be read as a part of it"),
        ("sqlite: a.db, query: 'SELECT 1; DELETE FROM t'", "there is more than one statement"),
        ("sqlite: a.db, query: '-- nothing'", "there is no statement"),
        ("sqlite: a.db, query: 'SELECT :n'", "`:n` has no value"),
        ("sqlite: a.db, query: 'SELECT 1', params: {n: 1}", "`:n` does not stand in the query"),
        ("postgresql: 'host=db password=hunter22', query: 'SELECT 1'", "could hold a password"),
        ("postgresql: {password: hunter22}, query: 'SELECT 1'", "a password is told to nobody"),
        ("postgresql: {password: '{{ inputs.n }}'}, query: 'SELECT 1'", "a password is told to nobody"),
        ("postgresql: {password: 'x{{ secrets.s }}'}, query: 'SELECT 1'", "a password is told to nobody"),
        ("sqlite: '{{ secrets.s }}', query: 'SELECT 1'", "would be seen by others here"),
        ("query: 'SELECT 1'", "sqlite"),
    ],
)
def test_what_would_be_read_as_code_or_seen_by_all_is_refused_with_its_place(project, fields, why):
    desk = project(one(f"- {{id: a, sql: {{{fields}}}}}\n", "inputs: {n: {}}\nsecrets: {s: {from: env, name: S}}\n"))

    checked = desk.cli("validate")

    assert checked.code == 1
    assert why in checked.out
    assert "processes/g/one.yaml:6:" in checked.out
    assert "help: " in checked.out


# -- SQLite ------------------------------------------------------------------------------------------


def test_rows_are_typed_and_named(ask_file):
    query = "SELECT id, team, cost, file, open = 1 AS open FROM ticket WHERE id < :most ORDER BY id"

    given = json.loads(ask_file(query, {"most": 3}).stdout)

    assert given == {
        "rows": [
            {"id": 1, "team": "web", "cost": 1.5, "file": "00ff", "open": 1},
            {"id": 2, "team": "db", "cost": None, "file": None, "open": 0},
        ],
        "count": 2,
        "changed": 0,
    }


@pytest.mark.parametrize("value", [EVIL, "a:b", "%s", "{{ 7 * 7 }}", "\u00fc\n'\"`", "", ":team"])
def test_a_value_is_data_whatever_it_holds(ask_file, tickets, value):
    (row,) = found(ask_file("SELECT :team AS team", {"team": "{{ inputs.x }}"}, {"x": value}))
    changed = ask_file(
        "UPDATE ticket SET team = :x WHERE id = :id", {"x": "{{ inputs.x }}", "id": 2}, {"x": value}, writes=True
    )

    assert row == {"team": value}
    assert json.loads(changed.stdout)["changed"] == 1
    assert rows(tickets) == [(1, "web"), (2, value), (3, EVIL)]


def test_a_value_keeps_its_type_and_a_list_is_one_value(ask_file):
    query = "SELECT typeof(:n) AS n, typeof(:f) AS f, typeof(:none) AS none, (SELECT count(*) FROM json_each(:l)) AS l"

    assert found(ask_file(query, {"n": 7, "f": 1.5, "none": None, "l": ["{{ inputs.x }}", "b"]}, {"x": "a"})) == [
        {"n": "integer", "f": "real", "none": "null", "l": 2}
    ]


@pytest.mark.parametrize(
    ("query", "fields", "code", "why"),
    [
        ("DELETE FROM ticket", {}, 1, "the statement would change something"),
        ("PRAGMA user_version = 7", {}, 1, "the statement would change something"),
        ("SELECT * FROM ticket", {"max_rows": 2}, 1, "the query gives more than 2 rows"),
        ("DELETE FROM ticket RETURNING id", {"writes": True, "max_rows": 2}, 1, "the query gives more than 2 rows"),
        ("ATTACH 'other.db' AS other", {"writes": True}, 1, "leads to another file, or ends the transaction"),
        ("VACUUM INTO 'other.db'", {"writes": True}, 1, "VACUUM"),
        ("COMMIT", {"writes": True}, 1, "leads to another file, or ends the transaction"),
        ("SELECT load_extension('x')", {}, 1, "not authorized"),
        ("SELEC 1", {}, 1, 'near "SELEC": syntax error'),
        ("SELECT 1 AS a, 2 AS a", {}, 1, "two columns have the name `a`"),
        ("SELECT zeroblob(9000000) AS a", {}, 1, "string or blob too big"),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
            {"within": "0.2s"}, 3, "the statement took longer than 0.2 s",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(ask_file, tickets, query, fields, code, why):
    before = rows(tickets)

    ended = ask_file(query, **fields)

    assert ended.returncode == code, ended.stderr
    assert why in ended.stderr.splitlines()[-1]
    assert ended.stdout == ""
    assert rows(tickets) == before
    assert not (tickets.parents[1] / "other.db").exists()


@pytest.mark.parametrize(
    ("path", "code", "why"),
    [
        ("/etc/passwd", 1, "is outside the project"),
        ("../tickets.db", 1, "is outside the project"),
        ("link.db", 1, "is outside the project"),
        ("missing.db", 2, "there is no database `missing.db` that can be opened"),
        ("text.db", 1, "file is not a database"),
        ("data/tickets.db?mode=rwc", 2, "there is no database"),
    ],
)
def test_only_a_database_in_the_project_is_opened(ask, tmp_path, tickets, path, code, why):
    (tmp_path / "link.db").symlink_to("/etc/passwd")
    (tmp_path / "text.db").write_text("no database, but a text of some length" * 40)

    ended = ask({"sqlite": "{{ inputs.path }}", "query": "SELECT * FROM sqlite_master"}, path=path)

    assert ended.returncode == code
    assert why in ended.stderr.splitlines()[-1]
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize("path", [".runbook/journal.db", "processes/own/a.db", ".git/a.db", "sub/.git/a.db"])
def test_what_decides_what_is_run_can_be_looked_at_and_not_written(ask, tmp_path, tickets, path):
    place = tmp_path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(tickets.read_bytes())

    looked = ask({"sqlite": "{{ inputs.path }}", "query": "SELECT count(*) FROM ticket"}, path=path)
    wrote = ask({"sqlite": "{{ inputs.path }}", "query": "DELETE FROM ticket", "writes": True}, path=path)

    assert (looked.returncode, wrote.returncode) == (0, 1), looked.stderr
    assert f"a step may not write `{path}`: what stands there decides what is run" in wrote.stderr
    assert place.read_bytes() == tickets.read_bytes()


def test_who_waits_for_another_writer_gives_up_in_time(ask_file, tickets):
    with closing(sqlite3.connect(tickets, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        ended = ask_file("DELETE FROM ticket", writes=True, within="0.1s")

    assert last(ended) == (3, "`data/tickets.db` was in use for 0.1 s")


def test_a_step_uses_what_it_finds_and_a_deletion_is_data(project, tickets):
    desk = project(
        one(
            """\
- id: count
  sql: {sqlite: t.db, query: SELECT count(*) AS n FROM ticket WHERE team = :team, params: {team: '{{ inputs.team }}'}}
  outputs: {n: {json: rows.0.n, type: integer}}
  expect: {limits: {n: {min: 1}}}
- {id: tell, shell: 'echo there is {{ steps.count.outputs.n }}'}
""",
            "inputs: {team: {}}\n",
        )
    )
    (desk.folder / "t.db").write_bytes(tickets.read_bytes())

    assert "there is 1" in desk.cli("run", "g/one", "--yes", "-i", f"team={EVIL}").out
    assert desk.cli("run", "g/one", "--yes", "-i", "team=nobody").code == 1
    assert desk.step("count")["reason"] == "`n` is 0, below 1"
    assert len(rows(desk.folder / "t.db")) == 3


@pytest.mark.parametrize(("writes", "looks"), [(True, False), (False, True)])
def test_only_a_query_that_changes_nothing_is_repeated_unasked(tell, writes, looks):
    story = tell(f"- {{id: a, sql: {{sqlite: a.db, query: SELECT 1, writes: {str(writes).lower()}}}}}").start()

    assert story.state.steps["a"].step.repeatable is looks


def test_a_person_can_read_what_is_asked(tell):
    story = tell(
        "secrets: {t: {from: env, name: T}}\nsteps:\n"
        "- {id: a, sql: {sqlite: a.db, query: 'SELECT :a, :t', params: {a: \"x\\ny\", t: '{{ secrets.t }}'}}}"
    ).start()

    story.claim()

    assert story.state.steps["a"].act["shown"] == 'SELECT :a, :t\n-- :a = "x\\ny"\n-- :t = "{{ secrets.t }}"'
    assert story.state.steps["a"].act["sealed"] == [{"at": ["request", "params", "t"], "parts": [{"secret": "t"}]}]


# -- PostgreSQL --------------------------------------------------------------------------------------


@pytest.fixture
def table(postgres: Postgres) -> str:
    """A table with two rows."""
    postgres.run("DROP TABLE IF EXISTS ticket; CREATE TABLE ticket (id int PRIMARY KEY, team text, more jsonb)")
    postgres.run("INSERT INTO ticket VALUES (1, 'web', '{\"a\": [1]}'), (2, 'db', NULL)")
    return "ticket"


def test_rows_of_the_server_are_typed(ask_server, table):
    query = """
        SELECT id, more, team || '%' AS t, 12::numeric AS n, 1.25::numeric AS d, 123456789012345678.123456789 AS exact,
            'NaN'::float8 AS nan, timestamp '2026-11-22 08:00' AS at, ARRAY[date '2026-11-22'] AS days, true AS yes,
            '\\x00ff'::bytea AS raw, interval '1 minute' AS took, inet '10.0.0.1' AS ip
        FROM ticket WHERE id = :id"""

    assert found(ask_server(query, {"id": 1})) == [
        {
            "id": 1, "more": {"a": [1]}, "t": "web%", "n": 12, "d": 1.25, "exact": "123456789012345678.123456789",
            "nan": "nan", "at": "2026-11-22T08:00:00", "days": ["2026-11-22"], "yes": True, "raw": "00ff",
            "took": 60.0, "ip": "10.0.0.1",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("value", [EVIL, "a:b", "%s %(x)s", "{{ 7 * 7 }}", "\u00fc\n'\"\\", "", ":team"])
def test_a_value_is_data_on_the_server_too(ask_server, postgres, table, value):
    params = {"team": "{{ inputs.x }}", "id": 2}
    changed = ask_server("UPDATE ticket SET team = :team WHERE id = :id", params, {"x": value}, writes=True)

    assert json.loads(changed.stdout) == {"rows": [], "count": 0, "changed": 1}
    assert postgres.run("SELECT id, team FROM ticket ORDER BY id") == [(1, "web"), (2, value)]


def test_a_list_is_an_array_and_a_mapping_is_json(ask_server, table):
    query = "INSERT INTO ticket SELECT 3, 'x', :more WHERE 'web' = ANY(:teams) RETURNING id, more"

    ended = ask_server(query, {"more": {"a": "{{ inputs.x }}"}, "teams": ["web", "db"]}, {"x": "y"}, writes=True)

    assert json.loads(ended.stdout) == {"rows": [{"id": 3, "more": {"a": "y"}}], "count": 1, "changed": 1}


@pytest.mark.parametrize(
    ("query", "fields", "code", "why"),
    [
        ("DELETE FROM ticket", {}, 1, "the statement would change something"),
        ("DELETE FROM ticket RETURNING id", {}, 1, "the statement would change something"),
        ("SELECT nextval('numbers')", {}, 1, "the statement would change something"),
        ("COMMIT", {}, 1, "the statement gives no rows"),
        ("SET TRANSACTION READ WRITE", {}, 1, "the statement gives no rows"),
        ("SELECT * FROM ticket", {"max_rows": 1}, 1, "the query gives more than 1 rows"),
        ("SELECT generate_series(1, 1000000000)", {}, 1, "the query gives more than 1000 rows"),
        ("SELECT repeat('x', 9000000) AS a", {}, 1, "the rows are longer than 8 MiB"),
        ("DELETE FROM ticket RETURNING id", {"writes": True, "max_rows": 1}, 1, "the query gives more than 1 rows"),
        ("UPDATE ticket SET id = 1", {"writes": True}, 1, "duplicate key value violates unique constraint"),
        ("SELECT pg_sleep(60)", {"within": "0.2s"}, 3, "the statement took longer than 0.2 s"),
        ("DELETE FROM ticket WHERE pg_sleep(60) IS NULL", {"writes": True, "within": "0.2s"}, 3, "longer than 0.2 s"),
        ("SELEC 1", {}, 1, 'syntax error at or near "SELEC"'),
        ("COPY ticket TO STDOUT", {"writes": True}, 1, "COPY"),
    ],
)
def test_what_the_server_refuses_changes_nothing(ask_server, postgres, table, query, fields, code, why):
    postgres.run("CREATE SEQUENCE IF NOT EXISTS numbers")

    ended = ask_server(query, **fields)

    assert ended.returncode == code, ended.stderr
    assert why in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert postgres.run("SELECT id, team FROM ticket ORDER BY id") == [(1, "web"), (2, "db")]


@pytest.mark.parametrize("writes", [False, True])
def test_the_server_takes_one_statement_even_when_nobody_has_checked_it(postgres, table, tmp_path, writes):
    request = {
        "sort": "postgresql", "database": {**postgres.reached, "password": postgres.password}, "params": {},
        "query": "COMMIT; DROP TABLE ticket", "writes": writes, "max_rows": 9, "within": 5,
    }  # fmt: skip

    ended = subprocess.run(
        command_of(KIND.work), input=json.dumps(request), cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert last(ended) == (1, "cannot insert multiple commands into a prepared statement")
    assert len(postgres.run("SELECT * FROM ticket")) == 2


def test_who_is_not_there_or_not_trusted_or_not_let_in_is_told_with_an_exit_code_of_its_own(
    ask_server, postgres, tmp_path
):
    (tmp_path / "cert.pem").write_bytes((postgres.folder / "cert.pem").read_bytes())
    query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

    assert found(ask_server(query, database={"ca": "cert.pem"})) == [{"ssl": True}]
    assert found(ask_server(query, database={"tls": "encrypt"})) == [{"ssl": True}]
    assert found(ask_server(query, database={"tls": "none"})) == [{"ssl": False}]
    distrusted = ask_server(query, database={"tls": "verify"})
    assert distrusted.returncode == 2
    assert "certificate verify failed" in distrusted.stderr
    assert ask_server(query, database={"user": "nobody-known"}).returncode == 2
    assert ask_server(query, database={"port": 1}).returncode == 2


def test_a_value_in_the_way_to_a_server_stays_one_value(ask_server, postgres):
    for name, value in (("database", "postgres user=other"), ("host", "127.0.0.1 hostaddr=10.0.0.1"), ("host", "a,b")):
        ended = ask_server("SELECT 1", inputs={"x": value}, database={name: "{{ inputs.x }}"})
        assert ended.returncode in (1, 2)
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("whole", [False, True])
def test_a_password_reaches_the_server_and_nobody_else(project, postgres, whole):
    reached = json.dumps({**postgres.reached, "password": "{{ secrets.db }}"})
    if whole:
        reached = "'{{ secrets.db }}'"
    step = f"- id: a\n  sql: {{postgresql: {reached}, query: 'SELECT current_user AS me, :p AS p', "
    step += "params: {p: 'x{{ secrets.db }}'}}\n"
    desk = project(one(step, "secrets: {db: {from: file, path: secret}}\n"))
    quoted = postgres.password.replace("\\", "\\\\").replace("'", "\\'")
    text = " ".join(f"{name}='{value}'" for name, value in postgres.reached.items()).replace("database=", "dbname=")
    (desk.folder / "secret").write_text(f"{text} password='{quoted}'" if whole else postgres.password)
    (desk.folder / "secret").chmod(0o600)

    ran = desk.process("run", "g/one", "--yes")

    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode == 0, said
    assert '"me": "runbook"' in said
    assert "ss w@rd" not in said + desk.cli("record", "last").out + desk.cli("events", "last", "--json").out
    assert left_behind(desk.home, "ss w@rd") == []


def test_a_missing_package_is_named(postgres, tmp_path):
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    request = {"sort": "postgresql", "database": {}, "query": "SELECT 1", "params": {}, "writes": False, "within": 1}
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['', sys.argv[1]]; "
    words = [sys.executable, "-P", "-c", code + "from runbook.worker import main; main()", command_of(KIND.work)[-1]]

    ended = subprocess.run(words, input=json.dumps(request), capture_output=True, text=True, check=False)

    assert ended.stderr.splitlines() == [
        "help: pip install 'runbook-toolkit[postgresql]'",
        "`sql` steps with `postgresql` need the package psycopg",
    ]


def test_a_probe_asks_and_changes_nothing(project, tickets):
    step = "- {{id: {id}, sql: {{sqlite: t.db, query: {query}{more}}}}}\n"
    steps = step.format(id="look", query="SELECT count(*) AS n FROM ticket", more="")
    steps = steps.replace("}}\n", "}, outputs: {n: {json: rows.0.n}}}\n")
    steps += step.format(id="empty", query="DELETE FROM ticket", more=", writes: true")
    desk = project(one(steps))
    (desk.folder / "t.db").write_bytes(tickets.read_bytes())

    shown = desk.cli("run", "g/one", "--dry-run=probe")

    assert shown.code == 0, shown.out + shown.err
    assert "n = 3" in shown.out
    assert len(rows(desk.folder / "t.db")) == 3
