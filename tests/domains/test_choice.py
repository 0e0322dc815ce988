"""Which files of a directory are read: what is named, what is found, what is passed over."""

import pytest

from sim.domains.choice import choose
from sim.errors import ScenarioError
from tests.domains.writing import (
    OTHERS,
    domain_json,
    domain_xml,
    json_files,
    profile_xml,
    write,
    xml_files,
)

VARIANTS = ("buyer.xml", "buyer5.xml", "seller.xml", "seller_5.xml")


def files_of(choice):
    return choice.domain and choice.domain.file, [profile.file for profile in choice.profiles]


def refused(*asked, **named):
    with pytest.raises(ScenarioError) as error:
        choose(*asked, **named)
    return str(error.value)


@pytest.fixture
def markets(tmp_path):
    """Three domains in a directory, with two profiles each."""
    files = {f"M{n} domain.xml": domain_xml() for n in "123"}
    files |= {f"M{n} {who}.xml": profile_xml(OTHERS) for n in "123" for who in ("buyer", "seller")}
    return write(tmp_path / "markets", files)


@pytest.fixture
def market(tmp_path):
    """One domain with two variants of each profile."""
    files = {name: profile_xml(OTHERS) for name in VARIANTS}
    return write(tmp_path / "market", {"market.xml": domain_xml()} | files)


def test_all_that_holds_a_part_is_read_in_the_order_of_the_stems(tmp_path):
    found = choose(write(tmp_path, xml_files()))
    assert files_of(found) == ("places.xml", ["a.xml", "b.xml"])
    assert found.notes == ()


def test_profiles_are_those_that_are_named_in_their_order(market):
    found = choose(market, profiles=["seller.xml", "buyer5.xml"])
    assert files_of(found) == ("market.xml", ["seller.xml", "buyer5.xml"])
    assert found.notes == ()


def test_stems_that_differ_after_the_last_letter_look_like_variants_and_one_is_told_how_to_choose(
    market,
):
    found = choose(market)
    assert files_of(found)[1] == list(VARIANTS)
    (note,) = found.notes
    assert note.startswith(
        "buyer and buyer5, seller and seller_5 look like variants of one profile"
    )
    assert note.endswith("choose with --profiles buyer.xml,seller.xml")


@pytest.mark.parametrize("stems", ["ab", ("party1", "party2", "party3"), ("x", "x2")])
def test_actors_that_are_numbered_are_no_variants(tmp_path, stems):
    profiles = {f"{stem}.xml": profile_xml() for stem in stems}
    assert choose(write(tmp_path, {"d.xml": domain_xml()} | profiles)).notes == ()


def test_several_domains_are_refused_with_what_to_type_for_one(markets):
    told = refused(markets)
    assert told.startswith("M1 domain.xml, M2 domain.xml, M3 domain.xml: state no weights")
    assert told.endswith("--domain 'M1 domain.xml' --profiles 'M1 buyer.xml,M1 seller.xml'")
    told = refused(markets, "M2 domain.xml")
    assert told.endswith("--domain 'M2 domain.xml' --profiles 'M2 buyer.xml,M2 seller.xml'")
    assert "choose one" in refused(markets, profiles=["M2 buyer.xml"])


def test_one_of_several_domains_is_read_with_its_profiles_and_nothing_else(markets):
    markets.joinpath("M1 buyer.xml").write_text("<broken")
    markets.joinpath("results.json").write_bytes(b" " * 2**21)
    asked = "M2 domain.xml", ["M2 seller.xml", "M2 buyer.xml"]
    found = choose(markets, *asked)
    assert files_of(found) == asked
    assert found.notes == ()


def test_what_is_neither_domain_nor_profile_is_named_and_passed_over(tmp_path):
    strays = {"results.json": {"agreed": 3}, "log.xml": "<log/>", "list.json": [1]}
    for files in (xml_files(), json_files()):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        found = choose(write(folder, files | strays))
        assert [profile.stem for profile in found.profiles] == ["a", "b"]
        assert found.notes == tuple(
            f"{name} is neither a domain nor a profile: it is passed over"
            for name in ("list.json", "log.xml", "results.json")
        )


def test_a_directory_of_strays_is_refused_with_their_names(tmp_path):
    told = refused(write(tmp_path, {"results.json": {}, "log.xml": "<log/>"}))
    assert "holds no .xml or .json files with a domain or a profile; log.xml is neither" in told


def test_a_file_of_one_format_is_named_in_a_directory_of_both(tmp_path):
    both = write(tmp_path, xml_files() | json_files())
    assert "holds XML and JSON files" in refused(both)
    found = choose(both, "places.json")
    assert files_of(found) == ("places.json", ["a.json", "b.json"])
    assert "holds XML and JSON files" in refused(both, "places.xml", ["a.json", "b.json"])


def test_a_file_that_is_not_there_or_is_named_twice_is_refused(market):
    assert refused(market, "markt.xml") == (
        "domain: no such file; did you mean 'market.xml'? (got 'markt.xml')"
    )
    assert "profiles: no such file; did you mean" in refused(market, profiles=["seler.xml"])
    assert "profiles: no such file" in refused(market, profiles=[""])
    assert "profiles: names a file twice" in refused(market, profiles=["buyer.xml"] * 2)


def test_a_file_too_large_says_how_to_leave_it_out(tmp_path):
    folder = write(tmp_path, json_files(results_json=b" " * (2**20 + 1)))
    assert "results.json: is larger than 1 MiB; if it is no part of the domain" in refused(folder)
    assert choose(folder, "places.json", ["a.json", "b.json"]).notes == ()


def test_profiles_that_carry_their_domain_need_no_file_of_it(tmp_path):
    files = json_files()
    del files["places.json"]
    assert files_of(choose(write(tmp_path / "bare", files))) == (None, ["a.json", "b.json"])
    second = write(tmp_path / "two", json_files(more_json=domain_json()))
    assert "more.json, places.json: state no weights" in refused(second)
