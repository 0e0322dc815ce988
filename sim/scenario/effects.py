"""The numbers of a scenario that change no world as it stands, each with why.

They are stated for another tactic or protocol, for what cannot happen here, or beside the odds. It
is read off the scenario alone: what a tactic, a protocol or a driver uses, its class says itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.bargaining.tactics import TACTICS
from sim.numbers.uncertain import Number, lone_share
from sim.scenario.actors import Actor, AsGoodAs, Domestic
from sim.scenario.roles import (
    can_leave,
    can_lose_its_mediator,
    can_walk_out,
    company_of,
    deciding,
    leaves_over_texts,
    minds_refusal,
    offered,
    passes,
    place_of,
    protocols_in_use,
    signing,
    tables,
    votes_on,
    weighs_votes,
)
from sim.scenario.scenario import FATES, Scenario

NO_VOTE = "nothing is put to a vote at home"


@dataclass(frozen=True)
class Idle:
    """What stands at a path, one number or all beneath it, changes no world; and why."""

    path: str
    why: str


def idle(scenario: Scenario) -> tuple[Idle, ...]:
    """Return what is stated and changes no world, in any form of the model, each number once."""
    first, *others = (_idle(each) for each in scenario.in_forms.values())
    for other in others:
        first = tuple(_in_both(scenario, first, other))
    return first


def _in_both(scenario: Scenario, first: Iterable[Idle], second: Iterable[Idle]) -> Iterator[Idle]:
    """Yield what is idle in two forms: whole parts where they are, else number by number."""
    known = {path for each in second for path in (each.path, *numbers_under(scenario, each.path))}
    for each in first:
        numbers = numbers_under(scenario, each.path)
        if each.path in known or (numbers and known.issuperset(numbers)):
            yield each
        else:
            yield from (Idle(path, each.why) for path in numbers if path in known)


def _idle(scenario: Scenario) -> tuple[Idle, ...]:
    found: dict[str, Idle] = {}
    for part in (
        _protocols,
        _mediation,
        _patience,
        _bargaining,
        _preferences,
        _never_offered,
        _inventions,
        _linkages,
        _consent,
        _exits,
        _deadline,
        _votes_at_home,
        _aftermath,
        _drivers,
        _factors,
        _beside_the_odds,
    ):
        for each in part(scenario):
            if not any(_is_under(each.path, told) for told in found):
                found[each.path] = each
    return tuple(found.values())


def numbers_under(scenario: Scenario, path: str) -> list[str]:
    """Return the paths of the numbers at or beneath a path."""
    return [number for number in scenario.numbers if _is_under(number, path)]


def _is_under(path: str, above: str) -> bool:
    return f"{path}.".startswith(f"{above}.")


def _protocols(scenario: Scenario) -> Iterator[Idle]:
    """Find settings of protocols that are not followed, and those that change nothing there."""
    followed = protocols_in_use(scenario)
    for name in type(scenario.protocols).model_fields:
        if name not in scenario.protocols.model_fields_set or not getattr(scenario.protocols, name):
            continue
        if name not in followed:
            yield Idle(f"protocols.{name}", f"the protocol is {scenario.protocol}")
            continue
        company = company_of(scenario, name)
        for field, why in scenario.protocols.of(name).idle(company):
            yield Idle(f"protocols.{name}.{field}", why)


def _mediation(scenario: Scenario) -> Iterator[Idle]:
    """Find a mediator who never leaves, and what would happen then."""
    leaves = can_lose_its_mediator(scenario)
    if scenario.mediator and not leaves:
        yield Idle("mediator", "it never leaves")
    if "without_mediator" not in scenario.model_fields_set:
        return
    if not leaves:
        why = "the mediator never leaves" if scenario.mediator else "nobody mediates"
        yield Idle("without_mediator", why)
    elif scenario.mediator in scenario.signatories.base:
        yield Idle("without_mediator", f"{scenario.mediator} has to sign, so they are suspended")


def _patience(scenario: Scenario) -> Iterator[Idle]:
    """Find weeks before the start, or a share of them, that count for nobody."""
    calendar = scenario.calendar
    if calendar.talks_since and not calendar.patience_spent:
        yield Idle("calendar.talks_since", "no share of the weeks since then counts as spent")
    if not calendar.patience_spent:
        return
    if not calendar.weeks_before:
        yield Idle("calendar.patience_spent", "the talks begin at the start")
    elif not any("patience" in _counting(scenario, name) for name in scenario.actors):
        yield Idle("calendar.patience_spent", "nobody's patience counts")


def _bargaining(scenario: Scenario) -> Iterator[Idle]:
    """Find what an actor's tactic and place at the table have no use for."""
    signs = signing(scenario)
    for name, actor in scenario.actors.items():
        path = f"actors.{name}.bargaining"
        for field, why in _unused(scenario, name).items():
            yield Idle(f"{path}.{field}", why)
        at_all = "accommodation" in _counting(scenario, name)
        if actor.regard and not (at_all and actor.accommodates):
            yield Idle(f"actors.{name}.regard", "it accommodates nobody")
        yield from _lone_share(f"actors.{name}.regard", actor.regard)
    yield from _moods(scenario, signs)


