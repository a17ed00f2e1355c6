"""Whatever the project itself says on a page can be said in another language, and German says all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from string import Formatter

import pytest
import yaml

from runbook.definition import Process, Project
from runbook.engine.plans import plan_of
from runbook.form import expected
from runbook.kind import Kinds
from runbook.languages import LANGUAGES
from runbook.phrases import Phrase, joined, said
from runbook.reading.library import read_library
from runbook.views.checklist import Printed, checklist
from runbook.views.diagram_key import key
from runbook.views.drawing import drawing
from runbook.views.language import ENGLISH, Language, language
from runbook.views.pages import pages
from runbook.views.procedure import procedure
from runbook.views.record import as_page
from runbook.views.sheet import sheet
from runbook.views.svg import svg
from tests.views.every_feature import FILES
from tests.views.said import ROOT, in_code, in_script, in_template, texts
from tests.views.told_records import number_of, told, with_data

FOLDER = ROOT / "views" / "languages"
OTHERS = [code for code in LANGUAGES if code != ENGLISH.code]


def braces(text: str) -> list[str]:
    """The names of the values that stand in a text."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def lines(code: str) -> list[str]:
    """The entries of a language as they are written, one a line."""
    written = (FOLDER / f"{code}.yaml").read_text(encoding="utf-8").splitlines()
    return [line for line in written if line and not line.startswith("#")]


# -- the words of a language ------------------------------------------------------------------------


@pytest.mark.parametrize("code", OTHERS)
def test_everything_that_is_said_has_a_translation(code: str) -> None:
    words = language(code).words

    missing = {text: place for text, place in texts().items() if text not in words}

    assert not missing, "\n".join(f'"{text}": ""  # {place}' for text, place in missing.items())


@pytest.mark.parametrize("code", OTHERS)
def test_there_is_no_translation_of_what_nobody_says(code: str) -> None:
    assert not language(code).words.keys() - texts().keys()


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_values_of_its_text(code: str) -> None:
    words = language(code).words

    assert {text: other for text, other in words.items() if braces(text) != braces(other)} == {}
    assert not [text for text, other in words.items() if not other.strip()]


@pytest.mark.parametrize("code", OTHERS)
def test_the_texts_stand_in_order_and_once(code: str) -> None:
    texts_there = [next(iter(yaml.safe_load(line))) for line in lines(code)]

    assert texts_there == sorted(set(texts_there), key=lambda text: (text.lower(), text))


# -- how a text is said -----------------------------------------------------------------------------

MIRROR = Language("xx", {"after {time}": "{time} danach", "{number} min": "{number} Min", "1 step": "ein Schritt"})


def test_a_text_without_a_translation_stays_english() -> None:
    assert MIRROR.say("before {time}", time=3) == "before 3"
    assert ENGLISH.say("{braces} without values") == "{braces} without values"


def test_a_phrase_is_english_text_and_said_with_the_phrases_in_it() -> None:
    phrase = Phrase("after {time}", time=Phrase("{number} min", number=10))

    assert phrase == "after 10 min"
    assert said(phrase, MIRROR.say) == "10 Min danach"
    assert said(joined((phrase, "{x}"), "; "), MIRROR.say) == "10 Min danach; {x}"
    assert MIRROR.say("after {time}", time=Phrase("{number} min", number=1)) == "1 Min danach"


def test_what_an_author_wrote_is_never_translated() -> None:
    assert said("1 step", MIRROR.say) == "1 step"
    assert said(Phrase("1 step"), MIRROR.say) == "ein Schritt"


def test_a_number_decides_between_one_and_several() -> None:
    assert [ENGLISH.count(number, "{number} step", "{number} steps") for number in (0, 1, 2)] == [
        "0 steps",
        "1 step",
        "2 steps",
    ]


@pytest.mark.parametrize("code", ["xx", "../languages/de", "de.yaml", ""])
def test_a_language_that_is_not_there_is_none(code: str) -> None:
    with pytest.raises(KeyError):
        language(code)


