"""The name of a file that somebody gives is a name and nothing else, however it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.file_names import LONGEST_NAME, safe_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("gauge.jpg", "gauge.jpg"),
        ("Anzeige 21 °C.jpg", "Anzeige 21 °C.jpg"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\photos\\gauge.jpg", "gauge.jpg"),
        ("photos/", "photos"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (".", "unnamed"),
        (" .hidden. ", "hidden"),
        ("--rf -.jpg", "rf -.jpg"),
        ("a\x00b\n\r\x1b[2Jc.jpg", "ab[2Jc.jpg"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("\u2066gauge\u200b.jpg", "gauge.jpg"),
        ("half\ud83d.jpg", "half.jpg"),
        ('a<b>c:d|e?f*g".jpg', "a_b_c_d_e_f_g_.jpg"),
    ],
)
def test_a_name_is_made_safe(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 5000 + ".jpeg") == "x" * (LONGEST_NAME - 5) + ".jpeg"
    assert safe_name("x" * 5000) == "x" * LONGEST_NAME
    assert len(safe_name("°" * 5000 + ".jpeg").encode()) <= LONGEST_NAME


@given(st.text(max_size=300))
def test_whatever_is_given_is_a_name_in_one_folder_and_safe_already(given: str) -> None:
    name = safe_name(given)

    assert name not in ("", ".", "..")
    assert not name.startswith(("-", ".", " "))
    assert not set("/\\\0\n\r\x1b") & set(name)
    assert 0 < len(name.encode("utf-8")) <= LONGEST_NAME
    assert safe_name(name) == name
