"""What the texts say, clause by clause."""

import numpy as np
import pandas as pd

from sim.show import figures as plots
from sim.show.figures.style import DARK, FAINT
from tests.show.figures.pages import LONG, NAN, assert_readable, bars, legend_words, title, words
from tests.show.figures.tables import CLAUSES


def test_each_option_has_its_share_of_signed_texts_over_that_of_first_texts():
    ax = plots.clauses(CLAUSES)
    rows = ax.get_yticks()
    assert np.allclose(bars(ax, DARK), np.c_[rows, np.zeros(4), CLAUSES.signed_share])
    assert np.allclose(bars(ax, FAINT), np.c_[rows, np.zeros(4), CLAUSES.first_text_share])
    assert list(rows) == sorted(rows)


def test_clauses_and_options_go_by_their_labels_else_by_their_names_as_words():
    labels = {"land": "Who holds the land", "land.kept": "All of it is kept"}
    ax = plots.clauses(CLAUSES, labels)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["All of it is kept", "ceded", "no cap", "capped"]
    assert {"Who holds the land", "army"} <= set(words(ax))


def test_the_title_names_the_clause_that_signed_texts_agree_on_and_the_one_they_differ_on():
    said = title(plots.clauses(CLAUSES))
    assert said == 'Signed texts agree most on "army": no cap (95%)\nThey differ most on "land"'


def test_one_clause_alone_is_not_said_to_differ_from_itself():
    said = title(plots.clauses(CLAUSES.iloc[:2], {"land": "Who holds the land"}))
    assert said == '"Who holds the land": signed texts most often say kept (60%)'


def test_clauses_that_are_agreed_alike_are_not_ranked():
    alike = CLAUSES.assign(signed_share=[0.6, 0.4, 0.6, 0.4])
    said = "Signed texts agree no more on one clause than on another"
    assert title(plots.clauses(alike)) == said
    alike = CLAUSES.assign(signed_share=[1.0, 0.0, 1.0, 0.0])
    assert title(plots.clauses(alike)) == "All signed texts say the same"


def test_where_nothing_was_signed_only_first_texts_are_drawn_and_the_title_says_so():
    ax = plots.clauses(CLAUSES.assign(signed_share=NAN), signed=0)
    assert title(ax).startswith("No text was signed")
    assert not bars(ax, DARK)
    assert len(bars(ax, FAINT)) == 4
    assert "signed" not in words(ax)


def test_the_number_of_signed_texts_is_said():
    assert any("1,234" in text for text in legend_words(plots.clauses(CLAUSES, signed=1234)))


def test_six_clauses_of_five_options_with_long_names_stay_readable():
    table = pd.DataFrame(
        [(f"clause_{c}", f"option_{o}", 0.2, 0.2) for c in range(6) for o in range(5)],
        columns=CLAUSES.columns,
    )
    labels = {f"clause_{c}": LONG[:60] for c in range(6)}
    labels |= {f"clause_{c}.option_{o}": LONG for c in range(6) for o in range(5)}
    assert_readable(plots.clauses(table, labels, 100, LONG))


def test_clauses_that_signed_texts_agree_on_alike_share_the_title():
    rows = [("land", "kept", 0.815), ("land", "ceded", 0.185), ("nato", "out", 0.811)]
    rows += [("nato", "in", 0.189), ("money", "much", 0.5), ("money", "little", 0.5)]
    table = pd.DataFrame(rows, columns=["clause", "option", "signed_share"])
    said = title(plots.clauses(table.assign(first_text_share=0.5), signed=1778))
    assert said.startswith('Signed texts agree most on "land" and "nato"')
    few = title(plots.clauses(table.assign(first_text_share=0.5), signed=3))
    assert few == "Signed texts agree no more on one clause than on another"
