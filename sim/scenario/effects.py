"""The numbers of a scenario that change no world as it stands, each with why.

They are stated for another tactic or protocol, for what cannot happen here, or beside the odds. It
is read off the scenario alone: what a tactic, a protocol or a driver uses, its class says itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.bargaining.tactics import TACTICS
from sim.numbers.uncertain import Number
from sim.scenario.actors import Actor, Domestic
from sim.scenario.roles import (
    can_leave,
    can_walk_out,
    deciding,
    pen,
    protocols_in_use,
    signing,
)
from sim.scenario.scenario import FATES, Scenario

PROPOSING = frozenset({"imprecision", "accommodation", "misreading", "misjudgement"})
WEIGHING = PROPOSING - {"accommodation"}


@dataclass(frozen=True)
class Idle:
    """What stands at a path, one number or all beneath it, changes no world; and why."""

    path: str
    why: str


def idle(scenario: Scenario) -> tuple[Idle, ...]:
    """Return what is stated and changes no world, each number once."""
    found: dict[str, Idle] = {}
    for part in (
        _protocols,
        _patience,
        _bargaining,
        _preferences,
        _linkages,
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
    """Find settings of protocols that are not followed, and those that need another tactic."""
    ahead = any(TACTICS[actor.tactic].looks_ahead for actor in scenario.actors.values())
    for name in type(scenario.protocols).model_fields:
        if name not in scenario.protocols.model_fields_set or not getattr(scenario.protocols, name):
            continue
        if name not in protocols_in_use(scenario):
            yield Idle(f"protocols.{name}", f"the protocol is {scenario.protocol}")
            continue
        for field, why in scenario.protocols.of(name).idle(ahead):
            yield Idle(f"protocols.{name}.{field}", why)
    yield from _lone_share("protocols.offers.chances", scenario.protocols.offers.chances)
    if (holder := pen(scenario)) and not signing(scenario) - {holder}:
        yield Idle("protocols.single_text.persuasion", f"nobody but {holder} has to sign")


def _patience(scenario: Scenario) -> Iterator[Idle]:
    """Find a share of past weeks that counts for nobody."""
    calendar = scenario.calendar
    uses = any("patience" in TACTICS[a.tactic].uses for a in scenario.actors.values())
    if calendar.patience_spent and not (uses and calendar.weeks_before):
        why = "no actor's tactic counts patience" if not uses else "the talks begin at the start"
        yield Idle("calendar.patience_spent", why)


def _bargaining(scenario: Scenario) -> Iterator[Idle]:
    """Find what an actor's tactic and place at the table have no use for."""
    signs, followed = signing(scenario), protocols_in_use(scenario)
    for name, actor in scenario.actors.items():
        path = f"actors.{name}.bargaining"
        used = _used(scenario, name)
        for field in sorted(set(_stated(actor)) - used):
            yield Idle(f"{path}.{field}", _who_uses(field, followed))
        accommodates = "accommodation" in used and not actor.bargaining.accommodation.is_zero
        if actor.regard and not accommodates:
            yield Idle(f"actors.{name}.regard", "it accommodates nobody")
        if not accommodates and "misreading" not in _at_the_table(scenario, name):
            yield Idle(f"{path}.misreading", "it neither accommodates nor weighs what others want")
        yield from _lone_share(f"actors.{name}.regard", actor.regard)
        if name not in signs:
            yield Idle(f"{path}.aspiration", "no text needs its signature")
            yield Idle(f"{path}.noise", "no text needs its signature")
        if not accommodates and (name not in signs or actor.bargaining.aspiration.is_zero):
            yield Idle(f"{path}.patience", "it demands and accommodates nothing")
            yield Idle(f"{path}.concession", "it demands and accommodates nothing")
    yield from _moods(scenario, signs)


def _used(scenario: Scenario, name: str) -> set[str]:
    """Return the numbers under `bargaining` that count for what an actor does."""
    tactic = TACTICS[scenario.actors[name].tactic]
    proposes = any(scenario.protocols.of(p).proposes(name) for p in protocols_in_use(scenario))
    uses = {field for field in tactic.uses if proposes or field not in PROPOSING}
    foresees = {"misforesight"} if not _sees_no_vote(scenario, name) else set()
    return uses | _at_the_table(scenario, name) | foresees


def _at_the_table(scenario: Scenario, name: str) -> set[str]:
    """Return those that count for how it weighs what others want, by the rules of the talks."""
    if not signing(scenario) - {name}:
        return set()
    actor = scenario.actors[name]
    weighs = actor.anticipates and not TACTICS[actor.tactic].looks_ahead
    rules = [scenario.protocols.of(each) for each in protocols_in_use(scenario)]
    return {field for rule in rules for field in rule.weighing(name, weighs)}


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


