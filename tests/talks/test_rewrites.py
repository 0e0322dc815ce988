"""Texts that a drafter rewrites before the first answers: what theory says of their law."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from scipy import special, stats

import sim
from sim.draws.streams import Purpose
from sim.scenario.reading.reader import read_scenario
from sim.talks.model import NegotiationModel
from sim.talks.space import space_of
from tests.small import WHY, mediated_scenario, small_tree
from tests.talks.small_talks import SURE, model_of, of_each, plain
from tests.talks.test_texts import FAMILY, Eyes, amended, talks

TEMPERATURE = 0.2
CHAIR = {
    "drafter": "chair",
    "initial": "halves",
    "persuasion": 0,
    "temperature": TEMPERATURE,
    "sparing": 0,
    "rewrites": 1,
    **WHY,
}
INVENTED = {"label": "both", "invented": True}
CERTAIN = {**SURE, **of_each(scale="as_written")}
UNEVEN = {"actors__her__capability": plain(3), "actors__his__capability": plain(1)}


def chaired(changes=(), **settings):
    """The small scenario, every number known, with a chair who minds nobody's answer."""
    told = {"clauses__water__options__shared": INVENTED, **CERTAIN, **UNEVEN, **dict(changes)}
    return read_scenario(small_tree(protocols__single_text={**CHAIR, **settings}, **told))


def first_texts(scenario, worlds, seed=0):
    """The text that comes to the first answers in each of some worlds: (W, B)."""
    model = model_of(scenario, worlds, seed)
    model.step()
    return model.ledger.first_text


def many_first_texts(scenario):
    return np.concatenate([first_texts(scenario, 2000, seed) for seed in range(10)])


def law(scenario, texts):
    """How many texts have each combination of options, in the order of all of them."""
    counts = Counter(map(tuple, texts.tolist()))
    return np.array([counts[tuple(text)] for text in space_of(scenario).enumerate().tolist()])


WORTH = {"hers": (1, 0), "shared": (0.6, 0.6), "his": (0, 1)}
UPKEEP = {"he_pays": (1, 0), "both_pay": (0.5, 0.5), "she_pays": (0, 1)}


def losses():
    """What she and he lose by each text, in the order of all of them: (P, 2)."""
    pairs = product(WORTH.values(), UPKEEP.values())
    return np.array([1 - 0.6 * np.array(w) - 0.4 * np.array(u) for w, u in pairs])


def expected(sparing, invention=None):
    """The softmax of what a chair minds over all texts, with what comes to its mind: (P,)."""
    lost = losses()
    score = -(1 - sparing) * lost @ [0.75, 0.25] - sparing * lost.max(axis=1)
    share = 1 / 3 if invention is None else invention
    ready = np.repeat([(1 - share) / 2, share, (1 - share) / 2], 3)
    return special.softmax(score / TEMPERATURE + np.log(ready))


# --- Against plain loops ----------------------------------------------------------------------

LOUD = {**CHAIR, "initial": "his_wish", "temperature": 0.05, "misreading": 0.1}
THREE = {
    "actors__her__capability": plain(5),
    "actors__his__capability": plain(1),
    "actors__envoy__capability": plain(2),
}


