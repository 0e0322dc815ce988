"""Which texts have a chance: of a scenario, or of a run by its own draws.

A scenario's draws are those of its default run. Actors who look ahead are not weighed, as what
refusing is worth to them rests on the whole game: draws of forms in which they do are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.bargaining.tactics import TACTICS
from sim.bargaining.tactics.time_based import TimeBased
from sim.draws.draws import Draws
from sim.draws.streams import Floats, Ints
from sim.errors import problem
from sim.play.ensemble import Ensemble, drawn_with_forms
from sim.runs.kept import Drawn, draws_of
from sim.runs.prospects import Texts
from sim.scenario.scenario import Scenario
from sim.settings import configuration as config
from sim.settings.configuration import configuration_of
from sim.talks.batch import open_batch
from sim.theory.texts.circumstances import Circumstances, circumstances, joined
from sim.theory.texts.findings import findings

DRAWS, MOST_DRAWS, REPLICATIONS = 600, 1000, 10  # of a scenario; of a run at most; of its batches


def texts(source: Drawn | config.Source, week: float | None = None, seed: int = 0) -> Texts:
    """Return the chances of every text of a scenario, or of a run's by its draws.

    Args:
        source: a run; or a scenario, its name, the path of its file, or the same as a mapping.
        week: weeks from the start to the day on which texts are put to all; None: half-way to the
            horizon.
        seed: of a scenario's draws; a run has its own.

    Raises:
        ScenarioError: when the week lies outside the talks, the scenario or the run is wrong, or
            no draw counts.
    """
    if not isinstance(source, str | Path | Mapping | Scenario):
        return texts_of_run(source, week)
    scenario = configuration_of(source, {"seed": seed}).scenario
    plain, ahead = _conceding(scenario)
    ensemble = Ensemble(plain, seed, DRAWS, REPLICATIONS)
    draws, forms = drawn_with_forms(ensemble, np.arange(ensemble.worlds))
    names = np.array(list(plain.in_forms), dtype=object)[forms]
    return _texts(scenario, plain, ahead, draws, names, None, week, seed)


def texts_of_run(run: Drawn, week: float | None = None) -> Texts:
    """Return the chances of every text of a run's scenario, by the run's draws and their weight.

    Raises:
        ScenarioError: as `texts`, and when its draws or worlds are not there.
    """
    scenario, weights = run.scenario, run.weights
    plain, ahead = _conceding(scenario)
    draws = draws_of(run, MOST_DRAWS)
    names = run.draws["form"].to_numpy(dtype=object)[:MOST_DRAWS]
    if ahead and "" in plain.in_forms:
        names = np.full(len(names), "", dtype=object)
    mass = weights["part"].to_numpy()[:MOST_DRAWS]
    return _texts(scenario, plain, ahead, draws, names, mass, week, run.manifest["seed"])


def _texts(
    scenario: Scenario,
    plain: Scenario,
    conceding: bool,
    draws: Draws,
    names: Any,
    mass: Floats | None,
    week: float | None,
    seed: int,
) -> Texts:
    week = _week(scenario, week)
    parts, rows = [], []
    for name, spec in plain.in_forms.items():
        if len(here := np.flatnonzero(names == name)):
            own = None if mass is None else mass[here]
            parts.append(circumstances(open_batch(spec, seed, 1, here, draws), week, own))
            rows.append(here)
    where = _whole(parts, rows)
    named = {name: where.space.text(text.terms) for name, text in scenario.texts.items()}
    left = len(names) - sum(map(len, rows))
    return Texts(scenario, week, findings(where, named, seed), left, conceding)


def _whole(parts: list[Circumstances], rows: list[Ints]) -> Circumstances:
    if not sum(float(part.part.sum()) for part in parts) > 0:
        raise problem("texts", "no draw counts in which actors concede over time: play more draws")
    return joined(parts, np.concatenate(rows))


def _conceding(scenario: Scenario) -> tuple[Scenario, bool]:
    """Return a scenario in which nobody looks ahead, and whether that is another tactic.

    Of several forms those remain in which nobody does.
    """
    kept = {
        name: weight
        for name, weight in scenario.forms.items()
        if weight.mean > 0 and not _looks_ahead(scenario.in_form(name))
    }
    if kept:
        return scenario.model_copy(update={"forms": kept}), False
    if not scenario.forms and not _looks_ahead(scenario):
        return scenario, False
    actors = {
        name: actor.model_copy(update={"tactic": TimeBased.name})
        for name, actor in scenario.actors.items()
    }
    return scenario.model_copy(update={"forms": {}, "actors": actors}), True


def _looks_ahead(scenario: Scenario) -> bool:
    return any(TACTICS[actor.tactic].looks_ahead for actor in scenario.actors.values())


def _week(scenario: Scenario, week: float | None) -> float:
    """Return the week of the later day: half-way to the horizon where none is stated."""
    horizon = scenario.calendar.horizon.mean
    if week is None:
        return float(round(horizon / 2))
    if not 0 <= week <= horizon:
        raise problem("week", f"must be between 0 and the horizon, {horizon:g}", week)
    return float(week)
