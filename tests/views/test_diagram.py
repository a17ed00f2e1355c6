from __future__ import annotations

import json
import re

import pytest

from runbook.views.diagram import dot, legend, mermaid

NASTY = [
    'say "hi"',
    "a; b",
    "[x] {y} (z) <b>",
    "end",
    "1. first",
    "- item",
    "a --> b",
    "a | b",
    "`md`",
    "#35; &amp; %%",
    "<script>alert(1)</script>",
    "click x href",
    "C:\\new\\G",
    "línea ünïcode 手順",
    "line\nbreak",
    "\u202eevil",
    "***bold*** __x__",
    "{{ inputs.x }}",
    "  ",
    "direction LR",
    "in the direction TB or direction\tRL",
    "subgraph x",
    "%%{init: {'theme': 'dark'}}%%",
    "style s1 fill:#f00; linkStyle 0 stroke:red",
    ":::danger",
    "@{ shape: cyl }",
    "$$x^2$$",
    "fa:fa-car ~~~ o--o ==> x & y",
    "javascript:alert(1)",
    '\\"]; s2 --> s1',
    "default",
    "A" * 400,
]
IDS = [
    "end",
    "graph",
    "subgraph",
    "style",
    "class",
    "classDef",
    "linkStyle",
    "click",
    "default",
    "flowchart",
    "direction",
    "x",
    "o",
]


def test_mermaid_is_as_in_the_cases(golden, build, kinds):
    golden("mermaid.md", lambda text: mermaid(build(text), kinds) + "\n")


def test_dot_is_as_in_the_cases(golden, build, kinds):
    golden("dot.md", lambda text: dot(build(text), kinds) + "\n")


def nasty(build, title: str):
    text = json.dumps(title)
    return build(
        f"""
runbook: 1
title: T
steps:
  - {{id: end, title: {text}, manual: A}}
  - id: graph
    title: {text}
    decision: {{options: [{{id: a, title: {text}}}, {{id: b, title: {text}, goto: style}}]}}
  - {{id: class, title: {text}, section: {{steps: [{{id: inner, title: {text}, manual: A}}]}}}}
  - {{id: style, title: {text}, manual: A}}
"""
    )


@pytest.mark.parametrize("title", NASTY)
def test_a_nasty_title_stays_inside_its_quotes_in_mermaid(build, kinds, title):
    lines = mermaid(nasty(build, title), kinds).split("\n")

    text = r'"[\w .,:/+\'·#;-]*"'
    node = rf"  (  )?s\d(\(\[{text}\]\)|\{{{text}\}})"
    frame = rf"  subgraph s\d\[{text}\]"
    edge = rf"  s\d -->(\|{text}\|)? s\d"
    assert lines[0] == "flowchart TD"
    assert all(re.fullmatch(rf"{node}|{frame}|  end|{edge}", line) for line in lines[1:]), lines
    assert all(int(code) > 31 for code in re.findall(r"#(\d+);", "\n".join(lines)))
    assert not re.search(r'direction\s|\|""\|', "\n".join(lines)), "it would be a statement, or a label without text"


def test_ids_that_mean_something_to_mermaid_are_not_in_it(build, kinds):
    steps = ", ".join(f"{{id: {id}, title: A step, manual: A}}" for id in IDS)

    lines = mermaid(build(f"{{runbook: 1, title: T, steps: [{steps}]}}"), kinds).split("\n")

    assert len(lines) == 2 * len(IDS)
    assert all(re.fullmatch(r'  s\d+\(\["\d+ · A step"\]\)|  s\d+ --> s\d+', line) for line in lines[1:])


@pytest.mark.parametrize("title", NASTY)
def test_a_nasty_title_stays_inside_its_quotes_in_dot(build, kinds, title):
    text = dot(nasty(build, title), kinds)

    bare = re.sub(r'"(?:[^"\\\n]|\\["\\])*"', "TEXT", text)
    assert re.fullmatch(r"[\w\s{}\[\]=,;>-]*", bare), bare
    assert bare.count("label=TEXT") == 7


def test_a_need_that_another_brings_along_has_no_arrow(build, kinds):
    steps = ", ".join(f"{{id: s{n}, needs: [{', '.join(f's{m}' for m in range(n))}], manual: A}}" for n in range(40))

    drawn = mermaid(build(f"{{runbook: 1, title: T, steps: [{steps}]}}"), kinds)

    assert re.findall(r"s\d+ --> s\d+", drawn) == [f"s{n} --> s{n + 1}" for n in range(1, 40)]


def test_a_long_chain_is_drawn(build, kinds):
    steps = ", ".join(f"{{id: s{n}, manual: A}}" for n in range(3000))

    drawn = mermaid(build(f"{{runbook: 1, title: T, steps: [{steps}]}}"), kinds)

    assert drawn.count("-->") == 2999


def test_the_legend_names_only_the_shapes_that_appear(build, kinds):
    one = build("{runbook: 1, title: T, steps: [{id: a, manual: A}, {id: b, manual: A}]}")
    two = build("{runbook: 1, title: T, steps: [{id: a, manual: A}, {id: b, wait: 1m, when: 'true'}]}")

    assert str(legend(one, kinds)) == ""
    assert str(legend(two, kinds)) == "*Rounded: a person; slanted: a wait; dotted arrow: only under a condition.*"


def test_a_process_that_only_undoes_what_it_has_done_says_so(build, kinds):
    drawn = mermaid(build("runbook: 1\ntitle: P\non_failure: undo\nsteps: [{id: a, manual: A, undo: B}]"), kinds)

    assert 'failed["What was done is undone"]' in drawn
    assert 'steps -.->|"after a failure"| failed' in drawn


def test_the_turns_that_go_side_by_side_are_counted(build, kinds):
    text = "runbook: 1\ntitle: P\nsteps: [{id: a, foreach: {items: [x, y], max_parallel: 2}, manual: A}]"

    assert "A, for each, 2 at a time" in mermaid(build(text), kinds)
