from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runbook.definition import Process
from runbook.kind import Kinds
from runbook.reading.library import read_library
from runbook.run.events import Status
from runbook.views.diagram_key import key
from runbook.views.drawing import Drawing, Edge, Node, Shape, drawing, every
from runbook.views.language import language
from runbook.views.picture.letters import lines, width
from runbook.views.picture.placing import Mark, Picture, picture
from runbook.views.picture.signs import SIGNS
from runbook.views.picture.sizes import NOTE, TITLE
from runbook.views.svg import stand_alone, svg
from tests.views.pictures import Room, overlap, straight, through

REPOSITORY = Path(__file__).resolve().parents[2]
DRAWN = {"svg", "title", "desc", "g", "a", "rect", "polygon", "path", "circle", "text"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "]]><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</text></a></svg><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "javascript:alert(1)",
    "&lt;script&gt; &amp; &#60;b&#62; &notanentity;",
    "<!-- --> <![CDATA[ <?php ?>",
    "<foreignObject><body onload=alert(1)>",
    '<a xlink:href="javascript:alert(1)">x</a>',
    "\u202eevil \x00\x07\x1b[31m \ufffe \ud800",
    "W" * 400,
    "many words " * 20_000,
    "x" * 200_000,
    "e" + "\u0301" * 5000,
    "手順 " * 60,
    "",
]


# -- what holds of every picture ---------------------------------------------------------------------------------------


def room(mark: Mark) -> Room:
    return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height


def check(drawn: Drawing, made: Picture) -> None:
    """Fail when something lies on something else, or is outside of its frame or of the whole."""
    marks = {mark.node.name: mark for mark in made.marks}
    frames = {
        node.name: {each.name for each in every(node)} for top in drawn.nodes for node in every(top) if node.inside
    }
    assert set(marks) == {node.name for top in drawn.nodes for node in every(top)}
    for one, two in combinations(marks, 2):
        if two in frames.get(one, ()):
            assert inside(room(marks[two]), room(marks[one])), (one, two)
        elif one in frames.get(two, ()):
            assert inside(room(marks[one]), room(marks[two])), (one, two)
        else:
            assert not overlap(room(marks[one]), room(marks[two]), 5), (one, two)
    for mark in made.marks:
        assert inside(room(mark), (-1, -1, made.width + 1, made.height + 1))
        for each, size in [*((each, TITLE) for each in mark.text.title), *((each, NOTE) for each in mark.text.note)]:
            assert width(each, size) + mark.text.indent < mark.width - 10
    for line in made.lines:
        assert straight(line.points), line.edge
        ends = {line.edge.start, line.edge.end}
        for name, mark in marks.items():
            if not ends & frames.get(name, set()) - {name}:
                assert not through(line.points, room(mark)), (line.edge, name)
            if line.label and not ends <= frames.get(name, set()):
                assert not overlap(label_room(line), room(mark)), (line.edge, name)


def label_room(line) -> Room:
    (x, y), (wide, high) = line.middle, line.size
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def inside(inner: Room, outer: Room) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def parsed(text: str) -> ElementTree.Element:
    """The picture as an XML parser takes it, with nothing in it that does not belong there."""
    root = ElementTree.fromstring(text)
    for each in root.iter():
        name = each.tag.removeprefix("{http://www.w3.org/2000/svg}")
        assert name in DRAWN or (name == "style" and root.tag != "svg"), name
        for attribute, value in each.attrib.items():
            assert not attribute.startswith("on"), attribute
            assert attribute not in ("style", "aria-label"), attribute
            assert "url(" not in value
            assert attribute != "href" or re.fullmatch(r"[\w./-]*#step-[A-Za-z0-9.-]+", value), value
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    return root


# -- processes ---------------------------------------------------------------------------------------------------------


def library(kinds: Kinds) -> Iterator[Process]:
    files = {
        path.relative_to(REPOSITORY).as_posix(): path.read_bytes()
        for path in [REPOSITORY / "runbook.yaml", *sorted((REPOSITORY / "processes").rglob("*.yaml"))]
    }
    yield from read_library(files, kinds, {}, {}, True).project.processes.values()


