"""How texts come to the table, worked out world by world in plain loops from all the numbers."""

import numpy as np
import pytest
from scipy import special

from sim.draws.streams import Purpose
from sim.scenario.reading.reader import read_scenario
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_tree, small_scenario
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    REFUSES_ALL,
    assert_same,
    body,
    model_of,
    plain,
    walkout,
)

WORLDS, SESSIONS = 80, 4
FAMILY = {**body(threshold=0.45, people_noise=0.2, lag=2), "loadings": {**WHY, "drought": -0.3}}
CONSENT = {
    name: {"label": name, "consent": ["envoy"] if name == "shared" else []}
    for name in ("hers", "shared", "his")
}


def talks(**changes):
    """Talks of three with two bodies; the envoy signs only what needs its consent."""
    changes = {
        "clauses__water__options": CONSENT,
        "actors__her__domestic": {**FAMILY, "name": "her_kin"},
        "actors__his__domestic": {**FAMILY, "name": "his_kin", "threshold": 0.3, "vote_noise": 0.2},
        "actors__envoy__domestic": {**FAMILY, "name": "envoys_office"},
        "actors__her__walkout": walkout(0.05),
        "actors__her__returns": plain(0.3),
        "actors__her__bargaining__accommodation": 0.5,
        "actors__her__bargaining__patience": 5,
        "calendar__weeks_between_sessions": plain(2),
        **changes,
    }
    return read_scenario(mediated_tree(**changes))


def chosen(scores, temperature, u):
    """Which of some things a uniform chooses by logit of their scores."""
    scores = np.array(scores)
    if temperature == 0:
        assert (np.sort(scores)[-2:] @ [-1, 1]) > 1e-12  # no tie, which a uniform would settle
        return int(scores.argmax())
    return int(np.searchsorted(np.cumsum(special.softmax(scores / temperature)), u, side="right"))


class Eyes:
    """What one sees who holds the pen or proposes, in one world of a model in its last session."""

    def __init__(self, model, row, name):
        self.model, self.row = model, row
        parties, batch = model.parties, model.batch
        self.names, self.space = list(batch.spec.actors), batch.space
        beliefs, at_first = parties.beliefs(name), model.rows[row]
        self.worth, self.misjudged = beliefs.each[at_first], beliefs.misjudged[at_first]
        self.bar, self.noise = parties.threshold[row], parties.noise[row]
        self.me = self.names.index(name) if name in self.names else None

    def number(self, path):
        return self.model.batch.number(path)[self.row]

    def utility(self, actor, text):
        return sum(self.worth[actor, cell] for cell in text)

    def signs(self, actor, text):
        base = self.names[actor] in self.model.spec.signatories.base
        return base or any(self.space.consent[cell, actor] for cell in text)

    def yes(self, actor, text):
        """The log of the chance that an actor signs, in units of its noise."""
        gap = self.utility(actor, text) - self.bar[actor] - self.misjudged[actor]
        if self.noise[actor] == 0:
            return min(0.0, gap)
        return self.noise[actor] * np.log(special.expit(gap / self.noise[actor]))

    def body(self, actor, text):
        """The noise of a body's vote in units of utility, and its chance to ratify."""
        batch = self.model.batch
        table = batch.utilities.home[batch.draw[self.row], actor]
        of = {
            field: self.number(f"actors.{self.names[actor]}.domestic.{field}")
            for field in ("threshold", "people_noise", "quota", "vote_noise", "loadings.drought")
        }
        theta = of["threshold"] + of["loadings.drought"] * self.model.parties.drivers[self.row, 0]
        q = special.expit((sum(table[cell] for cell in text) - theta) / of["people_noise"])
        leaning = (q - of["quota"]) / of["vote_noise"]
        home = self.model.parties.home
        if home.errors is not None and self.me is not None:
            leaning += home.errors[self.row, self.me, home.names.index(self.names[actor])]
        return 4 * of["people_noise"] * of["vote_noise"], special.expit(leaning)

    def with_bodies(self, text):
        """The actors who must sign a text and have a body."""
        bodies = self.model.parties.home.names
        return [a for a, name in enumerate(self.names) if name in bodies and self.signs(a, text)]


# --- A standing text --------------------------------------------------------------------------


def score(eyes, text, kappa, foresees, weight):
    sparing = eyes.model.spec.protocols.single_text.sparing
    total = 0.0 if eyes.me is None else eyes.utility(eyes.me, text)
    if sparing is not None:
        total -= minded(eyes, text, weight / len(weight), sparing.mean)
    for actor in range(len(eyes.names)):
        if actor != eyes.me and eyes.signs(actor, text):
            total += kappa * weight[actor] * eyes.yes(actor, text)
    for actor in eyes.with_bodies(text) if foresees else ():
        noise, chance = eyes.body(actor, text)
        total += kappa * weight[actor] * noise * np.log(chance)
    return total


