"""Decisions of the European Union: what is read, and what is told."""

import csv

import pytest

from sim.backtests.reading.deu import COLUMNS, read_deu
from sim.errors import ScenarioError

USUAL = {"prnr": "d1", "prname": "mines", "intro": "14-03-00", "counvte": "QMV", "out": "40"}
TWO = {"pde": "0", "sde": "50", "pfr": "100", "sfr": "100"}


def write(tmp_path, *rows, columns=COLUMNS):
    file = tmp_path / "deu.tsv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter="\t", lineterminator="\n")
        table.writerow(columns)
        table.writerows([{**USUAL, **row}.get(name, "") for name in columns] for row in rows)
    return file


def read(tmp_path, *rows):
    return read_deu(write(tmp_path, *rows))


def complaint(file):
    with pytest.raises(ScenarioError) as error:
        read_deu(file)
    return str(error.value).replace(str(file), "deu.tsv")


def test_rows_become_proposals_with_issues_in_the_order_of_the_file(tmp_path):
    rows = [{"isnr": "d1i1", **TWO, "rp": "0"}, {"prnr": "n2", "isnr": "n2i1", **TWO}]
    found = read(tmp_path, *rows, {"isnr": "d1I-2", "ppl": "7", "pde": "8.5"})
    first, second = found.cases
    assert (first.name, first.title, second.name) == ("d1", "mines", "n2")
    assert [issue.name for issue in first.issues] == ["i1", "i_2"]
    issue, other = first.issues
    assert issue.positions == {"de": 0, "fr": 100}
    assert issue.salience == {"de": 0.5, "fr": 1}
    assert (issue.reference, issue.outcome) == (0, 40)
    assert (other.positions, other.reference) == ({"de": 8.5, "pl": 7}, None)
    assert first.capability == pytest.approx({"de": 29 / 85, "fr": 29 / 85, "pl": 27 / 85})
    assert second.capability == {"de": 0.5, "fr": 0.5}
    assert found.left_out == ()


def test_columns_are_found_by_name_and_others_are_not_read(tmp_path):
    columns = ("Later", *reversed(COLUMNS), "pxx")
    file = write(tmp_path, {"isnr": "d1i1", **TWO, "pxx": "?"}, columns=columns)
    assert read_deu(file).cases[0].issues[0].positions == {"de": 0, "fr": 100}


def test_quoted_text_and_a_byte_order_mark_are_read(tmp_path):
    file = write(tmp_path, {"isnr": "d1i1", "prname": 'the\t"best"', **TWO})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_deu(file).cases[0].title == 'the\t"best"'


def test_a_position_without_a_salience_matters_half_and_a_salience_alone_does_not(tmp_path):
    issue = read(tmp_path, {"isnr": "d1i1", "pde": "0", "pfr": "9", "suk": "80"}).cases[0].issues[0]
    assert issue.salience == {"de": 0.5, "fr": 0.5}


def test_where_the_council_must_be_unanimous_states_weigh_the_same(tmp_path):
    row = {"isnr": "d1i1", "counvte": "Unan", **TWO, "plu": "5"}
    assert set(read(tmp_path, row).cases[0].capability.values()) == {1 / 3}


def test_an_outcome_that_is_not_known_is_told(tmp_path):
    found = read(
        tmp_path, {"isnr": "d1i1", **TWO, "out": ""}, {"isnr": "d1i2", **TWO, "out": "120"}
    )
    assert [issue.outcome for issue in found.cases[0].issues] == [None, None]
    assert found.left_out == (
        "line 2: has no outcome, so it is not scored",
        "line 3: outcome '120' lies outside 0 to 100, so it counts as not known",
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"pit": "101"}, "pit '101' is no number from 0 to 100"),
        ({"sit": "-1"}, "sit '-1' is no number from 0 to 100"),
        ({"pit": "nan"}, "pit 'nan' is no number from 0 to 100"),
        ({"pit": "1_0"}, "pit '1_0' is no number from 0 to 100"),
        ({"prnr": ""}, "prnr '' is no name of letters and digits"),
        ({"isnr": "--"}, "isnr '--' is no name of letters and digits"),
        ({"isnr": "d1i1"}, "issue i1 of d1 stands in line 2 already"),
        ({"sde": "0", "sfr": "0"}, "fewer than two actors take part, or none of them has a stake"),
        ({"pde": ""}, "fewer than two actors take part"),
    ],
)
def test_a_broken_row_is_left_out_and_told(tmp_path, row, told):
    found = read(tmp_path, {"isnr": "d1i1", **TWO}, {"isnr": "d1i2", **TWO, **row})
    assert [len(case.issues) for case in found.cases] == [1]
    assert [line[: len(told) + 8] for line in found.left_out] == [f"line 3: {told}"]


