"""The command `parley`: run a scenario, and look at what a scenario or a run is made of.

Heavy parts are imported inside the commands that use them. Exit codes: 0 done, 1 failed, 2 bad
input, 3 compared and not identical, 130 interrupted. With --json, JSON alone goes to stdout.
"""

from collections.abc import Callable

from sim.cli import (
    backtesting,
    comparing,
    explaining,
    looking,
    reporting,
    running,
    sweeping,
    texts,
    theory,
    votes,
    weighing,
    writing,
)
from sim.cli.app import app, main

__all__ = ["COMMANDS", "main"]

COMMANDS: dict[str, Callable[..., None]] = {
    "run": running.run,
    "sweep": sweeping.sweep,
    "reproduce": comparing.reproduce,
    "compare": comparing.compare,
    "what-if": comparing.what_if,
    "levers": comparing.levers,
    "transcript": running.transcript,
    "questions": running.questions,
    "score": comparing.score,
    "given": weighing.given,
    "calibrate": weighing.calibrate,
    "posterior": weighing.posterior,
    "drivers": explaining.drivers,
    "why": weighing.why,
    "report": reporting.report,
    "new": writing.new,
    "check": looking.check,
    "list": looking.list_,
    "paths": looking.paths,
    "evidence": looking.evidence,
    "stances": looking.stances,
    "support": votes.support,
    "texts": texts.texts,
    "schema": looking.schema,
    "import": theory.import_,
    "solutions": theory.solutions,
    "baselines": theory.baselines,
    "backtest": backtesting.backtest,
}
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
