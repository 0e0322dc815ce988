"""Two runs side by side: known differences, by hand and through the command."""

import json
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.odds import Interval, independent_difference, odds_table
from sim.analysis.weights import Weights
from sim.errors import ScenarioError
from sim.runs.comparison import PAIRED, UNPAIRED, compare, in_short
from sim.runs.results import simulate
from sim.runs.run import load_run
from sim.scenario.scenario import Scenario
from sim.settings.configuration import load_scenario
from sim.settings.differences import ABSENT
from tests.command import parley, parley_here
from tests.runs.small_runs import copied, knowing, small_run, with_manifest
from tests.small import small_scenario, small_tree


@dataclass(frozen=True)
class Counted:
    """A run of which only the counts of outcomes are known: (D, O)."""

    counts: list[list[int]]
    outcomes: tuple[str, ...] = ("deal", "war")
    seed: int = 0
    name: str = "run"
    scenario: Scenario = field(default_factory=small_scenario)
    keeps_draws: bool = True
    is_altered: bool = False
    weight: tuple[float, ...] = ()  # of each draw; none: all alike

    @property
    def replications(self) -> int:
        return sum(self.counts[0])

    @property
    def manifest(self):
        return {
            "scenario": "well",
            "protocol": "offers",
            "seed": self.seed,
            "draws": len(self.counts),
            "replications": self.replications,
            "digest": str((self.counts, self.seed, self.name)),
            "evidence": {
                "effective_draws": round(self._weights.effective_draws, 3),
                "worlds_counted": int(self._weights.sizes.sum()),
                "worlds_played": int(self._weights.sizes.sum()),
            },
        }

    @property
    def odds(self) -> pd.DataFrame:
        labels = [(name, name.title()) for name in self.outcomes]
        return odds_table(np.array(self.counts), self._weights, labels)

    @property
    def shares(self) -> pd.DataFrame:
        return pd.DataFrame(np.array(self.counts) / self.replications, columns=self.outcomes)

    @property
    def weights(self) -> pd.DataFrame:
        found = self._weights
        columns = {"worlds": found.sizes, "log_weight": found.log_weight, "part": found.parts}
        return pd.DataFrame(columns)

    @property
    def _weights(self) -> Weights:
        sizes = np.array(self.counts).sum(axis=1)
        return Weights(sizes, np.log(self.weight or np.ones(len(sizes))))


def row(found, outcome):
    return found.odds.set_index("outcome").loc[outcome]


# ---- Paired --------------------------------------------------------------------------------------


def test_runs_of_one_seed_are_paired_with_the_t_interval_of_their_draws():
    before = Counted([[2, 2], [0, 4], [1, 3]])
    after = Counted([[3, 1], [2, 2], [4, 0]])  # deal: +1/4, +2/4, +3/4
    found = compare(before, after)
    assert (found.method, found.why, found.draws) == (PAIRED, "", 3)
    half = stats.t.ppf(0.975, 2) * 0.25 / sqrt(3)
    deal = row(found, "deal")
    assert deal[["before", "after", "difference"]].tolist() == pytest.approx([0.25, 0.75, 0.5])
    assert deal[["low", "high"]].tolist() == pytest.approx([0.5 - half, 0.5 + half])
    war = row(found, "war")
    assert war[["low", "high"]].tolist() == pytest.approx([-0.5 - half, -0.5 + half])


def test_a_longer_run_is_paired_over_the_draws_that_both_have():
    before, after = Counted([[2, 2], [0, 4], [4, 0]]), Counted([[3, 1], [1, 3]])
    found = compare(before, after)
    assert found.draws == 2
    assert row(found, "deal")["difference"] == pytest.approx(0.25)
    assert row(found, "deal")["before"] == pytest.approx(0.5)  # of all its draws
    assert row(found, "deal")["low"] == row(found, "deal")["high"] == pytest.approx(0.25)
    assert "both have" in found.how


def test_what_came_to_no_rule_in_one_run_only_is_nought_in_the_other():
    before = Counted([[2, 2], [0, 4]])
    after = Counted([[2, 1, 1], [0, 2, 2]], ("deal", "war", "other"))
    found = compare(before, after)
    assert found.odds["outcome"].tolist() == ["deal", "war", "other"]
    other = row(found, "other")
    assert (other["label"], other["before"], other["after"]) == ("Other", 0, 0.375)
    assert other["difference"] == pytest.approx(0.375)
    assert (found.only_before, found.only_after) == ((), ())
    back = compare(after, before)
    assert row(back, "other")["difference"] == pytest.approx(-0.375)


