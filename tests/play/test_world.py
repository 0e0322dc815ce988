"""One negotiation, session by session, as the model collects it."""

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.play.world import COLUMNS, play_world
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, small_scenario

BOTH = ("her", "his")


def test_the_table_has_a_row_for_each_actor_in_each_session():
    played = play_world(small_scenario(), world=7, seed=2, replications=5)
    table = played.table
    assert tuple(table.columns) == COLUMNS
    sessions = table["session"].max() + 1  # in this world nobody leaves
    assert table["session"].tolist() == [n for n in range(sessions) for _ in range(2)]
    assert table["actor"].tolist() == ["her", "his"] * sessions
    assert table["week"].tolist() == table["session"].tolist()  # a session a week
    assert played.row["round"] == sessions - 1


def test_the_table_holds_what_the_actors_of_the_model_hold():
    played = play_world(small_scenario(protocol="offers"), world=3, seed=5, replications=2)
    model = NegotiationModel(small_scenario(protocol="offers"), 5, 2, [3])
    for _, rows in played.table.groupby("session"):
        model.step()
        names = [actor.name for actor in model.actors]
        assert rows["speaker"].tolist() == [names[model.speaker[0]]] * len(names)
        for name in ("utility", "threshold", "no_deal", "accepted"):
            held = [getattr(actor, name)[0] for actor in model.actors]
            assert rows[name].to_list() == held
    while model.running:  # votes at home
        model.step()
        assert not model.held.any()


def test_the_last_text_of_a_signed_world_was_accepted_by_all_and_no_earlier_one():
    signed = 0
    for world in range(12):
        played = play_world(small_scenario(), world, seed=1)
        all_accepted = played.table.groupby("session")["accepted"].all()
        assert not all_accepted.iloc[:-1].any()
        assert all_accepted.iloc[-1] == (played.row["text_water"] is not None)
        signed += played.row["text_water"] is not None
    assert 0 < signed < 12


def test_an_actor_that_is_away_has_no_rows():
    scenario = mediated_scenario(
        without_mediator="offers",
        calendar__deadline__fates={**WHY, "kept": 1, "moved": 0, "dropped": 0},
        signatories__base=["her", "his"],
    )
    played = next(
        found
        for world in range(50)
        if (found := play_world(scenario, world)).table["session"].max() > 3
    )
    sat = played.table.groupby("actor")["session"].max()
    assert sat["envoy"] < sat["her"] == sat["his"]
    left = played.table["session"] > sat["envoy"]
    assert "envoy" not in set(played.table.loc[left, "speaker"])


def test_a_session_that_is_not_held_has_no_rows():
    away = {f"actors__{name}__walkout": {**WHY, "rate": 0.3, "sensitivity": 0} for name in BOTH}
    back = {f"actors__{name}__returns": {**WHY, "value": 0.5} for name in BOTH}
    for world in range(10):
        table = play_world(small_scenario(**away, **back), world).table
        assert set(table.groupby("session").size()) == {2}  # both are there, or there is none
        assert len(set(table["session"])) < 26


def test_a_neutral_chair_speaks_for_no_actor():
    chaired = small_scenario(
        protocols__single_text__drafter="chair", protocols__single_text__temperature=0.1
    )
    assert set(play_world(chaired).table["speaker"]) == {"chair"}


def test_the_same_world_comes_of_the_same_address_and_tells_its_story():
    one, two = (play_world(small_scenario(), 12, seed=7) for _ in range(2))
    assert one.table.equals(two.table)
    assert one.row == two.row
    assert one.transcript.startswith("Two neighbours and a well\nWorld 12 (draw 1, replication 2)")
    assert one.differs_from(two.row) == []
    assert repr(one).startswith("<Negotiation in world 12 of 'Two neighbours and a well', seed 7: ")


def test_how_it_ends_is_the_transcript_from_the_last_session_that_it_tells():
    for world in range(6):
        played = play_world(small_scenario(), world, seed=1)
        which, end = played.ends.split("\n\n", 1)
        assert which in played.transcript
        assert played.transcript.endswith(end)
        assert end.startswith("Session ")
        assert "she" in end.casefold()  # what it is worth to each
        told = [part for part in played.transcript.split("\n\n") if part.startswith("Session ")]
        held = [part for part in told if not part.split("\n")[0].endswith(".")]
        assert end.startswith(held[-1])


def test_a_row_of_an_earlier_version_is_compared_by_the_columns_that_it_has():
    played = play_world(small_scenario(), 12, seed=7)
    earlier = {k: v for k, v in played.row.items() if not k.startswith(("last_", "refused_"))}
    assert played.differs_from(earlier) == []
    assert played.differs_from({**earlier, "round": -1}) == ["round"]


def test_the_plot_draws_the_actors_rows():
    played = play_world(small_scenario(), 12, seed=7)
    ax = played.plot("his")
    own = played.table[played.table["actor"] == "his"]
    curves = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    assert np.array_equal(curves["Needed to sign"], own["threshold"])
    assert np.array_equal(curves["Worth of no deal"], own["no_deal"])
    assert "Utility to He" in ax.get_ylabel()


@pytest.mark.parametrize(("name", "value"), [("world", -1), ("seed", -1), ("replications", 0)])
def test_an_address_that_is_none_is_refused(name, value):
    with pytest.raises(ScenarioError, match=f"{name}: must be at least"):
        play_world(small_scenario(), **{name: value})
