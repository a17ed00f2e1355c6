"""Scripts with values in them: what becomes of each place, and what is said where none may stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.errors import ExpressionError
from runbook.expressions import evaluate
from runbook.scripts import rewrite, shown


def with_value(script: str) -> str:
    """The script with `§` made a value."""
    return script.replace("§", "{{ inputs.v }}")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo §", 'echo "${RB_1}"'),
        ("echo a-§.txt", 'echo a-"${RB_1}".txt'),
        ('echo "a § b"', 'echo "a ${RB_1} b"'),
        ('echo "$(ls §)"', 'echo "$(ls "${RB_1}")"'),
        ("cat <<EOF\n§ '§'\nEOF\n", "cat <<EOF\n${RB_1} '${RB_1}'\nEOF\n"),
        ("X=§ Y=1 run", 'X="${RB_1}" Y=1 run'),
        ("ls >§ 2>&1", 'ls >"${RB_1}" 2>&1'),
        ("case § in\n  (a|b) echo §;;\n  *) ;;\nesac", 'case "${RB_1}" in\n  (a|b) echo "${RB_1}";;\n  *) ;;\nesac'),
        ("[ § = x ] || exit 1", '[ "${RB_1}" = x ] || exit 1'),
        ("sudo -u § systemctl restart §", 'sudo -u "${RB_1}" systemctl restart "${RB_1}"'),
        ("timeout § ls", 'timeout "${RB_1}" ls'),
        ("ssh -p § -- § uptime", 'ssh -p "${RB_1}" -- "${RB_1}" uptime'),
        ("ssh admin@§ uptime", 'ssh admin@"${RB_1}" uptime'),
        ("bash deploy.sh §", 'bash deploy.sh "${RB_1}"'),
        ("psql -d § -v id=§ -f q.sql", 'psql -d "${RB_1}" -v id="${RB_1}" -f q.sql'),
        ("jq --arg v § '.a == $v' f", "jq --arg v \"${RB_1}\" '.a == $v' f"),
        ("curl -fsS § | tar xz", 'curl -fsS "${RB_1}" | tar xz'),
        ("eval \"$(ssh-agent)\"; ssh-add §", 'eval "$(ssh-agent)"; ssh-add "${RB_1}"'),
        ("apt-get install bash §", 'apt-get install bash "${RB_1}"'),
        ("crontab -l | grep §", 'crontab -l | grep "${RB_1}"'),
        ("n=$(( $(wc -l <f) + ${#x} )); echo § # it's", 'n=$(( $(wc -l <f) + ${#x} )); echo "${RB_1}" # it\'s'),
        ("trap 'rm -f \"$f\"' EXIT\nf=§", "trap 'rm -f \"$f\"' EXIT\nf=\"${RB_1}\""),
        ("retry() { \"$@\"; }\nretry ls §", 'retry() { "$@"; }\nretry ls "${RB_1}"'),
        ("retry() { shift; \"$@\"; }\nretry 3 ls §", 'retry() { shift; "$@"; }\nretry 3 ls "${RB_1}"'),
        ("docker ps --format '{{ '{{' }}.Names{{ '}}' }}'", "docker ps --format '{{.Names}}'"),
        ("echo ${x#y} ${#x} '{%s}' {#", "echo ${x#y} ${#x} '{%s}' {#"),
    ],
)  # fmt: skip
def test_a_value_becomes_a_reference_that_fits_its_place(script: str, expected: str) -> None:
    script = with_value(script)

    found = rewrite(script)

    assert found.source == script
    assert found.text == expected


def test_the_same_expression_takes_the_same_variable() -> None:
    script = rewrite("echo {{ inputs.a }} {{inputs.b}} {{  inputs.a  }}")

    assert script.text == 'echo "${RB_1}" "${RB_2}" "${RB_1}"'
    assert [name for name, _ in script.bindings] == ["RB_1", "RB_2"]
    assert [evaluate(one, {"inputs": {"a": 1, "b": 2}}) for _, one in script.bindings] == [1, 2]


def test_a_script_without_values_stays_whatever_it_holds() -> None:
    script = 'eval "$x"; echo \'unclosed'

    assert rewrite(script).text == script
    assert rewrite(script).bindings == ()


REFUSED = [
    ("§ x", "a value cannot be the program to run", "name the program, and give the value as an argument"),
    ("./bin/§", "a value cannot be the program to run", None),
    ("if §; then :; fi", "a value cannot be the program to run", None),
    ("echo a && §", "a value cannot be the program to run", None),
    ('echo "$(§)"', "a value cannot be the program to run", None),
    ("sudo -n §", "a value cannot be the program to run", None),
    ("env A=1 nohup §", "a value cannot be the program to run", None),
    ("find . -exec § {} +", "a value cannot be the program to run", None),
    ("X=§; $X y", "a value cannot be the program to run", None),
    ("echo 'a § b'", "a value cannot stand in single quotes", "write `'a '{{ inputs.v }}' b'`"),
    ("echo $'§'", "a value cannot stand in `$'...'`", "write `{{ inputs.v }}`"),
    (
        "cat <<'END'\n§\nEND",
        "a value cannot stand in a here-document with a quoted end",
        "write `<<END` without quotes, and a backslash before every other `$`",
    ),
    ("ls # §", "a value cannot stand in a comment", "move the value out of the comment"),
    ("x=`ls §`", "a value cannot stand in backticks", "write `$(ls {{ inputs.v }})`"),
    (
        "echo $((§ + 1))",
        "a value cannot stand in arithmetic, where the shell would run it",
        "use `expr`, such as `$(expr {{ inputs.v }} + 1)`",
    ),
    ("((§ > 1))", "a value cannot stand in arithmetic, where the shell would run it", None),
    ("for ((i=0; i<§; i++)); do :; done", "a value cannot stand in arithmetic, where the shell would run it", None),
    ("X=§; echo $((X + 1))", "`X` holds a value, and the shell would run what stands in it here", None),
    ('echo "${x:-a §}"', "a value cannot stand in `${...}`", None),
    ("echo $§", "a `$` stands right before the value", "remove the `$` before `{{`"),
    ("echo \\§", "a backslash stands right before the value", "remove the backslash before `{{`"),
    ("eval ls §", "a value cannot be an argument of `eval`, which would run it", None),
    ("X=§; Y=a$X; eval \"$Y\"", "a value cannot be an argument of `eval`, which would run it", None),
    (". §", "a value cannot be an argument of `.`, which would run it", "name the file itself"),
    ("trap § EXIT", "a value cannot be an argument of `trap`, which would run it", None),
    (
        'sh -c "ls §"',
        "a value cannot be code for `sh`",
        "hand the value over as an argument, such as `sh -c 'echo \"$1\"' sh {{ inputs.v }}`",
    ),
    ("bash -euc §", "a value cannot be code for `bash`", None),
    ("sh -c 'eval \"$1\"' sh §", "a value cannot be an argument of `eval`, which would run it", None),
    ("sh -c '$1' sh §", "a value cannot be the program to run", None),
    ("x=§ sh -c 'sudo \"$x\"'", "a value cannot be the program to run", None),
    ("trap '$x' EXIT; x=§", "a value cannot be the program to run", None),
    ("f() { $1 x; }; f §", "a value cannot be the program to run", None),
    ("f() { shift; \"$@\"; }; f a §", "a value cannot be the program to run", None),
    ("$NOTHING §", "a value cannot be the program to run", None),
    ("x=§; env a=$x ls", "a value without quotes around its variable becomes several words", None),
    ("x=§; [ -n $x ]", "a value without quotes around its variable becomes several words", None),
    ("x=§; let x", "`x` holds a value, and the shell would run what stands in it here", None),
    ("sed p §", "a value cannot stand where `sed` looks for options", None),
    ("x=§; sh <<E\n\\$x\nE", "a value cannot be the program to run", None),
    ("sudo timeout -k 1 5 sh -c 'ls §'", "a value cannot be code for `sh`", None),
    ('docker exec web sh -c "ls §"', "a value cannot be code for `sh`", None),
    ("python3 -c 'print(\"§\")'", "a value cannot be code for `python3`", None),
    ("perl -lne §", "a value cannot be code for `perl`", None),
    ("sed -i s/a/§/ f", "a value cannot be code for `sed`", None),
    ("awk '/§/' f", "a value cannot be code for `awk`", None),
    ("awk -v x=§ '{ print x }' f", "a value cannot be code for `awk`", None),
    ("psql -c 'select §'", "a value cannot be code for `psql`", None),
    ("ssh host 'ls §'", "a value cannot be an argument of `ssh`, where the other side would run it", None),
    ("ssh § uptime", "a value cannot be the first thing `ssh` reads", "write `ssh -- {{ inputs.v }}`"),
    ("ssh -o § host", "a value cannot be an argument of `ssh`, where the other side would run it", None),
    ("echo § | sh", "`sh` runs what it reads, so a script with values cannot use it like this", None),
    ("echo § | { cat; sudo sh; }", "`sh` runs what it reads, so a script with values cannot use it like this", None),
    ("echo § | (psql)", "`psql` runs what it reads, so a script with values cannot use it like this", None),
    ("$SHELL -c §", "a value cannot be code for `sh`", None),
    ("$BIN/python3 -c §", "a value cannot be code for `python3`", None),
    ("trap $'x' EXIT; x=§", "a value cannot be an argument of `trap`, which would run it", None),
    ("[[ a == <(echo § | sh) ]]", "`sh` runs what it reads, so a script with values cannot use it like this", None),
    ("echo § > >(bash)", "`bash` runs what it reads, so a script with values cannot use it like this", None),
    ("echo § | xargs -I% sh -c {}", "`sh` runs what it reads, so a script with values cannot use it like this", None),
    ("sh <<END\nls §\nEND", "a value cannot flow into `sh`, which would run it", None),
    ("ssh host <<END\nls §\nEND", "a value cannot flow into `ssh`, which would run it", None),
    ("bash <<< §", "a value cannot flow into `bash`, which would run it", None),
    ("PATH=§:$PATH", "a value cannot be `PATH`, which other programs trust", "use another name"),
    ("export LD_PRELOAD=§", "a value cannot be `LD_PRELOAD`, which other programs trust", "use another name"),
    ("printf \"§\\n\"", "a value cannot be the pattern of `printf`, which would change it", None),
    ("[ -v § ]", "a value cannot be the name of a variable", "test the value itself"),
    ("[[ 1 -lt § ]]", "a value cannot be compared as a number in `[[`", "use `[` instead of `[[`"),
    ("[[ a || § ]]", "a value cannot follow `&&`, `||` or `(` in `[[`, where `sh` would run it", None),
    ("a[§]=1", "a value cannot stand beside the index of an array", None),
    ("read §", "a value cannot be an argument of `read`, which would run it", None),
    ("for § in a; do :; done", "a value cannot be the name of a variable", "name the variable"),
    ("§() { :; }", "a value cannot be the name of a function", "name the function yourself"),
    ("X=§; echo ${!X}", "`X` holds a value, and the shell would run what stands in it here", None),
    ("X=§; echo ${a[$X]}", "`X` holds a value, and the shell would run what stands in it here", None),
    ("RB_1=x; ls §", "variables named `RB_1`, `RB_2` ... hold the values", "use another name"),
    ("{% if x %} ls §", "there are no `{% %}` statements", "use the shell's own `if` and `for`"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "message", "help"), REFUSED, ids=[script for script, *_ in REFUSED])
def test_a_place_where_a_value_would_be_run_is_refused(script: str, message: str, help: str | None) -> None:
    script = with_value(script)

    with pytest.raises(ExpressionError) as caught:
        rewrite(script)

    assert str(caught.value) == message
    assert caught.value.help if help is None else caught.value.help == help
    assert "inputs.host" not in caught.value.help
    assert 0 <= caught.value.column < len(script)


@pytest.mark.parametrize(
    ("script", "programs"),
    [
        ("find § -name x", ["find"]),
        ('rm -rf "§"/x', ["rm"]),
        ("sudo -u root rm §; ls §", ["rm", "ls"]),
        ("x=$(cat §)", ["cat"]),
        ("find ./§; rm -- §; tar -xf §", []),
        ("echo §; [ § = a ]; x=§; for i in §; do :; done; case § in a) ;; esac", []),
        ("f() { :; }\nf §", []),
    ],
)
def test_a_value_among_the_options_of_a_program_is_a_doubt(script: str, programs: list[str]) -> None:
    script = with_value(script)

    doubts = rewrite(script).doubts

    assert [each.program for each in doubts] == programs
    assert all(script[each.at :].startswith("{{ ") for each in doubts)


@pytest.mark.parametrize(
    "script",
    ["echo 'a §", 'echo "a §', "cat <<END\n§\n", "echo $(ls §", "case § in a) ;;", "echo § )", "cat <<§\n", "x=(§"],
)
def test_a_script_that_cannot_be_read_takes_no_values(script: str) -> None:
    with pytest.raises(ExpressionError, match="so that values cannot be placed safely") as caught:
        rewrite(with_value(script))

    assert caught.value.help == "simplify the script, or hand the values over with `env`"


def test_the_rewrite_that_is_offered_is_accepted() -> None:
    with pytest.raises(ExpressionError) as caught:
        rewrite("printf %s 'a {{ inputs.v }} b {{ inputs.w }}'")

    offered = caught.value.help.removeprefix("write `").removesuffix("`")

    assert offered == "'a '{{ inputs.v }}' b '{{ inputs.w }}"
    assert rewrite(f"printf %s {offered}").text == "printf %s 'a '\"${RB_1}\"' b '\"${RB_2}\""


def test_a_problem_stands_at_its_value() -> None:
    script = "docker ps --format '{{ '{{' }}.ID}}'\necho {{ inputs.a }}\necho 'x {{ inputs.b }}'"

    with pytest.raises(ExpressionError) as caught:
        rewrite(script)

    assert script[caught.value.column :].startswith("{{ inputs.b }}")


def test_a_misspelt_expression_stands_at_its_place() -> None:
    with pytest.raises(ExpressionError, match="no filter `lowr`") as caught:
        rewrite("echo {{ inputs.a | lowr }}")

    assert caught.value.column == len("echo {{ inputs.a | ")


@pytest.mark.parametrize(
    ("script", "value", "expected"),
    [
        ("ls §", "web-1", "ls web-1"),
        ("ls §", "a b", "ls 'a b'"),
        ("ls §", "", "ls ''"),
        ('ls "§"', "a $b", "ls 'a $b'"),
        ('ls "x §"', "a b", 'ls "x a b"'),
        ('ls "x § y"', "a $b", 'ls "x "\'a $b\'" y"'),
        ("cat <<E\n§\nE", "a $b `c`", "cat <<E\na \\$b \\`c\\`\nE"),
        ("cat <<E\n§\nE", "a\nE\nb", "RB_1='a\nE\nb'\ncat <<E\n${RB_1}\nE"),
    ],
)
def test_a_script_is_shown_with_its_values_quoted(script: str, value: str, expected: str) -> None:
    assert shown(rewrite(with_value(script)), {"RB_1": value}) == expected


def test_a_value_that_is_not_known_yet_is_shown_as_written() -> None:
    script = rewrite("ls {{ inputs.a }} '{' {{ inputs.b }}")

    assert shown(script, {"RB_1": "x y"}) == "ls 'x y' '{' {{ inputs.b }}"


SHELL_WORDS = [
    "{{ inputs.v }}", "{{ '{{' }}", "'", '"', "`", "$(", "${", "$((", "))", ")", "}", "(", "{", "<<EOF\n", "<<'EOF'\n",
    "\nEOF\n", "\n", ";", "|", "&&", "case x in", "esac", ";;", "if", "then", "fi", "for x in", "do", "done", "[[",
    "]]", "[", "]", "eval", "sh -c", "sudo", "x=", "a=(", "#", "\\", "$", ">", "<(", "-c", "@(",
]  # fmt: skip


@given(st.lists(st.sampled_from(SHELL_WORDS), max_size=25), st.sampled_from(["", " "]))
@settings(max_examples=400, deadline=None)
def test_any_script_is_rewritten_or_refused(words: list[str], between: str) -> None:
    script = between.join(words)

    try:
        rewritten = rewrite(script)
    except ExpressionError as error:
        refusal = error
    else:
        assert "{{ inputs.v }}" not in rewritten.text
        assert shown(rewritten, {"RB_1": "a"}).count("${RB_1}") == 0
        return

    assert 0 <= refusal.column <= len(script)
    assert refusal.help