def minded(eyes, text, shares, sparing):
    """How a chair minds what each loses beside its best: the mean, and the most."""
    best = [eyes.worth[:, s].max(axis=1) for s in eyes.space.slices()]
    lost = sum(best) - np.array([eyes.utility(a, text) for a in range(len(eyes.names))])
    return (1 - sparing) * float(shares @ lost) + sparing * float(lost.max())


def drafted(model, row, text, away, u_block, u_text):
    """The text that the drafter makes of another, from whoever is there and names a block."""
    eyes = Eyes(model, row, model.spec.protocols.single_text.drafter)
    blocks, named = list(model.space.slices()), set()
    for actor in range(len(eyes.names)):
        if actor != eyes.me and not away[actor]:
            own = model.batch.utilities.own[model.batch.draw[row], actor]
            losses = [own[s].max() - own[cell] for s, cell in zip(blocks, text, strict=True)]
            if sum(losses) > 0:
                ladder = np.cumsum(losses) / np.sum(losses)
                named.add(int(np.searchsorted(ladder, u_block[actor], side="right")))
    return amended(eyes, text, sorted(named), u_text)


def amended(eyes, text, named, u):
    """The text that a uniform chooses among all that differ from one in one of some blocks."""
    model, row, blocks = eyes.model, eyes.row, list(eyes.space.slices())
    settings, parties = model.spec.protocols.single_text, model.parties
    texts = [tuple(text)]
    for block in named:
        for cell in range(blocks[block].start, blocks[block].stop):
            if cell != text[block]:
                texts.append((*text[:block], cell, *text[block + 1 :]))
    stated = [
        actor.capability.mean if actor.capability else 1 for actor in model.spec.actors.values()
    ]
    weight = np.array(stated) / np.mean(stated) if eyes.me is None else np.ones(len(stated))
    foresees = eyes.me is None or parties.anticipates[eyes.me]
    scores = [score(eyes, t, settings.persuasion.mean, foresees, weight) for t in texts]
    if eyes.me is None:
        temperature = settings.temperature.mean
    else:
        temperature = parties.temperature[row, eyes.me]
    if settings.invention is not None:
        ready = [readiness(eyes.space, t, settings.invention.mean) for t in texts]
        scores = np.array(scores) + temperature * np.log(ready)
    return texts[chosen(scores, temperature, u)]


def readiness(space, text, share):
    """How readily a text comes to mind, where inventions of a clause have a share of it."""
    product = 1.0
    for flags, option in zip(space.invented, space.options_of(np.array(text)), strict=True):
        kind = flags.count(flags[option])
        mixed = kind < len(flags)
        product *= ((share if flags[option] else 1 - share) if mixed else 1.0) / kind
    return product


CHAIR = {
    "drafter": "chair",
    "initial": "his_wish",
    "persuasion": 2,
    "temperature": 0.05,
    "misreading": 0.1,
    "misjudgement": 0.05,
    **WHY,
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"protocols__single_text__drafter": "her", "actors__his__bargaining__noise": 0},
        {"protocols__single_text__drafter": "her", "actors__her__bargaining__imprecision": 0.15},
        {"actors__envoy__anticipates": False},
        {"actors__envoy__bargaining__misforesight": plain(1.5)},
        {"protocols__single_text": CHAIR},
        {
            "protocols__single_text": CHAIR,
            "actors__her__capability": plain(5),
            "actors__his__capability": plain(1),
            "actors__envoy__capability": plain(2),
        },
        {"actors__envoy__bargaining__imprecision": 0},
        {"signatories__base": ["his"], "actors__her__walkout": walkout(0.5)},
    ],
    ids=[
        "envoy",
        "party_and_sharp_signatory",
        "imprecise",
        "short_sighted",
        "misforesees",
        "chair",
        "capable",
        "precise",
        "critic_away",
    ],
)
def test_a_drafter_writes_what_its_score_over_all_candidates_says(changes):
    model = model_of(talks(protocols__single_text__persuasion=1.5, **changes), WORLDS)
    streams, changed, compared = model.batch.afresh().streams, 0, 0
    names = tuple(model.spec.actors)
    for _ in range(SESSIONS):
        before = dict(zip(model.rows.tolist(), model.text.tolist(), strict=True))
        away = dict(zip(model.rows.tolist(), model.happenings.away.tolist(), strict=True))
        u_block = streams.session_uniforms(Purpose.BLOCK, names)
        u_text = streams.session_uniforms(Purpose.DRAFT, ("text",))[:, 0]
        model.step()
        for row in np.flatnonzero(model.held).tolist():
            world = int(model.rows[row])
            u = u_block[world], u_text[world]
            expected = drafted(model, row, before[world], away[world], *u)
            assert tuple(model.text[row].tolist()) == expected
            changed += expected != tuple(before[world])
            compared += 1
    assert compared > 1.5 * WORLDS
    assert 0.1 * compared < changed < compared


