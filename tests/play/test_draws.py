"""Draws as a table: what each world was played on, drawn apart from the worlds."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Purpose
from sim.play.draws import draws_of, draws_tables, write_draws
from sim.play.ensemble import Ensemble
from sim.talks.batch import open_batch
from sim.talks.model import NegotiationModel
from tests.small import mediated_scenario, small_scenario

SPEC = mediated_scenario(protocol="single_text")  # the envoy holds the pen


def table(draws=30, replications=4, seed=3, spec=SPEC):
    return pa.concat_tables(draws_tables(Ensemble(spec, seed, draws, replications)))


def test_every_number_of_a_draw_is_what_its_worlds_were_played_on():
    rows = table()
    batch = open_batch(SPEC, 3, 4, np.arange(120))
    for path in SPEC.numbers:
        np.testing.assert_array_equal(rows[path], batch.draws[path][:30], err_msg=path)
    assert rows["draw"].to_pylist() == list(range(30))
    assert rows["log_weight"].to_pylist() == batch.draws.log_weight[:30].tolist()


def test_weights_are_those_that_were_drawn():
    rows, batch = table(), open_batch(SPEC, 3, 4, np.arange(120))
    per_value = batch.utilities.per_value[:30]
    her = np.column_stack([rows[f"actors.her.weights.{clause}"] for clause in SPEC.clauses])
    assert her.sum(axis=1) == pytest.approx(1)
    np.testing.assert_allclose(her[:, 0] / her[:, 1], per_value[:, 0, 0] / per_value[:, 0, 1])


def test_a_misreading_is_the_mean_error_over_the_worlds_of_its_draw():
    rows = table()
    model = NegotiationModel(SPEC, 3, 4, np.arange(120))
    believed = model.parties.beliefs("envoy").each
    own = model.batch.utilities.own[model.batch.draw]
    slope = model.batch.utilities.per_value[model.batch.draw][:, 0, 0]  # hers, of the water
    cell = model.space.text({"water": "shared", "upkeep": "he_pays"})[0]
    error = (believed[:, 0, cell] - own[:, 0, cell]) / slope
    found = rows["actors.envoy.misreadings.her.water.shared"]
    np.testing.assert_allclose(found, error.reshape(30, 4).mean(axis=1), rtol=1e-5)


def test_a_misjudgement_is_the_mean_error_about_a_threshold():
    rows, batch = table(), open_batch(SPEC, 3, 4, np.arange(120))
    u = batch.streams.uniforms(Purpose.MISJUDGEMENT, "envoy/his")
    error = normal_quantile(u) * batch.number("actors.envoy.bargaining.misjudgement")
    found = rows["actors.envoy.misjudgements.his"]
    np.testing.assert_allclose(found, error.reshape(30, 4).mean(axis=1), rtol=1e-5)


def test_only_who_weighs_what_the_others_want_misreads_them():
    assert {misread_by(name) for name in table().column_names} == {None, "envoy"}
    first_that_comes = mediated_scenario(protocol="offers", protocols__offers__drafts=1)
    # Who accommodates the others misreads what they want; what they would sign nobody asks.
    names = table(spec=first_that_comes).column_names
    assert {misread_by(name) for name in names} == {None, "her", "his", "envoy"}
    assert not [name for name in names if "misjudgements" in name]


def misread_by(column):
    """Who misreads somebody by a column; None where it is of something else."""
    return column.split(".")[1] if ".misreadings." in column else None


def test_a_chair_misreads_the_parties_too():
    chaired = small_scenario(
        protocols__single_text__drafter="chair",
        protocols__single_text__temperature=0.1,
        protocols__single_text__misreading=0.2,
    )
    names = [name for name in table(spec=chaired).column_names if ".misreadings." in name]
    assert len(names) == 2 * (3 + 3)  # of each party, every option of both clauses
    assert all(name.startswith("protocols.single_text.misreadings.") for name in names)


def test_what_is_misread_of_a_body_is_the_mean_error_on_the_logit():
    unsure = small_scenario(actors__his__bargaining__misforesight=0.5)
    rows, model = table(spec=unsure), NegotiationModel(unsure, 3, 4, np.arange(120))
    error = model.parties.home.errors[:, 1, 0]  # his, about her family
    found = rows["actors.his.misforesights.her"]
    np.testing.assert_allclose(found, error.reshape(30, 4).mean(axis=1), rtol=1e-5)


def test_the_first_draws_of_many_are_those_of_few():
    few, many = table(draws=30), table(draws=700)
    assert many.slice(0, 30).equals(few)


def test_a_file_holds_what_the_tables_do_however_many_batches(tmp_path):
    ensemble = Ensemble(SPEC, 0, 1300, 3)
    write_draws(tmp_path / "draws.parquet", ensemble)
    kept = pq.read_table(tmp_path / "draws.parquet")
    assert kept.equals(pa.concat_tables(draws_tables(ensemble)))
    assert kept.num_rows == 1300
    assert sum(draws.size for draws, _ in draws_of(ensemble)) == 1300
