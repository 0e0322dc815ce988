"""XML that is data is read with its lines; XML that is more, or broken, is refused."""

import pytest

from sim.domains.markup import read_markup
from sim.errors import ScenarioError

BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<utility_space>&lol2;</utility_space>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<x name="a">&secret;</x>"""

# what is wrong: the bytes, and what the message says
REFUSED = {
    "an entity bomb": (BOMB.encode(), "line 2: declares a document type"),
    "an external entity": (OUTSIDE.encode(), "line 1: declares a document type"),
    "an external document type": (b'<!DOCTYPE x SYSTEM "x.dtd"><x/>', "document type"),
    "an unknown entity": (b"<x>&nobody;</x>", "line 1, column 4: undefined entity"),
    "an element left open": (b"<x>\n<y>\n</x>", "line 3, column 3: mismatched tag"),
    "an attribute twice": (b'<x a="1" a="2"/>', "duplicate attribute"),
    "nothing": (b"", "no element found"),
    "two roots": (b"<x/><y/>", "junk after document element"),
    "plain text": (b"hello", "line 1, column 1: syntax error"),
    "zero bytes": (b"\0" * 100, "is no well-formed XML"),
    "bytes that are not in the encoding": (b"<x a='\xff\xfe'/>", "invalid token"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><x/>', "encoding"),
    "an encoding of many bytes": (b'<?xml version="1.0" encoding="shift_jis"?><x/>', "encoding"),
    "deep nesting": (b"<x>" * 100_000, "line 1: is nested more than 40 deep"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_plain_xml_is_refused(case):
    data, message = REFUSED[case]
    with pytest.raises(ScenarioError, match="^" + "a.xml: ") as error:
        read_markup(data, "a.xml")
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1


AMPERSAND = "(a bare & is written &amp;)"
ENCODING = (
    '(it is not in UTF-8: declare its encoding in the first line, such as <?xml version="1.0" '
)
HINTS = {
    "an ampersand between blanks": ('<x a="Tea & Rum"/>', AMPERSAND),
    "an ampersand in a word": ('<x a="AT&T"/>', AMPERSAND),
    "an ampersand before a word": ('<x a="R&D cost"/>', AMPERSAND),
    "an ampersand before a number": ('<x a="1&2"/>', AMPERSAND),
    "an ampersand after other letters": ('<x a="Größe & Maß"/>', AMPERSAND),
    "an ampersand at the end of a text": ("<x>Tea &</x>", AMPERSAND),
    "an ampersand as if a sign had a name": ("<x>R&D;</x>", AMPERSAND),
    "latin letters": ('<x a="Größe"/>'.encode("latin-1"), ENCODING),
    "latin letters beside an ampersand": ('<x a="Öl & Gas"/>'.encode("latin-1"), ENCODING),
    "latin letters said to be in UTF-8": (
        '<?xml version="1.0" encoding="utf-8"?><x a="Größe"/>'.encode("latin-1"),
        ENCODING,
    ),
    "something else": ('<x a="1<2"/>', ""),
    "an ampersand long ago": ('<x a="&amp;" 2=""/>', ""),
}


@pytest.mark.parametrize("case", HINTS)
def test_what_writers_forget_most_is_hinted_at(case):
    data, hint = HINTS[case]
    with pytest.raises(ScenarioError, match="is no well-formed XML") as error:
        read_markup(data if isinstance(data, bytes) else data.encode(), "a.xml")
    told = str(error.value)
    assert hint in told
    assert bool(hint) is (AMPERSAND in told or ENCODING in told)


def test_elements_keep_their_order_their_lines_and_their_attributes():
    root = read_markup(b"<a>\n<b n='1'/>\n<c>\n<b n='2'/></c></a>", "a.xml")
    assert [(b.line, b.attributes["n"]) for b in root.all("b")] == [(2, "1"), (4, "2")]
    assert [child.tag for child in root.children] == ["b", "c"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_text_is_read_in_the_encoding_that_the_file_declares(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><x name="Größe"/>'
    assert read_markup(text.encode(encoding), "a.xml").attributes["name"] == "Größe"