def test_runs_that_weigh_their_draws_otherwise_differ_as_their_odds_do():
    counts = [[2, 2], [0, 4], [1, 3], [3, 1]]
    before, after = Counted(counts), Counted(counts, weight=(1, 1, 1, 3))
    found = compare(before, after)
    assert found.method == PAIRED
    deal = row(found, "deal")
    assert (deal["before"], deal["after"]) == pytest.approx((6 / 16, 12 / 24))
    assert deal["difference"] == pytest.approx(12 / 24 - 6 / 16)
    assert deal["low"] < deal["difference"] < deal["high"]


def test_a_run_in_which_one_draw_has_nearly_all_the_weight_is_not_paired():
    counts = [[2, 2], [0, 4], [1, 3]]
    found = compare(Counted(counts), Counted(counts, weight=(1, 50, 1), name="heavy"))
    assert (found.method, found.draws) == (UNPAIRED, 0)
    assert "of heavy one draw has nearly all the weight" in found.how


def test_a_run_in_which_some_worlds_do_not_count_is_said_beside_it(tmp_path):
    run = small_run(tmp_path / "run", draws=4, replications=2)
    evidence = {"effective_draws": 3.2, "worlds_counted": 6, "worlds_played": 8}
    copy = knowing(copied(run, tmp_path / "other"), [False, True] * 2 + [True] * 4, [0.0] * 4)
    other = load_run(with_manifest(copy, lambda manifest: manifest.update(evidence=evidence)))
    found = run.compare(other)
    said = (
        "6 of 8 worlds agree with what is known; draws are weighted: worth 3 draws of equal weight."
    )
    assert said in found.played[1]
    assert "agree" not in found.played[0]
    assert said in " ".join(str(found.report()).split())
    assert said in " ".join(str(other.report()).split())


# ---- Not paired ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"seed": 1}, {"seed": 2}, "their seeds differ (1 and 2)"),
        ({}, {"counts": [[4, 4], [1, 7]]}, "their replications differ (4 and 8)"),
        ({"keeps_draws": False, "name": "thin"}, {}, "thin has no table of its worlds"),
        ({"counts": [[2, 2]]}, {}, "a single draw cannot be paired"),
    ],
)
def test_other_runs_are_taken_as_independent_and_say_why(before, after, why):
    counts = {"counts": [[2, 2], [0, 4]]}
    one, other = Counted(**{**counts, **before}), Counted(**{**counts, **after})
    found = compare(one, other)
    assert (found.method, found.why, found.draws) == (UNPAIRED, why, 0)
    assert why in found.how
    deals = [run.odds.set_index("outcome").loc["deal"] for run in (other, one)]
    ends = [Interval(deal["low"], deal["high"]) for deal in deals]
    first, second = (float(deal["probability"]) for deal in deals)
    known = independent_difference(first, ends[0], second, ends[1])
    deal = row(found, "deal")
    assert deal["difference"] == pytest.approx(first - second)
    assert (deal["low"], deal["high"]) == pytest.approx((known.low, known.high))


def test_an_outcome_that_never_came_up_has_an_interval_too():
    before = Counted([[2, 2], [0, 4]], seed=1)
    after = Counted([[2, 1, 1], [0, 2, 2]], ("deal", "war", "other"), seed=2)
    other = row(compare(before, after), "other")
    assert other["low"] < 0 < other["difference"] < other["high"] < 1


# ---- Different scenarios -------------------------------------------------------------------------


def test_outcomes_are_compared_by_name_and_the_others_listed():
    before = Counted([[2, 2], [0, 4]], ("deal", "war"))
    after = Counted([[2, 2], [0, 4]], ("truce", "deal"))
    found = compare(before, after)
    assert found.odds["outcome"].tolist() == ["deal"]
    assert (found.only_before, found.only_after) == (("war",), ("truce",))


def test_runs_without_an_outcome_in_common_are_refused():
    before, after = Counted([[4], [4]], ("deal",)), Counted([[4], [4]], ("truce",))
    with pytest.raises(ScenarioError, match="have none in common"):
        compare(before, after)


# ---- Configurations ------------------------------------------------------------------------------


