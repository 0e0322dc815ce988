"""Domains written to files, in both formats, with parts of them changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

Issues = Mapping[str, Mapping[str, object]]  # issue: item: evaluation

PLACES: Issues = {"Place": {"Sea": 4, "Hills": 1}, "Food": {"Fish": 0, "Cake": 2, "Soup": 1}}
OTHERS: Issues = {"Place": {"Sea": 1, "Hills": 2}, "Food": {"Fish": 5, "Cake": 3, "Soup": 0}}
SHARES: Issues = {  # as GeniusWeb has them, who need not come to 1 in an issue
    "Place": {"Sea": 1.0, "Hills": 0.25},
    "Food": {"Fish": 0, "Cake": 0.2, "Soup": 0.1},
}
OTHER_SHARES: Issues = {
    "Place": {"Sea": 0.5, "Hills": 1.0},
    "Food": {"Fish": 0.5, "Cake": 0.3, "Soup": 0},
}
HALVES = {"Place": 0.5, "Food": 0.5}


def item_line(number: int, value: str, evaluation: object | None = None) -> str:
    worth = "" if evaluation is None else f" evaluation={quoteattr(str(evaluation))}"
    return f'<item index="{number}" value={quoteattr(value)}{worth}/>'


def issue_lines(issues: Issues, evaluated: bool) -> str:
    return "\n".join(
        f'<issue index="{number}" name={quoteattr(issue)} etype="discrete">\n'
        + "\n".join(
            item_line(place, item, worth if evaluated else None)
            for place, (item, worth) in enumerate(items.items(), start=1)
        )
        + "\n</issue>"
        for number, (issue, items) in enumerate(issues.items(), start=1)
    )


def domain_xml(issues: Issues = PLACES) -> str:
    return f"""<negotiation_template>
<objective index="0" name="root">
{issue_lines(issues, evaluated=False)}
</objective>
</negotiation_template>
"""


def profile_xml(
    issues: Issues = PLACES, weights: Mapping[str, object] = HALVES, extra: str = ""
) -> str:
    lines = "\n".join(
        f'<weight index="{number}" value="{weights[issue]}"/>'
        for number, issue in enumerate(issues, start=1)
        if issue in weights
    )
    return f"""<utility_space>
<objective index="0" name="root">
{lines}
{issue_lines(issues, evaluated=True)}
</objective>
{extra}
</utility_space>
"""


def domain_json(issues: Issues = PLACES) -> dict[str, object]:
    values = {issue: {"values": list(items)} for issue, items in issues.items()}
    return {"name": "a domain", "issuesValues": values}


def profile_json(
    issues: Issues = SHARES,
    weights: Mapping[str, object] = HALVES,
    bid: Mapping[str, str] | None = None,
) -> dict[str, object]:
    utilities = {
        issue: {"DiscreteValueSetUtilities": {"valueUtilities": dict(items)}}
        for issue, items in issues.items()
    }
    space = {
        "issueUtilities": utilities,
        "issueWeights": dict(weights),
        "domain": domain_json(issues),
        "name": "a profile",
    }
    if bid is not None:
        space["reservationBid"] = {"issuevalues": dict(bid)}
    return {"LinearAdditiveUtilitySpace": space}


def write(folder: Path, files: Mapping[str, object]) -> Path:
    """Write files, text as it is and the rest as JSON; return their folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if isinstance(content, bytes):
            folder.joinpath(name).write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            folder.joinpath(name).write_text(text, encoding="utf-8")
    return folder


def xml_files(**changes: object) -> dict[str, object]:
    """Return a Genius domain with two profiles; a name with `_xml` stands for the file."""
    files = {"places.xml": domain_xml(), "a.xml": profile_xml(), "b.xml": profile_xml(OTHERS)}
    return files | {name.replace("_xml", ".xml"): text for name, text in changes.items()}


def json_files(**changes: object) -> dict[str, object]:
    """Return a GeniusWeb domain with two profiles; a name with `_json` stands for the file."""
    files = {
        "places.json": domain_json(),
        "a.json": profile_json(),
        "b.json": profile_json(OTHER_SHARES),
    }
    return files | {name.replace("_json", ".json"): text for name, text in changes.items()}
