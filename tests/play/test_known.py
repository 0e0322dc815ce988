"""Which worlds meet statements: by hand, against what was played, and what is too few."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.known import columns_needed, meeting, refuse_if_too_few, with_news
from sim.play.tables import digest_of, worlds_schema, worlds_table
from sim.scenario.statements import read_statements
from tests.small import WHY, mediated_scenario, small_scenario

SPEC = mediated_scenario()


def day(text):
    return datetime.date.fromisoformat(f"2025-{text}")


def by_hand(*rows):
    """A worlds table with some columns of each row filled in."""
    schema = worlds_schema(SPEC)
    empty = {f.name: [] if pa.types.is_list(f.type) else None for f in schema}
    return pa.Table.from_pylist([{**empty, **row} for row in rows], schema=schema)


def met(worlds, *texts, spec=SPEC, form=None):
    forms = np.array(form or [""] * worlds.num_rows, dtype=object)
    return meeting(read_statements(texts, spec), worlds, spec, forms).tolist()


SIGNED = {"event_signed": day("02-03"), "signed_date": day("02-03")}
WORLDS = by_hand(
    {},
    SIGNED,
    {**SIGNED, "in_force_date": day("02-10"), "event_in_force": day("02-10")},
    {**SIGNED, "in_force_date": day("02-10"), "broken_date": day("03-01")},
    # Refused, talked over, signed again.
    {**SIGNED, "event_refused": day("02-20"), "signed_date": day("04-01")},
    # Refused, talked over, never signed again.
    {**SIGNED, "event_refused": day("02-20"), "signed_date": None},
    {"away_his": [day("02-01"), day("03-01"), day("04-01")]},
    {"away_envoy": [day("02-01"), day("02-01")]},
)


def test_an_event_has_happened_by_the_end_of_its_day():
    assert met(WORLDS, "signed by 2025-02-02") == [False] * 8
    assert met(WORLDS, "signed by 2025-02-03") == [False] + [True] * 5 + [False] * 2
    assert met(WORLDS, "nothing signed by 2025-02-03") == [True] + [False] * 5 + [True] * 2
    assert met(WORLDS, "in force by 2025-05-01") == [False, False, True] + [False] * 5


def test_a_text_is_in_force_until_it_is_broken():
    assert met(WORLDS, "in force on 2025-02-28")[:4] == [False, False, True, True]
    assert met(WORLDS, "in force on 2025-03-01")[:4] == [False, False, True, False]


def test_an_actor_is_away_from_an_odd_turn_to_the_next():
    for text, away in (("01-31", 0), ("02-01", 1), ("02-28", 1), ("03-01", 0), ("05-01", 1)):
        assert met(WORLDS, f"his away on 2025-{text}")[6] == bool(away)
        assert met(WORLDS, f"he there on 2025-{text}")[6] == (not away)
    assert met(WORLDS, "envoy mediating on 2025-02-01") == [True] * 8  # back on the same day


def test_there_are_talks_while_no_signed_text_stands_and_nobody_needed_is_away():
    assert met(WORLDS, "talking on 2025-02-02") == [True] * 6 + [False, True]
    assert met(WORLDS, "talking on 2025-02-19") == [True] + [False] * 6 + [True]
    assert met(WORLDS, "talking on 2025-03-05") == [True] + [False] * 3 + [True] * 4
    assert met(WORLDS, "talking on 2025-04-01") == [True] + [False] * 4 + [True, False, True]
    assert met(WORLDS, "suspended on 2025-04-01") == [False] * 6 + [True, False]


def test_whom_the_talks_need_depends_on_the_form_of_the_world():
    spec = mediated_scenario(
        without_mediator="offers",
        protocols__single_text__drafter="his",
        signatories__base=["her"],
        forms=["single_text", "offers"],
    )
    gone = {"away_his": [day("02-01")]}
    worlds = by_hand(gone, gone)
    found = met(worlds, "suspended on 2025-03-01", spec=spec, form=["single_text", "offers"])
    assert found == [True, False]  # he holds the pen, where there is one text


def test_several_statements_are_met_together_in_any_order():
    texts = ["signed by 2025-02-03", "not in force on 2025-02-20"]
    assert met(WORLDS, *texts) == met(WORLDS, *texts[::-1]) == met(WORLDS, *texts, *texts)
    assert met(WORLDS, *texts) == [False, True, False, False, True, True, False, False]
    assert met(WORLDS, "signed by 2025-03-01", "nothing signed by 2025-03-01") == [False] * 8


@pytest.fixture(scope="module")
def played():
    spec = mediated_scenario(
        actors__her__returns={"value": 0.3, **WHY}, actors__envoy__walkout__rate=0.05
    )
    (record,) = play(Ensemble(spec, 0, draws=100, replications=5))
    return spec, worlds_table(spec, 5, record), record


def test_talks_are_suspended_from_the_day_on_which_it_is_noted(played):
    spec, worlds, _ = played
    first = worlds["event_suspended"].to_numpy()
    for date in map(np.datetime64, ("2025-01-10", "2025-02-10", "2025-05-01", "2025-07-07")):
        now = np.array(met(worlds, f"suspended on {date}", spec=spec))
        assert now.any()
        assert (first[now] <= date).all()
        came, back = (worlds[f"event_{n}"].to_numpy() for n in ("suspended", "resumed"))
        assert now[(came <= date) & ~(back <= date)].all()
    last = np.array(met(worlds, "suspended on 2025-07-07", spec=spec))
    unsigned = ~worlds["signed_date"].is_valid().to_numpy()
    ended = np.isin(worlds["by"].to_numpy(), ["his", "envoy"]) & unsigned
    assert ended.any()
    assert last[ended].all()


def test_worlds_that_do_not_meet_the_news_do_not_count_and_the_digest_says_so(played):
    spec, worlds, record = played
    told = spec.model_copy(update={"given": ("signed by 2025-03-01",)})
    known, table = with_news(told, record, worlds)
    signed = worlds["event_signed"].to_numpy() <= np.datetime64("2025-03-01")
    assert 0 < signed.sum() < len(signed)
    assert known.counts.tolist() == table["counts"].to_pylist() == signed.tolist()
    assert table.schema == worlds.schema
    assert table.drop_columns("counts") == worlds.drop_columns("counts")
    assert digest_of([table]) != digest_of([worlds])
    assert with_news(spec, record, worlds) == (record, worlds)


def test_every_column_that_statements_ask_for_is_in_the_table():
    assert set(columns_needed(SPEC)) <= set(worlds_schema(SPEC).names)


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ([0] * 20, "given: no world meets 'a' and 'b'; odds need at least 30 worlds and 10 such"),
        ([1] * 29, "given: 29 of 90 worlds meet 'a' and 'b', worth 29.0 draws of equal weight"),
        ([5] * 9, "45 of 90 worlds meet 'a' and 'b', worth 9.0 draws"),
    ],
)
def test_too_few_worlds_are_refused_with_how_many_and_what_would_help(sizes, says):
    with pytest.raises(ScenarioError) as told:
        refuse_if_too_few(["a", "b"], np.array(sizes), np.zeros(len(sizes)), 90, "given")
    assert says in str(told.value)
    assert "play more (ensemble.draws), or say less" in str(told.value)
    refuse_if_too_few(["a"], np.full(10, 3), np.zeros(10), 90, "given")


def test_worlds_of_draws_without_weight_are_none():
    with pytest.raises(ScenarioError, match=r"worth 0\.0 draws"):
        refuse_if_too_few(["a"], np.full(50, 3), np.full(50, -np.inf), 150, "given")


def test_what_the_small_scenario_asks_for_needs_no_mediator():
    spec = small_scenario()
    (record,) = play(Ensemble(spec, 0, draws=20, replications=5))
    worlds = worlds_table(spec, 5, record)
    assert np.any(met(worlds, "talking on 2025-03-01", spec=spec))
