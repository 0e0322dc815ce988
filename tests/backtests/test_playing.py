"""Cases played: worlds are counted, points share their randomness, what has no scale is told."""

import pytest

from sim.backtests.cases import Division, Issue, Proposal
from sim.backtests.playing import play_case
from sim.backtests.suites import SUITES
from tests.backtests.small_files import FILES

TRAITS = {"temperature": 0.1, "invention": 0.2, "sparing": 0.3}
MANNER = {"aspiration": 0.5, "noise": 0.1, "imprecision": 0.3}
POINTS = {
    "deu": (TRAITS, {**TRAITS, "sparing": 0.9}, {**TRAITS, "temperature": 3.0}),
    "dond": (
        {**MANNER, "tactic": "time_based", "mood": "fresh"},
        {**MANNER, "tactic": "time_based", "mood": "persistent"},
        {**MANNER, "tactic": "equilibrium", "mood": "fresh"},
    ),
}


def first_case(suite, folder):
    return SUITES[suite].read(FILES[suite](folder)).cases[0]


@pytest.mark.parametrize("suite", POINTS)
def test_all_worlds_are_counted_at_each_point(tmp_path, suite):
    played = play_case(suite, POINTS[suite], 60, 0, first_case(suite, tmp_path))
    assert len(played.counts) == 3
    assert played.left_out is None
    for counts in played.counts:
        if suite == "deu":
            assert [sum(places.values()) for places in counts.values()] == [60, 60]
        else:
            assert sum(counts["deal"].values()) == 60
            assert sum(counts["split"].values()) == counts["deal"]["yes"]


@pytest.mark.parametrize("suite", POINTS)
def test_a_point_is_the_same_alone_or_among_others(tmp_path, suite):
    case, points = first_case(suite, tmp_path), POINTS[suite]
    together = play_case(suite, points, 40, 7, case)
    alone = [play_case(suite, [point], 40, 7, case).counts[0] for point in points]
    assert together.counts == tuple(alone)
    assert len({str(counts) for counts in alone}) == 3


def test_another_seed_gives_other_worlds(tmp_path):
    case = first_case("deu", tmp_path)
    one, other = (play_case("deu", [TRAITS], 200, seed, case).counts for seed in (0, 1))
    assert one != other


def test_a_case_without_a_scale_for_somebody_is_left_out_and_says_why():
    same = Issue("i1", {"de": 50.0, "fr": 50.0}, {"de": 1.0, "fr": 1.0}, 50.0, 50.0)
    played = play_case("deu", [TRAITS], 9, 0, Proposal("d7", "m", {"de": 0.5, "fr": 0.5}, (same,)))
    assert played.counts == ()
    assert played.left_out.startswith("d7: clauses.i1.options: ")


def test_a_division_in_which_the_first_wants_everything_and_the_second_nothing_but_a_ball():
    case = Division("n", "g", ("hat", "ball"), (1, 1), ((9.0, 1.0), (0.0, 5.0)), (0, 0), (None,))
    sharp = {"aspiration": 0.3, "noise": 0.005, "imprecision": 0.05}
    point = {**sharp, "tactic": "time_based", "mood": "fresh"}
    (counts,) = play_case("dond", [point], 100, 0, case).counts
    assert counts["deal"]["yes"] == 100
    assert max(counts["split"], key=counts["split"].get) == "1_0"
