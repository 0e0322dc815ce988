"""Stances and polls as evidence: likelihoods by hand, and posteriors by numerical integration."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.bargaining.votes import poll_covariance
from sim.draws.streams import streams_of
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.tables import digest_of, worlds_table
from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import draws_of_batches
from sim.talks.evidence import Moving, evidence_of
from sim.talks.space import space_of
from tests.small import WHY, put, small_scenario, small_tree
from tests.talks.small_talks import SURE, plain

E = 0.05  # the chance that a stance on record is not what is held
# Halves are worth .6 x .6 + .4 x .5 = .56 to her, and to her family.
HALVES = 0.56
UNKNOWN = {"uniform": [0, 1], **WHY}


def stance(text="halves", holds="rejects", **more):
    return {"text": text, "stance": holds, **WHY, **more}


def poll(acceptable=0.6, text="halves", wave="one", **more):
    about = {"text": text} if text else {}
    return {
        **about,
        "acceptable": acceptable,
        "unacceptable": 0.1,
        "asked": 1000,
        "wave": wave,
        "date": "2025-01-01",
        **WHY,
        **more,
    }


def errors(wording=0.3, wave=0.2):
    return {"wording": wording, "wave": wave, **WHY}


NO_STANCES = {"actors__her__stances": [], "actors__his__stances": []}
HOME = "actors__her__domestic"


def polled(*polls, threshold=UNKNOWN, **changes):
    """Her family was asked; nobody's stance is known."""
    return small_scenario(
        **{
            **SURE,
            **NO_STANCES,
            f"{HOME}__loadings": {},
            f"{HOME}__threshold": threshold,
            f"{HOME}__polls": {f"p{k}": each for k, each in enumerate(polls)},
            f"{HOME}__poll_errors": errors(),
            **changes,
        }
    )


def draws_of(scenario, draws=1000, seed=0):
    """The first draws of an ensemble whose batches hold 100 of them."""
    streams = streams_of(seed, 10, np.arange(10 * draws))
    return draws_of_batches(scenario, space_of(scenario), streams).cut(draws)


def prior_of(scenario, draws=1000, seed=0):
    return draws_of(scenario.model_copy(update={"evidence": "none"}), draws, seed)


def likelihood_of(scenario, draws):
    return evidence_of(scenario, space_of(scenario)).log_likelihood(draws)


def weights_of(draws):
    weight = np.exp(draws.log_weight - draws.log_weight.max())
    return weight / weight.sum()


def digest(scenario, draws=200):
    ensemble = Ensemble(scenario, 5, draws, 2)
    return digest_of(worlds_table(scenario, 2, record) for record in play(ensemble))


# --- Likelihoods ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stances", "no_deal", "expected"),
    [
        ([stance()], 0.57, [1 - E]),  # .56 < .57: she does reject
        ([stance()], 0.55, [E]),
        ([stance(holds="open")], 0.55, [1 - E]),
        ([stance(holds="accepts")], 0.55, [E]),  # she demands .55 + .9 x .45 at first
        ([stance("her_wish", "accepts")], 0.55, [1 - E]),
        ([stance("her_wish", "prefers", other="halves")], 0.55, [1 - E]),
        ([stance("his_wish", "prefers", other="halves")], 0.55, [E]),
        ([stance(), stance("her_wish", "accepts")], 0.55, [E, 1 - E]),
    ],
)
def test_a_stance_is_as_likely_as_its_error_says(stances, no_deal, expected):
    scenario = small_scenario(
        **{
            **SURE,
            **NO_STANCES,
            "actors__her__no_deal": plain(no_deal),
            "actors__her__stances": stances,
        }
    )
    found = likelihood_of(scenario, prior_of(scenario, 3))
    np.testing.assert_allclose(found, np.full((3, 1), np.log(expected).sum()))


def test_the_stated_error_is_the_chance_of_a_stance_that_does_not_hold():
    changes = {**SURE, **NO_STANCES, "actors__her__no_deal": plain(0.5)}
    scenario = small_scenario(
        **{**changes, "actors__her__stances": [stance()], "stance_error": 0.2}
    )
    assert likelihood_of(scenario, prior_of(scenario, 1)).item() == pytest.approx(np.log(0.2))