def test_a_standing_text_stays_where_no_session_is_held():
    model = model_of(talks(), 300)
    stayed = 0
    for _ in range(6):
        before = dict(zip(model.rows.tolist(), model.text.tolist(), strict=True))
        model.step()
        for row in np.flatnonzero(~model.held & model.ledger.goes_on(model.rows)).tolist():
            assert model.text[row].tolist() == before[int(model.rows[row])]
            assert model.speaker[row] == -1
            stayed += 1
    assert stayed > 30


# --- Whole offers -----------------------------------------------------------------------------


def offered(model, row, week, u, u_tabled, drafts):
    """The package that the speaker tables, of K that come to its mind."""
    speaker = int(model.speaker[row])
    name = list(model.spec.actors)[speaker]
    eyes = Eyes(model, row, name)
    temperature = model.parties.temperature[row, speaker]
    regard = model.batch.regard(name)[row]
    patience, concession, most = (
        eyes.number(f"actors.{name}.bargaining.{trait}")
        for trait in ("patience", "concession", "accommodation")
    )
    effort = most * min(week / patience, 1) ** (1 / concession)
    others = sum(regard[j] * eyes.worth[j] for j in range(len(eyes.names)))
    scores = (1 - effort) * eyes.worth[speaker] + effort * others
    texts = [
        tuple(
            s.start + chosen(scores[s], temperature, u[k][block])
            for block, s in enumerate(model.space.slices())
        )
        for k in range(drafts)
    ]
    if drafts == 1 or not model.parties.anticipates[speaker]:
        return texts[0]
    prospects = []
    for text in texts:
        chance = 1.0
        for j in range(len(eyes.names)):
            if j != speaker and eyes.signs(j, text):
                chance *= np.exp(eyes.yes(j, text) / eyes.noise[j])
        for j in eyes.with_bodies(text):
            chance *= eyes.body(j, text)[1]
        prospects.append(chance * eyes.utility(speaker, text) + (1 - chance) * eyes.bar[speaker])
    return texts[chosen(prospects, temperature, u_tabled)]


@pytest.mark.parametrize("drafts", [1, 2, 8])
@pytest.mark.parametrize("misforesight", [None, plain(1)])
def test_a_proposer_tables_one_of_its_drafts_by_logit_of_what_they_promise(drafts, misforesight):
    scenario = talks(
        protocol="offers",
        protocols__offers__drafts=drafts,
        actors__her__bargaining__misforesight=misforesight,
        actors__her__bargaining__misjudgement=0.3,
        actors__envoy__anticipates=False,
    )
    model = model_of(scenario, WORLDS)
    streams, compared, others = model.batch.afresh().streams, 0, 0
    names = [("water", "upkeep"), *((f"water/{k}", f"upkeep/{k}") for k in range(1, drafts))]
    for _ in range(SESSIONS):
        week = model.week
        u = [streams.session_uniforms(Purpose.PROPOSAL, each) for each in names]
        u_tabled = streams.session_uniforms(Purpose.TABLED, ("draft",))[:, 0]
        model.step()
        for row in np.flatnonzero(model.held).tolist():
            world = int(model.rows[row])
            mine = [each[world] for each in u]
            expected = offered(model, row, week, mine, u_tabled[world], drafts)
            assert tuple(model.text[row].tolist()) == expected
            others += expected != offered(model, row, week, mine, u_tabled[world], 1)
            compared += 1
    assert compared > 1.5 * WORLDS
    assert (others > 20) == (drafts > 1)


def test_one_who_weighs_its_offers_sits_beside_others_who_do_not():
    # She speaks for the first time when many worlds have ended.
    scenario = talks(
        protocol="offers",
        protocols__offers={"recognition": "rotation", "order": ["envoy", "his", "her"]},
        actors__her__anticipates=False,
        actors__envoy__anticipates=False,
        actors__envoy__walkout=walkout(0.3),
        signatories__base=["his"],
    )
    together, apart = (
        NegotiationModel(scenario, 0, 1, worlds).run() for worlds in (np.arange(300), [7, 150])
    )
    assert_same(apart, together, other_rows=[7, 150])


# --- Who speaks -------------------------------------------------------------------------------


def test_chances_to_speak_may_differ_between_draws():
    chances = {"her": {"choice": {"values": [0, 1], "chances": [0.5, 0.5]}, **WHY}, "his": 1, **WHY}
    model = model_of(
        small_scenario(protocol="offers", protocols__offers__chances=chances, **REFUSES_ALL)
    )
    silent = model.batch.number("protocols.offers.chances.her") == 0
    model.step()
    assert (model.speaker[silent] == 1).all()
    assert (model.speaker[~silent] == 0).mean() == pytest.approx(0.5, abs=0.1)


def test_the_actors_of_a_rotation_speak_in_turn():
    offers = {"recognition": "rotation", "order": ["his", "her"]}
    model = model_of(
        small_scenario(protocol="offers", protocols__offers=offers, **REFUSES_ALL, **NOBODY_LEAVES),
        worlds=10,
    )
    for session in range(4):
        model.step()
        assert (model.speaker == (session + 1) % 2).all()
