"""JSON that is data is read; what is broken, doubled or no number is refused with its place."""

import pytest

from sim.domains.record import Part, read_record
from sim.errors import ScenarioError

REFUSED = {
    "no JSON": (b"{", "is no valid JSON: line 1, column 2"),
    "nothing": (b"", "is no valid JSON: line 1, column 1"),
    "a name twice": (b'{"a": 1, "b": 2, "a": 3}', "a name twice in one mapping (got 'a')"),
    "not a number": (b'{"a": NaN}', "no number in JSON (got 'NaN')"),
    "infinity": (b'{"a": -Infinity}', "no number in JSON (got '-Infinity')"),
    "deep nesting": (b"[" * 100_000, "is nested too deep"),
    "too many digits": (b"9" * 5000, "a number of too many digits"),
    "another encoding": ('{"a": "ü"}'.encode("latin-1"), "is no text file in UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_plain_json_is_refused(case):
    data, message = REFUSED[case]
    with pytest.raises(ScenarioError, match=r"^a\.json: ") as error:
        read_record(data, "a.json")
    assert message in str(error.value)


def test_a_byte_order_mark_is_passed_over():
    assert read_record(b'\xef\xbb\xbf{"a": 1}', "a.json")["a"].raw == 1


def test_a_part_knows_where_it_stands():
    part = read_record(b'{"a": {"b": {"c": []}}}', "a.json")
    assert part["a"]["b"].place == "a.json, a.b"
    with pytest.raises(ScenarioError, match=r"^a\.json, a\.b: lacks 'd' \(got \['c'\]\)$"):
        part["a"]["b"]["d"]


def test_null_is_as_good_as_absent():
    assert not Part({"a": None}, "a.json").has("a")
    with pytest.raises(ScenarioError, match="lacks 'a'"):
        Part({"a": None}, "a.json")["a"]


def test_a_part_refuses_to_be_what_it_is_not():
    with pytest.raises(ScenarioError, match=r"a\.json: must be a mapping"):
        list(Part([1], "a.json").named())
    with pytest.raises(ScenarioError, match=r"a\.json\.x: must be a number"):
        Part({"x": True}, "a.json").numbers()
    with pytest.raises(ScenarioError, match="must be a list"):
        Part("abc", "a.json").texts()
    with pytest.raises(ScenarioError, match="must be text"):
        Part([1], "a.json").texts()


def test_names_that_differ_in_blanks_only_are_the_same_name():
    with pytest.raises(ScenarioError, match="holds a name twice"):
        Part({"x": 1, " x": 2}, "a.json").numbers()
    with pytest.raises(ScenarioError, match="lists a value twice"):
        Part(["a  b", "a b"], "a.json").texts()
