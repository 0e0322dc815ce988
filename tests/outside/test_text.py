"""Text made safe to print: what a terminal would obey is shown, all else stays as it is."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given

from sim.outside.text import flowing, printable, printable_lines, say, take_every_text
from tests.outside.hostile import TEXTS, is_only_seen, texts


@given(texts())
def test_printable_text_is_one_line_that_is_only_seen(text):
    shown = printable(text)
    assert is_only_seen(shown)
    assert "\n" not in shown
    assert printable(shown) == shown


@given(texts())
def test_lines_stay_lines(text):
    shown = printable_lines(text)
    assert [printable(line) for line in text.split("\n")] == shown.split("\n")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_kind_of_hostile_text_is_shown(text):
    assert is_only_seen(printable(text))
    assert is_only_seen(flowing(text))


@pytest.mark.parametrize(
    "text",
    [
        "Kyiv",
        "Київ",
        "גדה",
        "نص",
        "中文",
        "a\N{EN DASH}b",
        "C:\\x1b",
        "👩\u200d🌾",
        "\u0645\u06cc\u200c\u062e\u0648",
    ],
)
def test_text_of_any_script_stays_as_it_is(text):
    assert printable(text) == flowing(text) == text


def test_a_paragraph_of_several_lines_flows():
    assert (
        flowing("One line\n   and another\r\nand one more") == "One line and another and one more"
    )


def test_what_is_said_is_safe_and_keeps_its_lines(capsys):
    say("one\ntwo\x1b[2J")
    assert capsys.readouterr().out == "one\ntwo\\x1b[2J\n"


def test_a_stream_that_lacks_signs_gets_what_comes_nearest(monkeypatch):
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\n")
        monkeypatch.setattr(sys, name, stream)
    take_every_text()
    say("2\N{EN DASH}4 \u2588\u258f \u00e9")
    sys.stdout.flush()
    assert sys.stdout.buffer.getvalue() == b"2-4 ## \\xe9\n"