@pytest.mark.parametrize(
    "changes",
    [
        {"protocols__single_text": {**LOUD, "sparing": 0.4, "rewrites": 3}},
        {"protocols__single_text": {**LOUD, "sparing": 0.4, "rewrites": 2}, **THREE},
        {"protocols__single_text": {**LOUD, "persuasion": 2, "sparing": 1, "misjudgement": 0.1}},
        {"protocols__single_text": {**LOUD, "persuasion": 2, "invention": 0.3, "sparing": None}},
        {"protocols__single_text": {**LOUD, "misreading": None, "invention": 0.05, "sparing": 0.2}},
        {"protocols__single_text__rewrites": 2},
        {"protocols__single_text__rewrites": 2, "protocols__single_text__invention": 0.2},
        {"protocols__single_text__drafter": "her", "protocols__single_text__rewrites": 1},
    ],
    ids=[
        "misreads",
        "by_capability",
        "spares_and_persuades",
        "persuades_only",
        "sees_right",
        "envoy",
        "envoy_minds_inventions",
        "party",
    ],
)
def test_a_drafter_reopens_each_clause_in_an_order_by_lot_and_settles_it_by_its_score(changes):
    rare = {"label": "both", "consent": ["envoy"], "invented": True}
    model = model_of(talks(clauses__water__options__shared=rare, **changes), 60)
    settings, space = model.spec.protocols.single_text, model.space
    start = space.text(model.spec.texts[settings.initial].terms)
    streams = model.batch.afresh().streams
    lots, u = (
        {
            (block, turn): streams.uniforms(purpose, f"{clause}/{turn}")
            for turn in range(settings.rewrites)
            for block, clause in enumerate(space.clauses)
        }
        for purpose in (Purpose.REOPENED, Purpose.REWRITE)
    )
    model.step()
    changed = 0
    for row in np.flatnonzero(model.held).tolist():
        text, world = tuple(start.tolist()), int(model.rows[row])
        eyes = Eyes(model, row, settings.drafter)
        for turn in range(settings.rewrites):
            order = sorted(range(2), key=lambda block, t=turn: lots[block, t][world])
            for block in order:
                text = amended(eyes, text, [block], u[block, turn][world])
        assert tuple(model.text[row].tolist()) == text
        changed += text != tuple(start.tolist())
    assert changed > 10


# --- Against theory ---------------------------------------------------------------------------


@pytest.mark.parametrize("initial", ["her_wish", "his_wish", "halves"])
@pytest.mark.parametrize("invention", [None, 0.1])
def test_where_clauses_do_not_depend_on_each_other_one_rewriting_forgets_the_text(
    initial, invention
):
    scenario = chaired(initial=initial, invention=invention)
    counts = law(scenario, many_first_texts(scenario))
    chances = expected(0, invention)
    assert stats.chisquare(counts, chances * counts.sum()).pvalue > 1e-3


def test_rewriting_often_leads_to_the_softmax_over_all_texts_where_they_do():
    scenario = chaired(sparing=0.8, rewrites=20, initial="his_wish", invention=0.3)
    counts = law(scenario, many_first_texts(scenario))
    chances = expected(0.8, 0.3)
    assert stats.chisquare(counts, chances * counts.sum()).pvalue > 1e-3
    once = chaired(sparing=0.8, rewrites=1, initial="his_wish", invention=0.3)
    counts = law(once, many_first_texts(once))
    assert stats.chisquare(counts, chances * counts.sum()).pvalue < 1e-3


def test_an_invention_that_never_comes_to_mind_is_never_written_even_from_a_text_that_holds_it():
    scenario = chaired(initial="halves", invention=0)
    water = law(scenario, first_texts(scenario, 2000)).reshape(3, 3).sum(axis=1)
    assert water[1] == 0
    assert water.min(initial=2000, where=[True, False, True]) > 100


def test_a_precise_chair_that_spares_the_worst_off_writes_an_egalitarian_text():
    steps = {f"at_{k}": {"label": str(k)} for k in range(5)}
    line = {f"at_{k}": k / 4 for k in range(5)}
    tree = small_tree(
        protocols__single_text={**CHAIR, "sparing": 1, "temperature": 0, "rewrites": 3},
        **CERTAIN,
    )
    del tree["outcomes"]["halves_hold"]["all"]
    for clause in tree["clauses"].values():
        clause["options"] = steps
    for text, option in (("her_wish", "at_4"), ("his_wish", "at_0"), ("halves", "at_0")):
        tree["texts"][text]["terms"] = dict.fromkeys(tree["clauses"], option)
    for name, values in (("her", line), ("his", {o: 1 - v for o, v in line.items()})):
        for clause in tree["clauses"]:
            tree["actors"][name]["values"][clause] = {**values, **WHY}
            tree["actors"][name]["weights"] = {"water": 0.5, "upkeep": 0.5, **WHY}
    scenario = read_scenario(tree)
    places = np.array([[k, j] for k in range(5) for j in range(5)]).sum(axis=1) / 8
    found = law(scenario, first_texts(scenario, 400)) > 0
    assert set(places[found]) == {0.5}  # each loses half, and no text leaves both with less
    assert found.sum() > 1


