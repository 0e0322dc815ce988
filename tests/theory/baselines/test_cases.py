"""Case files: what is read, and what is told about files that cannot be used."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.theory.baselines.cases import LARGEST_FILE, MOST_ACTORS, MOST_PROBLEMS, read_case

HEADER = "actor,capability,issue,position,salience"
ROWS = ("France,.16,standards,10,.6", "Greece,.08,standards,7,.7")


def write(tmp_path, *lines, header=HEADER):
    file = tmp_path / "case.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return file


def complaint(file):
    with pytest.raises(ScenarioError) as error:
        read_case(file)
    return str(error.value).replace(f"{file}", "case.csv")


def test_a_case_is_read_by_actor_and_issue(tmp_path):
    lines = ["b,2,tax,-10,.4", "a,1,army,3,0", "b,2,army,5,1", "a,1,tax,4.5e1,.2"]
    case = read_case(write(tmp_path, *lines))
    assert (case.actors, case.issues) == (("b", "a"), ("tax", "army"))
    assert case.capability.tolist() == [2, 1]
    assert case.position.tolist() == [[-10, 5], [45, 3]]
    assert case.salience.tolist() == [[0.4, 1], [0.2, 0]]
    assert case.issue("army").weight.tolist() == [2, 0]


def test_columns_may_stand_in_any_order_with_quotes_spaces_and_a_byte_order_mark(tmp_path):
    file = tmp_path / "case.csv"
    text = 'issue, salience,position,capability,actor\r\ntax,1, 5 ,2,"Smith, Jones"\r\n\r\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    case = read_case(file)
    assert (case.actors, case.issues, case.position.tolist()) == (
        ("Smith, Jones",),
        ("tax",),
        [[5]],
    )


def test_columns_may_be_named_in_capitals_and_without_an_issue_there_is_one(tmp_path):
    header = "Actor,Capability,POSITION,Salience"
    case = read_case(write(tmp_path, "West,.6,4,.8", "East,.4,9,.5", header=header))
    assert (case.actors, case.issues) == (("West", "East"), ("issue",))
    assert case.position.tolist() == [[4], [9]]


def test_saliences_above_one_make_all_of_them_per_cent(tmp_path):
    case = read_case(write(tmp_path, "a,1,tax,5,80", "b,1,tax,5,0.5"))
    assert case.salience.ravel() == pytest.approx([0.8, 0.005])


def test_an_empty_position_takes_no_part_whatever_the_salience(tmp_path):
    lines = ["a,1,tax,0,.5", "b,2,tax,,90", "c,3,tax,9,.2"]
    lines += ["a,1,army,,", "b,2,army,4,1", "c,3,army,5,1"]
    case = read_case(write(tmp_path, *lines))
    assert case.actors == ("a", "b", "c")
    assert case.takes_part.tolist() == [[True, False], [False, True], [True, True]]
    tax = case.issue("tax")
    assert (tax.capability.tolist(), tax.position.tolist()) == ([1, 3], [0, 9])
    assert tax.salience.tolist() == [0.5, 0.2]  # no per cent: 90 counts for nothing


def test_who_takes_part_in_no_issue_is_left_out(tmp_path):
    lines = ["a,1,tax,0,.5", "b,2,tax,,", "c,3,tax,9,.2"]
    assert read_case(write(tmp_path, *lines)).actors == ("a", "c")


def test_a_negative_zero_is_zero(tmp_path):
    case = read_case(write(tmp_path, "a,1,tax,-0,1"))
    assert not np.signbit(case.position).any()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["a,x,tax,5,.5"], "line 2, capability: must be a number, with a point for decimals"),
        (["a,,tax,5,.5"], "line 2, capability: must be a number"),
        (["a,1_0,tax,5,.5"], "line 2, capability: must be a number"),
        (["a,nan,tax,5,.5"], "line 2, capability: must be a finite number (got 'nan')"),
        (["a,1,tax,-inf,.5"], "line 2, position: must be a finite number"),
        (["a,1,tax,1e999,.5"], "line 2, position: must be a finite number"),
        (["a,1,tax,1e13,.5"], "line 2, position: must be at most 1e+12 in size"),
        (["a,-1,tax,5,.5"], "line 2, capability: must not be negative (got '-1')"),
        (["a,1,tax,5,-.5"], "line 2, salience: must not be negative"),
        (["a,1,tax,5,101"], "line 2, salience: must be at most 1, or at most 100"),
        ([",1,tax,5,.5"], "line 2, actor: must be a name of 1 to 100 printable characters"),
        (["a,1,\x1b[31m,5,.5"], "line 2, issue: must be a name"),
        (["a,1,tax,5"], "line 2: must have 5 values, one for each column; it has 4"),
        (["a,1,tax,0,5,.5"], "line 2: must have 5 values, one for each column; it has 6"),
        (
            [*ROWS, "France,.16,standards,10,.6"],
            "line 4: France has a row for issue standards in line 2 already",
        ),
        (
            [*ROWS, "France,.2,tax,10,.6", "Greece,.08,tax,1,1"],
            "line 4: France has capability 0.16 in line 2; an actor has one capability (got 0.2)",
        ),
        (
            [*ROWS, "France,.16,tax,10,.6"],
            "Greece has no row for issue tax; every actor needs one for each issue (an empty "
            "position where it takes no part)",
        ),
        ([], "has a header and no rows"),
        (["a,1,tax,,.5", "b,1,tax,,"], "has no positions: nobody takes part in anything"),
        (["a,1,tax,,.5", "a,1,army,3,1", "b,1,tax,,", "b,1,army,4,1"], "issue tax: no actor has"),
        (["a,1,tax,,x"], "line 2, salience: must be a number"),
        (["a,,tax,,"], "line 2, capability: must be a number"),
        (["a,1,tax,5,"], "line 2, salience: must be a number"),
        (["a,0,tax,5,.5", "b,1,tax,5,0"], "issue tax: no actor has both capability and salience"),
    ],
)
def test_a_broken_row_is_told_by_line_column_and_rule(tmp_path, lines, told):
    assert told in complaint(write(tmp_path, *lines))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("actor,capability,issue,position,saliense", "no such column; did you mean 'salience'?"),
        ("actor,capability,issue,position", "the column salience is missing; needed: actor,"),
        ("actor,actor,capability,issue,position,salience", "the column actor stands there twice"),
        ("actor,Actor,capability,issue,position,salience", "the column actor stands there twice"),
        ("actor;capability;issue;position;salience", "values must be separated by commas"),
        ("", "the column actor is missing"),
    ],
)
def test_a_broken_header_is_told_with_the_right_names(tmp_path, header, told):
    found = complaint(write(tmp_path, *ROWS, header=header))
    assert f"{told}" in found
    assert found.startswith("case.csv, line 1: ")


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    found = complaint(write(tmp_path, "a,x,tax,y,.5", ROWS[0], "b,1,tax,5,-1"))
    assert [line.split(":")[0] for line in found.splitlines()] == [
        "case.csv, line 2, capability",
        "case.csv, line 2, position",
        "case.csv, line 4, salience",
    ]


def test_of_very_many_problems_the_first_are_told_and_the_rest_counted(tmp_path):
    found = complaint(write(tmp_path, *["a,x,tax,5,.5"] * 500)).splitlines()
    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1] == f"case.csv: and {500 - MOST_PROBLEMS} more of the kind"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "case.csv: is empty; its first line must be actor,capability,issue"),
        (b" \n \n", "is empty"),
        (b"actor,capability\xff", "is no text file in UTF-8"),
        (f'{HEADER}\n"a,1,tax,5,.5'.encode(), "is no valid CSV: unexpected end of data"),
        (f'{HEADER}\n"a"b,1,tax,5,.5'.encode(), "line 2: is no valid CSV"),
        (f"{HEADER}\n{'a' * 200_000},1,tax,5,.5".encode(), "is no valid CSV: field larger"),
        (f"{HEADER}\na,1,tax,5,.5\n".encode() + b"\n" * LARGEST_FILE, "is larger than 4 MiB"),
        (f"{HEADER}\na\0,1,tax,5,.5\n".encode(), "line 2"),
    ],
    ids=["nothing", "blank", "latin", "open quote", "stray quote", "huge field", "huge", "nul"],
)
def test_a_file_that_is_no_case_is_told_why(tmp_path, content, told):
    file = tmp_path / "case.csv"
    file.write_bytes(content)
    assert told in complaint(file)


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "case.csv"
    file.symlink_to("/dev/zero")
    assert "it is a device, not a file" in complaint(file)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    assert "cannot be read: No such file" in complaint(tmp_path / "none.csv")
    assert "cannot be read: it is a folder" in complaint(tmp_path)


def test_more_actors_than_can_be_compared_are_refused(tmp_path):
    lines = [f"a{number},1,tax,5,.5" for number in range(MOST_ACTORS + 1)]
    assert f"at most {MOST_ACTORS} and" in complaint(write(tmp_path, *lines))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='a1,."\n\r-e \0é', max_size=80))
def test_whatever_a_file_holds_it_is_a_case_or_a_clear_error(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("any") / "case.csv"
    file.write_text(f"{HEADER}\n{text}", encoding="utf-8", newline="")
    try:
        told = [str(number) for number in read_case(file).position.ravel()]
    except ScenarioError as error:
        told = [str(problem) for problem in error.problems]
    assert told
    assert all(line.strip() not in {"", "nan", "inf"} for line in told)
