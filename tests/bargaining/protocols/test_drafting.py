"""What is criticised and what is drafted: by hand and against a loop over all candidates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.bargaining.arrays import at_cells
from sim.bargaining.protocols.drafting import (
    Asked,
    BlockSum,
    Body,
    Fairness,
    Prior,
    Signatory,
    criticised,
    redrafted,
)
from tests.bargains import space_of_sizes

EVEN = (np.arange(20_000) + 0.5) / 20_000  # uniforms that leave nothing to chance


# --- Criticism --------------------------------------------------------------------------------


def named(losses, u=EVEN):
    return criticised(np.tile(losses, (len(u), 1)), u)


@pytest.mark.parametrize("losses", [[0.1, 0.3, 0.6], [2.0, 0.0, 6.0], [0.0, 0.0, 1e-9], [5, 5, 0]])
def test_a_party_names_a_block_in_proportion_to_what_it_loses_there(losses):
    shares = np.bincount(named(losses), minlength=3) / len(EVEN)
    assert shares == pytest.approx(np.array(losses) / np.sum(losses), abs=1e-4)


def test_a_party_that_loses_nothing_names_nothing():
    assert (named([0.0, 0.0]) == -1).all()


@given(st.lists(st.sampled_from([0.0, 0.0, 0.1, 0.7]), min_size=1, max_size=5), st.floats(0, 1))
def test_no_party_names_a_block_where_it_loses_nothing(losses, u):
    (block,) = named(losses, np.array([min(u, 1 - 2.0**-53)]))
    assert losses[block] > 0 if any(losses) else block == -1


# --- Drafting ---------------------------------------------------------------------------------

SIZES = [3, 2, 4]
SPACE = space_of_sizes(SIZES, 4)
BLOCKS = [range(3), range(3, 5), range(5, 9)]
TEXT = (1, 3, 8)


class Case:
    """A drafting table: four actors, the last of whom signs only what needs its consent."""

    def __init__(self, seed=5, sharp=(), capability=None):
        rng = np.random.default_rng(seed)
        self.utility = rng.normal(size=(4, 9)) / 2
        self.bar = rng.normal(size=4) / 4
        self.noise = np.where(np.isin(range(4), sharp), 0.0, rng.uniform(0.05, 0.4, 4))
        self.consent = np.array([0, 1, 0, 0, 1, 0, 0, 1, 0], dtype=bool)  # of the last actor
        self.home = rng.normal(size=(2, 9)) / 2
        # Of the bodies of actors 1 and 3: theta, tau_s, f, g, quota, tau_r.
        self.theta, self.people = rng.normal(size=2) / 4, np.array([0.3, 0.15])
        self.floor, self.ceiling = np.array([0.1, 0.0]), np.array([0.25, 0.4])
        self.quota, self.vote = np.array([0.5, 0.3]), np.array([0.1, 0.2])
        self.weight = np.ones(4) if capability is None else np.array(capability)

    def signs(self, actor, text):
        return actor < 3 or any(self.consent[cell] for cell in text)

    def score(self, text, drafter, kappa):
        """S_m of a text, term by term; a neutral drafter is -1."""
        total = sum(self.utility[drafter][cell] for cell in text) if drafter >= 0 else 0.0
        for j in range(4):
            if j != drafter and self.signs(j, text):
                gap = sum(self.utility[j][cell] for cell in text) - self.bar[j]
                if self.noise[j]:
                    lost = self.noise[j] * np.log1p(np.exp(-gap / self.noise[j]))
                else:  # the limit of tau log logistic(gap / tau)
                    lost = max(0.0, -gap)
                total -= kappa * self.weight[j] * lost
        for b, actor in enumerate((1, 3)):
            if self.signs(actor, text):
                worth = sum(self.home[b][cell] for cell in text)
                swayed = 1 - self.floor[b] - self.ceiling[b]
                odds = np.exp(-(worth - self.theta[b]) / self.people[b])
                q = self.floor[b] + swayed / (1 + odds)
                tau = 4 * self.people[b] * self.vote[b] / swayed
                chance = 1 / (1 + np.exp(-(q - self.quota[b]) / self.vote[b]))
                total += kappa * self.weight[actor] * tau * np.log(chance)
        return total

    def judges(self, text, drafter, kappa):
        worlds = len(text)
        zeros = np.zeros(worlds, dtype=int)
        asked = Asked(self.consent[None], zeros, text)

        def of(value):
            return np.full(worlds, float(value))

        for j in (j for j in range(4) if j != drafter):
            noise = max(self.noise[j], 1e-12)
            table = -self.utility[[j]] / noise
            gap = BlockSum(table, zeros, at_cells(table, text, zeros), of(self.bar[j] / noise))
            yield Signatory(gap, of(kappa * noise * self.weight[j]), None if j < 3 else asked)
        for b, actor in enumerate((1, 3)):
            table = -self.home[[b]] / self.people[b]
            line = of(self.theta[b] / self.people[b])
            gap = BlockSum(table, zeros, at_cells(table, text, zeros), line)
            swayed = 1 - self.floor[b] - self.ceiling[b]
            unit = of(kappa * 4 * self.people[b] * self.vote[b] / swayed * self.weight[actor])
            base = of((self.quota[b] - self.floor[b]) / self.vote[b])
            of_body = None if actor < 3 else asked
            yield Body(gap, unit, of_body, base, of(-swayed / self.vote[b]))

    def drafts(self, blocks, drafter, kappa, temperature, u, prior=None):
        worlds = len(u)
        text, rows = np.tile(TEXT, (worlds, 1)), np.zeros(worlds, dtype=int)
        table = self.utility[[drafter]]
        own = BlockSum(table, rows, at_cells(table, text, rows)) if drafter >= 0 else None
        judges = list(self.judges(text, drafter, kappa))
        flags = np.tile(np.isin(range(3), blocks), (worlds, 1))
        t = np.full(worlds, float(temperature))
        ready = None if prior is None else Prior(np.array([prior]), rows)
        found = redrafted(SPACE, text, flags, own, judges, t, u, ready)
        return [tuple(draft) for draft in found.tolist()]


def candidates(blocks):
    """The text as it is, and every text that differs from it in one of some blocks."""
    others = [
        (*TEXT[:block], cell, *TEXT[block + 1 :])
        for block in blocks
        for cell in BLOCKS[block]
        if cell != TEXT[block]
    ]
    return [TEXT, *others]


def assert_drafts(case, blocks, drafter, kappa, temperature, prior=None):
    """Each step of the ladder of chances lies where a loop over the candidates puts it."""
    texts = candidates(blocks)
    scores = np.array([case.score(text, drafter, kappa) for text in texts])
    ready = [1.0 if prior is None else np.prod([prior[cell] for cell in text]) for text in texts]
    steps = np.cumsum(special.softmax(scores / temperature + np.log(ready)))[:-1]
    below = case.drafts(blocks, drafter, kappa, temperature, steps - 1e-12, prior)
    above = case.drafts(blocks, drafter, kappa, temperature, steps + 1e-12, prior)
    assert below == texts[:-1]
    assert above == texts[1:]


@pytest.mark.parametrize("drafter", [0, 1, 3, -1], ids=["base", "with_body", "consent", "chair"])
@pytest.mark.parametrize("kappa", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("blocks", [[0], [1, 2], [0, 1, 2]])
def test_the_drafter_chooses_by_logit_of_its_score_among_all_candidates(drafter, kappa, blocks):
    assert_drafts(Case(), blocks, drafter, kappa, temperature=0.3)


@given(st.integers(0, 10_000), st.sampled_from([0, 1, 2, 3]), st.floats(0, 3))
def test_the_drafter_does_so_whatever_the_numbers(seed, drafter, kappa):
    assert_drafts(Case(seed), [0, 1, 2], drafter, kappa, temperature=1.0)


def test_a_signatory_without_noise_counts_by_what_a_text_lacks_for_it():
    assert_drafts(Case(sharp=(1, 2)), [0, 1, 2], 0, kappa=2.0, temperature=0.3)


def test_a_neutral_chair_weighs_parties_and_their_bodies_by_capability():
    case = Case(capability=[0.4, 2.0, 1.0, 0.6])
    assert_drafts(case, [0, 1, 2], -1, kappa=2.0, temperature=0.3)


def test_where_nothing_was_named_the_text_stays():
    drafts = Case().drafts([], 0, 1.0, 5.0, EVEN[::100])
    assert set(drafts) == {TEXT}


def test_a_precise_drafter_writes_the_best_candidate():
    case = Case()
    best = max(candidates([0, 1, 2]), key=lambda text: case.score(text, 0, 2.0))
    assert set(case.drafts([0, 1, 2], 0, 2.0, 0.0, EVEN[::100])) == {best}


def test_a_drafter_without_any_precision_writes_each_candidate_as_often():
    found, counts = np.unique(
        Case().drafts([0, 2], 0, 2.0, np.inf, EVEN), axis=0, return_counts=True
    )
    assert len(found) == len(candidates([0, 2]))
    assert counts == pytest.approx(len(EVEN) / len(found), abs=1)


def test_a_text_without_any_chance_at_home_is_left_for_any_that_has_one():
    case = Case()
    case.theta, case.vote = np.array([60.0, 0.0]), np.array([0.0005, 0.2])
    case.home[0] = np.where(np.arange(9) == 6, 100.0, 0.0)
    drafts = case.drafts([2], 0, 1e3, 0.1, EVEN[::100])
    assert {draft[2] for draft in drafts} == {6}


def test_a_drafter_that_needs_nobody_elses_yes_goes_by_its_own_wish():
    worlds, table = 4000, np.arange(9.0)[None] / 10
    text, rows = np.tile(TEXT, (worlds, 1)), np.zeros(worlds, dtype=int)
    own = BlockSum(table, rows, at_cells(table, text, rows))
    named = np.ones((worlds, 3), dtype=bool)
    u = (np.arange(worlds) + 0.5) / worlds
    drafts = redrafted(SPACE, text, named, own, [], np.full(worlds, 0.3), u)
    scores = [sum(table[0][cell] for cell in each) for each in candidates([0, 1, 2])]
    for each, chance in zip(
        candidates([0, 1, 2]), special.softmax(np.array(scores) / 0.3), strict=True
    ):
        assert (drafts == each).all(axis=1).mean() == pytest.approx(chance, abs=1 / worlds)


# --- What comes to mind -----------------------------------------------------------------------

READY = [0.2, 0.5, 0.3, 0.9, 0.1, 0.25, 0.05, 0.3, 0.4]


@pytest.mark.parametrize("drafter", [0, -1], ids=["actor", "chair"])
@pytest.mark.parametrize("blocks", [[0], [0, 1, 2]])
def test_texts_count_by_how_readily_they_come_to_mind(drafter, blocks):
    assert_drafts(Case(), blocks, drafter, 1.0, temperature=0.3, prior=READY)


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1), min_size=9, max_size=9))
def test_they_do_so_whatever_the_numbers(seed, prior):
    assert_drafts(Case(seed), [0, 1, 2], 0, 1.0, temperature=1.0, prior=prior)


def test_what_comes_to_mind_equally_readily_changes_nothing():
    u = EVEN[::50]
    plain = Case().drafts([0, 1, 2], 0, 1.0, 0.3, u)
    assert Case().drafts([0, 1, 2], 0, 1.0, 0.3, u, [0.25] * 9) == plain


def test_what_never_comes_to_mind_is_left_and_never_written():
    never = [0.5, 0.5, 1e-280, 1.0, 1e-280, 0.5, 0.5, 1e-280, 1e-280]
    drafts = Case().drafts([0, 2], 0, 1.0, 0.3, EVEN[::50], never)
    assert {draft[2] for draft in drafts} <= {5, 6}  # the text as it is holds 8
    assert {draft[0] for draft in drafts} == {1}


# --- A chair that spares who loses most -------------------------------------------------------


def chairs_choice(losses, shares, sparing, temperature, u):
    """The drafts of a chair that may change every block, which parties (A, N) lose by."""
    worlds = len(u)
    text, rows = np.tile(TEXT, (worlds, 1)), np.zeros(worlds, dtype=int)
    tables = [np.array([each]) for each in losses]
    parts = [BlockSum(table, rows, at_cells(table, text, rows)) for table in tables]
    worth = Fairness(parts, np.tile(shares, (worlds, 1)), np.full(worlds, sparing))
    named, t = np.ones((worlds, 3), dtype=bool), np.full(worlds, float(temperature))
    return [tuple(d) for d in redrafted(SPACE, text, named, worth, [], t, u).tolist()]


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_chair_minds_the_mean_loss_by_capability_and_the_largest(seed, sparing):
    rng = np.random.default_rng(seed)
    losses, shares = rng.uniform(0, 1, (3, 9)), rng.dirichlet(np.ones(3))
    texts, scores = candidates([0, 1, 2]), []
    for text in texts:
        lost = [sum(own[cell] for cell in text) for own in losses]
        scores.append(-(1 - sparing) * shares @ lost - sparing * max(lost))
    steps = np.cumsum(special.softmax(np.array(scores) / 0.5))[:-1]
    asked = shares, sparing, 0.5
    assert chairs_choice(losses, *asked, steps - 1e-12) == texts[:-1]
    assert chairs_choice(losses, *asked, steps + 1e-12) == texts[1:]


def test_between_a_large_loss_of_one_and_a_larger_sum_sparing_decides():
    losses = np.zeros((2, 9))
    losses[:, 0], losses[:, 1], losses[:, 2] = (0.6, 0.0), (0.4, 0.4), (0.9, 0.9)
    mean, worst = (chairs_choice(losses, (0.5, 0.5), s, 0, np.array([0.01])) for s in (0.0, 1.0))
    assert (mean[0][0], worst[0][0]) == (0, 1)
