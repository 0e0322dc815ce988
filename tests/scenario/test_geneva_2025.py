"""The scenario of 24 November 2025: what it must contain, and that its reasons are true.

Figures that the file gives as reasons (utilities, hazards) are computed here again
from its numbers and from the facts that it cites.
"""

from datetime import date
from itertools import product
from math import log
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.scenario.outcomes import Ending
from sim.scenario.told import about_outcomes
from sim.settings.configuration import facts
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.space import space_of
from sim.talks.stances import stance_shares
from tests.scenario.geneva import GENEVA, worth

SEEDS = Path(__file__).parents[2] / "seeds"
FACTS = {fact.id: fact for fact in facts()}
RECORD = {file.stem: yaml.safe_load(file.read_text())["facts"] for file in SEEDS.glob("*.yaml")}
BASE_RATES = {fact["id"] for fact in RECORD["reference"]}
SIGNED = (Ending.IN_FORCE, Ending.REJECTED, Ending.BROKEN)


# --- What is in it ----------------------------------------------------------------------------


def test_the_four_parties_negotiate_the_six_clauses():
    assert set(GENEVA.actors) == {"us", "ukraine", "russia", "europe"}
    clauses = {"territory", "forces", "nato", "guarantee", "money", "sequence"}
    assert set(GENEVA.clauses) == clauses


def test_the_talks_start_on_the_day_of_the_report_and_face_the_deadline_of_three_days_later():
    assert GENEVA.calendar.start == date(2025, 11, 24)
    assert GENEVA.calendar.deadline.date == date(2025, 11, 27)
    assert (GENEVA.calendar.rounds, GENEVA.calendar.horizon.mean) == (52, 52)


def test_ukraine_europe_and_the_us_ratify_and_russia_does_not():
    bodies = {name for name, actor in GENEVA.actors.items() if actor.domestic}
    assert bodies == {"ukraine", "europe", "us"}


def test_kyivs_and_moscows_wishes_are_the_two_far_ends_of_every_ordered_clause():
    kyiv, moscow = (GENEVA.texts[text].terms for text in ("kyiv_maximum", "moscow_maximum"))
    ordered = {name: list(c.options) for name, c in GENEVA.clauses.items() if c.ordered}
    assert len(ordered) == 5
    for clause, options in ordered.items():
        assert (moscow[clause], kyiv[clause]) == (options[0], options[-1])


# --- Stances ----------------------------------------------------------------------------------


def test_every_stance_that_the_report_states_is_in_the_scenario():
    stated = {
        (name, stance.stance.value, stance.text, stance.other)
        for name, actor in GENEVA.actors.items()
        for stance in actor.stances
    }
    assert stated >= {
        ("ukraine", "rejects", "us_plan", None),
        ("ukraine", "open", "refined_broad", None),
        ("europe", "rejects", "us_plan", None),
        ("europe", "prefers", "european_text", "us_plan"),
        ("russia", "open", "us_plan", None),
        ("russia", "rejects", "european_text", None),
        ("us", "open", "us_plan", None),
        ("us", "prefers", "us_plan", "european_text"),
        ("us", "open", "refined_narrow", None),
        ("us", "open", "refined_broad", None),
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_model_agrees_with_every_stance_in_three_draws_of_four(seed):
    short = [share for share in stance_shares(GENEVA, seed) if share.share < 0.75]
    assert short == []


def test_stances_are_not_met_by_point_masses():
    for name in GENEVA.actors:
        low, high = GENEVA.numbers[f"actors.{name}.no_deal"].support
        assert high - low > 0.3


# --- What it rests on -------------------------------------------------------------------------


def cited() -> dict[str, tuple[str, ...]]:
    """Return the ids that every number, text, stance and poll cites, under its path."""
    stated = {path: number.basis for path, number in GENEVA.numbers.items()}
    stated |= {f"texts.{name}": text.basis for name, text in GENEVA.texts.items()}
    for name, actor in GENEVA.actors.items():
        stated |= {f"actors.{name}.stances.{i}": s.basis for i, s in enumerate(actor.stances)}
        polls = actor.domestic.polls if actor.domestic else {}
        stated |= {f"actors.{name}.domestic.polls.{key}": p.basis for key, p in polls.items()}
    return {path: basis for path, basis in stated.items() if isinstance(basis, tuple)}


def test_every_number_cites_known_facts_or_is_an_assumption_that_says_why():
    for path, number in GENEVA.numbers.items():
        if number.basis == "assumption":
            assert len(number.why or "") > 20, path
        else:
            assert number.basis, path
            assert set(number.basis) <= set(FACTS), path


def test_most_numbers_are_distributions():
    uncertain = [path for path, number in GENEVA.numbers.items() if not number.is_plain]
    assert len(uncertain) > len(GENEVA.numbers) / 2


def test_no_fact_that_is_cited_is_later_than_the_scenarios_day():
    late = {i for basis in cited().values() for i in basis if FACTS[i].date > date(2025, 11, 24)}
    assert late == set()


def test_base_rates_are_cited_by_the_reference_classes_alone():
    for path, basis in cited().items():
        if not path.startswith("reference_classes."):
            assert not BASE_RATES & set(basis), path


def test_every_fact_of_the_record_has_an_id_of_its_own():
    ids = [fact["id"] for part in RECORD.values() for fact in part]
    assert len(set(ids)) == len(ids) == len(FACTS)


def test_all_28_points_are_on_record_as_drafted_and_as_edited():
    wanted = {f"plan-{text}-{point:02}" for text in ("us", "e3") for point in range(1, 29)}
    assert wanted <= set(FACTS)


# --- The reasons, computed again --------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "text", "quoted"),
    [
        ("ukraine", "line_as_it_is", 0.5),
        ("russia", "us_plan", 0.65),
        ("europe", "line_as_it_is", 0.7),
        ("us", "refined_broad", 0.56),
        ("us", "refined_narrow", 0.86),
    ],
)
def test_the_bounds_quoted_for_no_deal_are_what_the_numbers_give(actor, text, quoted):
    assert worth(actor, GENEVA.texts[text].terms) == pytest.approx(quoted, abs=0.02)


