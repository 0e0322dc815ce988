"""Scenario files as plain data: which words mean what, and what stays outside."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.reading.files import (
    DOUBTFUL,
    MOST_VALUES,
    _document,
    _Loader,
    _tree,
    _where,
    read_file,
    read_text,
)

ROOT = Path(__file__).parents[3]

# what is written, what it means
SCALARS = [
    ("7", 7),
    ("-7", -7),
    ("+7", 7),
    ("007", 7),
    ("0.5", 0.5),
    (".5", 0.5),
    ("5.", 5.0),
    ("1e-3", 0.001),
    ("1E3", 1000.0),
    ("-.inf", float("-inf")),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("1:30", "1:30"),
    ("0x1F", "0x1F"),
    ("1_000", "1_000"),
    ("2025-11-24", "2025-11-24"),
    ("'0.5'", "0.5"),
    ("a word", "a word"),
    ("<<", "<<"),
    ("=", "="),
]


@pytest.mark.parametrize(("written", "means"), SCALARS)
def test_a_word_means_what_it_looks_like(written, means):
    found = read_text(f"a: {written}\n", "a file")["a"]
    assert found == means
    assert type(found) is type(means)


def test_every_name_is_text():
    tree = read_text("no: 1\n7: 2\ntrue: 3\n2025-11-24: 4\n", "a file")
    assert tree == {"no": 1, "7": 2, "True": 3, "2025-11-24": 4}


def test_aliases_stand_for_what_they_name():
    assert read_text("a: &x {b: 1}\nc: *x\n", "a file") == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_file_that_grows_by_its_aliases_is_refused_in_no_time():
    lines = ["l0: &l0 [" + "x, " * 50 + "x]"]
    lines += [f"l{n}: &l{n} [" + f"*l{n - 1}, " * 50 + "x]" for n in range(1, 30)]
    with pytest.raises(ScenarioError, match=f"more than {MOST_VALUES:,} values"):
        read_text("\n".join(lines), "a bomb")


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/name:os.system",
        "!!bool",
        "!!int",
        "!!map",
        "!!binary",
        "!!set",
        "!mine",
        "!!timestamp",
        "!!omap",
    ],
)
def test_tags_are_refused(tag):
    with pytest.raises(ScenarioError):
        read_text(f"a: {tag} x\n", "a file")


def test_a_file_is_named_in_its_errors(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("a: [")
    with pytest.raises(ScenarioError, match=r"mine\.yaml: is no valid YAML: line 1"):
        read_file(file)


def test_a_sign_that_json_writes_in_two_halves_is_one_sign(tmp_path: Path):
    file = tmp_path / "of_json.yaml"
    data = {"title": "well \U0001f600", "\U0001f4a7": "\\ud83d\\ude00"}
    file.write_text(json.dumps(data))
    assert "\\ud83d\\ude00" in file.read_text()
    assert read_file(file) == data


def test_half_a_sign_is_none(tmp_path: Path):
    file = tmp_path / "half.yaml"
    file.write_text(json.dumps({"title": "well \ude00\ud83d"}))
    with pytest.raises(ScenarioError, match="holds a sign that is no Unicode text"):
        read_file(file)


@st.composite
def nearly_yaml(draw):
    """Text of YAML's own signs, most of it wrong in some way."""
    words = st.sampled_from(SIGNS)
    return "".join(draw(st.lists(words, max_size=14)))


SIGNS = [
    *"ab,[]{}|>'\"%@`#\n~=\r\\?!\t\ufeff\x85",
    *(": ", "- ", "? ", "&x", "*x", " #", "  ", "\n ", "---\n", "|+", ">-", "%YAML 1.1\n"),
    *("0", "1.5", "1e3", "yes", "null", "<<", "é", "\U0001f600"),
]


@settings(max_examples=1500, deadline=None)
@given(text=nearly_yaml())
@example(text="a:\t1")
@example(text="a: ! 1")
@example(text="\n\ufeffa: 1")
@example(text=">#")
@example(text="{a: 1\n? b}")
@example(text="[a?a]")
@example(text="{a: why?}")
@example(text="[?]")
@example(text="[" * 3000)
@example(text="- " * 3000)
@example(text="a: \ud800")
def test_libyaml_reads_what_pyyaml_reads_and_errors_are_pyyamls(text):
    assert _outcome(_tree, text) == _outcome(lambda same: _document(_Loader(same)), text)


def _outcome(read, text):
    try:
        return repr(read(text))  # in which nan equals itself, and 1 is not 1.0
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return _where(error)


def test_a_file_of_the_usual_kind_is_read_by_libyaml():
    assert yaml.__with_libyaml__
    for folder in ("conf/scenario", "seeds"):
        for file in (ROOT / folder).glob("*.yaml"):
            assert not DOUBTFUL.search(file.read_text()), file