def _unused(scenario: Scenario, name: str) -> dict[str, str]:
    """Return the numbers under `bargaining` that count for nothing an actor does, with why."""
    actor, at = scenario.actors[name], list(tables(scenario))
    tactic, stated = TACTICS[actor.tactic], set(_stated(actor)) - {"misforesight"}
    zero = {field for field in stated if getattr(actor.bargaining, field).is_zero}
    counting = {field for rule, company in at for field in rule.weighing(name, company)}
    idle_there = dict(tactic.idle(zero, place_of(scenario, name)))
    why_not = "; ".join
    return {
        field: idle_there.get(field)
        or _other_tactics(field, tactic.uses)
        or why_not(dict.fromkeys(rule.unused(field) for rule, _ in at))
        for field in sorted(stated - counting)
        if field in idle_there or field not in tactic.uses
    }


def _counting(scenario: Scenario, name: str) -> set[str]:
    """Return the numbers under `bargaining` that count for what an actor does."""
    return set(_stated(scenario.actors[name])) - _unused(scenario, name).keys()


def _other_tactics(field: str, uses: Collection[str]) -> str:
    """Return which tactics use a number that the actor's own does not; empty if none."""
    tactics = [name for name, tactic in TACTICS.items() if field in tactic.uses]
    others = tactics and field not in uses
    return f"only the tactic {' or '.join(tactics)} uses it" if others else ""


def _moods(scenario: Scenario, signs: Collection[str]) -> Iterator[Idle]:
    answering = [actor for name, actor in scenario.actors.items() if name in signs]
    if not any(
        TACTICS[actor.tactic].moods_last and not actor.bargaining.noise.is_zero
        for actor in answering
    ):
        yield Idle("answers.relaxation", "no answer wavers with a mood that lasts")


def _stated(actor: Actor) -> Iterator[str]:
    """Yield the fields of an actor's bargaining that hold a number."""
    for field in type(actor.bargaining).model_fields:
        if isinstance(getattr(actor.bargaining, field), Number):
            yield field


def _preferences(scenario: Scenario) -> Iterator[Idle]:
    """Find weights of a single clause, and values of clauses without weight."""
    at_home = deciding(scenario)
    for name, actor in scenario.actors.items():
        yield from _weighting(f"actors.{name}", actor, actor)
        body = at_home.get(name)
        for clause in _weightless(actor.weights):
            if body is None or not _reads(body, clause):
                yield Idle(f"actors.{name}.values.{clause}", f"its weight of {clause} is 0")
        if body is None:
            continue
        home = f"actors.{name}.domestic"
        yield from _weighting(home, body, actor)
        for clause in _weightless(body.weights or actor.weights):
            if clause in body.values:
                yield Idle(f"{home}.values.{clause}", f"its weight of {clause} is 0")
    if quota := scenario.signatories.quota:
        yield from _lone_share("signatories.quota.weights", quota.weights)
        for name in quota.weights.keys() - signing(scenario):
            yield Idle(f"signatories.quota.weights.{name}", "no text needs its signature")


