"""What is told of texts, in all three ways of writing."""

import pytest

from sim.show.reports.texts import texts_report


def row(terms, all_=0.1, actor="her", clause="water", change=None, rank=1, pareto=True):
    steps = {"signed_today": 0.05, "signed": 0.25, "ratified": 0.8, "stands": None}
    to = None if clause is None else 0.4
    held = actor and {"actor": actor, "chance": 0.3, "clause": clause, "option": "x", "to": to}
    more = {"held_back_by": held, "change": change, "pareto": pareto, "rank": rank}
    return {"terms": terms, **steps, "all": all_, **more}


HALVES = {"water": "shared", "upkeep": "both_pay"}
HERS = {"water": "hers", "upkeep": "he_pays"}
BEST = [
    row(HALVES, 0.125, change={"clause": "water", "option": "hers", "all": 0.1875}),
    row({**HALVES, "upkeep": "he_pays"}, clause=None, rank=2, pareto=False),
    row({"water": "his", "upkeep": "she_pays"}, actor=None, rank=3),
]


def report(labels=("All of hers",), known=None, best=BEST, **more):
    found = {"best": best, "named": {"hers": row(HERS, rank=1234)}, "week": 13.0, **more}
    return texts_report(
        "Which texts", found, {"hers": labels[0]}, known or {}, {"her": "She"}, ["All, in few."]
    )


def words(report):
    return " ".join(str(report).split())


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_chances_what_holds_back_and_what_helps(writer):
    said = report().written(writer)
    for part in ("Which texts", "12.5%", "25.0%", "She", "water", "18.8%", "1,234", "All, in few."):
        assert part in said


def test_the_first_is_told_whole_and_others_by_how_they_differ():
    said = words(report())
    assert "a water=shared, upkeep=both_pay b as a, but upkeep=he_pays" in said
    assert "c as a, but water=his, upkeep=she_pays" in said


def test_one_of_the_best_that_has_a_name_is_called_by_it():
    assert "a All of hers" in words(report(known={"hers": HALVES}))


def test_what_nobody_holds_back_and_nothing_helps_is_told():
    said = words(report())
    assert "a She 30.0% water water=hers 18.8%" in said
    assert "b She 30.0% no one clause no one change" in said
    assert "c nobody no one change" in said


def test_labels_are_no_markup_and_lines_fit_80_columns():
    for label in ("[bold]all[/bold]", "=cmd|' /C calc'!A0", "\N{CJK UNIFIED IDEOGRAPH-77ED}" * 50):
        lines = str(report(labels=(label,))).splitlines()
        squeezed = "".join("".join(line[:30] for line in lines).split())
        assert label[:5] in squeezed
        assert all(len(line) <= 80 for line in lines)
    assert "&lt;b&gt;" in report(labels=("<b>",)).written("html")