def test_every_process_of_the_library_is_drawn_with_each_step_once(kinds: Kinds) -> None:
    count = 0
    for process in library(kinds):
        drawn = drawing(process, kinds)
        check(drawn, picture(drawn))

        root = parsed(svg(drawn, title=process.title))

        links = [link.attrib["href"] for link in root.iter("a")]
        told = [link.find("title").text for link in root.iter("a")]
        assert sorted(links) == sorted(f"#step-{step.id}" for step in process.every_step())
        assert [each.split()[0] for each in told] == [
            node.number for top in drawn.nodes for node in every(top) if node.step
        ]
        assert all(f"{step.number} {step.title}" in "\n".join(told) for step in process.every_step())
        count += 1
    assert count > 30


def test_the_number_in_a_node_is_the_number_of_its_step(build: Callable[..., Process], kinds: Kinds) -> None:
    process = build(NESTED)

    root = parsed(svg(drawing(process, kinds), title="T"))

    shown = {link.attrib["href"]: link.find("text").text for link in root.iter("a")}
    assert shown == {f"#step-{step.id.replace('_', '-')}": step.number for step in process.every_step()}


NESTED = """
runbook: 1
title: Everything inside of everything
roles: {lead: {summary: Leads}}
checks:
  - {id: on_call, title: Someone is on call, shell: x}
  - {id: well, title: All is well, shell: x}
steps:
  - id: pick
    title: Pick
    decision: {options: [{id: a, title: One}, {id: b, title: Two, goto: late}, {id: c, title: Three, goto: end}]}
  - id: rollout
    title: Roll out
    needs: [pick]
    foreach: {items: [x, y], batch: 2}
    section:
      steps:
        - id: attempt
          title: Try it
          shell: x
          on_failure: {do: [{id: back, title: Go back, shell: x}, {id: tell, manual: Tell}], then: continue}
        - id: look
          title: Look in any order
          section:
            steps: [{id: one, needs: [], manual: A}, {id: two, needs: [], manual: B}, {id: three, needs: [], manual: C}]
  - {id: late, title: Afterwards, needs: [pick, rollout], join: any, approval: lead}
  - id: judge
    title: Judge
    decision: {options: [{id: good, title: Fine}, {id: bad, title: Again, goto: late}]}
  - {id: end, title: The end, needs: [pick, judge], join: any, wait: 1m}
on_failure: [{id: sorry, title: Say sorry, manual: A}]
on_cancel: [{id: stop, title: Stop all, shell: x}]
finally: [{id: alarms, title: Alarms on again, shell: x}]
"""


def test_frames_in_frames_hold_what_is_theirs_and_nothing_else(build: Callable[..., Process], kinds: Kinds) -> None:
    drawn = drawing(build(NESTED), kinds)

    made = picture(drawn)

    check(drawn, made)
    assert max(mark.depth for mark in made.marks) == 3
    main = [mark for mark in made.marks if mark.node.name in ("steps", "last")]
    assert len({mark.x + mark.width / 2 for mark in main}) == 1, "what is done when it fails stands aside"


def test_an_emergency_approval_is_drawn_with_its_review(build: Callable[..., Process], kinds: Kinds) -> None:
    text = """
runbook: 1
title: T
roles: {lead: {summary: Leads}}
steps: [{id: a, title: Approve, approval: {role: lead, emergency: {role: lead, within: 1d}}}]
"""
    drawn = drawing(build(text), kinds)

    assert [node.title for node in drawn.nodes] == ["Approve", "After an emergency approval of 1"]


def plain(count: int, *pairs: tuple[int, int]) -> Drawing:
    nodes = [
        Node(f"s{each}", "", Shape.MACHINE, (), f"id{each}", str(each), f"Do thing {each}") for each in range(count)
    ]
    return Drawing(nodes, [Edge(f"s{start}", f"s{end}") for start, end in pairs])


