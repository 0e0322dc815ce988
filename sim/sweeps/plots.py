"""The figures of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.errors import problem, unknown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.sweeps.sweep import Sweep


class SweepPlots:
    """The figures of a sweep; each returns Axes."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep

    def heat_map(
        self,
        x: str,
        y: str,
        outcome: str,
        labels: Mapping[str, str] | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the probability of one outcome over two paths of a grid.

        Args:
            x: the path that runs across.
            y: the path that runs upwards.
            outcome: whose probability.
            labels: what paths are called; else the paths themselves.
            ax: where to draw; by default a figure of its own.

        Raises:
            ScenarioError: when a path is not swept, nothing ended in the outcome at any point,
                or the points are no grid over x and y alone.
        """
        from sim.show import figures

        sweep, called = self._sweep, labels or {}
        for path in (x, y):
            if path not in sweep.parameters:
                raise problem(path, f"is not swept: {unknown('path', path, sweep.parameters)}")
        if outcome not in sweep.outcomes:
            raise problem("outcome", unknown("outcome", outcome, sweep.outcomes), outcome)
        table = sweep.index[[x, y, f"odds_{outcome}"]].set_axis(["x", "y", "probability"], axis=1)
        if table.duplicated(["x", "y"]).any():
            others = [path for path in sweep.parameters if path not in (x, y)]
            raise problem(f"{x}, {y}", f"repeat, because {', '.join(others)} vary too")
        if table["x"].nunique() * table["y"].nunique() > 2 * len(table):
            raise problem(f"{x}, {y}", "are no grid, which a heat map needs")
        return figures.heat_map(
            table,
            called.get(x, x),
            called.get(y, y),
            sweep.outcomes[outcome],
            self._subtitle(),
            ax,
        )

    def differences(self, a: int, b: int, ax: Axes | None = None) -> Axes:
        """Draw how the odds of point b differ from those of point a.

        Raises:
            ScenarioError: as `Sweep.differences`.
        """
        from sim.show import figures

        table = self._sweep.differences(a, b)
        return figures.differences(table, f"Point {b} against point {a}. {self._subtitle()}", ax)

    def odds(self, point: int = 0, ax: Axes | None = None) -> Axes:
        """Draw the odds of one point.

        Raises:
            ScenarioError: when there is no such point, or it failed.
        """
        from sim.show import figures

        found = self._sweep.point(point)
        subtitle = f"{self._sweep.manifest['title']}. {found.counts.sum():,} simulated worlds"
        return figures.odds(found.odds(), None, subtitle, ax)

    def _subtitle(self) -> str:
        return f"{self._sweep.manifest['title']}. {self._sweep.size}"
