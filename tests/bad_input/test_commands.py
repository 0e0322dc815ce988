"""Commands that make no sense: misspelt settings, overrides, options, files that are not there."""

from __future__ import annotations

import pytest

from tests.bad_input.refusing import refused
from tests.command import parley, small_file

# (what is wrong, the arguments, what the message must say)
COMMANDS: list[tuple[str, list[str], str]] = [
    ("misspelt setting", ["run", "sede=7"], "sede: no such setting; did you mean 'seed'?"),
    (
        "misspelt nested setting",
        ["run", "ensemble.drws=7"],
        "ensemble.drws: no such field; did you mean 'draws'?",
    ),
    (
        "misspelt group",
        ["run", "scenarios=geneva_2025"],
        "scenarios: no such setting; did you mean 'scenario'?",
    ),
    (
        "misspelt scenario",
        ["run", "scenario=geneva"],
        "scenario: no such scenario; did you mean 'geneva_2025'? (a file's path must end in .yaml)",
    ),
    (
        "scenario that is a folder",
        ["run", "scenario=."],
        "scenario: is a folder; name a file in it (a run's is config.yaml), or `parley import` a",
    ),
    ("scenario null", ["run", "scenario=null"], "scenario: must be a name or a path (got None)"),
    (
        "file that is missing",
        ["run", "scenario=missing.yaml"],
        "missing.yaml: cannot be read: No such file or directory",
    ),
    (
        "folder instead of a file",
        ["run", "scenario=folder.yaml"],
        "folder.yaml: cannot be read: it is a folder, not a file",
    ),
    (
        "misspelt protocol",
        ["run", "protocol=ofers"],
        "protocol: no such choice; did you mean 'offers'? (got 'ofers')",
    ),
    ("unknown tactic", ["run", "tactic=x"], "tactic: no such choice; known: "),
    (
        "seed of letters",
        ["run", "seed=abc"],
        "seed: must be a whole number between 0 and 9,223,372,036,854,775,807 (got 'abc')",
    ),
    ("seed below 0", ["run", "seed=-1"], "seed: must be a whole number between 0 and"),
    ("half a seed", ["run", "seed=1.5"], "seed: must be a whole number between 0 and"),
    ("seed null", ["run", "seed=null"], "seed: must be a whole number between 0 and"),
    ("seed true", ["run", "seed=true"], "seed: must be a whole number between 0 and"),
    ("no seed", ["run", "seed="], "seed: must be a whole number between 0 and"),
    (
        "steps that lead nowhere",
        ["sweep", "seed=range(0,1,0)"],
        "seed: leads nowhere: a range goes from START to STOP by a STEP that is not 0",
    ),
    ("steps of nothing", ["sweep", "seed=range(0,1,0.0)"], "seed: leads nowhere: a range goes"),
    ("steps of no number", ["sweep", "seed=range(0,1,nan)"], "seed: leads nowhere: a range goes"),
    ("an override twice", ["run", "seed=1", "seed=2"], "seed: is given twice"),
    (
        "a file twice",
        ["run", "scenario=a.yaml", "scenario=geneva_2025"],
        "scenario: is given twice",
    ),
    ("seed of 5000 digits", ["run", "seed=" + "9" * 5000], "is no override"),
    (
        "no draws",
        ["run", "ensemble.draws=0"],
        "ensemble.draws: must be a whole number between 1 and 1,000,000 (got 0)",
    ),
    (
        "too many draws",
        ["run", "ensemble.draws=1e9"],
        "ensemble.draws: must be a whole number between 1 and 1,000,000 (got 1000000000.0)",
    ),
    (
        "too many replications",
        ["run", "ensemble.replications=10001"],
        "ensemble.replications: must be a whole number between 1 and 10,000 (got 10001)",
    ),
    (
        "no workers",
        ["run", "ensemble.workers=0"],
        "ensemble.workers: must be a whole number between 1 and 64 (got 0)",
    ),
    (
        "unknown executor",
        ["run", "executor=dsk"],
        "executor.kind: no such executor; did you mean 'dask'? (got 'dsk')",
    ),
    ("executor by number", ["run", "executor=5"], "executor.kind: must be text (got 5)"),
    (
        "address without an executor",
        ["run", "executor.address=tcp://localhost:8786"],
        "executor.address: needs executor=dask beside it (got 'tcp://localhost:8786')",
    ),
    (
        "address beside another executor",
        ["run", "executor=serial", "executor.address=tcp://localhost:8786"],
        "executor.address: needs executor=dask beside it (got 'tcp://localhost:8786')",
    ),
    (
        "misspelt address",
        ["run", "executor=dask", "executor.adress=tcp://localhost:8786"],
        "executor.adress: no such field; did you mean 'address'?",
    ),
    (
        "many workers in one process",
        ["run", "executor=serial", "ensemble.workers=2"],
        "ensemble.workers: must be 1 or null with executor=serial (got 2)",
    ),
    ("null for a group", ["run", "ensemble=null"], "ensemble: must be a mapping of fields"),
    ("null for the actors", ["run", "actors=null"], "actors: must be a mapping of names"),
    (
        "misspelt actor",
        ["run", "actors.ukrane.no_deal=0.3"],
        "actors.ukrane: no such actor; did you mean 'ukraine'?",
    ),
    (
        "misspelt clause",
        ["run", "actors.ukraine.weights.teritory=0.3"],
        "actors.ukraine.weights.teritory: no such clause; did you mean 'territory'?",
    ),
    (
        "misspelt option",
        ["run", "actors.ukraine.values.nato.bared=0.3"],
        "actors.ukraine.values.nato.bared: no such option; did you mean 'barred'?",
    ),
    (
        "misspelt driver",
        ["run", "drivers.us_presure.volatility=0.1"],
        "drivers.us_presure: no such driver; did you mean 'us_pressure'?",
    ),
    (
        "misspelt number of a driver",
        ["run", "drivers.us_pressure.volatilty=0.1"],
        "drivers.us_pressure.volatilty: no such field; did you mean 'volatility'?",
    ),
    (
        "part of a word",
        ["run", "title.first=x"],
        "title: holds no parts, so it has no 'first'",
    ),
    (
        "entry of a list that is not there",
        ["run", "signatories.base.9=us"],
        "signatories.base.9: no such entry; there are 2, counted from 0",
    ),
    (
        "number out of range",
        ["run", "aftermath.renegotiation=1.2"],
        "aftermath.renegotiation: must be between 0 and 1 (got 1.2)",
    ),
    (
        "list for a number",
        ["run", "actors.ukraine.no_deal=[0,0.2,0.4]"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "text for a number",
        ["run", "actors.ukraine.no_deal=low"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "null for a number",
        ["run", "actors.ukraine.no_deal=null"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "distribution as a function",
        ["run", "actors.ukraine.no_deal=triangular(0,0.2,0.4)"],
        "a distribution is written 'PATH={triangular: [0, 0.2, 0.4]}'",
    ),
    (
        "basis by hand",
        ["run", "actors.ukraine.no_deal.basis=[art-1]"],
        "actors.ukraine.no_deal.basis: is not for overrides",
    ),
    (
        "name that is new by mistake",
        ["run", "drivers.weather=0.3"],
        "drivers.weather: no such driver; known: allied_support, battlefield",
    ),
    (
        "reserved for code",
        ["run", "actors.ukraine._target_=os.system"],
        "actors.ukraine._target_: no such field",
    ),
    (
        "environment",
        ["run", "title=${oc.env:HOME}"],
        "title: interpolations are not allowed: write the value (got '${oc.env:HOME}')",
    ),
    (
        "environment in the folder",
        ["run", "hydra.run.dir=${oc.env:HOME}"],
        "hydra.run.dir: interpolations are not allowed",
    ),
    ("half a sign", ["run", "title=\udcff"], "title: holds a sign that is no Unicode text"),
    ("plus sign", ["run", "+seed=1"], "seed: needs no plus sign; write seed=value"),
    ("all actors away", ["run", "~actors"], "actors: is missing"),
    (
        "away with what is not there",
        ["run", "~actors.ukrane"],
        "actors.ukrane: no such actor; did you mean 'ukraine'?",
    ),
    (
        "away with a value",
        ["run", "~seed=0"],
        "seed: takes a part away and has no value; write '~seed'",
    ),
    ("away with the scenario", ["run", "~scenario"], "scenario: cannot be taken away"),
    (
        "Hydra's own setting",
        ["run", "hydra.foo=1"],
        "hydra.foo: is not used here; of Hydra's own settings only hydra.run.dir is",
    ),
    ("sweep", ["run", "seed=1,2"], "seed: must have one value in a run"),
    ("package", ["run", "scenario@here=geneva_2025"], "has a package (@...)"),
    ("unbalanced quotes", ["run", "seed='1"], "is no override; write path=value"),
    ("empty override", ["run", ""], "'' is no override; write path=value, such as seed=7"),
    ("no path", ["run", "=3"], "'=3' is no override; write path=value, such as seed=7"),
    ("no value", ["run", "seed"], "'seed' is no override; write path=value, such as seed=7"),
    (
        "file without its setting",
        ["run", "mine.yaml"],
        "(a scenario's file: scenario=mine.yaml)",
    ),
    (
        "file without its setting, of an odd name",
        ["run", "mine (1).yaml"],
        """(a scenario's file: 'scenario="mine (1).yaml"')""",
    ),
    (
        "horizon of centuries",
        ["run", "calendar.horizon=2000"],
        "calendar.horizon: must be between weeks_between_sessions (1) and 1,040 weeks (got 2000",
    ),
    (
        "foresight without end",
        ["run", "protocols.offers.foresight=20000"],
        "protocols.offers.foresight: must be between 1 and 10,000 weeks (got 20000",
    ),
    ("brackets without end", ["run", "seed=" + "[" * 5000], "is no override"),
    (
        "scenario beside --config",
        ["run", "--config", "run.yaml", "scenario=geneva_2025"],
        "scenario: cannot be chosen beside --config",
    ),
    ("no such config", ["run", "--config", "run.yaml"], "run.yaml: cannot be read"),
    ("unknown command", ["runn"], "No such command 'runn'"),
    ("unknown option", ["run", "--draws", "7"], "No such option"),
    ("option without value", ["run", "--config"], "requires an argument"),
    ("check of nothing", ["check", "missing.yaml"], "missing.yaml: cannot be read"),
    ("check of a name", ["check", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("evidence of a name", ["evidence", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("stances of a name", ["stances", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("transcript of nothing", ["transcript", "missing"], "missing"),
    ("scores of nothing", ["score", "missing", "missing.yaml"], "missing: holds no finished run"),
    ("scores without what happened", ["score", "missing"], "Missing argument"),
    (
        "world that is no number",
        ["transcript", "missing", "--world", "x"],
        "Invalid value for '--world'",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "says"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS]
)
def test_a_command_that_makes_no_sense_is_refused(arguments, says, tmp_path, monkeypatch, capsys):
    (tmp_path / "folder.yaml").mkdir()
    refused(arguments, says, tmp_path, monkeypatch, capsys)
    assert [item.name for item in tmp_path.iterdir()] == ["folder.yaml"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "sede=7"], "did you mean 'seed'?"),
        (["run", "scenario=folder.yaml"], "cannot be read"),
        (["run", "actors.ukrane.no_deal=0.3", "--json"], "did you mean 'ukraine'?"),
        (["check", "folder.yaml"], "cannot be read"),
        (["runn"], "No such command"),
    ],
)
def test_the_command_itself_says_so_and_exits_with_2(arguments, says, tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    done = parley(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["folder.yaml"]


def test_a_world_that_a_run_does_not_have_is_refused(tmp_path, monkeypatch, capsys):
    small_file(tmp_path)
    counts = ["ensemble.draws=2", "ensemble.replications=2", "ensemble.workers=1"]
    done = parley("run", "scenario=well.yaml", "hydra.run.dir=run", *counts, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for world in ("99999", "4", "-1"):
        arguments = ["transcript", "run", "--world", world]
        refused(arguments, "world: must be between 0 and 3", tmp_path, monkeypatch, capsys)
