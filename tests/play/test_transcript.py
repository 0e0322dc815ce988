"""One world told: whole, in order, readable, and the same world as in its run.

The golden transcripts are renewed with `python -m tests.transcripts`, when the scenario or the
words are meant to change; read them before you commit.
"""

import re

import numpy as np
import pytest

from sim.bargaining.protocols import PROTOCOLS
from sim.errors import ScenarioError
from sim.play import transcript as transcript_of
from sim.play.ensemble import Ensemble, play
from sim.play.tables import worlds_table
from sim.play.transcript import WIDTH
from sim.play.world import Negotiation, play_world
from sim.scenario.events import Happening
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
    assert len(lines) <= 130  # short enough for a diplomat


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


def answers(story: str) -> dict[str, list[str]]:
    """Return the columns of each party's line in the first session."""
    session = story.split("Session 0, ")[1].split("Session 1", maxsplit=1)[0].splitlines()
    found = [re.match(r"  (She|He) +(-?\d.*)", line) for line in session]
    return {match[1]: re.split("  +", match[2]) for match in found if match}


def test_the_answers_told_are_those_of_the_model():
    model = NegotiationModel(SMALL, 0, 5, [3])
    model.step()
    lines = answers(told(SMALL, 0, 5, 3).transcript)
    for actor in model.actors:
        worth, mood, no_deal, demands, _, needs, signs = lines[actor.spec.label]
        assert float(worth) == pytest.approx(actor.utility[0], abs=0.005)
        assert float(demands) == pytest.approx(actor.threshold[0], abs=0.005)
        assert float(no_deal) == pytest.approx(actor.no_deal[0], abs=0.005)
        assert (float(worth) + float(mood) >= float(needs)) == (signs == "yes")


def test_who_looks_ahead_needs_what_it_demands_and_more_the_less_likely_the_vote():
    cost = 0.3
    stated = {"value": cost, **WHY}
    her = small_scenario(actors__her__refusal_cost=stated, actors__his__anticipates=False)
    lines = answers(told(her, 0, 5, 0).transcript)
    _, _, no_deal, demands, votes, needs, _ = lines["She"]
    p, a, d = float(votes.strip("%")) / 100, float(demands), float(no_deal)
    least, most = ((1 - q) / q * (a - d + cost) for q in (p + 0.006, p - 0.006))
    assert least - 0.01 <= float(needs) - a <= most + 0.01
    assert float(needs) > a
    demands, needs = lines["He"][3:5]  # who does not look ahead sees no chance
    assert demands == needs


def test_where_nobody_votes_no_chance_of_it_is_told():
    story = told(small_scenario(actors__her__domestic=None), 0, 5, 0).transcript
    assert "demands  signs\n" in story
    assert "votes" not in story


def test_who_need_not_sign_is_told_so():
    story = told(mediated_scenario(signatories__base=["her", "his"]), 0, 5, 0).transcript
    assert re.search(r"The envoy .* (yes|no), need not\n", story)
    assert not re.search(r"  (She|He) .*need not\n", story)


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


def day(date) -> str:
    return f"{date:%-d %B %Y}"


def once(story: str) -> str:
    """Return a story with every run of white space as one space."""
    return " ".join(story.split())


def test_a_signature_its_vote_and_its_end_are_told_with_their_days():
    scenario = small_scenario(actors__her__domestic__threshold=1.0, **SIGNED_AT_ONCE)
    stories = [told(scenario, 0, 1, world) for world in range(40)]
    assert {story.row["ratified_her"] for story in stories} == {True, False}
    for story in stories:
        row, text = story.row, once(story.transcript)
        assert "6 January 2025: Signed by She and He. Who has to ratify it: her family." in text
        ratified = "27 January 2025: her family ratified it. It is in force."
        assert (ratified in text) == row["ratified_her"]
        refused = "27 January 2025: her family refused it. That was the end."
        assert (refused in text) == (not row["ratified_her"])
        broken = row["broken_date"]
        assert (f"{day(broken)}: It was broken." in text) if broken else "broken" not in text
        holds = row["ratified_her"] and not broken
        assert ("Still standing 24 months after the signature." in text) == holds


def test_where_no_body_decides_a_signature_puts_the_text_in_force():
    alone = small_scenario(actors__her__domestic=None, **SIGNED_AT_ONCE)
    story = told(alone, 0, 1, 0).transcript
    assert "  6 January 2025: Signed by She and He. It is in force.\n" in story


def test_the_wait_for_votes_is_told_in_a_line():
    story = told(small_scenario(**SIGNED_AT_ONCE), 0, 1, 0).transcript
    line = "Sessions 1 to 2: not held, as the signed text waits for votes at home.\n"
    assert story.count("not held") == story.count(line) == 1


def test_a_refused_text_goes_back_to_the_talks_and_the_next_session_starts_from_it():
    picky = {"actors__her__domestic__threshold": 1.0, **SIGNED_AT_ONCE}
    again = small_scenario(aftermath__renegotiation={"value": 1, **WHY}, **picky)
    stories = [once(told(again, 0, 1, world).transcript) for world in range(20)]
    assert any("refused it. The talks go on from it. Session 3, Monday 27" in s for s in stories)
    assert any(story.count("Signed by She and He.") > 1 for story in stories)
    for story in stories:  # in the end a vote may come after the horizon
        assert story.count("That was the end.") <= story.endswith("Outcome: A deal that failed.")


