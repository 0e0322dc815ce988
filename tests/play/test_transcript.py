"""One world told: whole, in order, readable, and the same world as in its run.

The golden transcripts are renewed with `python -m tests.transcripts`, when the scenario or the
words are meant to change; read them before you commit.
"""

import re

import numpy as np
import pytest

from sim.bargaining.protocols import PROTOCOLS
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.tables import worlds_table
from sim.play.transcript import WIDTH
from sim.play.world import Negotiation, play_world
from sim.scenario.scenario import Scenario
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, small_scenario
from tests.transcripts.golden import FOLDER, golden

SMALL = small_scenario()
SIGNED_AT_ONCE = {
    f"actors__{name}__{path}": value
    for name in ("her", "his")
    for path, value in {"no_deal": {"value": -2, **WHY}, "bargaining__aspiration": 0}.items()
}


def told(scenario: Scenario, seed: int, replications: int, world: int) -> Negotiation:
    return play_world(scenario, world, seed, replications)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_golden_transcript_is_told_again_line_by_line(protocol):
    lines = golden(protocol).splitlines()
    assert lines == (FOLDER / f"{protocol}.txt").read_text().splitlines()
    assert len(lines) <= 100  # short enough for a diplomat


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("scenario", [SMALL, mediated_scenario()], ids=["two", "mediated"])
def test_every_world_is_told_within_80_columns_to_its_outcome(scenario, protocol):
    scenario = scenario.model_copy(update={"protocol": protocol})
    for world in range(30):
        story = told(scenario, 1, 5, world)
        assert max(map(len, story.transcript.splitlines())) <= WIDTH
        label = scenario.outcome_labels[story.row["outcome"]]
        assert story.transcript.endswith(f"Outcome: {label}.\n")
        assert f"World {world} (draw {world // 5}, replication {world % 5})" in story.transcript


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_world_told_is_the_world_of_its_run(protocol):
    scenario = SMALL.model_copy(update={"protocol": protocol})
    record = next(iter(play(Ensemble(scenario, 7, 40, 5))))
    written = worlds_table(scenario, 5, record).to_pylist()
    for world in range(0, 200, 9):
        assert told(scenario, 7, 5, world).differs_from(written[world]) == []


def test_a_row_of_another_world_is_told_apart_by_its_columns():
    story = told(SMALL, 0, 5, 3)
    assert story.differs_from(told(SMALL, 0, 5, 3).row) == []
    other = {**story.row, "round": 99, "utility_her": story.row["utility_her"] + 1e-6}
    del other["by"]
    expected = ["round", "utility_her"]
    assert [n for n in story.differs_from(other) if n != "by"] == expected
    last_bit = np.nextafter(story.row["utility_her"], 2.0)
    assert story.differs_from({**story.row, "utility_her": float(last_bit)}) == []


def test_every_session_is_told_once_in_order():
    for world in range(20):
        text = told(SMALL, 0, 5, world).transcript
        numbers: list[int] = []
        for first, last in re.findall(r"^Sessions? (\d+)(?: to (\d+))?[,:]", text, re.MULTILINE):
            numbers += range(int(first), int(last or first) + 1)
        assert numbers == list(range(len(numbers)))


def test_the_answers_told_are_those_of_the_model():
    model = NegotiationModel(SMALL, 0, 5, [3])
    model.step()
    session = told(SMALL, 0, 5, 3).transcript.split("Session 0, ")[1].split("Session 1")[0]
    for actor in model.actors:
        line = next(
            line for line in session.splitlines() if re.match(rf"  {actor.spec.label} +-?\d", line)
        )
        worth, mood, demands, no_deal = map(float, re.findall(r"[+-]?\d\.\d\d", line))
        assert worth == pytest.approx(actor.utility[0], abs=0.005)
        assert demands == pytest.approx(actor.threshold[0], abs=0.005)
        assert no_deal == pytest.approx(actor.no_deal[0], abs=0.005)
        assert (worth + mood >= demands) == ("would sign" in line)


def test_the_pen_and_the_first_text_open_a_single_text_and_not_offers():
    opening = "On the table: her wish. She holds the pen."
    assert opening in told(SMALL, 0, 1, 0).transcript
    offers = SMALL.model_copy(update={"protocol": "offers"})
    assert "On the table" not in told(offers, 0, 1, 0).transcript


def test_a_repeated_proposal_is_told_by_its_difference():
    offers = small_scenario(protocol="offers", actors__her__bargaining__imprecision=0)
    texts = [told(offers, 0, 1, world).transcript for world in range(20)]
    assert any("She proposed the package of session" in text for text in texts)
    for text in texts:
        for block in re.split(r"\n\n", text):
            if "proposed the package of session" in block:
                assert block.count("water ") + block.count("upkeep ") <= 1


def test_a_signature_its_ratification_and_its_end_are_told():
    scenario = small_scenario(**SIGNED_AT_ONCE)
    for world in range(40):
        story = told(scenario, 0, 1, world)
        row, text = story.row, story.transcript
        assert "\nSigned on Monday 6 January 2025.\n" in text
        assert ("She ratified (her family)." in text) == row["ratified_her"]
        assert ("She did not ratify (her family)." in text) == (not row["ratified_her"])
        broken = row["broken_date"]
        assert (f"Broken on {broken:%A %-d %B %Y}." in text) if broken else "Broken" not in text
        holds = row["ratified_her"] and not broken
        assert ("Still standing 24 months after the signature." in text) == holds


def test_who_left_is_told_with_the_day():
    restless = small_scenario(actors__his__walkout={**WHY, "rate": 1, "sensitivity": 0})
    stories = [told(restless, 0, 1, world) for world in range(20)]
    left = [story for story in stories if story.row["by"] == "his"]
    assert left
    for story in left:
        assert f"\nHe left on {story.row['date']:%A %-d %B %Y}.\n" in story.transcript


def test_talks_that_go_on_to_the_horizon_say_so():
    stubborn = {f"actors__{name}__no_deal": {"value": 3, **WHY} for name in ("her", "his")}
    patient = {f"actors__{name}__walkout": None for name in ("her", "his")}
    text = told(small_scenario(**stubborn, **patient), 0, 1, 0).transcript
    assert "\nStill talking on Monday 7 July 2025, where we stop looking.\n" in text


def test_an_extended_deadline_is_told_with_both_dates():
    extended = mediated_scenario(
        calendar__deadline__extension=1,
        calendar__deadline__weeks={"value": 3, **WHY},
        actors__her__no_deal={"value": 3, **WHY},
        actors__her__walkout=None,
        actors__his__walkout=None,
        actors__envoy__walkout=None,
    )
    text = told(extended, 0, 1, 0).transcript
    assert "  The deadline of 16 January 2025 was extended to 6 February 2025.\n" in text


def test_a_world_without_a_scale_is_refused():
    flat = {"value": 0, **WHY}
    values = {"hers": flat, "shared": flat, "his": flat}
    upkeep = {"he_pays": flat, "both_pay": flat, "she_pays": flat}
    with pytest.raises(ScenarioError, match="her"):
        told(
            small_scenario(
                actors__her__values={"water": values, "upkeep": upkeep},
            ),
            0,
            1,
            0,
        )
