"""What is masked of a secret, in which forms, and that it does not hang on how the output was cut."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.engine.masks import forms
from runbook.engine.supervisor.mask import Mask

TOKEN = "s3cr3t/+ t0ken'\"&"
LONG = "The quick brown fox jumps over the lazy dog; 0123456789 ~ äöü ☃"

letters = st.text(alphabet="ab0\n%é", min_size=4, max_size=24).filter(lambda text: len(text.replace("\n", "")) >= 4)
secrets = st.lists(letters, min_size=1, max_size=6)


def masked(chunks: Iterable[bytes], *secrets: str) -> bytes:
    """What is shown of an output that comes in these chunks."""
    mask = Mask(list(forms(secrets)))
    return b"".join(mask.passed(chunk) for chunk in chunks if chunk) + mask.rest()


@st.composite
def outputs(draw: st.DrawFn) -> tuple[list[str], bytes, list[int]]:
    """Secrets, an output made of them, of parts of them and of noise, and where it is cut."""
    known = draw(secrets)
    found = sorted(forms(known))
    piece = st.one_of(
        st.sampled_from(found),
        st.sampled_from(found).flatmap(lambda form: st.integers(0, len(form)).map(lambda end: form[:end])),
        st.sampled_from(found).flatmap(lambda form: st.integers(0, len(form)).map(lambda begin: form[begin:])),
        st.sampled_from(found).flatmap(
            lambda form: st.integers(0, len(form)).map(lambda at: form[:at] + b"\r\n" + form[at:])
        ),
        st.text(alphabet="ab0\n\r%é ", max_size=8).map(str.encode),
    )
    output = b"".join(draw(st.lists(piece, max_size=12)))
    cuts = draw(st.lists(st.integers(0, len(output)), max_size=12).map(sorted))
    return known, output, cuts


@settings(max_examples=100, deadline=None)
@given(outputs())
def test_it_is_the_same_in_any_chunks_and_never_shows_a_secret(case):
    known, output, cuts = case
    chunks = [output[begin:end] for begin, end in pairwise([0, *cuts, len(output)])]

    whole = masked([output], *known)

    assert masked(chunks, *known) == whole
    assert masked([output[at : at + 1] for at in range(len(output))], *known) == whole
    assert [form for form in forms(known) if form in whole] == []


@settings(max_examples=60, deadline=None)
@given(outputs())
def test_what_is_no_part_of_a_secret_stays(case):
    known, output, _ = case
    noise = b" what nobody hides "  # has letters that no form of these secrets has

    assert masked([noise + output + noise], *known).startswith(noise)
    assert masked([noise + output + noise], *known).endswith(noise)


def test_secrets_that_overlap_or_begin_alike_are_masked_as_far_as_the_last_of_them_goes():
    assert masked([b"<first-and-second-and-third>"], "first-and", "and-second-and", "and-third") == b"<***>"
    assert masked([b"<password1234> <password>"], "password", "password1234") == b"<***> <***>"


@pytest.mark.parametrize("width", [1, 5, 60, 64, 76])
@pytest.mark.parametrize("before", range(12))
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "dos"])
def test_lines_that_are_full_hide_nothing(width, before, end):
    text = base64.b64encode(b"x" * before + LONG.encode() + b"yy").decode()
    wrapped = end.join(textwrap.wrap(text, width)).encode()

    said = masked([wrapped[:50], wrapped[50:]], LONG).replace(b"\r", b"").replace(b"\n", b"")

    assert said.count(b"***") == 1
    assert len(said) < before * 4 // 3 + 8 + 16


@pytest.mark.parametrize("encode", [
    lambda text: json.dumps({"a": text}), lambda text: json.dumps(json.dumps({"a": text})),
    lambda text: json.dumps({"a": text}, ensure_ascii=False), repr, ascii, lambda text: repr(text.encode()),
    lambda text: text.encode().hex(), lambda text: text.encode().hex(" "),
], ids=["json", "json in json", "json in utf-8", "repr", "ascii", "repr of bytes", "hex", "od"])  # fmt: skip
@pytest.mark.parametrize("secret", [TOKEN, LONG, 'it\'s\n"both"', "it's", "\x01\x7f☃ü\\"])
def test_what_python_and_others_make_of_it_is_masked(encode, secret):
    said = masked([encode(secret).encode()], secret)

    assert b"***" in said
    assert len(said) < 20


def test_an_output_that_ends_within_a_secret_shows_no_more_than_its_first_bytes():
    assert masked([b"in: " + LONG.encode()[:30]], LONG) == b"in: ***"
    assert masked([b"in: The qui"], LONG) == b"in: The qui"


def test_nothing_is_held_back_but_what_may_be_the_beginning_of_a_secret():
    mask = Mask(list(forms([LONG])))

    assert mask.passed(b"waiting for The qui") == b"waiting for "
    assert mask.passed(b"et one\n") == b"The quiet one\n"
    assert mask.passed(b"ends in The\n") == b"ends in The\n"
    assert mask.passed(LONG.encode()[3:] + b"!") == b"***!"


def test_a_secret_of_json_hides_its_values_whatever_they_are():
    odd = '{"key": "\\ud800 half of a pair", "list": [["deep-inside"], 1, null]}'

    assert masked([b"<deep-inside>"], odd) == b"<***>"
    assert masked([b"[" * 5000], "[" * 5000) == b"***"