def by_hand(theta, polls, worths, noise=0.1, floor=0.0, ceiling=0.0):
    """The polls' log likelihood, draw by draw in a plain loop, up to a constant."""
    own = errors()
    found = []
    for each in theta:
        apart, spread = [], np.zeros((len(polls), len(polls)))
        for i, (one, worth) in enumerate(zip(polls, worths, strict=True)):
            p = one["acceptable"]
            q = floor + (1 - floor - ceiling) / (1 + np.exp(-(worth - each) / noise))
            apart.append(np.log(p / (1 - p)) - np.log(q / (1 - q)))
            for j, other in enumerate(polls):
                if i == j:
                    spread[i, j] += 1 / (one["asked"] * p * (1 - p)) + own["wording"] ** 2
                if one["wave"] == other["wave"]:
                    spread[i, j] += own["wave"] ** 2
        found.append(-0.5 * np.array(apart) @ np.linalg.solve(spread, apart))
    return np.array(found)


def test_polls_are_normal_on_the_scale_of_log_odds_with_what_waves_share():
    polls = [
        poll(0.6),
        poll(0.3, text="his_wish", asked=400),
        poll(0.8, text="her_wish", wave="two", asked=2000),
        poll(0.5, text=None, texts={"her_wish": 0.25, "halves": 0.75}),
    ]
    scenario = polled(*polls)
    draws = prior_of(scenario, 40)
    theta = draws["actors.her.domestic.threshold"]
    known = by_hand(theta, polls, [HALVES, 0.0, 1.0, 0.25 + 0.75 * HALVES])
    np.testing.assert_allclose(likelihood_of(scenario, draws)[:, 0], known, rtol=1e-9)


def test_floor_ceiling_and_what_moves_the_threshold_at_the_start_count_in_a_poll():
    changes = {
        f"{HOME}__floor": plain(0.2),
        f"{HOME}__ceiling": plain(0.1),
        f"{HOME}__loadings": {**WHY, "drought": -0.1},
        "drivers__drought__start": 2,
    }
    scenario = polled(poll(0.6), **changes)
    draws = prior_of(scenario, 40)
    theta = draws["actors.her.domestic.threshold"] - 0.2
    known = by_hand(theta, [poll(0.6)], [HALVES], floor=0.2, ceiling=0.1)
    np.testing.assert_allclose(likelihood_of(scenario, draws)[:, 0], known, rtol=1e-9)


def test_pieces_of_evidence_sum_to_what_is_known_of_each_actor():
    scenario = polled(poll(0.6), actors__her__stances=[stance(), stance("his_wish")])
    draws = prior_of(scenario, 50)
    evidence = evidence_of(scenario, space_of(scenario))
    pieces = list(evidence.pieces(draws))
    assert [called for _, called, _ in pieces] == [
        "her rejects halves",
        "her rejects his_wish",
        "polls of her",
    ]
    total = sum(each for _, _, each in pieces)
    np.testing.assert_allclose(evidence.log_likelihood(draws)[:, 0], total)


# --- Posteriors -------------------------------------------------------------------------------


def test_a_poll_moves_a_threshold_as_numerical_integration_says():
    scenario = polled(poll(0.7), threshold={"normal": {**NORMAL}, **WHY})
    draws = draws_of(scenario, 1600)
    grid = np.linspace(-1, 2, 20001)
    density = stats.norm.pdf(grid, 0.5, 0.3) * np.exp(by_hand(grid, [poll(0.7)], [HALVES]))
    density /= density.sum()
    mean = density @ grid
    sd = np.sqrt(density @ (grid - mean) ** 2)
    weight, theta = weights_of(draws), draws["actors.her.domestic.threshold"]
    size = 1 / (weight**2).sum()
    print(f"poll on a threshold: posterior {mean:.3f} ({sd:.3f}), effective {size:.0f} of 1600")
    found = weight @ theta
    assert found == pytest.approx(mean, abs=4 * sd / np.sqrt(size))
    assert np.sqrt(weight @ (theta - found) ** 2) == pytest.approx(sd, rel=4 / np.sqrt(2 * size))
    assert size > 400


NORMAL = {"mean": 0.5, "sd": 0.3, "low": -1, "high": 2}