def _never_offered(scenario: Scenario) -> Iterator[Idle]:
    """Find what is stated of options that no text has that may be offered, or sets a scale."""
    if not (texts := offered(scenario)):
        return
    ends = [text for actor in scenario.actors.values() for text in _ends(actor)]
    terms = [scenario.texts[name].terms for name in (*texts, *ends)]
    for clause, stated in scenario.clauses.items():
        for option in stated.options.keys() - {each[clause] for each in terms}:
            why = "no text that may be offered has it"
            yield Idle(f"clauses.{clause}.options.{option}", why)
            for name, actor in scenario.actors.items():
                yield Idle(f"actors.{name}.values.{clause}.{option}", why)
                if actor.domestic and clause in actor.domestic.values:
                    yield Idle(f"actors.{name}.domestic.values.{clause}.{option}", why)


def _inventions(scenario: Scenario) -> Iterator[Idle]:
    """Find options that are marked as invented where no drafter tells them from the others."""
    minds = any(rule.minds_inventions for rule, _ in tables(scenario))
    for clause, stated in scenario.clauses.items():
        if minds and stated.invents:
            continue
        why = "no other option of the clause is not" if minds else "no drafter states its invention"
        for name, option in stated.options.items():
            if option.invented:
                yield Idle(f"clauses.{clause}.options.{name}.invented", why)


def _ends(actor: Actor) -> Iterator[str]:
    """Yield the texts that set an actor's scales, or what no deal is worth to it."""
    yield from (actor.asks_for, actor.unacceptable)
    if isinstance(actor.no_deal, AsGoodAs):
        yield actor.no_deal.as_good_as
    for end in (actor.domestic.asks_for, actor.domestic.unacceptable) if actor.domestic else ():
        if end is not None:
            yield end


def _reads(body: Domestic, clause: str) -> bool:
    """Return whether a body weighs an actor's own values of a clause by weights of its own."""
    weight = (body.weights or {}).get(clause)
    return clause not in body.values and weight is not None and not weight.is_zero


def _weighting(path: str, holder: Actor | Domestic, actor: Actor) -> Iterator[Idle]:
    if not holder.weights or len(holder.weights) - len(_weightless(holder.weights)) > 1:
        return
    if holder.weight_concentration is not None:
        yield Idle(f"{path}.weight_concentration", "only one clause has weight")
    if actor.scale == "reference":
        yield from _lone_share(f"{path}.weights", holder.weights)


def _weightless(weights: Mapping[str, Number]) -> list[str]:
    return [name for name, weight in weights.items() if weight.is_zero]


def _lone_share(path: str, shares: Mapping[str, Number]) -> Iterator[Idle]:
    """Find the only share of a sum, which is the whole of it whatever its size."""
    yield from (Idle(part, why) for part, why in lone_share(path, shares))


def _consent(scenario: Scenario) -> Iterator[Idle]:
    """Find contested consent of actors who sign such a text anyhow."""
    for clause, stated in scenario.clauses.items():
        for name, option in stated.options.items():
            anyhow = {*scenario.signatories.base, *option.consent}
            for actor in sorted(option.contested_consent.keys() & anyhow):
                path = f"clauses.{clause}.options.{name}.contested_consent.{actor}"
                yield Idle(path, "it signs such a text anyhow")


def _linkages(scenario: Scenario) -> Iterator[Idle]:
    """Find what every text holds, on scales that two texts set."""
    for label, linkage in scenario.linkages.items():
        always = all(
            set(options) == set(scenario.clauses[clause].options)
            for clause, options in linkage.when.items()
        )
        for name in linkage.worth if always else ():
            if scenario.actors[name].scale == "reference":
                yield Idle(f"linkages.{label}.worth.{name}", "every text holds it")