def test_what_takes_effect_at_signature_is_told_and_when_it_is_broken():
    early = {"clauses__water__options__shared__breach": {"value": 20, **WHY}}
    stories = [told(small_scenario(**early, **SIGNED_AT_ONCE), 0, 1, w) for w in range(40)]
    for story in stories:
        text = once(story.transcript)
        at_once = "In effect at once: water (both do)." in text
        assert at_once == (story.row["text_water"] == "shared")
        assert ("What was in effect was broken." in text) <= at_once
    assert any("What was in effect was broken." in story.transcript for story in stories)


RESTLESS = {
    f"actors__{name}__{path}": {**WHY, **value}
    for name in ("her", "his")
    for path, value in {
        "walkout": {"rate": 0.3, "sensitivity": 0},
        "returns": {"value": 0.5},
        "no_deal": {"value": 3},
    }.items()
}


def test_who_leaves_and_comes_back_is_told_with_what_becomes_of_the_talks():
    story = told(small_scenario(**RESTLESS), 0, 1, 0).transcript
    happened = re.findall(
        r"(?:She|He) (?:left the talks|came back)\.|They are suspended\.|"
        r"The talks go on\.",
        story,
    )
    away: set[str] = set()
    for said, then in zip(happened, [*happened[1:], ""], strict=True):
        who = said.split()[0]
        if said.endswith("left the talks."):
            assert (then == "They are suspended.") == (not away)
            away.add(who)
        elif said.endswith("came back."):
            away.remove(who)
            assert (then == "The talks go on.") == (not away)
    assert len(happened) > 10


def test_sessions_that_nobody_holds_are_told_with_who_is_away():
    for world in range(10):
        story = told(small_scenario(**RESTLESS), 0, 1, world)
        text = story.transcript
        numbers: list[int] = []
        for first, last in re.findall(r"^Sessions? (\d+)(?: to (\d+))?: not held", text, re.M):
            numbers += range(int(first), int(last or first) + 1)
        held = set(story.table["session"])
        assert not held & set(numbers)
        assert held | set(numbers) == set(range(26))
        assert re.search(r"not held, as (She is|He is|She and He are) away\.\n", text)


def test_talks_suspended_for_good_and_at_the_horizon_are_told_apart():
    for returns, said in ((None, "for good since "), ({"value": 1e-9, **WHY}, "on ")):
        leaving = {**RESTLESS, **{f"actors__{name}__returns": returns for name in ("her", "his")}}
        story = told(small_scenario(**leaving), 0, 1, 1)
        who = "She" if story.row["by"] == "her" else "He"
        when = f"{story.row['date']:%A %-d %B %Y}" + (", where we stop looking" if returns else "")
        names = "She and He" if "+" in story.row["by"] else who
        assert f"Suspended {said}{when}: {names} away." in once(story.transcript)


def test_talks_that_go_on_to_the_horizon_say_so():
    stubborn = {f"actors__{name}__no_deal": {"value": 3, **WHY} for name in ("her", "his")}
    patient = {f"actors__{name}__walkout": None for name in ("her", "his")}
    text = told(small_scenario(**stubborn, **patient), 0, 1, 0).transcript
    assert "\nStill talking on Monday 7 July 2025, where we stop looking.\n" in text


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ("moved", "16 January 2025: The deadline passed and was moved to 6 February 2025."),
        ("dropped", "16 January 2025: The deadline passed and was dropped."),
        ("kept", "16 January 2025: The deadline passed and was kept. The envoy left the talks."),
    ],
)
def test_what_becomes_of_a_deadline_is_told(fate, said):
    fates = {**dict.fromkeys(("kept", "moved", "dropped"), 0), fate: 1, **WHY}
    scenario = mediated_scenario(
        calendar__deadline__fates=fates,
        calendar__deadline__weeks={"value": 3, **WHY},
        actors__her__no_deal={"value": 3, **WHY},
        **{f"actors__{name}__walkout": None for name in ("her", "his", "envoy")},
    )
    assert said in once(told(scenario, 0, 1, 0).transcript)


def test_what_a_party_criticised_is_what_the_protocol_heard():
    model = NegotiationModel(SMALL, 0, 5, [3])
    model.step()
    story = told(SMALL, 0, 5, 3).transcript.split("Session 1")[0]
    named = int(model.table.named[0, 1])
    assert f"  He criticised: {['water', 'upkeep'][named]}\n" in story
    assert "She criticised" not in story  # she holds the pen


def test_a_chair_is_told_as_one():
    chaired = small_scenario(
        protocols__single_text__drafter="chair", protocols__single_text__temperature=0.1
    )
    story = told(chaired, 0, 1, 0).transcript
    assert "On the table: her wish. The chair holds the pen." in story
    assert "  She criticised: " in story
    assert re.search("  The chair, which holds the pen, (wrote in|left the text as it was)", story)


@pytest.mark.parametrize(("rewrites", "times"), [(1, "once"), (3, "3 times")])
def test_a_rewriting_before_the_first_answers_is_told_in_one_sentence(rewrites, times):
    chaired = small_scenario(
        protocols__single_text__drafter="chair",
        protocols__single_text__temperature=0.1,
        protocols__single_text__rewrites=rewrites,
    )
    story = told(chaired, 0, 1, 0).transcript
    first, later = re.split(r"\nSessions? 1\b", story.split("Session 0,")[1])
    said = f"\n  The chair went through every clause {times} and (wrote in|left the text as it was)"
    assert re.search(said, first)
    assert "criticised" not in first
    assert "She criticised: " in later
    assert "went through" not in later
    assert max(map(len, story.splitlines())) <= 80


def test_every_kind_of_happening_has_its_words():
    assert set(transcript_of._TELLS) == set(Happening)


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
