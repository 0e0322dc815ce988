"""Settings and overrides: each path works or is refused, and a configuration survives a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.executors import EXECUTORS
from sim.scenario.actors import AsGoodAs
from sim.scenario.reading.files import read_file
from sim.settings.configuration import configure, dump, facts, load_scenario, scenario_names
from tests.small import WHY, small_tree

ROOT = Path(__file__).parents[2]


@pytest.fixture
def well(tmp_path):
    """The small scenario in a file, by its path."""
    file = tmp_path / "well.yaml"
    file.write_text(yaml.safe_dump(small_tree(), sort_keys=False))
    return str(file)


def overridden(well, *overrides):
    return configure([f"scenario={well}", *overrides])


# override, path of a number, its mean, its basis
NUMBERS = [
    ("actors.her.no_deal=0.4", "actors.her.no_deal", 0.4, "override"),
    ("actors.her.no_deal=1", "actors.her.no_deal", 1.0, "override"),
    ("actors.her.no_deal.value=0.4", "actors.her.no_deal", 0.4, "override"),
    ("actors.her.no_deal.triangular=[0,0.2,0.4]", "actors.her.no_deal", 0.2, "override"),
    ("actors.her.no_deal.triangular.2=0.7", "actors.her.no_deal", 0.35, "override"),
    ("actors.her.no_deal.uniform=[0,1]", "actors.her.no_deal", 0.5, "override"),
    ("actors.her.no_deal={uniform: [0, 1]}", "actors.her.no_deal", 0.5, "override"),
    (
        "actors.her.no_deal={uniform: [0, 1], basis: assumption, why: mine}",
        "actors.her.no_deal",
        0.5,
        "override",
    ),
    ("actors.her.weights.water=0.5", "actors.her.weights.water", 0.5, "override"),
    ("actors.her.weights.water=0.5", "actors.her.weights.upkeep", 0.4, "assumption"),
    ("actors.her.weights={water: 1, upkeep: 2}", "actors.her.weights.upkeep", 2, "override"),
    (
        "actors.her.weights.water.uniform=[0.2,0.4]",
        "actors.her.weights.water",
        0.3,
        "override",
    ),
    (
        "actors.her.values.water.shared.triangular=[0,0.3,0.9]",
        "actors.her.values.water.shared",
        0.4,
        "override",
    ),
    ("actors.her.values.water.shared=0.2", "actors.her.values.water.shared", 0.2, "override"),
    ("actors.her.values.water.spread=0", "actors.her.values.water.shared", 0.6, "override"),
    ("actors.her.loadings.drought=0.3", "actors.her.loadings.drought", 0.3, "override"),
    ("actors.his.bargaining.patience=8", "actors.his.bargaining.patience", 8, "override"),
    ("actors.his.bargaining.patience=8", "actors.his.bargaining.noise", 0.05, "assumption"),
    (
        "actors.his.walkout={rate: 0.2, sensitivity: 0}",
        "actors.his.walkout.rate",
        0.2,
        "override",
    ),
    ("actors.her.domestic.quota=0.6", "actors.her.domestic.quota", 0.6, "override"),
    ("drivers.drought.volatility=0.1", "drivers.drought.volatility", 0.1, "override"),
    (
        "drivers.drought.volatility={beta: {mean: 0.1, concentration: 9}}",
        "drivers.drought.volatility",
        0.1,
        "override",
    ),
    ("calendar.horizon=52", "calendar.horizon", 52, "override"),
    ("protocols.single_text.persuasion=2", "protocols.single_text.persuasion", 2, "override"),
    ("answers.relaxation=9", "answers.relaxation", 9, "override"),
    ("aftermath.months=12", "aftermath.months", 12, "override"),
]


@pytest.mark.parametrize(("override", "path", "mean", "basis"), NUMBERS)
def test_an_override_changes_a_number_and_its_basis(well, override, path, mean, basis):
    number = overridden(well, override).scenario.numbers[path]
    assert number.mean == pytest.approx(mean)
    assert number.basis == basis


@pytest.mark.parametrize(
    "path", ["actors.her.no_deal", "actors.her.bargaining.noise", "drivers.drought.volatility"]
)
def test_an_override_changes_what_runs(well, path):
    def outcomes(value):
        ensemble = Ensemble(overridden(well, f"{path}={value}").scenario, 1, 50, 2)
        (record,) = play(ensemble)
        return list(record.outcome)

    assert outcomes(0.05) == outcomes(0.05)
    assert outcomes(0.05) != outcomes(0.9)


def test_an_override_changes_nothing_else(well):
    before, after = overridden(well), overridden(well, "actors.her.no_deal=0.4")
    changed = {
        path
        for path, number in after.scenario.numbers.items()
        if before.scenario.numbers[path] != number
    }
    assert changed == {"actors.her.no_deal"}


def test_a_changed_part_of_a_number_loses_the_old_reasoning(well):
    number = overridden(well, "actors.her.no_deal.triangular.1=0.3").scenario.actors["her"].no_deal
    assert number.triangular == (0.1, 0.3, 0.4)
    assert (number.basis, number.why) == ("override", None)


def test_a_no_deal_value_can_become_as_good_as_a_text(well):
    text = "actors.her.no_deal={as_good_as: halves, error: 0.1}"
    no_deal = overridden(well, text).scenario.actors["her"].no_deal
    assert isinstance(no_deal, AsGoodAs)
    assert (no_deal.as_good_as, no_deal.error.value, no_deal.basis) == ("halves", 0.1, "override")
    assert no_deal.error.basis == "override"


def test_a_no_deal_value_by_a_text_can_become_a_number_again(tmp_path):
    tree = small_tree(actors__her__no_deal={"as_good_as": "halves", "error": 0, **WHY})
    file = tmp_path / "well.yaml"
    file.write_text(yaml.safe_dump(tree))
    for text in ("actors.her.no_deal=0.2", "actors.her.no_deal.triangular=[0.1,0.2,0.3]"):
        assert overridden(str(file), text).scenario.actors["her"].no_deal.mean == pytest.approx(0.2)


def test_the_error_of_a_no_deal_value_can_be_overridden(tmp_path):
    tree = small_tree(actors__her__no_deal={"as_good_as": "halves", "error": 0, **WHY})
    file = tmp_path / "well.yaml"
    file.write_text(yaml.safe_dump(tree))
    loaded = overridden(str(file), "actors.her.no_deal.error={uniform: [-0.1, 0.1]}").scenario
    assert loaded.actors["her"].no_deal.as_good_as == "halves"
    assert loaded.numbers["actors.her.no_deal.error"].basis == "override"


# override, what to look at, what stands there
OTHERS = [
    ("protocol=offers", "protocol", "offers"),
    ("title=A well", "title", "A well"),
    ("title='A well, dry'", "title", "A well, dry"),
    ("without_mediator=offers", "without_mediator", "offers"),
    ("actors.her.walkout=null", "actors.her.walkout", None),
    ("~actors.her.walkout", "actors.her.walkout", None),
    ("actors.her.domestic=null", "actors.her.domestic", None),
    ("~actors.her.stances.0", "actors.her.stances", ()),
    ("actors.her.stances.0.stance=open", "actors.her.stances.0.stance", "open"),
    ("actors.her.stances.0.stance=open", "actors.her.stances.0.basis", "override"),
    ("actors.her.asks_for=halves", "actors.her.asks_for", "halves"),
    ("actors.her.anticipates=true", "actors.her.anticipates", True),
    ("texts.halves.terms.water=hers", "texts.halves.terms.water", "hers"),
    ("texts.halves.terms.water=hers", "texts.halves.basis", "override"),
    (
        "texts.mine={label: mine, terms: {water: hers, upkeep: both_pay}}",
        "texts.mine.basis",
        "override",
    ),
    ("calendar.start=2025-03-01", "calendar.start", "2025-03-01"),
    ("calendar.start='2025-03-01'", "calendar.start", "2025-03-01"),
    ("signatories.base=[his]", "signatories.base", ("his",)),
    ("signatories.quota={share: 0.5}", "signatories.quota.share", 0.5),
    ("protocols.offers.recognition=rotation", "protocols.offers.recognition", "rotation"),
    ("clauses.water.options.hers.consent=[his]", "clauses.water.options.hers.consent", ("his",)),
    ("outcomes.no_deal.label=Nothing", "outcomes.no_deal.label", "Nothing"),
]


@pytest.mark.parametrize(("override", "path", "value"), OTHERS)
def test_an_override_reaches_every_part(well, override, path, value):
    found = overridden(well, override).scenario
    for step in path.split("."):
        if isinstance(found, dict):
            found = found[step]
        else:
            found = found[int(step)] if isinstance(found, tuple) else getattr(found, step)
    assert (str(found) if step == "start" else found) == value


def test_a_driver_can_be_added_with_its_loadings(well):
    driver = "drivers.rain={label: up is wetter, kind: random_walk, start: 0, drift: 0, "
    scenario = overridden(
        well, driver + "volatility: 0.1}", "actors.his.loadings.rain=0.1"
    ).scenario
    assert scenario.numbers["drivers.rain.volatility"].basis == "override"
    assert scenario.numbers["actors.his.loadings.rain"].value == 0.1


def test_settings_have_their_defaults(well):
    settings = overridden(well).settings
    counts = settings.ensemble
    assert (settings.seed, counts.draws, counts.replications) == (0, 1000, 10)
    assert (counts.workers, settings.tactic) == (None, None)


def test_settings_take_whole_numbers_however_written(well):
    settings = overridden(well, "seed=7", "ensemble.draws=1e3").settings
    assert (settings.seed, settings.ensemble.draws) == (7, 1000)


# setting, least, most
LIMITS = [
    ("seed", 0, 2**63 - 1),
    ("ensemble.draws", 1, 1_000_000),
    ("ensemble.replications", 1, 10_000),
    ("ensemble.workers", 1, 64),
]


@pytest.mark.parametrize(("setting", "least", "most"), LIMITS)
def test_a_setting_has_its_limits_and_says_them(well, setting, least, most):
    assert overridden(well, f"{setting}={least}")
    assert overridden(well, f"{setting}={most}")
    for beyond in (least - 1, most + 1):
        with pytest.raises(ScenarioError, match=f"{setting}: .* between {least} and {most:,}"):
            overridden(well, f"{setting}={beyond}")


@pytest.mark.parametrize(("setting", "least", "most"), LIMITS)
def test_the_limits_stand_beside_the_settings(setting, least, most):
    lines = (ROOT / "conf" / "config.yaml").read_text().splitlines()
    line = next(line for line in lines if line.strip().startswith(setting.split(".")[-1] + ":"))
    assert f"{least} to {most:,}" in line


def test_the_tactic_is_set_for_every_actor(well):
    scenario = overridden(well, "tactic=time_based").scenario
    assert {actor.tactic for actor in scenario.actors.values()} == {"time_based"}


AT = "tcp://127.0.0.1:8786"


@pytest.mark.parametrize(
    ("overrides", "kind", "address"),
    [
        ([], None, None),
        (["executor=null"], None, None),
        (["executor=serial"], "serial", None),
        (["executor.kind=processes"], "processes", None),
        (["executor=dask", f"executor.address={AT}"], "dask", AT),
        ([f"executor.address={AT}", "executor=dask"], "dask", AT),
        ([f"executor.address={AT}", "executor.kind=dask"], "dask", AT),
        ([f"executor={{kind: dask, address: '{AT}'}}"], "dask", AT),
        (["executor=dask", "executor.address=null"], "dask", None),
    ],
)
def test_the_executor_is_a_name_or_a_name_and_an_address_in_any_order(
    well, overrides, kind, address
):
    executor = overridden(well, *overrides).settings.executor
    assert (executor and executor.kind, executor and executor.address) == (kind, address)


def test_a_cluster_cannot_be_named_by_a_file_and_a_kept_configuration_names_none(tmp_path, well):
    found, file = overridden(well, "executor=dask", f"executor.address={AT}"), tmp_path / "c.yaml"
    file.write_text(dump(found.tree))
    with pytest.raises(ScenarioError, match=r"executor\.address: cannot come from a file"):
        configure([], config=str(file))
    file.write_text(found.text)
    executor = configure([], config=str(file)).settings.executor
    assert (executor.kind, executor.address) == ("dask", None)


def test_the_name_of_an_executor_replaces_the_executor_of_a_file(tmp_path, well):
    file = tmp_path / "config.yaml"
    file.write_text(dump(overridden(well, "executor=dask").tree))
    executor = configure(["executor=serial"], config=str(file)).settings.executor
    assert (executor.kind, executor.address) == ("serial", None)


def test_the_executors_stand_beside_the_setting():
    *names, last = EXECUTORS
    told = f"executor: null       # {', '.join(names)} or {last}; null: "
    assert told in (ROOT / "conf" / "config.yaml").read_text()


def test_two_overrides_of_one_path_are_refused(well):
    with pytest.raises(ScenarioError, match="seed: is given twice"):
        overridden(well, "seed=1", "seed=2")


def test_the_folder_of_a_run_is_no_part_of_its_configuration(well, tmp_path):
    configuration = overridden(well, f"hydra.run.dir={tmp_path}/run")
    assert configuration.directory == tmp_path / "run"
    assert "hydra" not in configuration.tree


def test_everything_wrong_is_told_at_once(well):
    with pytest.raises(ScenarioError) as caught:
        overridden(well, "seed=-1", "sede=2", "actors.her.no_deal=9", "mediator=judge")
    places = {problem.field for problem in caught.value.problems}
    assert places == {"seed", "sede", "actors.her.no_deal", "mediator"}


ROUND_TRIPS = [
    [],
    ["seed=3", "protocol=offers", "tactic=time_based", "ensemble.workers=2"],
    ["executor=dask", "executor.address=tcp://127.0.0.1:8786"],
    ["actors.her.no_deal=0.4", "actors.her.weights.water=0.5"],
    ["actors.her.no_deal.triangular.1=0.3", "actors.her.stances.0.stance=open"],
    ["actors.her.no_deal={as_good_as: halves, error: {uniform: [-0.1, 0.1]}}"],
    ["actors.her.walkout=null", "~actors.her.stances.0", "title='Yes: no, 1e3 # x'"],
    ["texts.mine={label: 'on', terms: {water: hers, upkeep: both_pay}}"],
    ["calendar.start=2025-03-01", "actors.her.values.water.spread=0.2"],
]


@pytest.mark.parametrize("overrides", ROUND_TRIPS)
def test_a_configuration_fed_back_is_the_same(well, tmp_path, overrides):
    first = overridden(well, *overrides)
    file = tmp_path / "config.yaml"
    file.write_text(first.text)
    again = configure(config=str(file))
    assert again.scenario == first.scenario
    assert again.text == first.text  # all but the address of a cluster
    same = first.settings.executor is None or first.settings.executor.address is None
    assert (again.settings == first.settings) == same


@pytest.mark.parametrize("name", scenario_names())
def test_a_shipped_scenario_fed_back_is_the_same(name, tmp_path):
    first = configure([f"scenario={name}", "seed=5"])
    file = tmp_path / "config.yaml"
    file.write_text(dump(first.tree))
    again = configure(config=str(file))
    assert (again.tree, again.scenario, again.settings) == (
        first.tree,
        first.scenario,
        first.settings,
    )


def test_overrides_go_on_top_of_a_config_file(well, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(dump(overridden(well, "seed=3", "without_mediator=offers").tree))
    again = configure(["seed=4"], config=str(file))
    assert (again.settings.seed, again.scenario.without_mediator) == (4, "offers")


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_means_the_same_by_name_and_by_path(name):
    by_path = load_scenario(str(ROOT / "conf" / "scenario" / f"{name}.yaml"))
    assert load_scenario(name) == by_path


@pytest.mark.parametrize("name", scenario_names())
def test_every_number_of_a_shipped_scenario_has_a_basis_and_most_are_distributions(name):
    numbers = load_scenario(name).numbers
    assert all(number.basis for number in numbers.values())
    assert "override" not in {number.basis for number in numbers.values()}
    assert sum(not number.is_plain for number in numbers.values()) > len(numbers) / 2


@pytest.mark.parametrize("name", scenario_names())
def test_every_basis_of_a_shipped_scenario_is_known_and_no_later_than_its_start(name):
    scenario = load_scenario(name)
    dates = {fact.id: fact.date for fact in (*facts(), *scenario.facts)}
    cited = {
        fact
        for number in scenario.numbers.values()
        if isinstance(number.basis, tuple)
        for fact in number.basis
    }
    assert cited
    assert all(dates[fact] <= scenario.calendar.start for fact in cited)


def test_shipped_scenarios_have_a_title_in_the_list():
    names = scenario_names()
    assert "geneva_2025" in names
    assert all(names.values())


def test_the_root_file_names_only_settings_and_groups():
    assert set(read_file(ROOT / "conf" / "config.yaml")) == {
        "defaults",
        "seed",
        "tactic",
        "traits",
        "ensemble",
        "executor",
    }


def test_the_environment_is_out_of_reach(well, monkeypatch):
    monkeypatch.setenv("SECRET", "7")
    for text in ("seed=${oc.env:SECRET}", "title='a ${oc.env:SECRET} b'", "title='${seed}'"):
        with pytest.raises(ScenarioError, match="interpolations are not allowed"):
            overridden(well, text)
    with pytest.raises(ScenarioError, match="interpolations are not allowed"):
        overridden(well, "texts.mine={label: '${oc.env:SECRET}'}")