def _who_uses(field: str, followed: Collection[str]) -> str:
    tactics = [name for name, tactic in TACTICS.items() if field in tactic.uses]
    if field in PROPOSING and followed == {"single_text"}:
        return "only who holds the pen uses it" if field in WEIGHING else "nobody makes offers"
    if not tactics:
        return "only who weighs what others would sign uses it"
    return f"only the tactic {' or '.join(tactics)} uses it"


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
    counting = [name for name, share in shares.items() if not share.is_zero]
    if len(counting) == 1 and shares[counting[0]].support[0] > 0:
        yield Idle(f"{path}.{counting[0]}", "it is divided by the sum, which it is alone")


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
    weighed = []
    for name, actor in scenario.actors.items():
        if actor.walkout and not can_walk_out(scenario, name):
            yield Idle(f"actors.{name}.walkout.sensitivity", "its rate is 0")
        elif actor.walkout and not actor.walkout.sensitivity.is_zero:
            weighed.append(name)
    if scenario.answers.memory and not weighed:
        yield Idle("answers.memory", "nobody leaves over what texts are worth")
    for name, actor in scenario.actors.items():
        if actor.returns and not can_leave(scenario, name):
            yield Idle(f"actors.{name}.returns", "it never leaves")


def _deadline(scenario: Scenario) -> Iterator[Idle]:
    """Find the numbers of extensions that are never asked for, or never granted."""
    deadline, path = scenario.calendar.deadline, "calendar.deadline"
    if deadline is None:
        return
    if (deadline.date - scenario.calendar.start).days / 7 >= scenario.calendar.horizon.mean:
        yield Idle(path, "it does not pass before the horizon")
    if deadline.times == 0 or deadline.fates.moved.is_zero:
        yield Idle(f"{path}.weeks", "it is never moved")
    certain = [fate for fate in FATES if not getattr(deadline.fates, fate).is_zero]
    if len(certain) == 1:
        yield Idle(f"{path}.fates", f"it is always {certain[0]}")


def _votes_at_home(scenario: Scenario) -> Iterator[Idle]:
    decides = deciding(scenario)
    for name, actor in scenario.actors.items():
        if actor.domestic and name not in decides:
            yield Idle(f"actors.{name}.domestic", "no text comes before it")
        blind = _sees_no_vote(scenario, name)
        for field in ("anticipates", "refusal_cost"):
            if blind and field in actor.model_fields_set:
                yield Idle(f"actors.{name}.{field}", blind)
        if blind and actor.bargaining.misforesight:
            yield Idle(f"actors.{name}.bargaining.misforesight", blind)
    if not decides:
        for field in ("renegotiation", "swing"):
            if getattr(scenario.aftermath, field):
                yield Idle(f"aftermath.{field}", "nothing is put to a vote at home")
    elif len(decides) == 1 and scenario.aftermath.swing:
        yield Idle("aftermath.swing", "one body alone votes")


def _sees_no_vote(scenario: Scenario, name: str) -> str:
    """Return why an actor does not look ahead to any vote at home; empty where it does."""
    if not deciding(scenario):
        return "nothing is put to a vote at home"
    return "" if scenario.actors[name].anticipates else "it does not look ahead to votes at home"


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
    if no_deterrence:
        yield from (Idle(path, no_deterrence) for path in deters)
    for name, actor in scenario.actors.items():
        if actor.loadings_after and name not in after.belligerents:
            yield Idle(f"actors.{name}.loadings_after", "it is no belligerent")
        elif actor.loadings_after and no_regret:
            yield Idle(f"actors.{name}.loadings_after", no_regret)


def _deterring(scenario: Scenario) -> dict[str, Number]:
    return {
        f"clauses.{clause}.options.{name}.deterrence": option.deterrence
        for clause, stated in scenario.clauses.items()
        for name, option in stated.options.items()
        if option.deterrence is not None
    }


def _drivers(scenario: Scenario) -> Iterator[Idle]:
    loaded = _loaded(scenario)
    for name, driver in scenario.drivers.items():
        if name not in loaded:
            yield Idle(f"drivers.{name}", "nobody's value of no deal or vote loads on it")
            continue
        for field, why in driver.idle(scenario.calendar.start):
            yield Idle(f"drivers.{name}.{field}", why)


def _loaded(scenario: Scenario) -> set[str]:
    """Return the drivers that move something."""
    after, actors = scenario.aftermath, scenario.actors
    regretted = not (after.hazard.is_zero or after.regret.is_zero)
    loadings: Iterable[Mapping[str, Number]] = (
        *(actor.loadings for actor in actors.values()),
        *(body.loadings for body in deciding(scenario).values()),
        *(actors[name].loadings_after for name in after.belligerents if regretted),
    )
    return {name for each in loadings for name, number in each.items() if not number.is_zero}


def _factors(scenario: Scenario) -> Iterator[Idle]:
    shared = {number.common.factor for number in scenario.numbers.values() if number.common}
    for name in scenario.factors:
        if name not in shared:
            yield Idle(f"factors.{name}", "no number shares it")


def _beside_the_odds(scenario: Scenario) -> Iterator[Idle]:
    """Find what stands beside the odds on purpose."""
    for name, actor in scenario.actors.items():
        if actor.capability is not None:
            yield Idle(f"actors.{name}.capability", "only the baselines use it")
        if actor.domestic and actor.domestic.polls:
            yield Idle(f"actors.{name}.domestic.polls", "only the fit to them uses them")
    for name in scenario.reference_classes:
        yield Idle(f"reference_classes.{name}", "base rates stand beside the odds")