def test_what_shares_a_factor_with_what_was_seen_moves_with_it():
    """A poll moves the threshold, that the factor, and the factor what he has instead of a deal."""

    def loads(loading):
        number = {"normal": {"mean": 0.5, "sd": 0.3, "low": -1.5, "high": 2.5}, **WHY}
        return {**number, "common": {"factor": "mood", "loading": loading}}

    scenario = polled(
        poll(0.9),
        threshold=loads(0.9),
        factors={"mood": "what all have in common"},
        actors__his__no_deal=loads(0.9),
    )
    draws = draws_of(scenario, 1600)
    grid = np.linspace(-1.5, 2.5, 20001)
    density = stats.norm.pdf(grid, 0.5, 0.3) * np.exp(by_hand(grid, [poll(0.9)], [HALVES]))
    shift = (density @ grid / density.sum() - 0.5) / 0.3
    known = 0.5 + 0.3 * 0.9 * 0.9 * shift
    weight = weights_of(draws)
    size = 1 / (weight**2).sum()
    assert known < 0.4
    found = weight @ draws["actors.his.no_deal"]
    assert found == pytest.approx(known, abs=4 * 0.3 / np.sqrt(size))


def test_a_stance_leaves_its_error_on_the_other_side():
    scenario = small_scenario(
        **{
            **SURE,
            **NO_STANCES,
            "actors__her__no_deal": UNKNOWN,
            "actors__her__stances": [stance()],
        }
    )
    draws = draws_of(scenario, 1600)
    weight = weights_of(draws)
    rejects = 0.44 * 0.95 / (0.44 * 0.95 + 0.56 * 0.05)  # no deal above .56
    size = 1 / (weight**2).sum()
    share = weight @ (draws["actors.her.no_deal"] > HALVES)
    assert share == pytest.approx(rejects, abs=4 * np.sqrt(rejects * (1 - rejects) / size))


def test_numbers_that_evidence_does_not_touch_are_exactly_the_priors():
    scenario = small_scenario(actors__his__stances=[], actors__her__domestic__threshold=UNKNOWN)
    prior, after = prior_of(scenario, 1000), draws_of(scenario, 1000)
    moving = Moving.of(evidence_of(scenario, space_of(scenario)), prior)
    changed = {path for path in prior if not np.array_equal(prior[path], after[path])}
    assert "actors.her.no_deal" in changed
    assert all(path.startswith("actors.her.") for path in changed)
    assert "actors.her.domestic.threshold" not in changed
    shares = {f"{w.path}.{name}" for w in moving.weightings for name in w.names}
    assert changed <= {*moving.numbers, *shares}


def scaled_by(hers, **changes):
    """Her scale is .6 (hers - .3): near .3 all texts are worth far more than no deal."""
    return small_scenario(
        **{
            **SURE,
            **NO_STANCES,
            "actors__her__values__water": {**WHY, "hers": hers, "shared": 1, "his": 0.3},
            "actors__her__values__upkeep": {**WHY, "he_pays": 0.1, "both_pay": 1, "she_pays": 0.1},
            "actors__her__no_deal": plain(3),
            "actors__her__loadings": {**WHY, "drought": 3},
            "drivers__drought__start": 10,
            "stance_error": 0.001,
            "actors__her__stances": [stance(holds="open")],
            **changes,
        }
    )


def test_a_span_that_would_be_negative_is_so_unlikely_that_it_is_never_gone_to():
    scenario = scaled_by({"uniform": [0.2, 0.8], **WHY})
    prior = prior_of(scenario, 200)
    hers = prior["actors.her.values.water.hers"]
    found = likelihood_of(scenario, prior)[:, 0]
    assert 0 < (hers <= 0.3).sum() < 200
    assert (found[hers <= 0.3] <= -1e6).all()  # at the least temperature, 1 / 1024, still -976
    assert (found[hers > 0.3] > -10).all()


def test_draws_that_evidence_pulls_towards_a_span_of_nothing_stop_before_it():
    """Halves are worth 33 where hers is below .34, near .3, at which there is no scale."""
    hers = {"normal": {"mean": 0.5, "sd": 0.05, "low": 0, "high": 1}, **WHY}
    after = draws_of(scaled_by(hers), 1000)["actors.her.values.water.hers"]
    assert (after < 0.34).any()
    assert (after > 0.3).all()


