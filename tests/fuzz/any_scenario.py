"""Any scenario that is valid: two to six actors, up to twelve clauses, every kind of everything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WHY = {"basis": "assumption", "why": "drawn for a test"}
START = "2025-03-03"
PART = st.floats(0, 1).map(lambda x: round(x, 3))
SOME = st.floats(0.01, 2).map(lambda x: round(x, 3))
EXTREME = st.sampled_from([0, 1e-9, 0.3, 1, 30, 1e6])
MOST_PACKAGES = 100  # that actors who look ahead are to weigh here, to be quick


def plain(value: Any) -> dict[str, Any]:
    return {"value": value, **WHY}


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def number() -> st.SearchStrategy[Any]:
    """Return a number between 0 and 1: known, half known or assumed."""
    return st.one_of(
        PART.map(plain),
        st.tuples(PART, PART).map(sorted).map(lambda ends: {"uniform": [ends[0], ends[1] + 0.1]}),
        PART.map(lambda mode: {"triangular": [-0.1, mode, 1.1]}),
        PART.map(lambda mean: {"normal": {"mean": mean, "sd": 0.2, "low": 0, "high": 1}}),
        st.just({"choice": {"values": [0, 1], "chances": [0.8, 0.2]}}),
    ).map(lambda written: {**WHY, **written})


def drivers() -> st.SearchStrategy[dict[str, Any]]:
    own = {
        "random_walk": {"drift": -0.01, "volatility": 0.2},
        "mean_reverting": {"level": 1, "half_life": 4, "volatility": 0.2},
        "jumps": {"rate": 0.1, "size": 0.5, "size_sd": 0.1},
        "ramp": {"target": 2, "date": "2025-04-14"},
    }
    kinds = st.lists(st.sampled_from([*own]), max_size=4)
    return kinds.map(
        lambda chosen: {
            f"d{n}": {"kind": kind, "label": kind, **WHY, "start": 0.1 * n, **own[kind]}
            for n, kind in enumerate(chosen)
        }
    )


@st.composite
def bodies(draw: st.DrawFn, actor: str, moved: dict[str, Any]) -> dict[str, Any]:
    """A body at home that ratifies."""
    return {
        **WHY,
        "name": f"{actor}_home",
        "label": f"the home of {actor}",
        "threshold": draw(PART),
        "people_noise": draw(st.sampled_from([1e-6, 0.1, 100])),
        "quota": draw(PART),
        "vote_noise": draw(st.sampled_from([1e-6, 0.1, 100])),
        "lag": draw(st.sampled_from([0, 0.5, 3])),
        "loadings": moved,
        "floor": draw(maybe(st.just(0.1))),
    }


@st.composite
def actors(draw: st.DrawFn, name: str, others: list[str], talks: dict[str, Any]) -> dict[str, Any]:
    """An actor that has a value for every option."""
    clauses, last = talks["clauses"], f"wish_{name}"
    moved = {**WHY, **{d: draw(st.sampled_from([-0.2, 0, 0.3])) for d in talks["drivers"]}}
    values = {
        clause: {**WHY, **{option: draw(PART) for option in each["options"]}}
        for clause, each in clauses.items()
    }
    liked = talks["texts"][last]["terms"]
    for clause, option in liked.items():  # its own wish is the best of all, so that its scale holds
        values[clause] = {
            other: (1 if other == option else value if other in WHY else 0.9 * value)
            for other, value in values[clause].items()
        }
    return {
        "label": f"the party {name}",
        "asks_for": last,
        "unacceptable": "status",
        "weights": {**WHY, **{clause: draw(SOME) for clause in clauses}},
        "weight_concentration": draw(maybe(st.sampled_from([plain(0.5), plain(40)]))),
        "values": values,
        "no_deal": draw(number()),
        "loadings": moved,
        "loadings_after": moved,
        "tactic": talks["tactic"],
        "bargaining": {
            **WHY,
            **{trait: draw(PART) for trait in ("aspiration", "accommodation")},
            "concession": draw(st.sampled_from([0.1, 1, 5])),
            "patience": draw(st.sampled_from([0.5, 10, 300])),
            **{trait: draw(EXTREME) for trait in ("noise", "imprecision", "misreading")},
            "misjudgement": draw(PART),
            "misforesight": draw(maybe(PART)),
            "discount": draw(st.sampled_from([0.5, 0.95, 0.999])),
            "offer_noise": draw(st.sampled_from([0.001, 1])),
        },
        "regard": {**WHY, **dict.fromkeys(others, 1)},
        "walkout": draw(maybe(st.just({**WHY, "rate": 0.05, "sensitivity": draw(EXTREME)}))),
        "returns": draw(maybe(PART.map(plain))),
        "anticipates": draw(st.booleans()),
        "refusal_cost": draw(maybe(PART.map(plain))),
        "domestic": draw(maybe(bodies(name, moved))),
        "stances": draw(st.sampled_from([[], [{"text": "status", "stance": "rejects", **WHY}]])),
    }


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario as plain data, which is valid by how it is made."""
    names = [f"a{n}" for n in range(draw(st.integers(2, 6)))]
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=12))
    clauses = {
        f"c{n}": {
            "label": f"the question {n}",
            "ordered": draw(st.booleans()),
            "options": {f"o{k}": {"label": f"answer {k}"} for k in range(size)},
        }
        for n, size in enumerate(sizes)
    }
    status = dict.fromkeys(clauses, "o0")
    # Of every clause another option than the status, so that no wish is the same text.
    wishes = {
        name: {
            clause: f"o{draw(st.integers(1, size - 1))}"
            for clause, size in zip(clauses, sizes, strict=True)
        }
        for name in names
    }
    written = {"status": status, **{f"wish_{name}": terms for name, terms in wishes.items()}}
    texts = {name: {"label": name, "terms": terms, **WHY} for name, terms in written.items()}
    talks = {"clauses": clauses, "texts": texts, "drivers": draw(drivers())}
    packages = 1
    for size in sizes:
        packages *= size
    looks_ahead = packages <= MOST_PACKAGES and draw(st.booleans())
    mediated = draw(st.booleans())
    forms = draw(st.booleans()) and not looks_ahead
    record = draw(st.booleans())
    talks["tactic"] = "equilibrium" if looks_ahead else "time_based"
    drafter = draw(st.sampled_from([*names, "chair"]))
    horizon = draw(st.sampled_from([2, 7.5, 20]))
    start = {"talks_since": "2025-02-10", "patience_spent": draw(PART)} if record else {}
    deadline = {
        **WHY,
        "date": "2025-03-11",
        "fates": {**WHY, "kept": 0.3, "moved": 0.6, "dropped": 0.1},
        "weeks": 1.5,
        "times": 3,
    }
    return {
        "title": "Any talks",
        "clauses": clauses,
        "texts": texts,
        "drivers": talks["drivers"],
        "actors": {n: draw(actors(n, [o for o in names if o != n], talks)) for n in names},
        "signatories": {
            "base": draw(st.lists(st.sampled_from(names), min_size=1, unique=True)),
            "quota": draw(maybe(st.sampled_from([{"share": 0.5}, {"share": 1}]))),
        },
        **({"mediator": names[-1]} if mediated else {}),
        "without_mediator": draw(st.sampled_from(["offers", "suspended"])),
        "calendar": {
            "start": START,
            **start,
            "weeks_between_sessions": plain(draw(st.sampled_from([0.5, 1, 2]))),
            "horizon": plain(horizon),
            **({"deadline": deadline, **WHY} if mediated else WHY),
        },
        "protocol": "offers" if looks_ahead else draw(st.sampled_from(["offers", "single_text"])),
        "protocols": {
            "offers": {
                "recognition": draw(st.sampled_from(["random", "rotation"])),
                "foresight": plain(200),
                "drafts": draw(st.sampled_from([1, 4])),
            },
            "single_text": {
                **WHY,
                "drafter": drafter,
                "initial": draw(st.sampled_from([*texts])),
                "persuasion": draw(EXTREME),
                **({"temperature": 0.05} if drafter == "chair" else {}),
                "rewrites": draw(st.sampled_from([0, 2])),
            },
        },
        "forms": {**WHY, "single_text": 1, "offers": draw(SOME)} if forms else {},
        **({"record": WHY} if record else {}),
        "answers": {"relaxation": draw(st.sampled_from([1e-6, 4])), **WHY},
        "aftermath": {
            **WHY,
            "months": 12,
            "hazard": draw(st.sampled_from([0, 0.01, 100])),
            "deterrence": draw(st.sampled_from([0, 1, 10])),
            "regret": draw(st.sampled_from([0, 2, 100])),
            "belligerents": draw(st.lists(st.sampled_from(names), unique=True)),
            "renegotiation": draw(maybe(PART.map(plain))),
            "swing": draw(maybe(PART.map(plain))),
        },
        "outcomes": {
            "first_as_it_was": {"label": "x", "ended": "in_force", "all": {"c0": "o0"}},
            "in_force": {"label": "A text holds", "ended": "in_force"},
            "failed": {"label": "A text failed", "ended": ["rejected", "broken"]},
            "nothing": {"label": "Nothing", "ended": ["suspended", "talking"]},
        },
    }
