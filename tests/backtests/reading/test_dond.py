"""Deal or No Deal: what is read, and what is told."""

import pytest

from sim.backtests.cases import fold_of
from sim.backtests.reading.dond import read_dond
from sim.errors import ScenarioError

OPENING = "1 0 4 2 1 2 YOU: the hats ? <eos> THEM: deal <eos> YOU: <selection> "
ANSWERING = "1 4 4 1 1 2 THEM: the hats ? <eos> YOU: deal <eos> THEM: <selection> "
ENDS = " 1 4 4 1 1 2", " 1 0 4 2 1 2"
HATS = "item0=0 item1=4 item2=0 <eos> reward=8 {}"
REST = "item0=1 item1=0 item2=1 <eos> reward=6 {}"
ALL = "item0=1 item1=4 item2=1 <eos> reward=10 {}"
NONE = "no agreement <eos> reward=no agreement {}"
CUT = "disconnect <eos> reward=disconnect {}"


def opening(end, flag="agree"):
    return OPENING + end.format(flag) + ENDS[0]


def answering(end, flag="agree"):
    return ANSWERING + end.format(flag) + ENDS[1]


def read(tmp_path, *lines):
    file = tmp_path / "dond.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_dond(file)


DEAL = opening(HATS), answering(REST)


def test_two_lines_make_a_dialogue_and_dialogues_of_one_context_a_case(tmp_path):
    none = opening(NONE), answering(NONE)
    found = read(tmp_path, *DEAL, "", *none)
    (case,) = found.cases
    assert (case.name, case.items) == ("1_4_1__0_2_2__4_1_2", ("book", "hat", "ball"))
    assert (case.counts, case.points) == ((1, 4, 1), ((0, 2, 2), (4, 1, 2)))
    assert (case.no_deal, case.endings) == ((0, 0), ((0, 4, 0), None))
    assert found.left_out == ()


def test_what_the_first_to_speak_got_counts_whichever_line_stands_first(tmp_path):
    (case,) = read(tmp_path, *DEAL[::-1]).cases
    assert (case.points[0], case.endings) == ((0, 2, 2), ((0, 4, 0),))


def test_a_context_whoever_speaks_first_is_one_group_and_falls_in_one_fold(tmp_path):
    swap = {"YOU:": "THEM:", "THEM:": "YOU:"}
    others = [" ".join(swap.get(word, word) for word in line.split(" ")) for line in DEAL]
    one, other = read(tmp_path, *DEAL, *others).cases
    assert (one.name, other.name) == ("1_4_1__0_2_2__4_1_2", "1_4_1__4_1_2__0_2_2")
    assert one.group == other.group
    assert fold_of(one.group, 1000) == fold_of(other.group, 1000)
    assert (one.endings, other.endings) == (((0, 4, 0),), ((1, 0, 1),))


@pytest.mark.parametrize(("mine", "yours"), [(ALL, REST), (HATS, NONE), (NONE, REST), (NONE, NONE)])
def test_selections_that_conflict_are_no_deal(tmp_path, mine, yours):
    flag = "agree" if mine == yours else "disagree"
    found = read(tmp_path, opening(mine, flag), answering(yours, flag))
    assert [case.endings for case in found.cases] == [(None,)]


@pytest.mark.parametrize(("mine", "yours"), [(CUT, CUT), (CUT, REST), (HATS, CUT)])
def test_a_dialogue_in_which_somebody_disconnected_is_left_out_and_counted(tmp_path, mine, yours):
    found = read(tmp_path, *DEAL, opening(mine), answering(yours))
    assert [len(case.endings) for case in found.cases] == [1]
    assert found.left_out == ("1 dialogues in which somebody disconnected",)


def test_of_a_dialogue_with_one_line_the_flag_and_the_selection_tell_the_ending(tmp_path):
    found = read(tmp_path, answering(REST, "disagree"), answering(REST), *DEAL)
    assert [case.endings for case in found.cases] == [(None, (0, 4, 0), (0, 4, 0))]
    assert found.left_out == ("2 dialogues have one speaker's line only: read from that",)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([opening(HATS, "disagree"), DEAL[1]], "line 4: the flag here or in line 3"),
        ([opening(NONE), DEAL[1]], "line 4: the flag here or in line 3"),
        ([DEAL[0], DEAL[1].replace("1 4 4 1 1 2 TH", "1 3 4 1 1 3 TH")], "line 4: tells the talk"),
        (["hello"], "line 3: is not of the form"),
        ([DEAL[0].replace("agree", "maybe")], "line 3: is not of the form"),
        ([DEAL[0].replace("reward=8", "reward=7")], "line 3: reward 7 is not what was selected"),
        ([DEAL[0].replace("item1=4", "item1=5")], "line 3: selects (0, 5, 0), more than there are"),
        ([DEAL[0].replace("agree 1 4 4", "agree 2 4 4")], "line 3: states the counts (1, 4, 1)"),
    ],
)
def test_lines_that_are_broken_or_do_not_fit_are_left_out_and_told(tmp_path, lines, told):
    found = read(tmp_path, *DEAL, *lines)
    assert [len(case.endings) for case in found.cases] == [1]
    assert [line[: len(told)] for line in found.left_out] == [told]


def test_a_file_of_another_form_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="holds no line of the form: counts and values"):
        read(tmp_path, '[{"dialogue_id": 1}]')