def _exits(scenario: Scenario) -> Iterator[Idle]:
    for name, actor in scenario.actors.items():
        if actor.walkout and not can_walk_out(scenario, name):
            yield Idle(f"actors.{name}.walkout.sensitivity", "its rate is 0")
        if actor.returns and not can_leave(scenario, name):
            yield Idle(f"actors.{name}.returns", "it never leaves")
    weighs = any(leaves_over_texts(scenario, name) for name in scenario.actors)
    if scenario.answers.memory and not weighs:
        yield Idle("answers.memory", "nobody leaves over what texts are worth")


def _deadline(scenario: Scenario) -> Iterator[Idle]:
    """Find a deadline that never passes, and fates that make no difference to it."""
    deadline, path = scenario.calendar.deadline, "calendar.deadline"
    if deadline is None:
        return
    if not passes(scenario):
        yield Idle(path, "it does not pass before the horizon")
    fates = deadline.fates
    if deadline.times == 0 or fates.moved.is_zero:
        yield Idle(f"{path}.weeks", "it is never moved")
    if deadline.times == 0 and fates.dropped.is_zero:
        for part in ("kept", "moved", "concentration"):
            yield Idle(f"{path}.fates.{part}", "it cannot be moved, so it is kept either way")
    certain = [fate for fate in FATES if not getattr(fates, fate).is_zero]
    if len(certain) == 1:
        yield Idle(f"{path}.fates.concentration", f"it is always {certain[0]}")
    yield from _lone_share(f"{path}.fates", {fate: getattr(fates, fate) for fate in FATES})


def _votes_at_home(scenario: Scenario) -> Iterator[Idle]:
    decides = deciding(scenario)
    for name, actor in scenario.actors.items():
        if actor.domestic and name not in decides:
            yield Idle(f"actors.{name}.domestic", "no text comes before it")
        yield from _foresight(scenario, name)
    if not decides:
        for field in ("renegotiation", "swing"):
            if getattr(scenario.aftermath, field):
                yield Idle(f"aftermath.{field}", NO_VOTE)
    elif len(decides) == 1 and scenario.aftermath.swing:
        yield Idle("aftermath.swing", "one body alone votes")


def _foresight(scenario: Scenario, name: str) -> Iterator[Idle]:
    """Find what is stated of looking ahead to votes, where an actor does not."""
    actor, path = scenario.actors[name], f"actors.{name}"
    votes = bool(deciding(scenario))
    useless = "" if weighs_votes(scenario, name) else "it neither signs, writes texts nor leaves"
    weighs = any(rule.compares(name, each) for rule, each in tables(scenario, name))
    if "anticipates" in actor.model_fields_set and not weighs and (useless or not votes):
        yield Idle(f"{path}.anticipates", useless if votes else NO_VOTE)
    blind = "" if actor.anticipates else "it does not look ahead to votes at home"
    blind = blind if votes else NO_VOTE
    if actor.bargaining.misforesight and (blind or useless):
        yield Idle(f"{path}.bargaining.misforesight", blind or useless)
    minds = minds_refusal(scenario, name)
    if actor.refusal_cost and (blind or not minds):
        yield Idle(f"{path}.refusal_cost", blind or "it neither signs nor leaves over texts")


def _aftermath(scenario: Scenario) -> Iterator[Idle]:
    """Find what a breakdown does not depend on."""
    after, deters = scenario.aftermath, _deterring(scenario)
    if after.hazard.is_zero:
        yield from (Idle(f"aftermath.{f}", "the hazard is 0") for f in ("deterrence", "regret"))
        no_deterrence = no_regret = "the hazard of a breakdown is 0"
    else:
        no_deterrence = "aftermath.deterrence is 0" if after.deterrence.is_zero else ""
        no_regret = "aftermath.regret is 0" if after.regret.is_zero else ""
    if not any(not number.is_zero for number in deters.values()):
        yield Idle("aftermath.deterrence", "no option deters")
    if not after.belligerents:
        yield Idle("aftermath.regret", "there are no belligerents")
    yield from _breaches(scenario)
    if no_deterrence:
        yield from (Idle(path, no_deterrence) for path in deters)
    for name, actor in scenario.actors.items():
        if actor.loadings_after and name not in after.belligerents:
            yield Idle(f"actors.{name}.loadings_after", "it is no belligerent")
        elif actor.loadings_after and no_regret:
            yield Idle(f"actors.{name}.loadings_after", no_regret)