@pytest.mark.parametrize(
    "drawn",
    [
        Drawing(),
        plain(1),
        plain(9),
        plain(3, (0, 1), (1, 0), (1, 2)),
        plain(2, (0, 0), (0, 1), (0, 1)),
        plain(60, *((each, each + 1) for each in range(59))),
        plain(12, *((0, each) for each in range(1, 11)), *((each, 11) for each in range(1, 11))),
    ],
    ids=["nothing", "one step", "no arrows", "a retry loop", "to itself, twice", "sixty steps", "ten side by side"],
)
def test_a_sample_is_drawn(drawn: Drawing) -> None:
    check(drawn, picture(drawn))
    root = parsed(svg(drawn, title="Sample"))

    assert len(list(root.iter("a"))) == len(drawn.nodes)
    assert svg(drawn, title="Sample") == svg(drawn, title="Sample")


def test_many_side_by_side_get_narrower() -> None:
    wide = plain(12, *((0, each) for each in range(1, 11)), *((each, 11) for each in range(1, 11)))
    for each, node in enumerate(wide.nodes):
        wide.nodes[each] = Node(node.name, "", node.shape, (), node.step, node.number, "Say what has to be said to all")

    assert picture(wide).width < 1900


# -- hostile texts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_text(text: str) -> None:
    inner = Node("b", text, Shape.DECISION, (), "b", "2", text, text)
    nodes = [Node("a", text, Shape.PERSON, (), "a", "1", text, text), Node("f", text, inside=(inner,), title=text)]
    drawn = Drawing(nodes, [Edge("a", "f", text), Edge("b", "b", text, dotted=True)])

    for made in (svg(drawn, title=text, states={"a": text, "b": "failed"}), stand_alone(drawn, title=text)):
        root = parsed(made)
        made.encode()
        for each in root.iter():
            if each.tag.rpartition("}")[2] == "text" and "text-anchor" not in each.attrib:
                right = float(each.attrib["x"]) + width(each.text or "", float(each.attrib["font-size"]))
                assert right < float(root.attrib["width"]) - 14
        assert re.search(r"[\x00-\x08\x0b-\x1f\u202e]", made) is None
    check(drawn, picture(drawn))


@pytest.mark.parametrize("step", ['a" onclick="x', "a'b", "<b>", "a b", "javascript:x", "ä"])
def test_the_id_of_a_step_is_never_more_than_an_anchor(step: str) -> None:
    parsed(svg(Drawing([Node("a", "A", Shape.PERSON, (), step, "1", "A")]), title="T", page="../x/y.html"))


# -- text --------------------------------------------------------------------------------------------------------------


def test_a_long_title_gets_two_even_lines_and_then_an_ellipsis() -> None:
    assert lines("Make sure that the window leaves time", 13, 200) == ("Make sure that the", "window leaves time")
    short = lines("Make sure that the window leaves time to go back and to tell everybody about it", 13, 180)
    assert len(short) == 2
    assert short[1].endswith("…")
    assert lines("x" * 100, 13, 100)[1].endswith("…")
    assert all(width(each, 13) <= 100 for each in lines("x" * 100, 13, 100))


def test_what_was_shortened_is_told_in_full() -> None:
    title = "Make sure that the window leaves time to go back and to tell everybody about it, twice"
    drawn = Drawing([Node("a", "", Shape.PERSON, (), "a", "1", title), Node("b", "B")], [Edge("a", "b", title)])

    root = parsed(svg(drawn, title="T"))

    assert [each.text for each in root.iter("title")] == ["T", title, f"1 {title}", "B"]


# -- what is told without colours, scripts and pages -------------------------------------------------------------------


def test_each_kind_of_step_has_a_form_of_its_own() -> None:
    forms = set()
    for shape in Shape:
        root = parsed(svg(Drawing([Node("a", "A", shape)]), title="T"))
        group = next(each for each in root.iter("g"))
        drawn = [each for each in group if each.attrib.get("class", "").startswith("d-shape")]
        corners = drawn[0].attrib.get("points", "").split()
        heights = {corner.split(",")[1] for corner in corners}
        forms.add((len(drawn), drawn[0].attrib.get("rx"), len(corners), len(heights)))
    assert len(forms) == len(Shape)


def test_colours_and_sizes_stand_in_attributes() -> None:
    root = parsed(svg(plain(2, (0, 1)), title="T"))

    for each in root.iter():
        if each.tag in ("rect", "path", "polygon", "circle", "text"):
            assert "fill" in each.attrib
    assert root.attrib["viewBox"] == f"-14 -14 {root.attrib['width']} {root.attrib['height']}"
    assert root.attrib["role"] == "group"