def test_what_is_said_is_found_however_it_is_said() -> None:
    code = """
_WORDS = {"a": "in a table", "b": "and another"}
say("plain"); place.say("two" if x else "ways", n=1); language.count(n, "{n} one", "{n} several")
say(_WORDS[x]); say(_WORDS.get(x, "usual")); Phrase("phrase"); StepKind(key="k", summary="summary")
"""
    template = '{{ say("plain") }}{{ t("short" if x else "long") }}{{ "filtered" | say }}{{ n(3, "one", "several") }}'
    script = 'say("plain"); count(found.length, "{number} hit", "{number} hits"); essay("not said")'

    assert list(in_code(code, views=True)) == [
        "plain", "two", "ways", "{n} one", "{n} several", "in a table", "and another", "in a table", "and another",
        "usual", "phrase", "summary",
    ]  # fmt: skip
    assert list(in_code(code, views=False)) == ["phrase", "summary"]
    assert sorted(in_template(template)) == ["filtered", "long", "one", "plain", "several", "short"]
    assert list(in_script(script)) == ["plain", "{number} hit", "{number} hits"]


# -- nothing of ours is left in English -------------------------------------------------------------

NOT_OURS = re.compile("runbook|run|UTC|SHA|kim|JSON|http|stdout|change|enablement|normal|inputs|kB|MB|KiB|MiB")
"""Words that are of no language: of definitions, of commands, units, and who prints in these tests."""


OF_OTHERS = (
    "its value", "views/chosen.py", "views/deviations.py", "views/origin.py", "views/record", "views/site",
    "views/telling.py", "views/templates/record.html",
)  # fmt: skip
"""What is said on other pages than those of procedures, and checklists."""


SAID_ELSEWHERE = {"Home", "{number} arrows are too many to draw; each step says what it needs."}
"""What is said on the site alone, or of a procedure with thousands of arrows."""


class Heard(dict[str, str]):
    """Every text in marks, and which of them were asked for."""

    def __init__(self) -> None:
        super().__init__({text: marked(text) for text in texts()})
        self.heard: set[str] = set()

    def get(self, text: str, default: str = "") -> str:  # type: ignore[override]  # of texts alone
        self.heard.add(str(text))
        return super().get(text, default)


def marked(text: str) -> str:
    """A text of ours with everything in marks but the values in it."""
    parts = Formatter().parse(text)
    return "".join(
        f"{f'⟦{words}⟧' if words else ''}{'' if name is None else f'{{{name}}}'}" for words, name, *_ in parts
    )


def unmarked(page: str) -> Iterator[str]:
    """The words of a page that stand outside of marks, and are no code, no address and no markup."""
    text = page.replace("#10214;", "⟦").replace("#10215;", "⟧")  # as Mermaid is told them
    text = re.sub(
        r"^(`{3,})mermaid$(.*?)^\1$", lambda found: "\n".join(re.findall('"([^"]*)"', found[2])), text, flags=_ALL
    )
    text = re.sub(r"^(`{3,}).*?^\1$", " ", text, flags=_ALL)
    text = re.sub(r"`[^`\n]*`|\]\([^)]*\)|\[![A-Z]+\]|#\d+;", " ", text)
    text = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<code>.*?</code>|<[^>]*>|&\w+;", " ", text, flags=_ALL)
    text = re.sub(r"⟦[^⟧]*⟧", " ", text)
    yield from (word for word in re.findall(r"(?<![\w#])[A-Za-z]{2,}(?!\w)", text) if not NOT_OURS.fullmatch(word))


_ALL = re.DOTALL | re.MULTILINE


@pytest.fixture(scope="module")
def library(kinds: Kinds) -> Project:
    found = read_library({path: text.encode() for path, text in FILES.items()}, kinds)
    assert not found.broken, found.diagnostics
    return found.project


