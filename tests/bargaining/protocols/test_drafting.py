"""What is asked for and drafted: by hand and against enumeration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.bargaining.protocols.drafting import amended, amendment, draft, smooth_shortfall
from sim.scenario.reading.reader import read_scenario
from sim.talks.space import space_of
from tests.small import small_scenario, small_tree

EVEN = (np.arange(20_000) + 0.5) / 20_000  # uniforms that leave nothing to chance


def flags(*rows):
    return np.array(rows, dtype=bool)


def shares(chosen, count):
    return np.bincount(chosen, minlength=count) / len(chosen)


# --- Amendments -------------------------------------------------------------------------------

SPACE = space_of(small_scenario())  # water's three cells, then upkeep's three


def asked_cells(table, text, temperature):
    """How often each cell is asked for, with even uniforms for the block and the option."""
    u_block, u_option = (grid.ravel() for grid in np.meshgrid(EVEN[::100], EVEN[::100]))
    worlds = len(u_block)
    best = np.array([table[:3].max(), table[3:].max()])
    losses = np.tile(best - table[text], (worlds, 1))
    temperatures = np.full(worlds, temperature)

    def ranks(where, part):
        return np.tile(table[part], (len(where), 1))

    cells = amendment(SPACE, losses, ranks, temperatures, u_block, u_option)
    return shares(cells, 6)


@pytest.mark.parametrize("temperature", [0.05, 0.3, 5.0])
def test_a_party_asks_by_logit_for_the_block_of_its_loss_and_then_for_its_option(temperature):
    table = np.array([1.0, 0.6, 0.0, 0.2, 0.5, 0.1])
    blocks = special.softmax(np.array([0.4, 0.4 - 0.1]) / temperature)  # losses .4 and .3
    water, upkeep = (special.softmax(part / temperature) for part in (table[:3], table[3:]))
    expected = np.concatenate([blocks[0] * water, blocks[1] * upkeep])
    got = asked_cells(table, [1, 3], temperature)
    assert got == pytest.approx(expected, abs=0.01)


def test_a_precise_party_asks_for_its_best_option_where_it_loses_most():
    got = asked_cells(np.array([1.0, 0.6, 0.0, 0.2, 0.5, 0.1]), [1, 3], 0.0)
    assert got.tolist() == [1, 0, 0, 0, 0, 0]


def test_an_amended_text_differs_in_the_one_block():
    texts = np.array([[0, 3], [1, 4]])
    assert amended(SPACE, texts, np.array([2, 5])).tolist() == [[2, 3], [1, 5]]
    assert texts.tolist() == [[0, 3], [1, 4]]


# --- Drafting ---------------------------------------------------------------------------------


def test_the_shortfall_is_the_softplus_of_what_is_lacking():
    # By hand: .1 log(1 + e^2) = .2126928, and a surplus of as much leaves .1 log(1 + e^-2).
    noise = np.array(0.1)
    assert smooth_shortfall(np.array(0.5), np.array(0.3), noise) == pytest.approx(0.2126928)
    assert smooth_shortfall(np.array(0.3), np.array(0.5), noise) == pytest.approx(0.0126928)


def test_without_noise_the_shortfall_is_what_is_lacking():
    short = smooth_shortfall(np.array([0.5, 0.3]), np.array([0.3, 0.5]), np.zeros(2))
    assert short == pytest.approx([0.2, 0.0])


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 5))
def test_the_shortfall_is_never_less_than_what_is_lacking(threshold, utility, noise):
    short = smooth_shortfall(*np.array([[threshold], [utility], [noise]]))
    assert short >= max(0.0, threshold - utility) - 1e-12
    assert short <= max(0.0, threshold - utility) + noise * np.log(2) + 1e-9


class Table:
    """A drafting table of three actors, of whom the third signs only what needs its consent."""

    def __init__(self):
        options = {
            name: {"label": name, "consent": consent}
            for name, consent in {"hers": [], "shared": ["third"], "his": []}.items()
        }
        tree = small_tree(clauses__water__options=options)
        tree["actors"]["third"] = tree["actors"]["his"]
        self.space = space_of(read_scenario(tree))
        rng = np.random.default_rng(5)
        self.tables = rng.normal(size=(3, 6))
        self.thresholds, self.noise = np.array([0.1, 0.4, -0.2]), np.array([0.2, 0.1, 0.3])
        self.required = np.array([True, True, False])

    def score(self, text, drafter, persuasion):
        """S_m of a text, as the formula is written."""
        total = self.tables[drafter][text].sum()
        for j in range(3):
            signs = self.required[j] or self.space.consent[text, j].any()
            if signs and j != drafter:
                lack = self.thresholds[j] - self.tables[j][text].sum()
                total -= persuasion * self.noise[j] * np.log1p(np.exp(lack / self.noise[j]))
        return total

    def chosen(self, text, asked, drafter, persuasion, temperature):
        worlds = len(EVEN)
        cells = draft(
            self.space,
            np.tile(text, (worlds, 1)),
            np.tile(asked, (worlds, 1)),
            np.tile(self.tables, (worlds, 1, 1)),
            np.tile(self.thresholds, (worlds, 1)),
            np.tile(self.noise, (worlds, 1)),
            self.required,
            drafter,
            np.full(worlds, persuasion),
            np.full(worlds, temperature),
            EVEN,
        )
        drafts = amended(self.space, np.tile(text, (worlds, 1)), cells)
        found, counts = np.unique(drafts, axis=0, return_counts=True)
        return {tuple(d): c / worlds for d, c in zip(found.tolist(), counts, strict=True)}


TABLE = Table()


@pytest.mark.parametrize("drafter", [0, 1, 2])
@pytest.mark.parametrize("persuasion", [0.0, 2.0])
@pytest.mark.parametrize("asked", [[2, 1, 5], [1, 3, 5], [-1, 1, -1], [2, 2, 2], [0, 3, 0]])
def test_the_drafter_chooses_by_logit_among_the_distinct_texts(drafter, persuasion, asked):
    text, temperature = [0, 3], 0.8
    drafts = {(0, 3)}
    for cell in asked:
        if cell >= 0:
            drafts.add((cell, 3) if cell < 3 else (0, cell))
    drafts = sorted(drafts)
    scores = np.array([TABLE.score(list(each), drafter, persuasion) for each in drafts])
    expected = dict(zip(drafts, special.softmax(scores / temperature), strict=True))
    got = TABLE.chosen(text, asked, drafter, persuasion, temperature)
    assert got == pytest.approx({k: v for k, v in expected.items() if k in got}, abs=2e-4)
    assert sum(v for k, v in expected.items() if k not in got) < 2e-4


@pytest.mark.parametrize("temperature", [0.0, np.inf])
def test_a_draft_that_several_ask_for_counts_once(temperature):
    got = TABLE.chosen([0, 3], [2, 2, 2], 0, 0.0, temperature)
    if temperature:
        assert got == pytest.approx({(0, 3): 0.5, (2, 3): 0.5}, abs=1e-3)
    else:
        assert len(got) == 1