def test_what_is_configured_otherwise_is_listed_by_path():
    changes = {"actors__her__no_deal": {"value": 0.4, "basis": "assumption", "why": "said so"}}
    before = small_run(draws=4, replications=2)
    after = small_run(changes={**changes, "answers__memory": 3}, draws=6, replications=2, seed=4)
    found = before.compare(after)
    assert [(c.path, c.before, c.after) for c in found.configuration] == [
        ("seed", 3, 4),
        ("ensemble.draws", 4, 6),
        ("actors.her.no_deal", {"triangular": [0.1, 0.25, 0.4]}, 0.4),
        ("answers.memory", ABSENT, 3),
    ]
    assert found.reasons == 0  # what has another value is told already
    assert found.changes[2] == ("actors.her.no_deal", "triangular: [0.1, 0.25, 0.4]", "0.4")


def test_what_was_overridden_says_so_on_the_side_where_it_was():
    before = small_run(draws=4, replications=2)
    values = {"actors.her.no_deal": 0.4, "actors.his.weights.water": 0.5, "answers.memory": 3}
    after = simulate(
        load_scenario(small_tree(), values), draws=4, replications=2, seed=3, protocol="offers"
    )
    assert before.compare(after).changes == [
        ("actors.her.no_deal", "triangular: [0.1, 0.25, 0.4]", "0.4 (overridden)"),
        ("actors.his.weights.water", "0.6", "0.5 (overridden)"),
        ("protocol", "single_text", "offers"),
        ("answers.memory", "absent", "3.0 (overridden)"),
    ]
    assert after.compare(before).changes[0][1:] == (
        "0.4 (overridden)",
        "triangular: [0.1, 0.25, 0.4]",
    )
    assert before.compare(after).reasons == 0


def test_the_same_value_on_another_basis_is_counted_and_no_change():
    before = small_run(draws=4, replications=2)
    same = load_scenario(small_tree(), {"actors.his.weights.water": 0.6})
    found = before.compare(simulate(same, draws=4, replications=2, seed=3))
    assert (found.configuration, found.reasons) == ((), 1)
    assert "Beside these" not in str(found.report())
    assert "1 number with the same value" in " ".join(str(found.report()).split())


@pytest.mark.parametrize("where", [{"workers": 2}, {"workers": 2, "executor": "processes"}])
def test_where_and_by_how_many_processes_it_was_played_is_no_difference(where):
    before = small_run(draws=4, replications=2, workers=1)
    found = before.compare(small_run(draws=4, replications=2, **where))
    assert found.identical
    assert (found.configuration, found.reasons) == ((), 0)


def test_a_long_value_is_cut():
    assert in_short("x" * 100) == "x" * 57 + "..."
    assert in_short(ABSENT) == "absent"


def test_a_run_compared_with_itself_does_not_differ():
    run = small_run(draws=4, replications=2)
    found = run.compare(run)
    assert found.identical
    assert (found.odds[["difference", "low", "high"]] == 0).all(axis=None)
    assert "every difference is zero" in found.how


def test_the_figure_the_page_and_the_text_show_every_outcome():
    before, after = Counted([[2, 2], [0, 4]]), Counted([[3, 1], [1, 3]], name="<that>")
    found = compare(before, after)
    ax = found.plot()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Deal", "War"]
    lines = repr(found).splitlines()
    assert lines[0].startswith("<that> against run. Paired over 2 draws")
    assert [line.split()[:4] for line in lines[2:]] == [
        ["Deal", "0.250", "0.500", "0.250"],
        ["War", "0.750", "0.500", "-0.250"],
    ]
    page = found._repr_html_()
    for line in ("B: &lt;that&gt;", "   well, offers, 2 x 4 worlds, seed"):
        assert line in page
    assert "<b>+25.0</b>" in page


def test_runs_of_several_forms_are_named_by_their_number():
    forms = {"single_text": 1, "offers": 1, "basis": "assumption", "why": "two ways"}
    several, one = small_run(changes={"forms": forms}), small_run()
    said = compare(several, one)._repr_html_()
    assert "two_neighbours_and_a_well, 2 forms of the model, 20 x 5 worlds" in said
    assert "two_neighbours_and_a_well, single_text, 20 x 5 worlds" in said


