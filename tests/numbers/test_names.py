"""Names, labels and bases: which words a scenario may use."""

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.numbers.names import Basis, Label, Name, Names


@pytest.mark.parametrize(
    ("basis", "says"),
    [
        ("asumption", "did you mean assumption"),
        ("art-1", r"did you mean \[art-1\]"),
        ([], "is empty"),
        ([1], "must be a list of evidence ids"),
        (None, "must be a list of evidence ids"),
        ({"art": 1}, "must be a list of evidence ids"),
    ],
)
def test_a_basis_is_ids_or_one_of_two_words(basis, says):
    with pytest.raises(ValidationError, match=says):
        TypeAdapter(Basis).validate_python(basis)


@pytest.mark.parametrize("name", ["Land", "2nd", "a-b", "", "a b", "x" * 61, "basis", "spread"])
def test_a_name_is_small_letters_digits_and_underscores(name):
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(name)


@pytest.mark.parametrize("label", ["", "  ", "two\nlines", "\x1b[1mbold", "\ud800", "x" * 201])
def test_a_label_is_one_line_that_a_terminal_can_show(label):
    with pytest.raises(ValidationError):
        TypeAdapter(Label).validate_python(label)


def test_a_list_of_names_has_each_once():
    assert TypeAdapter(Names).validate_python(["us", "europe"]) == ("us", "europe")
    with pytest.raises(ValidationError, match="names us more than once"):
        TypeAdapter(Names).validate_python(["us", "europe", "us"])
