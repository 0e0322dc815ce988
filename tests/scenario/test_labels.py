"""What numbers are called, and what they rest on."""

import pytest

from sim.scenario.labels import basis_of, label_of
from tests.runs.small_runs import small_run
from tests.scenario.geneva import GENEVA


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("form", "How bargaining is modelled"),
        ("actors.us.values.nato.invited", "United States: worth of “Ukraine is invited”"),
        ("actors.us.weights.nato", "United States: weight of “Whether Ukraine may join NATO”"),
        ("actors.russia.regard.us", "Russia: regard for United States"),
        ("actors.us.domestic.people_noise", "United States: at home, people noise"),
        (
            "actors.russia.misreadings.us.nato.invited",
            "Russia: misreads the worth of “Ukraine is invited” to United States",
        ),
        ("actors.us.misjudgements.russia", "United States: misjudges the demands of Russia"),
        (
            "actors.us.misforesights.ukraine",
            "United States: misforesees the vote at home of Ukraine",
        ),
        (
            "protocols.single_text.misjudgements.russia",
            "The drafter: misjudges the demands of Russia",
        ),
        (
            "clauses.money.options.held_for_damages.contested_consent.europe.needed",
            "“Funds stay frozen until Russia has paid for the damage”: whether European allies "
            "must consent",
        ),
        (
            "linkages.neutral_and_capped.worth.russia",
            "Russia: worth of “Neither allies nor an army of one's own to deter with”",
        ),
        ("aftermath.hazard", "aftermath hazard"),
    ],
)
def test_a_number_is_called_by_the_labels_of_its_parts(path, label):
    assert label_of(GENEVA, path) == label


def test_every_number_that_a_run_draws_has_a_label_and_a_basis():
    run = small_run(changes={"forms": ["single_text", "offers"]})
    drawn = [path for path in run.draws if path != "log_weight"]
    assert "actors.her.misreadings.his.water.shared" in drawn
    for path in drawn:
        assert label_of(run.scenario, path)
        assert basis_of(run.scenario, path)
    for path in GENEVA.numbers:
        assert label_of(GENEVA, path)
        assert basis_of(GENEVA, path)


def test_a_basis_is_facts_or_an_assumption_with_its_reason():
    assert basis_of(GENEVA, "actors.russia.no_deal").startswith("art-11-russia-stance, art-12")
    assert basis_of(GENEVA, "aftermath.regret").startswith("assumption: One who would gain")
    assert basis_of(GENEVA, "form").startswith("assumption: Nobody knows which")


def test_an_error_about_others_rests_on_what_says_how_large_it_is():
    error = basis_of(GENEVA, "actors.us.misreadings.russia.nato.invited")
    assert error == basis_of(GENEVA, "actors.us.bargaining.misreading")