def test_two_pictures_on_a_page_have_no_id_in_common() -> None:
    one, two = (parsed(svg(plain(2, (0, 1)), title="T", prefix=prefix)) for prefix in ("one", "two"))

    ids = [each.attrib["id"] for root in (one, two) for each in root.iter() if "id" in each.attrib]
    assert sorted(ids) == ["one-desc", "one-title", "two-desc", "two-title"]
    assert one.attrib["aria-labelledby"] == "one-title"


def test_a_picture_can_lead_to_another_page_or_nowhere() -> None:
    drawn = plain(2, (0, 1))

    assert [each.attrib["href"] for each in parsed(svg(drawn, title="T", page="../a.html")).iter("a")] == [
        "../a.html#step-id0",
        "../a.html#step-id1",
    ]
    assert not list(parsed(svg(drawn, title="T", page=None)).iter("a"))


@pytest.mark.parametrize("status", Status, ids=lambda status: status.value)
def test_what_has_become_of_a_step_is_told_by_sign_and_word(status: Status) -> None:
    root = parsed(svg(plain(2, (0, 1)), title="T", states={"id0": status.value}))

    first, second = root.iter("a")
    assert first.find("title").text == f"0 Do thing 0: {status.value}"
    assert first.attrib["class"].endswith(f" d-{status.value.replace(' ', '-')}")
    assert first.find("g/path").attrib["d"] == SIGNS[status.value]
    assert second.find("g") is None


def test_a_picture_that_stands_alone_brings_both_sets_of_colours_and_needs_nothing() -> None:
    text = stand_alone(plain(3, (0, 1), (1, 2)), title="T")

    root = parsed(text)
    style = next(each.text for each in root.iter() if each.tag.endswith("}style"))
    assert "prefers-color-scheme:dark" in style
    assert "var(" not in style
    assert "svg.diagram" not in style
    assert "#11171d" in style
    assert root.attrib["role"] == "img"
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def test_the_key_has_the_shapes_that_appear(build: Callable[..., Process], kinds: Kinds) -> None:
    text = "{runbook: 1, title: T, steps: [{id: a, manual: A}, {id: b, wait: 1m, when: 'true'}]}"
    made = ElementTree.fromstring(key(drawing(build(text), kinds)))

    assert ["".join(each.itertext()).strip() for each in made] == ["a person", "a wait", "only under a condition"]
    assert key(plain(3)) == ""


def test_a_picture_speaks_another_language(build: Callable[..., Process], kinds: Kinds) -> None:
    german = language("de")
    drawn = drawing(build(NESTED), kinds, german)

    told = svg(drawn, title="T", states={"pick": "failed"}, language=german) + key(drawn, language=german)

    for english in ("Checks", "Always at the end", "after a failure", "any<", "steps", "Arrows", "failed<", "a person"):
        assert english not in told
    assert "Prüfungen" in told
    assert "1 Pick: fehlgeschlagen" in told


@pytest.mark.parametrize(
    "pairs",
    [
        [(one, 40 + two) for one in range(40) for two in range(40)],
        [(each, 0) for each in range(1, 400)] + [(each, each + 1) for each in range(399)],
        [(each, 399) for each in range(398)] + [(each, each + 1) for each in range(399)],
    ],
    ids=["everything to everything", "all lead back", "all lead to the end"],
)
def test_a_thicket_of_arrows_is_said_instead_of_drawn(pairs: list[tuple[int, int]]) -> None:
    drawn = plain(1 + max(max(pair) for pair in pairs), *pairs)

    made = picture(drawn)

    check(drawn, made)
    assert (made.lines, made.left_out) == ([], len(pairs))
    assert f"{len(pairs)} arrows are too many to draw" in svg(drawn, title="T")


def test_a_long_chain_and_a_wide_star_are_drawn_all_the_same() -> None:
    chain = picture(plain(3000, *((each, each + 1) for each in range(2999))))
    star = picture(plain(300, *((0, each) for each in range(1, 300))))

    assert (len(chain.lines), chain.left_out) == (2999, 0)
    assert (len(star.lines), star.left_out) == (299, 0)