def written(project: Project, kinds: Kinds, spoken: Language) -> Iterator[tuple[str, str]]:
    """Every page, diagram and checklist of a project."""
    yield from pages(project, kinds, spoken)
    for id, process in project.processes.items():
        yield f"{id} alone", procedure(process, Project(""), kinds, spoken)
        fields = (field for step in process.every_step() for field in getattr(step.spec, "fields", ()))
        yield f"{id} fields", "\n".join(said(expected(field), spoken.say) for field in fields)
        drawn = drawing(process, kinds, spoken)
        yield f"{id}.svg", svg(drawn, title="Α", language=spoken) + key(drawn, language=spoken)
        for known in ({}, {"i2": 3}):
            plan = plan_of(id, project.processes, kinds)
            yield f"{id}.html", checklist(sheet(plan, known, spoken), Printed("5c1e" * 16, "kim", "2026", "0.1"))


@pytest.fixture(scope="module")
def heard(library: Project, kinds: Kinds) -> tuple[dict[str, str], set[str]]:
    words = Heard()
    found = dict(written(library, kinds, Language("xx", words)))
    return found, words.heard


def test_nothing_of_ours_is_left_outside_of_what_is_said(heard: tuple[dict[str, str], set[str]]) -> None:
    left = {path: sorted(set(unmarked(page))) for path, page in heard[0].items()}

    assert {path: words for path, words in left.items() if words} == {}


def test_these_processes_have_everything_said_that_there_is_to_say(heard: tuple[dict[str, str], set[str]]) -> None:
    wanted = {text for text, place in texts().items() if not place.startswith(OF_OTHERS)}

    assert wanted - heard[1] - SAID_ELSEWHERE == set()


def test_an_english_word_outside_of_marks_would_be_seen() -> None:
    assert list(unmarked("⟦after ⟧3 and ⟦steps⟧ `code` [⟦to⟧](#step-a) <b>By</b> z1 Ω")) == ["and", "By"]


# -- a page in German -------------------------------------------------------------------------------


def test_a_german_page_is_as_in_the_cases(
    golden: Callable[[str, Callable[[str], str]], None],
    build: Callable[..., Process],
    project: Callable[..., Project],
    kinds: Kinds,
) -> None:
    def page(text: str) -> str:
        process = build(text)
        return procedure(process, project(process), kinds, language("de"))

    golden("procedure-de.md", page)


def test_a_german_checklist_says_what_is_to_be_done_in_german(kinds: Kinds, library: Project) -> None:
    made = sheet(plan_of("w1/a1", library.processes, kinds), {}, language("de"))
    page = checklist(made, Printed("5c1e" * 16, "kim", "2026-11-22 09:00 UTC", "0.1"))
    text = " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL).split())

    assert '<html lang="de">' in page
    assert 'content: "Seite " counter(page) " von " counter(pages);' in page
    for words in (
        "Gedruckt von kim am 2026-11-22 09:00 UTC mit runbook 0.1.",
        "GEFAHR bei Schritt 1 Νερό",
        "WARNUNG Προσοχή",
        "VORSICHT Σιγά",
        "HINWEIS Σημείωση",
        "Höchstens: 1 h 30 min",
        "bekommt dafür 2,5 s",
        "Bis zu 3 Versuche, mit Pausen von 5 s, die jedes Mal auf das 2-Fache wachsen, nur nach Exit-Code 1 oder 2.",
        "Freigabe durch: 2 verschiedene Personen als r2 und r3",
        "Nicht durch: wer den Lauf gestartet hat",
        "eine Zahl von 1 bis 2",
        "Unterschrift",
    ):
        assert words in text, words


def test_the_page_of_a_record_says_what_happened_in_german() -> None:
    page = as_page(*told(), language("de"))

    assert '<html lang="de">' in page
    for words in ("Protokoll eines Laufs", "Was nicht nach Vorschrift ging", "freigegeben", ">erfolgreich</span>"):
        assert words in page
    assert "approved" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_control_characters_in_what_was_recorded_are_shown_in_every_language() -> None:
    state, events = told()
    hidden = with_data(events, number_of(events, "StepSkipped", "label"), reason="a\x1b[31m\u202eb")

    for spoken in (ENGLISH, language("de")):
        page = as_page(state, hidden, spoken)
        assert "[31m" in page
        assert not {"\x1b", "\u202e"} & set(page)
