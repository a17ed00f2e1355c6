"""Templates escape whatever is put into them, as the library does."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from runbook.phrases import Phrase
from runbook.views.escaping import Template, escaped

SIGNS = st.text(st.sampled_from("&<>\"'ab ;#\u00e9")) | st.text()


@given(SIGNS)
def test_a_text_is_escaped_as_by_the_library(text: str) -> None:
    assert escaped(text) == escape(text)
    assert escaped(Markup(text)) == text
    assert escaped(Phrase(text.replace("{", "").replace("}", ""))) == escape(text.replace("{", "").replace("}", ""))


@pytest.mark.parametrize("value", [None, 7, 1.5, True, ["<b>"], {"a": "<b>"}], ids=repr)
def test_whatever_else_is_escaped_as_its_text(value: object) -> None:
    assert escaped(value) == escape(value)


def test_everything_that_a_template_puts_on_a_page_is_escaped() -> None:
    made = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    made.template_class = Template
    shown = made.from_string(
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}"
        "{% block b %}{{ a }}{{ m(a) }}{% for each in [a, 1, ok] %}{{ each }}{% endfor %}{{ 'x' ~ a }}{% endblock %}"
    )

    assert shown.render(a="<'\"&>", ok=Markup("<b>")) == (
        "&lt;&#39;&#34;&amp;&gt;<i>&lt;&#39;&#34;&amp;&gt;</i>&lt;&#39;&#34;&amp;&gt;1<b>x&lt;&#39;&#34;&amp;&gt;"
    )
    with pytest.raises(jinja2.UndefinedError):
        made.from_string("{{ nobody }}").render()
