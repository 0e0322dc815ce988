"""Where the schema's marks stand: every reference of a scenario, and of a part that is new."""

from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from sim.numbers.marks import Declares, KeysAre, Mark, NotAllZero, Refers
from sim.numbers.names import Frozen, Name, Names, free_name
from sim.numbers.trees import each
from sim.numbers.uncertain import Common, Weights
from sim.scenario.reading.places import fits, marks_of, places
from sim.scenario.scenario import Scenario

# What the first version listed by hand, pattern by pattern.
KEYS = {
    "clauses.*.options.*.contested_consent": "actor",
    "actors.*.weights": "clause",
    "actors.*.values": "clause",
    "actors.*.values.*": "option",
    "actors.*.loadings": "driver",
    "actors.*.loadings_after": "driver",
    "actors.*.regard": "actor",
    "actors.*.domestic.weights": "clause",
    "actors.*.domestic.values": "clause",
    "actors.*.domestic.values.*": "option",
    "actors.*.domestic.loadings": "driver",
    "actors.*.domestic.polls.*.texts": "text",
    "texts.*.terms": "clause",
    "linkages.*.when": "clause",
    "linkages.*.worth": "actor",
    "outcomes.*.all": "clause",
    "outcomes.*.any": "clause",
    "questions.*.all": "clause",
    "questions.*.any": "clause",
    "protocols.offers.chances": "actor",
    "signatories.quota.weights": "actor",
}
REFERENCES = {
    "actors.*.asks_for": "text",
    "actors.*.unacceptable": "text",
    "actors.*.no_deal.as_good_as": "text",
    "actors.*.domestic.asks_for": "text",
    "actors.*.domestic.unacceptable": "text",
    "actors.*.domestic.polls.*.text": "text",
    "actors.*.stances.*.text": "text",
    "actors.*.stances.*.other": "text",
    "clauses.*.options.*.consent": "actor",
    "protocols.single_text.drafter": "actor",
    "protocols.single_text.initial": "text",
    "protocols.offers.order": "actor",
    "protocols.offers.candidates": "text",
    "signatories.base": "actor",
    "aftermath.belligerents": "actor",
    "mediator": "actor",
    "texts.*.terms.*": "option",
    "linkages.*.when.*": "option",
    "outcomes.*.all.*": "option",
    "outcomes.*.any.*": "option",
    "outcomes.*.by": "actor",
    "questions.*.all.*": "option",
    "questions.*.any.*": "option",
    "questions.*.who": "actor",
}
COMPLETE = {
    "actors.*.weights",
    "actors.*.values",
    "actors.*.values.*",
    "actors.*.domestic.weights",
    "actors.*.domestic.values.*",
    "texts.*.terms",
}
SHARES = {
    "actors.*.weights",
    "actors.*.domestic.weights",
    "actors.*.regard",
    "protocols.offers.chances",
    "signatories.quota.weights",
}


def _found(kind: type[Mark]) -> dict[str, Any]:
    found = places(kind)
    assert len(dict(found)) == len(found), "a place has two marks of a kind"
    return dict(found)


def test_every_reference_that_was_ever_listed_is_marked_and_no_other():
    assert {path: mark.kind for path, mark in _found(KeysAre).items()} == KEYS
    assert {path: mark.kind for path, mark in _found(Refers).items()} == REFERENCES
    assert {path for path, mark in _found(KeysAre).items() if mark.complete} == COMPLETE
    assert set(_found(NotAllZero)) == SHARES


def test_what_is_referred_to_is_declared_somewhere():
    declared = {mark.kind for mark in _found(Declares).values()}
    assert declared >= {mark.kind for mark in (*_found(KeysAre).values(), *_found(Refers).values())}


class Courier(Frozen):
    """A part that is not in any scenario yet."""

    carrier: Annotated[Name, Refers("actor")] | None = None
    stops: Annotated[Names, Refers("text")] = ()
    fees: Annotated[Weights, KeysAre("actor")]


def test_a_new_part_is_known_by_the_marks_on_its_fields():
    assert set(marks_of(Courier)) == {
        ("carrier", Refers("actor")),
        ("stops", Refers("text")),
        ("fees", KeysAre("actor")),
        ("fees", NotAllZero()),
    }


def _is_name(annotation: Any) -> bool:
    return any(getattr(mark, "func", None) is free_name for mark in get_args(annotation)[1:])


def _names_without_a_mark(annotation: Any, marks: tuple[Any, ...] = (), path: str = "") -> Any:
    """Yield the places of the schema that hold names and do not say of what."""
    says = any(isinstance(mark, Refers | KeysAre | Declares) for mark in marks)
    arguments = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            whole = Annotated[field.annotation, *field.metadata, None]
            yield from _names_without_a_mark(whole, (), f"{path}.{name}")
    elif hasattr(annotation, "__metadata__"):
        if _is_name(annotation) and not says:
            says = any(isinstance(mark, Refers | Declares) for mark in arguments[1:])
            yield from () if says else (path,)
        else:
            yield from _names_without_a_mark(arguments[0], (*marks, *arguments[1:]), path)
    elif get_origin(annotation) is dict:
        yield from () if says or not _is_name(arguments[0]) else (path,)
        yield from _names_without_a_mark(arguments[1], (), f"{path}.*")
    else:
        for argument in arguments:
            yield from _names_without_a_mark(argument, marks, path)


def test_no_field_holds_names_without_saying_of_what():
    """A factor is the exception: it may stand beside any number, and is looked for everywhere."""
    unmarked = set(_names_without_a_mark(Scenario))
    assert "factor" in Common.model_fields
    assert {path for path in unmarked if not path.endswith(".common.factor")} == set()
    assert unmarked, "the walk finds no names at all"


def test_a_forgotten_mark_is_found():
    class Forgetful(Frozen):
        carrier: Name
        stops: Names | None
        drafts: dict[Name, Annotated[Name, Refers("text")]]

    assert set(_names_without_a_mark(Forgetful)) == {".carrier", ".stops", ".drafts"}


def test_a_pattern_finds_places_in_mappings_and_lists_and_passes_over_shared_words():
    tree = {"a": {"x": {"n": 1}, "basis": {"n": 2}, "y": [{"n": 3}]}}
    assert dict(each(tree, "a.*.n")) == {"a.x.n": 1}
    assert dict(each(tree, "a.y.*.n")) == {"a.y.0.n": 3}


@pytest.mark.parametrize(
    ("path", "pattern", "does"),
    [("a.b", "a.b", True), ("a.b", "a.*", True), ("a.b", "a", False), ("a.b", "*.c", False)],
)
def test_a_path_fits_a_pattern_step_by_step(path, pattern, does):
    assert fits(path.split("."), pattern) is does