def test_a_row_with_too_few_or_too_many_values_is_left_out_and_told(tmp_path):
    file = write(tmp_path, {"isnr": "d1i1", **TWO})
    file.write_text(file.read_text() + "d1\td1i2\n" + "x\t" * len(COLUMNS) + "\n\n")
    rule = "must have one value for each column, no fewer and no more"
    assert read_deu(file).left_out == (f"line 3: {rule}", f"line 4: {rule}")


def test_who_has_no_stake_in_any_issue_is_left_out_of_the_proposal_and_told(tmp_path):
    rows = [{"isnr": "d1i1", **TWO, "plu": "5", "slu": "0"}, {"isnr": "d1i2", **TWO, "sde": "0"}]
    found = read(tmp_path, *rows)
    assert found.left_out == ("line 2: no stake in any issue of d1, left out: lu",)
    assert found.cases[0].capability == {"de": 0.5, "fr": 0.5}
    assert [list(issue.positions) for issue in found.cases[0].issues] == [["de", "fr"]] * 2


def test_an_issue_left_to_one_actor_goes_and_takes_along_who_cared_only_for_it(tmp_path):
    alone = {"isnr": "d1i2", "pde": "0", "plu": "5", "slu": "0"}
    rows = [{"isnr": "d1i1", **TWO, "sde": "0", "puk": "1"}, alone]
    found = read(tmp_path, *rows)
    assert [list(issue.positions) for issue in found.cases[0].issues] == [["fr", "uk"]]
    assert [line.split(":")[0] for line in found.left_out] == ["line 2", "line 2", "line 3"]


def test_rows_of_a_proposal_that_contradict_each_other_are_told_and_the_first_counts(tmp_path):
    rows = [{"isnr": "d1i1", **TWO, "plu": "5"}, {"isnr": "d1i2", **TWO, "counvte": "Unan"}]
    found = read(tmp_path, *rows, {"isnr": "d1i3", **TWO, "intro": "14-03-2016"})
    assert found.cases[0].capability["lu"] == pytest.approx(2 / 22)
    assert found.left_out == (
        "line 3: counvte 'Unan' of d1, which line 2 says otherwise; that line counts",
        "line 4: intro '14-03-2016' of d1, which line 2 says otherwise; that line counts",
    )


def test_a_day_that_is_none_is_told_and_the_first_treaty_counts(tmp_path):
    found = read(tmp_path, {"isnr": "d1i1", **TWO, "plu": "5", "intro": "999"})
    assert found.cases[0].capability["lu"] == pytest.approx(2 / 22)
    assert found.left_out == (
        "line 2: intro '999' is no day, so the first treaty that fits counts",
    )


def test_a_missing_and_a_doubled_column_are_named(tmp_path):
    columns = tuple(name for name in COLUMNS if name not in {"rp", "suk"})
    text = complaint(write(tmp_path, columns=(*columns, "out")))
    assert text.splitlines() == [
        "deu.tsv, line 1: the column rp is missing",
        "deu.tsv, line 1: the column suk is missing",
        "deu.tsv, line 1: the column out stands there twice",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"actor,capability\nx,1\n", "line 1: must be a header separated by tabs"),
        (b'"a"b\tc\n', "line 1: is no valid table, separated by tabs"),
        (b"\x89PNG\xff", "is no text file in UTF-8"),
        (b"a\0b", "null bytes"),
        (b" \n", "it is empty"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, told):
    file = tmp_path / "deu.tsv"
    file.write_bytes(content)
    assert told in complaint(file)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    assert "it is a folder, not a file" in complaint(tmp_path)
    assert "cannot be read" in complaint(tmp_path / "none.tsv")