def _breaches(scenario: Scenario) -> Iterator[Idle]:
    """Find hazards until a vote at home of what no such vote comes after."""
    for clause, stated in scenario.clauses.items():
        for name, option in stated.options.items():
            if option.breach is not None and not votes_on(scenario, clause, name):
                path = f"clauses.{clause}.options.{name}.breach"
                yield Idle(path, "a text with it is in force as soon as it is signed")


def _deterring(scenario: Scenario) -> dict[str, Number]:
    return {
        f"clauses.{clause}.options.{name}.deterrence": option.deterrence
        for clause, stated in scenario.clauses.items()
        for name, option in stated.options.items()
        if option.deterrence is not None
    }


def _drivers(scenario: Scenario) -> Iterator[Idle]:
    day, drivers = scenario.calendar.start, scenario.drivers
    now, later = (_moved(loadings) for loadings in _loadings(scenario))
    for name, driver in drivers.items():
        if name not in now | later:
            yield Idle(f"drivers.{name}", "nobody's value of no deal or vote loads on it")
            continue
        if name not in now and driver.moves_alike:
            yield Idle(f"drivers.{name}.start", "only how it moves after a signature counts")
        for field, why in driver.idle(day):
            yield Idle(f"drivers.{name}.{field}", why)
    rest = {name: driver.rests_at(day) for name, driver in drivers.items()}
    zero = {name for name, value in rest.items() if value is not None and value.is_zero}
    still = {name for name, value in rest.items() if value is not None}
    for actor, spec in scenario.actors.items():
        home = spec.domestic.loadings if spec.domestic else {}
        for path, loadings in (("loadings", spec.loadings), ("domestic.loadings", home)):
            for name in loadings.keys() & zero:
                yield Idle(f"actors.{actor}.{path}.{name}", f"{name} stays at 0")
        for name in spec.loadings_after.keys() & still:
            yield Idle(f"actors.{actor}.loadings_after.{name}", f"{name} does not move")


Each = Iterable[Mapping[str, Number]]


def _loadings(scenario: Scenario) -> tuple[Each, Each]:
    """Return the loadings that count by where drivers are, and those by how they move later."""
    after, actors = scenario.aftermath, scenario.actors
    regretted = not (after.hazard.is_zero or after.regret.is_zero)
    own = [actor.loadings for actor in actors.values()]
    home = [body.loadings for body in deciding(scenario).values()]
    return [*own, *home], [actors[n].loadings_after for n in after.belligerents if regretted]


def _moved(loadings: Each) -> set[str]:
    return {name for each in loadings for name, number in each.items() if not number.is_zero}


def _factors(scenario: Scenario) -> Iterator[Idle]:
    shared = {number.common.factor for number in scenario.numbers.values() if number.common}
    for name in scenario.factors:
        if name not in shared:
            yield Idle(f"factors.{name}", "no number shares it")


def _beside_the_odds(scenario: Scenario) -> Iterator[Idle]:
    """Find what stands beside the odds on purpose."""
    counts = any(rule.counts_capability for rule, _ in tables(scenario))
    for name, actor in scenario.actors.items():
        if actor.capability is not None and not counts:
            yield Idle(f"actors.{name}.capability", "only a chair and the baselines use it")
        if actor.domestic and actor.domestic.polls:
            yield Idle(f"actors.{name}.domestic.polls", "only the fit to them uses them")
    for name in scenario.reference_classes:
        yield Idle(f"reference_classes.{name}", "base rates stand beside the odds")
