"""The command that asks the bodies at home what they make of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Json, ScenarioName, complain, print_json
from sim.errors import problem

if TYPE_CHECKING:
    from sim.analysis.polls import Fit
    from sim.analysis.support import Backing
    from sim.scenario.scenario import Scenario


def support(
    scenario: ScenarioName = "geneva_2025",
    text: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|CLAUSE=OPTION,...", help="A text; default: all that have a name."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="A named text for clauses left out."),
    ] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Show the fit to polls instead.")] = False,
    as_json: Json = False,
) -> None:
    """Show what support texts have at home.

    The share of people who back a text, and the chance that each body ratifies it, as matters
    stand at the start. With --fit, what polls say of the numbers behind that, and how well each
    poll follows from the others.
    """
    from sim.settings.configuration import load_scenario

    loaded = load_scenario(scenario)
    if fit:
        if text is not None or base is not None:
            raise problem("--fit", "shows polls, not a text: leave out --text and --from")
        _show_fit(scenario, loaded, as_json)
    elif text is not None:
        _show_one(scenario, loaded, text, base, as_json)
    elif base is not None:
        raise problem("--from", "completes a text: say with --text what is otherwise", base)
    else:
        _show_all(scenario, loaded, as_json)


def _show_one(name: str, scenario: Scenario, text: str, base: str | None, as_json: bool) -> None:
    from sim.analysis.support import support, terms_of
    from sim.show.reports.support import support_report, undecided
    from sim.show.screen import show

    backings = support(scenario, text, base)
    labels = _labels(scenario)
    if as_json:
        print_json(_as_data(backings))
        apart = [actor for actor, each in backings.items() if not each.decides]
        complain(*(undecided(labels[actor], []) for actor in apart))
        return
    if text in scenario.texts:
        show(support_report(name, scenario.texts[text].label, {}, backings, labels))
        return
    said = terms_of(scenario, text, base)
    terms = {c: scenario.clauses[c].options[option].label for c, option in said.items()}
    label = "a text of your own"
    if base:
        same = said == dict(scenario.texts[base].terms)
        label = scenario.texts[base].label + ("" if same else ", changed")
    show(support_report(name, label, terms, backings, labels))


def _show_all(name: str, scenario: Scenario, as_json: bool) -> None:
    from sim.analysis.support import support_of_texts
    from sim.show.reports.support import texts_report, undecided
    from sim.show.screen import show

    backings, labels = support_of_texts(scenario), _labels(scenario)
    if as_json:
        print_json({text: _as_data(each) for text, each in backings.items()})
        for actor, label in labels.items():
            apart = [text for text, each in backings.items() if not each[actor].decides]
            complain(*([undecided(label, apart)] if apart else []))
    else:
        texts = {text: stated.label for text, stated in scenario.texts.items()}
        show(texts_report(name, texts, backings, labels))


def _show_fit(name: str, scenario: Scenario, as_json: bool) -> None:
    from sim.analysis.support import bodies, fit_support
    from sim.show.reports.support import fit_report
    from sim.show.screen import show

    fits = fit_support(scenario)
    if as_json:
        print_json({actor: _fit_as_data(each) for actor, each in fits.items()})
        return
    labels, held = _labels(scenario), bodies(scenario)
    means = {
        actor: {
            number: stated.mean if (stated := getattr(held[actor], number)) is not None else 0.0
            for number in each.posterior.mean
        }
        for actor, each in fits.items()
    }
    show(fit_report(name, {a: (labels[a], each, means[a]) for a, each in fits.items()}))


def _labels(scenario: Scenario) -> dict[str, str]:
    """Return what the bodies at home are called, by the actor whose they are."""
    from sim.analysis.support import bodies

    return {name: body.label for name, body in bodies(scenario).items()}


def _as_data(backings: Mapping[str, Backing]) -> dict[str, dict[str, float]]:
    return {
        name: {"support": b.support, "low": b.low, "high": b.high, "ratify": b.ratify}
        for name, b in backings.items()
    }


def _fit_as_data(fit: Fit) -> dict[str, Any]:
    posterior = fit.posterior
    low, high = posterior.quantile(0.05), posterior.quantile(0.95)
    return {
        "numbers": {
            name: {
                "mean": posterior.mean[name],
                "sd": posterior.sd[name],
                "low": low[name],
                "high": high[name],
            }
            for name in posterior.mean
        },
        "correlation": posterior.correlation.tolist(),
        "left_out": [
            {
                "poll": poll.name,
                "observed": poll.observed,
                "predicted": poll.mean,
                "low": poll.low,
                "high": poll.high,
                "inside": poll.inside,
            }
            for poll in fit.left_out
        ],
        "passes": fit.passes,
    }
