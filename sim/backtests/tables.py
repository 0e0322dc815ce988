"""The tables of a backtest: a row a decision, what baselines lose in it, and all of it in short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis.scores import crps, paired_difference
from sim.backtests.baselines import decisions, divisions
from sim.backtests.cases import Division, Proposal, fold_of
from sim.backtests.gate import Gate
from sim.backtests.laws import Law
from sim.backtests.playing import Played
from sim.backtests.suites import Case, Suite
from sim.draws.streams import Floats

ENGINE = "engine"
Losses = Iterator[tuple[str, str, Floats]]  # method, metric, and the loss in each decision


def score_rows(
    suite: Suite, cases: Sequence[Case], played: Sequence[Played], gate: Gate
) -> pd.DataFrame:
    """Return a row for each decision: its case, group and fold, and what `Suite.scored` says."""
    by_name = {case.name: case for case in cases}
    rows = []
    for each in played:
        case = by_name[each.name]
        where = {"case": case.name, "group": case.group, "fold": fold_of(case.group, gate.folds)}
        for counts in each.counts:
            rows += [{**where, **row} for row in suite.scored(case, counts, gate.smoothing)]
    return pd.DataFrame(rows)


def baseline_rows(
    cases: Sequence[Case], scores: pd.DataFrame, gate: Gate, carried: Mapping[str, float]
) -> pd.DataFrame:
    """Return what each baseline loses in each decision: method, metric, case, decision, loss.

    Args:
        cases: those that were scored.
        scores: the rows of the engine's scores.
        gate: folds.
        carried: what baselines' own numbers are, where they were frozen with a set of traits.
    """
    folds = [fold_of(case.group, gate.folds) for case in cases]
    proposals = [case for case in cases if isinstance(case, Proposal)]
    shared = [case for case in cases if isinstance(case, Division)]
    found = _of_decisions(proposals, folds) if proposals else _of_divisions(shared, folds, carried)
    where = scores[["case", "decision"]]
    return pd.concat(
        [where.assign(method=method, metric=metric, loss=loss) for method, metric, loss in found],
        ignore_index=True,
    )[["method", "metric", "case", "decision", "loss"]]


def summary_of(
    scores: pd.DataFrame, beside: pd.DataFrame, metrics: Sequence[str], gate: Gate
) -> pd.DataFrame:
    """Return mean losses by method and metric, the engine's first.

    `difference` is the engine's less the baseline's, with its bootstrap interval over groups:
    below 0 the engine is better.
    """
    rows = [{"method": ENGINE, "metric": each, "value": scores[each].mean()} for each in metrics]
    for (method, metric), table in beside.groupby(["method", "metric"], sort=False):
        loss = table["loss"].to_numpy()
        if metric not in metrics or np.isnan(loss).all():
            continue
        own, known = scores[str(metric)].to_numpy(dtype=float), ~np.isnan(loss)
        groups = scores["group"].to_numpy()[known]
        apart = paired_difference(own[known], loss[known], groups, gate.interval, gate.resamples)
        interval = {"difference": apart.mean, "low": apart.low, "high": apart.high}
        rows.append({"method": method, "metric": metric, "value": np.nanmean(loss), **interval})
    return pd.DataFrame(rows)


def _of_decisions(cases: Sequence[Proposal], folds: Sequence[int]) -> Losses:
    """Yield what baselines of proposals lose."""
    outcomes = [decision.outcome for decision in decisions.decisions(cases, folds)]
    outcome = np.array(outcomes)
    for method in decisions.LAWS:
        laws = decisions.laws(method, cases, folds)
        yield method, "crps", np.array([_crps(*each) for each in zip(laws, outcomes, strict=True)])
        yield method, "mae", np.abs(np.array([law.mean for law in laws]) - outcome)
    for method in decisions.POINTS:
        yield method, "mae", np.abs(decisions.points(method, cases) - outcome)


def _crps(law: Law, outcome: float) -> float:
    return crps(law.values, law.chances, outcome)


def _of_divisions(
    cases: Sequence[Division], folds: Sequence[int], carried: Mapping[str, float]
) -> Losses:
    """Yield what baselines of divisions lose; a split is scored where there was a deal."""
    deals = divisions.deals(cases)
    for method, rule in (
        ("constant", divisions.constant),
        ("two_variables", divisions.two_variables),
    ):
        yield method, "brier", (rule(cases, folds) - deals) ** 2
    yield "uniform", "split_log_loss", _where(deals, cases, divisions.uniform(cases))
    for measure in divisions.MEASURES:
        if measure in carried:
            beta = carried[measure]
            found = tuple(divisions.chances(measure, case, beta) for case in cases)
        else:
            found = divisions.by_measure(measure, cases, folds)
        yield measure, "split_log_loss", _where(deals, cases, found)


def _where(deals: Floats, cases: Sequence[Division], found: Sequence[Floats]) -> Floats:
    """Return the log losses of splits in each dialogue: nan where there was no deal."""
    losses = np.full(len(deals), np.nan)
    losses[deals > 0] = divisions.log_losses(cases, found)
    return losses
