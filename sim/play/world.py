"""One negotiation, session by session: what each text was worth to whom, and who would sign it.

A world is played again, alone, from its address in an ensemble; it is the same world there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bargaining.protocols import CHAIR
from sim.errors import problem, unknown
from sim.play.ensemble import Ensemble, drawn_with_forms
from sim.play.known import with_news
from sim.play.tables import worlds_table
from sim.play.transcript import Step, steps, transcript
from sim.scenario.scenario import Scenario
from sim.talks.model import NegotiationModel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

COLUMNS = (
    "session",
    "week",
    "speaker",
    "actor",
    "utility",
    "threshold",
    "no_deal",
    "accepted",
)

SESSION = re.compile(r"Session \d+, ")  # that was held, as its story begins


@dataclass(frozen=True, eq=False)
class Negotiation:
    """One world, played.

    Attributes:
        scenario: what is negotiated.
        world: its number in the ensemble, counted from 0.
        seed: root seed of the ensemble.
        replications: worlds of each draw in the ensemble.
        table: a row for each actor at the table in each session that was held: session (counted
            from 0), week, speaker (who proposed or drafted the text, or `chair`), actor, utility
            (of the text) and threshold and no_deal, all three on the actor's own scale, accepted.
        row: its row of the worlds table; empty but for its number where the talks were over before
            the first day.
        transcript: it told in words: who criticised what, who would sign, how it ended.
    """

    scenario: Scenario
    world: int
    seed: int
    replications: int
    table: pd.DataFrame
    row: dict[str, Any]
    transcript: str

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        sessions = self.table["session"].nunique()
        return (
            f"<Negotiation in world {self.world} of {self.scenario.title!r}, seed {self.seed}: "
            f"{sessions} sessions, {self.row['outcome'] or 'over before the first day'}>"
        )

    @property
    def ends(self) -> str:
        """Return how it ended: which world it is, its last session that was told, and all after."""
        _, which, *told = self.transcript.split("\n")
        parts = "\n".join(told).split("\n\n")
        last = max((n for n, part in enumerate(parts) if SESSION.match(part)), default=0)
        return "\n\n".join([which, *parts[last:]])

    def differs_from(self, written: Mapping[str, Any]) -> list[str]:
        """Return the columns in which this world is not the one of a written row.

        A row of an earlier version lacks columns of this one, which are not compared.
        """
        both = [name for name in self.row if name in written]
        return [name for name in both if not _same(self.row[name], written[name])]

    def plot(self, actor: str, ax: Axes | None = None) -> Axes:
        """Draw what each text was worth to an actor, beside what it demanded.

        Raises:
            ScenarioError: when no such actor is at the table, or nothing was played.
        """
        from sim.show import figures

        actors = self.scenario.actors
        if actor not in actors:
            raise problem("actor", unknown("actor", actor, actors), actor)
        if self.table.empty:
            rule = "has no session: a text was signed before the first day, or nobody was there"
            raise problem("world", rule, self.world)
        about = f"{self.scenario.title}. World {self.world:,} of those simulated"
        return figures.negotiation(self.table, actor, actors[actor].label, about, ax)


def play_world(
    scenario: Scenario, world: int = 0, seed: int = 0, replications: int = 10
) -> Negotiation:
    """Play one world of an ensemble.

    Args:
        scenario: what is negotiated.
        world: its number, counted from 0: draw x replications + replication.
        seed: root seed of the ensemble.
        replications: worlds of each draw in the ensemble.

    Raises:
        ScenarioError: when a number is negative, or an actor's utilities have no scale in the
            world's draw.

    >>> from sim.settings.configuration import load_scenario
    >>> played = play_world(load_scenario("geneva_2025"), world=12, seed=7)
    >>> list(played.table.columns)[:4]
    ['session', 'week', 'speaker', 'actor']
    >>> played.row["draw"], played.row["replication"]
    (1, 2)
    """
    stated = (("world", world, 0), ("seed", seed, 0), ("replications", replications, 1))
    for name, value, least in stated:
        if value < least:
            raise problem(name, f"must be at least {least}", value)
    draw, replication = divmod(world, replications)
    ensemble = Ensemble(scenario, seed, draw + 1, replications)
    draws, forms = drawn_with_forms(ensemble, np.array([world]))
    form = int(forms[draw - draws.first])
    spec = list(scenario.in_forms.values())[form]
    model = NegotiationModel(spec, seed, replications, [world], collect=True, draws=draws)
    held: list[Step] = []
    heading = (
        f"World {world} (draw {draw}, replication {replication}), "
        f"seed {seed}, protocol {spec.protocol}"
    )
    told, record = transcript(model, _kept(steps(model), held), heading)
    record = replace(record, form=np.array([form]))
    _, row = with_news(scenario, record, worlds_table(scenario, replications, record))
    table = _table(model, [step for step in held if step.planned])
    return Negotiation(scenario, world, seed, replications, table, row.to_pylist()[0], told)


def _kept(held: Iterable[Step], steps: list[Step]) -> Iterator[Step]:
    """Yield sessions, and keep them in a list."""
    for step in held:
        steps.append(step)
        yield step


def _same(now: Any, then: Any) -> bool:
    """Return whether two values of a table are the same, to 9 significant digits."""
    if isinstance(now, float) and isinstance(then, float):
        return f"{now + 0.0:.8e}" == f"{then + 0.0:.8e}"
    return bool(now == then)


def _table(model: NegotiationModel, steps: Sequence[Step]) -> pd.DataFrame:
    """Return a row for each actor in each session that was held while it was there."""
    import pandas as pd

    if not steps:  # the talks were over before the first day
        return pd.DataFrame(columns=list(COLUMNS))
    names = np.array(list(model.spec.actors))
    collected: Any = model.datacollector
    held = collected.get_model_vars_dataframe()
    speaker = held["speaker"].to_numpy()
    table = collected.get_agent_vars_dataframe().reset_index()
    table["session"] = np.repeat(held["round"].to_numpy(), len(names))
    table["week"] = np.repeat(held["week"].to_numpy(), len(names))
    table["speaker"] = np.repeat(np.where(speaker < 0, CHAIR, names[speaker]), len(names))
    seated = np.concatenate([~step.away & step.held for step in steps])
    return table.loc[seated, list(COLUMNS)].reset_index(drop=True)
