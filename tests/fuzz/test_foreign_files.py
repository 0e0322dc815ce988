"""Files of others that are hostile: domains in XML and JSON, cases of baselines in CSV."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domains.directory import import_domain
from sim.theory.baselines.cases import HEADER, read_case
from sim.theory.baselines.settlements import settlements
from tests.domains.writing import json_files, write, xml_files
from tests.fuzz.examples import tried
from tests.fuzz.hostile_data import NO_NUMBERS, NUMBERS, WORDS, broken_bytes, broken_text, spoilt
from tests.fuzz.permitted import nothing_written, taken_or_refused, told
from tests.outside.hostile import texts

XML = xml_files()
JSON = json_files()
MARKS = [
    *("<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&#27;", "&#x202e;", "&lt;", "<![CDATA[", "]]>"),
    *("<a>", "</objective>", "<objective>" * 300, 'index="9"', 'evaluation="1e999"', 'value=""'),
    *('etype="real"', 'index="-1"', f'index="{"9" * 400}"', f'name="{"x" * 300}"', "<!--", "<?x?>"),
]


@st.composite
def xml_domains(draw: st.DrawFn) -> dict[str, object]:
    """A Genius domain of which one file is spoilt."""
    name = draw(st.sampled_from([*XML]))
    text = str(XML[name])
    here = draw(st.integers(0, len(text)))
    marked = text[:here] + draw(st.sampled_from(MARKS) | st.sampled_from(WORDS)) + text[here:]
    spoilt_one = draw(
        st.just(marked.encode("utf-8", "surrogatepass"))
        | broken_text(text).map(lambda broken: broken.encode("utf-8", "surrogatepass"))
        | broken_bytes(text.encode())
    )
    return {**XML, name: spoilt_one}


@st.composite
def json_domains(draw: st.DrawFn) -> dict[str, object]:
    """A GeniusWeb domain of which one file is spoilt."""
    name = draw(st.sampled_from([*JSON]))
    as_data: Any = draw(spoilt(JSON[name]))
    as_text = draw(broken_text(json.dumps(JSON[name])))
    return {**JSON, name: draw(st.sampled_from([as_data, as_text.encode("utf-8", "replace")]))}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    place = tmp_path_factory.mktemp("sandbox")
    (place / "xml").mkdir()
    (place / "json").mkdir()
    return place


@given(st.tuples(st.just("xml"), xml_domains()) | st.tuples(st.just("json"), json_domains()))
@tried(300)
def test_any_domain_makes_a_scenario_that_can_be_read_or_is_refused(sandbox, kind_and_files):
    kind, files = kind_and_files
    folder = write(sandbox / kind, files)
    with nothing_written(sandbox):
        taken_or_refused(lambda: import_domain(folder).yaml())


@given(xml_domains() | json_domains())
@tried(20)
def test_any_domain_is_imported_or_refused_by_the_command(sandbox, files):
    kind = next(iter(files)).rpartition(".")[2]
    write(sandbox / kind, files)
    with nothing_written(sandbox, but=f"{kind}/made.yaml"):
        told("import", kind, "-o", f"{kind}/made.yaml", "--force", cwd=sandbox)


ROWS = ["a,0.5,tax,10,0.6", "b,0.3,tax,7,0.7", "c,0.2,tax,0,1", "a,0.5,war,1,0.2", "b,0.3,war,3,1"]
CELLS = st.sampled_from([*map(str, NUMBERS), *map(str, NO_NUMBERS), *WORDS, "", " ", '"']) | texts()


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """A case of which some cells are spoilt, or the text."""
    table = [HEADER.split(","), *(row.split(",") for row in ROWS)]
    for _ in range(draw(st.integers(0, 3))):
        row = table[draw(st.integers(0, len(table) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    text = "\n".join(",".join(row) for row in table)
    whole = text.encode("utf-8", "surrogatepass")
    return draw(st.just(whole) | st.just(whole) | broken_bytes(whole))


@given(cases())
@tried(220)
def test_any_case_is_settled_or_refused(sandbox, data):
    file = sandbox / "case.csv"
    file.write_bytes(data)
    with nothing_written(sandbox):
        taken_or_refused(lambda: json.dumps(settlements(read_case(file)), allow_nan=False))
