"""Parley: odds of negotiation outcomes.

`sim.simulate` plays a scenario and `sim.sweep` many points of one, `sim.import_domain` makes one of
another platform's files, `sim.support` asks what a text finds at home, `sim.texts` which texts have
a chance, `sim.load_run` and `sim.load_sweep` read what was played before, `sim.score` sets a run
beside what happened; they give tables (pandas) and figures (matplotlib).
Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.support import fit_support, support, support_of_texts
    from sim.backtests.backtest import Backtest
    from sim.backtests.results import backtest
    from sim.domains.directory import import_domain
    from sim.errors import ScenarioError
    from sim.play.world import Negotiation, play_world
    from sim.runs.comparison import Comparison, compare
    from sim.runs.prospects import Texts
    from sim.runs.results import simulate
    from sim.runs.run import Run, load_run
    from sim.runs.scores import score
    from sim.runs.texts import texts
    from sim.scenario.scenario import Scenario
    from sim.settings.configuration import load_scenario
    from sim.sweeps.results import sweep
    from sim.sweeps.sweep import load_sweep

__all__ = [
    "Backtest",
    "Comparison",
    "Negotiation",
    "Run",
    "Scenario",
    "ScenarioError",
    "Texts",
    "backtest",
    "compare",
    "fit_support",
    "import_domain",
    "load_run",
    "load_scenario",
    "load_sweep",
    "play_world",
    "score",
    "simulate",
    "support",
    "support_of_texts",
    "sweep",
    "texts",
]

_HOMES = {
    "sim.backtests.backtest": ("Backtest",),
    "sim.backtests.results": ("backtest",),
    "sim.runs.comparison": ("Comparison", "compare"),
    "sim.analysis.support": ("fit_support", "support", "support_of_texts"),
    "sim.domains.directory": ("import_domain",),
    "sim.settings.configuration": ("load_scenario",),
    "sim.errors": ("ScenarioError",),
    "sim.play.world": ("Negotiation", "play_world"),
    "sim.runs.results": ("simulate",),
    "sim.runs.run": ("Run", "load_run"),
    "sim.runs.scores": ("score",),
    "sim.runs.prospects": ("Texts",),
    "sim.runs.texts": ("texts",),
    "sim.scenario.scenario": ("Scenario",),
    "sim.sweeps.results": ("sweep",),
    "sim.sweeps.sweep": ("load_sweep",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if "IPython" in sys.modules:
        from sim.show.notebook import show_figures

        show_figures()
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
