"""Free pages: their places, titles and order; their links; what their Markdown becomes; what is hostile in it."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from runbook.definition import Docs, Process, ProcessGroup, Project
from runbook.kinds import builtin
from runbook.views.site.card import card
from runbook.views.site.free import FreePages, free_pages
from runbook.views.site.free_page import free_page, overview
from runbook.views.site.free_parts import parts
from runbook.views.site.links import lost_anchors
from runbook.views.site.model import Site
from runbook.views.site.templates import templates

FILE = "processes/web/restart.yaml"
SOURCE = "https://git.example/{file}"


def pages(texts: Mapping[str, str], pictures: tuple[str, ...] = ()) -> FreePages:
    return free_pages("docs", texts, dict.fromkeys(pictures, "digest"), str)


def site(texts: Mapping[str, str], pictures: tuple[str, ...] = (), source: str = "") -> Site:
    process = Process(id="web/restart", file=FILE, title="Restart", data={})
    group = ProcessGroup("web", "Web", "me")
    project = Project("Ops", groups={"web": group}, processes={process.id: process}, docs=Docs(source=source))
    cards = {process.id: card(process, group, builtin(), "0" * 64)}
    return Site(project, builtin(), cards, templates({}), pages=pages(texts, pictures))


def shown(body: str, of: Mapping[str, str] | None = None, pictures: tuple[str, ...] = (), source: str = "") -> str:
    """The text of `docs/how-to/a.md` as it stands on its page."""
    made = site({"docs/how-to/a.md": body, **(of or {})}, pictures, source)
    html = free_page(made.pages.by_file["docs/how-to/a.md"], made)
    return html.partition('<article class="text">\n')[2].partition("\n</article>")[0].strip()


# -- places, titles, order --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("docs/a.md", "pages/a.html"),
        ("docs/index.md", "pages/index.html"),
        ("docs/how-to/README.md", "pages/how-to/index.html"),
        ("docs/übersicht.md", "pages/übersicht.html"),
        ("docs/v1.2.md", "pages/v1.2.html"),
    ],
)
def test_a_page_stands_where_its_file_does(file: str, path: str) -> None:
    assert pages({file: "# A"}).by_file[file].path == path


@pytest.mark.parametrize("name", ["a b", "a#b", "a?b", "100%", '"><x', "-x"])
def test_a_name_that_no_address_can_hold_becomes_one_that_can(name: str) -> None:
    found = pages({f"docs/{name}.md": "# A", "docs/a.md": "# B"})

    paths = [page.path for page in found.pages]

    assert len(set(paths)) == 2
    assert all(path.replace("pages/", "").replace("-", "").replace(".", "").isalnum() for path in paths)


def test_two_files_never_stand_at_one_place() -> None:
    found = pages({"docs/README.md": "# A", "docs/index.md": "# B", "docs/Index.md": "# C"})

    assert len({page.path.lower() for page in found.pages}) == 3


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The `title` of [it](x.md)\n", "The title of it"),
        ("Above\n=====\n\ntext", "Above"),
        ("```\n# no heading\n```\n\n## Second\n", "Second"),
        ("---\ntitle: In front\n---\n# Heading\n", "In front"),
        ("---\ntitle: [no, text]\n---\n# Heading\n", "Heading"),
        ("no heading at all", "My page"),
    ],
)
def test_the_title_is_the_first_heading_or_what_is_said_in_front(text: str, title: str) -> None:
    assert pages({"docs/my-page.md": text}).pages[0].title == title


@pytest.mark.parametrize(
    ("front", "complaint"),
    [
        ("title: [", "the front matter is no YAML that can be read"),
        ("- a list", "the front matter is no mapping"),
        ("order: first", "`order` in the front matter is no number"),
        ("a: !!python/object/apply:os.system [id]", "the front matter is no YAML that can be read"),
        ("a: " + "[" * 5000, "the front matter is no YAML that can be read"),
        ("a: 2026-99-99", "the front matter is no YAML that can be read"),
        ("title: good\norder: 2.5", ""),
        ("", ""),
    ],
)
def test_front_matter_that_is_wrong_is_told_and_not_shown(front: str, complaint: str) -> None:
    page = pages({"docs/a.md": f"---\n{front}\n---\n# A\n"}).pages[0]

    assert page.complaint == complaint
    assert page.body == "# A\n"
    assert page.skipped == front.count("\n") + 3


def test_pages_stand_in_the_order_of_the_index_then_of_their_titles() -> None:
    found = pages(
        {
            "docs/index.md": "# Docs\n\n[c](how-to/c.md), [a](how-to/a.md#x), [r](reference/r.md)",
            "docs/how-to/a.md": "# A",
            "docs/how-to/b.md": "# B",
            "docs/how-to/c.md": "# C",
            "docs/how-to/first.md": "---\norder: 1\n---\n# First",
            "docs/reference/r.md": "# R",
            "docs/tutorials/t.md": "# T",
            "docs/more/m.md": "# M",
            "docs/more/index.md": "# Much more",
        }
    )

    titles = [(section.title, [page.title for page in section.pages]) for section in found.sections]

    assert titles == [
        ("Docs", []),
        ("How to", ["First", "C", "A", "B"]),
        ("Reference", ["R"]),
        ("Tutorials", ["T"]),
        ("Much more", ["M"]),
    ]


def test_the_four_kinds_stand_in_the_order_of_a_reader() -> None:
    found = pages({f"docs/{name}/x.md": "# X" for name in ("explanation", "how-to", "other", "reference", "tutorials")})

    assert [each.title for each in found.sections] == ["Tutorials", "How to", "Reference", "Explanation", "Other"]


def test_each_page_knows_those_before_and_after_it() -> None:
    made = site({"docs/index.md": "# Docs", "docs/a.md": "# A", "docs/more/b.md": "# B"})

    html = free_page(made.pages.by_file["docs/a.md"], made)

    assert '<a rel="prev" href="index.html"><span>Previous</span> Docs</a>' in html
    assert '<a rel="next" href="more/b.html"><span>Next</span> B</a>' in html


def test_a_folder_without_a_page_of_its_own_gets_one() -> None:
    made = site({"docs/how-to/a.md": "# A\n\nWhat *it* says, in `short`. And more."})

    html = overview(made.pages.sections[0], made)

    assert "<h1>How to</h1>" in html
    assert '<a href="a.html">A</a><span class="about">What it says, in short.</span>' in html


def test_the_frame_leads_to_the_sections_and_to_the_pages_of_this_one() -> None:
    made = site({"docs/how-to/a.md": "# A", "docs/reference/b.md": "# B"})

    html = free_page(made.pages.by_file["docs/how-to/a.md"], made)

    assert '<a href="index.html" aria-current="true">How to</a>' in html
    assert '<a href="a.html" aria-current="page">A</a>' in html
    assert '<a href="../reference/index.html">Reference</a>' in html
    assert "../reference/b.html" not in html.partition('class="pages"')[2].partition("</nav>")[0]


def test_of_many_pages_those_around_this_one_stand_beside_it() -> None:
    made = site({f"docs/{number:03}.md": f"# {number:03}" for number in range(200)})

    html = free_page(made.pages.by_file["docs/100.md"], made)

    beside = html.partition('class="pages"')[2].partition("</nav>")[0]
    assert beside.partition("</ul>")[0].count("<li>") == 61
    assert 'href="100.html" aria-current="page"' in beside
    assert 'href="071.html"' in beside


HARD = ["# " + " " * 400_000 + "x", "[" * 60_000, "# " + "[" * 60_000, "> " * 50_000, "`" * 400_000]


@pytest.mark.parametrize("text", HARD, ids=["spaces", "brackets", "a heading of brackets", "quotes", "ticks"])
def test_a_page_that_is_hard_to_read_is_read_all_the_same(text: str) -> None:
    began = time.process_time()

    made = site({"docs/a.md": text})
    free_page(made.pages.pages[0], made)

    assert time.process_time() - began < 10


# -- links ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "leads"),
    [
        ("b.md", "b.html"),
        ("./b.md#Two-words", "b.html#Two-words"),
        ("../index.md", "../index.html"),
        ("..", "../index.html"),
        ("/docs/how-to/b.md", "b.html"),
        ("#here", "#here"),
        ("a.md#here", "#here"),
        ("#content", "#.content"),
        ("b.md#q", "b.html#.q"),
        ("../../processes/web/restart.yaml", "../../processes/web/restart.html"),
        ("../../processes/web/restart.yaml#L3", "../../processes/web/restart.html"),
        ("../../processes/web/", "../../processes/web/index.html"),
        ("../../processes/web/group.yaml", "../../processes/web/index.html"),
        ("https://example.org/x.md", "https://example.org/x.md"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("<a%20b.md>", "a-b-"),
    ],
)
def test_a_link_leads_to_the_page_of_its_file(written: str, leads: str) -> None:
    others = {"docs/how-to/b.md": "# B", "docs/index.md": "# I", "docs/how-to/a b.md": "# C"}

    assert f'<a href="{leads}' in shown(f"[x]({written})", others)


@pytest.mark.parametrize("written", ["../../README.md", "../../../out.md", "gone.md", "../../tools/x.py#L3"])
def test_a_link_to_what_is_not_on_the_site_is_plain_text(written: str) -> None:
    assert shown(f"see [**the** x]({written}).") == "<p>see <strong>the</strong> x.</p>"


def test_a_link_to_a_file_of_the_project_leads_to_its_source_where_that_is_known() -> None:
    found = shown("[x](../../tools/a%20b.py) [y](../../../out.py)", source=SOURCE)

    assert found == '<p><a href="https://git.example/tools/a%20b.py" rel="noopener noreferrer">x</a> y</p>'


def test_a_picture_of_the_pages_is_shown_and_any_other_is_its_words() -> None:
    body = '![one "two"](../p.png) ![gone](gone.png) ![out](https://example.org/x.png)'

    found = shown(body, pictures=("docs/p.png",))

    assert found == '<p><img src="../p.png" alt="one &#34;two&#34;" loading="lazy"> gone out</p>'
    assert shown("![gone](gone.png)", source=SOURCE) == "<p>gone</p>"


def test_every_anchor_that_is_not_there_is_told_with_its_line() -> None:
    found = pages(
        {
            "docs/a.md": "---\ntitle: x\n---\n# A\n\n[b](b.md#gone) [b](b.md#here) [c](c.md#x) [b](b.md#content)\n",
            "docs/b.md": '# B\n\n## Here\n\n[up](#set) [up](#none)\n\n<a id="set"></a>\n\n## Content\n',
        }
    )

    told = sorted((each.page, each.line, each.message) for each in lost_anchors(found))

    assert told == [
        ("docs/a.md", 6, "`b.md#gone` leads to an anchor that docs/b.md does not have"),
        ("docs/b.md", 5, "`#none` leads to an anchor that docs/b.md does not have"),
    ]


# -- Markdown ---------------------------------------------------------------------------------------


def test_a_quote_that_says_so_becomes_a_box() -> None:
    found = shown("> [!WARNING]\n> Stand *back*.\n>\n> Really.")

    assert found == (
        '<div class="box warning" role="note"><strong>WARNING</strong>\n'
        "<p>Stand <em>back</em>.</p>\n<p>Really.</p>\n</div>"
    )


@pytest.mark.parametrize("quote", ["> [!OTHER]\n> x", "> text [!NOTE]", "> > [!NOTE]\n> > x", "> - [!NOTE] x"])
def test_any_other_quote_stays_one(quote: str) -> None:
    assert "<blockquote>" in shown(quote)
    assert 'class="box' not in shown(quote)


def test_tasks_have_a_sign_that_says_whether_they_are_done() -> None:
    found = shown("- [ ] look **here**\n- [x] done\n- [ ]no task")

    assert '<li class="task"><span class="box-sign" role="img" aria-label="to do">☐</span> look <strong>here' in found
    assert '<li class="task"><span class="box-sign" role="img" aria-label="done">☑</span> done</li>' in found
    assert "<li>[ ]no task</li>" in found


def test_headings_get_the_anchors_that_github_gives_them_and_none_of_the_frame() -> None:
    found = shown("# Über *uns*\n\n## A `b` c!\n\n## A b c\n\n## Content\n\n### 1. Two")

    anchors = [part.partition('"')[0] for part in found.split('id="')[1:]]

    assert anchors == ["über-uns", "a-b-c", "a-b-c-1", ".content", "1-two"]


def test_an_anchor_set_by_hand_is_one_and_all_other_html_is_text() -> None:
    found = shown('<a id="step-x"></a>\n\n<a id="x" onclick="y"></a> <b>z</b>')

    assert '<span id="step-x"></span>' in found
    assert "&lt;a id=" in found
    assert "<b>" not in found


def test_a_note_of_the_author_is_shown_to_nobody() -> None:
    found = shown("<!-- one -->\ntext <!-- **two** --> on\n<!-- three\n\nfour -->\n\n`<!-- code -->`\n\n<!-- open")

    assert found == "<p>text  on</p>\n<p><code>&lt;!-- code --&gt;</code></p>\n<p>&lt;!-- open</p>"


def test_an_anchor_is_set_once() -> None:
    assert shown('<a id="here"></a>\n\n## Here\n\n<a id="here"></a><a id="two"></a><a id="two"></a>').count("id=") == 2


def test_a_session_gives_its_commands_to_be_copied_and_nothing_else() -> None:
    found = shown("```console\n$ cat <<'E' \\\n>   | sort\n$ no prompt\nE\n$ ls -l\ntotal 0\n$HOME\n> running\n```")

    assert found.count("data-copy") == 2
    codes = [part.partition("</code>")[0] for part in found.split("<code>")[1:]]
    assert "$ " not in codes[1]
    assert "$ no prompt" in codes[0]
    assert '<pre class="printed" tabindex="0"><samp>total 0\n$HOME\n&gt; running</samp></pre>' in found


def test_the_contents_stand_beside_a_page_of_several_parts() -> None:
    made = site({"docs/a.md": "# A\n\n## One\n\n### Deep\n\n#### Deeper\n\n## Found\n"})

    html = free_page(made.pages.pages[0], made)

    aside = html.partition('<aside class="contents"')[2].partition("</aside>")[0]
    assert [each.partition('"')[0] for each in aside.split('href="#')[1:]] == ["one", "deep", ".found"]


def test_a_page_without_a_title_of_its_own_gets_one_on_the_page() -> None:
    made = site({"docs/a.md": "---\ntitle: Said in front\n---\ntext", "docs/b.md": "# B"})

    assert "<h1>Said in front</h1>" in free_page(made.pages.by_file["docs/a.md"], made)
    assert free_page(made.pages.by_file["docs/b.md"], made).count("<h1") == 1


# -- for the search ---------------------------------------------------------------------------------


def test_the_search_finds_each_part_with_its_texts_and_commands() -> None:
    text = "# A\n\nBefore `x`.\n\n## One\n\n- an *item*\n\n```console\n$ ls\nout\n```\n\n```yaml\na: 1\n```\n"
    page = pages({"docs/a.md": text}).pages[0]

    found = [(each.anchor, each.title, each.texts, each.commands) for each in parts(page)]

    assert found == [("", "A", ["Before x."], []), ("one", "One", ["an item", "a: 1\n"], ["ls"])]