def test_a_prior_without_a_scale_in_some_draw_is_refused_whether_evidence_counts_or_not():
    doubtful = {"uniform": [0.2, 0.8], **WHY}
    for counts in ("all", "none"):
        scenario = scaled_by(doubtful, evidence=counts)
        with pytest.raises(ScenarioError, match="so utilities have no scale"):
            list(play(Ensemble(scenario, 0, 100, 1)))


# --- What counts ------------------------------------------------------------------------------


def test_each_setting_counts_what_it_names():
    scenario = polled(poll(0.7), actors__his__stances=[stance("her_wish")])
    of = {
        counts: evidence_of(scenario.model_copy(update={"evidence": counts}), space_of(scenario))
        for counts in ("none", "stances", "polls", "all")
    }
    assert {counts: each.actors for counts, each in of.items()} == {
        "none": (),
        "stances": ("his",),
        "polls": ("her",),
        "all": ("her", "his"),
    }


def test_where_nothing_is_known_worlds_are_those_of_a_run_without_evidence():
    silent = small_scenario(**NO_STANCES)
    stated = small_scenario()
    assert digest(silent) == digest(small_scenario(evidence="none"))
    assert digest(silent) == digest(small_scenario(**NO_STANCES, evidence="none"))
    assert digest(stated) != digest(silent)
    assert (draws_of(silent).log_weight == 0).all()


@pytest.mark.parametrize("no_deal", [0.1, 0.9])
def test_evidence_of_numbers_that_are_all_known_changes_nothing(no_deal):
    known = {**SURE, "actors__her__no_deal": plain(no_deal), "actors__his__no_deal": plain(0.2)}
    scenario = small_scenario(**known, actors__her__stances=[stance()])
    prior, after = prior_of(scenario, 20), draws_of(scenario, 20)
    assert (after.log_weight == 0).all()
    assert digest(scenario) == digest(scenario.model_copy(update={"evidence": "none"}))
    assert set(prior) == set(after)


def test_where_polls_alone_count_a_scenario_without_polls_is_its_prior():
    assert digest(small_scenario(evidence="polls")) == digest(small_scenario(evidence="none"))


def test_the_order_of_stances_and_of_polls_changes_no_draw():
    stances = [stance(), stance("his_wish"), stance("her_wish", "open")]
    polls = [poll(0.6), poll(0.8, text="her_wish"), poll(0.2, text="his_wish", wave="two")]
    one = draws_of(polled(*polls, actors__her__stances=stances), 300)
    other = draws_of(polled(*polls[::-1], actors__her__stances=stances[::-1]), 300)
    for path in ("actors.her.no_deal", "actors.her.domestic.threshold"):
        np.testing.assert_allclose(one[path], other[path], atol=1e-12)
    np.testing.assert_allclose(one.log_weight, other.log_weight, atol=1e-9)


def test_the_order_of_actors_changes_the_posterior_by_monte_carlo_error_only():
    doubted = {
        "actors__her__stances": [stance(holds="rejects")],
        "actors__his__stances": [stance(holds="rejects"), stance("her_wish", "rejects")],
        "actors__his__no_deal": UNKNOWN,
    }
    tree = small_tree(**doubted)
    tree["actors"] = dict(reversed(tree["actors"].items()))
    means = []
    for scenario in (small_scenario(**doubted), read_scenario(tree)):
        draws = draws_of(scenario, 1600)
        weight = weights_of(draws)
        size = 1 / (weight**2).sum()
        means.append((weight @ draws["actors.his.no_deal"], 0.29 / np.sqrt(size)))
    (one, error), (other, again) = means
    assert one == pytest.approx(other, abs=4 * np.hypot(error, again))


def test_the_first_300_of_1300_draws_are_the_300_alone_under_evidence():
    scenario = polled(poll(0.7), actors__his__stances=[stance("her_wish")])
    few, many = draws_of(scenario, 300), draws_of(scenario, 1300)
    np.testing.assert_array_equal(few.log_weight[:300], many.log_weight[:300])
    for path in few:
        np.testing.assert_array_equal(few[path][:300], many[path][:300], err_msg=path)


@given(st.permutations(range(3)))
def test_the_covariance_of_polls_moves_with_their_order(order):
    shares, asked = np.array([0.2, 0.5, 0.7]), np.array([100, 1000, 500])
    waves = np.array(["a", "b", "a"])
    whole = poll_covariance(shares, asked, waves, 0.3, 0.2)
    cut = poll_covariance(shares[order], asked[order], waves[order], 0.3, 0.2)
    np.testing.assert_allclose(cut, whole[np.ix_(order, order)])
    assert (np.linalg.eigvalsh(whole) > 0).all()


