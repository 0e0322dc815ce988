"""The chapters of a run's page, each a function from a run to the reports that it consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

from sim.errors import ScenarioError
from sim.show.page import Folded
from sim.show.parts import Drawing, Note
from sim.show.report import Report

if TYPE_CHECKING:
    from datetime import date

    from sim.runs.run import Run

Told = Iterator[Report | Folded]
LEVER_DRAWS = 40  # so that a page is there in seconds; `parley levers` plays more, and pairs


def or_why_not(tell: Callable[[Run], Told]) -> Callable[[Run], Told]:
    """Return a chapter that says why a run cannot tell it, where it cannot."""

    @wraps(tell)
    def told(run: Run) -> Told:
        try:
            yield from tell(run)
        except ScenarioError as error:
            yield Report("", (Note(f"This run cannot tell: {error}."),))

    return told


def untitled(report: Report) -> Report:
    """Return a report without its title, which the chapter's heading stands for."""
    return replace(report, title="")


def question(run: Run) -> Told:
    """Yield what is asked, as of which day."""
    from sim.show.reports.summary import question_report, table_report

    spec = run.scenario
    labels = {name: actor.label for name, actor in spec.actors.items()}
    signing = [labels[name] for name in spec.signatories.base]
    calendar = spec.calendar
    at_table = list(labels.values())
    yield question_report(spec.description, calendar.start, calendar.last_day, at_table, signing)
    clauses = [
        (clause.label, {name: option.label for name, option in clause.options.items()})
        for clause in spec.clauses.values()
    ]
    yield Folded(table_report(clauses))


def answer(run: Run) -> Told:
    """Yield the answer in short."""
    from sim.runs.findings import findings
    from sim.show.reports.summary import short_report

    found = findings(run)
    yield short_report(run.totals, run.odds, found, run.plot.courses())


def endings(run: Run) -> Told:
    """Yield the odds of the outcomes."""
    from sim.show.reports.doubts import outcomes_report

    yield outcomes_report(run.doubts.odds, run.plot.odds())


def questions(run: Run) -> Told:
    """Yield the odds of what people ask of the talks."""
    from sim.show.reports.doubts import asked_report, resolving_report

    asked = run.doubts.questions
    if len(asked):
        yield asked_report(asked)
    if len(asked) and (resolving := resolving_report(asked)):
        yield Folded(resolving)


def sureness(run: Run) -> Told:
    """Yield how sure the odds are."""
    from sim.show.reports.doubts import sureness_report

    yield sureness_report(run.manifest, run.doubts.totals)


def forms(run: Run) -> Told:
    """Yield the forms of the model, where it has several."""
    from sim.show.reports.doubts import forms_report

    if "forms" in run.manifest:
        yield forms_report(run.manifest, run.forms, run.odds)


def dates(run: Run) -> Told:
    """Yield what happens by when."""
    from sim.scenario.events import usual_events
    from sim.show.reports.dates import dates_report

    labels = {name: event.label for name, event in usual_events(run.scenario).items()}
    yield dates_report(run.events, labels, _days(run), run.plot.timeline())


@or_why_not
def in_the_way(run: Run) -> Told:
    """Yield who refused, over which clause, and whose people."""
    yield untitled(run.why().report())


@or_why_not
def matters(run: Run) -> Told:
    """Yield which numbers the chance of a signature rests on."""
    found = run.drivers()
    yield untitled(found.report())
    if found.table["importance"].notna().any():
        said = "The chance of a signature at both ends of the numbers that matter most."
        yield Report("", (Drawing(said, found.plot()),))


@or_why_not
def levers(run: Run) -> Told:
    """Yield what each lever of the scenario changes by itself, played on few draws."""
    if run.scenario.levers:
        draws = min(LEVER_DRAWS, run.manifest["draws"])
        found = run.levers(draws=draws, workers=None, pairs=False)
        yield untitled(found.report())
        said = "What each lever changes of the chance of a signature, with its interval."
        yield Report("", (Drawing(said, found.plot()),))


@or_why_not
def best(run: Run) -> Told:
    """Yield which texts have a chance to be signed, ratified and to stand."""
    found = run.texts()
    yield untitled(found.report())
    said = "How each option fares in the texts with the best chance, clause by clause."
    yield Report("", (Drawing(said, found.plot.options()),))


def terms(run: Run) -> Told:
    """Yield what signed texts say."""
    said = "How often each option stands in signed texts, and in the first texts of the talks."
    yield Report("", (Drawing(said, run.plot.clauses()),))


@or_why_not
def home(run: Run) -> Told:
    """Yield polls and stances beside the model, and what named texts find at home."""
    from sim.analysis.support import DRAWS, at_home, bodies
    from sim.runs.kept import draws_of
    from sim.scenario.citations import source_of_poll
    from sim.show.reports.scenario import stances_report
    from sim.show.reports.support import polls_table, texts_report
    from sim.talks.stances import stance_shares

    spec = run.scenario
    if held := bodies(spec):
        found = at_home(spec, draws_of(run, DRAWS))
        beside = [(source_of_poll(spec, each.actor, each.poll), each) for each in found.polls]
        if beside:
            yield Report("", (polls_table(beside),))
        texts = {name: text.label for name, text in spec.texts.items()}
        labels = {actor: body.label for actor, body in held.items()}
        yield texts_report(spec.title, texts, found.texts, labels)
    if stances := stance_shares(spec):
        yield stances_report(spec.title, [each.in_words(spec) for each in stances])


def record(run: Run) -> Told:
    """Yield figures of the run beside those of comparable cases."""
    from sim.show.reports.run import base_rates_table

    if len(run.base_rates):
        yield Report("", (base_rates_table(run.base_rates),))


def basis(run: Run) -> Told:
    """Yield every number with what it rests on, and every fact that is cited."""
    from sim.scenario.citations import resting_on
    from sim.settings.configuration import facts
    from sim.show.reports.basis import facts_report, numbers_reports, resting_report

    spec = run.scenario
    yield resting_report(spec.numbers, spec.uncertain)
    labels = {f"actors.{name}": actor.label for name, actor in spec.actors.items()}
    yield from map(Folded, numbers_reports(spec.numbers, labels))
    resting = resting_on(spec)
    cited = [fact for fact in (*facts(), *spec.facts) if fact.id in resting]
    if cited:
        yield Folded(facts_report(cited))


def again(run: Run) -> Told:
    """Yield how to play the same worlds again."""
    from sim.show.reports.bounds import again_report

    yield again_report(run.manifest)


def bounds(run: Run) -> Told:
    """Yield what the page is not."""
    from sim.runs.track_record import track_record
    from sim.show.reports.bounds import bounds_report

    yield bounds_report(track_record())


def _days(run: Run) -> list[date]:
    """Return the days by which people ask, or else the quarters of the talks."""
    from sim.scenario.events import asked_of

    calendar = run.scenario.calendar
    quarter = (calendar.last_day - calendar.start) / 4
    asked = sorted({each.by for each in asked_of(run.scenario)})
    return asked or [calendar.start + quarter * number for number in range(1, 5)]
