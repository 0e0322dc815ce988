"""What the numbers of a scenario are called by people, and what they rest on.

Beside the numbers that a scenario states there are those that draws add: what parties misread of
each other, which rests on the size that is stated of their errors, and the form of the model.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.scenario import Scenario

FORM = "form"
_ERRORS = {  # of whom, or of what: the number that says how large they are
    "misreadings": "misreading",
    "misjudgements": "misjudgement",
    "misforesights": "misforesight",
}
_SETTLED = "needed"  # where it is drawn whether a contested consent is


def label_of(scenario: Scenario, path: str) -> str:
    """Return what people call a number that is drawn.

    >>> from sim.settings.configuration import load_scenario
    >>> geneva = load_scenario("geneva_2025")
    >>> label_of(geneva, "actors.russia.no_deal"), label_of(geneva, "aftermath.hazard")
    ('Russia: no deal', 'aftermath hazard')
    >>> label_of(geneva, "actors.us.misreadings.russia.nato.invited")
    'United States: misreads the worth of “Ukraine is invited” to Russia'
    """
    match path.split("."):
        case ["form"]:
            said = "How bargaining is modelled"
        case ["actors", name, *steps]:
            said = f"{scenario.actors[name].label}: {_of_actor(scenario, steps)}"
        case ["drivers", name, *steps]:
            said = f"{scenario.drivers[name].label}: {_readable(steps)}"
        case ["linkages", name, _, actor]:
            what = _quoted(scenario.linkages[name].label)
            said = f"{scenario.actors[actor].label}: worth of {what}"
        case ["clauses", clause, _, option, *steps]:
            said = f"{_option(scenario, clause, option)}: {_of_option(scenario, steps)}"
        case ["protocols", _, kind, *steps] if kind in _ERRORS:
            said = f"The drafter: {_of_actor(scenario, [kind, *steps])}"
        case steps:
            said = _readable(steps)
    return said


def basis_of(scenario: Scenario, path: str) -> str:
    """Return what a number that is drawn rests on: "assumption: why", or ids of facts.

    >>> from sim.settings.configuration import load_scenario
    >>> basis_of(load_scenario("geneva_2025"), "actors.us.misreadings.russia.nato.invited")[:25]
    'assumption: It mediates; '
    """
    number = scenario.numbers[_stated(scenario, path)]
    if not isinstance(number.basis, str):
        return ", ".join(number.basis)
    return f"{number.basis}: {_one_line(number.why)}" if number.why else number.basis


def _stated(scenario: Scenario, path: str) -> str:
    """Return the path of the stated number that something drawn rests on."""
    match path.split("."):
        case ["form"]:
            return f"forms.{next(iter(scenario.forms))}"
        case ["actors", name, kind, *_] if kind in _ERRORS:
            return f"actors.{name}.bargaining.{_ERRORS[kind]}"
        case ["protocols", protocol, kind, *_] if kind in _ERRORS:
            return f"protocols.{protocol}.{_ERRORS[kind]}"
        case [*steps, last] if last == _SETTLED:
            return ".".join(steps)
        case _:
            return path


def _of_actor(scenario: Scenario, steps: Sequence[str]) -> str:
    match steps:
        case ["domestic", *rest]:
            said = f"at home, {_of_actor(scenario, rest)}"
        case ["values", clause, option]:
            said = f"worth of {_option(scenario, clause, option)}"
        case ["weights", clause]:
            said = f"weight of {_quoted(scenario.clauses[clause].label)}"
        case ["loadings" | "loadings_after" as kind, driver]:
            later = " after a signature" if kind == "loadings_after" else ""
            said = f"effect of {_quoted(scenario.drivers[driver].label)}{later}"
        case ["regard", other]:
            said = f"regard for {scenario.actors[other].label}"
        case ["misreadings", other, clause, option]:
            what = _option(scenario, clause, option)
            said = f"misreads the worth of {what} to {scenario.actors[other].label}"
        case ["misjudgements", other]:
            said = f"misjudges the demands of {scenario.actors[other].label}"
        case ["misforesights", other]:
            said = f"misforesees the vote at home of {scenario.actors[other].label}"
        case _:
            said = _readable(steps)
    return said


def _of_option(scenario: Scenario, steps: Sequence[str]) -> str:
    match steps:
        case ["contested_consent", actor, *_]:
            return f"whether {scenario.actors[actor].label} must consent"
        case _:
            return _readable(steps)


def _option(scenario: Scenario, clause: str, option: str) -> str:
    return _quoted(scenario.clauses[clause].options[option].label)


def _quoted(label: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK}"


def _readable(steps: Sequence[str]) -> str:
    return " ".join(steps).replace("_", " ")


def _one_line(text: str) -> str:
    r"""Return a text without line breaks and control characters: it is shown as it reads.

    >>> _one_line("a guess,\n\x1b[31mno more")
    'a guess, [31mno more'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
