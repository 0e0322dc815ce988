"""What is told of the texts of a scenario: their chances as tables, data, words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bargaining.packages import Space
from sim.draws.streams import Floats
from sim.scenario.scenario import Scenario
from sim.theory.texts.findings import Change, Findings, Told

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.show.report import Report


@dataclass(frozen=True, eq=False, repr=False)
class Texts:
    """The chances of the texts of a scenario on a day, if they were put to all on it.

    Attributes:
        scenario: what is negotiated.
        week: weeks from the start to the day.
        found: what was found.
        ahead: draws that were left out, as actors look ahead in them.
        conceding: whether actors who look ahead are taken to concede over time instead.
    """

    scenario: Scenario
    week: float
    found: Findings
    ahead: int
    conceding: bool

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        return f"<Texts of {self.scenario.title}: {self.packages:,} packages, week {self.week:g}>"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    @property
    def packages(self) -> int:
        """Return how many packages there are."""
        return self.found.where.space.packages

    @property
    def table(self) -> pd.DataFrame:
        """Return the texts that were gone through, the best first.

        Columns: text_<clause>, signed_today, signed (on the day), ratified (of those), stands (of
        those), all, error (of all, over draws), accepts_<actor> (on the day; NaN where it need not
        sign), both (the two hardest signatories, on the day), pareto.
        """
        import pandas as pd

        found, space = self.found, self.found.where.space
        options = space.options_of(found.texts)
        clauses = {
            f"text_{clause}": pd.Categorical.from_codes(
                options[:, row], pd.Index(space.options[row])
            )
            for row, clause in enumerate(space.clauses)
        }
        columns = {**clauses, **self._columns(found.chances), "pareto": found.pareto}
        return pd.DataFrame(columns).sort_values(
            "all", ascending=False, kind="stable", ignore_index=True
        )

    @property
    def best(self) -> pd.DataFrame:
        """Return the ten texts with the best chance, the best first.

        Columns: as in `table`; then held_back_by (the actor that would sign least readily),
        hold_clause, hold_option, hold_chance (the change that would raise its chance most, and to
        what), change_clause, change_option, change_all (the change that helps most, and the chance
        of all with it), rank.
        """
        return self._told(self.found.best)

    @property
    def named(self) -> pd.DataFrame:
        """Return the texts that have a name, by it, with the columns of `best`."""
        table = self._told(tuple(self.found.named.values()))
        return table.set_axis(list(self.found.named), axis=0).rename_axis("name")

    @property
    def options(self) -> pd.DataFrame:
        """Return the best chance of any text gone through with each option of each clause.

        Columns: clause, option, signed_today, signed, all.
        """
        import pandas as pd

        found, space = self.found, self.found.where.space
        chosen, chances = space.options_of(found.texts), found.chances
        rows = []
        for row, clause in enumerate(space.clauses):
            for number, option in enumerate(space.options[row]):
                has = chosen[:, row] == number
                values = {n: getattr(chances, n)[has] for n in ("signed_today", "signed", "all")}
                best = {n: v.max(initial=0.0) if has.any() else np.nan for n, v in values.items()}
                rows.append({"clause": clause, "option": option, **best})
        return pd.DataFrame(rows)

    @property
    def hardest(self) -> tuple[str, str]:
        """Return the two actors that sign least readily, the hardest first."""
        one, other = self.found.pair
        names = list(self.scenario.actors)
        return names[one], names[other]

    @property
    def plot(self) -> Plots:
        """Return the figures: `plot.hardest()`, `plot.options()`."""
        return Plots(self)

    def data(self) -> dict[str, Any]:
        """Return it as `parley texts --json` prints it."""
        found = self.found
        return {
            "packages": self.packages,
            "enumerated": found.enumerated,
            "weighed": len(found.texts),
            "week": self.week,
            "draws": found.where.worlds,
            "draws_for_all": found.few,
            "hardest": list(self.hardest),
            "best": [self._as_data(each) for each in found.best],
            "named": {name: self._as_data(each) for name, each in found.named.items()},
        }

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows."""
        from sim.show.reports.texts import texts_report

        spec = self.scenario
        labels = {name: text.label for name, text in spec.texts.items()}
        actors = {name: actor.label for name, actor in spec.actors.items()}
        known = {name: dict(text.terms) for name, text in spec.texts.items()}
        return texts_report(
            f"Which texts have a chance: {spec.title}",
            self.data(),
            labels,
            known,
            actors,
            self.notes,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is to be known of how it was found."""
        found, where = self.found, self.found.where
        worth = 1.0 / float((where.part**2).sum())
        gone = "all" if found.enumerated else f"{len(found.texts):,} of"
        notes = [
            f"{gone} {self.packages:,} packages, in {found.few:,} draws; those shown, in "
            f"{where.worlds:,} draws, worth {worth:,.0f} of equal weight"
        ]
        if not found.enumerated:
            notes.append(
                "a sample, and what was met as the best of it were bettered change by change: "
                "better texts may exist that no single change leads to"
            )
        error = 100 * float(found.best[0].chances.error[0])
        notes.append(f"the best's chance of all has a standard error of {error:.2g} points")
        if self.ahead:
            notes.append(f"{self.ahead:,} draws in which actors look ahead are left out")
        if self.conceding:
            notes.append("actors look ahead here, and are taken to concede over time instead")
        return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes)

    def _columns(self, chances: Any) -> dict[str, Floats]:
        names = ("signed_today", "signed", "ratified", "stands", "all", "error")
        accepts = {
            f"accepts_{name}": chances.accepts[:, column]
            for column, name in enumerate(self.scenario.actors)
        }
        return {**{name: getattr(chances, name) for name in names}, **accepts, "both": chances.pair}

    def _told(self, told: tuple[Told, ...]) -> pd.DataFrame:
        import pandas as pd

        rows = []
        for each in told:
            terms = self.found.where.space.terms(each.text)
            data = self._as_data(each)
            hold, change = data["held_back_by"] or {}, data["change"] or {}
            rows.append(
                {
                    **{f"text_{clause}": option for clause, option in terms.items()},
                    **{name: float(v[0]) for name, v in self._columns(each.chances).items()},
                    "pareto": each.pareto,
                    "held_back_by": hold.get("actor"),
                    "hold_clause": hold.get("clause"),
                    "hold_option": hold.get("option"),
                    "hold_chance": hold.get("to", np.nan),
                    "change_clause": change.get("clause"),
                    "change_option": change.get("option"),
                    "change_all": change.get("all", np.nan),
                    "rank": each.rank,
                }
            )
        return pd.DataFrame(rows)

    def _as_data(self, told: Told) -> dict[str, Any]:
        space, names = self.found.where.space, list(self.scenario.actors)
        chances, hold, change = told.chances, told.hold, told.change
        accepts = dict(zip(names, chances.accepts[0].tolist(), strict=True))
        columns = ("signed_today", "signed", "ratified", "stands", "all", "error")
        held: dict[str, Any] | None = None
        if told.actor is not None:
            name = names[told.actor]
            held = {"actor": name, "chance": accepts[name], **_changed(space, hold, "to")}
        return {
            "terms": space.terms(told.text),
            **{name: _number(float(getattr(chances, name)[0])) for name in columns},
            "accepts": {name: _number(chance) for name, chance in accepts.items()},
            "held_back_by": held,
            "change": _changed(space, change, "all") if change else None,
            "pareto": told.pareto,
            "rank": told.rank,
        }


@dataclass(frozen=True)
class Plots:
    """The figures of texts; every one returns its Axes and can draw into yours."""

    texts: Texts

    def hardest(self, ax: Axes | None = None) -> Axes:
        """Draw the chances of the two hardest signatories, the named texts labelled."""
        from sim.show import figures

        spec, (one, other) = self.texts.scenario, self.texts.hardest
        labels = {name: spec.actors[name].label for name in (one, other)}
        named = self.texts.named.assign(label=[text.label for text in spec.texts.values()])
        return figures.hardest(self.texts.table, named, labels, self._about(), ax)

    def options(self, ax: Axes | None = None) -> Axes:
        """Draw the best chance of any text with each option of each clause."""
        from sim.show import figures

        labels = self.texts.scenario.term_labels
        return figures.options(self.texts.options, labels, self.texts.week, self._about(), ax)

    def _about(self) -> str:
        found = self.texts.found
        many = "all" if found.enumerated else "a sample of"
        return f"{self.texts.scenario.title}. {many.capitalize()} {len(found.texts):,} packages"


def _changed(space: Space, change: Change | None, chance: str) -> dict[str, Any]:
    """Return a change by names, with the chance that it brings; of none, nothing."""
    if change is None:
        return {"clause": None, "option": None, chance: None}
    option = space.options[change.clause][change.option]
    return {"clause": space.clauses[change.clause], "option": option, chance: change.chance}


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
