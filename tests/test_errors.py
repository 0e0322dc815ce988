"""What a message says: the place, the rule, the value, the nearest right name."""

import pickle

from sim.errors import MissingSignsWarning, Problem, ScenarioError, problem, shorten, unknown


def test_a_problem_is_one_line_of_place_rule_and_value():
    assert str(problem("seed", "must be zero or more", -1)) == "seed: must be zero or more (got -1)"


def test_a_value_of_none_is_shown_and_no_value_is_not():
    assert str(problem("seed", "is odd", None)) == "seed: is odd (got None)"
    assert str(problem("seed", "is missing")) == "seed: is missing"


def test_an_error_tells_each_of_its_problems_on_a_line():
    error = ScenarioError(Problem("a", "is missing"), Problem("b", "is wrong", "2"))
    assert str(error) == "a: is missing\nb: is wrong (got 2)"


def test_an_error_comes_back_whole_from_another_process():
    error = ScenarioError(Problem("a", "is missing"), Problem("b", "is wrong", "2"))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_missing_signs_are_told_in_one_line_of_a_terminal_however_many_they_are():
    said = str(MissingSignsWarning("\N{CJK UNIFIED IDEOGRAPH-77ED}" * 100))
    assert "\n" not in said
    assert len(f"parley: {said}") + 8 <= 80  # such signs are two columns wide


def test_a_far_name_is_answered_with_the_known_ones():
    assert unknown("actor", "turkey", ["us", "europe"]) == "no such actor; known: europe, us"


def test_many_known_names_are_cut_off():
    names = [f"c{n:02}" for n in range(20)]
    assert unknown("clause", "zzz", names).endswith("c10, c11, ...")


def test_a_long_value_is_cut_to_sixty_signs():
    assert shorten("x" * 100) == "x" * 57 + "..."