def test_the_hazard_of_breakdown_spans_those_of_past_agreements():
    figures = FACTS["base-survival"].figures
    all_of_them = -log(figures["standing_after_2_years"]) / 24
    with_ceasefire = -log(figures["with_ceasefire_after_2_years"]) / 24
    assert (all_of_them, with_ceasefire) == pytest.approx((0.0125, 0.0161), abs=5e-5)
    low, _, high = GENEVA.aftermath.hazard.triangular
    assert low < all_of_them < with_ceasefire < high


def test_the_base_rates_are_the_figures_of_the_facts_they_cite():
    ending, standing = GENEVA.reference_classes.values()
    wars, ends = FACTS["base-hazard"].figures, FACTS["base-endings"].figures
    assert ending.hazard.mean == wars["hazard_per_year"]
    assert wars["ends"] / wars["war_years"] == pytest.approx(ending.hazard.mean, abs=0.005)
    assert ending.hazard_low.mean == wars["hazard_per_year_all"]
    assert ending.share.mean == pytest.approx(ends["agreement"] + ends["ceasefire"])
    survival = FACTS["base-survival"].figures
    assert standing.share.mean == survival["standing_after_2_years"]
    assert standing.share_low.mean == survival["with_ceasefire_after_2_years"]


# --- Outcomes ---------------------------------------------------------------------------------

PACKAGES = [
    dict(zip(GENEVA.clauses, options, strict=True))
    for options in product(*(clause.options for clause in GENEVA.clauses.values()))
]


def outcomes_of(
    ending: Ending, packages: list[dict[str, str]] | None, by: str | None = None
) -> list[str]:
    """Return the outcome of every package under an ending; without packages, of no text."""
    space = space_of(GENEVA)
    if packages is None:
        options = np.full((1, len(space.clauses)), -1)
    else:
        names = dict(zip(space.clauses, space.options, strict=True))
        options = np.array([[names[c].index(p[c]) for c in space.clauses] for p in packages])
    endings = np.full(len(options), ENDINGS.index(ending))
    away = np.tile([name == by for name in GENEVA.actors], (len(options), 1))
    codes = outcome_codes(GENEVA, space, endings, options, away)
    return [[*GENEVA.outcomes, "other"][code] for code in codes]


def kyivs_lines(text: dict[str, str]) -> list[bool]:
    """Return which of Kyiv's lines hold: no more land ceded, army not cut, NATO's door not shut."""
    return [
        text["territory"] not in ("four_regions_ceded", "donbas_ceded"),
        text["forces"] not in ("cap_85000", "cap_600000"),
        text["nato"] != "barred",
    ]


def on_european_lines(text: dict[str, str]) -> bool:
    """Return whether land, order, army and NATO are as in the European text, or better for Kyiv."""
    halts = text["territory"] == "line_frozen" and text["sequence"] == "ceasefire_first"
    return halts and all(kyivs_lines(text))


def named(text: dict[str, str]) -> str:
    """Return what a text in force is called, read off the labels of the outcomes."""
    if not any(kyivs_lines(text)):
        return "us_plan_in_force"
    if on_european_lines(text):
        return "front_line_ceasefire"
    by_the_us = text["guarantee"] in ("us_conditional", "us_article5", "us_article5_and_force")
    return "refined_framework" if by_the_us else "other_settlement"


def test_every_text_in_force_has_the_outcome_that_its_terms_deserve():
    assert len(PACKAGES) == 5 * 5 * 3 * 6 * 6 * 3
    assert outcomes_of(Ending.IN_FORCE, PACKAGES) == [named(text) for text in PACKAGES]


@pytest.mark.parametrize(
    ("ending", "outcome"), [(Ending.REJECTED, "rejected_at_home"), (Ending.BROKEN, "broken")]
)
def test_a_signed_text_that_fails_is_named_by_how_it_failed(ending, outcome):
    assert set(outcomes_of(ending, PACKAGES)) == {outcome}


@pytest.mark.parametrize(
    ("ending", "by", "outcome"),
    [
        (Ending.SUSPENDED, "ukraine", "suspended"),
        (Ending.SUSPENDED, "russia", "suspended"),
        (Ending.SUSPENDED, "us", "mediator_left"),
        (Ending.TALKING, None, "still_talking"),
    ],
)
def test_talks_without_a_signature_are_named_by_how_they_ended(ending, by, outcome):
    assert outcomes_of(ending, None, by) == [outcome]


def test_every_outcome_can_happen_and_nothing_falls_outside_them():
    assert list(about_outcomes(GENEVA)) == []


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("us_plan", "us_plan_in_force"),
        ("moscow_maximum", "us_plan_in_force"),
        ("european_text", "front_line_ceasefire"),
        ("line_as_it_is", "front_line_ceasefire"),
        ("refined_narrow", "refined_framework"),
        ("refined_broad", "refined_framework"),
    ],
)
def test_the_known_texts_would_be_the_outcomes_that_bear_their_names(text, outcome):
    assert outcomes_of(Ending.IN_FORCE, [GENEVA.texts[text].terms]) == [outcome]