# --- Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman 2018) ----------

SETS, FEW = 200, 200
CALIBRATED = {
    "her": "actors.her.no_deal",
    "his": "actors.his.no_deal",
    "friend": "actors.friend.no_deal",
    "value": "actors.his.values.water.shared",
    "threshold": "actors.her.domestic.threshold",
}


def three_actors():
    """Her, him and a friend; what each has instead of a deal is unknown, and two numbers more."""
    tree = small_tree()
    for path, value in (SURE | NO_STANCES).items():
        put(tree, path.replace("__", "."), value)
    tree["actors"]["friend"] = deepcopy(tree["actors"]["his"])
    for name in ("her", "his", "friend"):
        tree["actors"][name]["regard"] = {}
    tree["actors"]["his"]["values"]["water"]["shared"] = UNKNOWN
    wide = {"normal": {"mean": 0.5, "sd": 0.3, "low": -1, "high": 2}, **WHY}
    for name, text, holds in (
        ("her", "halves", "rejects"),
        ("his", "halves", "open"),
        ("friend", "halves", "rejects"),
    ):
        tree["actors"][name]["no_deal"] = wide
        tree["actors"][name]["stances"] = [stance(text, holds)]
    home = tree["actors"]["her"]["domestic"]
    home |= {"threshold": UNKNOWN, "loadings": {}, "polls": {"p": poll(0.5)}}
    home["people_noise"] = 0.3
    home["poll_errors"] = errors()
    return tree


def test_posteriors_of_simulated_evidence_are_calibrated():
    rng = np.random.default_rng(2018)
    base = read_scenario(three_actors())
    truth = prior_of(base, SETS, seed=99)
    # What is seen: a stance of each, wrong with chance e, and one poll with all its errors.
    worth = {"her": HALVES, "friend": HALVES}
    worth["his"] = 0.6 * truth[CALIBRATED["value"]] + 0.4 * 0.5
    says = {
        name: (worth[name] < truth[f"actors.{name}.no_deal"])[:SETS] ^ (rng.random(SETS) < E)
        for name in ("her", "his", "friend")
    }
    # The error of sampling is stated at the share that is seen: it is drawn as it is weighed
    # where the share is near enough one half that p (1 - p) hardly moves, beside .3 and .2.
    q = special.expit((HALVES - truth[CALIBRATED["threshold"]]) / 0.3)
    sd = np.sqrt(0.3**2 + 0.2**2 + 1 / (1000 * q * (1 - q)))
    seen = special.expit(special.logit(q) + sd * rng.standard_normal(SETS))
    ranks = {name: np.empty(SETS) for name in CALIBRATED}
    sizes = []
    for k in range(SETS):
        scenario = told(base, {name: bool(said[k]) for name, said in says.items()}, seen[k])
        draws = draws_of(scenario, FEW, seed=k)
        weight = weights_of(draws)
        sizes.append(1 / (weight**2).sum())
        for name, path in CALIBRATED.items():
            ranks[name][k] = weight @ (draws[path] < truth[path][k])
    band = np.sqrt(np.log(2 / (0.05 / len(CALIBRATED))) / (2 * SETS))
    print(f"effective size {np.mean(sizes):.0f} of {FEW}; 95% band for all numbers {band:.3f}")
    for name, found in ranks.items():
        apart = stats.kstest(found, "uniform").statistic
        print(f"{name}: {apart:.3f}")
        assert apart < band, name


def told(base, rejects, share):
    """The scenario in which it was seen who rejects halves, and what a poll said."""
    actors = {}
    for name, actor in base.actors.items():
        holds = "rejects" if rejects[name] else "open"
        stances = tuple(each.model_copy(update={"stance": holds}) for each in actor.stances)
        body = actor.domestic
        if body is not None and body.polls:
            one = body.polls["p"].model_copy(update={"acceptable": float(share)})
            body = body.model_copy(update={"polls": {"p": one}})
        actors[name] = actor.model_copy(update={"stances": stances, "domestic": body})
    return base.model_copy(update={"actors": actors})