# ---- The command ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    """Three runs: b is a with another no-deal value, c is a under another seed."""
    place = tmp_path_factory.mktemp("runs")
    small_run(place / "a")
    small_run(place / "b", {"actors__her__no_deal__triangular": [0.6, 0.7, 0.8]})
    small_run(place / "c", seed=4)
    return place


def test_the_command_shows_odds_differences_and_configuration_within_80_columns(folders, tmp_path):
    shown = parley("compare", folders / "a", folders / "b", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    said = " ".join(shown.stdout.split())
    assert "Paired over 20 draws" in said
    assert "actors.her.no_deal.triangular" in said
    assert all(
        len(line) <= 80 for line in shown.stdout.splitlines() if not line.startswith(("A:", "B:"))
    )
    assert shown.stdout.splitlines()[-1] == "Figure: outputs/comparisons/a_vs_b.png"
    again = parley_here("compare", folders / "a", folders / "b", cwd=tmp_path)
    assert again.stdout.splitlines()[-1] == "Figure: outputs/comparisons/a_vs_b_2.png"
    figures = sorted(file.name for file in (tmp_path / "outputs" / "comparisons").iterdir())
    assert figures == ["a_vs_b.png", "a_vs_b_2.png"]


def test_the_command_gives_the_paired_differences_of_the_worlds_tables_as_json(folders, tmp_path):
    asked = ["compare", folders / "a", folders / "b", "--figure", "mine.svg", "--json"]
    told = parley_here(*asked, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    data = json.loads(told.stdout)
    assert (data["method"], data["draws"], data["figure"]) == (PAIRED, 20, "mine.svg")
    assert (tmp_path / "mine.svg").read_text().startswith("<?xml")
    frames = [pd.read_parquet(folders / name / "worlds.parquet") for name in ("a", "b")]
    for found in data["odds"]:
        shares = [
            (frame["outcome"] == found["outcome"]).groupby(frame["draw"]).mean() for frame in frames
        ]
        known = stats.ttest_rel(shares[1], shares[0]).confidence_interval(0.95)
        difference = float((shares[1] - shares[0]).mean())
        assert found["difference"] == pytest.approx(difference)
        if difference:
            assert (found["low"], found["high"]) == pytest.approx((known.low, known.high))
    assert any(found["difference"] for found in data["odds"])
    assert [change["path"] for change in data["configuration"]] == [
        f"actors.her.no_deal.triangular.{index}" for index in range(3)
    ]
    by_hand = [change["overridden"] for change in data["configuration"]]
    assert by_hand == [{"before": False, "after": False}] * 3


def test_the_command_says_when_runs_are_not_paired(folders, tmp_path):
    shown = parley_here("compare", folders / "a", folders / "c", cwd=tmp_path)
    assert "Not paired, because their seeds differ (3 and 4)" in " ".join(shown.stdout.split())
    thin = copied(small_run(tmp_path / "d", {"answers__relaxation": 3}), tmp_path / "thin")
    (thin / "worlds.parquet").unlink()
    shown = parley_here("compare", folders / "a", thin, cwd=tmp_path)
    assert f"because {thin} has no table of its worlds" in " ".join(shown.stdout.split())


def test_the_command_says_that_a_run_is_the_same_as_itself(folders, tmp_path):
    shown = parley_here("compare", folders / "a", folders / "a", cwd=tmp_path)
    assert "The same worlds: the digests agree, so every difference is zero." in shown.stdout
    assert "Nothing that may change a world is configured otherwise." in shown.stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["a", "nowhere"], "nowhere: holds no finished run"),
        (["a", "b", "--figure", "x.txt"], "--figure: must end in one of .png, .pdf, .svg"),
        (["a", "b", "--figure", "no/x.png"], "--figure: there is no folder no"),
        (["a", "old"], "old/manifest.json: lacks digest; it was written by Parley 0.0.7"),
    ],
)
def test_what_cannot_be_compared_ends_with_2_and_nothing_written(folders, tmp_path, asked, said):
    for name in ("a", "b"):
        (tmp_path / name).symlink_to(folders / name)
    old = copied(small_run(tmp_path / "whole", draws=2), tmp_path / "old")
    with_manifest(old, lambda manifest: manifest.pop("digest"))
    with_manifest(old, lambda manifest: manifest["versions"].update({"parley-sim": "0.0.7"}))
    before = sorted(item.name for item in tmp_path.iterdir())
    told = parley_here("compare", *asked, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert sorted(item.name for item in tmp_path.iterdir()) == before
