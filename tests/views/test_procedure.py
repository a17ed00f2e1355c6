from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from runbook.views.procedure import procedure

HOSTILE = "# <script>alert(1)</script> | `` ` [x](javascript:a) **b** &lt; \\\n- ~~~ $x$ <!-- {{ 1 }} ```"
ORDER = [
    "What it does",
    "When to use it",
    "Before you start",
    "Hazards",
    "Roles",
    "Start it",
    "Overview",
    "Steps",
    "Always at the end",
    "Outputs",
    "If it fails",
    "References",
]


def test_pages_are_as_in_the_cases(golden, build, project, kinds):
    rolled = build(
        "{runbook: 1, title: Roll back, summary: The way back., steps: [{id: a, manual: A}]}", "web/roll-back"
    )

    def page(text: str) -> str:
        process = build(text)
        return procedure(process, project(process, rolled), kinds)

    golden("procedure.md", page)


@pytest.fixture
def hostile(build, project, kinds) -> str:
    """A page with hostile text wherever an author may write text."""
    word = "x-y_z<b>|`q`"
    import json

    text, step = json.dumps(HOSTILE), json.dumps(word)
    process = build(
        f"""
runbook: 1
title: {text}
summary: {text}
description: {text}
owner: {text}
tags: [{text}]
practice: {text}
change: {text}
review: {{every: {text}, last: {text}}}
use_when: [{text}]
prerequisites: [{text}]
hazards: [{text}, {{text: {text}, step: s}}]
references: [{{title: {text}, url: {text}}}, {{title: t, url: "javascript:a"}}]
roles: {{{step}: {{summary: {text}, team: {text}, people: [{text}], not: {text}}}}}
inputs: {{{step}: {{title: {text}, description: {text}, default: {text}, enum: [{text}], pattern: {text}}}}}
checks: [{{id: c, title: {text}, command: [{text}]}}]
steps:
  - id: s
    title: {text}
    role: {text}
    why: {text}
    warning: {text}
    caution: {text}
    note: {text}
    shell: {{run: {text}, cwd: {text}, env: {{A: {text}}}}}
    manual: {text}
    expect: {{contains: {text}, matches: {text}, json: {{{step}: {text}}}, limits: {{{step}: {{min: 1}}}}}}
    outputs: {{{step}: {{regex: {text}}}, other: {{json: {text}}}}}
  - {{id: f, title: {text}, manual: {{text: {text}, fields: {{{step}: {{title: {text}, type: choice, options: [{text}],
     default: {text}, unit: {text}, pattern: {text}}}}}}}}}
  - {{id: d, title: {text}, decision: {{question: {text}, options: [{{id: a, title: {text}}}, {{id: b, goto: p}}]}}}}
  - {{id: a, title: {text}, approval: {{role: {text}, text: {text}, not: [{text}]}}}}
  - {{id: p, title: {text}, process: {{use: g/p, with: {{{step}: {text}}}}}}}
  - {{id: v, title: {text}, set: {{values: {{{step}: {text}}}}}}}
finally: [{{id: z, title: {text}, shell: {text}}}]
outputs: {{{step}: {text}}}
""".replace("{{ 1 }}", "{{ inputs.x }}")
    )
    return procedure(process, project(process), kinds)


def test_hostile_text_in_any_field_makes_no_tag_no_link_and_no_heading(hostile):
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown.validateLink = lambda url: True
    tokens = [child for token in markdown.parse(hostile) for child in (token, *(token.children or ()))]

    tags = {token.content for token in tokens if token.type in ("html_inline", "html_block")}
    assert all(re.fullmatch(r'<a id="[a-z-]+">|</a>', tag.strip()) for tag in tags)
    targets = {token.attrs["href"] for token in tokens if token.type == "link_open"}
    assert not [target for target in targets if "javascript" in target.split("%")[0]]
    headings = [
        tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"
    ]
    assert headings == ORDER


def test_hostile_text_stays_readable(hostile):
    shown = MarkdownIt("commonmark").enable("table").render(hostile)

    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 60


def test_an_empty_field_prints_nothing(build, project, kinds):
    process = build("{runbook: 1, title: T, steps: [{id: a, title: A, manual: Do it.}]}")

    page = procedure(process, project(process), kinds)

    headings = re.findall("^## (.*)$", page, re.M)
    assert headings == ["Start it", "Steps", "If it fails"]
    assert "\n\n\n" not in page
    assert not re.search(r"None|\(\)|\[\]|\*\*\w+:\*\* *$", page, re.M)


def test_steps_say_after_which_others_they_come_only_when_that_is_news(build, project, kinds):
    process = build(
        """
runbook: 1
title: T
steps:
  - {id: a, title: A, manual: A}
  - {id: b, title: B, manual: B}
  - {id: c, title: C, needs: [a], manual: C}
  - {id: d, title: D, needs: [], manual: D}
  - {id: e, title: E, needs: [a, b, c], join: 2, manual: E}
"""
    )

    page = procedure(process, project(process), kinds)

    lines = dict(re.findall(r"^### \d\. (\w)\n\n(.*)$", page, re.M))
    assert lines == {
        "A": "By hand",
        "B": "By hand",
        "C": "By hand · after [step 1](#step-a)",
        "D": "By hand · does not wait for the steps before it",
        "E": "By hand · after 2 of steps [1](#step-a), [2](#step-b) or [3](#step-c)",
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("idempotent: true", "Every automated step is safe to repeat."),
        ("read_only: true", "Every automated step is safe to repeat."),
        ("note: n", "Find out what happened before you repeat [step 1](#step-a)."),
        ("on_failure: continue", "After a failure of [step 1](#step-a) the later steps go on."),
        ("manual: m", "When the automation itself is broken, do it by hand: [step 1](#step-a)."),
    ],
    ids=["idempotent", "read only", "neither", "goes on", "by hand"],
)
def test_the_page_says_what_a_failure_means(build, project, kinds, fields, said):
    process = build(f"{{runbook: 1, title: T, steps: [{{id: a, shell: a, {fields}}}]}}")

    page = procedure(process, project(process), kinds)

    assert said in page.partition("## If it fails")[2]


def test_the_next_review_is_worked_out_from_the_last(build, project, kinds):
    review = "{every: 180d, last: 2026-10-01}"
    process = build(f"{{runbook: 1, title: T, review: {review}, steps: [{{id: a, manual: A}}]}}")

    page = procedure(process, project(process), kinds)

    assert "| **Review** | every 180d, last 2026-10-01, next due 2027-03-30 |" in page


def test_the_command_names_the_inputs_that_must_be_given(build, project, kinds):
    inputs = "{host: {type: string}, port: {type: integer, default: 22}, user: {type: string}}"
    process = build(f"{{runbook: 1, title: T, inputs: {inputs}, steps: [{{id: a, manual: A}}]}}")

    page = procedure(process, project(process), kinds)

    assert "```sh\nrunbook run web/deploy -i host=... -i user=...\n```" in page