@pytest.mark.parametrize(("hers", "wish"), [(5, "her_wish"), (1, "his_wish")])
def test_a_precise_chair_that_spares_nobody_serves_who_can_bring_more_to_bear(hers, wish):
    capable = {"actors__her__capability": plain(hers), "actors__his__capability": plain(3)}
    linear = of_each(values__water={**WHY, "hers": 1, "shared": 0.5, "his": 0})
    linear["actors__his__values__water"] = {**WHY, "hers": 0, "shared": 0.5, "his": 1}
    scenario = chaired({**capable, **linear}, temperature=0)
    (text,) = np.unique(first_texts(scenario, 50), axis=0)
    assert space_of(scenario).terms(text) == scenario.texts[wish].terms


def test_a_precise_actor_that_minds_nobody_rewrites_the_text_as_it_wishes():
    scenario = read_scenario(
        small_tree(
            protocols__single_text={
                **{"drafter": "her", "initial": "his_wish", "persuasion": 0, "rewrites": 1},
                **WHY,
            },
            actors__her__bargaining__imprecision=0,
            **SURE,
        )
    )
    (text,) = np.unique(first_texts(scenario, 50), axis=0)
    assert space_of(scenario).terms(text) == scenario.texts["her_wish"].terms


# --- Randomness -------------------------------------------------------------------------------

MISREAD = {"misreading": 0.1, "sparing": 0.4, "rewrites": 3, "invention": 0.2}


def test_worlds_are_the_same_however_many_are_played():
    scenario = chaired(**MISREAD)
    many = first_texts(scenario, 900)
    np.testing.assert_array_equal(first_texts(scenario, 300), many[:300])
    alone = NegotiationModel(scenario, 0, 1, [7, 150])
    alone.step()
    np.testing.assert_array_equal(alone.ledger.first_text, many[[7, 150]])


def test_a_clause_more_leaves_the_rewriting_of_the_others_as_it_was():
    tree = small_tree(protocols__single_text={**CHAIR, "rewrites": 2}, **CERTAIN, **UNEVEN)
    before = read_scenario(tree)
    tree["clauses"]["path"] = {"label": "a path", "options": {o: {"label": o} for o in "ab"}}
    for text in tree["texts"].values():
        text["terms"]["path"] = "a"
    for actor in tree["actors"].values():
        actor["weights"]["path"] = 0.2
        actor["values"]["path"] = {"a": 1, "b": 0, **WHY}
    after = read_scenario(tree)
    few, more = (space_of(s).options_of(first_texts(s, 500)) for s in (before, after))
    np.testing.assert_array_equal(more[:, :2], few)
    assert 50 < (more[:, 2] == 1).sum() < 450


def test_processes_change_nothing():
    asked = {"draws": 40, "replications": 2, "seed": 3}
    one, two = (sim.simulate(chaired(**MISREAD), workers=n, **asked) for n in (1, 2))
    assert one.manifest["digest"] == two.manifest["digest"]


def test_later_sessions_are_as_they_are_without_rewriting():
    settings = {"rewrites": 1, "persuasion": 1}
    scenario = mediated_scenario(
        **{f"protocols__single_text__{k}": v for k, v in settings.items()},
        actors__her__domestic=FAMILY | {"name": "kin"},
    )
    model = model_of(scenario, 200)
    model.step()
    assert (model.table.named == -1).all()  # nobody is heard before the first answers
    model.step()
    assert (model.table.named[model.held] >= 0).any()
