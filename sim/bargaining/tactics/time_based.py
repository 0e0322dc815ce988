"""`time_based`: actors who ask much at first and come down as their patience runs out.

Faratin, Sierra & Jennings (1998): an actor demands a share of the way from no deal to the text
that it asks for, comes down as its own staying power runs out, and looks at the others' wishes
the more the later it is. It is myopic: it does not expect no deal to change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from sim.bargaining.arrays import of_worlds
from sim.bargaining.tactics.tactic import NO_SIGNATURE, Place, Seats, Tactic
from sim.draws.streams import Floats, Ints


class TimeBased(Tactic):
    """Asks much at first and comes down as time passes."""

    name = "time_based"
    summary = (
        "asks much at first and comes down to no deal's worth as its staying power runs out "
        "(Faratin, Sierra & Jennings 1998)"
    )
    uses = (
        "aspiration",
        "concession",
        "patience",
        "noise",
        "imprecision",
        "accommodation",
        "misreading",
    )

    @classmethod
    def idle(cls, zero: Collection[str], place: Place) -> Iterator[tuple[str, str]]:
        """Yield what is stated for proposals, answers and demands that it does not make."""
        accommodates = place.proposes and "accommodation" not in zero
        if not place.proposes:
            yield from ((field, "") for field in ("imprecision", "accommodation", "misreading"))
        elif not accommodates:
            yield "misreading", "it neither accommodates nor weighs what others want"
        if not place.answers:
            yield "noise", NO_SIGNATURE
        if not place.demands:
            yield "aspiration", NO_SIGNATURE
        if not accommodates and (not place.demands or "aspiration" in zero):
            why = "it demands and accommodates nothing"
            yield from ((field, why) for field in ("patience", "concession"))

    def __init__(self, seats: Seats) -> None:
        super().__init__(seats)
        self.aspiration, self.accommodation = (
            seats.traits("aspiration"),
            seats.traits("accommodation"),
        )
        self.patience, self.concession = seats.traits("patience"), seats.traits("concession")
        self.before = np.zeros((len(self.patience), 1))  # weeks that were spent before the start
        if (share := "calendar.patience_spent") in seats.draws:
            self.before = seats.rules.weeks_before * seats.draws[share][:, None]
        self.effort = np.zeros((len(seats.draw), len(seats.columns)))

    def demands(self, session: int, week: float, no_deal: Floats) -> Floats:
        """Return d + alpha (1 - spent) max(0, 1 - d), and remember how far each has come."""
        weeks, draw = self._weeks_spent(week), self.seats.draw
        spent = patience_spent(weeks, self.patience, self.concession)
        self.effort = of_worlds(self.accommodation * spent, draw)
        return threshold(no_deal, of_worlds(self.aspiration, draw), of_worlds(spent, draw))

    def _weeks_spent(self, week: float) -> Floats:
        """Return which weeks count by now: (D, 1); in those before the start, their share of it."""
        if week >= 0:
            return week + self.before
        return self.before * (1.0 + week / self.seats.rules.weeks_before)

    def ranks(self, seat: Ints, row: Ints, cells: slice = slice(None)) -> Floats:
        """Return s = (1 - e) u + e times what the others are believed to want."""
        own, others = self.own(seat, row, cells), self.others(seat, row, cells)
        return proposal_scores(own, others, self.effort[row, seat])


def patience_spent(week: Floats | float, patience: Floats, concession: Floats) -> Floats:
    """Return min(t / T, 1)^(1 / beta): how much of its way an actor has gone."""
    return np.asarray(np.minimum(week / patience, 1.0) ** (1.0 / concession))


def threshold(no_deal: Floats, aspiration: Floats, spent: Floats) -> Floats:
    """Return a_i(t) = d_i + alpha_i (1 - spent_i) max(0, 1 - d_i)."""
    return no_deal + aspiration * (1.0 - spent) * np.maximum(0.0, 1.0 - no_deal)


def proposal_scores(own: Floats, others: Floats, effort: Floats) -> Floats:
    """Return s_i(x) = (1 - e) u_i(x) + e sum_j omega_ij u^_ij(x) over cells (W, N); e is (W,)."""
    e = effort[:, None]
    scores = (1.0 - e) * own
    scores += e * others
    return scores
