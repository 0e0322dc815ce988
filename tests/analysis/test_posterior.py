"""Prior beside posterior: moments, verdicts at their borders, leaving one piece out."""

from math import exp

import numpy as np
import pytest

from sim.analysis.posterior import COLUMNS, Change, Moments, Piece, Verdict, posterior_table

MANY = 1e8  # effective draws, of which chance makes nothing


def moments(mean=0.0, sd=1.0, low=-1.5, high=1.5):
    return Moments(mean, sd, low, high)


def verdict(mean=0.0, sd=1.0, effective_draws=MANY):
    return Change(moments(), moments(mean, sd)).verdict(effective_draws)


# --- Moments ----------------------------------------------------------------------------------


def test_moments_of_weighted_draws_are_those_worked_out_by_hand():
    found = Moments.of(np.array([4.0, 0.0, 2.0]), np.array([0.25, 0.25, 0.5]))
    assert (found.mean, found.sd) == (2.0, pytest.approx(np.sqrt(2)))
    # 0, 2 and 4 lie at .125, .5 and .875 of all weight: beyond the first and the last are they.
    assert (found.low, found.high) == (0.0, 4.0)


def test_the_ends_lie_straight_between_draws():
    found = Moments.of(np.arange(20.0), np.full(20, 0.05))
    # Draw k lies at (k + 1/2) / 20, so .05 is draw 1/2.
    assert (found.low, found.high) == pytest.approx((0.5, 18.5))


def test_a_draw_of_no_weight_changes_nothing():
    with_it = Moments.of(np.array([1.0, 3.0, 900.0]), np.array([0.5, 0.5, 0.0]))
    without = Moments.of(np.array([1.0, 3.0]), np.array([0.5, 0.5]))
    assert (with_it.mean, with_it.sd) == (without.mean, without.sd)


# --- Verdicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "sd", "said"),
    [
        (1.51, 1.0, Verdict.CONFLICT),
        (-1.51, 0.1, Verdict.CONFLICT),
        (1.5, 1.0, Verdict.MOVED),  # at the end of the prior's 90%, not outside
        (-0.25, 1.0, Verdict.MOVED),
        (0.24, 0.79, Verdict.NARROWED),
        (0.24, 0.81, Verdict.LITTLE),
        (0.0, 1.26, Verdict.WIDENED),
        (0.0, 1.24, Verdict.LITTLE),
        (0.11, 1.0, Verdict.LITTLE),
        (0.09, 1.0, Verdict.NOTHING),
        (0.0, 0.91, Verdict.NOTHING),
        (0.0, 0.90, Verdict.LITTLE),
    ],
)
def test_a_verdict_turns_at_its_border(mean, sd, said):
    assert verdict(mean, sd) is said


def test_what_chance_may_do_among_few_draws_is_not_told():
    # Of 100 draws a mean is known to .1 sds, the logarithm of an sd to .0707.
    assert verdict(0.31, effective_draws=100) is Verdict.MOVED
    assert verdict(0.29, effective_draws=100) is Verdict.LITTLE
    assert verdict(0.19, effective_draws=100) is Verdict.NOTHING
    assert verdict(sd=exp(-0.23), effective_draws=100) is Verdict.NARROWED
    assert verdict(sd=exp(-0.22), effective_draws=50) is Verdict.LITTLE
    assert verdict(sd=exp(-0.13), effective_draws=100) is Verdict.NOTHING


def test_a_number_that_became_certain_is_narrowed():
    assert verdict(sd=0.0) is Verdict.NARROWED


def test_evidence_that_says_nothing_is_seldom_said_to_say_something():
    rng = np.random.default_rng(5)
    numbers = {f"n{k}": rng.normal(size=400) for k in range(1000)}
    weights = rng.gamma(1.0, size=400)
    table = posterior_table(numbers, numbers, weights / weights.sum(), [])
    # Beyond 2 standard errors of either of two moments lies a tenth, beyond 3 one in 200.
    assert (table["verdict"] == "nothing").mean() > 0.85
    assert table["verdict"].isin(["moved", "narrowed", "widened"]).mean() < 0.01
    assert "conflict" not in set(table["verdict"])


# --- What moved it ----------------------------------------------------------------------------

COIN = np.array([0.0, 1.0])
PARTS = np.array([0.9, 0.1])


def piece(what, likelihood, parts=PARTS, about=None):
    return Piece(what, about, np.log(parts / np.array(likelihood)))


def table_of(*pieces, prior=COIN, after=COIN, parts=PARTS):
    """Two draws of one number, each of them many times over: 0 and 1."""
    times = 5000
    many = [Piece(each.what, each.about, np.repeat(each.log_without, times)) for each in pieces]
    weights = np.repeat(parts, times) / times
    numbers = {"actors.her.no_deal": np.repeat(prior, times)}
    return posterior_table(numbers, {"actors.her.no_deal": np.repeat(after, times)}, weights, many)


def test_the_piece_without_which_the_mean_would_be_farthest_moved_it():
    found = table_of(piece("strong", [0.9, 0.1]), piece("weak", [0.6, 0.4]))
    (row,) = found.to_dict("records")
    # Without the strong one both count alike, and the mean is 1/2; without the weak one they
    # count .9 / .6 = 3/2 and .1 / .4 = 1/4, and it is 1/7.
    assert row["moved_by"] == "strong"
    assert (row["prior_mean"], row["mean"]) == pytest.approx((0.5, 0.1))
    assert row["shift"] == pytest.approx(-0.8)
    assert row["narrowing"] == pytest.approx(0.3 / 0.5)
    assert row["verdict"] == "moved"


def test_pieces_are_named_in_any_order():
    pieces = [piece("weak", [0.6, 0.4]), piece("strong", [0.9, 0.1])]
    assert table_of(*pieces)["moved_by"].item() == "strong"


def test_a_piece_about_another_actor_is_not_named():
    other = piece("strong", [0.9, 0.1], about=frozenset({"actors.his.no_deal"}))
    own = piece("weak", [0.6, 0.4], about=frozenset({"actors.her.no_deal"}))
    assert table_of(other, own)["moved_by"].item() == "weak"
    assert table_of(other)["moved_by"].item() == ""


def test_of_a_number_that_did_not_move_no_piece_is_named():
    even = np.array([0.5, 0.5])
    assert table_of(piece("any", [0.9, 0.1], even), parts=even)["moved_by"].item() == ""


def test_a_number_whose_spread_alone_changed_names_the_piece_that_changed_it():
    values = np.repeat([-1.0, 0.0, 1.0], 3000)
    parts = np.repeat([0.1, 0.8, 0.1], 3000) / 3000
    pieces = [
        Piece("tilts", None, np.log(parts / np.repeat([0.55, 0.5, 0.45], 3000))),
        Piece("narrows", None, np.log(parts / np.repeat([0.1, 0.8, 0.1], 3000))),
    ]
    (row,) = posterior_table({"n": values}, {"n": values}, parts, pieces).to_dict("records")
    assert (row["verdict"], row["moved_by"]) == ("narrowed", "narrows")


def test_one_draw_that_a_piece_nearly_ruled_out_does_not_stand_for_all():
    values = np.linspace(-1.0, 1.0, 10_001)
    after, parts = np.append(values[1:] * 0.1 - 0.9, 1.0), np.full(10_001, 1 / 10_001)
    known = np.zeros(10_001)
    known[-1] = -600.0  # e^600 times as heavy without it
    (row,) = posterior_table(
        {"n": values}, {"n": after}, parts, [Piece("odd", None, np.log(parts) - known)]
    ).to_dict("records")
    assert np.isfinite(row["mean"])
    assert row["moved_by"] == "odd"


def test_the_most_moved_come_first_and_what_never_differs_has_no_row():
    values = np.linspace(0.0, 1.0, 1000)
    prior = {"stays": values, "goes": values, "known": np.full(1000, 0.3)}
    after = {"stays": values, "goes": values + 1, "known": np.full(1000, 0.3)}
    table = posterior_table(prior, after, np.full(1000, 1e-3), [])
    assert table["path"].tolist() == ["goes", "stays"]
    assert table["verdict"].tolist() == ["conflict", "nothing"]
    assert tuple(table.columns) == COLUMNS
    assert len(posterior_table({"known": prior["known"]}, after, np.full(1000, 1e-3), [])) == 0
